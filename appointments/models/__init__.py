from appointments.models.absences import Absence
from appointments.models.calendars import CalendarFeed, ExternalBusy, ExternalCalendar
from appointments.models.drafts import BookingDraft, Submission
from appointments.models.index import IndexChange, IndexEntry, IndexMark
from appointments.models.online import OnlinePayment
from appointments.models.payments import PaymentLine, PaymentLineQuerySet
from appointments.models.visits import (
    PATIENT_TAKEN,
    SLOT_TAKEN,
    Appointment,
    AppointmentChange,
    AppointmentQuerySet,
    TsTzRange,
    WithReason,
)
from appointments.models.waiting import FreedTime, WaitingEntry, WaitingOffer

__all__ = [
    "PATIENT_TAKEN",
    "SLOT_TAKEN",
    "Absence",
    "Appointment",
    "AppointmentChange",
    "AppointmentQuerySet",
    "BookingDraft",
    "CalendarFeed",
    "ExternalBusy",
    "ExternalCalendar",
    "FreedTime",
    "IndexChange",
    "IndexEntry",
    "IndexMark",
    "OnlinePayment",
    "PaymentLine",
    "PaymentLineQuerySet",
    "Submission",
    "TsTzRange",
    "WaitingEntry",
    "WaitingOffer",
    "WithReason",
]
