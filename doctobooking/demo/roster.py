"""Saves the demo's people batch by batch, and keeps what visits need of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.utils.text import slugify

from accounts.models import Consent, Patient, User
from clinics.enums import NoShowRule, PaymentTime
from clinics.models import Clinic, OpeningHours, ScheduleException, TravelTime
from core.money import exact
from doctobooking.demo import desk, people, personas, places, source
from doctobooking.demo.chance import Chance
from doctobooking.demo.people import Career, Name, Profile, Register
from doctobooking.demo.places import Atlas, Place, Practising
from doctobooking.demo.portraits import Look, draw, look_of
from doctobooking.demo.source import Practice
from doctobooking.demo.visits import PatientCard
from doctors.models import (
    Doctor,
    DoctorSpecialty,
    Education,
    Experience,
    Qualification,
    Specialty,
)
from doctors.photos import WEIGHTS, path_of, prepare, store

# Pictures take time to draw: the first doctors have them, but for some who never sent one.
ASKED_FIRST = 25  # one doctor in so many confirms each visit
PHOTOGRAPHED, PHOTO_SHARE = 80, 0.6
# Below so many patients of the same city, visits are for people from farther away too.
FEW = 8


@dataclass
class DoctorFile:
    """A doctor with everything that is saved with them."""

    user: User
    profile: Profile
    practice: Practice
    place: Place
    practising: list[Practising]
    travel_minutes: int = 0
    look: Look | None = None

    @property
    def doctor(self) -> Doctor:
        return self.profile.doctor


@dataclass
class PatientFile:
    user: User
    patients: list[Patient]
    place: Place


@dataclass
class Pools:
    """Patients to draw from, near the doctor where there are enough."""

    by_city: dict[str, list[PatientCard]] = field(default_factory=dict)
    by_country: dict[str, list[PatientCard]] = field(default_factory=dict)
    everybody: list[PatientCard] = field(default_factory=list)

    def add(self, card: PatientCard, place: Place) -> None:
        self.by_city.setdefault(place.city.slug, []).append(card)
        self.by_country.setdefault(place.country.code, []).append(card)
        self.everybody.append(card)

    def near(self, place: Place) -> Sequence[PatientCard]:
        for pool in (self.by_city.get(place.city.slug), self.by_country.get(place.country.code)):
            if pool and len(pool) >= FEW:
                return pool
        return self.everybody


class Recruiter:
    """Makes the files of doctors and patients; each from a chance of its own."""

    def __init__(self, stream: str, password: str, now: datetime) -> None:
        self.stream = stream
        self.password = password
        self.now = now
        self.today: date = now.date()
        self.atlas = Atlas()
        self.register = Register()
        self.catalogue = {specialty.slug: specialty for specialty in Specialty.objects.all()}
        self.practices = list(source.practices().values())
        self.shares = [practice.weight for practice in self.practices]

    def chance(self, what: str) -> Chance:
        return Chance(f"{self.stream}:{what}")

    def doctor(self, number: int) -> DoctorFile:
        chance = self.chance(f"doctor:{number}")
        place = self.atlas.somewhere(chance)
        practice = chance.weighted(self.practices, self.shares)
        name = people.make_name(chance, place)
        career = self._career(name, place, practice, chance.randint(3, 34))
        slug = self.register.slug(name)
        user = self._user(chance, name, self.register.email(slug), place, is_doctor=True)
        doctor = people.make_doctor(chance, user, slug, career)
        profile = people.make_profile(chance, doctor, career, self.catalogue)
        file = DoctorFile(user, profile, practice, place, [])
        plans = places.weekly_plan(chance, chance.weighted((1, 2, 3), (60, 30, 10)))
        for number_of_clinic, sessions in enumerate(plans):
            where = self.atlas.nearby(chance, place) if number_of_clinic else place
            clinic = places.make_clinic(chance, doctor, where, practice)
            file.practising.append(self._practising(chance, clinic, sessions))
        # The log-ins' own clinics confirm at once: whoever tries the demo gets a visit there.
        file.practising[0].clinic.requires_confirmation = number % ASKED_FIRST == ASKED_FIRST - 1
        if len(plans) > 1 and chance.happens(0.4):
            file.travel_minutes = chance.choice((15, 20, 30))
        if number < PHOTOGRAPHED and self.chance(f"photographed:{slug}").happens(PHOTO_SHARE):
            self._photograph(file, name)
        return file

    def doctor_persona(self, persona: personas.DoctorPersona) -> DoctorFile:
        chance = self.chance(persona.email)
        where = [self.atlas.named(district) for district in persona.districts]
        practice = source.practices()[persona.specialty]
        name = Name(persona.first_names, persona.last_names, persona.sex)
        career = self._career(name, where[0], practice, persona.years)
        self.register.slugs.add(persona.slug)
        self.register.emails.add(persona.email)
        user = self._user(chance, name, persona.email, where[0], is_doctor=True)
        doctor = people.make_doctor(chance, user, persona.slug, career)
        doctor.biography = persona.biography
        doctor.licence_checked_at = self.now - timedelta(days=200)
        doctor.takes_new_patients = doctor.is_published = True
        profile = people.make_profile(chance, doctor, career, self.catalogue)
        profile.specialties = profile.specialties[:1]
        file = DoctorFile(user, profile, practice, where[0], [])
        for place, sessions in zip(where, persona.weeks, strict=True):
            clinic = places.make_clinic(chance, doctor, place, practice)
            _give_plain_terms(clinic, persona, place)
            hours = places.make_hours(clinic, list(sessions))
            file.practising.append(Practising(clinic, hours))
        file.travel_minutes = 30 if len(where) > 1 else 0
        if persona.email == personas.DOCTOR:
            desk.set_dates(file.practising, self.today)
            file.practising[-1].clinic.no_show_rule = NoShowRule.ASK
        self._photograph(file, name)
        return file

    def patient(self, number: int) -> PatientFile:
        chance = self.chance(f"patient:{number}")
        place = self.atlas.somewhere(chance)
        name = people.make_name(chance, place)
        local = slugify(f"{name.first_names} {name.last_names}").replace("-", ".")
        user = self._user(chance, name, self.register.email(local), place)
        patients = [people.make_patient(chance, user, name, place, self.today)]
        if chance.happens(0.22):
            patients += [
                people.make_dependant(chance, user, place, self.today)
                for _ in range(chance.choice((1, 1, 2)))
            ]
        return PatientFile(user, patients, place)

    def patient_persona(self, persona: personas.PatientPersona) -> PatientFile:
        chance = self.chance(persona.email)
        place = self.atlas.named(persona.district)
        name = Name(persona.first_names, persona.last_names, persona.sex)
        self.register.emails.add(persona.email)
        user = self._user(chance, name, persona.email, place)
        patients = [people.make_patient(chance, user, name, place, self.today)]
        patients[0].birth_date = people.born(chance, self.today, persona.age - 1, persona.age - 1)
        for relative in persona.relatives:
            patient = people.make_dependant(chance, user, place, self.today)
            patient.relationship = relative.relationship
            patient.first_names, patient.last_names = relative.first_names, relative.last_names
            patient.sex = relative.sex
            patient.birth_date = people.born(chance, self.today, relative.age - 1, relative.age - 1)
            patients.append(patient)
        return PatientFile(user, patients, place)

    def _photograph(self, file: DoctorFile, name: Name) -> None:
        chance = self.chance(f"photo:{file.doctor.slug}")
        file.look = look_of(chance, is_female=name.is_female)
        file.doctor.photo = chance.uuid()

    def _career(self, name: Name, place: Place, practice: Practice, years: int) -> Career:
        return Career(name, place, practice, self.catalogue[practice.slug], years, self.now)

    def _user(
        self, chance: Chance, name: Name, email: str, place: Place, *, is_doctor: bool = False
    ) -> User:
        ago = timedelta(days=chance.randint(65, 900), minutes=chance.randint(0, 1439))
        return people.make_user(
            chance,
            name,
            email,
            self.password,
            zone=place.city.zone,
            joined_at=self.now - ago,
            is_doctor=is_doctor,
        )

    def _practising(
        self, chance: Chance, clinic: Clinic, sessions: list[places.Session]
    ) -> Practising:
        return Practising(
            clinic,
            places.make_hours(clinic, sessions),
            places.make_exceptions(chance, clinic, sessions, self.today),
        )


def _give_plain_terms(clinic: Clinic, persona: personas.DoctorPersona, place: Place) -> None:
    """The demo's own doctors are easy to book: no surprises of buffers, steps or notice."""
    clinic.name = f"Consultorio {place.district.name}"
    clinic.slot_minutes, clinic.step_minutes = persona.slot_minutes, None
    clinic.buffer_before = clinic.buffer_after = 0
    clinic.min_notice_minutes, clinic.horizon_days = 120, 60
    clinic.cancellation_notice_minutes = 12 * 60
    clinic.price = Decimal(persona.price)
    if persona.email == personas.OTHER_DOCTOR:
        clinic.visit_types = ["Primera consulta", "Control"]
        clinic.visit_prices = [clinic.price, exact(clinic.price * 2 / 3, clinic.currency)]
    clinic.payment_methods = ["cash", "card", "transfer", "online"]
    clinic.payment_policy = source.texts("policy")[0]
    clinic.late_cancellation_fee = exact(clinic.price / 4, clinic.currency)
    clinic.no_show_fee = exact(clinic.price / 3, clinic.currency)
    clinic.follow_up_days = 15
    clinic.payment_time, clinic.deposit_terms = PaymentTime.AFTER, ""
    clinic.instructions = source.texts("instructions")[1]
    clinic.directions = source.texts("directions")[0]


