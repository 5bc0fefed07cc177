"""Every route x every kind of person: what the table says, and no leak of anybody's data."""

import re
import sys
import uuid
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Patient
from appointments.models import Appointment, BookingDraft
from core.models import Event
from doctobooking.access import NAMESPACES, RULES, Who, rule_of
from tests.accounts.doors import ACCOUNTS
from tests.appointments.doors import APPOINTMENTS
from tests.appointments.waiting.doors import WAITING, things_of_waiting
from tests.appointments.walking import Walk
from tests.conftest import SLOT
from tests.factories import AppointmentFactory, AssistantFactory, MessageFactory, PatientFactory
from tests.notifications.doors import MESSAGES
from tests.portal.doors import PORTAL, SEES_AT_THE_DESK, things_of_the_desk
from tests.prescriptions.doors import PRESCRIPTIONS
from tests.prescriptions.world import things_of_prescriptions
from tests.privacy.doors import PRIVACY
from tests.records.doors import RECORDS
from tests.records.world import things_of_records
from tests.reviews.doors import OPINIONS
from tests.reviews.world import things_of_opinions
from tests.support.doors import SUPPORT
from tests.support.world import things_of_support

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
PEOPLE = ("anonymous", "alice", "bob", "dr_chen", "dr_diaz", "erin", "root", "carla")

# Who answers what, in the order of PEOPLE. L = sent to log in, > = sent elsewhere. Carla (Ana's
# reception) is like Erin to the pages that say nothing of her.
L, GO = "L", ">"
OK = [200] * 7
NO_POST = [405] * 7

