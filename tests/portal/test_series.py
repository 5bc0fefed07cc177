"""The desk repeats a visit, and moves or cancels what comes of a series from one on."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import Appointment, Series, SeriesAct
from clinics.models import ScheduleException
from core.converters import FORMAT
from tests.appointments.serial import WEEK, of_series, written
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SECRET = "SECRETO7Q"


def address(page, visit):
    return reverse(f"portal:{page}", args=[visit.public_id])


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def hidden(html):
    """What the page's second form posts besides what is chosen."""
    form = html[html.index('method="post"') :]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


@pytest.fixture(params=["doctor", "reception"])
def office(request, as_, dr_chen, carla):
    """Either who sits at the desk."""
    return as_(dr_chen.user if request.param == "doctor" else carla)


@pytest.fixture
def look(frozen, office, visit):
    """`look()`: what the page's form posts, after a look at the dates."""

    def at(cada=4, veces=4):
        return hidden(text_of(office.get(address("series", visit), {"cada": cada, "veces": veces})))

    return at


@pytest.fixture
def visits(visit):
    return written(visit, count=3)[1]


def times(visits):
    return [Appointment.objects.get(pk=one.pk).starts_at for one in visits]


# Making one ------------------------------------------------------------------------


def test_the_visit_leads_there(frozen, office, visit):
    html = text_of(office.get(address("visit", visit)))
    assert address("series", visit) in html
    html = text_of(office.get(address("series", visit)))
    assert 'name="cada" value="4"' in html
    assert "Reservar la serie" not in html


def test_a_look_books_nothing(frozen, office, visit):
    html = text_of(office.get(address("series", visit), {"cada": "4", "veces": "3"}))
    assert "Miércoles 23 de diciembre, 9:00" in html
    assert "Miércoles 20 de enero de 2027, 9:00" in html
    assert "Todas las fechas están libres." in html
    assert Appointment.objects.count() == 1


def test_series(office, visit, look):
    answer = office.post(address("series", visit), look(), follow=True)
    assert answer.redirect_chain == [(address("visit", visit), 302)]
    html = text_of(answer)
    assert "Reservamos 3 citas más. Le escribimos al paciente." in html
    assert "Cita 1 de 4 de una serie" in html
    assert [one.starts_at for one in of_series(Series.objects.get())] == [
        visit.starts_at + 4 * n * WEEK for n in range(4)
    ]


def test_the_form_sent_twice(office, visit, look):
    data = look()
    office.post(address("series", visit), data)
    assert office.post(address("series", visit), data).status_code == 302
    assert (Series.objects.count(), Appointment.objects.count()) == (1, 4)


def test_what_is_in_the_way_is_named(frozen, office, visit, clinic):
    day = (visit.starts_at + 4 * WEEK).date()
    ScheduleException.objects.create(clinic=clinic, date=day, kind="closed", note="Feria médica")
    AppointmentFactory(clinic=clinic, starts_at=visit.starts_at + 8 * WEEK)
    html = text_of(office.get(address("series", visit), {"cada": "4", "veces": "4"}))
    assert "2 fechas no están libres" in html
    assert "Ese día está cerrado." in html
    assert "«Feria médica»" in html
    assert "A esa hora hay otra cita en la agenda." in html
    assert "Dejarla a esa hora, a propósito" in html
    near = (visit.starts_at + 8 * WEEK + timedelta(minutes=30)).strftime(FORMAT)
    assert f'name="fecha_2" value="{near}"' in html


def test_all_or_nothing_and_what_was_chosen_stays(office, visit, clinic, look):
    data = look()
    AppointmentFactory(clinic=clinic, starts_at=visit.starts_at + 8 * WEEK)
    answer = office.post(address("series", visit), {**data, "fecha_3": "saltar"})
    assert answer.status_code == 409
    html = text_of(answer)
    assert "No se guardó nada" in html
    assert '<a href="#fecha-2">Miércoles 20 de enero de 2027, 9:00</a>' in html
    assert "Falta decidir qué hacer con esta fecha." in html
    assert 'name="fecha_3" value="saltar" checked' in html
    assert (Series.objects.count(), Appointment.objects.count()) == (0, 2)
    other = (visit.starts_at + 8 * WEEK + HOUR).strftime(FORMAT)
    again = {**hidden(html), "fecha_2": other, "fecha_3": "saltar"}
    assert office.post(address("series", visit), again).status_code == 302
    third = of_series(Series.objects.get())[-1]
    assert third.starts_at == visit.starts_at + 8 * WEEK + HOUR
    assert SeriesAct.objects.get().skipped == [visit.starts_at + 12 * WEEK]


