"""All of a person's data, app by app: who collects, and what is left out and why."""

import privacy.collecting.accounts as _accounts
import privacy.collecting.appointments as _appointments
import privacy.collecting.doctors as _doctors
import privacy.collecting.notifications as _notifications
import privacy.collecting.prescriptions as _prescriptions
import privacy.collecting.records as _records
import privacy.collecting.reviews as _reviews
import privacy.collecting.support as _support
from privacy.collecting.base import Asking, Collected

COLLECTORS = (
    _accounts.collect,
    _appointments.collect,
    _records.collect,
    _prescriptions.collect,
    _reviews.collect,
    _notifications.collect,
    _doctors.collect,
    _support.collect,
)
# Models with a way to a person whose rows are in the copy.
COVERED = frozenset(
    {
        "accounts.User", "accounts.Patient", "accounts.Invitation", "accounts.Consent",
        "accounts.AuditEntry", "account.EmailAddress", "accounts.AccountSession",
        "mfa.Authenticator", "support.Ticket", "support.TicketMessage", "support.TicketFile",
        "appointments.Appointment", "appointments.AppointmentChange", "appointments.PaymentLine",
        "appointments.OnlinePayment", "appointments.WaitingEntry", "appointments.WaitingOffer",
        "appointments.VisitDay", "appointments.CalendarFeed", "appointments.BookingDraft",
        "appointments.Relocation",
        "records.Consultation", "records.Attachment", "records.AttachedFile", "records.Share",
        "records.AccessLog",
        "prescriptions.Prescription", "prescriptions.Revocation",
        "reviews.Review", "reviews.ReviewVersion", "reviews.ReviewReply", "reviews.ReviewReport",
        "reviews.ReviewAppeal",
        "notifications.Message", "notifications.Preferences", "notifications.RefusedAddress",
        "doctors.Doctor", "doctors.DoctorSpecialty", "doctors.Education", "doctors.Experience",
        "doctors.Qualification", "doctors.LicenceCheck", "doctors.FormerSlug",
        "clinics.Clinic", "clinics.OpeningHours", "clinics.ScheduleException", "clinics.Assistant",
        "clinics.TravelTime", "appointments.Absence", "appointments.ExternalCalendar",
        "prescriptions.PrescriptionTemplate", "privacy.DataExport",
        "privacy.Closing", "privacy.Custody",
    }
)  # fmt: skip
LEFT_OUT = {
    "admin.LogEntry": "what staff did to rows of others",
    "account.EmailConfirmation": "keys of mails that were sent, of no use to anybody",
    "core.Event": "ids that our programs pass on",
    "core.ReadMark": "how far a page was read",
    "records.Amendment": "the doctor's; what it changed for the patient is in the consultation",
    "records.Line": "the doctor's own notes of a background, which patients ask the doctor for",
    "records.KeptIdentity": "of those who closed their account, who have no copy any more",
    "reviews.ReviewDecision": "moderators' notes; what was decided shows in the opinion's state",
    "reviews.Rating": "sums of opinions, public on the profile",
    "appointments.RelocationTime": "times that were offered; the one taken is in the visit",
    "appointments.Submission": "that a form was sent once",
    "appointments.FreedTime": "times of an agenda that somebody left, without a person",
    "appointments.WaitingScreen": "the address of a screen on a wall",
    "appointments.DelayNotice": "minutes that a consultorio said",
    "appointments.ExternalBusy": "a copy of the doctor's own calendar, which they have",
    "appointments.Series": "which visits belong together; the visits are there",
    "appointments.SeriesVisit": "the same",
    "appointments.SeriesAct": "the same",
    "appointments.SeriesLine": "the same",
    "appointments.IndexChange": "marks of the search",
    "appointments.IndexMark": "marks of the search",
    "appointments.IndexEntry": "the search's copy of a profile",
    "appointments.HoursVersion": "former hours, counted for occupancy",
    "appointments.OccupancyChange": "marks of the count",
    "appointments.OccupancyTally": "marks of the count",
    "appointments.OccupancyDay": "sums of a doctor's days, on the page of occupancy",
    "appointments.OccupancyIncome": "the same",
}

__all__ = ["COLLECTORS", "COVERED", "LEFT_OUT", "Asking", "Collected"]
