"""What is looked up besides what records say."""

import re
from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import Patient, User
from appointments.enums import CANCELLED
from appointments.models import Appointment
from core.spelling import key_of, words_of
from doctors.models import Doctor
from records.models import (
    Attachment,
    Consultation,
    ConsultationQuerySet,
    DiagnosisCode,
    Share,
    ShareQuerySet,
)

MOST_FOUND, MOST_WORDS = 12, 6
DOTLESS = re.compile(r"([A-Z]\d[0-9A-Z])([0-9A-Z]{1,4})", re.ASCII)


def look_up(typed: str) -> list[DiagnosisCode]:
    """Codes of ICD-10 by code, «j06», «J06.9», «j069», or by beginnings of Spanish words in any
    order, whatever their accents; first what begins so.
    """
    words = words_of(key_of(typed).replace(".", ""))[:MOST_WORDS]
    if not words:
        return []
    by_code = Q(pk__in=())
    if len(words) == 1:
        bare = words[0].upper()
        by_code = Q(code__startswith=DOTLESS.sub(r"\1.\2", bare, count=1))
    by_words = Q()
    for word in words:
        by_words &= Q(key__contains=f" {word}")
    rank = Case(
        When(by_code, then=Value(0)),
        When(key__startswith=f" {words[0]}", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = DiagnosisCode.objects.filter(by_code | by_words)
    return list(found.order_by(rank, "code")[:MOST_FOUND])


def shares_with(doctor: Doctor, now: datetime) -> ShareQuerySet:
    """What patients let this doctor read now."""
    return Share.objects.live(now).filter(doctor=doctor)


def shared_consultations(doctor: Doctor, now: datetime) -> ConsultationQuerySet:
    """Signed ones of other doctors, of patients who share them now."""
    patients = shares_with(doctor, now).values("patient")
    shared = Consultation.objects.signed().filter(visit__patient__in=patients)
    return shared.exclude(visit__doctor=doctor)


def readable_attachments(doctor: Doctor, now: datetime) -> QuerySet[Attachment]:
    """Of the doctor's own records, and of those that are shared."""
    own = Q(consultation__visit__doctor=doctor)
    shared = Q(consultation__in=shared_consultations(doctor, now).values("pk"))
    return Attachment.objects.filter(own | shared).with_visits()


def doctors_of(patient: Patient) -> QuerySet[Doctor]:
    """With whom the patient has or had a visit."""
    visits = Appointment.objects.visits().filter(patient=patient).exclude(status__in=CANCELLED)
    return Doctor.objects.filter(pk__in=visits.values("doctor"))


def pairs_of(account: User) -> list[tuple[Patient, Doctor]]:
    """Each of the account's people with each of their doctors."""
    visits = Appointment.objects.for_account(account).exclude(status__in=CANCELLED)
    ids = list(visits.values_list("patient", "doctor").distinct().order_by("patient", "doctor"))
    people = Patient.objects.in_bulk({patient for patient, _doctor in ids})
    doctors = Doctor.objects.in_bulk({doctor for _patient, doctor in ids})
    return [(people[patient], doctors[doctor]) for patient, doctor in ids if patient]


def shares_of(account: User) -> QuerySet[Share]:
    """The latest first, ended ones too."""
    rows = Share.objects.filter(patient__account=account).select_related("patient", "doctor")
    return rows.order_by("-created_at", "-pk")
