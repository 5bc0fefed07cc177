"""Time that the doctor takes away from patients."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from appointments.models import Absence
from appointments.queries import is_offered
from core.models import Event
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
BLOCK = reverse("portal:block")


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def typed(where, **changed):
    usual = {
        "clinic": where.public_id,
        "since": "2026-11-24",
        "opens": "10:00",
        "until": "2026-11-24",
        "closes": "12:00",
        "key": uuid.uuid4(),
    }
    return {**usual, **changed}


@pytest.fixture
def office(as_, dr_chen, clinic):
    return as_(dr_chen.user)


@pytest.fixture
def absence(dr_chen, slot):
    return dr_chen.absences.create(
        starts_at=slot, ends_at=slot + timedelta(hours=2), note="Congreso"
    )


def test_block(frozen, office, dr_chen, clinic, slot):
    answer = office.post(BLOCK, typed(clinic, note="Congreso"), follow=True)
    assert answer.redirect_chain == [(f"{reverse('portal:agenda')}?fecha=2026-11-24", 302)]
    assert "Bloqueamos ese tiempo." in text_of(answer)
    made = dr_chen.absences.get()
    assert (made.starts_at, made.ends_at) == (slot, slot + timedelta(hours=2))
    assert (made.note, made.created_by) == ("Congreso", dr_chen.user)
    assert not is_offered(clinic, slot, now=frozen)
    event = Event.objects.get()
    assert (event.name, event.subject_id) == ("absence.added", made.public_id)


def test_block_of_whole_days(frozen, office, dr_chen, clinic):
    office.post(BLOCK, typed(clinic, opens="0:00", until="2026-11-30", closes="24:00"))
    made = dr_chen.absences.get()
    assert made.starts_at == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert made.ends_at == datetime(2026, 12, 1, 5, 0, tzinfo=UTC)


def test_block_from_the_agenda(frozen, office):
    query = {"desde": "20261124T203000Z", "hasta": "20261124T210000Z"}
    html = text_of(office.get(BLOCK, query))
    for field in ('name="since" value="2026-11-24"', 'name="opens" value="15:30"',
                  'name="until" value="2026-11-24"', 'name="closes" value="16:00"'):  # fmt: skip
        assert field in html


def test_block_on_the_clock_of_another_clinic(frozen, office, dr_chen, clinic):
    madrid = ClinicFactory(doctor=dr_chen, name="Madrid", zone="Europe/Madrid")
    assert "Según la hora de" in text_of(office.get(BLOCK))
    office.post(BLOCK, typed(madrid))
    assert dr_chen.absences.get().starts_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_the_same_form_twice_blocks_once(frozen, office, clinic):
    wish = typed(clinic)
    assert {office.post(BLOCK, wish).status_code for _ in range(2)} == {302}
    assert Absence.objects.count() == 1


def test_visits_inside_are_settled_first(frozen, office, visit, dr_chen, clinic):
    """The screen itself: tests/portal/test_settling.py."""
    wish = typed(clinic, since="2026-11-25", until="2026-11-25", opens="8:00")
    answer = office.post(BLOCK, wish)
    assert "Este cambio toca 1 cita" in text_of(answer)
    assert not Absence.objects.exists()
    fields = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', text_of(answer)))
    choice = re.search(r'<select name="([^"]+)"', text_of(answer))[1]
    fields.pop("csrfmiddlewaretoken", None)
    office.post(BLOCK, {**fields, choice: "cancel"})
    visit.refresh_from_db()
    assert (visit.status, Absence.objects.count()) == ("cancelled_doctor", 1)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"closes": "10:00"}, "El bloqueo debe terminar después de empezar."),
        ({"closes": "9:00"}, "El bloqueo debe terminar después de empezar."),
        ({"since": "2026-11-22", "until": "2026-11-22"}, "Ese tiempo ya pasó."),
        ({"until": "2028-11-20"}, "Bloquee como máximo un año seguido."),
        ({"since": "0001-01-01"}, "Escriba una fecha entre"),
        ({"until": "9999-12-31"}, "Escriba una fecha entre"),
        ({"opens": "x"}, "Escriba una hora entre 0:00 y 24:00"),
        ({"note": "a" * 121}, "Escriba 120 caracteres o menos"),
        ({"clinic": uuid.uuid4()}, "Elija una de las opciones de la lista."),
        ({"key": ""}, "Hay un problema"),
    ],
)
def test_bad_input_is_refused_and_kept(frozen, office, clinic, changed, sentence):
    answer = office.post(BLOCK, typed(clinic, **changed))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Absence.objects.exists()


@pytest.mark.parametrize("stamp", ["x", "00010101T000000Z", "99991231T235959Z", "20261124"])
def test_an_address_with_nonsense_is_a_page(frozen, office, stamp):
    assert office.get(BLOCK, {"desde": stamp, "hasta": stamp}).status_code == 200
    assert office.get(BLOCK, {"consultorio": stamp}).status_code == 404


def test_coming_blocks_are_listed(frozen, office, absence, dr_chen):
    dr_chen.absences.create(
        starts_at=frozen - timedelta(days=2), ends_at=frozen - timedelta(days=1), note="Ayer"
    )
    html = text_of(office.get(BLOCK))
    assert "Congreso" in html
    assert reverse("portal:unblock", args=[absence.public_id]) in html
    assert "Ayer" not in html


def test_unblock_asks_first(frozen, office, absence):
    html = text_of(office.get(reverse("portal:unblock", args=[absence.public_id])))
    assert "¿Quitar este bloqueo?" in html
    assert "Desde el martes 24 de noviembre, 10:00" in html
    assert Absence.objects.exists()


def test_unblock(frozen, office, absence, clinic, slot):
    path = reverse("portal:unblock", args=[absence.public_id])
    answer = office.post(path, follow=True)
    assert "Quitamos el bloqueo" in text_of(answer)
    assert is_offered(clinic, slot, now=frozen)
    assert Event.objects.get().name == "absence.removed"
    assert office.post(path).status_code == 404


def test_a_block_of_another_doctor_is_as_absent(frozen, as_, dr_diaz, absence):
    client = as_(dr_diaz.user)
    for key in (absence.public_id, uuid.uuid4()):
        path = reverse("portal:unblock", args=[key])
        assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)


def test_blocks_are_the_doctors(frozen, client, as_, alice, erin, carla, absence):
    for path in (BLOCK, reverse("portal:unblock", args=[absence.public_id])):
        assert client.get(path).url == f"/cuenta/login/?next={path}"
        for somebody in (alice, erin, carla):
            assert as_(somebody).get(path).status_code == 404
            assert as_(somebody).post(path).status_code == 404


def test_blocks_take_no_other_method(frozen, office, absence):
    for path in (BLOCK, reverse("portal:unblock", args=[absence.public_id])):
        assert office.put(path).status_code == 405


def test_form_taken_back_and_changed_blocks_the_other_time_too(frozen, office, clinic):
    """The browser's «back» shows the same form, with its key."""
    form = typed(clinic)
    other = {**form, "since": "2026-11-25", "until": "2026-11-25"}
    for data in (form, other, other):
        assert office.post(BLOCK, data).status_code == 302
    days = [
        absence.starts_at.date().isoformat() for absence in Absence.objects.order_by("starts_at")
    ]
    assert days == ["2026-11-24", "2026-11-25"]
