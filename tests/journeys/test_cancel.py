"""A patient cancels: a question first, then the time is free for others."""

from django.utils import timezone

from appointments.enums import Status
from appointments.queries import is_offered
from tests.journeys.visitor import letters_to


def test_cancel(visitor, visit, alice):
    visitor.go(f"/citas/{visit.public_id}/").enter(alice.email)
    visitor.follow("Cancelar la cita").title("¿Cancelar esta cita?").look("cancel")
    visitor.follow("No, conservarla").title("Su cita").reads("Confirmada")
    visitor.follow("Cancelar la cita")
    visitor.reads("Está a tiempo: cancelar no tiene costo.")
    visitor.press("Sí, cancelar la cita").reads("Su cita está cancelada.")
    visitor.look("cancelled visit")
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED_BY_PATIENT
    assert is_offered(visit.clinic, visit.starts_at, now=timezone.now())
    for address in (alice.email, visit.doctor.user.email):
        assert "cancelada" in letters_to(address)[-1].subject.lower()
    visitor.go("/mis-citas/").reads("Aún no tiene citas")
    visitor.look("my visits, none to come")
    visitor.follow("Pasadas (1)").reads("Cancelada")
    visitor.look("my visits, past")
