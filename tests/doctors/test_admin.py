"""Staff looks licences up."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse

from accounts.roles import SUPPORT, VERIFIERS, group_of
from core.models import Event
from doctors.enums import LicenceState
from doctors.facts import facts_of
from doctors.forms import ProfileForm
from doctors.models import Doctor, LicenceCheck
from doctors.photos import prepare
from doctors.services.profiles import (
    ProfileData,
    change_profile,
    choose_specialties,
    set_photo,
)
from tests.conftest import NOW
from tests.doctors import pictures
from tests.factories import AssistantFactory, DoctorFactory, SpecialtyFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:doctors_doctor_changelist")
AT = datetime(2026, 11, 1, tzinfo=UTC)


def page(doctor):
    return reverse("admin:doctors_doctor_licence", args=[doctor.pk])


@pytest.fixture
def staff(as_, root):
    return as_(root)


def say(client, doctor, **data):
    return client.post(page(doctor), {"shown": facts_of(doctor).mark, **data})


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


def test_who_waits_longest_for_a_check_comes_first(staff, now):
    for days, slug in ((3, "tres"), (9, "nueve"), (5, "cinco")):
        doctor = DoctorFactory(slug=slug, licence_checked_at=None)
        Doctor.objects.filter(pk=doctor.pk).update(created_at=now - timedelta(days=days))
    shown = staff.get(LIST, {"registro": "pending"}).context["cl"].result_list
    assert [doctor.slug for doctor in shown] == ["nueve", "cinco", "tres"]


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


def shown_on(html):
    return re.search(r'name="shown" value="(\w+)"', html)[1]


def test_verdict_on_a_profile_that_changed_meanwhile(staff, dr_chen):
    """Refused, with the facts of now; the next verdict is on those."""
    old = shown_on(staff.get(page(dr_chen)).content.decode())
    Doctor.objects.update(first_names="Eva")
    said = {"verdict": "refused", "reason": "No consta <así>"}
    for shown in (old, "", "x"):
        answer = staff.post(page(dr_chen), {**said, "shown": shown})
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "El perfil cambió mientras lo revisaba." in html
        assert "Dra. Eva Molina Paz" in html and "No consta &lt;así&gt;" in html
        assert not LicenceCheck.objects.exists()
    assert staff.post(page(dr_chen), {**said, "shown": shown_on(html)}).status_code == 302
    assert LicenceCheck.objects.get().name == "Eva Molina Paz"


def test_a_stale_page_stays_stale_when_the_form_comes_back(staff, dr_chen):
    old = shown_on(staff.get(page(dr_chen)).content.decode())
    Doctor.objects.update(first_names="Eva")
    answer = staff.post(page(dr_chen), {"verdict": "refused", "shown": old})
    assert (answer.status_code, shown_on(answer.content.decode())) == (422, old)


def test_what_changed_since_the_last_check_is_shown(staff, dr_chen):
    say(staff, dr_chen, verdict="verified")
    html = staff.get(page(dr_chen)).content.decode()
    assert ("Antes se llamaba" in html, "Resultado anterior" in html) == (False, False)
    said = {**ProfileForm.initial_of(dr_chen), "first_names": "Eva"}
    change_profile(doctor=dr_chen, data=ProfileData(**said), actor=dr_chen.user, now=AT)
    rows = [SpecialtyFactory(slug="urologia", name="Urología")]
    choose_specialties(doctor=dr_chen, specialties=rows, actor=dr_chen.user, now=AT)
    assert page(dr_chen) in staff.get(LIST, {"registro": "pending"}).content.decode()
    html = staff.get(page(dr_chen)).content.decode()
    for fact in ("<dt>Nombre</dt><dd>Dra. Eva Molina Paz</dd>",
                 "<dt>Antes se llamaba</dt><dd>Dra. Ana Molina Paz</dd>",
                 "<dt>Agregó desde entonces</dt><dd>Urología</dd>",
                 "<dt>Resultado anterior</dt><dd>Verificado, ", "<td>Dra. Ana Molina Paz</td>",
                 "<dt>Estado</dt><dd>Por verificar</dd>"):  # fmt: skip
        assert fact in html, fact


def test_nobody_judges_their_own_profile(as_, dr_chen, clinic):
    """Said on both pages, without a button; what is sent all the same changes nothing."""
    reception = AssistantFactory(doctor=dr_chen, clinics=[clinic]).user
    before = Doctor.objects.values().get()
    for own in (dr_chen.user, reception):
        own.is_staff = True
        own.save()
        own.groups.add(group_of(VERIFIERS))
        client = as_(own)
        for path in (page(dr_chen), reverse("admin:doctors_doctor_correct", args=[dr_chen.pk])):
            html = client.get(path).content.decode()
            assert "lo revisa otra persona del equipo" in html
            assert 'type="submit" class="default"' not in html
        assert say(client, dr_chen, verdict="verified").status_code == 409
        assert correct(client, dr_chen, first_names="Eva").status_code == 422
    assert (LicenceCheck.objects.count(), Doctor.objects.values().get()) == (0, before)


def test_profile_without_a_number_has_nothing_to_check(staff, dr_chen):
    Doctor.objects.update(licence_number="")
    assert "no tiene número de registro" in staff.get(page(dr_chen)).content.decode()
    assert say(staff, dr_chen, verdict="verified").status_code == 409
    assert not LicenceCheck.objects.exists()


def test_staff_needs_the_permission(as_, erin, alice, dr_chen):
    assert as_(erin).get(page(dr_chen)).status_code == 403
    assert as_(alice).get(page(dr_chen)).status_code == 404
    erin.user_permissions.add(Permission.objects.get(codename="change_doctor"))
    assert as_(erin).get(page(dr_chen)).status_code == 200


def test_profile_that_does_not_exist_is_404(staff):
    for key in ("0", "9" * 40, "x"):
        for name in ("licence", "correct"):
            path = reverse(f"admin:doctors_doctor_{name}", args=[key])
            assert staff.get(path).status_code == 404


def correct(client, doctor, **changes):
    names = ("first_names", "last_names", "licence_number", "slug")
    data = {name: getattr(doctor, name) for name in names}
    path = reverse("admin:doctors_doctor_correct", args=[doctor.pk])
    return client.post(path, {**data, "reason": "Lo pidió el colegio", **changes})


def test_number_that_its_doctor_changed_meanwhile_is_not_written_over(staff, dr_chen):
    page = staff.get(reverse("admin:doctors_doctor_correct", args=[dr_chen.pk])).content.decode()
    assert f'name="shown" value="{dr_chen.licence_number}"' in page
    Doctor.objects.filter(pk=dr_chen.pk).update(licence_number="9999-1111")
    answer = correct(staff, dr_chen, shown=dr_chen.licence_number)
    assert (answer.status_code, Doctor.objects.get().licence_number) == (422, "9999-1111")
    assert "cambió su número mientras usted escribía" in answer.content.decode()


def test_profile_is_only_looked_at(staff, root, dr_chen):
    before = Doctor.objects.values().get()
    change, delete = (
        reverse(f"admin:doctors_doctor_{act}", args=[dr_chen.pk]) for act in ("change", "delete")
    )
    html = staff.get(change).content.decode()
    assert reverse("admin:doctors_doctor_correct", args=[dr_chen.pk]) in html
    for name in ("first_names", "doctor_specialties-0-specialty", "_save"):
        assert f'name="{name}"' not in html, name
    assert staff.post(change, {"first_names": "Otra"}).status_code == 403
    assert staff.post(delete, {"post": "yes"}).status_code == 403
    assert staff.post(reverse("admin:doctors_doctor_add"), {}).status_code == 403
    assert Doctor.objects.values().get() == before


def test_number_that_is_corrected_takes_the_verdict_away(staff, dr_chen):
    dr_chen.licence_checked_at = AT
    dr_chen.save()
    for number, state in (("1234-5678", "verified"), ("9", "pending"), ("", "missing")):
        assert correct(staff, dr_chen, licence_number=number).status_code == 302
        dr_chen.refresh_from_db()
        assert (dr_chen.licence_number, dr_chen.licence_state) == (number, state)


def test_correction_is_written_down(frozen, staff, root, dr_chen):
    answer = correct(staff, dr_chen, first_names="Ana María", slug="ana-maria-molina")
    assert answer.url == reverse("admin:doctors_doctor_change", args=[dr_chen.pk])
    dr_chen.refresh_from_db()
    assert (dr_chen.first_names, dr_chen.slug) == ("Ana María", "ana-maria-molina")
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (root, str(dr_chen.pk))
    assert entry.get_change_message() == "Lo pidió el colegio"
    event = Event.objects.get()
    assert (event.name, event.actor, event.subject_id, event.occurred_at) == (
        "doctor.profile_changed", root, dr_chen.public_id, NOW,
    )  # fmt: skip
    former = staff.get(reverse("doctor", args=["ana-molina-paz"]))
    assert (former.status_code, former.url) == (301, reverse("doctor", args=["ana-maria-molina"]))


def test_address_of_another_is_refused(staff, dr_chen, dr_diaz):
    """Present or former, it is another's for ever; nothing is kept of what came with it."""
    was = dr_diaz.slug
    assert correct(staff, dr_diaz, slug="jose-diaz-vega").status_code == 302
    before = Doctor.objects.values().get(pk=dr_chen.pk)
    for slug in ("jose-diaz-vega", was):
        answer = correct(staff, dr_chen, slug=slug, first_names="Otra", licence_number="9")
        assert answer.status_code == 422
        assert "Ya hay un perfil con esa dirección." in answer.content.decode()
        assert Doctor.objects.values().get(pk=dr_chen.pk) == before
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": ""}, {"reason": "x"}, {"reason": "x" * 201}, {"first_names": "7"},
        {"last_names": ""}, {"slug": ""}, {"slug": "con espacios"}, {"slug": "x" * 121},
        {"licence_number": "9" * 41},
    ],
)  # fmt: skip
def test_correction_that_is_none_changes_nothing(staff, dr_chen, changes):
    before = Doctor.objects.values().get()
    answer = correct(staff, dr_chen, **changes)
    assert (answer.status_code, "errorlist" in answer.content.decode()) == (422, True)
    assert Doctor.objects.values().get() == before
    assert not LogEntry.objects.exists()


def test_correction_is_for_who_may(as_, erin, alice, dr_chen):
    path = reverse("admin:doctors_doctor_correct", args=[dr_chen.pk])
    erin.groups.add(group_of(SUPPORT))
    assert as_(erin).get(path).status_code == 403
    assert correct(as_(erin), dr_chen, first_names="Otra").status_code == 403
    assert as_(alice).get(path).status_code == 404
    dr_chen.refresh_from_db()
    assert dr_chen.first_names == "Ana"


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
