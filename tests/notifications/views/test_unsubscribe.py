"""Stopping messages of one kind by the link in them."""

import pytest
from django.test import Client

from core.models import Event
from notifications.models import Preferences
from tests.factories import MessageFactory
from tests.notifications.views.conftest import link

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def test_unsubscribe_asks(frozen, client, reminder):
    html = text(client.get(link("unsubscribe", reminder)))
    assert "¿Dejar de recibir estos mensajes?" in html
    assert "Los recordatorios de sus citas, de todos los consultorios." in html
    assert not Preferences.objects.exists()


def test_unsubscribe_stops_reminders(frozen, client, reminder, alice):
    assert "Listo: no le enviaremos más de estos" in text(
        client.post(link("unsubscribe", reminder))
    )
    kept = Preferences.objects.get(account=alice)
    assert (kept.reminders, kept.wants_feedback, kept.channels) == (
        [], True, ["email", "sms", "whatsapp"],
    )  # fmt: skip
    event = Event.objects.get(name="preferences.changed")
    assert (event.subject_id, event.actor) == (alice.public_id, alice)


@pytest.mark.parametrize(
    ("kind", "column", "sentence"),
    [
        ("feedback", "wants_feedback", "La pregunta de cómo le fue"),
        ("digest", "wants_digest", "Las citas del día, cada mañana."),
        ("opinion", "wants_opinions", "Nuevas opiniones de pacientes."),
    ],
)
def test_unsubscribe_stops_one_kind_only(frozen, client, visit, dr_chen, kind, column, sentence):
    to_desk = kind != "feedback"
    who = dr_chen.user if to_desk else visit.patient.account
    message = MessageFactory(
        visit=visit, kind=kind, audience="doctor" if to_desk else "patient", recipient=who
    )
    assert sentence in text(client.get(link("unsubscribe", message)))
    client.post(link("unsubscribe", message))
    kept = Preferences.objects.get(account=who)
    columns = {"wants_feedback", "wants_digest", "wants_opinions"}
    assert {name for name in columns if not getattr(kept, name)} == {column}
    assert kept.reminders is None


def test_unsubscribe_keeps_what_was_chosen(frozen, client, reminder, alice):
    Preferences.objects.create(account=alice, channels=["sms"], wants_feedback=False)
    client.post(link("unsubscribe", reminder))
    kept = Preferences.objects.get()
    assert (kept.channels, kept.wants_feedback, kept.reminders) == (["sms"], False, [])


def test_unsubscribe_without_an_account(frozen, client, to_rosa, rosa):
    html = text(client.post(link("unsubscribe", to_rosa)))
    assert "Listo" in html
    assert "/cuenta/avisos/" not in html
    kept = Preferences.objects.get()
    assert (kept.patient, kept.account, kept.reminders) == (rosa.patient, None, [])


def test_unsubscribe_twice_changes_nothing(frozen, client, reminder):
    for _time in range(2):
        assert client.post(link("unsubscribe", reminder)).status_code == 200
    assert Preferences.objects.get().reminders == []


def test_unsubscribe_by_a_mail_program(frozen, reminder, alice):
    """RFC 8058: a post that never saw a form, and has no cookie."""
    client = Client(enforce_csrf_checks=True)
    answer = client.post(link("unsubscribe", reminder), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Preferences.objects.get(account=alice).reminders == []


def test_unsubscribe_works_after_the_visit(client, reminder, visit):
    assert client.get(link("unsubscribe", reminder)).status_code == 200


@pytest.mark.parametrize("kind", ["booked", "rescheduled", "cancelled", "prescription"])
def test_what_everybody_is_told_cannot_be_stopped(frozen, client, visit, kind):
    message = MessageFactory(visit=visit, kind=kind)
    assert client.get(link("unsubscribe", message)).status_code == 404
    assert client.post(link("unsubscribe", message)).status_code == 404
    assert not Preferences.objects.exists()
