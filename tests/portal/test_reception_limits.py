"""What reception may not do or see, at every door of the portal.

Carla works in La Carolina. Cumbayá, of the same doctor, is none of her business; nor is why
anybody comes, anywhere. What she may do is proved page by page.
"""

import uuid
from datetime import timedelta

import pytest
from django.core import serializers
from django.urls import reverse

from appointments.models import Absence, Appointment, AppointmentChange
from clinics.models import Assistant, Clinic, OpeningHours, ScheduleException, TravelTime
from core.models import Event
from doctobooking.access import RULES, Who
from doctors.models import Doctor
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory
from tests.marks import DOCUMENT, REASON
from tests.matrix import browsers, things  # noqa: F401 -- fixtures
from tests.papers import text_of
from tests.portal.doors import PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
METHODS = ("get", "post", "put", "delete")
# Whatever a page calls its parameters: none of them opens another clinic.
ASKED = ("consultorio", "clinic", "paciente", "patient", "cita", "visit", "q", "buscar", "medico")
FOREIGN = ("Perengana", "PRIVADO9X", "99 333 1122", "993331122", "DB-9ZZZ9")


@pytest.fixture
def cumbaya(dr_chen):
    return ClinicFactory(doctor=dr_chen, name="Cumbayá")


@pytest.fixture
def foreign(cumbaya, slot):
    """A visit of the same doctor that Carla must not know of."""
    patient = PatientFactory(first_names="Perengana", last_names="Perengana", phone="+593993331122")
    visit = AppointmentFactory(
        clinic=cumbaya, patient=patient, starts_at=slot, code="DB-9ZZZ9", phone="+593993331122"
    )
    visit.reason = "PRIVADO9X"
    visit.save()
    return visit


@pytest.fixture
def carlas(frozen, things, browsers, foreign):  # noqa: F811 -- fixtures
    """Carla's browser, and the marked things of La Carolina."""
    return browsers["carla"]


def doors(things, **others):  # noqa: F811
    """(route, arguments, address) of the desk, with `others` in the place of Alicia's things."""
    for name, (arguments, *_answers) in PORTAL.items():
        if RULES[name] not in (Who.DESK, Who.DOCTOR):
            continue
        values = {**things, **others}
        yield name, arguments, reverse(name, args=[values[a] for a in arguments])


def texts(answer):
    if answer.streaming:
        return str(answer.headers)
    return text_of(answer.content) + str(answer.headers)


def leaks(answer, marks):
    return [mark for mark in marks if mark in texts(answer)]


def everything():
    models = (Appointment, AppointmentChange, Absence, Clinic, OpeningHours, ScheduleException,
              TravelTime, Assistant, Doctor, Event)  # fmt: skip
    return serializers.serialize("json", [row for m in models for row in m.objects.order_by("pk")])


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}, {"Accept": "application/json"}])
def test_reception_reads_no_reason_and_no_other_clinic(carlas, things, foreign, headers):  # noqa: F811
    wrong = []
    for name, _arguments, path in doors(things):
        for query in ("", "?vista=lista", "?vista=dia&fecha=2026-11-24", "?vista=semana"):
            answer = carlas.get(path + query, headers=headers)
            wrong += [(name, query, m) for m in leaks(answer, (REASON, DOCUMENT, *FOREIGN))]
    assert wrong == []


def test_reception_reads_no_other_clinic_by_asking_for_it(carlas, things, foreign):  # noqa: F811
    wrong = []
    ids = (foreign.clinic.public_id, foreign.patient.public_id, foreign.public_id)
    for name, _arguments, path in doors(things):
        for value in (*ids, "Perengana", "9333112", "DB-9ZZZ9"):
            query = {**dict.fromkeys(ASKED, value), "inicio": "20261124T150000Z"}
            # What was typed may be shown again; nothing more.
            marks = [mark for mark in FOREIGN if mark not in str(value)]
            wrong += [(name, value, mark) for mark in leaks(carlas.get(path, query), marks)]
    assert wrong == []


@pytest.mark.parametrize("method", METHODS)
def test_things_of_another_clinic_are_as_absent(carlas, things, foreign, method):  # noqa: F811
    before = everything()
    for name, arguments, path in doors(
        things, visit=foreign.public_id, clinic=foreign.clinic.public_id
    ):
        if not {"visit", "clinic"} & set(arguments):
            continue
        answer = getattr(carlas, method)(path)
        assert answer.status_code in (404, 405), name
        absent = {a: uuid.uuid4() for a in arguments if isinstance(things[a], uuid.UUID)}
        nothing = next(p for n, _a, p in doors(things, **absent) if n == name)
        assert getattr(carlas, method)(nothing).status_code == answer.status_code, name
    assert everything() == before


def test_no_look_of_reception_changes_anything(carlas, things):  # noqa: F811
    before = everything()
    for _name, _arguments, path in doors(things):
        carlas.get(path)
    assert everything() == before


# Where the log-in leads: it says that there is no agenda, on the home page.
START = {("portal:agenda", "get"): 302}


def open_among(answers):
    return {key: code for key, code in answers.items() if code not in (404, 405)}


@pytest.mark.parametrize("flag", [False, True])
def test_every_door_closes_when_the_access_ends(carlas, carla, things, now, flag):  # noqa: F811
    """At the next request, even where the account still says that it is an assistant's."""
    Assistant.objects.filter(user=carla).update(ended_at=now)
    carla.is_assistant = flag
    carla.save(update_fields=["is_assistant"])
    before = everything()
    answers = {
        (name, method): getattr(carlas, method)(path).status_code
        for name, _arguments, path in doors(things)
        for method in ("get", "post")
    }
    assert open_among(answers) == (START if flag else {})
    assert everything() == before


