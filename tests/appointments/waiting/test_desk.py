"""The desk offers by hand: whom it wants, but nothing that its person does not wait for."""

from datetime import timedelta

import pytest

from appointments.models import WaitingOffer
from appointments.refusals import AbsentThen, OutsideSchedule, SlotInThePast, VisitThere
from appointments.services.absences import add_absence
from appointments.services.waiting_answers import refuse_offer
from appointments.services.waiting_desk import offer_by_hand
from appointments.services.waiting_offers import offer_due
from appointments.waiting_enums import FreedState
from appointments.waiting_refusals import DoesNotFit, NotWaiting
from tests.appointments.waiting.conftest import HOUR, WEDNESDAY
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def give(clinic, dr_chen, now):
    def act(entry, starts_at=WEDNESDAY, *, clinic=clinic, now=now):
        return offer_by_hand(
            entry=entry, clinic=clinic, starts_at=starts_at, actor=dr_chen.user, now=now
        )

    return act


def test_any_of_the_line(wait, give, alice, bob, dr_chen, now, told):
    wait(alice)
    second = wait(bob)
    offer = give(second)
    assert (offer.entry, offer.offered_by, offer.freed) == (second, dr_chen.user, None)
    assert (offer.tell_at, offer.expires_at) == (now, now + 4 * HOUR)
    assert told(offer) == ["waiting.offered"]


def test_posted_twice_is_one_offer(wait, give, alice):
    entry = wait(alice)
    assert give(entry) == give(entry)
    assert WaitingOffer.objects.count() == 1


def test_freed_time_knows_of_it(wait, give, free, alice, now, anew):
    freed = free()
    offer = give(wait(alice))
    assert (offer.freed, anew(freed).state) == (freed, FreedState.OFFERED)
    assert offer_due(now=now) == 0


def test_at_night_it_is_told_and_lasts_from_the_morning_on(wait, give, alice, now):
    entry = wait(alice)
    night, morning = now + 13 * HOUR, now + 23 * HOUR
    offer = give(entry, now=night)
    assert (offer.offered_at, offer.tell_at, offer.expires_at) == (
        night, morning, morning + 4 * HOUR,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"weekdays": [1]}, "No se la podemos ofrecer: no puede ese día de la semana."),
        ({"notice_minutes": 4320}, "No se la podemos ofrecer: necesita más aviso."),
    ],
)
def test_what_they_do_not_wait_for(wait, give, alice, changes, sentence):
    with pytest.raises(DoesNotFit) as error:
        give(wait(alice, **changes))
    assert str(error.value) == sentence


def test_never_again_after_an_answer(wait, give, alice, now):
    entry = wait(alice)
    refuse_offer(offer=give(entry), actor=alice, now=now)
    with pytest.raises(DoesNotFit) as error:
        give(entry)
    assert "ya la rechazó" in str(error.value)


def test_one_offer_at_a_time(wait, give, alice):
    entry = wait(alice)
    give(entry)
    with pytest.raises(DoesNotFit):
        give(entry, WEDNESDAY + HOUR)


def test_somebody_of_another_list(wait, give, alice):
    entry = wait(alice, doctor=ClinicFactory().doctor)
    with pytest.raises(NotWaiting):
        give(entry)


def test_time_that_is_not_free(wait, give, clinic, alice, now):
    entry = wait(alice)
    AppointmentFactory(clinic=clinic, starts_at=WEDNESDAY)
    with pytest.raises(VisitThere):
        give(entry)
    with pytest.raises(OutsideSchedule):
        give(entry, WEDNESDAY - HOUR)
    with pytest.raises(SlotInThePast):
        give(entry, now - HOUR)
    add_absence(
        doctor=clinic.doctor, starts_at=WEDNESDAY + HOUR, ends_at=WEDNESDAY + 2 * HOUR, now=now
    )  # fmt: skip
    with pytest.raises(AbsentThen):
        give(entry, WEDNESDAY + HOUR)


def test_sooner_than_patients_may_book(wait, give, clinic, alice, now):
    clinic.min_notice_minutes = 3 * 1440
    clinic.save()
    offer = give(wait(alice, notice_minutes=0), now + timedelta(hours=2))
    assert offer.expires_at == now + timedelta(minutes=15)
