"""Patients as the desk finds them: whoever has, or had, a visit that this person may see."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Patient
from core.db import Unaccent
from core.forms import plain_line
from portal.desk import Desk

FOUND = 8
SHORTEST = 2
FEWEST_DIGITS = 4


def patients_of(desk: Desk) -> QuerySet[Patient]:
    """Nobody books for those who closed their account."""
    here = Patient.objects.filter(erased_at__isnull=True)
    return here.filter(Exists(desk.visits.filter(patient=OuterRef("pk"))))


def find_patients(desk: Desk, text: str) -> list[Patient]:
    """By parts of the name, phone or code of a visit; who came last comes first."""
    words = text.split()
    if len("".join(words)) < SHORTEST or not _is_plain(text):
        return []
    found = patients_of(desk).annotate(
        name_key=Unaccent(Concat("first_names", Value(" "), "last_names")),
        latest=Max("appointments__starts_at", filter=Q(appointments__in=desk.visits)),
    )
    by_name = Q()
    for word in words:
        by_name &= Q(name_key__contains=Unaccent(Value(word)))
    return list(found.filter(by_name | _by_number(desk, text)).order_by("-latest", "id")[:FOUND])


def _is_plain(text: str) -> bool:
    """Postgres cannot even be asked for some of what is not; the form says what is wrong."""
    try:
        plain_line(text)
    except ValidationError:
        return False
    return True


def _by_number(desk: Desk, text: str) -> Q:
    """A phone as it is typed, without its first zero, or a code as it is read aloud."""
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit()).lstrip("0")
    by_code = Q(appointments__in=desk.visits.filter(code__iexact=text.strip()))
    return by_code | Q(phone__contains=digits) if len(digits) >= FEWEST_DIGITS else by_code


def is_reachable(patient: Patient) -> bool:
    """Whether a mail tells them of what the desk does."""
    return patient.account_id is not None or bool(patient.email)


def words_of(patient: Patient) -> str:
    return " · ".join(
        filter(None, [patient.full_name, patient.phone and patient.phone.as_international])
    )


def say_done(request: HttpRequest, said: str, patient: Patient) -> None:
    """What was done, and who tells the patient. Names nobody: it waits in the session."""
    if is_reachable(patient):
        messages.success(request, f"{said} {_('Le escribimos al paciente.')}")
    else:
        messages.warning(request, f"{said} {_('El paciente no tiene correo: avísele usted.')}")
