"""What was typed, cut into specialty, city, place and the rest, which may be a name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clinics.models import City
from clinics.queries import cities_named
from core.spelling import errors_between, key_of
from directory.lexicon import NOISE, PLACES, TITLES, Lexicon, Phrase, Word, typed_words
from doctors.models import Specialty

MOST_WORDS = 10
LONGEST_CITY = 5
SHORTEST_LIKE = 5
MOST_LIKE = 8
LONG = 8


@dataclass(frozen=True)
class Reading:
    """`rest`: what is neither the specialty's nor noise; the city's words are among it, unless
    «en» stands before them. `place`: what follows «clínica», «calle»."""

    words: Sequence[Word]
    phrases: Sequence[Phrase] = ()
    specialties: Sequence[Specialty] = ()
    city: City | None = None
    city_words: Sequence[Word] = ()
    rest: Sequence[Word] = ()
    place: Sequence[Word] = ()
    # Words that were read as others: where they stand -> what was read, and the errors.
    respelt: Mapping[int, str] = field(default_factory=dict)
    # «cardio»: a specialty's name was begun.
    is_begun: bool = False

    @property
    def names(self) -> list[Word]:
        """The rest, when the city is one."""
        return [word for word in self.rest if word not in self.city_words]

    @property
    def says_nothing(self) -> bool:
        return not (self.rest or self.phrases or self.city)


@dataclass(frozen=True)
class Cities:
    """The cities that what was typed may mean, with those of similar names."""

    known: Sequence[City]
    place: str = ""

    def split_place(self) -> tuple[City | None, list[str]]:
        """«La Carolina, Quito»: the city that is served, and the other words."""
        words = [
            Word(text, text, at=n) for n, text in enumerate(self.place.replace(",", " ").split())
        ]
        for piece in _pieces(words):
            city = self.served(_key(piece))
            if city and len(piece) < len(words):
                return city, [word.key for word in words if word not in piece]
        return None, [word.key for word in words]

    def named(self, key: str) -> City | None:
        return next((city for city in self.known if city.name_key == key), None)

    def served(self, key: str) -> City | None:
        """As `known` begins with those where consultorios are."""
        city = self.named(key)
        return city if city and city.is_served else None  # type: ignore[attr-defined]

    def of_place(self) -> City | None:
        """That of the field for it: by name, «name, region», or slug."""
        name, _comma, region = (part.strip() for part in self.place.partition(","))
        slug = self.place.replace(" ", "-")
        for city in self.known:
            is_named = city.name_key == name and city.region_key.startswith(region)  # type: ignore[attr-defined]
            if is_named or city.slug == slug:
                return city
        return None

    def like(self, key: str) -> tuple[City | None, int]:
        """The nearest by typing errors, and how many."""
        most = 1 if len(key) < LONG else 2
        ranked = [(errors_between(key, c.name_key, most=most), n) for n, c in enumerate(self.known)]
        errors, n = min(ranked, default=(most + 1, 0))
        return (self.known[n], errors) if errors <= most else (None, 0)


def ask_for_cities(words: Sequence[Word], place: str, lexicon: Lexicon) -> Cities:
    """One query for both fields; one more if nothing is called so."""
    key = key_of(place)
    asked = [key, *_parts_of(key)] if key else []
    like = [key] if len(key) >= SHORTEST_LIKE else []
    if key:
        # Similar names cost more to look for than a page may, and few people miss.
        exactly = Cities(cities_named(asked), key)
        if not like or exactly.of_place() or exactly.split_place()[0]:
            return exactly
    else:
        asked += [_key(piece) for piece in _pieces(words)]
        unknown = [w for w in words if not w.is_stop and w.key not in lexicon.surfaces]
        like += [w.key for w in unknown if len(w.key) >= SHORTEST_LIKE]
        like += [_key(pair) for pair in _pieces(words, sizes=(2,)) if set(pair) & set(unknown)]
    return Cities(cities_named(asked, like=like[:MOST_LIKE]), key)


def _parts_of(key: str) -> list[str]:
    words = [Word(text, text) for text in key.replace(",", " ").split()[:MOST_WORDS]]
    return [_key(piece) for piece in _pieces(words)]


def _key(words: Iterable[Word]) -> str:
    return " ".join(word.key for word in words)


def _pieces(
    words: Sequence[Word], sizes: Iterable[int] = range(LONGEST_CITY, 0, -1)
) -> Iterator[Sequence[Word]]:
    for size in sizes:
        for start in range(len(words) - size + 1):
            yield words[start : start + size]


def read(words: Sequence[Word], lexicon: Lexicon, cities: Cities) -> Reading:
    """By exact words only.

    After «en» a city is a city, even if its name is a word of a specialty («Colón»).
    """
    sure = next((p for p in _pieces(words) if p[0].is_after_in and cities.served(_key(p))), ())
    free = [word for word in words if word not in sure and not word.is_stop]
    phrases = lexicon.phrases(free)
    taken = {word for phrase in phrases for word in phrase.words}
    start = next((w.at for w in free if w.key in PLACES and w not in taken), len(words))
    if start < len(words):
        phrases = lexicon.phrases([word for word in free if word.at < start])
    reading = Reading(words, phrases, lexicon.meant_by(phrases))
    return _with_rest(reading, free, sure, start, cities)


def _with_rest(
    reading: Reading, free: Sequence[Word], sure: Sequence[Word], start: int, cities: Cities
) -> Reading:
    taken = {word for phrase in reading.phrases for word in phrase.words}
    noise = NOISE if reading.phrases else TITLES
    rest = [word for word in free if word not in taken and word.key not in noise]
    place = [word for word in rest if word.at > start and word.key not in PLACES]
    found = sure or _city_words(reading.words, rest, cities)
    return replace(
        reading,
        rest=[word for word in rest if word.key not in PLACES or len(rest) == 1],
        place=[word for word in place if word not in found],
        city=cities.served(_key(found)) if found else None,
        city_words=found,
    )


def _city_words(words: Sequence[Word], rest: Sequence[Word], cities: Cities) -> Sequence[Word]:
    for piece in _pieces(words):
        own = [word for word in piece if not word.is_stop]
        if own and all(word in rest for word in own) and cities.served(_key(piece)):
            return piece
    return ()


def unserved_city(reading: Reading, cities: Cities, *, only_after_in: bool) -> City | None:
    """A city that is named, where nobody is."""
    for piece in _pieces(reading.words):
        if only_after_in and not piece[0].is_after_in:
            continue
        if any(word in reading.rest for word in piece) and (city := cities.named(_key(piece))):
            return city
    return None


def respell(
    reading: Reading, lexicon: Lexicon, cities: Cities, names: Mapping[str, Mapping[str, float]]
) -> Reading:
    """The rest once more, with typing errors: each word is what it is nearest to.

    A word that is in somebody's name as it stands is left alone; of two as near, the specialty's
    wins (unless it is a short everyday word), then the city's, then the name's.
    """
    off = {w: min(names.get(w.key, {}).values(), default=9.0) for w in reading.rest}
    unsure = [w for w in reading.rest if off[w] > 0 and w not in reading.city_words]
    reading = _with_long_city(reading, unsure, cities)
    changed = dict(reading.respelt)
    begun: dict[Word, list[Specialty]] = {}
    city, city_words = reading.city, list(reading.city_words)
    gone: set[Word] = set()
    for word in unsure:
        if word not in reading.rest:
            continue
        part = lexicon.begun_by(word.key) or lexicon.touched_by(word.key)
        surface = _nearest(word, lexicon, off[word])
        town, missed = cities.like(word.key) if city is None else (None, 0)
        if part:
            begun[word] = part
        elif town is not None and (word.is_after_in or (not surface and missed < off[word])):
            city, city_words = town, [word]
            changed[word.at] = town.name
        elif surface:
            changed[word.at] = surface
        else:
            continue
        gone.add(word)
    free = [w for w in reading.words if not w.is_stop and w not in city_words]
    kept = [_as(w, changed) for w in free if w not in reading.rest or w in gone]
    return replace(
        reading,
        specialties=_specialties_of(kept, lexicon, begun) if gone else reading.specialties,
        city=city,
        city_words=city_words,
        rest=[word for word in reading.rest if word not in gone],
        respelt=changed,
        is_begun=any(lexicon.begins_a_name(word.key) for word in gone),
    )


def _nearest(word: Word, lexicon: Lexicon, off: float) -> str:
    """The word of the catalogue, when no name is nearer."""
    near, missed = lexicon.respelt(word.key)
    is_weighty = lexicon.is_of_a_name(near) or len(near) >= LONG - 1
    if near and (missed < off or (missed == off and is_weighty)):
        return lexicon.surfaces[near]
    return ""


def _specialties_of(
    words: Sequence[Word], lexicon: Lexicon, begun: Mapping[Word, Sequence[Specialty]]
) -> Sequence[Specialty]:
    """Those of whole terms, then of what is only begun or a part of one."""
    phrases = lexicon.phrases(words)
    taken = {word.at for phrase in phrases for word in phrase.words}
    found = list(lexicon.meant_by(phrases))
    for word in words:
        if word.at not in taken:
            found += begun.get(word, ()) or lexicon.touched_by(word.key)
    return list(dict.fromkeys(found))


def _as(word: Word, changed: Mapping[int, str]) -> Word:
    if word.at not in changed:
        return word
    return replace(word, typed=changed[word.at], key=key_of(changed[word.at]))


def _with_long_city(reading: Reading, unsure: Sequence[Word], cities: Cities) -> Reading:
    """«buenos aries», «ciudad de mejico»: a city's name of more words than one."""
    if reading.city is not None:
        return reading
    for piece in _pieces(reading.words, sizes=(3, 2)):
        town, _errors = cities.like(_key(piece))
        if town is not None and any(word in unsure for word in piece):
            return replace(
                reading,
                city=town,
                city_words=piece,
                rest=[word for word in reading.rest if word not in piece],
                respelt={piece[0].at: town.name, **{word.at: "" for word in piece[1:]}},
            )
    return reading


def words_typed(text: str) -> list[Word]:
    return typed_words(text)[:MOST_WORDS]
