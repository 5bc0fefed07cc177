"""Each mail is in the language of whoever reads it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from appointments.models import Appointment
from notifications.tasks import relay
from tests.appointments.walking import Walk
from tests.factories import PASSWORD, AppointmentFactory
from tests.languages.browser import LANGUAGES, NAMES, Reader
from tests.languages.reading import foreign_texts, texts_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def mails_of(address):
    """What was sent to an address, read as a person reads it: subject, text, HTML."""
    relay()
    sent = [m for m in mail.outbox if address in m.to[0]]
    assert sent
    return [
        [m.subject, *m.body.split("\n"), *texts_of(m.alternatives[0][0], names=NAMES)] for m in sent
    ]


def foreign_in_mails(address, language):
    return [
        text
        for texts in mails_of(address)
        for text in foreign_texts(texts_of("<br>".join(texts), names=NAMES), language)
    ]


def test_letters_of_a_visit_are_in_the_readers_language(
    her_reader, language, clinic, alice, frozen
):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    move = reverse("appointments:move", args=[visit.public_id, visit.starts_at + timedelta(days=1)])
    her_reader.post(move)
    her_reader.post(reverse("appointments:cancel", args=[visit.public_id]))
    assert foreign_in_mails(alice.email, language) == []
    assert len(mails_of(alice.email)) == 2
    assert foreign_in_mails(clinic.doctor.user.email, "es") == []


def test_letter_of_a_booking_is_in_english_for_english(as_, frozen, alice, clinic, slot):
    User.objects.filter(pk=alice.pk).update(language="en")
    walk = Walk(clinic, slot).to_review(alice)
    walk.confirm()
    assert Appointment.objects.get(status="booked").booked_by == alice
    relay()
    letter = next(m for m in mail.outbox if alice.email in m.to[0])
    assert letter.subject == ("Visit confirmed: Tuesday 24 November, 10:00, Dr Ana Molina Paz")
    assert "Your visit is confirmed." in letter.body
    assert foreign_in_mails(alice.email, "en") == []


def test_code_of_a_sign_up_is_in_the_pages_language(reader, language):
    reader.post(reverse("account_signup"), {
        "first_names": "Alicia", "last_names": "Vera", "role": "patient", "accepts": "on",
        "email": "nueva@ejemplo.test", "password1": PASSWORD,
    })  # fmt: skip
    assert User.objects.get().language == language
    assert foreign_in_mails("nueva@ejemplo.test", language) == []
    word = {"en": "Your Doctobooking code: ", "es": "Su código de Doctobooking: "}[language]
    assert mail.outbox[0].subject.startswith(word)


@pytest.mark.parametrize("asked_in", LANGUAGES)
def test_mails_of_an_account_are_in_its_own_language(frozen, language, alice, asked_in):
    """Whoever asks, from whatever page: the mail goes to the account's owner."""
    User.objects.filter(pk=alice.pk).update(language=language)
    stranger = Reader(asked_in)
    stranger.post(reverse("account_reset_password"), {"email": alice.email})
    stranger.post(reverse("account_signup"), {
        "first_names": "Alicia", "last_names": "Vera", "role": "patient", "accepts": "on",
        "email": alice.email, "password1": PASSWORD,
    })  # fmt: skip
    assert len(mails_of(alice.email)) == 2
    assert foreign_in_mails(alice.email, language) == []


def test_mail_to_an_unknown_address_is_in_the_pages_language(reader, language):
    reader.post(reverse("account_reset_password"), {"email": "nadie@ejemplo.test"})
    assert foreign_in_mails("nadie@ejemplo.test", language) == []


def test_notices_of_security_are_in_the_accounts_language(her_reader, language, alice):
    her_reader.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    her_reader.post(reverse("account_email"), {"action_add": "", "email": "otra@ejemplo.test"})
    relay()
    code = re.search(r"^ +(\S+)$", mail.outbox[0].body, re.M)[1]
    her_reader.post(reverse("account_email_verification_sent"), {"code": code})
    change = {"oldpassword": PASSWORD, "password1": "otra-clave-larga-2026"}
    her_reader.post(reverse("account_change_password"), change)
    assert foreign_in_mails(alice.email, language) == []
    assert foreign_in_mails("otra@ejemplo.test", language) == []
