"""What is done to several visits of a series at once is told in one message."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import Count
from icalendar import Calendar

from appointments.enums import Status
from appointments.services.series_changes import cancel_from_here, move_from_here
from core.models import Event
from notifications.enums import REMINDERS, Channel
from notifications.letters import subject_of
from notifications.models import Message
from notifications.queries import inbox_of
from notifications.tasks import relay
from tests.appointments.serial import moves_of, of_series, repeat, written
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = pytest.mark.django_db
ALICE, ANA = "alice@ejemplo.test", "chen@ejemplo.test"
SECRET = "SECRETO7Q"
HOUR = timedelta(hours=1)


@pytest.fixture
def post(frozen):
    """`post()`: the mails sent since the last time, by address."""

    def send():
        relay()
        sent = {m.to[0].rpartition("<")[2].rstrip(">"): m for m in mail.outbox}
        assert len(sent) == len(mail.outbox)
        mail.outbox.clear()
        return sent

    return send


@pytest.fixture
def visit(clinic, alice):
    """Alicia's, on Wednesday; nobody is to be told of its booking."""
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get())


def flat(letter):
    return letter.body.replace("\n", " ")


def entries(letter):
    calendars = [Calendar.from_ical(text) for _name, text, _kind in letter.attachments]
    return [(str(c["METHOD"]), [str(e["UID"]) for e in c.walk("VEVENT")]) for c in calendars]


def uid(visit):
    return f"{visit.public_id}@doctobooking"


def test_one_letter_with_every_date(post, visit, frozen):
    visit.reason = SECRET
    visit.save()
    changes = {2: {"starts_at": None}}
    _first, one, two = of_series(repeat(visit, frozen, changes=changes))
    letters = post()
    assert list(letters) == [ALICE]
    letter = letters[ALICE]
    assert letter.subject == (
        "2 citas confirmadas desde el miércoles 23 de diciembre, 9:00, Dra. Ana Molina Paz"
    )
    text = flat(letter)
    assert "reservó estas citas para usted, una cada 4 semanas." in text
    assert "Cuándo: miércoles 23 de diciembre, 9:00" in text
    assert "Cuándo: miércoles 17 de febrero de 2027, 9:00" in text
    assert "En estas fechas no hay cita: miércoles 20 de enero de 2027, 9:00." in text
    assert one.code in text
    assert two.code in text
    assert entries(letter) == [("PUBLISH", [uid(one), uid(two)])]
    (name, entry, _kind) = letter.attachments[0]
    assert name == "citas.ics"
    assert f"/citas/{two.public_id}/" in entry.replace("\r\n ", "")
    assert SECRET not in letter.body + letter.alternatives[0][0] + entry


def test_reminders_stay_one_each(post, visit, frozen):
    visits = of_series(repeat(visit, frozen))[1:]
    post()
    kinds = Message.objects.filter(channel=Channel.EMAIL, kind__in=REMINDERS)
    by_visit = kinds.filter(visit__in=visits).values_list("visit").annotate(n=Count("pk"))
    assert [count for _visit, count in by_visit] == [len(REMINDERS)] * 3


def test_the_doctor_hears_of_the_reception(post, visit, carla, frozen):
    repeat(visit, frozen, actor=carla)
    letters = post()
    assert sorted(letters) == [ALICE, ANA]
    assert letters[ANA].subject == (
        "3 citas confirmadas desde el miércoles 23 de diciembre, 9:00, La Carolina"
    )
    assert "Hay una serie de citas nueva en la agenda." in flat(letters[ANA])


def test_cancelled_from_here_on(post, visit, dr_chen, frozen):
    visits = written(visit)[1]
    cancel_from_here(
        appointment=visits[1], actor=dr_chen.user, status=Status.CANCELLED_BY_DOCTOR,
        now=frozen, by_desk=True, message=SECRET,
    )  # fmt: skip
    (letter,) = post().values()
    assert letter.subject.startswith("2 citas canceladas desde el miércoles 23 de diciembre")
    assert "El consultorio canceló estas citas." in flat(letter)
    assert "El consultorio le dejó un mensaje." in flat(letter)
    assert SECRET not in letter.body
    # RFC 5546 3.2.5: one UID in each.
    assert entries(letter) == [("CANCEL", [uid(one)]) for one in visits[1:]]


def test_cancelled_by_the_patient(post, visit, alice, frozen):
    cancel_from_here(
        appointment=written(visit)[1][1], actor=alice, status=Status.CANCELLED_BY_PATIENT,
        now=frozen,
    )  # fmt: skip
    letters = post()
    assert sorted(letters) == [ALICE, ANA]
    assert "Cancelamos estas citas, como nos pidió." in flat(letters[ALICE])
    assert "El paciente canceló estas citas." in flat(letters[ANA])


def test_moved_from_here_on(post, visit, dr_chen, frozen):
    visits = written(visit)[1]
    start = visits[0].starts_at + HOUR
    move_from_here(
        appointment=visits[0], starts_at=start, actor=dr_chen.user, now=frozen,
        wishes=moves_of(visits[0], start, visits, {1: {"starts_at": None}}),
    )  # fmt: skip
    (letter,) = post().values()
    assert letter.subject.startswith("2 citas reprogramadas desde el miércoles 25 de noviembre")
    text = flat(letter)
    assert "Antes: miércoles 25 de noviembre, 9:00" in text
    assert "Cuándo: miércoles 25 de noviembre, 10:00" in text
    assert "se quedan a su hora de antes: miércoles 23 de diciembre, 9:00." in text
    assert "cancelarla sin costo hasta que empiece" in text
    assert entries(letter) == [("PUBLISH", [uid(visits[0]), uid(visits[2])])]


def test_in_the_inbox_it_is_one_line(visit, frozen, alice, django_assert_num_queries):
    repeat(visit, frozen)
    relay()
    (message,) = inbox_of(alice)
    with django_assert_num_queries(0):
        assert subject_of(message).startswith("3 citas confirmadas desde el ")


def test_a_patient_without_account_gets_the_link(post, clinic, dr_chen, frozen):
    eva = PatientFactory(account=None, email="eva@ejemplo.test", phone="")
    visit = AppointmentFactory(clinic=clinic, patient=eva, booked_by=dr_chen.user)
    repeat(visit, frozen)
    (letter,) = post().values()
    assert letter.to == ["Luis Andrade <eva@ejemplo.test>"]
    assert "abra el enlace y cree su cuenta" in flat(letter)


def test_every_event_is_planned(post, visit, frozen):
    repeat(visit, frozen, every=1, count=5)
    post()
    assert not Event.objects.filter(processed_at__isnull=True).exists()
