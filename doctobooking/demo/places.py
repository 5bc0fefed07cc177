"""Where doctors work and when: districts, addresses, consultorios, hours, dates that differ."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from appointments import availability
from appointments.availability import Dated, Office, Weekly
from clinics.enums import AT_THE_DESK, ExceptionKind, PaymentMethod, PaymentTime
from clinics.models import City, Clinic, OpeningHours, ScheduleException
from doctobooking.demo import source
from doctobooking.demo.chance import Chance
from doctobooking.demo.source import Country, District, Practice
from doctors.models import Doctor

# Within a few streets of the district's point; more could leave a narrow coast.
JITTER_DEGREES = 0.0035
# Minutes from midnight.
MORNINGS = ((420, 720), (480, 720), (480, 780), (510, 750), (540, 780), (540, 810))
AFTERNOONS = ((840, 1080), (870, 1080), (900, 1110), (900, 1140), (930, 1170), (960, 1200))
EVENING = (1020, 1260)
SATURDAYS = ((480, 720), (510, 750), (540, 780))
SUNDAY_EXTRA = (540, 720)
SATURDAY, SUNDAY = 6, 7

Session = tuple[int, int, int]  # weekday, starts, ends


@dataclass(frozen=True)
class Place:
    country: Country
    city: City
    district: District


@dataclass
class Practising:
    """A consultorio with its schedule, before and after it is saved."""

    clinic: Clinic
    hours: list[OpeningHours] = field(default_factory=list)
    exceptions: list[ScheduleException] = field(default_factory=list)

    @cached_property
    def office(self) -> Office:
        """The engine's view, without notice and horizon: past and coming times alike."""
        return Office(
            zone=ZoneInfo(self.clinic.zone),
            weekly=tuple(
                Weekly(h.weekday, h.starts_minute, h.ends_minute, h.valid_from, h.valid_until)
                for h in self.hours
            ),
            exceptions=tuple(
                Dated(e.date, availability.ExceptionKind(e.kind), e.starts_minute, e.ends_minute)
                for e in self.exceptions
            ),
            slot_minutes=self.clinic.slot_minutes,
            step_minutes=self.clinic.step_minutes,
        )


class Atlas:
    """The districts of the demo, by country, with their cities of the gazetteer."""

    def __init__(self) -> None:
        slugs = {district.city for district in source.districts()}
        self.cities = {city.slug: city for city in City.objects.filter(slug__in=slugs)}
        self.by_country: dict[str, list[District]] = {}
        for district in source.districts():
            code = str(self.cities[district.city].country)
            self.by_country.setdefault(code, []).append(district)
        self.countries = [c for c in source.countries().values() if c.code in self.by_country]
        self.shares = [country.weight for country in self.countries]

    def somewhere(self, chance: Chance) -> Place:
        country = chance.weighted(self.countries, self.shares)
        districts = self.by_country[country.code]
        district = chance.weighted(districts, [district.weight for district in districts])
        return Place(country, self.cities[district.city], district)

    def nearby(self, chance: Chance, place: Place) -> Place:
        """Another district of the same city, or the same one where there is no other."""
        others = [
            district
            for district in self.by_country[place.country.code]
            if district.city == place.district.city and district != place.district
        ]
        return Place(place.country, place.city, chance.choice(others)) if others else place

    def named(self, district: str) -> Place:
        found = next(d for d in source.districts() if d.name == district)
        city = self.cities[found.city]
        return Place(source.countries()[str(city.country)], city, found)


def address_in(chance: Chance, place: Place) -> str:
    streets = source.listed("streets.csv", place.country.code)
    street, other = chance.sample(streets, 2)
    return place.country.address.format(
        street=street,
        other=other,
        district=place.district.name,
        number=chance.randint(101, 3999),
        floor=chance.randint(1, 9),
        letter=chance.choice("ABCD"),
        office=chance.randint(101, 912),
        way=chance.choice(("Calle", "Carrera")),
        minor=chance.randint(1, 19),
        cross=chance.randint(1, 99),
        door=chance.randint(10, 95),
        landmark=chance.choice(source.texts("landmark")),
    )


def clinic_name(chance: Chance, place: Place) -> str:
    surnames = source.listed("surnames.csv", place.country.names)
    return chance.choice(source.texts("clinic_name")).format(
        district=place.district.name, surname=chance.choice(surnames)
    )


def make_clinic(chance: Chance, doctor: Doctor, place: Place, practice: Practice) -> Clinic:
    slot_minutes = chance.choice(practice.slot_minutes)
    return Clinic(
        doctor=doctor,
        public_id=chance.uuid(),
        name=clinic_name(chance, place),
        address=address_in(chance, place),
        city=place.city,
        country=place.country.code,
        latitude=round(Decimal(place.district.latitude + _jitter(chance)), 5),
        longitude=round(Decimal(place.district.longitude + _jitter(chance)), 5),
        zone=place.city.zone,
        phone=chance.fill(place.country.landline),
        directions=_sometimes(chance, 0.8, "directions"),
        slot_minutes=slot_minutes,
        step_minutes=chance.choice((10, 15)) if chance.happens(0.06) else None,
        buffer_after=chance.choice((5, 10)) if chance.happens(0.12) else 0,
        min_notice_minutes=chance.choice((60, 120, 120, 240, 720, 1440)),
        horizon_days=chance.choice((30, 45, 60, 60, 90, None)),
        cancellation_notice_minutes=chance.choice((120, 360, 720, 720, 1440, 2880)),
        price=_price(chance, place.country, practice) if chance.happens(0.95) else None,
        currency=place.country.currency,
        payment_methods=_payment_methods(chance),
        payment_policy=_sometimes(chance, 0.85, "policy"),
        instructions=_sometimes(chance, 0.7, "instructions"),
        created_at=doctor.created_at,
        **_offers(chance, practice),
        **_terms(chance),
    )


