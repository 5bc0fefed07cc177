"""Accounts of the demo: doctors with their profiles, patients with their dependants."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.utils.text import slugify

from accounts.enums import Relationship, Sex
from accounts.legal import FOR_HEALTH, LegalText, current
from accounts.models import Consent, Patient, User
from doctobooking.demo import source
from doctobooking.demo.chance import Chance
from doctobooking.demo.places import Place
from doctobooking.demo.source import Practice
from doctors.models import (
    Doctor,
    DoctorSpecialty,
    Education,
    Experience,
    Qualification,
    Specialty,
)

MAIL_DOMAIN = "demo.test"
# Languages beside Spanish, by country of the consultorio; English anywhere.
LOCAL_LANGUAGES = {"PE": "qu", "EC": "qu", "BO": "ay", "PY": "gn"}
CITY_LANGUAGES = {"barcelona": "ca", "bilbao": "eu", "a-coruna": "gl", "palma": "ca"}
FOREIGN_LANGUAGES = ("pt", "fr", "it", "de")
Sexed = tuple[str, str]  # her word, his word
DEGREES: dict[bool, Sexed] = {
    True: ("Médica cirujana", "Médico cirujano"),
    False: ("Licenciada en {specialty}", "Licenciado en {specialty}"),
}
DENTAL_DEGREE: Sexed = ("Odontóloga", "Odontólogo")
# The degree says it all: no specialty was studied after it.
GENERAL = ("medicina-general", "odontologia", "acupuntura", "medicina-integrativa")


# Practices that are a field of a wider study.
STUDIED_AS = {
    "psicologia-infantil": "Psicología",
    "terapia-de-pareja": "Psicología",
    "sexologia": "Psicología",
    "neuropsicologia": "Psicología",
    "obstetricia": "Obstetricia",
    "osteopatia": "Fisioterapia",
}


@dataclass(frozen=True)
class Name:
    first_names: str
    last_names: str
    sex: Sex

    @property
    def is_female(self) -> bool:
        return self.sex == Sex.FEMALE

    def one_of(self, words: Sexed) -> str:
        return words[0] if self.is_female else words[1]


@dataclass(frozen=True)
class Career:
    """What a doctor's rows are made from."""

    name: Name
    place: Place
    practice: Practice
    specialty: Specialty
    years: int
    now: datetime

    @property
    def since(self) -> int:
        return self.now.year - self.years


@dataclass
class Profile:
    """A doctor and the rows that hang on them, not saved yet."""

    doctor: Doctor
    specialties: list[DoctorSpecialty] = field(default_factory=list)
    education: list[Education] = field(default_factory=list)
    experience: list[Experience] = field(default_factory=list)
    qualifications: list[Qualification] = field(default_factory=list)


class Register:
    """What is unique: addresses of accounts and of profiles."""

    def __init__(self) -> None:
        self.slugs = set(Doctor.objects.values_list("slug", flat=True))
        self.emails = set(User.objects.values_list("email", flat=True))

    def slug(self, name: Name) -> str:
        return _first_free(slugify(f"{name.first_names} {name.last_names}"), self.slugs)

    def email(self, local: str) -> str:
        return _first_free(f"{local}@{MAIL_DOMAIN}", self.emails)


def _first_free(wanted: str, taken: set[str]) -> str:
    """The wanted name, or with -2, -3 ... after it (before the @ of an address)."""
    local, at, domain = wanted.partition("@")
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{local}-{number}{at}{domain}"
    taken.add(name)
    return name


def make_name(chance: Chance, place: Place, sex: Sex | None = None) -> Name:
    sex = sex or (Sex.FEMALE if chance.happens(0.54) else Sex.MALE)
    pool = source.first_names(place.country.names, "f" if sex == Sex.FEMALE else "m")
    first = chance.sample(pool, 2 if chance.happens(0.45) else 1)
    surnames = source.listed("surnames.csv", place.country.names)
    count = 2 if place.country.surnames == 2 or chance.happens(0.12) else 1
    return Name(" ".join(first), " ".join(chance.sample(surnames, count)), sex)


