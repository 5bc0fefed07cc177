"""Nothing private turns up in the database, the sessions, the broker, the logs or a mail.

One day of everybody's life, through the pages: booked, written, prescribed, asked, moderated,
copied, and one page that breaks in the middle. Then each place is searched for each mark.
"""

import ast
import json
import logging
import uuid
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import MODERATORS, group_of
from core.resealing import sealed_columns
from doctobooking.celery import app
from notifications.tasks import relay
from portal import consultations
from privacy.models import DataExport
from privacy.services.closing import close_due, close_into_custody, request_closing
from privacy.services.exporting import make_due_exports, request_export
from reviews.enums import Ground
from reviews.models import Review
from reviews.services.reporting import report_review
from reviews.services.writing import Said, write_review
from support.guarding import Stamp
from support.models import Ticket
from support.queries import last_said
from tests.appointments.walking import Walk
from tests.conftest import NOW
from tests.core.test_logs import lines  # noqa: F401 -- a fixture
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    ClinicFactory,
    DoctorFactory,
    ExternalCalendarFactory,
    PatientFactory,
)
from tests.privacy.crawling import read_letter
from tests.privacy.leaks import FIELDS, MARKS, Places, beating, hits
from tests.records.test_dump import prescribe_everything, write_everything
from tests.records.world import PDF
from tests.support.world import helper, mailed

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ROOT = Path(__file__).parent.parent.parent
DAY = timedelta(days=1)


@pytest.fixture
def places(lines, postgres_log, settings):  # noqa: F811
    # Mails wait in the database, as they do at work.
    settings.EMAIL_BACKEND = "core.mail.OutboxEmailBackend"
    return Places(lines, postgres_log)


def book(clinic, slot, alice, bob):
    """One visit is booked, another one stays begun."""
    walk = Walk(clinic, slot).to_review(alice, reason=f"{MARKS['reason']} dolor")
    assert walk.confirm().status_code == 302
    Walk(clinic, slot + DAY).to_review(bob, reason=f"{MARKS['draft']} dolor")


def work_at_the_desk(ana, clinic, alice):
    """A visit that the desk cancels, one whose attendance it puts right."""
    patient = alice.patients.get()
    coming = AppointmentFactory(clinic=clinic, patient=patient, starts_at=NOW + 4 * DAY)
    page = reverse("portal:visit_cancel", args=[coming.public_id])
    assert ana.post(page, {"message": f"{MARKS['desk']} lo siento"}).status_code == 302
    past = AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW - 3 * DAY)
    page = reverse("portal:visit_correction", args=[past.public_id])
    said = {"was": "attended", "said": "no_show", "reason": "left", "note": MARKS["correction"]}
    assert ana.post(page, said).status_code == 302


def ask_and_answer(as_, alice):
    contact, words = reverse("support:contact"), f"{MARKS['question']} no llega"
    stamp = str(Stamp(uuid.uuid4(), NOW - timedelta(minutes=1)))
    pdf = PDF.replace(b"%%EOF", f"% {MARKS['question']}\n%%EOF".encode())
    file = SimpleUploadedFile(f"{MARKS['question']}.pdf", pdf)
    asked = {"about": "messages", "subject": words, "text": words, "stamp": stamp}
    assert as_(alice).post(contact, {**asked, "attachments": [file]}).status_code == 302
    ticket = Ticket.objects.get()
    mailed(ticket, f"{MARKS['foreign']}@ejemplo.test", MARKS["foreign"])
    desk, page = as_(helper()), reverse("admin:support_ticket_attend", args=[ticket.pk])
    assert desk.post(page, {"act": "note", "note-text": MARKS["note"]}).status_code == 302
    said = {"text": MARKS["answer"], "state": "solved", "seen": last_said(ticket)}
    assert desk.post(page, said).status_code == 302
    own = reverse("support:ticket", args=[ticket.public_id])
    marked = {"act": "rate", "mark": "4", "remark": words}
    assert as_(alice).post(own, marked).status_code == 302


