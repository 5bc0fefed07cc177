"""Mails per second of one worker, beside a bare loop of the same mail library to the same sink."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.registry import Result, benchmark
from benchmarks.stage import stage

MAILS = 100
# A mail server of its own process, which takes everything and keeps nothing.
SINK = """
import sys, time
from aiosmtpd.controller import Controller
class Sink:
    async def handle_DATA(self, server, session, envelope): return "250 OK"
Controller(Sink(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
print("ready", flush=True)
time.sleep(600)
"""


@benchmark
def letters(quick: bool) -> Iterator[Result]:
    """Confirmations with calendar entries, and reminders: claimed, decided, composed, marked."""
    rounds = 6 if quick else 20
    with stage(), sink() as url:
        from django.conf import settings  # noqa: PLC0415 -- the stage is up only now

        from doctobooking.settings.base import mail_transport  # noqa: PLC0415 -- as above

        settings.MAIL_TRANSPORT = mail_transport(url)
        visits = _visits(MAILS)
        for name, plan in (("mails/s, confirmations", _confirm), ("mails/s, reminders", _remind)):
            _worker(plan, visits)  # the first ones pay for imports and caches
            letter = _last_letter()
            # They take turns, so that a busy moment strikes them alike.
            pairs = [(_bare_loop(MAILS, letter), _worker(plan, visits)) for _ in range(rounds)]
            floor, measured = (statistics.median(rates) for rates in zip(*pairs, strict=True))
            yield Result(name, measured, floor, unit="/s", aim=0.6, limit=0.4)


@contextmanager
def sink() -> Iterator[str]:
    from doctobooking.local.valkey import free_port  # noqa: PLC0415 -- after the stage

    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SINK, str(port)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _last_letter() -> Any:
    """The mail that the last message of the ledger is."""
    from notifications.channels.email import Email  # noqa: PLC0415 -- the stage is up only now
    from notifications.models import Message  # noqa: PLC0415 -- as above
    from notifications.readers import reader_of  # noqa: PLC0415 -- as above

    message = Message.objects.filter(channel="email").order_by("-pk")[0]
    return Email().compose(message, reader_of(message))


def _bare_loop(number: int, letter: Any) -> float:
    """The same letter, head and all, on one connection: built and sent, nothing else."""
    from django.conf import settings  # noqa: PLC0415 -- the stage is up only now
    from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: PLC0415 -- as above

    chosen: Any = settings.MAIL_TRANSPORT
    connection = get_connection(backend=chosen["backend"], **chosen["options"])
    connection.open()
    began = time.perf_counter()
    for _ in range(number):
        mail = EmailMultiAlternatives(
            letter.subject, letter.body, letter.from_email, letter.to, headers=letter.extra_headers
        )
        for html, kind in letter.alternatives:
            mail.attach_alternative(html, kind)
        for name, content, kind in letter.attachments:
            mail.attach(name, content, kind)
        connection.send_messages([mail])
    seconds = time.perf_counter() - began
    connection.close()
    return number / seconds


def _worker(plan: Callable[[list[Any]], None], visits: list[Any]) -> float:
    """`send_due` until nothing is due; only what leaves by mail is counted."""
    from notifications.enums import Channel, State  # noqa: PLC0415 -- the stage is up only now
    from notifications.models import Message  # noqa: PLC0415 -- as above
    from notifications.services.sending import send_due  # noqa: PLC0415 -- as above

    Message.objects.all().delete()
    plan(visits)
    began = time.perf_counter()
    send_due()
    seconds = time.perf_counter() - began
    sent = Message.objects.filter(channel=Channel.EMAIL, state=State.SENT).count()
    assert sent == len(visits), (sent, len(visits))
    return sent / seconds


def _visits(number: int) -> list[Any]:
    from appointments.models import AppointmentChange  # noqa: PLC0415 -- the stage is up only now
    from tests import factories  # noqa: PLC0415 -- as above

    clinic = factories.ClinicFactory(directions="Segundo piso.")
    patients = factories.PatientFactory.create_batch(number, account__time_zone=_noon())
    noon = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0)
    visits = [
        factories.AppointmentFactory(
            clinic=clinic, patient=patient, starts_at=noon + timedelta(days=2 + n)
        )
        for n, patient in enumerate(patients)
    ]
    AppointmentChange.objects.bulk_create(
        AppointmentChange(
            appointment=visit, kind="booked", at=visit.booked_at, to_status="booked",
            to_starts_at=visit.starts_at, sequence=0, actor=visit.booked_by,
        )
        for visit in visits
    )  # fmt: skip
    return visits


def _noon() -> str:
    """A zone where it is about midday, so that reminders are not held up by the night."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def _confirm(visits: list[Any]) -> None:
    _plan(visits, "booked", lambda visit: {"change": visit.changes.get()})


def _remind(visits: list[Any]) -> None:
    _plan(visits, "reminder_7d", lambda _visit: {})


def _plan(visits: list[Any], kind: str, more: Callable[[Any], dict[str, Any]]) -> None:
    from django.utils import timezone  # noqa: PLC0415 -- the stage is up only now

    from notifications.models import Message  # noqa: PLC0415 -- as above

    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            kind=kind, channel="email", audience="patient", recipient=visit.patient.account,
            visit=visit, version=0, due_at=now, next_try_at=now, **more(visit),
        )
        for visit in visits
    )  # fmt: skip
