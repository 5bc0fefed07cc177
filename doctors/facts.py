"""What a verifier judges together: a number, whose it is, and as what they present themselves."""

from dataclasses import dataclass
from hashlib import sha256

from core.spelling import key_of, words_of
from doctors.enums import DOCTORAL_TITLES
from doctors.models import Doctor, LicenceCheck, Specialty


@dataclass(frozen=True)
class Facts:
    """`specialties` are their slugs, in the order of the alphabet."""

    number: str
    title: str
    name: str
    specialties: tuple[str, ...]

    @property
    def mark(self) -> str:
        """What a page carries, to say later which facts it showed."""
        said = "\n".join((self.number, self.title, self.name, *self.specialties))
        return sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Changes:
    """What a profile says now and a check knew nothing of."""

    is_renamed: bool
    added: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.is_renamed or bool(self.added)


def facts_of(doctor: Doctor) -> Facts:
    """As the database has the specialties now; the rest as `doctor` has it."""
    slugs = doctor.doctor_specialties.values_list("specialty__slug", flat=True)
    return Facts(doctor.licence_number, doctor.title, doctor.full_name, tuple(sorted(slugs)))


def facts_checked(check: LicenceCheck | None) -> Facts | None:
    """None of a check from before they were kept."""
    if check is None or check.specialties is None:
        return None
    return Facts(check.number, check.title, check.name, tuple(check.specialties))


def changes_since(before: Facts, now: Facts) -> Changes:
    """Accents, case, spaces and signs are no other name, and whoever offers less claims nothing
    new. Who becomes «Dra.» from «Lcda.» does.
    """
    rises = now.title in DOCTORAL_TITLES and before.title not in DOCTORAL_TITLES
    added = tuple(slug for slug in now.specialties if slug not in before.specialties)
    return Changes(rises or _bare(before.name) != _bare(now.name), added)


def changes_since_check(doctor: Doctor) -> Changes | None:
    """What the latest check did not know, whatever its number; two queries. None: not known."""
    before = facts_checked(last_check(doctor))
    return None if before is None else changes_since(before, facts_of(doctor))


def last_check(doctor: Doctor) -> LicenceCheck | None:
    return doctor.licence_checks.order_by("-checked_at", "-pk").first()


def specialties_named(slugs: tuple[str, ...]) -> list[str]:
    """Their names in the language that is spoken now."""
    return sorted(row.local_name for row in Specialty.objects.filter(slug__in=slugs))


def _bare(name: str) -> str:
    return key_of(" ".join(words_of(name)))
