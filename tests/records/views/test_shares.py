"""A patient lets another doctor of theirs read what is signed, and takes it back."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from core.models import Event
from records.documents import Content
from records.models import AccessLog, Share
from tests.conftest import NOW
from tests.factories import AttendedFactory, ClinicFactory, ConsultationFactory
from tests.prescriptions.world import typed
from tests.records.world import attach, note

pytestmark = pytest.mark.django_db
PAGE = "/historia/permisos/"


@pytest.fixture
def diaz(frozen, as_, dr_diaz, alice):
    """José, with a visit of Alicia's of his own."""
    AttendedFactory(
        clinic=ClinicFactory(doctor=dr_diaz), patient=alice.patients.get(),
        starts_at=NOW - timedelta(days=30),
    )  # fmt: skip
    return as_(dr_diaz.user)


@pytest.fixture
def her(frozen, as_, alice):
    return as_(alice)


@pytest.fixture
def anas(attended):
    """Ana's signed record with a document, an allergy, and a draft of the day before."""
    said = Content(reason="DOLOR7Q", plan="Dieta", private_note="SECRETO7Q")
    record = ConsultationFactory(visit=attended, said=said)
    before = attended.starts_at - timedelta(days=1)
    other = AttendedFactory(clinic=attended.clinic, patient=attended.patient, starts_at=before)
    ConsultationFactory(visit=other, said=Content(reason="BORRADOR7Q"), signed_at=None)
    note(attended, text="PENICILINA7Q")
    return record


def leaked(html):
    marks = ("DOLOR7Q", "SECRETO7Q", "BORRADOR7Q", "PENICILINA7Q")
    return [mark for mark in marks if mark in html]


def give(client, patient, doctor, until="2026-12-23"):
    return client.post(PAGE, {"pair": f"{patient.public_id}:{doctor.public_id}", "until": until})


def history(client, patient):
    return client.get(reverse("portal:history", args=[patient.public_id])).content.decode()


def test_the_other_doctor_reads_what_is_signed_until_it_is_taken_back(
    her, diaz, dr_diaz, anas, alice
):
    patient, file = alice.patients.get(), attach(anas)
    record = reverse("portal:shared_consultation", args=[anas.public_id])
    download = reverse("portal:attachment", args=[file.public_id])
    assert leaked(history(diaz, patient)) == []
    assert [diaz.get(path).status_code for path in (record, download)] == [404, 404]

    assert give(her, patient, dr_diaz).url == PAGE
    share = Share.objects.get()
    assert (share.by, share.created_at, share.expires_at.isoformat()) == (
        alice, NOW, "2026-12-24T05:00:00+00:00",
    )  # fmt: skip
    html = history(diaz, patient)
    assert "DOLOR7Q" in html and "PENICILINA7Q" in html and anas.visit.doctor.display_name in html
    assert "BORRADOR7Q" not in html and "SECRETO7Q" not in html
    html = diaz.get(record).content.decode()
    assert "DOLOR7Q" in html and "SECRETO7Q" not in html
    assert diaz.get(download).status_code == 200
    secret = reverse("portal:history", args=[patient.public_id])
    assert "0 consultas" in diaz.post(secret, {"words": "secreto7q"}).content.decode()
    for name in ("consultation", "consultation_sign", "consultation_amend", "background"):
        path = reverse(f"portal:{name}", args=[anas.visit.public_id])
        assert diaz.get(path).status_code == 404
    logged = AccessLog.objects.filter(reader=dr_diaz.user).order_by("pk")
    assert list(logged.values_list("role", "act")) == [
        ("doctor", "history"), ("shared", "history"), ("shared", "read"), ("shared", "file"),
        ("shared", "history"),
    ]  # fmt: skip
    assert "con permiso del paciente" in her.get("/historia/lecturas/").content.decode()

    revoke = reverse("records:share_revoke", args=[share.public_id])
    for _n in range(2):
        assert her.post(revoke).url == PAGE
    assert leaked(history(diaz, patient)) == []
    assert [diaz.get(path).status_code for path in (record, download)] == [404, 404]
    names = Event.objects.filter(name__startswith="record.").values_list("name", flat=True)
    assert list(names.order_by("pk")) == ["record.shared", "record.unshared"]


