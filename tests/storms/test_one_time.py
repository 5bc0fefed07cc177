"""200 logged-in people press at the same moment: one gets the time, 199 a page that says so."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest

from tests.storms.http import Answer, Request, percentile

pytestmark = pytest.mark.storm
ROUNDS, CROWD = 10, 200
DRAFT = """
INSERT INTO appointments_bookingdraft
  (holder_key, clinic_id, starts_at, account_id, patient_id, phone, address_digest,
   is_extended, updated_at)
VALUES (%s, %s, %s, %s, %s, '+593991234567', '', false, now())
ON CONFLICT (holder_key) DO UPDATE
SET clinic_id = EXCLUDED.clinic_id, starts_at = EXCLUDED.starts_at, appointment_id = NULL,
  account_id = EXCLUDED.account_id, patient_id = EXCLUDED.patient_id
"""
RUN_OUT_HOLD = """
INSERT INTO appointments_appointment
  (public_id, doctor_id, clinic_id, starts_at, ends_at, status, hold_expires_at, phone, currency,
   payment_policy, payment_methods, cancellation_notice_minutes, sequence, created_at,
   is_late_cancellation, is_outside_hours)
VALUES (gen_random_uuid(), %s, %s, %s, %s, 'held', now() - interval '1 second', '', '', '', '', 0,
  0, now(), false, false)
"""
TAKEN = """
SELECT count(*) FROM appointments_appointment
WHERE doctor_id = %s AND starts_at = %s AND status IN ('held', 'booked')
"""


def is_refusal(answer: Answer) -> bool:
    """The page that offers other times, not an error's page."""
    return answer.status == 409 and "Elija otra" in answer.body and "/reservar/" in answer.body


def judge(answers: list[Answer], success: str) -> None:
    won = [a for a in answers if a.status == 302 and success in a.location]
    seen = Counter(f"{a.status} {a.trouble}".strip() for a in answers)
    odd = next((a for a in answers if a not in won and not is_refusal(a)), None)
    assert (len(won), sum(map(is_refusal, answers))) == (1, CROWD - 1), (seen, odd)


def note(figure, name: str, seconds: list[float]) -> None:
    worst, usual = max(seconds), percentile(seconds, 0.5)
    figure(
        f"B1 {name}",
        f"{ROUNDS} x (1 + {CROWD - 1}), 0 x 5xx, 0 broken, "
        f"max {worst:.2f} s (aim 5), median {usual:.2f} s",
    )


def test_hold(rig, figure):
    crowd, seconds = rig.world["people"][:CROWD], []
    for number in range(ROUNDS):
        at = rig.time(number)
        answers = rig.ask_together([Request(rig.path(0, at), p["session"], {}) for p in crowd])
        judge(answers, "/datos/")
        assert rig.count(TAKEN, (rig.world["clinics"][0]["doctor"], at)) == 1
        seconds += [a.seconds for a in answers]
    note(figure, "hold", seconds)


def test_confirm(rig, figure):
    """Their holds have run out while they typed: all that they have is the page to confirm."""
    clinic, crowd, seconds = rig.world["clinics"][0], rig.world["people"][:CROWD], []
    for number in range(ROUNDS):
        at = rig.time(ROUNDS + number)
        begin(rig, clinic, crowd, at)
        answers = rig.ask_together([confirm(rig, clinic, person, at) for person in crowd])
        judge(answers, "/citas/")
        assert rig.count(TAKEN, (clinic["doctor"], at)) == 1
        seconds += [a.seconds for a in answers]
    note(figure, "confirm", seconds)


def confirm(rig, clinic, person, at):
    """The review page's form, as it was rendered for this person."""
    form = {
        "key": str(uuid.uuid4()),
        "terms": clinic["terms"],
        "patient": person["patient_id"],
    }
    return Request(rig.path(0, at, "revisar/"), person["session"], form)


def begin(rig, clinic, crowd, at):
    """Everybody has a draft of this time, and one of them a hold that has just run out."""
    end = at + timedelta(minutes=clinic["minutes"])
    rig.sql(RUN_OUT_HOLD, (clinic["doctor"], clinic["pk"], at, end))
    rig.sql_many(
        DRAFT,
        [(p["holder"], clinic["pk"], at, p["account"], p["patient"]) for p in crowd],
    )
