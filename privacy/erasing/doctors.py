"""Of a doctor without a single visit (privacy.obstacles): nobody else needs the row to say who."""

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

LINES = (DoctorSpecialty, Education, Experience, FormerSlug, LicenceCheck, Qualification)


def erase(erasing: Erasing) -> None:
    ids = list(erasing.work.values_list("pk", flat=True))
    Assistant.objects.filter(pk__in=ids).update(name="")
    doctor = Doctor.objects.filter(user=erasing.user).first()
    if doctor is None:
        return
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
    for clinic in doctor.clinics.select_related("city"):
        _close(clinic, erasing)
    doctor.refresh_from_db()
    words = doctor.name_words
    doctor.slug = f"cuenta-{doctor.public_id.hex}"
    doctor.first_names = doctor.last_names = doctor.licence_number = doctor.biography = ""
    doctor.licence_checked_at = doctor.licence_refused_at = doctor.practising_since = None
    doctor.licence_refusal, doctor.languages = "", []
    doctor.takes_new_patients = False
    doctor.save()
    others = Doctor.objects.filter(name_words__contains=[OuterRef("word")])
    NameWord.objects.filter(word__in=words).exclude(Exists(others)).delete()


def _close(clinic: Clinic, erasing: Erasing) -> None:
    """The city stays: a doctor's own flat may have been the consultorio."""
    clinic.is_active, clinic.archived_at = False, clinic.archived_at or erasing.now
    clinic.name, clinic.address, clinic.directions = "—", "—", ""
    clinic.phone, clinic.payment_policy, clinic.instructions = "", "", ""
    clinic.latitude, clinic.longitude = clinic.city.latitude, clinic.city.longitude
    clinic.save()
