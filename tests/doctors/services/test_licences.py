"""The number, the look-up, and what the doctor hears of it."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from core.models import Event
from doctors.enums import LicenceState, Verdict
from doctors.refusals import LicenceChanged, NothingToCheck
from doctors.services.licences import check_licence, state_licence
from notifications.tasks import relay

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def check(dr_chen, erin):
    def do(verdict=Verdict.VERIFIED, reason="", number="1234-5678"):
        return check_licence(
            doctor=dr_chen, number=number, verdict=verdict, reason=reason, actor=erin, now=NOW
        )

    return do


def state(doctor, number):
    state_licence(doctor=doctor, number=number, actor=doctor.user, now=NOW)
    doctor.refresh_from_db()
    return doctor.licence_state


def events():
    return [e.name for e in Event.objects.order_by("id") if e.name != "mail.stored"]


def test_licence_is_verified(dr_chen, erin, check):
    row = check()
    dr_chen.refresh_from_db()
    assert (dr_chen.licence_state, dr_chen.licence_checked_at) == (LicenceState.VERIFIED, NOW)
    assert (row.number, row.verdict, row.reason, row.checked_by) == (
        "1234-5678",
        "verified",
        "",
        erin,
    )
    assert events() == ["doctor.licence_verified"]


def test_licence_that_was_not_found_says_why(dr_chen, check):
    check(Verdict.REFUSED, "No consta en el registro.")
    dr_chen.refresh_from_db()
    assert (dr_chen.licence_state, dr_chen.licence_refusal) == (
        LicenceState.REFUSED,
        "No consta en el registro.",
    )
    check()
    dr_chen.refresh_from_db()
    assert (dr_chen.licence_state, dr_chen.licence_refusal) == (LicenceState.VERIFIED, "")
    assert dr_chen.licence_checks.count() == 2


@pytest.mark.parametrize(
    ("verdict", "subject"),
    [
        (Verdict.VERIFIED, "Verificamos su registro profesional"),
        (Verdict.REFUSED, "No pudimos verificar su registro profesional"),
    ],
)
def test_doctor_is_told_by_mail_without_the_reason(
    frozen, settings, dr_chen, check, verdict, subject
):
    settings.EMAIL_BACKEND = "core.mail.OutboxEmailBackend"
    check(verdict, "MOTIVO7Q" if verdict == Verdict.REFUSED else "")
    assert mail.outbox == []
    relay()
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == (subject, ["chen@ejemplo.test"])
    assert "/perfil/registro/" in letter.body
    assert "MOTIVO7Q" not in letter.body + letter.alternatives[0].content


def test_another_number_is_looked_up_again(dr_chen, check):
    check()
    assert state(dr_chen, "1234-5678") == LicenceState.VERIFIED
    assert state(dr_chen, "9999") == LicenceState.PENDING
    assert events() == ["doctor.licence_verified", "doctor.licence_stated"]


def test_same_number_after_a_refusal_asks_again(dr_chen, check):
    check(Verdict.REFUSED, "No consta.")
    assert state(dr_chen, "1234-5678") == LicenceState.PENDING
    assert dr_chen.licence_refusal == ""


def test_verdict_is_on_the_number_that_was_looked_up(dr_chen, check):
    with pytest.raises(LicenceChanged):
        check(number="1234-5679")
    dr_chen.licence_number = ""
    dr_chen.save()
    with pytest.raises(NothingToCheck):
        check(number="")
    assert (events(), dr_chen.licence_checks.count()) == ([], 0)
