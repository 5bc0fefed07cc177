"""«Elija otra hora»: the page of an account, and that of a link."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from appointments.enums import Status
from appointments.models import Appointment, Relocation
from appointments.services.absences import NewAbsence
from appointments.services.schedule import Act, Answer, make_change
from core.converters import InstantConverter
from notifications.enums import Channel, Kind
from notifications.links import token_of
from notifications.models import Message
from notifications.services.planning import plan_messages
from notifications.services.sending import send_due

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture
def asked(frozen, visit):
    change = NewAbsence(visit.doctor, WEDNESDAY, WEDNESDAY + timedelta(hours=8))
    make_change(
        change=change, answers={visit.public_id: Answer(Act.ASK, visit.starts_at)},
        message="Estoy enferma.", actor=visit.doctor.user, now=frozen,
    )  # fmt: skip
    return visit.relocations.get()


def page(visit):
    return reverse("appointments:choose", args=[visit.public_id])


def first(asked):
    return asked.times.order_by("starts_at").first().starts_at


def key(at):
    return InstantConverter().to_url(at)


def test_choose_from_the_visits_page(asked, as_, alice, visit):
    hers = as_(alice)
    html = hers.get(reverse("appointments:appointment", args=[visit.public_id])).content.decode()
    assert "El consultorio no puede atenderle a esa hora" in html
    assert page(visit) in html
    html = hers.get(page(visit)).content.decode()
    assert html.count('name="hora"') == 4
    answer = hers.post(page(visit), {"hora": key(first(asked))}, follow=True)
    assert "Gracias: el consultorio ya sabe su respuesta." in answer.content.decode()
    assert Appointment.objects.get(pk=visit.pk).starts_at == first(asked)
    # Sent again it changes nothing, and says nothing untrue.
    hers.post(page(visit), {"hora": key(first(asked))})
    assert visit.changes.filter(kind="rescheduled").count() == 1


def test_none_of_them(asked, as_, alice, visit):
    as_(alice).post(page(visit), {"hora": "ninguna"})
    assert Appointment.objects.get(pk=visit.pk).status == Status.CANCELLED_BY_PATIENT


@pytest.mark.parametrize("typed", ["ayer", "99991231T235959Z", "x" * 5000, "20261345T990000Z"])
def test_nonsense_changes_nothing(asked, as_, alice, visit, typed):
    answer = as_(alice).post(page(visit), {"hora": typed})
    assert answer.status_code in (400, 409)
    assert Relocation.objects.get().is_open


def test_time_that_is_gone_is_said(asked, as_, alice, visit):
    lost = asked.times.order_by("starts_at").first()
    Appointment.objects.filter(pk=lost.hold_id).update(status=Status.EXPIRED)
    answer = as_(alice).post(page(visit), {"hora": key(lost.starts_at)})
    assert answer.status_code == 409
    assert "Alguien acaba de tomar esa hora" in answer.content.decode()
    assert answer.content.decode().count('name="hora"') == 3


def test_nothing_is_asked_of_a_usual_visit(frozen, as_, alice, visit):
    there = reverse("appointments:appointment", args=[visit.public_id])
    assert as_(alice).get(page(visit))["Location"] == there


@pytest.mark.parametrize("who", ["bob", "dr_diaz", "erin", "root"])
def test_others_find_nothing(asked, as_, visit, request, who):
    person = request.getfixturevalue(who)
    stranger = as_(getattr(person, "user", person))
    assert stranger.get(page(visit)).status_code == 404
    assert stranger.post(page(visit), {"hora": key(first(asked))}).status_code == 404


def letters(frozen, mailoutbox):
    plan_messages(now=frozen)
    send_due()
    return [letter for letter in mailoutbox if "Elija otra hora" in letter.subject]


def test_letter_leads_to_the_choice_without_logging_in(
    asked, client, frozen, visit, alice, mailoutbox
):
    (letter,) = letters(frozen, mailoutbox)
    assert "Estoy enferma" not in letter.body
    message = Message.objects.get(kind=Kind.ASKED, channel=Channel.EMAIL)
    link = reverse("notifications:link_choose", args=[token_of(message)])
    assert link in letter.body
    assert client.get(link).content.decode().count('name="hora"') == 4
    assert client.post(link, {"hora": key(first(asked))})["Location"] == link
    assert "Su cita tiene una nueva hora" in client.get(link).content.decode()
    change = visit.changes.order_by("-id").first()
    assert (change.kind, change.actor) == ("rescheduled", alice)


def test_letter_is_not_sent_once_it_was_answered(asked, as_, alice, visit, frozen, mailoutbox):
    as_(alice).post(page(visit), {"hora": key(first(asked))})
    assert letters(frozen, mailoutbox) == []
    assert Message.objects.get(kind=Kind.ASKED, channel=Channel.EMAIL).why == "moved"


def test_reminders_of_the_time_that_cannot_be_are_not_sent(frozen, visit):
    plan_messages(now=frozen)
    planned = Message.objects.filter(visit=visit, version=0, kind__startswith="reminder")
    change = NewAbsence(visit.doctor, WEDNESDAY, WEDNESDAY + timedelta(hours=8))
    make_change(
        change=change, answers={visit.public_id: Answer(Act.ASK, visit.starts_at)},
        actor=visit.doctor.user, now=frozen,
    )  # fmt: skip
    plan_messages(now=frozen)
    assert Message.objects.filter(visit=visit, kind__startswith="reminder").count() == (
        planned.count()
    )
