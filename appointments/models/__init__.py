from appointments.models.visits import (
    PATIENT_TAKEN,
    SLOT_TAKEN,
    Absence,
    Appointment,
    AppointmentChange,
    AppointmentQuerySet,
    BookingDraft,
    Submission,
    TsTzRange,
    WithReason,
)

__all__ = [
    "PATIENT_TAKEN",
    "SLOT_TAKEN",
    "Absence",
    "Appointment",
    "AppointmentChange",
    "AppointmentQuerySet",
    "BookingDraft",
    "Submission",
    "TsTzRange",
    "WithReason",
]
