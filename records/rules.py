"""Of whom there are records."""

from accounts.models import Patient
from appointments.written import WRITTEN
from records.models import Consultation


def has_consultation(patient: Patient) -> bool:
    return Consultation.objects.filter(visit__patient=patient).exists()


WRITTEN.append(has_consultation)