# Saving ------------------------------------------------------------------------


def save_doctors(files: Sequence[DoctorFile]) -> None:
    _save_users([file.user for file in files])
    profiles = [file.profile for file in files]
    Doctor.objects.bulk_create([profile.doctor for profile in profiles])
    DoctorSpecialty.objects.bulk_create([row for p in profiles for row in p.specialties])
    Education.objects.bulk_create([row for p in profiles for row in p.education])
    Experience.objects.bulk_create([row for p in profiles for row in p.experience])
    Qualification.objects.bulk_create([row for p in profiles for row in p.qualifications])
    practising = [one for file in files for one in file.practising]
    Clinic.objects.bulk_create([one.clinic for one in practising])
    OpeningHours.objects.bulk_create([row for one in practising for row in one.hours])
    ScheduleException.objects.bulk_create([row for one in practising for row in one.exceptions])
    TravelTime.objects.bulk_create([row for file in files for row in _travel(file)])
    for file in files:
        _hang_photo(file)


def _hang_photo(file: DoctorFile) -> None:
    """Through the door of real photos; one that an earlier run left is the same."""
    name = file.doctor.photo
    if name and file.look and not default_storage.exists(path_of(name, max(WEIGHTS))):
        store(name, prepare(draw(file.look)))


def _travel(file: DoctorFile) -> list[TravelTime]:
    if not file.travel_minutes:
        return []
    clinics = sorted((one.clinic for one in file.practising), key=lambda clinic: clinic.pk)
    return [
        TravelTime(from_clinic=one, to_clinic=other, minutes=file.travel_minutes)
        for number, one in enumerate(clinics)
        for other in clinics[number + 1 :]
    ]


def save_patients(files: Sequence[PatientFile]) -> list[list[PatientCard]]:
    """Returns, for each account, the cards of its people: oneself first."""
    _save_users([file.user for file in files])
    Patient.objects.bulk_create([patient for file in files for patient in file.patients])
    return [
        [PatientCard(patient, str(file.patients[0].phone)) for patient in file.patients]
        for file in files
    ]


def _save_users(users: Sequence[User]) -> None:
    User.objects.bulk_create(users)
    Consent.objects.bulk_create([row for user in users for row in people.agreements(user)])
    EmailAddress.objects.bulk_create([people.verified_address(user) for user in users])
