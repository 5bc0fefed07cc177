"""Every named constraint of accounts and their people."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Invitation, Patient, User
from tests.breaches import Breach, check, refused_by, sound
from tests.factories import PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
PERSON = {"account": lambda alice: alice, "first_names": "Mateo", "last_names": "Vera"}
CHILD = {**PERSON, "relationship": "child"}
MERGED = {
    "account": None, "erased_at": datetime(2026, 11, 2, tzinfo=UTC),
    "merged_into": lambda alice: alice.patients.get(),
}  # fmt: skip
INVITATION = {
    "purpose": "assistant",
    "email": "x@ejemplo.test",
    "created_by": lambda alice: alice,
    "expires_at": datetime(2027, 1, 1, tzinfo=UTC),
}
BREACHES = {
    User.EMAIL_UNIQUE: Breach(
        User,
        {"email": "ALICE@ejemplo.test", "password": "x"},
        "Ya hay una cuenta con ese correo.",
    ),
    User.ZONE_KNOWN: Breach(
        User,
        {"email": "otra@ejemplo.test", "password": "x", "time_zone": "America/Springfield"},
        "Elija una zona horaria de la lista.",
    ),
    Patient.ONE_SELF: Breach(
        Patient,
        {**PERSON, "relationship": "self"},
        "Esta cuenta ya tiene su propio perfil de paciente.",
    ),
    Patient.BORN_PLAUSIBLY: Breach(
        Patient, {**CHILD, "birth_date": date(1889, 12, 31)}, "Revise el año de nacimiento."
    ),
    Patient.ID_COMPLETE: Breach(
        Patient, {**CHILD, "id_number": "123"}, "Elija el país que emitió el documento."
    ),
    Patient.REACHABLE: Breach(
        Patient, {**CHILD, "account": None}, "Escriba un celular o un correo del paciente."
    ),
    # Of Alicia herself, but somebody reaches it still.
    Patient.MERGED_EMPTY: Breach(Patient, {**MERGED, "phone": "+593991234567"}),
    "invitation_purpose_has_subject": Breach(Invitation, {**INVITATION, "purpose": "patient"}),
    "invitation_accepted_by_somebody": Breach(
        Invitation, {**INVITATION, "accepted_at": datetime(2026, 11, 2, tzinfo=UTC)}
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(alice, name):
    check(name, BREACHES[name], alice)


@pytest.mark.parametrize("zone", ["", " ", "UTC+5", "america/bogota ", "Europe/Madrid\n", "zulu"])
def test_user_zone_is_one_of_the_list(zone):
    breach = Breach(User, {"email": "x@ejemplo.test", "password": "x", "time_zone": zone})
    check(User.ZONE_KNOWN, breach, None)


def test_user_and_patient_in_order(alice):
    sound(User(email="otra@ejemplo.test", password="x", time_zone="America/Argentina/Ushuaia"))
    papers = {"id_country": "EC", "id_number": "1710034065", "birth_date": date(1890, 1, 1)}
    sound(Breach(Patient, {**CHILD, **papers}).instance(alice))


def test_a_merged_patient_is_empty_and_nobodys(alice):
    assert Breach(Patient, MERGED).instance(alice).save() is None
    kept = {
        "account": lambda alice: alice, "relationship": "child", "erased_at": None,
        "first_names": "Eva", "last_names": "Vera", "email": "eva@ejemplo.test", "id_country": "EC",
        "birth_date": date(1985, 3, 27), "emergency_name": "Luis",
        "emergency_phone": "+593991234567",
    }  # fmt: skip
    for name in kept.keys() - {"relationship"}:
        fields = {**MERGED, "relationship": "child", name: kept[name]}
        assert refused_by(Breach(Patient, fields).instance(alice)) == Patient.MERGED_EMPTY
    into_itself = Patient(pk=900, merged_into_id=900, erased_at=MERGED["erased_at"])
    assert refused_by(into_itself) == Patient.MERGED_EMPTY


def test_superuser_is_staff():
    user = User.objects.create_superuser("Jefa@Ejemplo.TEST", "una-clave-larga-2026")
    assert (user.is_staff, user.is_superuser, user.email) == (True, True, "jefa@ejemplo.test")
    assert User.objects.get_by_natural_key("JEFA@ejemplo.test") == user


def test_names_are_what_is_shown(alice):
    assert (str(alice), alice.get_short_name()) == ("Alicia Vera", "Alicia")
    assert (
        str(UserFactory(first_names="", last_names="", email="x@ejemplo.test")) == "x@ejemplo.test"
    )


def test_oneself_comes_first(alice):
    child = PatientFactory(account=alice, relationship="child")
    oneself = alice.patients.get(relationship="self")
    assert list(alice.patients.oneself_first()) == [oneself, child]
    assert (oneself.is_self, child.is_self) == (True, False)
