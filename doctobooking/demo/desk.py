"""The desk of the demo's own doctor: reception, dates that differ, an absence, a time on hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.enums import Purpose, Sex
from accounts.invitations import VALID_FOR
from accounts.models import Invitation, Patient, User
from appointments.enums import Status
from appointments.live import channel_of
from appointments.models import Absence, Appointment
from appointments.services.holds import hold_time
from clinics.enums import ExceptionKind
from clinics.holidays import holidays_of
from clinics.models import Assistant, Clinic, ScheduleException
from core.models import LiveChange, ReadMark
from doctobooking.demo import personas
from doctobooking.demo.chance import Chance
from doctobooking.demo.people import Name
from doctobooking.demo.places import Place, Practising
from doctobooking.demo.visits import Agenda
from doctors.models import Doctor

WEDNESDAY, SUNDAY = 3, 7
LOOKED_AGO = timedelta(hours=2)
HOLIDAYS_AHEAD = timedelta(days=120)
EXTRA_HOURS = (14 * 60, 17 * 60)
INVITED = ("Marcos Ríos Cando", "marcos.rios@demo.test")


def set_dates(practising: Sequence[Practising], today: date) -> None:
    """Before the agenda is filled, so that visits fit them."""
    for one in practising:
        one.exceptions += [
            ScheduleException(
                clinic=one.clinic,
                date=holiday.day,
                kind=ExceptionKind.CLOSED,
                note=holiday.name,
            )
            for year in (today.year, today.year + 1)
            for holiday in holidays_of(str(one.clinic.country), year)
            if today < holiday.day <= today + HOLIDAYS_AHEAD
        ]
    practising[0].exceptions.append(
        ScheduleException(
            clinic=practising[0].clinic,
            date=_next(today, SUNDAY),
            kind=ExceptionKind.EXTRA,
            starts_minute=EXTRA_HOURS[0],
            ends_minute=EXTRA_HOURS[1],
            note="Espacios adicionales",
        )
    )


def make_guest(chance: Chance, doctor: Doctor, place: Place, now: datetime) -> Patient:
    """Somebody who called by telephone: no account, an invitation on its way."""
    name = Name("Rosario", "Guamán Tipán", Sex.FEMALE)
    guest = Patient(
        public_id=chance.uuid(),
        first_names=name.first_names,
        last_names=name.last_names,
        sex=name.sex,
        phone=chance.fill(place.country.mobile),
        email=personas.GUEST,
        created_at=now - timedelta(days=1),
    )
    guest.save()
    _invite(chance, Purpose.PATIENT, personas.GUEST, doctor.user, guest.created_at, patient=guest)
    return guest


@dataclass(frozen=True)
class Desk:
    chance: Chance
    doctor: Doctor
    agenda: Agenda
    now: datetime

    def go_away(self) -> Absence:
        """Two days at a congress, in the third week from now: nobody has booked there yet."""
        zone = ZoneInfo(self.clinics[0].zone)
        first = _next(self.now.astimezone(zone).date() + timedelta(days=13), WEDNESDAY)
        start, end = (
            datetime.combine(day, time(), zone) for day in (first, first + timedelta(days=2))
        )
        self.agenda.block(start, end)
        return Absence.objects.create(
            public_id=self.chance.uuid(),
            doctor=self.doctor,
            starts_at=start,
            ends_at=end,
            note="Congreso de cardiología",
            created_by=self.doctor.user,
            created_at=self.now - timedelta(days=40),
        )

    def staff(self, assistant: User) -> None:
        """One works here; another was invited and has not answered."""
        since = self.now - timedelta(days=50)
        accepted = self._assistant(assistant.full_name, assistant.email, self.clinics[:1], since)
        accepted.user = assistant
        accepted.save(update_fields=["user"])
        invitation = accepted.invitation
        invitation.accepted_at, invitation.accepted_by = since + timedelta(hours=3), assistant
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        assistant.is_assistant = True
        assistant.save(update_fields=["is_assistant"])
        self._assistant(*INVITED, self.clinics, self.now - timedelta(days=2))

    def hold(self) -> None:
        """A patient who is typing just now."""
        starts_at = self.agenda.nearest(0, self.now + timedelta(days=1))
        if starts_at is None:
            return
        self.agenda.take(0, starts_at)
        Appointment.objects.create(
            public_id=self.chance.uuid(),
            doctor=self.doctor,
            clinic=self.clinics[0],
            starts_at=starts_at,
            ends_at=starts_at + self.agenda.length(0),
            status=Status.HELD,
            hold_expires_at=self.now + hold_time(),
            created_at=self.now,
        )

    def look(self, people: Iterable[User]) -> None:
        """They have seen the agenda as it is now: what is written from here on is news."""
        last = LiveChange.objects.order_by("-pk").first()
        if last is None:
            return
        for user in people:
            ReadMark.objects.create(
                user=user,
                channel=channel_of(self.doctor),
                xid=last.xid,
                row=last.pk,
                at=self.now - LOOKED_AGO,
            )

    @property
    def clinics(self) -> list[Clinic]:
        return [one.clinic for one in self.agenda.practising]

    def _assistant(
        self, name: str, email: str, clinics: list[Clinic], since: datetime
    ) -> Assistant:
        owner = self.doctor.user
        assistant = Assistant.objects.create(
            public_id=self.chance.uuid(),
            doctor=self.doctor,
            name=name,
            invitation=_invite(self.chance, Purpose.ASSISTANT, email, owner, since),
            created_at=since,
        )
        assistant.clinics.set(clinics)
        return assistant


def _invite(
    chance: Chance,
    purpose: Purpose,
    email: str,
    by: User,
    at: datetime,
    patient: Patient | None = None,
) -> Invitation:
    return Invitation.objects.create(
        public_id=chance.uuid(),
        purpose=purpose,
        email=email,
        patient=patient,
        created_by=by,
        created_at=at,
        expires_at=at + VALID_FOR,
    )


def _next(today: date, weekday: int) -> date:
    """The first such day after `today`."""
    return today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)
