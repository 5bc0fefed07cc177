"""The doctor's pages: written, looked at once more, issued, downloaded, revoked, kept."""

import pytest
from django.urls import reverse

from prescriptions.documents import Content
from prescriptions.models import Prescription, PrescriptionTemplate, Revocation
from records.models import AccessLog
from tests.factories import AppointmentFactory, AttendedFactory
from tests.prescriptions.world import MARK, MARKED, REASON, prescribe, revoke, template_of, typed
from tests.records.world import note

pytestmark = pytest.mark.django_db
TEMPLATES = "/agenda/recetas/plantillas/"


def new(visit):
    return reverse("portal:prescription_new", args=[visit.public_id])


def page(row, name="prescription"):
    return reverse(f"portal:{name}", args=[row.visit.public_id, row.public_id])


@pytest.fixture
def ana(frozen, as_, dr_chen):
    return as_(dr_chen.user)


@pytest.fixture
def issued(attended):
    return prescribe(attended)


def acts():
    return list(AccessLog.objects.order_by("pk").values_list("act", flat=True))


def test_from_the_form_to_the_paper(ana, attended):
    visit = reverse("portal:visit", args=[attended.public_id])
    assert new(attended) in ana.get(visit).content.decode()
    assert ana.get(new(attended)).status_code == 200
    sent = typed()
    looked = ana.post(new(attended), {**sent, "act": "review"})
    assert looked.status_code == 200 and not Prescription.objects.exists()
    html = looked.content.decode()
    assert f"{MARK} dose cada 24 horas por 30 días" in html and "Emitir la receta" in html
    for name, value in sent.items():
        if name not in ("act", "instructions"):
            assert f'name="{name}" value="{value}"' in html
    answer = ana.post(new(attended), sent)
    row = Prescription.objects.get()
    assert answer.url == page(row)
    assert row.said.content == MARKED
    assert ana.post(new(attended), sent).url == page(row)
    assert Prescription.objects.count() == 1
    assert page(row) in ana.get(visit).content.decode()
    assert acts() == ["prescribed"]


def test_lines_are_added_and_taken_away_with_all_that_is_typed(ana, attended):
    sent = typed(days="cien", key="x")
    html = ana.post(new(attended), {**sent, "act": "add"}).content.decode()
    assert 'id="medicamento-3"' in html and f"{MARK} notes" in html and 'value="cien"' in html
    assert "Hay un problema" not in html
    html = ana.post(new(attended), {**sent, "act": "remove-1"}).content.decode()
    assert f"{MARK} name" not in html and "Paracetamol" in html
    for act in ("remove-9", "remove-x", "remove-", "edit"):
        html = ana.post(new(attended), {**sent, "act": act}).content.decode()
        assert f"{MARK} name" in html and "Paracetamol" in html
    assert not Prescription.objects.exists()


def test_twenty_medicines_are_the_most(ana, attended):
    many = Content(MARKED.medicines[:1] * 25)
    html = ana.post(new(attended), typed(many, act="add")).content.decode()
    assert 'id="medicamento-20"' in html and 'id="medicamento-21"' not in html
    assert "como máximo 20" in html


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"m1-name": ""}, "Complete «Medicamento»."),
    ({"m1-dose": " "}, "Complete «Dosis»."),
    ({"m1-quantity": ""}, "Complete «Cantidad total»."),
    ({"m1-hours": ""}, "Escriba cada cuántas horas se toma."),
    ({"m1-hours": "0"}, "Escriba un número entero entre 1 y 168."),
    ({"m1-days": "x"}, "Escriba un número entero entre 1 y 366."),
    ({"m1-route": "nowhere"}, "Elija una de las opciones de la lista."),
    ({"m1-name": "x" * 121}, "Escriba 120 caracteres o menos (tiene 121)."),
    ({"m2-name": "\x00"}, "Quite los caracteres"),
    ({"days": "367"}, "Escriba un número entero entre 1 y 366."),
    ({"repeats": "13"}, "Escriba un número entero entre 0 y 12."),
    ({"key": ""}, "Abra la página otra vez."),
])  # fmt: skip
def test_what_is_refused_is_said_and_kept(ana, attended, changes, sentence):
    answer = ana.post(new(attended), typed(**changes))
    html = answer.content.decode()
    assert (answer.status_code, sentence in html, f"{MARK} instructions" in html) == (
        422, True, True,
    )  # fmt: skip
    assert not Prescription.objects.exists()


def test_an_empty_line_is_left_out(ana, attended):
    ana.post(new(attended), typed(lines="5", **{"m3-rhythm": "every", "m3-route": "oral"}))
    assert Prescription.objects.get().said.content == MARKED


def test_without_a_licence_the_page_says_where_to_write_it(ana, attended, dr_chen):
    dr_chen.licence_number = ""
    dr_chen.save()
    html = ana.get(new(attended)).content.decode()
    assert reverse("portal:profile_licence") in html and "Agregar otro" not in html
    for act in ("review", "issue"):
        answer = ana.post(new(attended), typed(act=act))
        assert answer.status_code == 409
        assert "registro profesional" in answer.content.decode()


def test_visits_that_do_not_take_place_yet(ana, clinic, alice):
    coming = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    visit = reverse("portal:visit", args=[coming.public_id])
    assert ana.get(new(coming)).url == visit
    assert ana.post(new(coming), typed()).status_code == 409
    assert new(coming) not in ana.get(visit).content.decode()


