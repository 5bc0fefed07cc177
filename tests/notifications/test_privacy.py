"""N7: a message to one person never holds another's data, nor why anybody comes.

Every kind, to everybody who gets it, on every channel and in both languages; the secrets are
marker texts in every private field of two patients of one doctor.
"""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.utils import translation

from accounts.models import Patient, User
from appointments.enums import ChangeKind, Status
from appointments.models import AppointmentChange
from core.models import Event
from notifications.channels.email import Email
from notifications.channels.phone import text_of
from notifications.enums import Audience, Channel, Kind, State
from notifications.models import Message
from notifications.notices import notice_of
from notifications.readers import RELATED, reader_of
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
CHANGES = {
    Kind.BOOKED, Kind.REQUESTED, Kind.RESCHEDULED, Kind.CANCELLED, Kind.ACCEPTED, Kind.DECLINED,
    Kind.LAPSED,
}  # fmt: skip
REMINDERS = {Kind.REMINDER_WEEK, Kind.REMINDER_DAY, Kind.REMINDER_HOURS}
PAPERS = {Kind.PRESCRIPTION, Kind.RX_REVOKED}
TO_PATIENT = CHANGES | REMINDERS | PAPERS | {Kind.FEEDBACK, Kind.DELAYED}
TO_DOCTOR = CHANGES - {Kind.ACCEPTED, Kind.DECLINED} | {Kind.OPINION, Kind.DIGEST}
TO_RECEPTION = CHANGES | {Kind.DIGEST}
CASES = [
    *product([Audience.PATIENT], sorted(TO_PATIENT)),
    *product([Audience.DOCTOR], sorted(TO_DOCTOR)),
    *product([Audience.ASSISTANT], sorted(TO_RECEPTION)),
]
# What the desk needs in order to reach somebody, and what nobody must read in a message.
SECRETS = (
    "motivo-secreto",
    "recado-secreto",
    "contacto-secreto",
    "1710034065",
    "Cardiolog",
    "cardiolog",
)
PRIVATE = {
    "birth_date": date(1999, 9, 9), "id_country": "EC", "id_number": "1710034065",
    "emergency_name": "contacto-secreto",
}  # fmt: skip
# The year of birth stands alone in any way of writing a date; in the middle of an identifier or
# of a signed link its digits mean nothing.
BORN = re.compile(r"(?<![\w-])1999(?!\w)|(?<!\w)1999(?![\w-])")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_BOB = ("Bruno", "Soto", "bob@", "987654321", "T-BRUNO")


@pytest.fixture
def visits(clinic, alice, bob):
    """Alicia at ten and Bruno at eleven, both full of secrets."""
    found = []
    for hour, account in ((15, alice), (16, bob)):
        patient = account.patients.get()
        Patient.objects.filter(pk=patient.pk).update(**PRIVATE)
        visit = AppointmentFactory(
            clinic=clinic,
            patient=patient,
            starts_at=AT.replace(day=25, hour=hour),
            code="T-BRUNO" if account == bob else "T-ALICIA",
            phone="+593987654321" if account == bob else "+593991234567",
        )
        visit.reason = "motivo-secreto"
        visit.save()
        found.append(visit)
    return found


def line(visit, kind):
    to = {Kind.REQUESTED: Status.REQUESTED, Kind.CANCELLED: Status.CANCELLED_BY_DOCTOR}
    change = AppointmentChange(
        appointment=visit, kind=ChangeKind(kind.value), at=AT, from_status=Status.BOOKED,
        to_status=to.get(kind, Status.BOOKED), to_starts_at=visit.starts_at, sequence=0,
        from_starts_at=AT if kind == Kind.RESCHEDULED else None,
        by_desk=kind in (Kind.ACCEPTED, Kind.DECLINED),
    )  # fmt: skip
    change.message = "recado-secreto"
    change.save()
    return change


