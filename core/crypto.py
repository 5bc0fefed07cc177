"""Clinical text at rest: AES-256-GCM with a key id, bound to the row that holds it.

Layout of a sealed text: key id length (1 byte), key id, nonce (12 bytes), ciphertext with tag.
"""

import base64
import os
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12


class Unreadable(Exception):
    """The text was sealed with a key that we do not have, or moved here from another row."""


@cache
def _keys(configured: tuple[str, ...]) -> dict[str, AESGCM]:
    keys = {}
    for item in configured:
        key_id, _, encoded = item.partition(":")
        keys[key_id] = AESGCM(base64.b64decode(encoded))
    if not keys:
        raise ImproperlyConfigured("CLINICAL_KEYS is empty: clinical text cannot be stored.")
    return keys


def newest_mark() -> bytes:
    """How each text begins that is sealed now: the name of the newest key with its length."""
    name = next(iter(_keys(tuple(settings.CLINICAL_KEYS)))).encode()
    return bytes([len(name)]) + name


def seal(text: str, *, context: str) -> bytes:
    """Encrypt with the newest key. `context` names table, column and row, and must not change."""
    return seal_bytes(text.encode(), context=context)


def seal_bytes(plain: bytes, *, context: str) -> bytes:
    keys = _keys(tuple(settings.CLINICAL_KEYS))
    key, nonce = next(iter(keys.values())), os.urandom(NONCE_BYTES)
    return newest_mark() + nonce + key.encrypt(nonce, plain, context.encode())


def unseal(sealed: bytes, *, context: str) -> str:
    """Decrypt what `seal` made for the same context. Raises Unreadable."""
    try:
        return unseal_bytes(sealed, context=context).decode()
    except UnicodeDecodeError as error:
        raise Unreadable(context) from error


def unseal_bytes(sealed: bytes, *, context: str) -> bytes:
    """Raises Unreadable."""
    sealed = bytes(sealed)
    try:
        size = sealed[0]
        name, rest = sealed[1 : 1 + size].decode(), sealed[1 + size :]
        key = _keys(tuple(settings.CLINICAL_KEYS))[name]
        return key.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context.encode())
    except (IndexError, KeyError, ValueError, InvalidTag) as error:
        raise Unreadable(context) from error


def sealed_text(name: str, *, row: str = "public_id") -> Any:
    """A property of a model: the text that its column `<name>_sealed` keeps; "" where it is empty.

    `row` is the field that names the row for good: what is sealed opens in that row only.
    Reading raises Unreadable.
    """
    return _sealed(name, row, seal, unseal, "")


def sealed_bytes(name: str, *, row: str = "public_id") -> Any:
    """The same for what a file holds; b"" where it is empty."""
    return _sealed(name, row, seal_bytes, unseal_bytes, b"")


def _sealed(name: str, row: str, close: Any, open_: Any, nothing: Any) -> Any:
    column = f"{name}_sealed"

    def context(instance: Any) -> str:
        return f"{instance._meta.label_lower}.{name}:{getattr(instance, row)}"

    def read(instance: Any) -> Any:
        sealed = getattr(instance, column)
        return open_(sealed, context=context(instance)) if sealed else nothing

    def write(instance: Any, plain: Any) -> None:
        setattr(instance, column, close(plain, context=context(instance)) if plain else None)

    return property(read, write)