def make_user(
    chance: Chance,
    name: Name,
    email: str,
    password: str,
    *,
    zone: str,
    joined_at: datetime,
    is_doctor: bool = False,
) -> User:
    """`password` is hashed already: one hash is computed and shared by all."""
    return User(
        public_id=chance.uuid(),
        is_doctor=is_doctor,
        is_patient=not is_doctor,
        email=email,
        password=password,
        first_names=name.first_names,
        last_names=name.last_names,
        time_zone=zone,
        joined_at=joined_at,
    )


def agreements(user: User) -> list[Consent]:
    """To the texts in force, on the day that they came to be, or later."""
    texts = [*FOR_HEALTH, *([LegalText.DOCTOR] if user.is_doctor else [])]
    return [
        Consent(
            user=user,
            text=text,
            version=current(text).number,
            language="es",
            at=max(user.joined_at, datetime.combine(current(text).since, time(12), UTC)),
        )
        for text in texts
    ]


def verified_address(user: User) -> EmailAddress:
    return EmailAddress(user=user, email=user.email, verified=True, primary=True)


# Doctors -----------------------------------------------------------------------


def make_doctor(chance: Chance, user: User, slug: str, career: Career) -> Doctor:
    name, place = career.name, career.place
    is_checked = chance.happens(0.85)
    checked = timedelta(days=chance.randint(5, 700), minutes=chance.randint(0, 1439))
    return Doctor(
        user=user,
        public_id=chance.uuid(),
        slug=slug,
        title=name.one_of(("dra", "dr") if career.practice.is_physician else ("lic_f", "lic_m")),
        first_names=name.first_names,
        last_names=name.last_names,
        licence_number=chance.fill(place.country.licence),
        licence_checked_at=career.now - checked if is_checked else None,
        biography=_biography(chance, career),
        languages=_languages(chance, place),
        practising_since=career.since,
        takes_new_patients=chance.happens(0.93),
        is_published=chance.happens(0.9),
        created_at=user.joined_at,
    )


def make_profile(
    chance: Chance, doctor: Doctor, career: Career, catalogue: dict[str, Specialty]
) -> Profile:
    return Profile(
        doctor,
        specialties=_specialties(chance, doctor, career.practice, catalogue),
        education=_education(chance, doctor, career),
        experience=_experience(chance, doctor, career),
        qualifications=_qualifications(chance, doctor, career),
    )


def _languages(chance: Chance, place: Place) -> list[str]:
    spoken = ["es"]
    spoken += ["en"] if chance.happens(0.5) else []
    spoken += [chance.choice(FOREIGN_LANGUAGES)] if chance.happens(0.14) else []
    local = CITY_LANGUAGES.get(place.district.city)
    if local:
        spoken += [local] if chance.happens(0.75) else []
    elif place.country.code in LOCAL_LANGUAGES:
        spoken += [LOCAL_LANGUAGES[place.country.code]] if chance.happens(0.12) else []
    return spoken


def _biography(chance: Chance, career: Career) -> str:
    practitioner = career.name.one_of(
        (career.specialty.practitioner_f, career.specialty.practitioner_m)
    )
    opening = chance.choice(source.sentences("any", "opening")).format(
        practitioner=practitioner[0].lower() + practitioner[1:],
        specialty=career.specialty.name.lower(),
        years=career.years,
        city=career.place.city.name,
    )
    middles = source.sentences(career.practice.group, "middle")
    middle = chance.sample(middles, min(len(middles), chance.choice((1, 1, 2))))
    closing = chance.choice(source.sentences("any", "closing"))
    return f"{opening} {' '.join(middle)}\n\n{closing}"


def _specialties(
    chance: Chance, doctor: Doctor, practice: Practice, catalogue: dict[str, Specialty]
) -> list[DoctorSpecialty]:
    slugs = [practice.slug]
    alike = [
        other
        for other in source.practices().values()
        if other.group == practice.group and other.title == practice.title and other != practice
    ]
    if alike and chance.happens(0.2):
        slugs.append(chance.weighted(alike, [other.weight for other in alike]).slug)
    return [
        DoctorSpecialty(doctor=doctor, specialty=catalogue[slug], position=position)
        for position, slug in enumerate(slugs)
    ]


