"""Every named constraint of consultorios and their hours."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from clinics.models import Assistant, Clinic, OpeningHours, ScheduleException, TravelTime
from clinics.timetables import SpecialDay
from tests.breaches import Breach, check, refused_by, sentences_of, sound
from tests.factories import (
    AssistantFactory,
    CityFactory,
    ClinicFactory,
    DoctorFactory,
    InvitationFactory,
)

pytestmark = pytest.mark.django_db
PLACE = {
    "doctor": lambda clinic: clinic.doctor,
    "name": "Cumbayá",
    "address": "Calle 1",
    "city": lambda _clinic: CityFactory(),
    "country": "EC",
    "latitude": Decimal("-0.2"),
    "longitude": Decimal("-78.4"),
    "zone": "America/Guayaquil",
}
WINDOW = {"clinic": lambda clinic: clinic, "weekday": 1}
DAY = {"clinic": lambda clinic: clinic, "date": date(2026, 12, 25)}
NOWHERE = "Ese punto no existe: revise la latitud y la longitud."
BACKWARDS = "El horario debe terminar después de empezar."
CROSSED = "Ese horario se cruza con otro del mismo día."


def the_assistant(clinic):
    return clinic.doctor.assistants.get().user


BREACHES = {
    "clinic_point_on_earth": Breach(Clinic, {**PLACE, "latitude": Decimal("90.00001")}, NOWHERE),
    "clinic_zone_known": Breach(
        Clinic, {**PLACE, "zone": "America/Quito"}, "Elija una zona horaria de la lista."
    ),
    "clinic_slot_minutes_plausible": Breach(
        Clinic, {**PLACE, "slot_minutes": 4}, "La cita debe durar entre 5 minutos y 12 horas."
    ),
    "clinic_step_minutes_plausible": Breach(
        Clinic,
        {**PLACE, "step_minutes": 0},
        "El paso entre citas debe ser de 5 minutos a 12 horas.",
    ),
    "clinic_price_not_negative": Breach(
        Clinic, {**PLACE, "price": Decimal("-0.01")}, "El precio no puede ser negativo."
    ),
    "clinic_fees_positive": Breach(
        Clinic, {**PLACE, "late_cancellation_fee": 0}, "Un cargo debe ser mayor que cero."
    ),
    "clinic_price_list_agrees": Breach(
        Clinic, {**PLACE, "visit_types": ["Control"]}, "Cada tipo de consulta necesita su precio."
    ),
    "clinic_no_show_rule_known": Breach(Clinic, {**PLACE, "no_show_rule": "never"}),
    "clinic_no_show_limit_plausible": Breach(
        Clinic, {**PLACE, "no_show_limit": 0}, "Elija de 1 a 10 inasistencias."
    ),
    "clinic_archived_is_not_active": Breach(
        Clinic, {**PLACE, "archived_at": datetime(2026, 11, 1, tzinfo=UTC)}
    ),
    "assistant_once_per_doctor": Breach(
        Assistant,
        {"doctor": lambda clinic: clinic.doctor, "name": "Carla", "user": the_assistant,
         "invitation": lambda _clinic: InvitationFactory()},
    ),
    "openinghours_weekday_iso": Breach(
        OpeningHours, {**WINDOW, "weekday": 0, "starts_minute": 1, "ends_minute": 2}
    ),
    "openinghours_minutes_valid": Breach(
        OpeningHours, {**WINDOW, "starts_minute": 540, "ends_minute": 540}, BACKWARDS
    ),
    "openinghours_validity_in_order": Breach(
        OpeningHours,
        {**WINDOW, "starts_minute": 1200, "ends_minute": 1260,
         "valid_from": date(2027, 1, 2), "valid_until": date(2027, 1, 1)},
        "La fecha final no puede ser anterior a la inicial.",
    ),
    "openinghours_no_overlap": Breach(
        OpeningHours, {**WINDOW, "starts_minute": 1019, "ends_minute": 1100}, CROSSED
    ),
    "scheduleexception_minutes_valid": Breach(
        ScheduleException,
        {**DAY, "kind": "extra"},
        "Escriba desde y hasta qué hora, en ese orden.",
    ),
    "traveltime_once": Breach(
        TravelTime,
        {"from_clinic": lambda clinic: clinic, "to_clinic": lambda clinic: other_of(clinic),
         "minutes": 5},
    ),
    "traveltime_lower_clinic_first": Breach(
        TravelTime,
        {"from_clinic": lambda clinic: clinic, "to_clinic": lambda clinic: clinic, "minutes": 5},
        "Elija dos consultorios distintos.",
    ),
}  # fmt: skip


def other_of(clinic):
    return Clinic.objects.exclude(pk=clinic.pk).get()


@pytest.fixture
def two(clinic):
    """Open every day 9:00-17:00; a second consultorio twenty minutes away."""
    TravelTime.objects.create(
        from_clinic=clinic, to_clinic=ClinicFactory(doctor=clinic.doctor, hours=[]), minutes=20
    )
    AssistantFactory(doctor=clinic.doctor, clinics=[clinic])
    return clinic


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(two, name):
    check(name, BREACHES[name], two)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("-90.1", "0"), ("91", "10"), ("10", "180.1"), ("10", "-181"), ("0", "0")],
)
def test_points_that_are_nowhere(clinic, latitude, longitude):
    fields = {**PLACE, "latitude": Decimal(latitude), "longitude": Decimal(longitude)}
    check("clinic_point_on_earth", Breach(Clinic, fields, NOWHERE), clinic)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("-90", "-180"), ("90", "180"), ("0", "-78.5")]
)
def test_points_at_the_ends_of_the_earth(clinic, latitude, longitude):
    fields = {**PLACE, "latitude": Decimal(latitude), "longitude": Decimal(longitude)}
    sound(Breach(Clinic, fields).instance(clinic))


@pytest.mark.parametrize("zone", ["", "GMT+5", "Quito", "EST5", "../etc"])
def test_zones_that_are_none(clinic, zone):
    breach = Breach(Clinic, {**PLACE, "zone": zone})
    assert refused_by(breach.instance(clinic)) == "clinic_zone_known"


@pytest.mark.parametrize("minutes", [721, 4])
@pytest.mark.parametrize("field", ["slot_minutes", "step_minutes"])
def test_visits_and_steps_out_of_reason(clinic, field, minutes):
    check(f"clinic_{field}_plausible", Breach(Clinic, {**PLACE, field: minutes}), clinic)


def window(clinic, start, end, weekday=1, since=None, until=None):
    return OpeningHours(clinic=clinic, weekday=weekday, starts_minute=start, ends_minute=end,
                        valid_from=since, valid_until=until)  # fmt: skip


@pytest.fixture
def night(dr_chen):
    """Mondays 22:00 to 2:00."""
    return ClinicFactory(doctor=dr_chen, hours=[(1, 1320, 120)])


@pytest.mark.parametrize(
    ("start", "end"),
    [(540, 600), (0, 541), (1019, 1020), (0, 1440), (600, 660), (1000, 100)],
)
def test_windows_of_one_weekday_do_not_cross(clinic, start, end):
    assert refused_by(window(clinic, start, end)) == "openinghours_no_overlap"
    assert CROSSED in sentences_of(window(clinic, start, end))


@pytest.mark.parametrize(("start", "end"), [(0, 540), (1020, 1440), (1020, 1439), (1100, 60)])
def test_windows_that_touch_or_stand_apart(clinic, start, end):
    sound(window(clinic, start, end))


@pytest.mark.parametrize(("start", "end", "crosses"), [
    (1380, 1440, True), (1380, 30, True), (1439, 1, True), (1200, 1321, True), (1200, 1320, False),
    (0, 180, False),
])  # fmt: skip
def test_windows_past_midnight(night, start, end, crosses):
    """0:00-3:00 of the same Monday is the night before: nothing to cross."""
    if crosses:
        assert refused_by(window(night, start, end)) == "openinghours_no_overlap"
    else:
        sound(window(night, start, end))


def test_windows_of_other_days_and_clinics_do_not_cross(two):
    sound(window(other_of(two), 540, 1020))
    sound(window(other_of(two), 540, 1020, weekday=2))


def test_windows_of_other_dates_do_not_cross(dr_chen):
    clinic = ClinicFactory(doctor=dr_chen, hours=[])
    sound(window(clinic, 540, 1020, until=date(2026, 12, 31)))
    sound(window(clinic, 540, 1020, since=date(2027, 1, 1), until=date(2027, 1, 31)))
    sound(window(clinic, 540, 1020, since=date(2027, 2, 1)))
    for since, until in (
        (None, None),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 31), None),
        (None, date(2026, 1, 1)),
    ):
        late = window(clinic, 600, 660, since=since, until=until)
        assert refused_by(late) == "openinghours_no_overlap"
        assert CROSSED in sentences_of(window(clinic, 600, 660, since=since, until=until))


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (1440, 60), (0, 1441), (60, 60), (0, 0)])
def test_minutes_of_no_day(clinic, start, end):
    sunday = window(ClinicFactory(doctor=clinic.doctor, hours=[]), start, end, weekday=7)
    assert "openinghours" in refused_by(sunday)
    assert sentences_of(window(clinic, start, end, weekday=7))


@pytest.mark.parametrize(
    ("kind", "start", "end", "is_right"),
    [
        ("closed", None, None, True),
        ("closed", 600, 660, True),
        ("closed", 1320, 60, True),
        ("extra", 600, 1440, True),
        ("extra", None, None, False),
        ("closed", 600, None, False),
        ("closed", None, 600, False),
        ("extra", 600, 600, False),
        ("extra", 1440, 60, False),
        ("extra", 0, 1441, False),
        ("half", None, None, False),
    ],
)
def test_exceptions_say_all_or_nothing(clinic, kind, start, end, is_right):
    day = ScheduleException(
        clinic=clinic, date=date(2026, 12, 25), kind=kind, starts_minute=start, ends_minute=end
    )
    if is_right:
        sound(day)
    else:
        assert refused_by(day) == "scheduleexception_minutes_valid"
        assert sentences_of(day)


def test_bookable_are_open_clinics_of_published_doctors_who_take_patients(clinic):
    for change in ({"is_published": False}, {"takes_new_patients": False}):
        ClinicFactory(doctor=DoctorFactory(**change))
    ClinicFactory(doctor=DoctorFactory(user__is_active=False))
    ClinicFactory(is_active=False)
    assert list(Clinic.objects.bookable()) == [clinic]


def test_schedules_of_many_clinics_come_with_them(clinic, django_assert_num_queries):
    for _n in range(5):
        ClinicFactory()
    ScheduleException.objects.create(clinic=clinic, date=date(2026, 12, 24), kind="closed")
    with django_assert_num_queries(1):
        clinics = list(Clinic.objects.with_schedule().order_by("pk"))
        read = [(c.week, c.special_days, c.city.name) for c in clinics]
        assert all(c.owner_is_active for c in clinics)
    assert read == [(c.week, c.special_days, c.city.name) for c in Clinic.objects.order_by("pk")]
    assert (len(read), len(read[0][0])) == (6, 7)
    assert read[0][1] == [SpecialDay(date(2026, 12, 24), "closed")]


def test_price_of_a_type_is_not_below_nothing(clinic):
    broken = Breach(Clinic, {**PLACE, "visit_types": ["x"], "visit_prices": [Decimal(-1)]})
    assert refused_by(broken.instance(clinic)) == "clinic_price_list_agrees"
