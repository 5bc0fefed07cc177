"""For whom something was prescribed."""

from accounts.models import Patient
from appointments.written import WRITTEN
from prescriptions.models import Prescription


def has_prescription(patient: Patient) -> bool:
    return Prescription.objects.filter(visit__patient=patient).exists()


WRITTEN.append(has_prescription)
