"""Words -> what a search asks for: specialty, city, place, the doctors who are named so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Exists, OuterRef, QuerySet

from clinics.models import City, Clinic
from clinics.queries import PlaceFound, PlaceWish, find_places
from core.spelling import key_of
from directory.lexicon import PLACES, STOP, TITLES, Word, lexicon_of
from directory.reading import (
    Cities,
    Reading,
    ask_for_cities,
    read,
    respell,
    unserved_city,
    words_typed,
)
from doctors.models import Doctor, DoctorSpecialty, Specialty
from doctors.queries import BEGUN, Named, Spellings, Way, exactly, first_named, spellings_of

MOST_PLACE_WORDS = 6
# Ways to read names that leave no doubt: every word is somebody's.
EXACT = frozenset({"whole", "all", "in_city", "respelt", "joined", "bare"})
# Of a word alone as long as this two letters may be wrong.
LONG = 6
SHORTEST_WHOLE = 8
NEARBY = frozenset({"cerca", "aqui", "near", "alrededor"})


@dataclass(frozen=True)
class Understood:
    """All that is said holds together: these specialties, in that city, at that place, so named.

    Only `namesakes` come besides: doctors who bear the very word that was read as a specialty or
    a city («Barros», «Loja»). They are few, they are shown first.
    """

    specialties: Sequence[Specialty] = ()  # empty: no specialty was asked for
    is_chosen: bool = False  # by the link, not guessed from words
    city: City | None = None  # of the field for the place, or found among the words
    place: str = ""  # words that the name and address of a consultorio must have
    doctors: Sequence[int] | None = None  # named so, best first; None: no name was typed
    correction: str = ""  # what typing errors were taken for, or what was left out
    namesakes: Sequence[int] = ()

    @property
    def specialty(self) -> Specialty | None:
        return self.specialties[0] if len(self.specialties) == 1 else None


def understand(*, q: str, specialty_slug: str, place: str) -> Understood:
    """Decided by what there is: whole names first, then places, then typing errors.

    A name that is also a city («Loja») finds the doctors of that name and those in the city; if
    one of the two is nobody, the other. With a word more («Ana Loja») it is a name when somebody
    is called just so, else a city. A name that is a specialty's word («Barros») finds both.
    At most six queries: the catalogue, cities (twice if there is a typing error), words of names,
    doctors, places.
    """
    words = words_typed(q)
    catalogue = Specialty.objects.order_by("pk")
    # A link, or a form without words: nothing is to be read, so the catalogue is not needed.
    specialties = list(catalogue if words else catalogue.filter(slug=specialty_slug))
    lexicon = lexicon_of(specialties if words else ())
    cities = ask_for_cities(words, place, lexicon)
    reading = read(words, lexicon, cities)
    chosen = [s for s in specialties if s.slug == specialty_slug]
    if chosen:
        reading = _as_chosen(reading, chosen)
    asked = _Asked(reading, cities, is_chosen=bool(chosen), has_signs=bool(q.strip()), place=place)
    if reading.rest:
        asked.names = spellings_of(asked.content, joined=asked.joined)
    if reading.rest and not chosen:
        asked.respelt = respell(reading, lexicon, cities, asked.names)
    return asked.answer()


def _as_chosen(reading: Reading, chosen: Sequence[Specialty]) -> Reading:
    """The link says the specialty: its own words add nothing, other words are a name."""
    own = [p for p in reading.phrases if set(p.specialties) & set(chosen)]
    others = {w for p in reading.phrases if p not in own for w in p.words}
    rest = [w for w in reading.words if w in reading.rest or w in others]
    return replace(reading, phrases=own, specialties=chosen, rest=rest)


def open_doctors(
    specialties: Sequence[Specialty] = (), city: City | None = None
) -> QuerySet[Doctor]:
    """Published, with a consultorio."""
    clinics = Clinic.objects.filter(doctor=OuterRef("pk"), is_active=True)
    doctors = Doctor.objects.published().filter(
        Exists(clinics if city is None else clinics.filter(city=city))
    )
    if specialties:
        able = DoctorSpecialty.objects.filter(doctor=OuterRef("pk"), specialty__in=specialties)
        doctors = doctors.filter(Exists(able))
    return doctors


@dataclass
class _Asked:
    """The reading, and step by step what the database says to it."""

    reading: Reading
    cities: Cities
    is_chosen: bool
    has_signs: bool
    place: str
    names: Spellings = field(default_factory=dict)
    respelt: Reading | None = None

    def keys(self, words: Sequence[Word]) -> list[str]:
        return [word.key for word in words]

    @property
    def joined(self) -> str:
        """«montes de oca» may be written as one word."""
        words = [word.key for word in self.reading.words if word.key not in TITLES]
        return "".join(words) if 1 < len(words) <= 3 and len(self.reading.rest) > 1 else ""

    @property
    def content(self) -> list[str]:
        """All that may be a name, the specialty's words too: «Rafael Colón Torres»."""
        words = (w for w in self.reading.words if not w.is_stop and w.key not in TITLES)
        rest = self.keys(self.reading.rest)
        return list(dict.fromkeys([*(word.key for word in words), *rest]))

    @property
    def is_mixed(self) -> bool:
        return bool(self.reading.phrases and self.reading.rest) and not self.is_chosen

    def answer(self) -> Understood:
        reading = self._reading_of_little() if self.reading.says_nothing else self.reading
        if reading is None:
            return self._with_place(Understood(self.reading.specialties, is_chosen=self.is_chosen))
        is_little, self.reading = reading is not self.reading, reading
        if is_little and not reading.rest:
            return self._with_place(Understood(doctors=()))
        spoken = " ".join(word.key for word in reading.words if word.key not in TITLES)
        named = first_named(self._ways(), spoken=spoken)
        is_sure = named.way in EXACT and not self._sounds_like_a_place()
        places = self._places(with_words=not is_little and not is_sure)
        found = self._by_names(named) if is_sure else self._by_places(named, places)
        return self._with_place(found, places)

    def _reading_of_little(self) -> Reading | None:
        """«El doctor», «cerca de mí» want everybody; «de la» may still be a name."""
        words = self.reading.words
        everybody = TITLES | NEARBY
        if not self.has_signs or self.is_chosen or any(w.key in everybody for w in words):
            return None
        self.names = exactly(self.keys(words))
        return replace(self.reading, rest=words)

    @property
    def _city(self) -> City | None:
        return self.cities.of_place() or self.cities.split_place()[0]

    def _ways(self) -> list[Way]:
        reading, again = self.reading, self.respelt
        here = self._city
        if not reading.rest:
            words = self.keys([w for w in reading.words if not w.is_stop and w.key not in TITLES])
            is_bare = 0 < len(words) <= 3 and not self.is_chosen
            return [Way("bare", open_doctors(), words, exactly(words))] if is_bare else []
        able = open_doctors(reading.specialties, here)
        all_words, names = self.keys(reading.rest), self.keys(reading.names)
        in_city = open_doctors(reading.specialties, here or reading.city)
        ways = [Way("all", able, all_words, exactly(all_words))]
        if self.is_mixed:
            ways.insert(
                0, Way("whole", open_doctors((), here), self.content, exactly(self.content))
            )
        if names != all_words:
            ways.append(Way("in_city", in_city, names, exactly(names)))
        if again is not None and again != reading and again.names:
            there = open_doctors(again.specialties, here or again.city)
            fewer = self.keys(again.names)
            ways.append(Way("respelt", there, fewer, exactly(fewer)))
        else:
            there, fewer = in_city, names
        if 0 in self.names.get(self.joined, {}).values():
            ways.append(Way("joined", able, [self.joined], _up_to(self.names, 0)))
        begun = _up_to(self.names, BEGUN)
        ways += [
            Way("begun", able, all_words, begun),
            Way("begun_in_city", in_city, names, begun),
        ]
        ways += self._ways_with_errors(there, fewer, able, all_words)
        return ways

    def _ways_with_errors(
        self,
        there: QuerySet[Doctor],
        fewer: Sequence[str],
        able: QuerySet[Doctor],
        all_words: Sequence[str],
    ) -> list[Way]:
        near = self._near_enough(fewer)
        ways = [Way("near", there, fewer, near)]
        if fewer != all_words:
            ways.append(Way("near_all", able, all_words, self._near_enough(all_words)))
        if self.is_mixed:
            everybody = open_doctors((), self._city)
            ways.append(Way("whole_near", everybody, self.content, self.names))
        if len(all_words) >= 3:
            ways.append(Way("spared", able, all_words, self.names, spared=1))
        whole = " ".join(all_words)
        if len(whole) >= SHORTEST_WHOLE and not all(self.names[word] for word in all_words):
            ways.append(Way("alike", able, all_words, self.names, whole=whole))
        if self.reading.specialties and not self.is_chosen:
            ways.append(Way("elsewhere", open_doctors(), all_words, exactly(all_words)))
        return ways

    def _near_enough(self, words: Sequence[str]) -> Spellings:
        """A word alone that is somebody's name is meant; else only what is nearest to it."""
        if len(words) != 1:
            return self.names
        costs = self.names[words[0]]
        most = 1 if len(words[0]) < LONG else min(costs.values(), default=0)
        return {words[0]: {w: c for w, c in costs.items() if 0 < c <= most}}

    def _sounds_like_a_place(self) -> bool:
        """«La Carolina» is a neighbourhood, if there is one, though many are called Carolina."""
        rest = self.reading.rest
        return bool(self.reading.place) or (
            len(rest) == 1 and rest[0].is_after_article and not self.reading.city_words
        )

    def _places(self, *, with_words: bool) -> dict[str, PlaceFound]:
        """One query: is anybody there?"""
        wishes = []
        reading = self.reading
        words = self.keys(reading.place or reading.names)
        words = [word for word in words if len(word) > 1]
        if with_words and words and not self.is_chosen:
            wishes.append(PlaceWish("words", words, self._clinics(self._city or reading.city)))
        if self._address:
            wishes.append(PlaceWish("place", self._address, self._clinics(self._city)))
        return find_places(wishes)

    @property
    def _address(self) -> list[str]:
        """The words of the field for the place, unless it is a city."""
        if self.cities.of_place() is not None:
            return []
        return telling_of_place(self.cities.split_place()[1])

    def _clinics(self, city: City | None) -> QuerySet[Clinic]:
        clinics = Clinic.objects.filter(is_active=True, doctor__is_published=True)
        if self.reading.specialties:
            able = DoctorSpecialty.objects.filter(
                doctor=OuterRef("doctor"), specialty__in=self.reading.specialties
            )
            clinics = clinics.filter(Exists(able))
        return clinics if city is None else clinics.filter(city=city)

    def _by_names(self, named: Named) -> Understood:
        reading = self.reading
        base = Understood(specialties=reading.specialties, is_chosen=self.is_chosen)
        if named.way == "whole":
            return Understood(doctors=named.doctors)
        if not reading.rest:
            return replace(base, city=reading.city, namesakes=named.doctors)
        if named.way == "all" and not reading.names:
            return replace(base, city=reading.city, namesakes=named.doctors)
        if named.way in ("all", "joined"):
            return replace(base, doctors=named.doctors)
        if named.way == "respelt" and self.respelt:
            again = self.respelt
            return self._corrected(
                Understood(again.specialties, city=again.city, doctors=named.doctors),
                again.respelt, dropped=(),
            )  # fmt: skip
        return replace(base, city=reading.city, doctors=named.doctors)

    def _by_places(self, named: Named, places: Mapping[str, PlaceFound]) -> Understood:
        reading, again = self.reading, self.respelt
        here = places.get("words")
        base = Understood(
            specialties=reading.specialties, is_chosen=self.is_chosen, city=reading.city
        )
        if not reading.rest or (not reading.names and reading.city):
            return base
        is_begun = again is not None and again.is_begun and not again.names
        if here and not here.errors and not is_begun:
            return replace(base, place=" ".join(here.spelt.values()))
        if named.way in EXACT:
            return self._by_names(named)
        if named.way.startswith("begun"):
            city = reading.city if named.way == "begun_in_city" else None
            return replace(base, city=city, doctors=named.doctors)
        if again is not None and again != reading and not again.names:
            found = Understood(again.specialties, city=again.city)
            return self._corrected(found, again.respelt, dropped=())
        return self._with_errors(base, named, here)

    def _with_errors(self, base: Understood, named: Named, here: PlaceFound | None) -> Understood:
        reading = self.respelt or self.reading
        base = replace(base, specialties=reading.specialties or base.specialties)
        is_near = named.way.startswith("near")
        if named.way == "whole_near":
            spelt = {w.at: named.written.get(w.key, w.typed) for w in reading.words}
            return self._corrected(Understood(doctors=named.doctors), spelt, dropped=())
        if here and not (is_near and named.errors <= here.errors):
            spelt = {w.at: here.spelt[w.key] for w in reading.words if w.key in here.spelt}
            found = replace(base, place=" ".join(here.spelt.values()))
            return self._corrected(found, spelt, dropped=())
        if named.way == "alike" and not (self.respelt and self.respelt.respelt):
            name = next(iter(named.written.values()))
            return replace(base, doctors=named.doctors, correction=name)
        if is_near or named.way == "spared":
            spelt = {w.at: named.written.get(w.key, "") for w in self.reading.rest}
            city = None if named.way in ("near_all", "spared") else reading.city
            if city is not None:
                spelt = {at: w for at, w in spelt.items() if w}
            found = replace(base, city=city, doctors=named.doctors)
            return self._corrected(found, {**reading.respelt, **spelt}, dropped=())
        if self.is_chosen:
            return replace(base, doctors=())
        city = unserved_city(self.reading, self.cities, only_after_in=bool(named.doctors))
        if city is not None and (base.specialties or len(self.reading.rest) == 1):
            return replace(base, city=city)
        if base.specialties:
            found = replace(base, city=reading.city, namesakes=named.doctors)
            return self._corrected(found, reading.respelt, dropped=reading.names)
        return replace(base, doctors=())

    def _corrected(
        self, found: Understood, spelt: Mapping[int, str], dropped: Sequence[Word]
    ) -> Understood:
        """Says what is shown instead of what was typed, if more than accents differ."""
        lost = {word.at for word in dropped}
        kept = [w for w in self.reading.words if w.at not in lost]
        while kept and kept[-1].key in STOP:
            kept.pop()
        shown = " ".join(filter(None, (spelt.get(w.at, w.typed) for w in kept)))
        is_same = key_of(shown) == " ".join(w.key for w in self.reading.words)
        return found if is_same else replace(found, correction=shown)

    def _with_place(
        self, found: Understood, places: Mapping[str, PlaceFound] | None = None
    ) -> Understood:
        """What the field for the place says besides: a city, or an address."""
        if not self.place.strip():
            return found
        if (city := self.cities.of_place()) is not None:
            return replace(found, city=city)
        places = self._places(with_words=False) if places is None else places
        here = places.get("place")
        typed = key_of(self.place)
        found = replace(found, city=self._city)
        if here and not here.errors:
            return replace(found, place=_joined(found.place, here.spelt.values()))
        city, _errors = self.cities.like(typed)
        if city is not None:
            return self._saying(replace(found, city=city), city.name)
        if here:
            there = replace(found, place=_joined(found.place, here.spelt.values()))
            return self._saying(there, " ".join(here.spelt.values()))
        return replace(found, place=_joined(found.place, self._address) or typed)

    def _saying(self, found: Understood, place: str) -> Understood:
        words = found.correction or " ".join(word.typed for word in self.reading.words)
        return replace(found, correction=", ".join(filter(None, (words, place))))


def _up_to(names: Spellings, most: float) -> Spellings:
    return {w: {o: c for o, c in costs.items() if c <= most} for w, costs in names.items()}


def _joined(*parts: object) -> str:
    words: list[str] = []
    for part in parts:
        words += part.split() if isinstance(part, str) else list(part)  # type: ignore[call-overload]
    return " ".join(dict.fromkeys(words))


def telling_of_place(words: Sequence[str]) -> list[str]:
    """What an address must have: «Av.» and «la» may be written otherwise there."""
    telling = [word for word in words if word.rstrip(".") not in PLACES and word not in STOP]
    return (telling or list(words))[:MOST_PLACE_WORDS]
