"""Pages of prescriptions speak one language."""

import pytest
from django.urls import reverse

from prescriptions.documents import Content, Medicine
from tests.factories import AppointmentFactory, AttendedFactory
from tests.languages.browser import page
from tests.prescriptions.world import TODAY, prescribe, revoke, template_of, typed

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SAID = Content(
    (
        Medicine("Bravo", "", "Bravo", "oral", "every", 8, 5, "Bravo", ""),
        Medicine("Bravo", "Bravo", "Bravo", "eye", "as_needed", 1, 1, "Bravo", "Bravo"),
        Medicine("Bravo", "", "Bravo", "topical", "once", None, None, "Bravo", ""),
    ),
    "Bravo",
)
BAD = ({"m1-name": ""}, {"m1-dose": ""}, {"m1-hours": ""}, {"m1-hours": "x"}, {"m1-days": "0"},
       {"m1-route": "x"}, {"m1-notes": "x" * 300}, {"days": "999"}, {"repeats": "-1"},
       {"key": ""}, {"m1-quantity": ""}, {"instructions": "x" * 3000})  # fmt: skip


def test_the_doctors_pages_speak_one_language(ana, clinic, alice, frozen):
    visit = AttendedFactory(clinic=clinic, patient=alice.patients.get())
    address = page("prescription_new", visit)
    ana.get(address)
    for change in BAD:
        ana.post(address, typed(SAID, **change))
    for act in ("add", "remove-1", "review", "edit"):
        ana.post(address, typed(SAID, act=act))
    ana.post(address, typed(Content(SAID.medicines * 9), act="add"))
    template_of(clinic.doctor, "Bravo", SAID)
    ana.post(address, typed(SAID))
    rows = [prescribe(visit, SAID, repeats=1),
            prescribe(visit, SAID, issued_on=TODAY.replace(day=1),
                      valid_until=TODAY.replace(day=2))]  # fmt: skip
    ana.get(address)
    ana.get(page("visit", visit))
    for row in rows:
        about = [visit.public_id, row.public_id]
        ana.get(reverse("portal:prescription", args=about))
        for reason in ("", "Bravo", "Otra"):
            ana.post(reverse("portal:prescription_revoke", args=about), {"reason": reason})
        ana.get(reverse("portal:prescription_revoke", args=about))
    ana.get(page("visit", visit))


def test_what_is_refused_speaks_one_language(ana, clinic, alice, frozen):
    coming = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    ana.post(page("prescription_new", coming), typed(SAID))
    visit = AttendedFactory(clinic=clinic, patient=alice.patients.get())
    clinic.doctor.licence_refused_at, clinic.doctor.licence_refusal = frozen, "Bravo"
    clinic.doctor.save()
    ana.get(page("prescription_new", visit))
    clinic.doctor.licence_refused_at, clinic.doctor.licence_refusal = None, ""
    clinic.doctor.licence_number = ""
    clinic.doctor.save()
    ana.get(page("prescription_new", visit))
    ana.post(page("prescription_new", visit), typed(SAID))


def test_templates_speak_one_language(ana, clinic):
    listed, new = (reverse(f"portal:prescription_template{end}") for end in ("s", "_new"))
    ana.get(listed)
    ana.get(new)
    ana.post(new, typed(SAID, name="", act="save"))
    row = template_of(clinic.doctor, "Bravo", SAID)
    ana.get(listed)
    for name in ("prescription_template", "prescription_template_delete"):
        ana.get(reverse(f"portal:{name}", args=[row.public_id]))
    ana.post(new, typed(SAID, name="Bravo, bravo", act="save"))
    ana.post(reverse("portal:prescription_template_delete", args=[row.public_id]))


def test_the_patients_pages_speak_one_language(her_reader, clinic, alice, frozen):
    mine = reverse("prescriptions:mine")
    her_reader.get(mine)
    visit = AttendedFactory(clinic=clinic, patient=alice.patients.get())
    rows = [prescribe(visit, SAID, repeats=n) for n in range(12)]
    old = prescribe(visit, SAID, issued_on=TODAY.replace(day=1), valid_until=TODAY.replace(day=2))
    revoke(rows[0])
    her_reader.get(mine)
    her_reader.get(reverse("appointments:appointment", args=[visit.public_id]))
    check = reverse("prescriptions:verify")
    for row in (*rows[:2], old):
        her_reader.get(reverse("prescriptions:prescription", args=[visit.public_id, row.public_id]))
        her_reader.get(f"{check}?codigo={row.said.code}")
    her_reader.get(reverse("records:readers"))
    for n in range(25):
        her_reader.get(f"{check}?codigo={n}" if n else check)
