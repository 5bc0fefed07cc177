"""The search index: marked in the transaction of each change, true again after it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from accounts.models import User
from appointments.enums import Status
from appointments.models import (
    Absence,
    Appointment,
    ExternalBusy,
    IndexChange,
    IndexEntry,
    IndexMark,
)
from appointments.queries import free_times
from appointments.services.index_check import check_index
from appointments.services.indexing import (
    entries_of,
    firsts,
    rebuild,
    renew,
    renew_due,
    wall_minutes,
)
from clinics.models import Clinic, OpeningHours, ScheduleException, TravelTime
from core.models import LiveChange
from doctors.models import Doctor, DoctorSpecialty
from tests.breaches import Breach, check
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CityFactory,
    ClinicFactory,
    DoctorFactory,
    ExternalCalendarFactory,
    SpecialtyFactory,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FIRST = NOW  # 9:00 in Quito, when the usual clinic opens
BREACHES = {
    "indexentry_once": Breach(
        IndexEntry,
        {name: lambda world, name=name: getattr(world, name) for name in (
            "clinic", "doctor", "specialty", "city", "latitude", "longitude", "currency",
            "payment_methods", "agreements", "languages", "is_female", "sees_children",
            "is_accessible", "offers_telehealth", "zone")},
    )
}  # fmt: skip


@pytest.fixture
def index(frozen, clinic):
    renew_due(clock=lambda: NOW)
    # Some changes are told once a transaction, and a test is one.
    LiveChange.objects.all().delete()
    return clinic.index_entries.get()


@pytest.mark.parametrize("name", BREACHES)
def test_constraint(index, name):
    check(name, BREACHES[name], index)


def entry():
    return IndexEntry.objects.get()


def told():
    """All that the index says, but for the keys of its rows."""
    rows = IndexEntry.objects.order_by("clinic", "specialty").values()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def is_due(doctor, now=NOW):
    passed = IndexMark.objects.filter(doctor=doctor, renew_at__lte=now).exists()
    return passed or IndexChange.objects.filter(doctor=doctor).exists()


def report(now=NOW):
    return check_index(clock=lambda: now)


# What an entry says --------------------------------------------------------------


def test_entry_says_what_the_engine_says(index, clinic):
    read = Clinic.objects.with_schedule().get(pk=clinic.pk)
    times = free_times([read], now=NOW, since=NOW, until=NOW + timedelta(days=60))[clinic.pk]
    assert index.next_at == times[0] == FIRST
    zone = ZoneInfo(clinic.zone)
    walls = [t.astimezone(zone) for t in reversed(times)]
    days = {(t.date(), t.hour >= 12): wall_minutes(t) for t in walls}
    mornings = [minute for (_day, late), minute in sorted(days.items()) if not late]
    afternoons = [minute for (_day, late), minute in sorted(days.items()) if late]
    assert (index.mornings, index.afternoons, index.evenings) == (mornings, afternoons, [])
    assert len(mornings) == 60


def test_parts_of_a_day_where_an_hour_comes_twice():
    madrid = ZoneInfo("Europe/Madrid")
    night = datetime(2026, 10, 25, 0, 30, tzinfo=madrid)
    starts = [int((night + n * HOUR).timestamp()) for n in range(20)]
    midnight = wall_minutes(datetime(2026, 10, 25, 0, 0))
    # The half past two comes twice: the twelfth start is at half past eleven, not twelve.
    assert firsts(starts, madrid) == {
        "mornings": [midnight + 30],
        "afternoons": [midnight + 12 * 60 + 30],
        "evenings": [midnight + 18 * 60 + 30],
    }


def test_facts_of_an_entry(index, clinic):
    Clinic.objects.update(
        sees_children=True, offers_telehealth=True, agreements=["Seguros Álamo", "IESS"]
    )
    renew_due(clock=lambda: NOW)
    assert (entry().agreements, entry().sees_children, entry().is_accessible) == (
        ["seguros alamo", "iess"], True, False,
    )  # fmt: skip
    assert (entry().is_female, entry().price, entry().currency) == (True, clinic.price, "USD")


def test_one_entry_for_each_specialty_and_clinic(index, clinic, dr_chen):
    DoctorSpecialty.objects.create(doctor=dr_chen, specialty=SpecialtyFactory(slug="otra"))
    ClinicFactory(doctor=dr_chen, name="Cumbayá")
    renew_due(clock=lambda: NOW)
    assert IndexEntry.objects.count() == 4


def test_doctor_without_specialty_has_an_entry(index, dr_chen):
    dr_chen.doctor_specialties.all().delete()
    renew_due(clock=lambda: NOW)
    assert entry().specialty is None


# Marked in the transaction, true after it ------------------------------------------


def absent(clinic):
    Absence.objects.create(doctor=clinic.doctor, starts_at=NOW, ends_at=NOW + 3 * HOUR)


def other_calendar(clinic):
    calendar = ExternalCalendarFactory(doctor=clinic.doctor)
    ExternalBusy.objects.create(
        calendar=calendar, doctor=clinic.doctor, starts_at=NOW, ends_at=NOW + HOUR
    )


def another_city(clinic):
    Clinic.objects.filter(pk=clinic.pk).update(city=CityFactory(slug="cuenca", name="Cuenca"))


def travels(clinic):
    TravelTime.objects.create(
        from_clinic=clinic, to_clinic=ClinicFactory(doctor=clinic.doctor), minutes=20
    )


CHANGES = {
    "visit": lambda c: AppointmentFactory(clinic=c, starts_at=FIRST),
    "absence": absent,
    "other calendar": other_calendar,
    "hours": lambda c: OpeningHours.objects.filter(clinic=c).update(starts_minute=600),
    "hours end": lambda c: OpeningHours.objects.filter(clinic=c).delete(),
    "date": lambda c: ScheduleException.objects.create(
        clinic=c, date=date(2026, 11, 23), kind="closed"
    ),
    "travel": travels,
    "length": lambda c: Clinic.objects.filter(pk=c.pk).update(slot_minutes=50),
    "notice": lambda c: Clinic.objects.filter(pk=c.pk).update(min_notice_minutes=90),
    "pause": lambda c: Clinic.objects.filter(pk=c.pk).update(is_active=False),
    "no new patients": lambda c: Doctor.objects.update(takes_new_patients=False),
    "hidden": lambda c: Doctor.objects.update(is_published=False),
    "locked account": lambda c: User.objects.filter(doctor=c.doctor).update(is_active=False),
    "price": lambda c: Clinic.objects.filter(pk=c.pk).update(price=60),
    "wheelchair": lambda c: Clinic.objects.filter(pk=c.pk).update(is_accessible=True),
    "agreement": lambda c: Clinic.objects.filter(pk=c.pk).update(agreements=["IESS"]),
    "city": another_city,
    "point": lambda c: Clinic.objects.filter(pk=c.pk).update(latitude="-0.19"),
    "languages": lambda c: Doctor.objects.update(languages=["es", "qu"]),
    "title": lambda c: Doctor.objects.update(title="dr"),
    "specialty": lambda c: DoctorSpecialty.objects.create(
        doctor=c.doctor, specialty=SpecialtyFactory(slug="otra")
    ),
    "specialty ends": lambda c: DoctorSpecialty.objects.all().delete(),
    "another clinic": lambda c: ClinicFactory(doctor=c.doctor),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_marks_and_is_renewed(index, clinic, change):
    before = told()
    CHANGES[change](clinic)
    assert is_due(clinic.doctor)
    assert report().waiting == 1
    assert renew_due(clock=lambda: NOW) == 1
    assert not is_due(clinic.doctor)
    assert told() != before
    assert (report().waiting, report().differences) == (0, [])


def test_cancelled_visit_gives_its_time_back(index, clinic):
    visit = AppointmentFactory(clinic=clinic, starts_at=FIRST)
    renew_due(clock=lambda: NOW)
    assert entry().next_at == FIRST + HOUR / 2
    Appointment.objects.filter(pk=visit.pk).update(
        status=Status.CANCELLED_BY_DOCTOR, cancelled_at=NOW
    )
    renew_due(clock=lambda: NOW)
    assert entry().next_at == FIRST


@pytest.mark.parametrize(
    "nothing",
    [
        lambda c: Clinic.objects.filter(pk=c.pk).update(directions="Segundo piso"),
        lambda c: Doctor.objects.update(biography="Otra"),
        lambda c: Clinic.objects.filter(pk=c.pk).update(price=c.price),
    ],
)
def test_what_entries_do_not_tell_marks_nothing(index, clinic, nothing):
    nothing(clinic)
    assert not is_due(clinic.doctor)


def test_older_knowledge_does_not_win(index, clinic, monkeypatch):
    """Somebody books between our reading and our writing."""
    AppointmentFactory(clinic=clinic, starts_at=FIRST)

    def and_then_another(*args, **kwargs):
        made = entries_of(*args, **kwargs)
        AppointmentFactory(clinic=clinic, starts_at=FIRST + HOUR / 2)
        return made

    monkeypatch.setattr("appointments.services.indexing.entries_of", and_then_another)
    renew([clinic.doctor_id], now=NOW)
    monkeypatch.undo()
    assert is_due(clinic.doctor)
    assert renew([clinic.doctor_id], now=NOW) == 1
    assert entry().next_at == FIRST + HOUR


# As time passes -----------------------------------------------------------------


def test_due_when_the_first_time_has_passed(index, clinic):
    assert not is_due(clinic.doctor, NOW)
    later = NOW + timedelta(seconds=1)
    assert is_due(clinic.doctor, later)
    renew_due(clock=lambda: later)
    assert entry().next_at == FIRST + HOUR / 2
    assert report(later).differences == []


def test_due_when_the_notice_begins(index, clinic):
    Clinic.objects.update(min_notice_minutes=120)
    renew_due(clock=lambda: NOW)
    assert entry().next_at == FIRST + 2 * HOUR
    assert is_due(clinic.doctor, NOW + timedelta(seconds=1))


def test_due_when_a_hold_runs_out(index, clinic):
    AppointmentFactory(
        clinic=clinic, starts_at=FIRST, status=Status.HELD, patient=None, booked_by=None, code=None,
        booked_at=None, phone="", hold_expires_at=NOW + timedelta(minutes=10),
    )  # fmt: skip
    renew_due(clock=lambda: NOW)
    assert entry().next_at == FIRST + HOUR / 2
    assert IndexMark.objects.get().renew_at == NOW + timedelta(minutes=10)


def test_due_within_a_day_though_nothing_happens(index, clinic):
    OpeningHours.objects.all().delete()
    renew_due(clock=lambda: NOW)
    assert (entry().next_at, IndexMark.objects.get().renew_at) == (None, NOW + timedelta(hours=24))


def test_true_the_whole_night(index, clinic):
    evening = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    renew_due(clock=lambda: evening)
    morning = evening + timedelta(hours=15)
    assert not is_due(clinic.doctor, morning)
    assert (report(morning).waiting, report(morning).differences) == (0, [])


# Looked after ---------------------------------------------------------------------


def test_check_sees_a_wrong_entry(index, clinic, capsys):
    IndexEntry.objects.update(next_at=FIRST + HOUR)
    with pytest.raises(SystemExit) as status:
        call_command("availability_index", "--check")
    assert status.value.code == 1
    assert "1 doctors, 1 entries, 0 waiting for the task, 1 differences" in capsys.readouterr().out
    call_command("availability_index", "--rebuild")
    call_command("availability_index", "--check")
    assert "0 differences" in capsys.readouterr().out


def test_check_sees_a_missing_entry_a_stray_and_a_doctor_never_made(index, clinic):
    IndexEntry.objects.all().delete()
    assert len(report().differences) == 1
    renew([clinic.doctor_id], now=NOW)
    other = DoctorFactory()
    IndexChange.objects.filter(doctor=other).delete()
    IndexEntry.objects.update(doctor=other)
    assert len(report().differences) == 3


def test_rebuild_makes_all(index, dr_diaz):
    IndexEntry.objects.all().delete()
    assert rebuild(clock=lambda: NOW) == 2
    assert entry().next_at == FIRST


@pytest.mark.parametrize("many", [1, 12])
def test_renewing_asks_as_often_for_many(frozen, many, django_assert_num_queries):
    for _ in range(many):
        ClinicFactory()
    ids = list(Doctor.objects.values_list("pk", flat=True))
    with django_assert_num_queries(12):
        assert renew(ids, now=NOW) == many


def test_deleted_doctor_leaves_nothing(index, clinic, dr_chen):
    clinic.delete()
    dr_chen.delete()
    assert (IndexEntry.objects.count(), report().differences) == (0, [])
