"""The admin's first page for each group of the team: its queues, its search, its limits."""

from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import label_for_field
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.text import camel_case_to_spaces

from accounts.roles import ADMINISTRATORS, MODERATORS, ROLES, SUPPORT, VERIFIERS, group_of
from core.names import NAMES, has_no_name
from doctors.enums import LicenceState
from doctors.models import Doctor
from notifications.enums import State
from tests.conftest import NOW, SLOT
from tests.factories import AppointmentFactory, ClinicFactory, DoctorFactory, MessageFactory

pytestmark = pytest.mark.django_db
WHY = "Pregunta la médica, ticket A7K2"
INDEX, FIND = reverse("admin:index"), reverse("admin:find")
OURS = (
    "accounts", "appointments", "clinics", "doctors", "notifications", "reviews", "support",
)  # fmt: skip
LICENCES, OPINIONS = "Registros profesionales por verificar", "Opiniones por decidir"
LATE, LOST = "Mensajes atrasados", "Mensajes que no llegaron, de los últimos siete días"


def queues_on(html):
    names = (LICENCES, OPINIONS, LATE, LOST)
    return {name for name in names if f"</strong> {name}</a>" in html}


@pytest.mark.parametrize(
    ("role", "queues"),
    [
        (SUPPORT, {LATE, LOST}), (MODERATORS, {OPINIONS}), (VERIFIERS, {LICENCES}),
        (ADMINISTRATORS, {LICENCES, OPINIONS, LATE, LOST}),
    ],
)  # fmt: skip
def test_each_group_sees_its_queues(frozen, as_, erin, role, queues):
    erin.groups.add(group_of(role))
    assert queues_on(as_(erin).get(INDEX).content.decode()) == queues


def test_who_has_no_group_sees_none(frozen, as_, erin):
    assert queues_on(as_(erin).get(INDEX).content.decode()) == set()


def test_queues_count_what_waits_and_lead_there(frozen, as_, root, clinic, alice):
    before = Doctor.objects.in_licence_state(LicenceState.PENDING).count()
    DoctorFactory(licence_number="777", licence_checked_at=None)
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    MessageFactory(visit=visit, state=State.GIVEN_UP, due_at=NOW)
    html = as_(root).get(INDEX).content.decode()
    assert f"<strong>{before + 1}</strong> {LICENCES}" in html
    assert f"<strong>1</strong> {LOST}" in html
    assert f"<strong>0</strong> {OPINIONS}" in html
    assert f"{reverse('admin:notifications_message_changelist')}?atencion=lost" in html


def test_roles_are_what_the_table_says(erin):
    group_of(SUPPORT).permissions.clear()
    call_command("roles")
    call_command("roles")
    erin.groups.add(group_of(SUPPORT))
    assert erin.has_perm("notifications.resend_message")
    assert not erin.has_perm("doctors.change_doctor")


@pytest.mark.parametrize("role", ROLES)
def test_no_role_opens_what_is_clinical(erin, role):
    erin.groups.add(group_of(role))
    apps = {permission.partition(".")[0] for permission in erin.get_all_permissions()}
    assert apps & {"records", "prescriptions", "sessions", "core"} == set()
    assert not erin.has_perm("appointments.view_bookingdraft")


# One search --------------------------------------------------------------------------------------


@pytest.fixture
def support(as_, erin):
    erin.groups.add(group_of(SUPPORT))
    return as_(erin)


def found(client, typed):
    answer = client.post(FIND, {"q": typed})
    assert answer.status_code == 200
    html = answer.content.decode()
    return [part.partition("</h2>")[0] for part in html.split("<h2>")[1:] if "</h2>" in part]


def test_search_finds_by_what_one_has_at_hand(frozen, support, clinic, alice, dr_chen):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    message = MessageFactory(visit=visit, address="otra@ejemplo.test")
    dr_chen.licence_number = "MSP-4711"
    dr_chen.save()
    assert found(support, "alice@ejemplo.test") == ["Cuentas", "Pacientes", "Citas"]
    assert "Pacientes" in found(support, "vera")
    assert found(support, visit.code) == ["Citas", "Mensajes"]
    assert found(support, "MSP-4711") == ["Médicos"]
    assert found(support, "otra@ejemplo.test") == ["Mensajes"]
    assert found(support, str(message.public_id)) == ["Mensajes"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "a\x00b", "zzz", "%", "'", "<script>", "\u202e", "٣", "x7q x7r"]
)
def test_search_finds_nothing_politely(frozen, support, alice, typed):
    assert found(support, typed) == []


def test_search_leaves_nothing_in_the_address(frozen, support, alice):
    html = support.get(FIND, {"q": alice.email}).content.decode()
    assert ('method="post"' in html, alice.email in html) == (True, False)


def test_search_for_too_much_says_so(frozen, support):
    answer = support.post(FIND, {"q": "x" * 101})
    assert (answer.status_code, "Escriba menos" in answer.content.decode()) == (400, True)


def test_search_shows_only_what_one_may_see(frozen, as_, erin, alice):
    erin.groups.add(group_of(MODERATORS))
    assert found(as_(erin), "alice@ejemplo.test") == []


