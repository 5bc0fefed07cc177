"""age: who cannot read, and what is noticed."""

import io

import pytest
from pyrage import x25519

from doctobooking.backups.sealing import (
    Chunks,
    check,
    identities,
    look_at,
    recipients,
    seal,
    unseal,
)
from doctobooking.local.state import Refusal

TEXT = b"a line that nobody else may read\n" * 10_000


@pytest.fixture
def sealed(tmp_path, key):
    file = tmp_path / "sealed"
    with file.open("wb") as target:
        seen = seal(io.BytesIO(TEXT), target, recipients([key.public]))
    assert look_at(file) == seen
    return file


def test_what_is_sealed_opens_with_the_key(sealed, key):
    opened = io.BytesIO()
    unseal(sealed, opened, identities(key.file))
    assert opened.getvalue() == TEXT
    assert TEXT[:20] not in sealed.read_bytes()


def test_each_of_several_keys_opens_it(tmp_path, key):
    other = x25519.Identity.generate()
    file = tmp_path / "for-two"
    with file.open("wb") as target:
        seal(io.BytesIO(TEXT), target, recipients([key.public, str(other.to_public())]))
    for identity in (key.identity, other):
        opened = io.BytesIO()
        unseal(file, opened, [identity])
        assert opened.getvalue() == TEXT


def test_another_key_does_not_open_it(sealed):
    with pytest.raises(Refusal, match="does not open"):
        check(sealed, [x25519.Identity.generate()])


@pytest.mark.parametrize("kept", [0, 100, 65_536 + 200, 200_000, -1])
def test_a_cut_file_is_refused(sealed, key, kept):
    sealed.write_bytes(sealed.read_bytes()[:kept])
    with pytest.raises(Refusal, match="does not open"):
        check(sealed, [key.identity])


@pytest.mark.parametrize("place", [60, 250, 70_000, 200_000, -1])
def test_a_changed_byte_is_refused(sealed, key, place):
    data = bytearray(sealed.read_bytes())
    data[place] ^= 1
    sealed.write_bytes(data)
    with pytest.raises(Refusal, match="does not open"):
        check(sealed, [key.identity])


def test_nothing_is_sealed_for_nobody():
    with pytest.raises(Refusal, match="BACKUP_RECIPIENTS names no public key"):
        recipients([])


def test_what_is_no_public_key_is_refused(key):
    with pytest.raises(Refusal, match="not a public key"):
        recipients([key.public, str(key.identity)])


def test_a_file_without_a_secret_key_is_refused(tmp_path, key):
    file = tmp_path / "identity"
    for text in ("", "# a comment\n", key.public):
        file.write_text(text)
        with pytest.raises(Refusal, match="holds no identity"):
            identities(file)


def test_chunks_are_read_in_pieces():
    reader = Chunks(iter([b"abc", b"", b"defgh"]))
    assert [reader.read(2) for _ in range(6)] == [b"ab", b"c", b"de", b"fg", b"h", b""]
