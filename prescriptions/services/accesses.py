"""Each look at a prescription is a line of the same log as looks at records."""

from prescriptions.models import Prescription
from records.enums import Act
from records.models import AccessLog, Consultation
from records.services.accesses import Look, log_access


def log_look(look: Look, act: Act, prescription: Prescription) -> AccessLog:
    """In the transaction of the look. The visit's record stands in the line where there is one."""
    visit = prescription.visit
    beside = Consultation.objects.filter(visit=visit).unopened().first()
    return log_access(look, act=act, patient=visit.patient, consultation=beside)
