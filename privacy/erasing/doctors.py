"""Of a doctor the practice goes at once; who they were goes, too, unless somebody has their records
in custody: those have to say who wrote them, as long as a law asks (privacy.obstacles).
"""

from datetime import datetime

from django.db.models import Exists, OuterRef

from appointments.models import Absence, ExternalCalendar, WaitingEntry, WaitingScreen
from appointments.waiting_enums import Closing
from clinics.models import Assistant, Clinic, ScheduleException
from doctors.models import (
    Doctor,
    DoctorSpecialty,
    Education,
    Experience,
    FormerSlug,
    LicenceCheck,
    NameWord,
    Qualification,
)
from doctors.services.profiles import set_photo
from prescriptions.models import PrescriptionTemplate
from privacy.erasing.base import Erasing
from privacy.models import Custody

LINES = (Education, Experience, FormerSlug, LicenceCheck, Qualification)


def erase(erasing: Erasing) -> None:
    ids = list(erasing.work.values_list("pk", flat=True))
    Assistant.objects.filter(pk__in=ids).update(name="")
    doctor = Doctor.objects.filter(user=erasing.user).first()
    if doctor is None:
        return
    _end_practice(doctor, erasing)
    custody = Custody.objects.filter(closing__account=erasing.user, closing__withdrawn_at=None)
    if not custody.exists():
        forget_doctor(doctor)


def forget_doctor(doctor: Doctor) -> None:
    """Who they were, and where they worked."""
    DoctorSpecialty.objects.filter(doctor=doctor).delete()
    for clinic in doctor.clinics.select_related("city"):
        # The city stays: a doctor's own flat may have been the consultorio.
        clinic.name, clinic.address = "—", "—"
        clinic.latitude, clinic.longitude = clinic.city.latitude, clinic.city.longitude
        clinic.save()
    doctor.refresh_from_db()
    words = doctor.name_words
    doctor.first_names = doctor.last_names = doctor.licence_number = ""
    doctor.licence_checked_at = doctor.licence_refused_at = None
    doctor.licence_refusal = ""
    doctor.save()
    others = Doctor.objects.filter(name_words__contains=[OuterRef("word")])
    NameWord.objects.filter(word__in=words).exclude(Exists(others)).delete()


def _end_practice(doctor: Doctor, erasing: Erasing) -> None:
    for model in (*LINES, Absence, ExternalCalendar, PrescriptionTemplate):
        model._base_manager.filter(doctor=doctor).delete()
    WaitingScreen.objects.filter(clinic__doctor=doctor).delete()
    ScheduleException.objects.filter(clinic__doctor=doctor).exclude(note="").update(note="")
    WaitingEntry.objects.open().filter(doctor=doctor).update(
        closed_at=erasing.now, closed_as=Closing.RAN_OUT
    )
    Assistant.objects.filter(doctor=doctor).update(name="")
    if doctor.photo:
        set_photo(doctor=doctor, pictures=None, actor=erasing.user, now=erasing.now)
    for clinic in doctor.clinics.all():
        _close(clinic, erasing.now)
    doctor.refresh_from_db()
    doctor.slug = f"cuenta-{doctor.public_id.hex}"
    doctor.biography, doctor.languages, doctor.practising_since = "", [], None
    doctor.takes_new_patients = False
    doctor.save()


def _close(clinic: Clinic, now: datetime) -> None:
    clinic.is_active, clinic.archived_at = False, clinic.archived_at or now
    clinic.directions = clinic.phone = clinic.payment_policy = clinic.instructions = ""
    clinic.save()