def test_each_look_and_each_paper_is_a_line(ana, issued):
    html = ana.get(page(issued)).content.decode()
    assert issued.said.code in html and f"{MARK} name" in html
    answer = ana.get(page(issued, "prescription_pdf"))
    assert answer["Content-Disposition"] == 'attachment; filename="receta-2026-11-23.pdf"'
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert acts() == ["rx_read", "rx_printed"]


def test_revoked_with_a_reason(ana, issued):
    address = page(issued, "prescription_revoke")
    assert ana.get(address).status_code == 200 and not Revocation.objects.exists()
    assert ana.post(address, {"reason": " "}).status_code == 422
    for _n in range(2):
        assert ana.post(address, {"reason": REASON}).url == page(issued)
    assert Revocation.objects.get().reason == REASON
    assert ana.post(address, {"reason": "Otra"}).status_code == 409
    html = ana.get(page(issued)).content.decode()
    assert "ANULADA" in html and REASON in html
    assert ana.get(page(issued, "prescription_pdf")).content[:5] == b"%PDF-"


def test_repeated_and_filled_from_a_template(ana, issued, dr_chen, clinic, alice):
    template = template_of(dr_chen)
    today = AttendedFactory(clinic=clinic, patient=alice.patients.get(), starts_at=issued.issued_at)
    html = ana.get(new(today)).content.decode()
    assert f"?plantilla={template.public_id}" in html and f"?repetir={issued.public_id}" in html
    for wanted in (f"?plantilla={template.public_id}", f"?repetir={issued.public_id}"):
        html = ana.get(new(today) + wanted).content.decode()
        assert f"{MARK} name" in html and f"{MARK} instructions" in html and "Paracetamol" in html
    assert acts() == ["rx_read"]
    for wanted in ("?plantilla=x", "?repetir=x", f"?repetir={template.public_id}"):
        assert ana.get(new(today) + wanted).status_code == 404


def test_another_patients_is_not_repeated(ana, issued, clinic, bob):
    today = AttendedFactory(clinic=clinic, patient=bob.patients.get(), starts_at=issued.issued_at)
    assert ana.get(f"{new(today)}?repetir={issued.public_id}").status_code == 404
    assert acts() == []


def test_another_doctor_finds_nothing(frozen, as_, dr_diaz, dr_chen, issued):
    diaz, template = as_(dr_diaz.user), template_of(dr_chen)
    for name in ("prescription", "prescription_pdf", "prescription_revoke"):
        assert diaz.get(page(issued, name)).status_code == 404
    assert diaz.get(f"{TEMPLATES}nueva/?receta={issued.public_id}").status_code == 404
    assert diaz.get(f"{TEMPLATES}{template.public_id}/").status_code == 404
    assert MARK not in diaz.get(TEMPLATES).content.decode()
    assert acts() == []


def test_reception_sees_nothing_of_it(frozen, as_, carla, issued):
    html = as_(carla).get(reverse("portal:visit", args=[issued.visit.public_id]))
    assert "eceta" not in html.content.decode()
    assert as_(carla).get(page(issued)).status_code == 404


def test_templates_are_kept_changed_and_deleted(ana, issued, dr_chen):
    html = ana.get(f"{TEMPLATES}nueva/?receta={issued.public_id}").content.decode()
    assert f"{MARK} quantity" in html
    answer = ana.post(f"{TEMPLATES}nueva/", typed(name="Inicial", act="save"))
    row = PrescriptionTemplate.objects.get()
    assert (answer.url, row.said.name, row.said.content) == (TEMPLATES, "Inicial", MARKED)
    one = f"{TEMPLATES}{row.public_id}/"
    assert "Inicial" in ana.get(one).content.decode()
    assert ana.post(one, typed(name="", act="save")).status_code == 422
    assert 'id="medicamento-3"' in ana.post(one, typed(name="x", act="add")).content.decode()
    ana.post(one, typed(name="Otra", act="save"))
    assert PrescriptionTemplate.objects.get().said.name == "Otra"
    assert "Otra" in ana.get(f"{one}borrar/").content.decode()
    assert ana.post(f"{one}borrar/").url == TEMPLATES
    assert not PrescriptionTemplate.objects.exists()
    assert ana.post(f"{one}borrar/").status_code == 404
    assert acts() == ["rx_read"]


def test_a_revoked_one_says_so_where_the_visit_is(ana, issued):
    revoke(issued)
    visit = reverse("portal:visit", args=[issued.visit.public_id])
    assert "Anulada" in ana.get(visit).content.decode()


def test_allergies_stand_where_medicines_are_written(ana, attended):
    note(attended, text="PENICILINA7Q")
    before = acts()
    for answer in (
        ana.get(new(attended)),
        ana.post(new(attended), {**typed(), "act": "add"}),
        ana.post(new(attended), {**typed(), "act": "review"}),
    ):
        assert "PENICILINA7Q" in answer.content.decode()
    assert acts() == [*before, "known", "known", "known"]


@pytest.mark.parametrize("field", ["m1-name", "m1-notes", "instructions"])
def test_what_no_pharmacy_could_read_is_refused(ana, attended, field):
    answer = ana.post(new(attended), typed(act="issue") | {field: "Losartán 💊"})
    html = answer.content.decode()
    assert (answer.status_code, Prescription.objects.count()) == (422, 0)
    assert "El papel no puede mostrar «💊». Escríbalo con letras." in html
    assert "Losartán 💊" in html