def moderate(as_, moderator, visit, alice, bob):
    """Hidden with a note, and appealed against."""
    said = Said(general=1, explanation=1, punctuality=1, treatment=1, text="No me gustó.")
    review = write_review(visit=visit, said=said, author=alice, now=NOW)
    report_review(review=review, ground=Ground.HEALTH, by=bob, now=NOW)
    page = reverse("admin:reviews_review_decide", args=[review.pk])
    told = {"act": "hide", "ground": "health", "note": MARKS["moderation"]}
    assert as_(moderator).post(page, told).status_code == 302
    page = reverse("reviews:opinion_appeal", args=[visit.public_id])
    assert as_(alice).post(page, {"text": MARKS["appeal"]}).status_code == 302
    assert Review.objects.get().status == "hidden"


def break_a_page(ana, visit, monkeypatch):
    """In the middle of what somebody wrote: the report says where, and nothing of that."""

    def broken(**_fields):
        raise RuntimeError("out of order")

    with monkeypatch.context() as patch:
        patch.setattr(consultations, "save_draft", broken)
        ana.raise_request_exception = False
        page = reverse("portal:consultation", args=[visit.public_id])
        words = {"plan": MARKS["record"], "private_note": MARKS["private"], "version": "0"}
        assert ana.post(f"{page}?q={MARKS['record']}", words).status_code == 500
    ana.raise_request_exception = True


def leave(clinic):
    """Somebody who was treated closes their account: the name is kept, and stands nowhere."""
    patient = PatientFactory(last_names=MARKS["identity"])
    AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW - 9 * DAY)
    request_closing(account=patient.account, now=NOW - DAY)
    assert close_due(now=NOW) == 1


def hand_over():
    """A doctor with records leaves: who keeps them is the team's to say, to who asks."""
    doctor = DoctorFactory(is_published=False)
    AttendedFactory(clinic=ClinicFactory(doctor=doctor))
    said = {"custodian": MARKS["custody"], "reason": MARKS["custody"]}
    close_into_custody(account=doctor.user, by=doctor.user, now=NOW, **said)


@pytest.fixture
def lived(frozen, places, as_, alice, bob, dr_chen, clinic, slot, erin, monkeypatch):
    ana = as_(dr_chen.user)
    attended = AttendedFactory(clinic=clinic, patient=alice.patients.get())
    book(clinic, slot, alice, bob)
    break_a_page(ana, attended, monkeypatch)
    write_everything(ana, attended, MARKS["record"], MARKS["private"])
    prescribe_everything(ana, attended, MARKS["prescription"])
    work_at_the_desk(ana, clinic, alice)
    ask_and_answer(as_, alice)
    leave(clinic)
    hand_over()
    erin.groups.add(group_of(MODERATORS))
    moderate(as_, erin, attended, alice, bob)
    ExternalCalendarFactory(doctor=dr_chen, address=f"https://x.test/{MARKS['address']}.ics")
    request_export(account=alice, now=NOW)
    assert make_due_exports(now=NOW) == 1
    for later in range(3):  # letters at once, reminders, «¿cómo le fue?»
        with time_machine.travel(NOW + later * DAY, tick=False):
            relay()
    with beating():
        yield places


def opened():
    """What each sealed column says: (its name, fields that are in it)."""
    for column in sealed_columns():
        found = set()
        for row in column.rows:
            said = column.read(row)
            if isinstance(row, DataExport):
                said = zipfile.ZipFile(BytesIO(said)).read("data.json")
            found |= hits(said.decode(errors="replace") if isinstance(said, bytes) else str(said))
        yield str(column), found


def test_nothing_private_turns_up(lived):
    # The team's answer is sent by mail, since people answer mails by mail (docs/adr/0041).
    assert lived.leaks() == {"mails": ["answer"]}
    events = {line["event"] for line in lived.lines}
    assert {"request_finished", "request_failed"} <= events
    assert "RuntimeError: out of order" in json.dumps(lived.lines)
    assert len(mail.outbox) >= 8


