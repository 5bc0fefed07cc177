"""The waiting list: joined, offered, accepted or refused; and its desk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.enums import Status
from appointments.models import Appointment, WaitingEntry, WaitingOffer
from appointments.services.cancelling import cancel_appointment
from appointments.services.waiting_offers import offer_due
from core.models import Event
from tests.factories import AppointmentFactory
from tests.journeys.visitor import at, letters_to, next_week


@pytest.fixture
def patient(visitor, alice):
    return visitor.go("/lista-de-espera/").enter(alice.email).title("Lista de espera")


def freed(clinic, days=0):
    """A visit of somebody else's is cancelled, and offered by day."""
    visit = AppointmentFactory(clinic=clinic, starts_at=at(next_week(days), 10))
    now = timezone.now()
    cancel_appointment(appointment=visit, actor=None, status=Status.CANCELLED_BY_PATIENT, now=now)
    for hours in range(0, 24, 3):
        if offer_due(now=now + timedelta(hours=hours)):
            break
    offer = WaitingOffer.objects.latest("pk")
    # Made in the morning of a later hour; the page lives now.
    WaitingOffer.objects.filter(pk=offer.pk).update(offered_at=now, tell_at=now)
    Event.objects.filter(subject_id=offer.public_id).update(occurred_at=now)
    return offer


def test_joined_offered_accepted(patient, clinic, alice):
    patient.look("waiting for nothing")
    patient.go("/medicos/ana-molina-paz/").follow("Avisarme si se libera una hora antes")
    patient.title("Avisarme si se libera una hora").look("joining")
    patient.write(opens="14", closes="9").press("Entrar a la lista de espera")
    patient.reads("La hora final debe ser posterior a la inicial.")
    patient.look("joining, with errors")
    patient.write(opens="8", closes="18").press("Entrar a la lista de espera")
    patient.reads("Usted es la primera persona en espera de una hora así.")
    patient.look("one's place")
    offer = freed(clinic)
    assert any("Se liberó una hora" in letter.subject for letter in letters_to(alice.email))
    patient.go("/lista-de-espera/").reads("Se liberó una hora para usted")
    patient.look("waiting, with an offer").follow("Ver y responder")
    patient.title("Se liberó una hora para usted").look("an offer")
    patient.press("Aceptar esta hora").title("Su cita está confirmada")
    visit = Appointment.objects.standing().get()
    assert (visit.starts_at, visit.patient.account) == (offer.starts_at, alice)
    patient.go("/lista-de-espera/").look("waiting, ended")


def test_an_earlier_time_is_refused_then_left(patient, clinic, alice):
    later = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=at(next_week(20), 10)
    )
    patient.go(f"/citas/{later.public_id}/").follow("Quiero una hora antes")
    patient.title("Quiero una hora antes").look("joining to have it earlier")
    patient.press("Entrar a la lista de espera")
    freed(clinic)
    patient.go("/lista-de-espera/").follow("Ver y responder").reads("Su cita de ahora")
    patient.look("an offer that moves").press("No me sirve")
    patient.follow("Dra. Ana Molina Paz").reads("Rechazada")
    patient.look("one's place, after an offer").follow("Dejar la lista")
    patient.title("¿Dejar esta lista de espera?").look("leaving")
    patient.press("Sí, dejar la lista").reads("Dejó la lista")
    assert WaitingEntry.objects.open().count() == 0


def test_desk(visitor, dr_chen, clinic, alice, bob):
    visitor.go("/agenda/lista-de-espera/").enter(dr_chen.user.email).title("Lista de espera")
    visitor.look("nobody waits").follow("Qué pasó con las horas").look("nothing was freed")
    for n, account in enumerate((alice, bob)):
        WaitingEntry.objects.create(
            patient=account.patients.get(), doctor=dr_chen, phone="+593991234567",
            until_date=next_week(60), weekdays=[1, 2, 3, 4, 5, 6, 7],
            created_at=timezone.now() - timedelta(days=9 - n),
        )  # fmt: skip
    freed(clinic)
    visitor.go("/agenda/lista-de-espera/").reads("2 personas esperan")
    visitor.look("who waits").follow("Ofrecer una hora").title("Ofrecer una hora")
    visitor.look("offering a time").press("Ofrecer esa hora")
    visitor.reads("Elija una opción")
    visitor.look("offering a time, with errors")
    visitor.page.locator("[name=time]").last.check()
    visitor.press("Ofrecer esa hora").reads("Le ofrecimos esa hora")
    visitor.follow("Qué pasó con las horas").reads("La canceló el paciente")
    visitor.look("what became of freed times")
