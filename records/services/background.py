"""What is known of a patient from one visit to the next: said in one visit, ended in another."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Patient
from appointments.models import Appointment
from appointments.services.locks import lock_patient
from core.db import once_more, violation_as
from doctors.models import Doctor
from records.documents import Fact
from records.enums import Act, Role, Sort
from records.models import Line
from records.queries import shares_with
from records.refusals import AlreadyEnded, HasAllergies, NotForBackground, RecordBusy
from records.services.accesses import Look, log_access
from records.services.writing import may_record

ORDER = list(Sort.values)


@dataclass(frozen=True)
class Known:
    line: Line
    end: Line | None = None

    @property
    def fact(self) -> Fact:
        return self.line.said

    @property
    def why(self) -> str:
        return self.end.said.text if self.end else ""

    @property
    def is_allergy(self) -> bool:
        return self.fact.sort == Sort.ALLERGY

    @property
    def by(self) -> Doctor:
        return self.line.visit.doctor


@transaction.atomic
def open_background(*, doctor: Doctor, patient: Patient | None, look: Look) -> list[Known]:
    """What holds now, allergies first. Where there is nothing, there is no look to log."""
    assert patient is not None
    found = [each for each in all_known(doctor, patient, look) if each.end is None]
    _log(look, doctor, patient, found)
    return found


@transaction.atomic
def open_whole_background(*, doctor: Doctor, patient: Patient | None, look: Look) -> list[Known]:
    """With what ended, which comes last."""
    assert patient is not None
    found = all_known(doctor, patient, look)
    _log(look, doctor, patient, found)
    return sorted(found, key=lambda each: each.end is not None)


@transaction.atomic
def open_line(*, line: Line, patient: Patient | None, look: Look) -> Fact:
    log_access(look, act=Act.KNOWN, patient=patient)
    return line.said


def all_known(doctor: Doctor, patient: Patient, look: Look) -> list[Known]:
    """Of the doctor's visits with the patient, and of other doctors' while the patient shares; what
    ended, too. Its caller logs the look. Raises Unreadable.
    """
    of_patient = Line.objects.filter(visit__patient=patient)
    if not shares_with(doctor, look.at).filter(patient=patient).exists():
        of_patient = of_patient.filter(visit__doctor=doctor)
    rows = list(of_patient.select_related("visit__doctor").order_by("at", "pk"))
    ends = {row.ends_id: row for row in rows if row.ends_id}
    found = [Known(row, ends.get(row.pk)) for row in rows if row.ends_id is None]
    return sorted(found, key=lambda each: ORDER.index(each.fact.sort))


@once_more(RecordBusy)
@transaction.atomic
def note_fact(*, visit: Appointment, fact: Fact, look: Look) -> Line:
    """The same again, while it holds, is one line. An allergy ends «sin alergias conocidas».

    Raises NotForBackground, HasAllergies, RecordBusy.
    """
    own = _own(visit, look)
    again = next((each.line for each in own if each.fact == fact), None)
    if again is not None:
        return again
    if fact.sort == Sort.NO_ALLERGIES and any(each.is_allergy for each in own):
        raise HasAllergies
    if fact.sort == Sort.ALLERGY:
        for each in own:
            if each.fact.sort == Sort.NO_ALLERGIES:
                _write(visit, Fact("", _("Se anotó una alergia.")), look, each.line)
    return _write(visit, fact, look)


@once_more(RecordBusy)
@transaction.atomic
def end_fact(*, visit: Appointment, line: Line, reason: str, look: Look) -> Line:
    """It no longer holds: the line stays, and another one says since when and why.

    Raises NotForBackground, AlreadyEnded, RecordBusy.
    """
    if line.pk not in {each.line.pk for each in _own(visit, look)}:
        raise AlreadyEnded
    return _write(visit, Fact("", reason), look, line)


def _log(look: Look, doctor: Doctor, patient: Patient, found: list[Known]) -> None:
    """One line: in the role shared as soon as another doctor's line is among what is shown."""
    if not found:
        return
    if any(each.by != doctor for each in found):
        look = replace(look, role=Role.SHARED)
    log_access(look, act=Act.KNOWN, patient=patient)


def _own(visit: Appointment, look: Look) -> Iterable[Known]:
    """What holds by this doctor, until the transaction ends. Raises NotForBackground."""
    assert visit.patient is not None
    lock_patient(visit.patient)
    if not may_record(visit, look.at):
        raise NotForBackground
    known = all_known(visit.doctor, visit.patient, look)
    return [each for each in known if each.end is None and each.by == visit.doctor]


def _write(visit: Appointment, fact: Fact, look: Look, ends: Line | None = None) -> Line:
    line = Line(visit=visit, author=look.reader, at=look.at, ends=ends)
    line.write(fact.document)
    with violation_as({Line.ENDS_ONCE: AlreadyEnded()}):
        line.save(force_insert=True)
    log_access(look, act=Act.ENDED if ends else Act.NOTED, patient=visit.patient)
    return line
