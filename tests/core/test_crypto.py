"""Clinical text at rest."""

import base64
import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from appointments.models import Appointment
from core import crypto
from core.crypto import Unreadable, seal, unseal
from tests.factories import AppointmentFactory

HERE = "table.column:row-1"
THERE = "table.column:row-2"


def key(name):
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


OLD, NEW, OTHER = key("2025"), key("2026"), key("2025")


@pytest.fixture(autouse=True)
def keys(settings):
    settings.CLINICAL_KEYS = [OLD]


@pytest.mark.parametrize("text", ["dolor de pecho", "", "ñandú 👩🏽‍⚕️ \x00\r\n", "a" * 100_000])
def test_sealed_text_is_read_back(text):
    sealed = seal(text, context=HERE)
    assert unseal(sealed, context=HERE) == text
    assert unseal(memoryview(sealed), context=HERE) == text


def test_sealed_text_shows_nothing():
    sealed = seal("dolor de pecho", context=HERE)
    assert b"dolor" not in sealed
    assert seal("dolor de pecho", context=HERE) != sealed


def test_nonces_do_not_repeat():
    nonces = {seal("x", context=HERE)[5:17] for _n in range(1000)}
    assert len(nonces) == 1000


def test_text_moved_to_another_row_is_refused():
    with pytest.raises(Unreadable):
        unseal(seal("x", context=HERE), context=THERE)


def test_changed_text_is_refused():
    sealed = bytearray(seal("dolor de pecho", context=HERE))
    for place in (5, 17, len(sealed) - 1):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(Unreadable):
            unseal(bytes(broken), context=HERE)


@pytest.mark.parametrize(
    "sealed", [b"", b"\x00", b"\xff", b"\x042025", b"\x042025short", b"\x01\xff" * 20]
)
def test_what_is_no_sealed_text_is_refused(sealed):
    with pytest.raises(Unreadable):
        unseal(sealed, context=HERE)


def test_another_key_of_the_same_name_is_refused(settings):
    sealed = seal("x", context=HERE)
    settings.CLINICAL_KEYS = [OTHER]
    with pytest.raises(Unreadable):
        unseal(sealed, context=HERE)


def test_a_lost_key_is_refused(settings):
    sealed = seal("x", context=HERE)
    settings.CLINICAL_KEYS = [NEW]
    with pytest.raises(Unreadable):
        unseal(sealed, context=HERE)


def test_new_texts_take_the_newest_key_and_old_ones_stay_readable(settings):
    old = seal("antes", context=HERE)
    settings.CLINICAL_KEYS = [NEW, OLD]
    new = seal("ahora", context=HERE)
    assert (unseal(old, context=HERE), unseal(new, context=HERE)) == ("antes", "ahora")
    assert (old[1:5], new[1:5]) == (b"2025", b"2026")


def test_without_keys_nothing_is_stored(settings):
    settings.CLINICAL_KEYS = []
    with pytest.raises(ImproperlyConfigured):
        seal("x", context=HERE)


@pytest.mark.django_db
def test_reasons_of_two_visits_cannot_be_swapped(clinic, slot):
    one = AppointmentFactory(clinic=clinic)
    other = AppointmentFactory(clinic=clinic, starts_at=slot)
    one.reason, other.reason = "uno", "otro"
    one.save()
    Appointment.objects.filter(pk=other.pk).update(reason_sealed=one.reason_sealed)
    assert Appointment.objects.get(pk=one.pk).reason == "uno"
    with pytest.raises(Unreadable):
        _ = Appointment.objects.get(pk=other.pk).reason


def test_the_key_is_not_in_the_error():
    with pytest.raises(Unreadable) as error:
        unseal(seal("secreto", context=HERE), context=THERE)
    assert "secreto" not in str(error.value)
    assert crypto.NONCE_BYTES == 12
