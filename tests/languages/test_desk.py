"""The agenda and what its desk does speak one language, for the doctor and for reception."""

import uuid
from datetime import timedelta

import pytest

from appointments import live
from appointments.enums import ChangeKind, Status
from clinics.models import ScheduleException
from core.live.changes import Change, Position
from doctors.models import Doctor
from portal.desk import Desk
from portal.news import news_of
from tests.factories import AppointmentFactory
from tests.languages.browser import NAMES, Reader, page, stamp
from tests.languages.reading import foreign_texts, texts_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
LONG_AGO = "2001-01-01"
EVA = {"who": "new", "first_names": "Eva", "last_names": "Ruiz", "phone": "099 888 7766"}


def test_agenda_speaks_one_language(desk, clinic, visits, dr_chen, frozen):
    dr_chen.absences.create(
        starts_at=frozen + timedelta(days=1, hours=5), ends_at=frozen + timedelta(days=1, hours=7)
    )
    ScheduleException.objects.create(clinic=clinic, date="2026-11-26", kind="closed")
    ScheduleException.objects.create(clinic=clinic, date="2026-11-28", kind="extra",
                                     starts_minute=480, ends_minute=540)  # fmt: skip
    AppointmentFactory(
        clinic=clinic, patient=None, booked_by=None, status=Status.HELD,
        starts_at=frozen + timedelta(hours=6), hold_expires_at=frozen + timedelta(minutes=9),
    )  # fmt: skip
    agenda = page("agenda")
    for look in ("", "dia", "semana", "lista"):
        for day in ("", "2026-11-20", "2026-11-26", "2027-03-01"):
            desk.get(agenda, {"vista": look, "fecha": day})
    for day in ("2026-11-23", "2027-03-01"):
        desk.get(page("agenda_print"), {"fecha": day})
    desk.part(agenda)
    desk.get(page("news"))
    desk.get(page("desk"))


def test_agenda_of_two_clinics_speaks_one_language(ana, visits, other):
    for query in ({}, {"consultorio": other.public_id}, {"vista": "lista"}):
        ana.get(page("agenda"), query)
    ana.get(page("agenda_print"), {"fecha": "2026-11-25"})


def test_why_speaks_one_language(desk, clinic, visits, dr_chen, frozen, other):
    absence = {"starts_at": frozen + timedelta(hours=24), "ends_at": frozen + timedelta(hours=30)}
    dr_chen.absences.create(**absence)
    ScheduleException.objects.create(clinic=clinic, date="2026-11-26", kind="closed")
    clinic.min_notice_minutes, clinic.buffer_before, clinic.buffer_after = 120, 15, 15
    clinic.is_active = False
    clinic.save()
    Doctor.objects.filter(pk=dr_chen.pk).update(is_published=False, takes_new_patients=False)
    why = page("why")
    desk.get(why)
    for hours in (-200, -20, 1, 2, 2.2, 25, 28, 35, 48, 48.5, 72, 90 * 24):
        at = stamp(frozen + timedelta(hours=hours))
        desk.get(why, {"consultorio": clinic.public_id, "inicio": at})
    for wrong in ({"consultorio": clinic.public_id, "dia": "x", "hora": "99"}, {"inicio": "x"}):
        desk.get(why, wrong)
        desk.part(why, wrong)
    desk.part(why, {"consultorio": clinic.public_id, "inicio": stamp(frozen)})


def test_visits_speak_one_language(desk, visits):
    for visit in visits:
        desk.get(page("visit", visit))
        desk.part(page("visit", visit))


# What the desk does -----------------------------------------------------------------------


def test_new_visits_speak_one_language(desk, clinic, visits, slot):
    new = page("new_visit")
    when = {"clinic": clinic.public_id, "day": "2026-11-24", "clock": "10:00", "minutes": "30"}
    desk.get(new)
    desk.get(new, {"paciente": visits[0].patient.public_id, "inicio": stamp(slot)})
    for typed in (
        {},
        {**when, "who": "known", "search": "zzz"},
        {**when, "who": "known", "search": "vera", "find": "1"},
        {**when, "who": "new"},
        {**when, **EVA, "phone": "1", "email": "x", "reason": "x" * 2000},
        {**when, **EVA, "day": "x", "clock": "99", "minutes": "0"},
        {**when, **EVA, "day": LONG_AGO, "clock": "24:00", "minutes": "1000"},
        {**when, **EVA, "clock": "3:07", "key": uuid.uuid4()},
        {**when, **EVA, "day": "2026-11-25", "clock": "9:00", "key": uuid.uuid4()},
        {**when, **EVA, "go": "2026-12-12"},
        {**when, **EVA, "pick": stamp(slot)},
        {**when, **EVA, "key": uuid.uuid4()},
        {**when, **EVA, "clock": "11:00", "email": "otra@ejemplo.test", "key": uuid.uuid4()},
    ):
        desk.post(new, typed)


def test_acts_on_visits_speak_one_language(desk, visits):
    booked, _outside, asked, cancelled, _declined, past = visits[:6]
    written_down = visits[-1]
    for visit in (booked, asked, written_down):
        for act in ("visit_reschedule", "visit_cancel", "visit_answer"):
            desk.get(page(act, visit))
    move = page("visit_reschedule", booked)
    when = {"day": "2026-11-25", "clock": "10:00", "minutes": "30"}
    for typed in (
        {}, {**when, "day": LONG_AGO}, {**when, "clock": "3:07"}, {**when, "minutes": "x"},
        {**when, "clock": "9:00"}, {**when, "message": "x" * 2000}, {**when, "go": "2026-12-12"},
        when,
    ):  # fmt: skip
        desk.post(move, typed)
    desk.post(page("visit_answer", asked), {})
    desk.post(page("visit_answer", asked), {"answer": "decline", "message": "OK"})
    for visit in (asked, cancelled, past):
        for act in ("visit_reschedule", "visit_cancel", "visit_answer"):
            desk.post(page(act, visit), {**when, "answer": "accept"})
    for visit in (booked, written_down):
        desk.post(page("visit_cancel", visit), {"message": "OK"})
        desk.get(page("visit", visit))