def test_search_asks_a_fixed_number_of_questions(frozen, support, clinic, alice):
    patient = alice.patients.get()
    visit = AppointmentFactory(clinic=clinic, patient=patient)
    for n in range(12):
        MessageFactory(visit=visit, address="x@y.test", version=n + 2)
    with CaptureQueriesContext(connection) as few:
        support.post(FIND, {"q": "zzz"})
    with CaptureQueriesContext(connection) as many:
        support.post(FIND, {"q": "x@y.test"})
    assert len(many) <= len(few) + 2


def explanation(browser, clinic, **typed):
    page = reverse("admin:doctors_doctor_explain", args=[clinic.doctor.pk])
    said = {"consultorio": str(clinic.public_id), "reason": WHY, **typed}
    return browser.post(page, said)


def test_support_tells_why_a_time_is_not_offered(frozen, support, clinic, alice):
    AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=SLOT)
    html = support.get(reverse("admin:doctors_doctor_change", args=[clinic.doctor.pk]))
    assert reverse("admin:doctors_doctor_explain", args=[clinic.doctor.pk]) in html.content.decode()
    local = SLOT.astimezone(ZoneInfo(clinic.zone))
    for hour, said in ((f"{local:%H:%M}", "Hay una cita de"), ("03:00", "Está fuera del horario")):
        answer = explanation(support, clinic, fecha=f"{local:%Y-%m-%d}", hora=hour)
        assert answer.status_code == 200
        html = answer.content.decode()
        assert said in html
        assert "No se ofrece a los pacientes" in html
        assert "/agenda/" not in html
    later = explanation(support, clinic, fecha=f"{local:%Y-%m-%d}", hora="11:00")
    assert "Se ofrece a los pacientes" in later.content.decode()
    asked = LogEntry.objects.filter(object_id=str(clinic.doctor.pk)).order_by("pk")
    assert [entry.get_change_message() for entry in asked] == [
        f"Explicar una hora (2026-11-24 {hour} UTC): {WHY}" for hour in ("15:00", "08:00", "16:00")
    ]


@pytest.mark.parametrize("reason", ["", "no", "x" * 201])
def test_whose_time_it_is_is_told_for_a_reason(frozen, support, clinic, alice, reason):
    AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=SLOT)
    answer = explanation(support, clinic, fecha="2026-11-24", hora="10:00", reason=reason)
    html = answer.content.decode()
    assert (answer.status_code, "Hay una cita de" in html, "10:00" in html) == (422, False, True)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("typed", [
    {"fecha": "", "hora": ""}, {"fecha": "2026-13-45", "hora": "25:99"},
    {"fecha": "9999-12-31", "hora": "10:00"}, {"fecha": "0001-01-01", "hora": "-1:00"},
    {"hora": "<script>"},
])  # fmt: skip
def test_an_impossible_time_gets_a_sentence(frozen, support, clinic, typed):
    answer = explanation(support, clinic, **typed)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_another_doctors_consultorio_is_none_of_this_ones(frozen, support, clinic):
    other = ClinicFactory()
    page = reverse("admin:doctors_doctor_explain", args=[clinic.doctor.pk])
    said = {"consultorio": str(other.public_id), "reason": WHY}
    assert support.post(page, said).status_code == 404


@pytest.mark.parametrize("role", [MODERATORS, VERIFIERS])
def test_others_of_the_team_do_not_see_the_agenda(frozen, as_, erin, clinic, role):
    erin.groups.add(group_of(role))
    assert explanation(as_(erin), clinic).status_code == 403


def shown_of(page, request):
    """The columns of a page of the admin and of what it lists below."""
    for _name, block in page.get_fieldsets(request, page.model()):
        for name in block["fields"]:
            yield from name if isinstance(name, (list, tuple)) else (name,)
    yield from (name for name in page.get_list_display(request) if isinstance(name, str))


def test_every_column_that_the_team_reads_has_a_name(rf, root):
    request, unnamed = rf.get("/"), []
    request.user = root
    for model, page in site._registry.items():
        inlines = [(i.model, i.fields or ()) for i in page.get_inlines(request, model())]
        for of, names in [(model, shown_of(page, request)), *inlines]:
            if of.__module__.split(".")[0] in OURS:
                columns = {field.name: field for field in of._meta.concrete_fields}
                unnamed += [
                    f"{of.__name__}.{name}" for name in names
                    if name in columns and name not in NAMES and has_no_name(columns[name])
                ]  # fmt: skip
    assert sorted(set(unnamed)) == []


def test_every_column_of_a_list_is_called_something_in_spanish(rf, root):
    """What is neither a field nor named is called by its name in the code."""
    request, bare = rf.get("/"), []
    request.user = root
    for model, page in site._registry.items():
        for name in page.get_list_display(request):
            label = str(label_for_field(name, model, page)).lower()
            if label == str(name).replace("_", " ") and label != "no":
                bare.append(f"{model.__name__}.{name}")
        app = model._meta.app_config
        if str(app.verbose_name).lower() == app.label.replace("_", " "):
            bare.append(app.label)
        if str(model._meta.verbose_name) == camel_case_to_spaces(model.__name__):
            bare.append(model.__name__)
    assert bare == []
