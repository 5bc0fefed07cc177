"""Tokens that open something: a row's public id, signed. What opens is decided by the row."""

import uuid

from django.core.signing import BadSignature, Signer


class Grants:
    """One kind of link. Another salt would close every link of the kind that is out there."""

    def __init__(self, salt: str) -> None:
        self._signer = Signer(salt=salt, sep=".")

    def token_of(self, public_id: uuid.UUID) -> str:
        return str(self._signer.sign(public_id.hex))

    def find(self, token: str) -> uuid.UUID | None:
        """The id in a token of ours; None for what we never signed."""
        try:
            return uuid.UUID(hex=self._signer.unsign(token))
        except (BadSignature, ValueError):
            return None
