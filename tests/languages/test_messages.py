"""The inbox, the preferences, the ledger of a visit and the pages of links speak one language."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from appointments.models import AppointmentChange
from appointments.services.booking import book_appointment
from notifications.enums import AFTERWARDS, REMINDERS, Kind, State, Why
from notifications.letters.words import _TO_DOCTOR, _TO_PATIENT
from notifications.links import token_of
from notifications.models import Message, RefusedAddress
from notifications.services.planning import plan_messages
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory
from tests.languages.browser import Reader, page

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ABOUT_CHANGES = {"patient": tuple(_TO_PATIENT), "doctor": tuple(_TO_DOCTOR)}


@pytest.fixture
def visit(frozen, clinic, alice, slot):
    """With a line of its timeline, which letters about changes tell of."""
    return book_appointment(request=wish_of(alice, clinic, slot), now=frozen)


def tell_everything(visit, **columns):
    """One message of each kind and in each state."""
    change = AppointmentChange.objects.get()
    number = Message.objects.count()
    changes = ABOUT_CHANGES[columns.get("audience", "patient")]
    for kind in (*REMINDERS, *AFTERWARDS, *changes):
        line = change if kind in changes else None
        MessageFactory(visit=visit, kind=kind, change=line, copy=number, **columns)
    return change


def letter(page_name, message, *more):
    return reverse(f"notifications:{page_name}", args=[token_of(message), *more])


def test_inboxes_speak_one_language(her_reader, language, visit, dr_chen, alice, frozen):
    desk = Reader(language, dr_chen.user)
    inbox, read = reverse("notifications:inbox"), reverse("notifications:read")
    for reader in (her_reader, desk):
        reader.get(inbox)
    tell_everything(visit, channel="inbox", address="")
    tell_everything(visit, channel="inbox", address="", audience="doctor", recipient=dr_chen.user)
    MessageFactory(
        visit=None, version=None, kind="digest", channel="inbox", address="", audience="doctor",
        recipient=dr_chen.user, doctor=dr_chen, day="2026-11-24",
    )  # fmt: skip
    refused(alice, frozen)
    for reader in (her_reader, desk):
        reader.get(inbox)
        reader.get(inbox, {"pagina": 2})
        reader.post(read)
    assert desk.found == []


def refused(account, now):
    for channel, address in (("email", account.email), ("sms", "+593991234567")):
        RefusedAddress.objects.create(channel=channel, address=address, account=account,
                                      error="550", first_at=now, last_at=now)  # fmt: skip


def test_preferences_speak_one_language(her_reader, language, dr_chen, carla, settings, frozen):
    settings.PHONE_CHANNELS = ["sms", "whatsapp"]
    address = reverse("notifications:preferences")
    people = [her_reader, Reader(language, dr_chen.user), Reader(language, carla)]
    refused(User.objects.get(email="alice@ejemplo.test"), frozen)
    good = {"first": "email", "which": "own", "reminders": ["1d"]}
    for reader in people:
        reader.get(address)
        for typed in ({}, {**good, "reminders": []}, {**good, "phone": "1", "first": "x"}, good):
            reader.post(address, typed)
    assert [text for person in people for text in person.found] == []


def test_what_was_told_speaks_one_language(her_reader, desk, visit, alice, frozen):
    change = tell_everything(visit)
    told = {"visit": visit, "kind": "booked", "change": change}
    for number, state in enumerate(State.values, 50):
        why = "moved" if state == "suppressed" else ""
        MessageFactory(**told, state=state, why=why, copy=number)
    for number, why in enumerate(Why.values, 90):
        MessageFactory(**told, state="suppressed", why=why, copy=number)
    for number, channel in enumerate(("inbox", "sms", "whatsapp")):
        MessageFactory(**told, channel=channel, audience="doctor", address="", copy=number)
    later = frozen + timedelta(hours=1)
    for kind in REMINDERS:
        MessageFactory(visit=visit, kind=kind, state="planned", due_at=later, copy=199)
    refused(alice, frozen)
    sent = Message.objects.filter(state="sent", channel="email", audience="patient").first()
    for reader, names, where in (
        (her_reader, ("notifications:visit_messages", "notifications:visit_resend"),
         reverse("appointments:appointment", args=[visit.public_id])),
        (desk, ("portal:visit_messages", "portal:visit_resend"), page("visit", visit)),
    ):  # fmt: skip
        reader.get(where)
        address = reverse(names[0], args=[visit.public_id])
        reader.get(address)
        reader.part(address)
        for message in (sent, sent, Message.objects.filter(state="suppressed").first()):
            resend = reverse(names[1], args=[visit.public_id, message.public_id])
            reader.post(resend)


def test_links_speak_one_language(reader, visit, clinic, alice, frozen, slot):
    clinic.phone = "+59322345678"
    clinic.save()
    first = MessageFactory(visit=visit, kind="reminder_1d")
    two = AppointmentFactory(clinic=clinic, patient=visit.patient,
                             starts_at=slot + timedelta(hours=3))  # fmt: skip
    MessageFactory(visit=two, kind="reminder_1d", state="suppressed", why="joined", carrier=first)
    later = slot + timedelta(hours=1)
    reader.get(letter("link_attend", first))
    reader.post(letter("link_attend", first))
    reader.get(letter("link_cancel", first))
    reader.get(letter("link_reschedule", first))
    AppointmentFactory(clinic=clinic, starts_at=later)
    for start in (later, later + timedelta(hours=3)):
        reader.get(letter("link_move", first, start))
        reader.post(letter("link_move", first, start))
    reader.post(letter("link_cancel", first))
    for name in ("link_attend", "link_cancel", "link_reschedule"):
        reader.get(letter(name, first))
    assert reader.found == []


def test_late_links_and_requests_speak_one_language(reader, clinic, alice, frozen):
    late = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=frozen + timedelta(hours=3)
    )
    soon = MessageFactory(visit=late, kind="reminder_2h")
    for name in ("link_attend", "link_cancel", "link_reschedule"):
        reader.get(letter(name, soon))
    clinic.requires_confirmation = True
    clinic.save()
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(),
                               starts_at=frozen + timedelta(days=3))  # fmt: skip
    message = MessageFactory(visit=visit, kind="reminder_1d")
    start = visit.starts_at + timedelta(hours=1)
    reader.get(letter("link_move", message, start))
    reader.post(letter("link_move", message, start))
    reader.get(letter("link_attend", message))
    reader.post(letter("link_attend", message))


@pytest.mark.parametrize("kind", ["reminder_1d", "feedback", "digest", "opinion"])
def test_stopping_speaks_one_language(reader, visit, dr_chen, kind):
    is_desk = kind in (Kind.DIGEST, Kind.OPINION)
    who = {"audience": "doctor", "recipient": dr_chen.user} if is_desk else {}
    message = MessageFactory(visit=visit, kind=kind, **who)
    reader.get(letter("unsubscribe", message))
    reader.post(letter("unsubscribe", message))


def test_agendas_with_who_comes_speak_one_language(desk, visit, alice, clinic, frozen):
    guest = PatientFactory(account=None, first_names="Alicia", last_names="Vera", email="")
    other = AppointmentFactory(clinic=clinic, patient=guest, booked_by=clinic.doctor.user,
                               starts_at=visit.starts_at + timedelta(hours=3))  # fmt: skip
    for one in (visit, other):
        one.attendance_confirmed_at = frozen
        one.save(update_fields=["attendance_confirmed_at"])
    for view in ("semana", "dia", "lista"):
        desk.get(page("agenda"), {"vista": view, "fecha": "2026-11-24"})
    desk.get(page("agenda_print"), {"fecha": "2026-11-24"})
    plan_messages(now=frozen)
    desk.get(page("visit", visit))
