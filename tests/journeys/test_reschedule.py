"""A patient moves a visit: the old time is kept until the new one is confirmed."""

from datetime import datetime

from django.utils import timezone

from appointments.queries import is_offered
from appointments.services.booking import book_appointment
from tests.appointments.wishes import wish_of
from tests.journeys.visitor import letters_to


def test_reschedule(visitor, visit, alice):
    before = visit.starts_at
    visitor.go("/mis-citas/").enter(alice.email).title("Mis citas").look("my visits")
    visitor.follow(visitor.page.locator("article h2 a")).title("Su cita").look("visit")
    visitor.follow("Reprogramar").title("Elija la nueva hora").look("reschedule")
    visitor.follow(visitor.page.locator("main .chip:visible").last)
    visitor.title("¿Movemos su cita?").look("move")
    visit.refresh_from_db()
    assert visit.starts_at == before
    visitor.press("Confirmar la nueva hora").reads("Listo: su cita tiene una nueva hora.")
    visitor.look("moved visit")
    visit.refresh_from_db()
    assert visit.starts_at != before
    assert is_offered(visit.clinic, before, now=timezone.now())
    for address in (alice.email, visit.doctor.user.email):
        assert "reprogramada" in letters_to(address)[-1].subject.lower()


def test_times_of_another_week(visitor, visit, alice):
    visitor.go(f"/citas/{visit.public_id}/reprogramar/").enter(alice.email)
    visitor.follow("Semana siguiente").title("Elija la nueva hora")
    visitor.follow(visitor.page.locator("main .chip:visible").first).title("¿Movemos su cita?")
    visitor.follow("Dejar la hora de antes").title("Su cita")


def test_time_lost_while_moving(visitor, visit, alice, bob):
    visitor.go(f"/citas/{visit.public_id}/reprogramar/").enter(alice.email)
    visitor.follow(visitor.page.locator("main .chip:visible").last).title("¿Movemos su cita?")
    wanted = visitor.page.url.rstrip("/").rpartition("/")[2]
    start = datetime.strptime(wanted, "%Y%m%dT%H%M%S%z")
    book_appointment(request=wish_of(bob, visit.clinic, start), now=timezone.now())
    visitor.press("Confirmar la nueva hora").title("Elija otra hora")
    visitor.reads("Su cita sigue como estaba:")
    visitor.look("lost while moving")
    visitor.follow(visitor.page.locator("main .chip").first).press("Confirmar la nueva hora")
    visitor.reads("Listo: su cita tiene una nueva hora.")