def test_another_time_that_is_gone_too(office, visit, clinic, look):
    data = look()
    taken = visit.starts_at + 8 * WEEK + HOUR
    AppointmentFactory(clinic=clinic, starts_at=taken)
    answer = office.post(address("series", visit), {**data, "fecha_2": taken.strftime(FORMAT)})
    assert answer.status_code == 409
    assert "Lo que eligió tampoco está libre." in text_of(answer)


def test_a_closed_day_on_purpose(office, visit, clinic, look):
    day = (visit.starts_at + 4 * WEEK).date()
    ScheduleException.objects.create(clinic=clinic, date=day, kind="closed")
    data = {**look(), "fecha_1": "igual"}
    assert office.post(address("series", visit), data).status_code == 302
    assert of_series(Series.objects.get())[1].is_outside_hours


def test_dates_that_nobody_has_seen(office, visit, look):
    data = look()
    Appointment.objects.update(starts_at=visit.starts_at + HOUR, ends_at=visit.ends_at + HOUR)
    answer = office.post(address("series", visit), data)
    assert answer.status_code == 409
    assert "Mientras decidía, las citas cambiaron." in text_of(answer)
    assert "Miércoles 23 de diciembre, 10:00" in text_of(answer)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"cada": "0"}, "Hay un problema"),
        ({"cada": "x"}, "Hay un problema"),
        ({"veces": "27"}, "Hay un problema"),
        ({"cada": "52", "veces": "26"}, "Reserve como máximo dos años"),
        ({"key": "x"}, "A este formulario le faltan datos."),
        ({"fecha_1": "mañana"}, "Elija una de las opciones de la lista."),
        ({"fecha_1": "20290101T000000Z"}, "Elija una de las opciones de la lista."),
        ({"fecha_1": "\x00"}, "Elija una de las opciones de la lista."),
    ],
)
def test_what_no_form_sends(office, visit, look, changed, sentence):
    answer = office.post(address("series", visit), {**look(), **changed})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert Series.objects.count() == 0


@pytest.mark.parametrize("query", [{"cada": "x"}, {"veces": "4"}, {"cada": "4", "veces": "-1"}])
def test_an_address_that_makes_no_sense(frozen, office, visit, query):
    assert office.get(address("series", visit), query).status_code == 422


def test_a_series_that_goes_on(frozen, office, visits):
    assert office.get(address("series", visits[0])).status_code == 302
    html = text_of(office.get(address("visit", visits[-1])))
    assert "Continuar la serie" in html
    assert office.get(address("series", visits[-1])).status_code == 200


def test_where_nobody_is_written_to(frozen, office, clinic, dr_chen):
    patient = PatientFactory(account=None, first_names="Eva")
    visit = AppointmentFactory(clinic=clinic, patient=patient, booked_by=dr_chen.user)
    assert "avísele usted" in text_of(office.get(address("series", visit)))


# From here on ------------------------------------------------------------------------


def test_move_looks_first(frozen, office, visits):
    html = text_of(office.get(address("series_move", visits[1])))
    assert 'name="hora" value="09:00"' in html
    html = text_of(
        office.get(address("series_move", visits[1]), {"fecha": "2026-12-24", "hora": "11:00"})
    )
    assert "Jueves 24 de diciembre, 11:00" in html
    assert "Jueves 21 de enero de 2027, 11:00" in html
    assert SeriesAct.objects.count() == 0


def moving(office, visits, **query):
    return hidden(text_of(office.get(address("series_move", visits[0]), query)))


def test_series_move(frozen, office, visits):
    before = times(visits)
    data = moving(office, visits[1:], fecha="2026-12-24", hora="11:00")
    path = address("series_move", visits[1])
    answer = office.post(path, {**data, "message": SECRET}, follow=True)
    assert "3 citas tienen una nueva hora. Le escribimos al paciente." in text_of(answer)
    by = timedelta(days=1, hours=2)
    assert times(visits) == [before[0], *(at + by for at in before[1:])]
    assert office.post(path, data).status_code == 302
    assert [one.changes.count() for one in visits] == [0, 1, 1, 1]
    assert visits[1].changes.get().message == SECRET


