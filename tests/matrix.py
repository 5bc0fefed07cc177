"""Every route, every kind of person, what the routes are about: what walks of the site share."""

import uuid
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from doctobooking.access import NAMESPACES
from tests.accounts.doors import ACCOUNTS
from tests.appointments.doors import APPOINTMENTS
from tests.appointments.waiting.doors import WAITING, things_of_waiting
from tests.conftest import SLOT
from tests.factories import AppointmentFactory, AssistantFactory, MessageFactory, PatientFactory
from tests.marks import MARKS, mark_people, put_marks
from tests.notifications.doors import MESSAGES
from tests.portal.doors import PORTAL, things_of_the_desk
from tests.prescriptions.doors import PRESCRIPTIONS
from tests.prescriptions.world import things_of_prescriptions
from tests.privacy.doors import PRIVACY
from tests.records.doors import RECORDS
from tests.records.world import things_of_records
from tests.reviews.doors import OPINIONS
from tests.reviews.world import things_of_opinions
from tests.support.doors import SUPPORT
from tests.support.world import things_of_support

PEOPLE = ("anonymous", "alice", "bob", "dr_chen", "dr_diaz", "erin", "root", "carla", "sofia")

# Who answers what, in the order of PEOPLE. L = sent to log in, > = sent elsewhere. Carla (Ana's
# reception) is like Erin to the pages that say nothing of her; Sofía (the group of support) to
# every page outside the admin.
L, GO = "L", ">"
OK = [200] * 7
NO_POST = [405] * 7

# route: (arguments, GET, POST without data)
TABLE = {
    "healthz": ((), OK, OK),
    "readyz": ((), OK, OK),
    "metrics": ((), [404] * 7, NO_POST),
    "csp_report": ((), NO_POST, [415] * 7),
    "set_language": ((), [GO] * 7, [GO] * 7),
    "home": ((), OK, NO_POST),
    **dict.fromkeys(("search", "search_suggestions"), ((), OK, NO_POST)),
    "search_marks": ((), [400] * 7, NO_POST),
    **dict.fromkeys(("doctor", "slots", "slots_stream", "slots_mark"), (("slug",), OK, NO_POST)),
    **SUPPORT,
    "photo": (("photo", "size"), [404] * 7, NO_POST),  # tests/doctors/test_photo.py has real ones
    "landing": (("specialty", "city"), OK, NO_POST),
    "widget": (("slug",), OK, NO_POST),
    **dict.fromkeys(("robots", "security_txt", "sitemap", "sitemap_pages"), ((), OK, NO_POST)),
    "sitemap_doctors": (("number",), OK, NO_POST),
    "sitemap_landings": (("specialty",), OK, NO_POST),
    **APPOINTMENTS,
    **WAITING,
    **MESSAGES,
    **OPINIONS,
    **RECORDS,
    **PRESCRIPTIONS,
    **PORTAL,
    **ACCOUNTS,
    **PRIVACY,
}  # fmt: skip
ADDRESSES = {"specialty": "cardiologia", "city": "quito", "number": 0, "size": "96"}


def routes(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern


def names():
    return [name for name, _pattern in routes()]


def own_names():
    return [name for name in names() if name.partition(":")[0] not in NAMESPACES]


@pytest.fixture
def things(alice, dr_chen, clinic):
    """What the routes are about: all of it Alicia's or Ana's, all of it marked."""
    patient = alice.patients.get()
    marks = mark_people(alice, patient)
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo", **marks)
    visit = AppointmentFactory(clinic=clinic, patient=patient, phone="+593997776655")
    guest = PatientFactory(account=None, first_names="Rosa", email=MARKS["guest"])
    AppointmentFactory(
        clinic=clinic, patient=guest, booked_by=dr_chen.user, starts_at=SLOT + timedelta(days=3)
    )
    made = {
        **things_of_opinions(clinic, patient),
        **things_of_records(clinic, patient),
        **things_of_prescriptions(clinic, patient),
        **things_of_support(alice),
        "guest": guest.public_id,
        "message": MessageFactory(visit=visit, last_error=MARKS["refusal"]).public_id,
        "slug": dr_chen.slug,
        **ADDRESSES,
        "photo": uuid.uuid4(),
        "clinic": clinic.public_id,
        "slot": SLOT,
        "later": SLOT + timedelta(hours=3),
        "visit": visit.public_id,
        "child": child.public_id,
        "member": AssistantFactory(
            doctor=dr_chen,
            clinics=[clinic],
            name=MARKS["assistant"],
            invitation__email=MARKS["assistant_email"],
        ).public_id,
        "absence": dr_chen.absences.create(
            starts_at=SLOT + timedelta(days=40), ends_at=SLOT + timedelta(days=41)
        ).public_id,
        **things_of_the_desk(visit),
        **things_of_waiting(visit),
        "uid": alice.public_id.hex,
        "key": "x",
    }
    return {**made, **put_marks(made, alice, visit)}


@pytest.fixture
def browsers(alice, bob, dr_chen, dr_diaz, erin, root, carla, sofia):
    users = {"alice": alice, "bob": bob, "dr_chen": dr_chen.user, "dr_diaz": dr_diaz.user,
             "erin": erin, "root": root, "carla": carla, "sofia": sofia}  # fmt: skip
    clients = {"anonymous": Client()}
    for name, user in users.items():
        clients[name] = Client()
        clients[name].user = user
        clients[name].force_login(user)
    return clients


def addresses(things, absent=False):
    for name, (arguments, *_answers) in TABLE.items():
        values = [things[a] for a in arguments]
        if absent:
            values = [uuid.uuid4() if isinstance(v, uuid.UUID) else v for v in values]
        yield name, reverse(name, args=values)


def of_all(answers):
    missing = len(PEOPLE) - len(answers)
    return [*answers, *[answers[PEOPLE.index("erin")]] * missing]


def short(answer):
    if answer.status_code != 302:
        return answer.status_code
    return L if answer.url.startswith("/cuenta/login/?next=") else GO


def knock(things, browsers, method, people=PEOPLE, **headers):
    """Everybody at every door: (route, {person: answer})."""
    for name, path in addresses(things):
        clients = browsers
        if name == "account_logout":
            clients = {person: same_browser(browsers[person]) for person in people}
        yield name, {p: getattr(clients[p], method)(path, headers=headers) for p in people}
        if name == "account_logout" and method == "post":
            for person in PEOPLE[1:]:
                browsers[person].force_login(browsers[person].user)


def same_browser(client):
    twin = Client()
    twin.cookies = client.cookies.copy()
    return twin


def admin_paths(most=1):
    """Every page of the admin, with `most` objects that exist where one is needed."""
    for name, pattern in routes():
        space, _, rest = name.partition(":")
        if space != "admin" or rest in ("None", "view_on_site", "logout"):
            continue
        wanted = pattern.pattern.regex.groupindex
        values = {"app_label": "appointments", "content_type_id": "1"}
        for key in _rows(rest, most) if "object_id" in wanted else [0]:
            known = {**values, "object_id": key}
            yield rest, reverse(name, kwargs={n: known[n] for n in wanted if n in known})


def _rows(rest, most):
    for model in admin.site._registry:
        if rest.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            return list(model.objects.order_by("pk").values_list("pk", flat=True)[:most]) or [0]
    return [0]


def writes(rest):
    return rest.endswith(("_add", "_change", "_delete")) or rest == "password_change"
