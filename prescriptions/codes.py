"""The code that is printed on a prescription: 12 symbols, 60 bits of chance, XXXX-XXXX-XXXX.

The database keeps what it hashes to, with a secret that is not in it: from a dump nobody can try
codes, and a code leads to nobody.
"""

import hashlib
import hmac
import re
import secrets

from django.conf import settings

# Crockford's: no I, L, O, U. What is read wrongly is read rightly all the same.
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
LENGTH, GROUP = 12, 4
WELL_FORMED = re.compile(f"[{SYMBOLS}]{{{LENGTH}}}", re.ASCII)
PURPOSE = b"prescriptions.code:"


def new_code() -> str:
    signs = "".join(secrets.choice(SYMBOLS) for _sign in range(LENGTH))
    return "-".join(signs[n : n + GROUP] for n in range(0, LENGTH, GROUP))


def read_code(typed: str) -> str:
    """The 12 symbols of what somebody typed; "" where it is none."""
    bare = re.sub(r"[\s‐‑–—-]", "", typed).upper().translate(ALIKE)
    return bare if WELL_FORMED.fullmatch(bare) else ""


def digest_of(code: str) -> bytes:
    """What is stored of a code."""
    return _digest(code, settings.SECRET_KEY)


def digests_of(typed: str) -> list[bytes]:
    """What may be stored of a typed code, under this secret and the ones before it. Of what is no
    code, something that nothing hashes to, at the same cost.
    """
    code = read_code(typed) or "\0"
    return [_digest(code, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _digest(code: str, key: str) -> bytes:
    bare = read_code(code) or code
    return hmac.new(key.encode(), PURPOSE + bare.encode(), hashlib.sha256).digest()
