from appointments.models.absences import Absence
from appointments.models.calendars import CalendarFeed, ExternalBusy, ExternalCalendar
from appointments.models.drafts import BookingDraft, Submission
from appointments.models.index import IndexChange, IndexEntry, IndexMark
from appointments.models.occupancy import (
    HoursVersion,
    OccupancyChange,
    OccupancyDay,
    OccupancyIncome,
    OccupancyTally,
)
from appointments.models.online import OnlinePayment
from appointments.models.payments import PaymentLine, PaymentLineQuerySet
from appointments.models.series import Series, SeriesAct, SeriesLine, SeriesVisit
from appointments.models.visits import (
    PATIENT_TAKEN,
    SLOT_TAKEN,
    Appointment,
    AppointmentChange,
    AppointmentQuerySet,
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
    "CalendarFeed",
    "ExternalBusy",
    "ExternalCalendar",
    "HoursVersion",
    "IndexChange",
    "IndexEntry",
    "IndexMark",
    "OccupancyChange",
    "OccupancyDay",
    "OccupancyIncome",
    "OccupancyTally",
    "OnlinePayment",
    "PaymentLine",
    "PaymentLineQuerySet",
    "Series",
    "SeriesAct",
    "SeriesLine",
    "SeriesVisit",
    "Submission",
    "TsTzRange",
    "WithReason",
]