# route: (arguments, GET, POST without data)
TABLE = {
    "healthz": ((), OK, OK),
    "readyz": ((), OK, OK),
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
# Whoever has an account reports an opinion, and whoever has the link opens its file.
# A provider's server has no form of ours: what it says is signed, or refused. Nor have browsers.
WITHOUT_A_TOKEN = {"appointments:payment_callback": 400, "support:inbound": 404, "csp_report": 415}
ALIKE_FOR_NOBODY = {"reviews:report", "support:link_file"}
NAME, REASON, DOCUMENT, PHONE = "Zutanita", "MOTIVO7Q", "DOCUMENTO7Q", "99 777 6655"


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


def test_every_route_has_a_rule():
    assert [name for name in names() if rule_of(name) is None] == []


def test_every_rule_has_a_route():
    known = set(names())
    assert [name for name in RULES if name not in known] == []
    spaces = {name.partition(":")[0] for name in known if ":" in name}
    assert [space for space in NAMESPACES if space not in spaces] == []


def test_every_route_is_in_the_table():
    assert sorted(own_names()) == sorted(TABLE)


def test_route_without_a_rule_is_closed(client, monkeypatch):
    monkeypatch.delitem(RULES, "help")
    assert client.get(reverse("help")).status_code == 404


def test_a_planted_page_is_found_and_shut(settings, browsers):
    """Somebody adds a page and forgets who may open it: the walk finds it, nobody gets in."""
    settings.ROOT_URLCONF = "tests.planted"
    assert [name for name in names() if rule_of(name) is None] == ["planted"]
    assert set(own_names()) - set(TABLE) == {"planted"}
    for person, browser in browsers.items():
        assert browser.get("/plantada/").status_code == 404, person


def test_the_walk_is_as_large_as_the_site(capsys):
    own, of_admin = len(own_names()), len(list(admin_paths()))
    with capsys.disabled():
        sys.stdout.write(f"\nmatrix: {own} routes x {len(PEOPLE)} people; admin: {of_admin}\n")
    assert own >= 200


@pytest.fixture
def things(alice, dr_chen, clinic):
    """What the routes are about: all of it Alicia's or Ana's, all of it marked."""
    patient = alice.patients.get()
    for person in (alice, patient):
        person.last_names = NAME
        person.save()
    marks = {
        "last_names": NAME,
        "phone": "+593997776655",
        "id_country": "US",
        "id_number": DOCUMENT,
        "emergency_name": NAME,
        "emergency_phone": "+593997776655",
    }
    for field, value in marks.items():
        setattr(patient, field, value)
    patient.save()
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo", **marks)
    visit = AppointmentFactory(clinic=clinic, patient=patient, phone="+593997776655")
    visit.reason = REASON
    visit.save()
    guest = PatientFactory(account=None, first_names="Rosa", email="rosa@ejemplo.test")
    AppointmentFactory(
        clinic=clinic, patient=guest, booked_by=dr_chen.user, starts_at=SLOT + timedelta(days=3)
    )
    return {
        **things_of_opinions(clinic, patient),
        **things_of_records(clinic, patient),
        **things_of_prescriptions(clinic, patient),
        **things_of_support(alice),
        "guest": guest.public_id,
        "message": MessageFactory(visit=visit).public_id,
        "slug": dr_chen.slug,
        **ADDRESSES,
        "photo": uuid.uuid4(),
        "clinic": clinic.public_id,
        "slot": SLOT,
        "later": SLOT + timedelta(hours=3),
        "visit": visit.public_id,
        "child": child.public_id,
        "member": AssistantFactory(doctor=dr_chen, clinics=[clinic]).public_id,
        "absence": dr_chen.absences.create(
            starts_at=SLOT + timedelta(days=40), ends_at=SLOT + timedelta(days=41)
        ).public_id,
        **things_of_the_desk(visit),
        **things_of_waiting(visit),
        "uid": "1",
        "key": "x",
    }


@pytest.fixture
def browsers(alice, bob, dr_chen, dr_diaz, erin, root, carla):
    users = {"alice": alice, "bob": bob, "dr_chen": dr_chen.user, "dr_diaz": dr_diaz.user,
             "erin": erin, "root": root, "carla": carla}  # fmt: skip
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
    return [*answers, answers[PEOPLE.index("erin")]] if len(answers) < len(PEOPLE) else answers


def short(answer):
    if answer.status_code != 302:
        return answer.status_code
    return L if answer.url.startswith("/cuenta/login/?next=") else GO


def marks_in(answer):
    text = answer.content.decode(errors="replace") + str(answer.headers) + str(answer.cookies)
    return [mark for mark in (NAME, REASON, DOCUMENT, PHONE) if mark in text]


def may_see(person, name):
    """Alicia her own; her doctor what belongs to a visit, but no document."""
    if person == "alice":
        return [NAME, REASON, DOCUMENT, PHONE]
    marks = {"name": NAME, "reason": REASON, "phone": PHONE}
    return [marks[mark] for mark in SEES_AT_THE_DESK.get((person, name), ())]


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


def leaks_of(answers):
    return [
        (name, person, mark)
        for name, people in answers
        for person, answer in people.items()
        for mark in marks_in(answer)
        if mark not in may_see(person, name)
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_gets_what_the_table_says_and_nobody_elses_data(frozen, things, browsers, method):
    answers = list(knock(things, browsers, method))
    got = {name: [short(people[p]) for p in PEOPLE] for name, people in answers}
    expected = {name: of_all(row[1 if method == "get" else 2]) for name, row in TABLE.items()}
    assert {n: (got[n], expected[n]) for n in got if got[n] != expected[n]} == {}
    assert leaks_of(answers) == []
    if method == "get":  # the marks are where they belong: an empty page leaks nothing either
        seen = {(p, mark) for _n, people in answers for p in PEOPLE for mark in marks_in(people[p])}
        own = {("alice", mark) for mark in (NAME, REASON, DOCUMENT, PHONE)}
        desk = {("dr_chen", mark) for mark in (NAME, REASON, PHONE)}
        assert seen == own | desk | {("carla", mark) for mark in (NAME, PHONE)}
        assert_untouched()


def assert_untouched():
    """No GET changes anything."""
    visit, *_others = Appointment.objects.order_by("pk")
    assert (visit.status, visit.sequence, visit.changes.count()) == ("booked", 0, 0)
    assert not BookingDraft.objects.exists()
    assert not Event.objects.exists()
    assert Patient.objects.count() == 4


def test_fragments_show_nobody_elses_data(frozen, things, browsers):
    strangers = ("anonymous", "bob", "dr_diaz")
    assert leaks_of(knock(things, browsers, "get", strangers, **{"HX-Request": "true"})) == []


def without_chance(answer):
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text)


@pytest.mark.parametrize("method", ["get", "post"])
def test_foreign_and_absent_answer_alike(frozen, things, browsers, method):
    absent = dict(addresses(things, absent=True))
    for name, path in addresses(things):
        if path == absent[name] or "clinic" in TABLE[name][0] or name in ALIKE_FOR_NOBODY:
            continue
        for person in ("bob", "dr_diaz", "erin", "root"):
            foreign, nothing = (
                without_chance(getattr(browsers[person], method)(p)) for p in (path, absent[name])
            )
            assert foreign == nothing, (name, person)
            assert foreign[0] in (404, 405)


def test_primary_keys_are_in_no_address():
    for name, pattern in routes():
        if name.partition(":")[0] not in NAMESPACES and rule_of(name) is not Who.NOBODY:
            converters = {type(c).__name__ for c in pattern.pattern.converters.values()}
            assert converters <= {"UUIDConverter", "SlugConverter", "InstantConverter",
                                  "StringConverter"}, name  # fmt: skip


def test_drafts_are_seen_by_their_browser_only(frozen, things, browsers, alice, bob, clinic, slot):
    walk = Walk(clinic, slot).to_review(alice, reason=REASON)
    assert BookingDraft.objects.get().reason == REASON
    assert REASON in walk.look("review").content.decode()
    for person in PEOPLE:
        if person == "alice":
            continue
        for page in ("hold", "details", "review"):
            assert marks_in(browsers[person].get(walk.address(page))) == []
    assert marks_in(Walk(clinic, slot).log_in(alice).look("details")) == []


def test_no_post_counts_without_a_token(frozen, things, alice):
    for user in (None, alice):
        client = Client(enforce_csrf_checks=True)
        if user:
            client.force_login(user)
        for name, path in addresses(things):
            wanted = WITHOUT_A_TOKEN.get(name, 403)
            assert client.post(path, {"x": "1"}).status_code == wanted, (name, user)


# The admin ------------------------------------------------------------------------------------


def admin_paths():
    """Every page of the admin, with an object that exists where one is needed."""
    for name, pattern in routes():
        space, _, rest = name.partition(":")
        if space != "admin" or rest in ("None", "view_on_site", "logout"):
            continue
        wanted = pattern.pattern.regex.groupindex
        values = {"app_label": "appointments", "object_id": "0", "content_type_id": "1"}
        if "object_id" in wanted:
            for model in admin.site._registry:
                if rest.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
                    first = model.objects.order_by("pk").first()
                    values["object_id"] = first.pk if first else 0
        yield rest, reverse(name, kwargs={n: values[n] for n in wanted if n in values})


def writes(rest):
    return rest.endswith(("_add", "_change", "_delete")) or rest == "password_change"


def test_admin_is_for_staff(things, browsers):
    for rest, path in admin_paths():
        if rest != "login":
            assert browsers["anonymous"].get(path).status_code == 302, rest
            assert browsers["alice"].get(path).status_code == 404, rest
            if writes(rest):
                assert browsers["alice"].post(path).status_code == 404, rest
            if rest.startswith("appointments_"):
                assert browsers["dr_chen"].get(path).status_code == 404, rest


def test_admin_has_no_log_in_of_its_own(client, alice):
    """One door, with one set of limits."""
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith("/cuenta/login/?next=")
    answer = client.post(reverse("admin:login"), {"username": "x", "password": "y"})
    assert answer.url.startswith("/cuenta/login/?next=")


def test_admin_shows_staff_only_what_they_were_given(things, browsers):
    """Erin has no permission yet: the empty index, and nothing of anybody."""
    for rest, path in admin_paths():
        for method in ("get", "post") if writes(rest) else ("get",):
            answer = getattr(browsers["erin"], method)(path)
            assert answer.status_code < 500, rest
            assert marks_in(answer) == [], rest


def test_admin_has_no_clinical_text_for_anybody(things, browsers):
    seen = set()
    for rest, path in admin_paths():
        answer = browsers["root"].get(path)
        assert answer.status_code < 500, rest
        marks = marks_in(answer)
        assert REASON not in marks, rest
        assert DOCUMENT not in marks, rest
        seen.update(marks)
    assert NAME in seen


def test_admin_answers_a_superusers_empty_posts(things, browsers):
    for rest, path in admin_paths():
        if writes(rest):
            assert browsers["root"].post(path, {}).status_code < 500, rest
