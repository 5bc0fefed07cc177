"""Bad input at the pages of prescriptions: a sentence and 4xx, nothing lost, nothing unescaped."""

import pytest
from django.test import Client
from django.urls import reverse

from prescriptions.forms import MedicineForm, PrescriptionForm
from prescriptions.models import Prescription, PrescriptionTemplate, Revocation
from tests.prescriptions.world import MARKED, things_of_prescriptions, typed
from tests.test_hostile import VALUES, assault, filters, logged_in, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
LONG = {"100,000 characters": "x" * 100_000, "emoji": "👩🏽‍⚕️" * 3000, "rtl": "\u202e" * 9000}
EVERYTHING = [*VALUES.values(), *LONG.values()]
HEAD = [*PrescriptionForm.base_fields]
LINE = [f"m1-{name}" for name in MedicineForm.base_fields]
MORE = ["lines", "act", "author", "visit", "public_id", "code", "licence", "issued_at", "m99-name"]


@pytest.fixture
def things(frozen, clinic, alice):
    return things_of_prescriptions(clinic, alice.patients.get())


@pytest.fixture
def ana(dr_chen):
    return logged_in(dr_chen.user)()


def new(things):
    return reverse("portal:prescription_new", args=[things["prescribed"]])


def one(things, name="prescription", app="portal"):
    return reverse(f"{app}:{name}", args=[things["prescribed"], things["prescription"]])


def test_the_form_with_the_same_in_every_field(things, ana):
    paths = (new(things), reverse("portal:prescription_template_new"),
             reverse("portal:prescription_template", args=[things["template"]]))  # fmt: skip
    for path in paths:
        for value in EVERYTHING:
            answer = ana.post(path, dict.fromkeys((*HEAD, *LINE, *MORE, "name"), value))
            show(answer)
            assert answer.status_code in (400, 422), (path, value[:20])
    assert (Prescription.objects.count(), PrescriptionTemplate.objects.count()) == (1, 1)


@pytest.mark.parametrize("field", [*HEAD, *LINE, "lines", "act"])
def test_a_field_of_the_form(things, ana, field):
    """Text is kept as text; what is no number, no choice or too long is refused and shown."""
    for value in EVERYTHING:
        for act in ("review", "add", "issue"):
            answer = ana.post(new(things), typed(act=act) | {field: value})
            show(answer)
            assert answer.status_code in (200, 302, 400, 422), (act, value[:20])
            if answer.status_code == 302:
                show(ana.get(answer.url))
                assert ana.get(f"{answer.url}pdf/").content[:5] == b"%PDF-"
    rows = Prescription.objects.filter(public_id=things["prescription"])
    assert [row.said.content for row in rows] == [MARKED]


def test_reasons_and_names(things, ana, alice):
    for value in EVERYTHING:
        path = reverse("portal:prescription_template", args=[things["template"]])
        answer = ana.post(path, typed(name=value, act="save"))
        show(answer)
        assert answer.status_code in (302, 400, 422)
        show(ana.get(reverse("portal:prescription_templates")))
    for value in EVERYTHING:
        answer = ana.post(one(things, "prescription_revoke"), {"reason": value})
        show(answer)
        assert answer.status_code in (302, 400, 409, 422)
    assert Revocation.objects.count() == 1
    show(ana.get(one(things)))
    show(logged_in(alice)().get(one(things, app="prescriptions")))


def test_pages_that_are_looked_at(things, alice, ana, settings):
    settings.CHECKS_PER_ADDRESS = 10_000
    assault(filters(logged_in(alice)(), reverse("prescriptions:mine"), ["pagina"]))
    assault(filters(Client(), reverse("prescriptions:verify"), ["codigo"]))
    for name in ("plantilla", "repetir"):
        for value in VALUES.values():
            answer = ana.get(new(things), {name: value})
            assert answer.status_code in ((200,) if value == "" else (400, 404)), value[:20]
