"""Words as searches compare them."""

import unicodedata


def key_of(text: str) -> str:
    """As `f_unaccent(lower(...))` does: what accents and case hide."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
