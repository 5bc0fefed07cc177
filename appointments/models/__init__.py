from appointments.models.absences import Absence
from appointments.models.calendars import CalendarFeed, ExternalBusy, ExternalCalendar
from appointments.models.days import (
    DAY_CODE_TAKEN,
    LEAST_DELAY,
    MOST_DELAY,
    ONE_INSIDE,
    TOLD_JUST_NOW,
    DelayNotice,
    VisitDay,
    WaitingScreen,
)
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
from appointments.models.relocations import Relocation, RelocationTime
from appointments.models.series import Series, SeriesAct, SeriesLine, SeriesVisit
from appointments.models.visits import (
    MOST_LATE,
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
    "DAY_CODE_TAKEN",
    "LEAST_DELAY",
    "MOST_DELAY",
    "MOST_LATE",
    "ONE_INSIDE",
    "PATIENT_TAKEN",
    "SLOT_TAKEN",
    "TOLD_JUST_NOW",
    "Absence",
    "Appointment",
    "AppointmentChange",
    "AppointmentQuerySet",
    "BookingDraft",
    "CalendarFeed",
    "DelayNotice",
    "ExternalBusy",
    "ExternalCalendar",
    "FreedTime",
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
    "Relocation",
    "RelocationTime",
    "Series",
    "SeriesAct",
    "SeriesLine",
    "SeriesVisit",
    "Submission",
    "TsTzRange",
    "VisitDay",
    "WaitingEntry",
    "WaitingOffer",
    "WaitingScreen",
    "WithReason",
]