def test_move_all_or_none(frozen, office, visits, clinic):
    before = times(visits)
    data = moving(office, visits, fecha="2026-11-25", hora="10:00")
    AppointmentFactory(clinic=clinic, starts_at=before[2] + HOUR)
    path = address("series_move", visits[0])
    answer = office.post(path, {**data, "message": SECRET})
    html = text_of(answer)
    assert answer.status_code == 409
    assert f'href="#fecha-{visits[2].public_id}"' in html
    assert SECRET in html
    assert times(visits) == before
    stays = {f"fecha_{visits[2].public_id}": "saltar"}
    assert office.post(path, {**hidden(html), **stays}).status_code == 302
    assert times(visits) == [before[0] + HOUR, before[1] + HOUR, before[2], before[3] + HOUR]


def test_move_to_where_it_is(frozen, office, visits):
    data = moving(office, visits, fecha="2026-11-25", hora="9:00")
    answer = office.post(address("series_move", visits[0]), data)
    assert answer.status_code == 409
    assert "Esa es la hora que la cita ya tiene." in text_of(answer)


@pytest.mark.parametrize(
    "changed", [{"fecha": "x"}, {"fecha": "1999-01-01"}, {"hora": "24:00"}, {"message": "a" * 601}]
)
def test_move_to_nothing(frozen, office, visits, changed):
    data = moving(office, visits, fecha="2026-11-25", hora="10:00")
    answer = office.post(address("series_move", visits[0]), {**data, **changed})
    assert answer.status_code == 422
    assert "Hay un problema" in text_of(answer)


def test_cancel_asks_first(frozen, office, visits):
    html = text_of(office.get(address("series_cancel", visits[1])))
    assert html.count('name="cita"') == html.count(" checked>") == 3
    assert SeriesAct.objects.count() == 0


def test_series_cancel(frozen, office, visits):
    path = address("series_cancel", visits[1])
    data = {"cita": [str(visits[1].public_id), str(visits[3].public_id)], "message": SECRET}
    answer = office.post(path, data, follow=True)
    assert "2 citas están canceladas. Le escribimos al paciente." in text_of(answer)
    states = [Appointment.objects.get(pk=one.pk).status for one in visits]
    assert states == ["booked", "cancelled_doctor", "booked", "cancelled_doctor"]
    assert office.post(path, data).status_code == 302
    assert SeriesAct.objects.count() == 1


@pytest.mark.parametrize("cita", [[], ["x"], [str(uuid.uuid4())], ["\x00"]])
def test_cancel_none(frozen, office, visits, cita):
    answer = office.post(address("series_cancel", visits[0]), {"cita": cita})
    assert answer.status_code == 422
    assert "Elija al menos una cita de la lista." in text_of(answer)


@pytest.mark.parametrize("page", ["series_move", "series_cancel"])
def test_what_is_no_series_has_no_such_page(frozen, office, visit, page):
    assert office.get(address(page, visit)).status_code == 404
    assert office.post(address(page, visit)).status_code == 404


@pytest.mark.parametrize("page", ["series_move", "series_cancel"])
def test_what_is_over_leads_back(frozen, office, visits, page):
    Appointment.objects.filter(pk=visits[0].pk).update(
        status="cancelled_patient", cancelled_at=frozen
    )
    assert office.get(address(page, visits[0])).status_code == 302


@pytest.mark.parametrize("page", ["series", "series_move", "series_cancel"])
def test_only_its_desk(frozen, as_, visits, page, dr_diaz, bob, erin):
    for user in (dr_diaz.user, bob, erin):
        assert as_(user).get(address(page, visits[-1])).status_code == 404
        assert as_(user).post(address(page, visits[-1])).status_code == 404


@pytest.mark.parametrize("page", ["series", "series_move", "series_cancel"])
def test_reception_of_another_clinic(frozen, as_, visits, page, carla, dr_chen):
    dr_chen.assistants.get().clinics.clear()
    assert as_(carla).get(address(page, visits[-1])).status_code == 404
