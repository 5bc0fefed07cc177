"""What a person leaves behind all over the product, with a mark in each thing."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from accounts.audit import note
from accounts.enums import AuditAct
from accounts.models import Invitation, User
from accounts.services import correct_phone
from appointments.enums import Status
from appointments.models import BookingDraft, CalendarFeed
from appointments.services.cancelling import cancel_appointment
from core.models import StoredMail
from notifications.models import RefusedAddress
from reviews.models import ReviewReply, ReviewVersion
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    AssistantFactory,
    DoctorFactory,
    InvitationFactory,
    MessageFactory,
)
from tests.privacy.world import ALICES, REASON, fill
from tests.support.world import answered, asked, picture

FORMER, FORMER_PHONE = "antigua7q@ejemplo.test", "+593996665544"
# As they are looked for: in small letters, numbers also without what comes before.
MARKS = [word.casefold() for word in (*ALICES.values(), REASON, FORMER, "PREGUNTA7Q")]
MARKS += ["997776655", "998887766", FORMER_PHONE[-9:], "reenvio7q"]


def tables_with(mark):
    """Every table one of whose rows says it, in whatever capitals."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE strpos(lower(t::text), %s) > 0', [mark]
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def leave_traces(alice, clinic, erin, root):
    """`fill`, and what other people and programs wrote down of her."""
    things = fill(alice, clinic)
    patient = things["patient"]
    EmailAddress.objects.create(user=alice, email=FORMER, verified=True)
    StoredMail.objects.create(to_address=FORMER, from_address="x@ejemplo.test",
                              subject=f"Para {ALICES['first']}", text="Hola")  # fmt: skip
    _staff_writes(root, RefusedAddress(channel="email", address=alice.email, pk=77),
                  repr_=f"email {alice.email}")  # fmt: skip
    _staff_writes(root, RefusedAddress(channel="sms", address=FORMER_PHONE, pk=78),
                  repr_=f"sms {FORMER_PHONE}", why="Llamó")  # fmt: skip
    texted = MessageFactory(visit=things["coming"], recipient=alice, channel="sms",
                            address=FORMER_PHONE)  # fmt: skip
    _staff_writes(root, texted, why="No le llegó a su REENVIO7Q")
    _staff_writes(root, things["coming"], why=f"Lo pidió {ALICES['first']}")
    _staff_writes(root, things["review"], repr_=f"{ALICES['first']} 5/5")
    RefusedAddress.objects.create(channel="email", address=alice.email, error="550", first_at=NOW,
                                  last_at=NOW, account=alice)  # fmt: skip
    correct_phone(patient=patient, phone=ALICES["phone"], reason=f"Llamó {ALICES['first']}",
                  actor=erin, now=NOW)  # fmt: skip
    note(AuditAct.LOGIN, person=alice, actor=alice, at=NOW)
    for row in (alice, patient):
        _staff_writes(root, row, repr_=f"{ALICES['last']} {alice.email}", why=ALICES["phone"])
    ticket = asked(alice, files=[picture()])
    answered(ticket, erin)
    asked(name=ALICES["first"], email=FORMER.upper())
    Invitation.objects.create(
        purpose="patient", patient=patient, email=FORMER, created_by=clinic.doctor.user,
        expires_at=NOW + timedelta(days=3),
    )  # fmt: skip
    AssistantFactory(doctor=clinic.doctor, user=alice, name=ALICES["first"], clinics=[clinic])
    AssistantFactory(doctor=DoctorFactory(), user=None, name=ALICES["first"],
                     invitation=InvitationFactory(email=alice.email))  # fmt: skip
    User.objects.filter(pk=alice.pk).update(is_assistant=True)
    _writes(things, alice, clinic)
    return things


def _staff_writes(root, row, *, repr_="", why=""):
    """In the admin's history."""
    LogEntry.objects.create(
        user=root, content_type=ContentType.objects.get_for_model(type(row)),
        object_id=str(row.pk), object_repr=repr_, action_flag=CHANGE, change_message=why,
    )  # fmt: skip


def _writes(things, alice, clinic):
    patient = things["patient"]
    review = things["review"]
    ReviewVersion.objects.create(review=review, number=1, at=NOW, text=review.text, general=5,
                                 explanation=5, punctuality=5, treatment=5)  # fmt: skip
    ReviewReply.objects.create(review=review, author=clinic.doctor.user,
                               text=f"Gracias, {ALICES['first']}")  # fmt: skip
    draft = BookingDraft(holder_key="k" * 40, clinic=clinic, starts_at=NOW + timedelta(days=3),
                         account=alice, patient=patient, phone=ALICES["phone"])  # fmt: skip
    draft.reason = REASON
    draft.save()
    CalendarFeed.objects.create(owner=alice)
    gone = AppointmentFactory(clinic=clinic, patient=patient, booked_by=alice,
                              starts_at=NOW + timedelta(days=4), phone=ALICES["phone"])  # fmt: skip
    gone.reason = REASON
    gone.save()
    cancel_appointment(appointment=gone, actor=clinic.doctor.user, now=NOW, by_desk=True,
                       status=Status.CANCELLED_BY_DOCTOR,
                       message=f"{ALICES['first']}: no puedo")  # fmt: skip
