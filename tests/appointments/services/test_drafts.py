from datetime import timedelta

import pytest

from appointments import refusals
from appointments.models import Appointment, BookingDraft
from appointments.services.drafts import save_details, sweep_drafts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def save(account, now, holder_key="hers", reason="dolor de pecho"):
    return save_details(
        holder_key=holder_key,
        account=account,
        patient=account.patients.get(),
        phone="+593991234567",
        reason=reason,
        now=now,
    )


def test_details_are_kept_sealed(alice, hold, now):
    hold("hers")
    save(alice, now)
    draft = BookingDraft.objects.get()
    assert (draft.account, draft.patient.account) == (alice, alice)
    assert (draft.phone, draft.reason) == ("+593991234567", "dolor de pecho")
    assert b"dolor" not in bytes(draft.reason_sealed)


def test_details_outlive_the_hold_and_the_choice_of_another_time(alice, hold, slot, now):
    hold("hers")
    save(alice, now)
    hold("hers", starts_at=slot + timedelta(hours=1), now=now + timedelta(hours=1))
    assert BookingDraft.objects.get().reason == "dolor de pecho"


def test_details_of_no_booking(alice, now):
    with pytest.raises(refusals.HoldLost):
        save(alice, now)


def test_sweep_takes_forgotten_drafts_and_their_holds(alice, hold, book, slot, now):
    book(alice, starts_at=slot + timedelta(hours=2))
    hold("hers")
    assert sweep_drafts(now=now + DAY) == 0
    assert sweep_drafts(now=now + DAY + timedelta(hours=1)) == 1
    assert BookingDraft.objects.count() == 0
    assert Appointment.objects.get().booked_by == alice


def test_sweep_leaves_what_is_in_use(hold, slot, now):
    hold("hers")
    hold("hers", starts_at=slot + timedelta(hours=1), now=now + DAY)
    sweep_drafts(now=now + DAY + timedelta(hours=1))
    assert BookingDraft.objects.get().appointment.starts_at == slot + timedelta(hours=1)
    assert Appointment.objects.count() == 1, "the hold of yesterday is gone, today's is not"