def _education(chance: Chance, doctor: Doctor, career: Career) -> list[Education]:
    practice, since = career.practice, career.since
    universities = source.listed("universities.csv", career.place.country.code)
    is_dental = practice.group == "dental"
    degree = career.name.one_of(DENTAL_DEGREE if is_dental else DEGREES[practice.is_physician])
    subject = STUDIED_AS.get(practice.slug, career.specialty.name)
    lines = [(degree.format(specialty=subject), since - 7, since - 1)]
    if practice.is_physician and practice.slug not in GENERAL:
        lines.append((f"Especialidad en {career.specialty.name}", since, since + 3))
    return [
        Education(
            doctor=doctor,
            degree=text,
            institution=chance.choice(universities),
            from_year=from_year,
            until_year=min(until_year, career.now.year),
        )
        for text, from_year, until_year in lines
    ]


def _experience(chance: Chance, doctor: Doctor, career: Career) -> list[Experience]:
    """One to three posts without a gap, the latest first; mostly it still goes on."""
    hospitals = source.listed("hospitals.csv", career.place.country.code)
    rows: list[Experience] = []
    year = career.since
    while year < career.now.year and len(rows) < 3:
        until = year + chance.randint(2, 12)
        rows.append(
            Experience(
                doctor=doctor,
                position=_position(chance, career, is_first=not rows),
                institution=chance.choice(hospitals),
                from_year=year,
                until_year=until if until < career.now.year else None,
            )
        )
        year = until
    if chance.happens(0.8):
        rows[-1].until_year = None
    return rows[::-1]


def _position(chance: Chance, career: Career, *, is_first: bool) -> str:
    is_resident = is_first and career.practice.is_physician
    position = (
        source.texts("residency")[0] if is_resident else chance.choice(source.texts("position"))
    )
    return position.format(specialty=career.specialty.name)


def _qualifications(chance: Chance, doctor: Doctor, career: Career) -> list[Qualification]:
    names = chance.sample(source.texts("qualification"), chance.choice((0, 1, 1, 2, 3)))
    specialty = career.specialty.name
    return [
        Qualification(
            doctor=doctor,
            name=name.format(specialty=specialty),
            issuer=chance.choice(source.texts("issuer")).format(specialty=specialty),
            year=min(career.since + chance.randint(1, 12), career.now.year),
        )
        for name in names
    ]


# Patients ----------------------------------------------------------------------


def make_patient(chance: Chance, account: User, name: Name, place: Place, today: date) -> Patient:
    """The account's own profile of patient."""
    has_contact = chance.happens(0.45)
    contact = make_name(chance, place)
    return Patient(
        public_id=chance.uuid(),
        account=account,
        relationship=Relationship.SELF,
        first_names=name.first_names,
        last_names=name.last_names,
        birth_date=born(chance, today, 18, 84),
        sex=name.sex,
        phone=chance.fill(place.country.mobile),
        emergency_name=f"{contact.first_names} {contact.last_names}" if has_contact else "",
        emergency_phone=chance.fill(place.country.mobile) if has_contact else "",
        created_at=account.joined_at,
    )


def make_dependant(chance: Chance, account: User, place: Place, today: date) -> Patient:
    """A child, mostly, or a parent; a child has the account's first surname."""
    is_child = chance.happens(0.75)
    name = make_name(chance, place)
    surnames = [account.last_names.split(" ")[0], *name.last_names.split(" ")[1:]]
    return Patient(
        public_id=chance.uuid(),
        account=account,
        relationship=Relationship.CHILD if is_child else Relationship.PARENT,
        first_names=name.first_names,
        last_names=" ".join(surnames) if is_child else name.last_names,
        birth_date=born(chance, today, 0, 16) if is_child else born(chance, today, 62, 90),
        sex=name.sex,
        created_at=account.joined_at,
    )


def born(chance: Chance, today: date, youngest: int, oldest: int) -> date:
    year = today.year - 1 - chance.randint(youngest, oldest)
    return date(year, 1, 1) + timedelta(days=chance.randint(0, 364))
