"""A copy holds all of a person's data, and nothing of anybody else's."""

import json

import pytest
from django.apps import apps

from accounts.models import Patient, User
from doctors.models import LicenceCheck
from privacy.bundles import bundle_of, collected_of
from privacy.collecting import COVERED, LEFT_OUT, Asking
from records.enums import Act, Role
from records.models import AccessLog
from records.services.accesses import Look, log_access
from tests.factories import ClinicFactory
from tests.prescriptions.world import MARK
from tests.privacy.world import ALICES, REASON, fill
from tests.records.world import CLINICAL, PDF

pytestmark = pytest.mark.django_db


def reaches_a_person(model, seen=()):
    """Whether a row can belong to somebody, by itself or by what it hangs on."""
    if model in (User, Patient):
        return True
    if model in seen:
        return False
    targets = [f.related_model for f in model._meta.get_fields()
               if (f.many_to_one or f.one_to_one or f.many_to_many) and f.concrete]  # fmt: skip
    return any(reaches_a_person(target, (*seen, model)) for target in targets)


def test_every_model_of_a_person_is_collected_or_left_out_for_a_reason():
    found = {m._meta.label for m in apps.get_models() if reaches_a_person(m)}
    assert sorted(found) == sorted(COVERED | set(LEFT_OUT))
    assert sorted(COVERED & set(LEFT_OUT)) == []


@pytest.fixture
def hers(frozen, alice, clinic):
    fill(alice, clinic)
    return collected_of(Asking(alice, frozen))


def test_everything_of_hers_is_there(hers):
    text = hers.as_json().decode()
    tables = json.loads(text)
    assert [word for word in (*ALICES.values(), REASON, MARK) if word not in text] == []
    assert tables["consultations"][0]["instructions"] == f"{CLINICAL} instructions"
    assert tables["consultations"][0]["diagnoses"] == []
    assert list(hers.files.values()) == [PDF]
    assert sorted(tables) == [
        "account", "addresses", "consents", "consultations", "message_preferences",
        "messages", "opinions", "people", "prescriptions", "shares", "visits", "waiting",
        "who_looked",
    ]  # fmt: skip


def test_what_the_doctor_did_not_release_is_not_there(hers):
    text = hers.as_json().decode()
    assert [w for w in ("history", "assessment", "plan", "private_note", "text") if
            f"{CLINICAL} {w}" in text] == []  # fmt: skip


def test_reading_records_for_a_copy_is_logged(hers, alice):
    looks = AccessLog.objects.filter(reader=alice).order_by("pk").values_list("act", flat=True)
    assert list(looks) == ["released", "file", "rx_read"]


def test_from_which_network_a_doctor_looked_is_the_doctors(hers, frozen, alice, dr_chen):
    patient = alice.patients.get(relationship="self")
    for reader, role, address in (
        (dr_chen.user, Role.DOCTOR, "203.0.113.9"), (alice, Role.PATIENT, "198.51.100.7"),
    ):  # fmt: skip
        look = Look(reader=reader, role=role, at=frozen, address=address)
        log_access(look, act=Act.HISTORY, patient=patient)
    read = json.loads(collected_of(Asking(alice, frozen)).as_json())["who_looked"]
    found = [(row["reader"], row.get("network")) for row in read if row["act"] == "history"]
    assert found == [(dr_chen.user.full_name, None), (alice.full_name, "198.51.100.0/24")]
    assert "203.0.113" not in json.dumps(read)


def test_nothing_of_another_person(hers, bob, dr_diaz, frozen):
    fill(bob, ClinicFactory(doctor=dr_diaz))
    bob.refresh_from_db()
    text = collected_of(Asking(bob, frozen)).as_json().decode()
    assert "alice@ejemplo.test" not in text
    assert "bob@ejemplo.test" not in hers.as_json().decode()


def test_a_doctors_copy_has_the_practice_and_no_patient(hers, dr_chen, frozen):
    text = collected_of(Asking(dr_chen.user, frozen)).as_json().decode()
    tables = json.loads(text)
    assert tables["doctor"][0]["licence_number"] == "1234-5678"
    assert len(tables["clinics"][0]["hours"]) == 7
    assert "prescription_templates" in tables
    words = [ALICES["last"], ALICES["email"], REASON, ALICES["phone"], f"{CLINICAL} plan"]
    assert [word for word in words if word in text] == []


def test_a_doctors_copy_says_as_whom_the_licence_was_looked_up(dr_chen, root, frozen):
    looked = {"number": "1234-5678", "verdict": "verified", "checked_by": root}
    dr_chen.licence_checks.all().delete()
    for more in ({}, {"title": "dra", "name": "Ana Chen", "specialties": ["cardiologia", "gone"]}):
        LicenceCheck.objects.create(doctor=dr_chen, checked_at=frozen, **looked, **more)
    found = collected_of(Asking(dr_chen.user, frozen))
    at = {"verdict": "verified", "reason": "", "checked_at": frozen.isoformat()}
    assert found.tables["licence_checks"] == [
        {"number": "1234-5678", "title": "", "name": "", "specialties": None, **at},
        {"number": "1234-5678", "title": "dra", "name": "Ana Chen",
         "specialties": ["cardiologia", "gone"], **at},
    ]  # fmt: skip
    said = found.rows["licence_checks"][1]
    assert str(said["title"].label) == "Dra."
    assert [str(getattr(one, "label", one)) for one in said["specialties"]] == [
        "Cardiología", "gone",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["es", "en"])
def test_readable_copy_asks_for_nothing_elsewhere(frozen, alice, clinic, language, unzipped):
    fill(alice, clinic)
    alice.language = language
    files = unzipped(bundle_of(Asking(alice, frozen)))
    page = files["index.html"].decode()
    assert f'<html lang="{language}">' in page
    assert {"es": "Citas", "en": "Visits"}[language] in page
    assert "://" not in page + files["estilo.css"].decode()
    assert ALICES["last"] in page
    assert sorted(files)[:2] == ["data.json", sorted(files)[1]]
    assert [name for name in files if name.startswith(("/", "..")) or "//" in name] == []


def test_names_in_it_are_text(frozen, alice, unzipped):
    alice.first_names = "<script>alert(1)</script>"
    alice.save()
    page = unzipped(bundle_of(Asking(alice, frozen)))["index.html"].decode()
    assert "<script>" not in page
