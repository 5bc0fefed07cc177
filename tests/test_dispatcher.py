"""Pages and streams through the same door, as the web server knocks at it."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.sessions.models import Session
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, connections
from django.utils import timezone

from accounts.models import User
from clinics.models import Assistant
from core.live import streams
from core.live.changes import position_now
from core.live.hub import Hub
from doctobooking.bridge import LARGEST_BODY, Bridge
from doctobooking.dispatcher import Dispatcher, database_address
from tests.client import StrictClient
from tests.core.live.listening import PATIENCE, in_thread, soon
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THREADS = 2


class Browser:
    """One request to the dispatcher, and what it is sent."""

    def __init__(self, application, path, session="", method="GET", body=b"", last=""):
        path, _mark, query = path.partition("?")
        headers = [(b"host", b"testserver"), (b"cookie", f"sessionid={session}".encode())]
        if body:
            headers.append((b"content-length", str(len(body)).encode()))
        if last:
            headers.append((b"last-event-id", last.encode()))
        self.scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(),
            "query_string": query.encode(), "http_version": "1.1", "scheme": "https",
            "server": ("testserver", 80), "client": ("127.0.0.1", 1), "headers": headers,
        }  # fmt: skip
        self.sent, self.body, self.left = [], body, asyncio.Event()
        self.task = asyncio.ensure_future(application(self.scope, self.receive, self.send))

    async def receive(self):
        if self.body is not None:
            body, self.body = self.body, None
            if body:
                return {"type": "http.request", "body": body, "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    async def answer(self):
        await asyncio.wait_for(self.task, PATIENCE)
        return self

    async def leave(self):
        self.left.set()
        await self.answer()

    @property
    def status(self):
        return self.sent[0]["status"] if self.sent else None

    @property
    def text(self):
        return b"".join(m.get("body", b"") for m in self.sent[1:]).decode()

    def events(self):
        """`(event, data, id)` of each frame."""
        frames = (frame.split("\n") for frame in self.text.split("\n\n") if "event:" in frame)
        read = (dict(line.split(": ", 1) for line in frame) for frame in frames)
        return [(f["event"], json.loads(f["data"]), f.get("id", "")) for f in read]

    def heard(self):
        return [data["kind"] for event, data, _id in self.events() if event == "change"]

    @property
    def is_ready(self):
        return any(event == "ready" for event, _data, _id in self.events())


@asynccontextmanager
async def door():
    bridge, hub = Bridge(get_wsgi_application(), THREADS), Hub(database_address())
    dispatcher = Dispatcher(bridge, hub)
    dispatcher.bridge, dispatcher.hub = bridge, hub
    assert await hub.listening(PATIENCE)
    try:
        yield dispatcher
    finally:
        await hub.stop()
        together = Barrier(THREADS)

        def close():
            together.wait()
            connections.close_all()

        for future in [bridge.threads.submit(close) for _ in range(THREADS)]:
            await asyncio.wrap_future(future)


def play(scene):
    """`scene(application)`, with a door of its own."""

    async def go():
        async with door() as application:
            await scene(application)

    close_old_connections()
    asyncio.run(go())


def session_of(user):
    client = StrictClient()
    client.force_login(user)
    return client.session.session_key


async def open_agenda(application, user, last="", session=""):
    session = session or await in_thread(session_of, user)
    position = last or str(await in_thread(position_now))
    browser = Browser(application, f"/sse/agenda/?desde={position}", session)
    await soon(lambda: browser.is_ready or browser.task.done())
    return browser


def book(clinic, hour=0):
    starts_at = timezone.now().replace(minute=0) + timedelta(days=30, hours=hour)
    return AppointmentFactory(clinic=clinic, starts_at=starts_at)


def assert_said_safely(browser):
    """What the door says by itself has the pages' headers, too."""
    said = {name.decode(): value.decode() for name, value in browser.sent[0]["headers"]}
    policy = said["content-security-policy"]
    for part in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert f"{part} 'none'" in policy
    assert "unsafe" not in policy
    assert said["x-content-type-options"] == "nosniff"
    assert said["x-frame-options"] == "DENY"
    assert said["referrer-policy"] == "same-origin"
    assert said["cross-origin-opener-policy"] == "same-origin"
    assert said["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in said["permissions-policy"]
    assert said["strict-transport-security"].startswith("max-age=31536000")
    assert "no-store" in said["cache-control"]


def test_page_is_answered_as_by_wsgi():
    async def scene(application):
        page = await Browser(application, "/healthz").answer()
        assert (page.status, page.text) == (200, "ok")
        assert (await Browser(application, "/nada/").answer()).status == 404
        lost = await Browser(application, "/cuenta/login/", method="POST", body=b"login=x").answer()
        assert lost.status in (403, 422)

    play(scene)


def test_too_large_a_body_is_told_so(settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000

    async def scene(application):
        body = b"x" * (LARGEST_BODY + 1)
        page = await Browser(application, "/cuenta/login/", method="POST", body=body).answer()
        assert page.status == 413
        assert "demasiado grande" in page.text
        assert_said_safely(page)

    play(scene)


def test_open_agenda_hears_of_a_visit(dr_chen, clinic):
    async def scene(application):
        browser = await open_agenda(application, dr_chen.user)
        headers = dict(browser.sent[0]["headers"])
        assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
        assert headers[b"x-accel-buffering"] == b"no"
        assert b"content-length" not in headers
        visit = await in_thread(book, clinic)
        assert await soon(lambda: browser.heard() == ["visit"])
        ((_event, data, name),) = [e for e in browser.events() if e[0] == "change"]
        assert data == {"kind": "visit", "visit": str(visit.public_id)}
        assert name
        await browser.leave()
        assert application.hub.count == 0

    play(scene)


def test_after_a_cut_exactly_the_missed_changes_come(dr_chen, clinic):
    async def scene(application):
        browser = await open_agenda(application, dr_chen.user)
        await in_thread(book, clinic, 0)
        assert await soon(lambda: len(browser.heard()) == 1)
        last = browser.events()[-1][2]
        await browser.leave()
        for hour in (1, 2, 3):
            await in_thread(book, clinic, hour)
        again = await open_agenda(application, dr_chen.user, last)
        assert await soon(lambda: len(again.heard()) == 3)
        await in_thread(book, clinic, 4)
        assert await soon(lambda: len(again.heard()) == 4)
        names = [name for event, _data, name in again.events() if event == "change"]
        assert len(set(names)) == 4
        assert last not in names
        await again.leave()

    play(scene)


def test_another_doctors_changes_are_not_heard(dr_chen, dr_diaz, clinic):
    async def scene(application):
        browser = await open_agenda(application, dr_diaz.user)
        await in_thread(book, clinic)
        mine = await open_agenda(application, dr_chen.user, last="1-0")
        assert await soon(lambda: "visit" in mine.heard())
        assert browser.heard() == []
        await asyncio.gather(browser.leave(), mine.leave())

    play(scene)


def test_reception_hears_words_of_its_consultorios_only(dr_chen, clinic, carla):
    other = ClinicFactory(doctor=dr_chen)

    async def scene(application):
        browser = await open_agenda(application, carla)
        await in_thread(book, other, 0)
        await in_thread(book, clinic, 1)
        assert await soon(lambda: browser.heard() == ["busy", "visit"])
        busy = browser.events()[1][1]
        assert busy == {"kind": "busy"}
        await browser.leave()

    play(scene)


@pytest.mark.parametrize("way", ["logged out", "work ended", "deactivated", "password changed"])
def test_stream_of_somebody_who_may_not_listen_any_more_says_nothing_and_ends(clinic, carla, way):
    def end(session):
        if way == "logged out":
            Session.objects.filter(session_key=session).delete()
        elif way == "work ended":
            Assistant.objects.update(ended_at=timezone.now())
        elif way == "deactivated":
            User.objects.filter(pk=carla.pk).update(is_active=False)
        else:
            carla.set_password("otra-clave-larga-2026")
            carla.save()

    async def scene(application):
        session = await in_thread(session_of, carla)
        browser = await open_agenda(application, carla, session=session)
        await in_thread(end, session)
        await in_thread(book, clinic)
        await browser.answer()
        assert browser.heard() == []
        assert application.hub.count == 0

    play(scene)


def test_idle_stream_is_asked_again_and_pinged(dr_chen, monkeypatch):
    monkeypatch.setattr(streams, "PING_EVERY", 0.1)
    monkeypatch.setattr(streams, "ASK_AGAIN_EVERY", 0.3)

    async def scene(application):
        session = await in_thread(session_of, dr_chen.user)
        browser = await open_agenda(application, dr_chen.user, session=session)
        assert await soon(lambda: ": ping" in browser.text)
        await in_thread(lambda: Session.objects.all().delete())
        await browser.answer()

    play(scene)


def test_open_streams_hold_no_connection_and_no_transaction(dr_chen, clinic):
    asked = """
    SELECT application_name, count(*), count(xact_start) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY 1
    """

    def connected():
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return {name: (count, busy) for name, count, busy in cursor.fetchall()}

    async def scene(application):
        session = await in_thread(session_of, dr_chen.user)
        browsers = [
            await open_agenda(application, dr_chen.user, session=session) for _ in range(20)
        ]
        await in_thread(book, clinic)
        assert await soon(lambda: all(b.heard() == ["visit"] for b in browsers))
        found = await in_thread(connected)
        assert found["doctobooking-live"] == (1, 0)
        pages, in_transaction = found["doctobooking"]
        # Those of the threads, and that of the test itself.
        assert pages <= THREADS + 1
        assert in_transaction == 0
        await asyncio.gather(*(browser.leave() for browser in browsers))

    play(scene)


def test_stream_needs_a_place_and_a_desk(dr_chen, alice):
    async def scene(application):
        session = await in_thread(session_of, dr_chen.user)
        assert (await Browser(application, "/sse/agenda/", session).answer()).status == 400
        nobody = await Browser(application, "/sse/agenda/?desde=1-0").answer()
        assert nobody.status == 302
        patient = await in_thread(session_of, alice)
        assert (
            await Browser(application, "/sse/agenda/?desde=1-0", patient).answer()
        ).status == 404
        assert application.hub.count == 0

    play(scene)


def test_house_that_is_full_says_so(dr_chen, settings):
    settings.LIVE_STREAMS_PER_ADDRESS = 1
    settings.SECURE_HSTS_SECONDS = 31_536_000

    async def scene(application):
        session = await in_thread(session_of, dr_chen.user)
        first = await open_agenda(application, dr_chen.user, session=session)
        second = await open_agenda(application, dr_chen.user, session=session)
        assert (first.status, second.status) == (200, 503)
        assert_said_safely(second)
        assert_said_safely(first)
        await first.leave()
        third = await open_agenda(application, dr_chen.user, session=session)
        assert third.status == 200
        await third.leave()

    play(scene)


def test_slot_picker_hears_that_times_changed_and_nothing_else(dr_chen, clinic):
    async def scene(application):
        path = f"/sse/medicos/{dr_chen.slug}/"
        browser = Browser(application, path)
        assert await soon(lambda: browser.is_ready)
        (_ready,) = browser.events()
        visit = await in_thread(book, clinic)
        assert await soon(lambda: browser.heard() == ["times"])
        event, data, mark = browser.events()[-1]
        assert (event, data) == ("change", {"kind": "times"})
        for secret in (visit.public_id, visit.patient.public_id, visit.pk, clinic.public_id):
            assert f'"{secret}"' not in browser.text
        same = Browser(application, path, last=mark)
        assert await soon(lambda: same.is_ready)
        assert same.events()[-1][1] == {"is_lost": False}
        old = Browser(application, path, last=_ready[2])
        assert await soon(lambda: old.is_ready)
        assert old.events()[-1][1] == {"is_lost": True}
        await asyncio.gather(browser.leave(), same.leave(), old.leave())

    play(scene)
