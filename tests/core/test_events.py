import uuid

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction

from core.events import OutsideTransaction, record
from core.models import Event, StoredMail


@pytest.fixture(autouse=True)
def outbox(settings):
    """pytest-django keeps mails in memory; here they go the product's way."""
    settings.EMAIL_BACKEND = "core.mail.OutboxEmailBackend"


def happen(now):
    return record("thing.done", subject_id=uuid.uuid4(), actor=None, at=now)


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_a_transaction(now):
    with pytest.raises(OutsideTransaction):
        happen(now)
    assert Event.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_event_goes_with_its_change(now):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        happen(now)
        raise ZeroDivisionError
    assert Event.objects.count() == 0
    with transaction.atomic():
        happen(now)
    assert Event.objects.get().processed_at is None


@pytest.mark.django_db
def test_a_mail_becomes_a_row_and_an_event_for_each_recipient():
    mail = EmailMultiAlternatives("Asunto", "texto", None, ["a@ejemplo.test"], ["b@ejemplo.test"])
    mail.attach_alternative("<p>texto</p>", "text/html")
    assert mail.send() == 1
    rows = StoredMail.objects.order_by("pk")
    assert [row.to_address for row in rows] == ["a@ejemplo.test", "b@ejemplo.test"]
    assert {(row.subject, row.text, row.html) for row in rows} == {
        ("Asunto", "texto", "<p>texto</p>")
    }
    assert [e.name for e in Event.objects.all()] == ["mail.stored"] * 2
    assert {e.subject_id for e in Event.objects.all()} == {row.public_id for row in rows}
    assert {str(e.data) for e in Event.objects.all()} == {"{}"}


@pytest.mark.django_db
def test_a_mail_with_a_line_break_in_its_header_is_not_stored():
    with pytest.raises(ValueError):
        send_mail("Asunto\nBcc: c@ejemplo.test", "texto", None, ["a@ejemplo.test"])
    assert StoredMail.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_mail_goes_with_the_transaction_that_wrote_it():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send_mail("Asunto", "texto", None, ["a@ejemplo.test"])
        raise ZeroDivisionError
    assert (StoredMail.objects.count(), Event.objects.count()) == (0, 0)
