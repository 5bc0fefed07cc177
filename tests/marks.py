"""A word of its own in everything private that Alicia, Ana or somebody of theirs has.

`put_marks` writes them past the services, next to what the routes are about; `marks_in` finds them
in an answer, whatever it is: a page, its headers, a calendar, a table, a paper, an archive.
tests/sights.py says who may see which of them where.
"""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import unquote

from accounts.models import AuditEntry
from appointments.models import AppointmentChange
from core.models import Event, StoredMail
from doctors.models import LicenceCheck
from notifications.models import Preferences
from privacy.models import DataExport
from privacy.services.exporting import make_due_exports
from records.documents import SECTIONS, Content, Diagnosis, Fact
from records.models import Consultation, Line
from reviews.models import ReviewAppeal, ReviewDecision
from support.enums import State
from support.models import Ticket
from support.services.asking import Words
from support.services.attending import note_on_ticket
from tests.conftest import NOW
from tests.factories import AttendedFactory, ReviewFactory, UserFactory
from tests.papers import text_of
from tests.prescriptions.world import MARK as DRUG
from tests.prescriptions.world import prescribe, revoke
from tests.records.world import ATTACHED, CLINICAL, note
from tests.support.world import ANSWER, QUESTION, answered, mailed, picture

NAME, REASON, DOCUMENT, PHONE = "Zutanita", "MOTIVO7Q", "DOCUMENTO7Q", "99 777 6655"
DRAFT = "BORRADOR7Q"
# What is looked for, without spaces: papers and calendars break lines where they like.
MARKS = {
    # Who somebody is.
    "name": NAME,
    "email": "alice@ejemplo.test",
    "phone": "997776655",
    "born": re.compile(r"1979-08-13|13/0?8/1979|13(de)?agosto(de)?1979"),
    "document": DOCUMENT,
    "emergency": "EMERGENCIA7Q",
    "emergency_phone": "998887766",
    "message_phone": "996665544",
    "waiting_phone": "995554433",
    "child": "Mateo",
    "guest": "invitada7q@ejemplo.test",
    "assistant": "ASISTENTE7Q",
    "assistant_email": "equipo7q@ejemplo.test",
    # Visits: what the patient writes, what the desk writes to the patient, and for itself.
    "reason": REASON,
    "message": "AVISO7Q",
    "correction": "CORRECCION7Q",
    "payment": "COBRO7Q",
    "absence": "AUSENCIA7Q",
    "calendar": "CALENDARIO7Q",
    "calendar_address": "privado7q.ics",
    # Records.
    **{f"record_{section}": f"{CLINICAL}{section}" for section in SECTIONS},
    "diagnosis": f"{CLINICAL}diagnosis",
    "draft": DRAFT,
    "addendum": f"{CLINICAL}text",
    "background": f"{CLINICAL}penicilina",
    "ended": "TERMINO7Q",
    "file": f"{CLINICAL}.pdf",
    "file_content": ATTACHED,
    # Prescriptions.
    "medicine": f"{DRUG}name",
    "care": f"{DRUG}instructions",
    "template": f"{DRUG}template",
    "revocation": f"{DRUG}reason",
    # Opinions.
    "hidden": "OCULTA7Q",
    "moderation": "MODERACION7Q",
    "appeal": "APELACION7Q",
    # Support.
    "subject": "ASUNTO7Q",
    "question": QUESTION,
    "rosas_question": "PREGUNTA8Q",
    "picture": "CAPTURA7Q",
    "answer": ANSWER,
    "desk_note": "INTERNA7Q",
    "remark": "COMENTARIO7Q",
    "foreign": "AJENA7Q",
    "foreign_address": "ajena7q@ejemplo.test",
    # Of the house.
    "looked_at": "MIRADA7Q",
    "licence": "LICENCIA7Q",
    "letter": "CARTA7Q",
    "refusal": "RECHAZO7Q",
}
SPACE = re.compile(r"\s+")


