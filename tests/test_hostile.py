"""Every form x bad input: a sentence and 4xx, nothing stored, nothing unescaped, never a 5xx."""

import time
from dataclasses import dataclass, field

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Patient, User
from appointments.models import Appointment, BookingDraft, Submission
from core.models import Event
from tests.accounts.test_signup import GOOD as SIGNUP
from tests.accounts.views.test_add_dependant import GOOD as DEPENDANT
from tests.accounts.views.test_profile import GOOD as PROFILE
from tests.appointments.walking import DETAILS, Walk
from tests.factories import PASSWORD, AppointmentFactory, PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

SCRIPT = "<script>alert('x7q')</script><img src=x7q onerror=alert(1)>\"'x7q=\""
VALUES = {
    "empty": "",
    "spaces": " \t ",
    "10,000 characters": "a" * 10_000,
    "NUL": "a\x00b",
    "control": "a\x07\x1b[31m",
    "emoji": "👩🏽‍⚕️🙂",
    "negative": "-1",
    "huge": "9" * 400,
    "infinite": "1e309",
    "other digits": "٣٤",
    "right to left": "\u202eanA\u2066",
    "zero width": "\u200b\u200d\ufeff",
    "SQL": "'; DROP TABLE accounts_user; --",
    "script": SCRIPT,
    "template": "{{ 7|add:7 }}{% debug %}",
    "line breaks": "a@b.test\r\nBcc: c@d.test\r\n\r\nhola",
    "foreign uuid": "00000000-0000-4000-8000-000000000000",
    "instant": "99999999T999999Z",
    "format": "%s%n%(x)d{0}{x.__class__}",
    "path": "../../../etc/passwd",
    "formula": "=cmd|' /C calc'!A0",
    "decomposed": "e\u0301" * 60,
}
# In every single field: what a form of its own has to refuse or show as text.
IN_EACH_FIELD = ("10,000 characters", "NUL", "script", "line breaks")
ALWAYS_REFUSED = ("10,000 characters", "NUL", "control")
# Of a processor: what else the machine does is no matter. The database stops by itself.
SLOWEST = 3


@dataclass
class Door:
    """A form: who knocks, where, with what. `client` is asked anew for each knock."""

    client: object
    path: object
    good: dict
    names: list = field(default_factory=list)
    method: str = "post"
    singly: list | None = None  # fields that are also tried one by one; all, unless given
    refuses: tuple = ALWAYS_REFUSED
    statuses: tuple = (302, 400, 404, 409, 422)
    rows: list | None = None

    def knock(self, changed):
        browser = self.client()
        path = self.path() if callable(self.path) else self.path
        began = time.process_time()
        answer = getattr(browser, self.method)(path, {**self.good, **changed})
        assert time.process_time() - began < SLOWEST
        if answer.status_code == 302 and answer.url.startswith("/"):
            show(browser.get(answer.url))
        return answer


def rows():
    models = (User, Patient, Appointment, BookingDraft, Submission, EmailAddress)
    hidden = {"last_login"}
    return [
        tuple(
            tuple(v for name, v in row.items() if name not in hidden)
            for row in model.objects.order_by("pk").values()
        )
        for model in models
    ] + [Event.objects.count(), len(mail.outbox)]


def show(answer):
    """No 5xx, and what was typed is text wherever it is shown again."""
    assert answer.status_code < 500, answer.status_code
    html = answer.content.decode(errors="replace")
    for live in ("<script>alert(", "<img src=x7q", 'x7q="', "'x7q="):
        assert live not in html, live
    assert "Traceback" not in html


def assault(door):
    for word, value in VALUES.items():
        try_once(door, dict.fromkeys(door.names, value), word)
    for name in door.names if door.singly is None else door.singly:
        for word in IN_EACH_FIELD:
            try_once(door, {name: VALUES[word]}, word)
        try_once(door, {name: [door.good.get(name, ""), "x", SCRIPT]}, "array")
        try_once(door, {f"{name}[]": "x", f"{name}[0]": "x", f"{name}.x": "x"}, "other names")


def try_once(door, changed, word):
    before = door.rows if door.rows is not None else rows()
    answer = door.knock(changed)
    # What was refused changed nothing: the next knock begins where this one did.
    door.rows = before if answer.status_code >= 400 or door.method == "get" else None
    where = (door.path if isinstance(door.path, str) else door.names, list(changed)[:3], word)
    show(answer)
    assert answer.status_code in door.statuses, (where, answer.status_code)
    if answer.status_code >= 400:
        assert rows() == before, where
        html = answer.content.decode()
        assert 'role="alert"' in html or "<h1>" in html or answer.status_code == 400, where
    if word in door.refuses and list(changed) == door.names:
        assert answer.status_code >= 400, where


def logged_in(user):
    def client():
        browser = Client()
        browser.force_login(user)
        return browser

    return client


def same_session(strict):
    """Without the strict look at pages: quoted handlers are what is shown back here."""
    browser = Client()
    browser.cookies = strict.cookies
    return browser


def one(browser):
    return lambda: browser


def filters(browser, path, names):
    """A GET form: every value is a plain page or a 400."""
    return Door(one(browser), path, {}, names, "get", refuses=(), statuses=(200, 400))


def test_signup():
    assault(Door(Client, reverse("account_signup"), SIGNUP, [*SIGNUP, "next"]))


def test_login(alice):
    good = {"login": "alice@ejemplo.test", "password": PASSWORD}
    assault(Door(Client, reverse("account_login"), good, [*good, "next"]))


def test_reset(alice):
    good = {"email": "alice@ejemplo.test"}
    assault(Door(Client, reverse("account_reset_password"), good, ["email", "next"]))


