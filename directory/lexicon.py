"""The catalogue of specialties as the words that people type: «muelas», «doctor de niños»."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from core.spelling import errors_between, key_of, near_keys, words_of
from doctors.models import Specialty

LONGEST_PHRASE = 5
SHORTEST_PREFIX = 4
FEW = 3
TILDE = "\u0303"
# Nobody looks for these: they join the words that count.
_STOP = """
a al ante con cual de del desde el ella en entre es esta este hacia la las le les lo los me mas
mi mis muy no o para por porque pues que quien se si sin sobre son su sus te tu un una uno unos
y ya yo the of for in at on to my an and with near i need want looking find best is me
cerca aqui alrededor donde hay busco buscar buscando necesito quiero quisiera tengo tiene duele
duelen siento favor urgente hoy manana ahora ayuda algun alguna alguien mejor mejores buen bueno
buena buenos buenas barato barata economico economica hijo hija esposo esposa bien mal mucho
mucha sufro usted hola gracias mio mia nuestro nuestra
"""
# What anybody here is: a patient who types nothing else wants to see them all.
_TITLES = """
dr dra drs dras doctor doctora doctores doctoras doc medico medica medicos medicas lic lcda lcdo
licenciada licenciado psic odont od profesional profesionales
"""
# Part of some terms («especialista en dolor»), and noise beside a word that says more.
_NOISE = """
especialista especialistas dolor dolores problema problemas enfermedad enfermedades tratamiento
tratamientos cita citas consulta consultas turno turnos examen examenes atencion revision control
infeccion molestia molestias operacion cirugia pain problems specialist appointment ache sick
"""
# A place follows, or its name begins so.
_PLACES = """
clinica clinicas hospital centro consultorio edificio torre av avenida avda calle cll cra carrera
jr jiron barrio sector plaza urbanizacion policlinico sanatorio street avenue clinic building
"""
STOP = frozenset(_STOP.split())
TITLES = frozenset(_TITLES.split())
NOISE = TITLES | frozenset(_NOISE.split())
PLACES = frozenset(_PLACES.split())


@dataclass(frozen=True)
class Word:
    """A word as typed; `key` without accents, `before` the word in front of it."""

    typed: str
    key: str
    before: str = ""
    at: int = 0

    @property
    def is_stop(self) -> bool:
        """«uña» is none, though «una» is; «mi mama» is, though «mama» is a breast."""
        is_parent = self.before in ("mi", "su") and self.key in ("mama", "papa")
        has_tilde = TILDE in normalize("NFD", self.typed)
        return is_parent or (self.key in STOP and not has_tilde)

    @property
    def is_after_in(self) -> bool:
        return self.before in ("en", "in", "at", "near")

    @property
    def is_after_article(self) -> bool:
        return self.before in ("la", "el", "las", "los")


@dataclass(frozen=True)
class Phrase:
    """Words side by side that are a term of the catalogue."""

    words: Sequence[Word]
    specialties: Sequence[Specialty]


def typed_words(text: str) -> list[Word]:
    words: list[Word] = []
    for typed in words_of(text):
        if key := key_of(typed):
            words.append(Word(typed, key, words[-1].key if words else "", len(words)))
    return words


def stem(word: str) -> str:
    """Without the ending: «cardióloga», «cardiólogos» -> «cardiolog»; «pediátrica», «pediatra»."""
    if len(word) > 5 and word.endswith("es"):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    if len(word) > 3 and word[-1] in "aeo":
        word = word[:-1]
    return word[:-2] if len(word) > 6 and word.endswith("ic") else word


class Lexicon:
    def __init__(self, specialties: Sequence[Specialty]) -> None:
        self.specialties = specialties
        self.terms: dict[tuple[str, ...], dict[int, int]] = {}
        self.surfaces: dict[str, str] = {}
        self.near: dict[str, list[str]] = {}
        self.begun: list[tuple[int, str, int]] = []
        self.covered: dict[str, set[int]] = {}
        self.named: set[str] = set()
        for number, specialty in enumerate(specialties):
            for rank, term in enumerate(_terms(specialty)):
                self._add(number, max(0, rank - 4), term)
        for surface in self.surfaces:
            for key in near_keys(surface):
                self.near.setdefault(key, []).append(surface)

    def _add(self, number: int, rank: int, term: str) -> None:
        words = typed_words(term)
        self.begun.append((rank, key_of(term), number))
        kept = [word for word in words if not word.is_stop]
        plain = [word for word in kept if word.key not in STOP]
        for chosen in (kept, plain):
            if chosen:
                ranks = self.terms.setdefault(tuple(stem(word.key) for word in chosen), {})
                ranks[number] = min(rank, ranks.get(number, rank))
        if rank == 0:
            self.named |= {word.key for word in kept}
        for word in kept:
            self.surfaces.setdefault(word.key, word.typed.lower())
            self.covered.setdefault(stem(word.key), set()).add(number)

    def phrases(self, words: Sequence[Word]) -> list[Phrase]:
        """Terms in what was typed, the longest first; no word counts twice."""
        found: list[Phrase] = []
        taken: set[int] = set()
        for size in range(min(LONGEST_PHRASE, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                piece = words[start : start + size]
                ranks = self.terms.get(tuple(stem(word.key) for word in piece))
                # «calle» is no «callos», though «clínica dental» is a term.
                is_place = size == 1 and piece[0].key in PLACES
                if ranks and not is_place and not taken & {word.at for word in piece}:
                    taken |= {word.at for word in piece}
                    found.append(Phrase(piece, self._by_rank(ranks)))
        return found

    def _by_rank(self, ranks: Mapping[int, int]) -> list[Specialty]:
        return [self.specialties[n] for n in sorted(ranks, key=lambda n: (ranks[n], n))]

    def meant_by(self, phrases: Sequence[Phrase]) -> list[Specialty]:
        """One specialty for all phrases («cardiólogo de niños»), or else those of each."""
        telling = [p for p in phrases if any(w.key not in NOISE for w in p.words)] or phrases
        if len(telling) < 2:
            return list(telling[0].specialties) if telling else []
        stems = [stem(word.key) for phrase in telling for word in phrase.words]
        shared = set.intersection(*(self.covered.get(s, set()) for s in stems))
        if shared:
            own = {s.pk: n for p in telling for n, s in enumerate(p.specialties)}
            both = [self.specialties[n] for n in shared]
            return sorted(both, key=lambda s: (own.get(s.pk, -1), s.pk))
        named = [s for phrase in telling for s in phrase.specialties]
        return list(dict.fromkeys(named))

    def touched_by(self, key: str) -> list[Specialty]:
        """Few specialties that one word of a longer term is enough to name («juicio»)."""
        numbers = self.covered.get(stem(key), set())
        return [self.specialties[n] for n in sorted(numbers)] if len(numbers) <= FEW else []

    def begun_by(self, key: str, *, shortest: int = SHORTEST_PREFIX) -> list[Specialty]:
        """Specialties with a term that begins so, those with the plainest term first."""
        if len(key) < shortest:
            return []
        found = sorted((rank, len(term), n) for rank, term, n in self.begun if term.startswith(key))
        return list(dict.fromkeys(self.specialties[n] for _rank, _length, n in found))

    def begins_a_name(self, key: str) -> bool:
        """«cardio», and not only an everyday word."""
        return len(key) >= SHORTEST_PREFIX and any(
            rank == 0 and term.startswith(key) for rank, term, _n in self.begun
        )

    def is_of_a_name(self, surface: str) -> bool:
        """A word of a specialty's or a practitioner's name."""
        return surface in self.named

    def respelt(self, key: str) -> tuple[str, int]:
        """The nearest word of the catalogue and its errors; an empty one when none is near."""
        most = 0 if len(key) < 4 else 1 if len(key) < 7 else 2
        if not most:
            return "", 0
        known = {word for k in near_keys(key) for word in self.near.get(k, ())}
        ranked = [(errors_between(key, w, most=most), -_alike(key, w), w) for w in known]
        best = min((r for r in ranked if r[0] <= most and len(r[2]) > 3), default=None)
        return (best[2], best[0]) if best else ("", 0)


def _alike(one: str, other: str) -> int:
    """How many letters they begin with together: few people miss the first."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


def _terms(specialty: Specialty) -> Iterator[str]:
    yield from (specialty.name, specialty.practitioner_f, specialty.practitioner_m)
    yield from (specialty.name_en, specialty.practitioner_en)
    yield from specialty.synonyms


def lexicon_of(specialties: Iterable[Specialty]) -> Lexicon:
    """Made once for each state of the catalogue, which is in every process' memory then."""
    rows = tuple(specialties)
    return _made(rows, tuple((s.pk, s.slug, *_terms(s)) for s in rows))


@lru_cache(maxsize=3)
def _made(rows: tuple[Specialty, ...], _texts: tuple[tuple[object, ...], ...]) -> Lexicon:
    return Lexicon(rows)