def _terms(chance: Chance) -> dict[str, Any]:
    """Most ask for nothing besides the price."""
    return {
        "payment_time": chance.choice(("", "", *PaymentTime.values)),
        "follow_up_days": chance.choice((0, 0, 0, 15, 30)),
    }


def _offers(chance: Chance, practice: Practice) -> dict[str, Any]:
    """What people look for beside place and price."""
    sees_children = 1.0 if practice.group == "ninos" else 0.45
    names = chance.sample(source.texts("insurer"), chance.choice((0, 0, 1, 2, 3)))
    return {
        "sees_children": chance.happens(sees_children),
        "is_accessible": chance.happens(0.6),
        "offers_telehealth": chance.happens(0.35),
        "agreements": sorted(names),
    }


def _jitter(chance: Chance) -> float:
    return chance.uniform(-JITTER_DEGREES, JITTER_DEGREES)


def _sometimes(chance: Chance, share: float, kind: str) -> str:
    text = chance.choice(source.texts(kind))
    return text if chance.happens(share) else ""


def _price(chance: Chance, country: Country, practice: Practice) -> Decimal:
    """The country's usual range times the specialty's factor, in round steps."""
    spread = Decimal(repr(round(chance.random(), 3)))
    usual = country.price_low + (country.price_high - country.price_low) * spread
    steps = round(usual * practice.price_factor / country.price_step)
    return max(steps, 1) * country.price_step


def _payment_methods(chance: Chance) -> list[str]:
    count = chance.weighted((1, 2, 3, 4), (10, 35, 35, 20))
    at_the_desk = [value for value, _label in AT_THE_DESK]
    chosen = set(chance.sample(at_the_desk, count))
    chosen.add(chance.choice((PaymentMethod.CASH, PaymentMethod.CARD)))
    return [method for method in at_the_desk if method in chosen]


# Hours -----------------------------------------------------------------------


def weekly_plan(chance: Chance, count: int) -> list[list[Session]]:
    """The week of a doctor with `count` clinics: nobody plans to be in two at once."""
    plans: list[list[Session]] = [[] for _ in range(count)]
    days = sorted(chance.sample(range(1, 6), chance.choice((3, 4, 5, 5, 5))))
    splits_days = chance.happens(0.35)
    morning, afternoon = chance.choice(MORNINGS), chance.choice(AFTERNOONS)
    if chance.happens(0.12):
        afternoon = EVENING
    turn = 0
    for day in days:
        for session in _sessions_of_day(chance, morning, afternoon):
            plans[turn % count].append((day, *session))
            turn += splits_days
        turn += not splits_days
    if chance.happens(0.3):
        plans[0].append((SATURDAY, *chance.choice(SATURDAYS)))
    _fill_empty(chance, plans)
    return plans


def _sessions_of_day(
    chance: Chance, morning: tuple[int, int], afternoon: tuple[int, int]
) -> list[tuple[int, int]]:
    if chance.happens(0.15):
        morning = (morning[0] + 30, morning[1])
    return chance.weighted(([morning, afternoon], [morning], [afternoon]), (62, 22, 16))


def _fill_empty(chance: Chance, plans: list[list[Session]]) -> None:
    """A clinic that got no session takes one from the busiest: there are three at least."""
    for plan in plans:
        if not plan:
            busiest = max(plans, key=len)
            plan.append(busiest.pop(chance.randrange(len(busiest))))


def make_hours(clinic: Clinic, sessions: list[Session]) -> list[OpeningHours]:
    return [
        OpeningHours(clinic=clinic, weekday=weekday, starts_minute=starts, ends_minute=ends)
        for weekday, starts, ends in sessions
    ]


def make_exceptions(
    chance: Chance, clinic: Clinic, sessions: list[Session], today: date
) -> list[ScheduleException]:
    """Days off, hours off and an extra opening in the coming weeks."""
    found = []
    for offset in chance.sample(range(3, 45), chance.choice((0, 0, 1, 1, 2))):
        found.append(_exception(chance, clinic, today + timedelta(days=offset), "exception"))
    if chance.happens(0.3):
        weekday, starts, ends = chance.choice(sessions)
        closed = _exception(
            chance, clinic, _next(today, weekday, chance.randint(0, 3)), "exception"
        )
        closed.starts_minute, closed.ends_minute = starts, min(starts + 90, ends)
        found.append(closed)
    if chance.happens(0.2):
        extra = _exception(chance, clinic, _next(today, SUNDAY, chance.randint(0, 2)), "extra")
        extra.kind = ExceptionKind.EXTRA
        extra.starts_minute, extra.ends_minute = SUNDAY_EXTRA
        found.append(extra)
    return found


def _exception(chance: Chance, clinic: Clinic, day: date, kind: str) -> ScheduleException:
    return ScheduleException(
        clinic=clinic,
        date=day,
        kind=ExceptionKind.CLOSED,
        note=chance.choice(source.texts(kind)),
    )


def _next(today: date, weekday: int, weeks: int) -> date:
    return today + timedelta(days=(weekday - today.isoweekday()) % 7 + 7 * weeks)
