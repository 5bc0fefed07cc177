"""The desk's page of calendars: feeds for each consultorio, other calendars of the doctor."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import CalendarFeed, ExternalBusy, ExternalCalendar
from appointments.queries import free_times
from clinics.models import Clinic
from tests.factories import ClinicFactory, ExternalCalendarFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
PAGE, NEW = reverse("portal:calendars"), reverse("portal:calendar_new")
ADDRESS = "https://calendario.ejemplo.test/secreto.ics"
GOOD = {"name": "Personal", "address": ADDRESS}
HOUR = timedelta(hours=1)


def html_of(client, path=PAGE):
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def addresses(html):
    return re.findall(r'value="(http[^"]+\.ics)"', html)


@pytest.fixture
def ana(frozen, as_, dr_chen, clinic):
    return as_(dr_chen.user)


def act(client, act, clinic):
    return client.post(PAGE, {"act": act, "clinic": clinic.public_id})


@pytest.fixture
def other(frozen, dr_chen, clinic):
    """Read five minutes ago: busy tomorrow from ten to twelve and half an hour in the evening."""
    calendar = ExternalCalendarFactory(
        doctor=dr_chen, fetched_at=frozen - timedelta(minutes=5), read_at=frozen,
        next_fetch_at=frozen + timedelta(minutes=10),
    )  # fmt: skip
    ten = datetime(2026, 11, 24, 15, tzinfo=UTC)
    for start, end in ((ten, ten + 2 * HOUR), (ten + 10 * HOUR, ten + 10.5 * HOUR)):
        ExternalBusy.objects.create(calendar=calendar, doctor=dr_chen, starts_at=start, ends_at=end)
    return calendar


# Feeds ---------------------------------------------------------------------------------------


def test_a_feed_for_each_clinic(ana, clinic, visit, settings, dr_chen):
    second = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    assert html_of(ana).count("Crear el enlace") == 2
    assert act(ana, "make", clinic).url == PAGE
    [address] = addresses(html_of(ana))
    act(ana, "make", second)
    assert len(addresses(html_of(ana))) == 2
    text = Client().get(address.removeprefix(settings.SITE_URL)).content.decode()
    assert f"SUMMARY:Cita {visit.code}" in text
    act(ana, "stop", clinic)
    assert Client().get(address.removeprefix(settings.SITE_URL)).status_code == 404
    assert len(addresses(html_of(ana))) == 1


def test_reception_has_feeds_of_its_clinics_and_no_other_calendars(
    frozen, as_, carla, clinic, dr_chen, other
):
    second = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    carlas = as_(carla)
    html = html_of(carlas)
    assert html.count("Crear el enlace") == 1
    assert "Cumbayá" not in html
    assert "Sus otros calendarios" not in html
    assert "Personal" not in html
    act(carlas, "make", clinic)
    assert CalendarFeed.objects.get().owner == carla
    assert act(carlas, "make", second).status_code == 404


def test_feeds_of_others_are_not_shown_and_not_stopped(ana, as_, carla, clinic, dr_diaz):
    act(as_(carla), "make", clinic)
    assert addresses(html_of(ana)) == []
    act(ana, "stop", clinic)
    assert CalendarFeed.objects.get().revoked_at is None
    assert act(as_(dr_diaz.user), "make", clinic).status_code == 404


def test_feed_of_an_archived_clinic_can_be_stopped(ana, clinic, frozen):
    act(ana, "make", clinic)
    clinic.archived_at, clinic.is_active = frozen, False
    clinic.save()
    assert len(addresses(html_of(ana))) == 1
    act(ana, "stop", clinic)
    assert "Crear el enlace" not in html_of(ana).replace("podrá crear su enlace", "")
    assert CalendarFeed.objects.get().revoked_at == frozen


@pytest.mark.parametrize("data", [{}, {"act": "zzz"}, {"act": "make", "clinic": "x"}])
def test_what_no_button_sends(ana, data):
    assert ana.post(PAGE, data).status_code == 422


def test_a_feed_of_no_clinic_is_not_made_here(ana):
    assert ana.post(PAGE, {"act": "make"}).status_code == 404


# Other calendars -----------------------------------------------------------------------------


def test_added_calendar_is_listed(ana, dr_chen):
    assert "¿Lleva otra agenda?" in html_of(ana)
    assert ana.post(NEW, GOOD).url == PAGE
    html = html_of(ana)
    assert "Agregamos el calendario. Lo leemos en un minuto." in html
    assert "calendario.ejemplo.test" in html
    assert "secreto" not in html
    assert "Por leer" in html
    assert ExternalCalendar.objects.get().address == ADDRESS


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("webcal://a.test/x.ics", "https://a.test/x.ics"),
        ("WEBCALS://a.test/x", "https://a.test/x"),
        ("  https://a.test/x?b=c#d ", "https://a.test/x?b=c"),
        ("http://a.test:8080/x", "http://a.test:8080/x"),
        ("https://ñandú.test/x", "https://ñandú.test/x"),
    ],
)
def test_addresses_as_people_copy_them(ana, typed, kept):
    assert ana.post(NEW, {**GOOD, "address": typed}).status_code == 302
    assert ExternalCalendar.objects.get().address == kept


@pytest.mark.parametrize(
    "typed",
    ["", "hola", "a.test/x.ics", "ftp://a.test/x", "file:///etc/passwd", "https://", "https:///x",
     "https://localhost/x", "https://[::1/x", "https://a.test:99999/x", "https://a..test/x",
     "https://ana:clave@a.test/x", "https://a.test/x y", "javascript:alert(1)", "\x00",
     "https://a.test/" + "x" * 2000],
)  # fmt: skip
def test_addresses_that_are_none(ana, typed):
    answer = ana.post(NEW, {**GOOD, "address": typed})
    assert answer.status_code == 422
    assert "Hay un problema" in answer.content.decode()
    assert not ExternalCalendar.objects.exists()


def test_refusals_are_shown(ana, other, dr_chen):
    for n in range(4):
        assert ana.post(NEW, {**GOOD, "address": f"{ADDRESS}?{n}"}).status_code == 302
    answer = ana.post(NEW, GOOD)
    assert answer.status_code == 409
    assert "Ya tiene cinco calendarios." in answer.content.decode()
    html = html_of(ana)
    assert "Puede tener hasta cinco calendarios." in html
    assert f'href="{NEW}"' not in html
    answer = ana.post(NEW, {**GOOD, "address": f"{ADDRESS}?1"})
    assert "Ese calendario ya está en la lista." in answer.content.decode()


def test_state_in_words(ana, other, frozen):
    html = html_of(ana)
    assert "Al día" in html
    assert "Leído hace 5 minutos: 3 horas ocupadas en los próximos 30 días." in html
    other.trouble, other.failures = "missing", 3
    other.save()
    html = html_of(ana)
    assert "No se pudo leer: El servidor dice que ese calendario ya no existe." in html
    assert "Esas horas siguen sin ofrecerse hasta que se lea de nuevo o lo quite." in html
    other.fetched_at = frozen - timedelta(days=3, hours=5)
    other.address = "http://calendario.ejemplo.test/x"
    other.save()
    html = html_of(ana)
    assert "Leído hace 3 días:" in html
    assert "sin cifrar" in html


def test_read_now(ana, other, frozen):
    html = html_of(ana)
    assert "Leer ahora" in html
    path = reverse("portal:calendar_read", args=[other.public_id])
    assert ana.post(path).url == PAGE
    other.refresh_from_db()
    assert other.next_fetch_at == frozen
    html = html_of(ana)
    assert "Lo leemos en el próximo minuto." in html
    assert "Leer ahora" not in html
    assert ana.get(path).status_code == 405


def test_remove_asks_first(ana, other):
    path = reverse("portal:calendar_remove", args=[other.public_id])
    assert "¿Quitar «Personal»?" in html_of(ana, path)
    assert ExternalCalendar.objects.exists()
    assert ana.post(path).url == PAGE
    assert not ExternalCalendar.objects.exists()
    assert not ExternalBusy.objects.exists()
    assert "Quitamos el calendario" in html_of(ana)


def test_calendars_of_another_doctor_are_404(as_, other, dr_diaz):
    for route in ("portal:calendar_read", "portal:calendar_remove"):
        path = reverse(route, args=[other.public_id])
        assert as_(dr_diaz.user).post(path).status_code == 404
    assert ExternalCalendar.objects.exists()


def test_busy_times_block_all_clinics_and_show_in_the_agenda(ana, other, dr_chen, clinic, frozen):
    second = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    clinics = list(Clinic.objects.with_schedule().filter(pk__in=[clinic.pk, second.pk]))
    day = datetime(2026, 11, 24, 14, tzinfo=UTC)
    with CaptureQueriesContext(connection) as asked:
        free = free_times(clinics, now=frozen, since=day, until=day + 4 * HOUR)
    assert len(asked) == 1
    for times in free.values():
        assert [t.hour for t in times] == [14, 14, 17, 17]
    html = html_of(ana, reverse("portal:agenda") + "?fecha=2026-11-24&vista=dia")
    assert html.count("Ocupado en su otro calendario") >= 1
    assert "is-elsewhere" in html


def test_questions_are_as_many_for_one_as_for_five(ana, other, dr_chen, frozen):
    def count():
        with CaptureQueriesContext(connection) as asked:
            html_of(ana)
        return len(asked)

    few = count()
    for n in range(4):
        calendar = ExternalCalendarFactory(doctor=dr_chen, name=f"{n}")
        ExternalBusy.objects.bulk_create(
            ExternalBusy(calendar=calendar, doctor=dr_chen, starts_at=frozen + n * HOUR,
                         ends_at=frozen + (n + 0.5) * HOUR)
            for n in range(20)
        )  # fmt: skip
        clinic = ClinicFactory(doctor=dr_chen, name=f"C{n}")
        act(ana, "make", clinic)
    html_of(ana)
    assert count() == few
    assert few <= 8