def test_it_ends_by_itself(her, diaz, dr_diaz, anas, alice):
    patient = alice.patients.get()
    Share.objects.create(patient=patient, doctor=dr_diaz, by=alice,
                         created_at=NOW - timedelta(days=2), expires_at=NOW)  # fmt: skip
    assert leaked(history(diaz, patient)) == []
    assert "Terminó el" in her.get(PAGE).content.decode()


@pytest.mark.parametrize(("until", "status"), [
    ("2026-11-22", 422), ("2027-11-24", 422), ("", 422), ("x", 422), ("2026-11-23", 302),
    ("2027-11-23", 302),
])  # fmt: skip
def test_days(her, diaz, dr_diaz, alice, until, status):
    assert give(her, alice.patients.get(), dr_diaz, until).status_code == status


def test_the_day_ends_on_the_clock_that_the_page_shows(her, diaz, dr_diaz, alice):
    """The product's own until she chooses one: by that clock a day may be over later."""
    now = NOW + timedelta(hours=12)
    patient = alice.patients.get()
    with time_machine.travel(now, tick=False):
        assert her.get(PAGE).context["form"]["until"].initial == date(2026, 12, 23)
        assert give(her, patient, dr_diaz, "2026-11-23").url == PAGE
        html = her.get(PAGE).content.decode()
    assert Share.objects.get().expires_at.isoformat() == "2026-11-24T05:00:00+00:00"
    assert "Hasta el lunes 23 de noviembre" in html


def test_thirty_days_are_proposed(her, diaz):
    assert her.get(PAGE).context["form"]["until"].initial == date(2026, 12, 23)


def test_not_with_a_doctor_one_never_saw_nor_of_somebody_else(her, diaz, dr_diaz, dr_chen, bob,
                                                             alice):  # fmt: skip
    assert give(her, alice.patients.get(), dr_chen).status_code == 422
    assert give(her, bob.patients.get(), dr_diaz).status_code == 422
    assert not Share.objects.exists()


def test_once_at_a_time(her, diaz, dr_diaz, alice):
    patient = alice.patients.get()
    assert [give(her, patient, dr_diaz).status_code for _n in range(2)] == [302, 302]
    assert give(her, patient, dr_diaz, "2026-12-30").status_code == 409
    assert Share.objects.count() == 1


def test_nobody_else_takes_it_back(as_, diaz, her, dr_diaz, alice, bob):
    give(her, alice.patients.get(), dr_diaz)
    revoke = reverse("records:share_revoke", args=[Share.objects.get().public_id])
    assert as_(bob).post(revoke).status_code == diaz.post(revoke).status_code == 404
    assert Share.objects.get().revoked_at is None


def test_background_of_another_doctors_is_read_in_the_role_shared(her, diaz, dr_diaz, anas, alice):
    """On each page that shows it; what is only one's own is read as the visit's doctor."""
    patient = alice.patients.get()
    visit = patient.appointments.get(doctor=dr_diaz)
    note(visit, sort="medication", text="LOSARTAN7Q")
    record, whole, sheet = (
        reverse(f"portal:{name}", args=[visit.public_id])
        for name in ("consultation", "background", "prescription_new")
    )

    def read():
        """What each page shows of Ana's, and the role in which it was looked at."""
        seen = []
        for answer in (
            diaz.get(record), diaz.get(whole), diaz.get(sheet),
            diaz.post(sheet, {**typed(), "act": "review"}),
        ):  # fmt: skip
            assert answer.status_code == 200
            last = AccessLog.objects.filter(reader=dr_diaz.user, act="known").latest("pk")
            seen.append(("PENICILINA7Q" in answer.content.decode(), last.role))
        return seen

    assert read() == [(False, "doctor")] * 4
    give(her, patient, dr_diaz)
    assert read() == [(True, "shared")] * 4
    assert AccessLog.objects.filter(reader=dr_diaz.user, act="known").count() == 8
    her.post(reverse("records:share_revoke", args=[Share.objects.get().public_id]))
    assert read() == [(False, "doctor")] * 4