def test_code():
    """Three wrong codes end the sign-up: a new one for each."""
    for n, (word, value) in enumerate(VALUES.items()):
        browser = Client()
        browser.post(reverse("account_signup"), {**SIGNUP, "email": f"{n}@ejemplo.test"})
        before = rows()
        answer = browser.post(reverse("account_email_verification_sent"), {"code": value})
        show(answer)
        assert answer.status_code in (302, 422), word
        assert rows() == before


def test_password_pages(alice):
    here = one(logged_in(alice)())
    new = {"oldpassword": "no", "password1": "una-clave-nueva-2026"}
    assault(Door(here, reverse("account_change_password"), new, [*new]))
    assault(Door(here, reverse("account_reauthenticate"), {"password": "no"}, ["password", "next"]))
    good = {"email": "otra@ejemplo.test", "action_add": "1"}
    assault(Door(here, reverse("account_email"), good, ["email"]))


def test_profile(alice):
    singly = ["first_names", "birth_date_0", "sex", "phone", "id_number", "time_zone"]
    here = one(logged_in(alice)())
    assault(Door(here, reverse("accounts:profile"), PROFILE, [*PROFILE], singly=singly))


def test_dependants(alice):
    child = PatientFactory(account=alice, relationship="child")
    here = one(logged_in(alice)())
    for path in (
        reverse("accounts:add_dependant"),
        reverse("accounts:dependant", args=[child.public_id]),
    ):
        door = Door(here, path, DEPENDANT, [*DEPENDANT])
        for word, value in VALUES.items():
            try_once(door, dict.fromkeys(door.names, value), word)


def test_calendar_feed(frozen, alice):
    path = reverse("appointments:calendar_feed")
    assault(Door(logged_in(alice), path, {"act": "make"}, ["act", "clinic"]))


def test_details(frozen, alice, clinic, slot):
    walk = Walk(clinic, slot).to_details(alice)
    walk.client = same_session(walk.client)
    new = {"who": "new", "new_first_names": "Sofía", "new_last_names": "Vera",
           "new_relationship": "child", "new_birth_date_0": "3", "new_birth_date_1": "5",
           "new_birth_date_2": "2018"}  # fmt: skip
    good = {**DETAILS, **new}
    singly = ["who", "new_first_names", "new_birth_date_0", "phone", "reason"]
    assault(Door(one(walk.client), walk.address("details"), good, [*good], singly=singly))


def test_review(frozen, alice, clinic, slot):
    """Refused each time, so that one booking in the making serves for all."""
    walk = Walk(clinic, slot).to_review(alice)
    form, before = walk.form(), rows()
    for word, value in VALUES.items():
        singly = (*IN_EACH_FIELD, "empty")
        changes = [dict.fromkeys(form, value)]
        changes += [{name: value} for name in form] if word in singly else []
        for changed in changes:
            answer = walk.confirm({**form, **changed})
            show(answer)
            assert answer.status_code in (404, 409, 422), (word, list(changed))
            assert rows() == before, (word, list(changed))


def test_search(clinic):
    names = ["q", "lugar", "especialidad", "pagina", "lat", "lng", "bbox", "desde", "orden"]
    door = filters(Client(), reverse("search"), names)
    assault(door)


def test_search_suggestions(clinic):
    assault(filters(Client(), reverse("search_suggestions"), ["q"]))


def test_home_and_profile_of_a_doctor(clinic):
    ana = ["ana-molina-paz"]
    pages = (("home", []), ("doctor", ana), ("widget", ana), ("landing", ["cardiologia", "quito"]))
    for name, arguments in pages:
        door = filters(Client(), reverse(name, args=arguments), ["semana"])
        for word, value in VALUES.items():
            names = ["q", "consultorio", "semana", "pagina", "idioma", "tema"]
            try_once(door, dict.fromkeys(names, value), word)


def test_week_form(frozen, clinic, dr_chen, alice):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    here = logged_in(alice)()
    for path in (
        reverse("slots", args=[dr_chen.slug]),
        reverse("appointments:reschedule", args=[visit.public_id]),
    ):
        assault(filters(here, path, ["consultorio", "semana"]))


def test_mine(frozen, alice):
    assault(filters(logged_in(alice)(), reverse("appointments:mine"), ["ver", "pagina"]))


def test_language_switch():
    names = ["language", "next"]
    door = Door(Client, reverse("set_language"), {}, names, refuses=(), statuses=(302, 400))
    assault(door)


def test_acts_without_fields(frozen, alice, clinic, slot):
    """Hold, extend, cancel, move: whatever is sent along decides nothing."""
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    walk = Walk(clinic, slot).log_in(alice)
    names = ["clinic", "doctor", "starts_at", "status", "actor", "next", "now", "address_digest"]
    for word, value in VALUES.items():
        data = dict.fromkeys(names, value)
        for page in ("hold", "extend"):
            answer = walk.client.post(walk.address(page), data)
            assert answer.status_code == 302, (page, word)
        move = reverse("appointments:move", args=[visit.public_id, visit.starts_at])
        assert walk.client.post(move, data).status_code == 409
    pay = reverse("appointments:pay", args=[visit.public_id])
    assert walk.client.post(pay, {**data, "amount": "0"}).status_code == 302
    assert not visit.online_payments.exists()
    cancel = reverse("appointments:cancel", args=[visit.public_id])
    answer = walk.client.post(cancel, {**data, "status": "cancelled_doctor"})
    visit.refresh_from_db()
    assert (answer.status_code, visit.status) == (302, "cancelled_patient")
    assert Appointment.objects.get(status="held").starts_at == slot
