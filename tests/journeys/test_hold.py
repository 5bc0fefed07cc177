"""A held time: seen, prolonged once, and kept again after it ran out."""

from datetime import timedelta
from urllib.parse import unquote

from django.utils import timezone

from appointments.models import Appointment


def test_more_time_once(visitor, town, alice):
    _to_details(visitor, alice)
    before = Appointment.objects.get(status="held").hold_expires_at
    visitor.press("Más tiempo").reads("Listo: le guardamos la hora diez minutos más.")
    visitor.look("hold prolonged")
    assert Appointment.objects.get(status="held").hold_expires_at > before
    assert visitor.page.get_by_role("button", name="Más tiempo").count() == 0


def test_hold_ran_out(visitor, town, alice):
    _to_details(visitor, alice)
    late = timezone.now() - timedelta(seconds=1)
    Appointment.objects.filter(status="held").update(hold_expires_at=late)
    visitor.go(visitor.page.url).reads("Ya no le guardamos esta hora.")
    visitor.look("hold ran out")
    visitor.press("Guardar la hora otra vez").reads("Le guardamos la hora hasta las")
    visitor.press("Revisar la cita").press("Confirmar la cita").title("Su cita está confirmada")


def test_one_browser_holds_one_time(visitor, town, alice):
    _to_details(visitor, alice)
    visitor.open_profile()
    visitor.take(visitor.times.nth(4))
    assert Appointment.objects.filter(status="held").count() == 1


def test_every_door_leads_back(visitor, town):
    """Also those of the header."""
    visitor.open_profile()
    time = visitor.take(visitor.times.nth(2))
    for link in visitor.page.get_by_role("link", name="Crear cuenta").all():
        address = unquote(link.get_attribute("href"))
        assert address.endswith(f"?next={time}datos/")


def _to_details(visitor, account):
    visitor.open_profile()
    visitor.take(visitor.times.nth(2))
    visitor.enter(account.email).title("Sus datos para la cita")