def row_of(kind, audience, channel, visit, people, change):
    reader = people[audience]
    address = {Channel.EMAIL: reader.email, Channel.INBOX: ""}.get(channel, "+593991234567")
    about = {"visit": visit, "version": visit.sequence}
    if kind == Kind.DIGEST:
        about = {"visit": None, "version": None, "doctor": visit.doctor, "day": date(2026, 11, 25)}
    if kind == Kind.DELAYED:
        about["event"] = Event.objects.create(
            name="visit_day.delayed", subject_id=visit.public_id, occurred_at=AT,
            data={"visit": visit.pk, "minutes": 20},
        )  # fmt: skip
    row = MessageFactory(
        kind=kind, audience=audience, channel=channel, recipient=reader, address=address,
        change=change, due_at=AT, copy=Message.objects.count(), **about,
    )  # fmt: skip
    return Message.objects.select_related("change", *RELATED).get(pk=row.pk)


def words_of(row, language):
    """Everything that leaves, as one text; the calendar entry with it."""
    reader = reader_of(row)
    if row.channel == Channel.INBOX:
        with translation.override(language):
            return notice_of(row).text, notice_of(row).text
    if row.channel != Channel.EMAIL:
        text = text_of(row, reader).text
        return text, text
    mail = Email().compose(row, reader)
    parts = [mail.body, *(str(content) for content, _kind in mail.alternatives)]
    parts += [str(content) for _name, content, _kind in mail.attachments]
    headers = [f"{name}: {value}" for name, value in mail.extra_headers.items()]
    return mail.subject, "\n".join([mail.subject, *mail.to, *headers, *parts])


@pytest.mark.parametrize(("audience", "kind"), CASES)
def test_no_message_holds_what_is_not_its_readers(
    frozen, visits, alice, dr_chen, carla, kind, audience
):
    visit, _of_bob = visits
    carla.assistant_of.update(notices=["digest"])
    people = {
        Audience.PATIENT: alice,
        Audience.DOCTOR: dr_chen.user,
        Audience.ASSISTANT: carla,
    }
    change = line(visit, kind) if kind in CHANGES else None
    for channel, language in product(Channel, ["es", "en"]):
        User.objects.update(language=language)
        row = row_of(kind, audience, channel, visit, people, change)
        subject, words = words_of(row, language)
        assert words != ""
        assert [s for s in SECRETS if s in words] == []
        assert BORN.findall(UUID.sub("", words)) == []
        if kind != Kind.DIGEST:
            assert [s for s in OF_BOB if s in words] == []
        # Inboxes are seen by others: no subject names a patient.
        assert [s for s in ("Alicia", "Vera", *OF_BOB) if s in subject] == []


def test_a_joined_reminder_holds_the_readers_own_visits_only(frozen, visits, alice):
    mine, of_bob = visits
    carrier = MessageFactory(visit=mine, kind=Kind.REMINDER_DAY)
    for visit in (mine, of_bob):
        second = AppointmentFactory(
            clinic=visit.clinic, patient=visit.patient,
            starts_at=visit.starts_at + timedelta(hours=3), code=f"{visit.code}-2",
        )  # fmt: skip
        if visit == mine:
            MessageFactory(visit=second, kind=Kind.REMINDER_DAY, state=State.SUPPRESSED,
                           why="joined", carrier=carrier)  # fmt: skip
    row = Message.objects.select_related(*RELATED).get(pk=carrier.pk)
    _subject, words = words_of(row, "es")
    assert ("T-ALICIA" in words, "T-ALICIA-2" in words) == (True, True)
    assert [s for s in OF_BOB if s in words] == []


def test_two_without_account_at_one_address_are_told_apart(frozen, clinic):
    """Each letter holds its own patient's visit, though one mailbox takes both."""
    rows = []
    for n, name in enumerate(("Uno", "Dos")):
        patient = PatientFactory(account=None, email="casa@ejemplo.test", first_names=name)
        visit = AppointmentFactory(
            clinic=clinic, patient=patient, booked_by=clinic.doctor.user,
            starts_at=AT.replace(day=26, hour=15 + n),
        )  # fmt: skip
        row = MessageFactory(visit=visit, kind=Kind.REMINDER_DAY, address="casa@ejemplo.test")
        rows.append(Message.objects.select_related(*RELATED).get(pk=row.pk))
    first, second = (words_of(row, "es")[1] for row in rows)
    assert (first.count("Dos Andrade"), second.count("Uno Andrade")) == (0, 0)