def test_every_door_closes_while_the_doctor_is_stopped(carlas, carla, things, clinic, stop):  # noqa: F811
    stop(clinic.doctor.user)
    before = everything()
    answers = {
        (name, method): getattr(carlas, method)(path).status_code
        for name, _arguments, path in doors(things)
        for method in ("get", "post")
    }
    assert open_among(answers) == START
    assert everything() == before
    stop(clinic.doctor.user, False)
    assert carlas.get(reverse("portal:agenda")).status_code == 200


def test_every_door_closes_with_the_account(carlas, carla, things):  # noqa: F811
    carla.is_active = False
    carla.save(update_fields=["is_active"])
    for name, _arguments, path in doors(things):
        assert carlas.get(path).status_code in (302, 404, 405), name


def test_every_door_to_a_clinic_closes_when_it_is_taken_away(carlas, carla, things, foreign):  # noqa: F811
    Assistant.objects.get(user=carla).clinics.set([foreign.clinic])
    for name, arguments, path in doors(things):
        if {"visit", "clinic"} & set(arguments):
            assert carlas.get(path).status_code in (404, 405), name
        assert leaks(carlas.get(path), (REASON, DOCUMENT, "Zutanita", "PRIVADO9X")) == []


def test_an_invitation_opens_no_door_before_it_is_accepted(carlas, carla, things):  # noqa: F811
    Assistant.objects.filter(user=carla).update(user=None)
    carla.is_assistant = True
    carla.save(update_fields=["is_assistant"])
    answers = {
        (name, "get"): carlas.get(path).status_code for name, _arguments, path in doors(things)
    }
    assert open_among(answers) == START


def test_a_visit_that_ended_up_elsewhere_is_gone(carlas, things, foreign, slot):  # noqa: F811
    """The history of a patient stops at the clinics that one works with."""
    mine = Appointment.objects.get(public_id=things["visit"])
    AppointmentFactory(
        clinic=foreign.clinic, patient=mine.patient, starts_at=slot - timedelta(days=30),
        code="DB-9ZZZ8", status="attended",
    )  # fmt: skip
    answer = carlas.get(reverse("portal:visit", args=[mine.public_id]))
    assert (answer.status_code, leaks(answer, ("DB-9ZZZ8", "Cumbayá"))) == (200, [])


# Acting ---------------------------------------------------------------------------------------


def booking(clinic, **changed):
    usual = {
        "clinic": clinic.public_id, "day": "2026-11-24", "clock": "9:00", "minutes": "30",
        "key": uuid.uuid4(), "who": "new", "first_names": "Eva", "last_names": "Ruiz",
        "phone": "099 888 7766",
    }  # fmt: skip
    return {**usual, **changed}


@pytest.fixture
def mine(carlas, clinic, foreign):
    """Posts as Carla; says that nothing of Cumbayá was told or touched."""

    def post(address, data):
        before = list(foreign.clinic.appointments.order_by("pk").values())
        answer = carlas.post(address, data)
        typed = " ".join(map(str, data.values()))
        assert leaks(answer, [mark for mark in FOREIGN if mark not in typed]) == []
        assert list(foreign.clinic.appointments.order_by("pk").values()) == before
        return answer

    return post


def test_reception_books_no_patient_of_another_clinic(mine, clinic, foreign):
    page = reverse("portal:new_visit")
    wish = booking(clinic, who="known", patient=foreign.patient.public_id)
    assert mine(page, wish).status_code == 422
    for text in ("Perengana", "993331122", "DB-9ZZZ9"):
        answer = mine(page, {**wish, "search": text, "find": "1"})
        assert str(foreign.patient.public_id) not in answer.content.decode()
    assert not clinic.appointments.filter(patient=foreign.patient).exists()


def test_reception_books_in_no_other_clinic(mine, foreign):
    answer = mine(reverse("portal:new_visit"), booking(foreign.clinic))
    assert answer.status_code == 422
    assert not Appointment.objects.filter(patient__first_names="Eva").exists()


def test_reception_writes_no_reason(mine, clinic):
    answer = mine(reverse("portal:new_visit"), booking(clinic, reason="algo clínico"))
    assert answer.status_code == 302
    assert Appointment.objects.get(patient__first_names="Eva").reason == ""


def test_reception_meets_another_clinics_visit_as_a_taken_time(mine, things, clinic):  # noqa: F811
    """10:00 is Perengana's in Cumbayá; the refusal names neither."""
    answer = mine(reverse("portal:new_visit"), booking(clinic, clock="10:00"))
    assert (answer.status_code, leaks(answer, ("Cumbayá",))) == (409, [])
    move = {"day": "2026-11-24", "clock": "10:00", "minutes": "30"}
    answer = mine(reverse("portal:visit_reschedule", args=[things["visit"]]), move)
    assert (answer.status_code, leaks(answer, ("Cumbayá",))) == (409, [])


def test_why_names_no_other_clinic(carlas, clinic, foreign):
    query = {"consultorio": clinic.public_id, "inicio": "20261124T150000Z"}
    answer = carlas.get(reverse("portal:why"), query)
    assert (answer.status_code, leaks(answer, (*FOREIGN, "Cumbayá"))) == (200, [])
    query["consultorio"] = foreign.clinic.public_id
    assert leaks(carlas.get(reverse("portal:why"), query), (*FOREIGN, "Cumbayá")) == []


def test_no_door_breaks_when_the_only_clinic_is_archived(carlas, things, clinic, now):  # noqa: F811
    clinic.is_active, clinic.archived_at = False, now
    clinic.save()
    for name, _arguments, path in doors(things):
        for method in ("get", "post"):
            assert getattr(carlas, method)(path).status_code < 500, name
