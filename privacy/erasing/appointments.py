from appointments.models import (
    Appointment,
    AppointmentChange,
    CalendarFeed,
    Submission,
    WaitingEntry,
)
from privacy.erasing.base import Erasing
from privacy.keeping import is_of_record


def erase(erasing: Erasing) -> None:
    """Visits stay the doctor's, without a number; words stay where they belong to a record. What is
    to come was cancelled before (services.closing).
    """
    people = erasing.people
    visits = Appointment.objects.filter(patient__in=people)
    others = visits.exclude(is_of_record(erasing.now))
    AppointmentChange.objects.filter(appointment__in=others.values("pk")).update(
        message_sealed=None, note_sealed=None
    )
    others.update(reason_sealed=None)
    visits.exclude(phone="").update(phone="")
    WaitingEntry.objects.filter(patient__in=people).exclude(phone="").update(phone="")
    erasing.drafts.delete()
    Submission.objects.filter(account=erasing.user).delete()
    CalendarFeed.objects.filter(owner=erasing.user).delete()