def test_accepted_request_speaks_one_language(desk, visits):
    desk.post(page("visit_answer", visits[2]), {"answer": "accept"})


def test_blocks_and_openings_speak_one_language(ana, clinic, visits, dr_chen):
    block, opening = page("block"), page("opening")
    stretch = {"clinic": clinic.public_id, "since": "2026-11-24", "opens": "12:00",
               "until": "2026-11-24", "closes": "13:00", "key": uuid.uuid4()}  # fmt: skip
    extra = {"clinic": clinic.public_id, "day": "2026-11-24", "opens": "18:00", "closes": "20:00"}
    for typed in (
        {}, {**stretch, "closes": "11:00"}, {**stretch, "until": "2028-12-01"},
        {**stretch, "since": LONG_AGO, "opens": "99"}, {**stretch, "until": "2027-12-24"}, stretch,
        {**stretch, "until": "2026-11-26"},
    ):  # fmt: skip
        ana.post(block, typed)
    for typed in (
        {}, {**extra, "opens": "24:00"}, {**extra, "closes": "18:00"}, {**extra, "day": LONG_AGO},
        extra, {**extra, "day": "2026-11-25", "opens": "8", "closes": "10"},
    ):  # fmt: skip
        ana.post(opening, typed)
    ana.get(block)
    ana.get(opening)
    absence = dr_chen.absences.get()
    for _twice in range(2):
        ana.get(page("unblock", absence))
        ana.post(page("unblock", absence))


def test_attendance_speaks_one_language(desk, visits, frozen, clinic, alice):
    """Asked, answered, refused, put right; the last visit that is over is the one of the past."""
    coming, left = visits[0], visits[7]
    begun = AppointmentFactory(clinic=clinic, starts_at=frozen - timedelta(minutes=10))
    desk.get(page("unrecorded"))
    for visit in (begun, left, coming):
        desk.get(page("visit", visit))
        desk.get(page("visit_attendance", visit))
    for typed in ({}, {"said": "late"}, {"said": "late", "minutes": "99"}, {"said": "late",
                  "minutes": "721"}, {"said": "no_show"}, {"said": "attended"}):  # fmt: skip
        desk.post(page("visit_attendance", begun), typed)
    desk.post(page("visit_attendance", coming), {"said": "attended"})
    desk.post(page("visit_attendance", left), {"said": "late", "minutes": "7"})
    correct = {"was": "attended-7", "said": "no_show", "reason": "told", "note": ""}
    desk.get(page("visit_correction", left))
    for typed in ({}, {**correct, "reason": "other"}, {**correct, "was": "attended"},
                  {**correct, "was": "x"}, {**correct, "said": "late", "minutes": "7"},
                  correct):  # fmt: skip
        desk.post(page("visit_correction", left), typed)
    desk.get(page("unrecorded"))
    desk.get(page("agenda"), {"vista": "lista", "fecha": "2026-11-20"})


def test_desks_without_a_clinic_speak_one_language(frozen, language, dr_diaz):
    reader = Reader(language, dr_diaz.user)
    for name in ("agenda", "agenda_print", "why", "news", "new_visit", "block", "opening",
                 "clinics", "travel", "team", "team_new", "preview", "setup"):  # fmt: skip
        reader.get(page(name))
    assert reader.found == []


def test_contacts_of_patients_speak_one_language(desk, visits):
    patient = visits[-1].patient
    contact = page("patient_contact", patient)
    desk.get(contact)
    for typed in ({}, {"phone": "1", "email": "x"}, {"phone": "099 888 7766", "email": ""},
                  {"again": "1"}, {"email": "otra@ejemplo.test"}, {"again": "1"}):  # fmt: skip
        desk.post(contact, typed)


def test_news_page_speaks_one_language(desk):
    desk.get(page("news"))
    desk.post(page("seen"), {"desde": "x"})


def test_news_speak_one_language(language, dr_chen, clinic, visits, frozen):
    """In words, without the stream: it tells only what is committed."""
    absence = dr_chen.absences.create(starts_at=frozen, ends_at=frozen + timedelta(hours=2))
    away, visit = {"absence": str(absence.public_id)}, {"visit": str(visits[0].public_id)}
    told = [(live.HELD, visit), (live.RELEASED, visit), (live.BLOCKED, away),
            (live.UNBLOCKED, away), (live.TRAVEL, {}), (live.PROFILE, {}),
            (live.CALENDARS, {})]  # fmt: skip
    told += [(kind, {"clinic": clinic.pk}) for kind in (live.HOURS, live.DATES, live.CLINIC)]
    for n, kind in enumerate(ChangeKind.values):
        line = visits[0].changes.create(kind=kind, actor=visits[0].booked_by, at=frozen, sequence=n,
                                        from_starts_at=frozen, to_starts_at=frozen)  # fmt: skip
        told.append((kind, {**visit, "line": str(line.public_id)}))
    changes = [
        Change(Position(1, n), "", kind, data, True, frozen) for n, (kind, data) in enumerate(told)
    ]
    said = [piece.text for piece in news_of(Desk(dr_chen.user, dr_chen), changes, now=frozen)]
    assert len(said) == len(told)
    assert foreign_texts(texts_of("<br>".join(said), names=NAMES), language) == []
