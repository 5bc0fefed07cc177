"""The whole walk of a booking through the pages, without a browser."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from appointments.models import Appointment, BookingDraft
from core.converters import InstantConverter
from notifications.models import Message
from notifications.tasks import relay

pytestmark = pytest.mark.django_db


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html).group(1)


def test_walk_books_and_tells_both(frozen, client, alice, clinic, slot):
    step = reverse("appointments:hold", args=[clinic.public_id, slot])
    assert step.endswith(InstantConverter().to_url(slot) + "/")
    assert client.get(step).status_code == 200
    answer = client.post(step)
    assert answer.status_code == 302 and answer.url == step + "datos/"
    assert client.get(answer.url).url.startswith("/cuenta/login/?next=")
    client.force_login(alice)
    page = client.get(step + "datos/")
    assert page.status_code == 200
    answer = client.post(
        step + "datos/", {"who": "self", "phone": "099 123 4567", "reason": "dolor de pecho"}
    )
    assert answer.url == step + "revisar/"
    html = client.get(answer.url).content.decode()
    form = {name: hidden(html, name) for name in ("key", "terms", "patient")}
    answer = client.post(step + "revisar/", form)
    visit = Appointment.objects.get(status="booked")
    assert answer.url == f"/citas/{visit.public_id}/"
    assert client.post(step + "revisar/", form).url == answer.url
    assert client.get(answer.url).status_code == 200
    assert (visit.starts_at, visit.reason, visit.price) == (slot, "dolor de pecho", clinic.price)
    assert BookingDraft.objects.count() == 0
    relay()
    assert sorted(m.to[0] for m in mail.outbox) == [
        "Alicia Vera <alice@ejemplo.test>",
        "Ana Molina Paz <chen@ejemplo.test>",
    ]
    assert not any("dolor" in m.body for m in mail.outbox)
    told = Message.objects.filter(kind="booked")
    assert set(told.values_list("channel", "state")) == {("email", "sent"), ("inbox", "sent")}