def marks_in(answer):
    """The names of all marks in what a browser gets, headers and cookies too."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = f"{text_of(content)}\n{answer.headers}\n{answer.cookies}"
    said = SPACE.sub("", unescape(unquote(said)))
    return {
        name
        for name, mark in MARKS.items()
        if (mark.search(said) if isinstance(mark, re.Pattern) else mark in said)
    }


def mark_people(alice, patient):
    """Returns what else of a person is marked, for the child."""
    for person in (alice, patient):
        person.last_names = NAME
        person.save()
    marks = {
        "last_names": NAME,
        "phone": "+593997776655",
        "birth_date": date(1979, 8, 13),
        "id_country": "US",
        "id_number": DOCUMENT,
        "emergency_name": MARKS["emergency"],
        "emergency_phone": "+593998887766",
    }
    for field, value in marks.items():
        setattr(patient, field, value)
    patient.save()
    Preferences.objects.create(account=alice, phone="+593996665544")
    return marks


def put_marks(things, alice, visit):
    """Into what hangs on the things that are there, and into a few more."""
    patient, doctor = visit.patient, visit.doctor
    _mark_visit(visit)
    patient.waiting.update(phone="+593995554433")
    doctor.absences.update(note=MARKS["absence"])
    calendar = doctor.external_calendars.get()
    calendar.name, calendar.address = MARKS["calendar"], "https://calendario.invalid/privado7q.ics"
    calendar.save()
    _mark_records(patient)
    revoked = prescribe(patient.appointments.get(public_id=things["prescribed"]))
    revoke(revoked)
    hidden = _hide_an_opinion(visit)
    _mark_support(alice)
    AuditEntry.objects.create(person=alice, act="viewed", what=MARKS["looked_at"], at=NOW)
    LicenceCheck.objects.create(
        doctor=doctor, number="1", verdict="refused", reason=MARKS["licence"],
        checked_by=UserFactory(), checked_at=NOW,
    )  # fmt: skip
    StoredMail.objects.create(to_address=alice.email, from_address="x@ejemplo.test",
                              subject="x", text=MARKS["letter"])  # fmt: skip
    export = DataExport.objects.create(account=alice, requested_at=NOW)
    assert make_due_exports(now=NOW) == 1
    # Where nobody has done anything yet, there are no events either.
    Event.objects.all().delete()
    return {
        "export": export.public_id,
        "revoked": revoked.public_id,
        "hidden_visit": hidden.visit.public_id,
        "hidden": hidden.public_id,
    }


def _mark_visit(visit):
    visit.reason = REASON
    visit.save()
    line = {"appointment": visit, "actor": visit.doctor.user, "to_status": "booked",
            "to_starts_at": visit.starts_at, "sequence": 0, "by_desk": True}  # fmt: skip
    told = AppointmentChange(kind="kept", at=NOW - timedelta(seconds=1), **line)
    told.message = MARKS["message"]
    told.save()
    put_right = AppointmentChange(kind="unrecorded", at=NOW, reason="told", **line)
    put_right.note = MARKS["correction"]
    put_right.save()


def _mark_records(patient):
    """The draft's words are not those of the signed record; a line of the background has ended."""
    draft = Consultation.objects.get(visit__patient=patient, signed_at=None)
    draft.write(
        Content(
            **{section: f"{DRAFT} {section}" for section in SECTIONS},
            vitals={"systolic": "120", "diastolic": "80"},
            diagnoses=(Diagnosis(f"{DRAFT} diagnosis", "I10"),),
        ).document
    )
    draft.version += 1
    draft.save()
    over = note(draft.visit, "condition", f"{CLINICAL} gastritis")
    end = Line(visit=draft.visit, author=over.author, at=NOW, ends=over)
    end.write(Fact("", MARKS["ended"]).document)
    end.save(force_insert=True)


def _hide_an_opinion(visit):
    """With a note of the team's; its author does not agree."""
    clinic, patient = visit.clinic, visit.patient
    past = AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW - timedelta(days=20))
    review = ReviewFactory(
        visit=past, text=f"{MARKS['hidden']} no digo más", status="hidden", hidden_for="health"
    )
    decision = ReviewDecision(review=review, act="hide", ground="health", by=UserFactory(), at=NOW)
    decision.note = MARKS["moderation"]
    decision.save()
    appeal = ReviewAppeal(decision=decision, by=patient.account, at=NOW)
    appeal.text = MARKS["appeal"]
    appeal.save()
    return review


def _mark_support(alice):
    """Alicia's question is answered, and marked by her; the team writes of it to itself, and
    somebody from another address, with a file.
    """
    ticket, team = Ticket.objects.get(requester=alice), UserFactory()
    foreign = picture(f"{MARKS['foreign']}.png")
    mailed(ticket, MARKS["foreign_address"], MARKS["foreign"], files=[foreign])
    answered(ticket, team, state=State.SOLVED)
    note_on_ticket(ticket=ticket, words=Words(MARKS["desk_note"]), by=team, now=NOW)
    ticket.refresh_from_db()
    ticket.mark, ticket.marked_at, ticket.remark = 4, NOW, MARKS["remark"]
    ticket.save()
