"""The number, the look-up, and what the doctor hears of it."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from core.models import Event
from doctors.enums import LicenceState, Title, Verdict
from doctors.facts import facts_of
from doctors.models import Doctor, LicenceCheck
from doctors.refusals import LicenceChanged, NothingToCheck, OwnProfile
from doctors.services.corrections import Correction, correct_profile
from doctors.services.licences import check_licence, state_licence
from doctors.services.profiles import ProfileData, change_profile, choose_specialties
from notifications.tasks import relay
from tests.factories import AssistantFactory, SpecialtyFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def check(dr_chen, erin):
    def do(verdict=Verdict.VERIFIED, reason="", shown=None, actor=erin):
        return check_licence(
            doctor=dr_chen, shown=facts_of(dr_chen).mark if shown is None else shown,
            verdict=verdict, reason=reason, actor=actor, now=NOW,
        )  # fmt: skip

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
    assert (row.title, row.name, row.specialties) == ("dra", "Ana Molina Paz", ["cardiologia"])
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


def test_verdict_is_on_the_facts_that_were_looked_up(dr_chen, check):
    shown = facts_of(dr_chen).mark
    for change in ({"licence_number": "1234-5679"}, {"title": "lic_f"}, {"first_names": "Eva"}):
        before = Doctor.objects.values(*change).get()
        Doctor.objects.update(**change)
        with pytest.raises(LicenceChanged):
            check(shown=shown)
        Doctor.objects.update(**before)
    choose(dr_chen, "cardiologia", "pediatria")
    with pytest.raises(LicenceChanged):
        check(shown=shown)
    Doctor.objects.update(licence_number="")
    for mark in ("", shown):
        with pytest.raises(NothingToCheck):
            check(shown=mark)
    assert (events(), dr_chen.licence_checks.count()) == (["doctor.profile_changed"], 0)


# What was checked ----------------------------------------------------------------------


def rename(doctor, first_names="Ana", last_names="Molina Paz", title="dra"):
    data = ProfileData(title, first_names, last_names, "", ["es"], None, True)
    return change_profile(doctor=doctor, data=data, actor=doctor.user, now=NOW)


def choose(doctor, *slugs):
    rows = [SpecialtyFactory(slug=slug, name=slug.title()) for slug in slugs]
    return choose_specialties(doctor=doctor, specialties=rows, actor=doctor.user, now=NOW)


def verified(doctor):
    return Doctor.objects.get(pk=doctor.pk).licence_state == LicenceState.VERIFIED


@pytest.mark.parametrize(("said", "stays"), [
    ({}, True),
    ({"first_names": "ANA", "last_names": "molina  páz"}, True),
    ({"last_names": "Molina-Paz"}, True),
    ({"first_names": "Ana Molina", "last_names": "Paz"}, True),
    ({"title": "dr"}, True),
    ({"title": "lic_f"}, True),
    ({"first_names": "Eva"}, False),
    ({"first_names": "Ana María"}, False),
    ({"last_names": "Molina"}, False),
])  # fmt: skip
def test_another_name_is_looked_up_again(dr_chen, check, said, stays):
    check()
    # The page had the profile from before the check.
    dr_chen.licence_checked_at = None
    assert (rename(dr_chen, **said), verified(dr_chen)) == (not stays, stays)
    more = [] if stays else ["doctor.licence_reopened"]
    assert events() == ["doctor.licence_verified", "doctor.profile_changed", *more]


def test_a_doctors_title_is_looked_up_again(dr_chen, check):
    Doctor.objects.update(title=Title.LIC_F)
    dr_chen.refresh_from_db()
    check()
    assert (rename(dr_chen, title="lic_m"), verified(dr_chen)) == (False, True)
    assert (rename(dr_chen, title="dr"), verified(dr_chen)) == (True, False)


@pytest.mark.parametrize(("slugs", "stays"), [
    (["cardiologia", "pediatria"], True),
    (["pediatria", "cardiologia"], True),
    (["pediatria"], True),
    (["pediatria", "urologia"], False),
    (["urologia"], False),
])  # fmt: skip
def test_one_more_specialty_is_looked_up_again(dr_chen, check, slugs, stays):
    choose(dr_chen, "cardiologia", "pediatria")
    check()
    assert (choose(dr_chen, *slugs), verified(dr_chen)) == (not stays, stays)


def test_what_was_checked_counts_not_what_was_said_last(dr_chen, check):
    """A specialty that comes back is none that is new; a name is not changed in small steps."""
    choose(dr_chen, "cardiologia", "pediatria")
    check()
    assert choose(dr_chen, "cardiologia") is False
    assert choose(dr_chen, "cardiologia", "pediatria") is False
    assert rename(dr_chen, first_names="Eva") is True
    assert rename(dr_chen, first_names="Ana") is False
    assert verified(dr_chen) is False


def test_where_nobody_kept_what_was_checked_the_profile_counts(dr_chen):
    Doctor.objects.update(licence_checked_at=NOW)
    assert choose(dr_chen, "cardiologia") is False
    assert rename(dr_chen, first_names="ana") is False
    assert rename(dr_chen, first_names="Eva") is True
    Doctor.objects.update(licence_checked_at=NOW)
    assert choose(dr_chen, "cardiologia", "pediatria") is True


def test_a_refusal_stays_whatever_the_name(dr_chen, check):
    check(Verdict.REFUSED, "No consta.")
    assert rename(dr_chen, first_names="Eva") is False
    assert choose(dr_chen, "cardiologia", "pediatria") is False
    assert Doctor.objects.get().licence_state == LicenceState.REFUSED


@pytest.mark.parametrize(("changes", "stays"), [
    ({"slug": "otra"}, True), ({"last_names": "Molina Páz"}, True), ({"first_names": "Eva"}, False),
])  # fmt: skip
def test_a_name_that_the_team_corrects_is_looked_up_again(dr_chen, erin, check, changes, stays):
    check()
    said = {"first_names": "Ana", "last_names": "Molina Paz", "licence_number": "1234-5678",
            "slug": dr_chen.slug, **changes}  # fmt: skip
    correct_profile(doctor=dr_chen, correction=Correction(**said), actor=erin, now=NOW)
    assert verified(dr_chen) is stays


@pytest.mark.parametrize("who", ["doctor", "reception", "former reception"])
def test_nobody_judges_their_own_profile(dr_chen, clinic, erin, check, who):
    judge = dr_chen.user if who == "doctor" else erin
    if who != "doctor":
        ended = NOW if who == "former reception" else None
        AssistantFactory(doctor=dr_chen, clinics=[clinic], user=erin, ended_at=ended)
    said = Correction("Eva", "Molina Paz", "9", dr_chen.slug)
    before = Doctor.objects.values().get()
    if who == "former reception":
        check(actor=judge)
        correct_profile(doctor=dr_chen, correction=said, actor=judge, now=NOW)
        assert (LicenceCheck.objects.count(), Doctor.objects.get().first_names) == (1, "Eva")
        return
    with pytest.raises(OwnProfile):
        check(actor=judge)
    with pytest.raises(OwnProfile):
        correct_profile(doctor=dr_chen, correction=said, actor=judge, now=NOW)
    assert (LicenceCheck.objects.count(), Doctor.objects.values().get()) == (0, before)
