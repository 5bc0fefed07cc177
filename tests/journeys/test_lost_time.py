"""The hold runs out, somebody else takes the time: nothing typed is lost, near times come first."""

from datetime import datetime, timedelta

from django.utils import timezone

from appointments.models import Appointment
from appointments.services.booking import book_appointment
from tests.appointments.wishes import wish_of


def test_lost_time(visitor, town, alice, bob):
    visitor.open_profile().look("profile")
    visitor.take(visitor.times.nth(3))
    visitor.enter(alice.email).write(phone="098 765 4321", reason="control de presión")
    visitor.press("Revisar la cita").title("Revise su cita")
    taken = _let_another_take_it(town, bob)

    visitor.press("Confirmar la cita").title("Elija otra hora").look("lost time")
    visitor.reads("Lo que ya escribió queda guardado: no tendrá que escribirlo otra vez.")
    assert visitor.times.count() > 0
    visitor.take(visitor.times.first)
    visitor.title("Sus datos para la cita")
    assert visitor.page.locator("[name=phone]").input_value() == "098 765 4321"
    assert visitor.page.locator("[name=reason]").input_value() == "control de presión"
    visitor.press("Revisar la cita").press("Confirmar la cita").title("Su cita está confirmada")

    hers = Appointment.objects.get(booked_by=alice)
    assert (hers.status, hers.reason) == ("booked", "control de presión")
    assert abs(hers.starts_at - taken.starts_at) <= timedelta(days=1)
    assert hers.starts_at != taken.starts_at


def test_time_taken_before_it_could_be_held(visitor, town, bob):
    visitor.open_profile("horarios/").look("times of a week")
    time = visitor.times.nth(3)
    start = time.get_attribute("href").rstrip("/").rpartition("/")[2]
    begins = datetime.strptime(start, "%Y%m%dT%H%M%S%z")
    book_appointment(request=wish_of(bob, town, begins), now=timezone.now())
    visitor.follow(time).title("Elija otra hora").look("lost before held")


def _let_another_take_it(clinic, other):
    held = Appointment.objects.get(status="held")
    now = timezone.now()
    Appointment.objects.filter(pk=held.pk).update(hold_expires_at=now - timedelta(seconds=1))
    return book_appointment(request=wish_of(other, clinic, held.starts_at), now=now)
