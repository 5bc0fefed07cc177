"""Staff looks licences up."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse

from accounts.roles import SUPPORT, group_of
from doctors.enums import LicenceState
from doctors.models import Doctor, LicenceCheck
from doctors.photos import prepare
from doctors.services.profiles import set_photo
from tests.doctors import pictures

pytestmark = pytest.mark.django_db
LIST = reverse("admin:doctors_doctor_changelist")
AT = datetime(2026, 11, 1, tzinfo=UTC)


def page(doctor):
    return reverse("admin:doctors_doctor_licence", args=[doctor.pk])


@pytest.fixture
def staff(as_, root):
    return as_(root)


def say(client, doctor, **data):
    return client.post(page(doctor), {"number": doctor.licence_number, **data})


def test_queue_has_who_waits(staff, dr_chen, dr_diaz):
    dr_diaz.licence_checked_at = AT
    dr_diaz.save()
    shown = {
        state: [d.slug for d in staff.get(LIST, {"registro": state}).context["cl"].result_list]
        for state in ("pending", "verified", "refused", "missing", "xyz")
    }
    assert shown == {
        "pending": ["ana-molina-paz"],
        "verified": ["jose-diaz"],
        "refused": [],
        "missing": [],
        "xyz": ["jose-diaz", "ana-molina-paz"],
    }
    assert page(dr_chen) in staff.get(LIST).content.decode()


def test_licence_page_shows_what_to_look_up(staff, dr_chen):
    html = staff.get(page(dr_chen)).content.decode()
    for fact in ("1234-5678", "Dra. Ana Molina Paz", "Cardiología", "Por verificar"):
        assert fact in html


def test_licence_is_verified(staff, root, dr_chen):
    answer = say(staff, dr_chen, verdict="verified", reason="no importa")
    assert answer.url == f"{LIST}?registro=pending"
    dr_chen.refresh_from_db()
    assert dr_chen.licence_state == LicenceState.VERIFIED
    check = LicenceCheck.objects.get()
    assert (check.checked_by, check.verdict, check.reason) == (root, "verified", "")
    assert LogEntry.objects.get().object_id == str(dr_chen.pk)
    assert [letter.to for letter in mail.outbox] == [["chen@ejemplo.test"]]


def test_licence_is_refused_with_a_reason(staff, dr_chen):
    answer = say(staff, dr_chen, verdict="refused", reason=" ")
    assert answer.status_code == 422
    assert "Escriba el motivo" in answer.content.decode()
    say(staff, dr_chen, verdict="refused", reason="No consta.")
    dr_chen.refresh_from_db()
    assert (dr_chen.licence_state, dr_chen.licence_refusal) == (LicenceState.REFUSED, "No consta.")
    assert "No consta." in staff.get(page(dr_chen)).content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"verdict": "maybe"}, {"verdict": "refused", "reason": "x" * 301}]
)
def test_verdict_that_is_none_changes_nothing(staff, dr_chen, data):
    assert say(staff, dr_chen, **data).status_code == 422
    assert not LicenceCheck.objects.exists()


def test_verdict_on_a_number_that_changed_meanwhile(staff, dr_chen):
    answer = staff.post(page(dr_chen), {"number": "1", "verdict": "verified"}, follow=True)
    assert answer.redirect_chain == [(page(dr_chen), 302)]
    assert "cambió mientras lo revisaba" in answer.content.decode()
    assert not LicenceCheck.objects.exists()


def test_profile_without_a_number_has_nothing_to_check(staff, dr_chen):
    Doctor.objects.update(licence_number="")
    assert "no tiene número de registro" in staff.get(page(dr_chen)).content.decode()
    assert say(staff, dr_chen, verdict="verified").status_code == 302
    assert not LicenceCheck.objects.exists()


def test_staff_needs_the_permission(as_, erin, alice, dr_chen):
    assert as_(erin).get(page(dr_chen)).status_code == 403
    assert as_(alice).get(page(dr_chen)).status_code == 404
    erin.user_permissions.add(Permission.objects.get(codename="change_doctor"))
    assert as_(erin).get(page(dr_chen)).status_code == 200


def test_profile_that_does_not_exist_is_404(staff):
    for key in ("0", "9" * 40, "x"):
        path = reverse("admin:doctors_doctor_licence", args=[key])
        assert staff.get(path).status_code == 404


def test_support_that_corrects_a_number_takes_the_verdict_away(staff, dr_chen):
    dr_chen.licence_checked_at = AT
    dr_chen.save()
    change = reverse("admin:doctors_doctor_change", args=[dr_chen.pk])
    form = staff.get(change).context["adminform"].form
    data = {n: v for n, v in form.initial.items() if v not in (None, False, [])}
    for prefix in ("licence_checks", "doctor_specialties", "education", "experience",
                   "qualifications"):  # fmt: skip
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    data["languages"] = "es"
    for number, state in (("1234-5678", "verified"), ("9", "pending")):
        assert staff.post(change, {**data, "licence_number": number}).status_code == 302
        dr_chen.refresh_from_db()
        assert (dr_chen.licence_number, dr_chen.licence_state) == (number, state)


def test_photo_that_offends_is_removed(settings, tmp_path, staff, dr_chen):
    settings.MEDIA_ROOT = tmp_path
    made = prepare(BytesIO(pictures.picture()))
    set_photo(doctor=dr_chen, pictures=made, actor=dr_chen.user, now=AT)
    act = {"action": "remove_photos", "_selected_action": [dr_chen.pk], "index": 0}
    assert 'name="reason"' in staff.post(LIST, act).content.decode()
    dr_chen.refresh_from_db()
    assert dr_chen.photo is not None
    staff.post(LIST, {**act, "reason": "No es una foto suya"})
    dr_chen.refresh_from_db()
    assert dr_chen.photo is None
    assert LogEntry.objects.get().get_change_message() == "No es una foto suya"


def test_who_only_looks_is_shown_no_way_to_the_verdict(as_, erin, dr_chen):
    erin.groups.add(group_of(SUPPORT))
    change = reverse("admin:doctors_doctor_change", args=[dr_chen.pk])
    for path in (LIST, change):
        html = as_(erin).get(path).content.decode()
        assert (page(dr_chen) in html, "Por verificar" in html) == (False, True), path