def test_letters_name_nobody_outside_and_fetch_nothing(lived):
    """Inboxes are seen by others, and an image that is fetched tells when a letter was read."""
    names = ("Alicia", "Vera", "Bruno", "Soto", "@", "motivo", *MARKS.values())
    subjects = [letter.subject for letter in mail.outbox]
    assert [one for one in subjects if any(name in one for name in names)] == []
    pages = [
        read_letter(content)
        for letter in mail.outbox
        for content, kind in letter.alternatives
        if kind == "text/html"
    ]
    assert len(pages) >= 8
    assert {tag for page in pages for tag, _name, _value in page.found} == {"a"}


def test_nobody_is_named_where_ids_are_enough(lived):
    """In lines of any log and in the broker: names, addresses and telephones neither."""
    texts = lived.texts()
    said = {place: "\n".join(texts[place]) for place in ("log", "log of postgres", "broker")}
    named = ("Alicia", "Vera", "Bruno", "Soto", "Mora", "@ejemplo.test", "99 123 4567", "99123")
    assert {place: [one for one in named if one in text] for place, text in said.items()} == {
        "log": [], "log of postgres": [], "broker": [],
    }  # fmt: skip
    assert (said["log"].count("request_finished") >= 30, "relay" in said["broker"]) == (True, True)


def test_everything_private_was_there(lived):
    """The search is over what is sealed: each column has a mark, and each mark is in one."""
    said = dict(opened())
    empty = {name for name, found in said.items() if not found}
    assert empty == {"mfa.Authenticator.data"}
    assert set().union(*said.values()) == set(FIELDS)
    assert said["privacy.DataExport.content"] >= {"reason", "record", "prescription", "question"}


@pytest.mark.parametrize(
    "place", ["database", "sessions", "broker", "log", "log of postgres", "mails"]
)
def test_a_leak_is_found(places, alice, frozen, place, client):
    mark = MARKS["record"].upper()
    with beating() as broker:
        plants = {
            "database": lambda: cache.set("x", {"y": f"un poco de {MARKS['record']}"}),
            "sessions": lambda: put_into_session(client, mark),
            "broker": lambda: app.tasks["core.tasks.tick"].apply_async(
                kwargs={"x": mark}, connection=broker
            ),
            "log": lambda: logging.getLogger("x").warning("cannot read %s", mark),
            "log of postgres": lambda: say_to_postgres(mark),
            "mails": lambda: mail.outbox.append(mail.EmailMessage("x", f"<{mark}>")),
        }
        assert places.leaks() == {}
        plants[place]()
        assert places.leaks() == {place: ["record"]}


def put_into_session(client, mark):
    session = client.session
    session["typed"] = mark * 20
    session.save()


def say_to_postgres(mark):
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE WARNING '{mark}'; END $$")


def test_a_row_that_postgres_refuses_is_not_in_its_log(places, alice):
    """Neither the row nor the statement, which has every value in it; which rule it broke is."""
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email=alice.email.upper(), last_names=MARKS["record"])
    (said,) = places.texts()["log of postgres"]
    assert "user_email_unique" in said
    assert (alice.email in said.lower(), places.leaks()) == (False, {})


# What tasks are called with -----------------------------------------------------------------------


def test_beat_calls_tasks_with_nothing(db):
    with beating() as broker:
        server = broker.default_channel.client
        sent = [json.loads(item) for item in server.lrange("celery", 0, -1)]
    assert len(sent) == len(app.conf.beat_schedule)
    assert {(one["headers"]["argsrepr"], one["headers"]["kwargsrepr"]) for one in sent} == {
        ("()", "{}")
    }


def ways_to_workers(source):
    """Past the database."""
    for node in ast.walk(ast.parse(source)):
        name = getattr(node.func, "attr", "") if isinstance(node, ast.Call) else ""
        if name in ("delay", "apply_async", "send_task", "signature", "si"):
            yield name


def test_nobody_else_calls_a_task():
    """Workers find what is due in the database: what is in the broker can say nothing."""
    assert list(ways_to_workers("relay.delay(visit.reason)")) == ["delay"]
    apps = [ROOT / one for one in django_settings.INSTALLED_APPS if (ROOT / one).is_dir()]
    files = [path for one in (*apps, ROOT / "doctobooking") for path in one.rglob("*.py")]
    assert len(files) > 300
    assert [str(path) for path in files if list(ways_to_workers(path.read_text()))] == []
