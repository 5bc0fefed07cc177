"""Where an account is logged in: shown, ended, told about, and over by itself."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.urls import reverse

from accounts.browsers import name_of
from accounts.models import AccountSession, AuditEntry
from tests.accounts.factor import enter
from tests.breaches import Breach, check
from tests.client import StrictClient
from tests.conftest import NOW
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1"
PAGE, END = reverse("accounts:sessions"), reverse("accounts:sessions_end")
MINE = reverse("appointments:mine")
ROW = {"device_digest": "x", "began_at": NOW, "seen_at": NOW, "account": lambda alice: alice}
BREACHES = {
    "accountsession_key_once": Breach(AccountSession, {**ROW, "session_key": "taken"}),
    "accountsession_ended_has_no_key": Breach(
        AccountSession, {**ROW, "session_key": "open", "ended_at": NOW}
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_constraint(alice, name):
    AccountSession.objects.create(
        account=alice, session_key="taken", device_digest="y", began_at=NOW, seen_at=NOW
    )
    check(name, BREACHES[name], alice)


def at(user, agent=FIREFOX, address="203.0.113.7", client=None):
    browser = client or StrictClient(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    assert enter(browser, user).status_code == 302
    return browser


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox · Windows"), (CHROME, "Chrome · Linux"), (SAFARI, "Safari · iPhone"),
        ("curl/8.1", ""), ("", ""), ("<script>", ""), ("x" * 5000, ""),
    ],
)  # fmt: skip
def test_browsers_have_a_name(agent, name):
    assert name_of(agent) == name


def test_browsers_are_listed_with_their_network(frozen, alice):
    here, _other = at(alice), at(alice, SAFARI, "2001:db8:1:2::3")
    html = here.get(PAGE).content.decode()
    assert html.count("<article") == 2
    for text in ("Firefox · Windows", "203.0.113.0/24", "Safari · iPhone", "2001:db8:1::/48"):
        assert text in html
    assert "203.0.113.7" not in html


def test_one_is_ended(frozen, alice):
    here, other, third = at(alice), at(alice, SAFARI), at(alice, CHROME)
    row = AccountSession.objects.get(browser="Safari · iPhone")
    assert here.post(END, {"cual": row.public_id}).url == PAGE
    assert [c.get(MINE).status_code for c in (here, other, third)] == [200, 302, 200]
    assert "Safari" not in here.get(PAGE).content.decode()
    assert AuditEntry.objects.filter(act="sessions").values_list("what", flat=True).get() == "1"


def test_all_the_others_are_ended(frozen, alice, bob):
    here, other, third, bobs = at(alice), at(alice, SAFARI), at(alice, CHROME), at(bob)
    here.post(END)
    here.post(END)
    clients = (here, other, third, bobs)
    assert [c.get(MINE).status_code for c in clients] == [200, 302, 302, 200]
    assert AccountSession.objects.filter(account=alice, ended_at=None).count() == 1


@pytest.mark.parametrize("which", ["x", "\u202e", "0" * 500])
def test_what_is_no_browser_ends_none(frozen, alice, which):
    here, other = at(alice), at(alice, SAFARI)
    assert here.post(END, {"cual": which}).status_code == 302
    assert other.get(MINE).status_code == 200


def test_nobody_ends_anothers(frozen, alice, bob):
    hers, his = at(alice), at(bob)
    row = AccountSession.objects.get(account=alice)
    his.post(END, {"cual": row.public_id})
    assert hers.get(MINE).status_code == 200


def test_new_password_ends_the_others(frozen, alice):
    here, other = at(alice), at(alice, SAFARI)
    new = {"oldpassword": PASSWORD, "password1": "caballo-verde-91-lluvia"}
    assert here.post(reverse("account_change_password"), new).status_code == 302
    assert [c.get(MINE).status_code for c in (here, other)] == [200, 302]
    assert here.get(PAGE).content.decode().count("<article") == 1


def test_log_out_is_not_listed_any_more(frozen, alice):
    here, other = at(alice), at(alice, SAFARI)
    other.post(reverse("account_logout"))
    assert here.get(PAGE).content.decode().count("<article") == 1


# A new browser ----------------------------------------------------------------------------------


def test_first_browser_is_no_news(frozen, alice):
    at(alice)
    assert mail.outbox == []


def test_another_browser_is_told(frozen, alice):
    at(alice)
    at(alice, SAFARI, "198.51.100.9")
    (letter,) = mail.outbox
    assert letter.subject == "Entraron a su cuenta desde otro navegador"
    assert letter.to == [alice.email]
    assert "198.51.100.9" in letter.body


def test_known_browser_is_no_news_though_it_logged_out(frozen, alice):
    browser = at(alice)
    at(alice, SAFARI)
    mail.outbox.clear()
    browser.post(reverse("account_logout"))
    at(alice, client=browser)
    assert mail.outbox == []


def test_browser_of_a_family_is_known_for_each(frozen, alice, bob):
    """Bob's first log-in is in a browser that Alicia uses, too."""
    browser = at(alice)
    at(bob, SAFARI)
    browser.post(reverse("account_logout"))
    at(bob, client=browser)
    assert [letter.to for letter in mail.outbox] == [[bob.email]]


def test_forged_name_of_a_browser_is_a_new_one(frozen, alice):
    at(alice)
    forger = StrictClient(headers={"User-Agent": FIREFOX})
    forger.cookies[settings.DEVICE_COOKIE_NAME] = "guess:signature"
    at(alice, client=forger)
    assert len(mail.outbox) == 1


# Over by itself ---------------------------------------------------------------------------------


@pytest.fixture
def limits(settings):
    settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS = 15, 12


def later(client, path, **passed):
    with time_machine.travel(NOW + timedelta(**passed), tick=False):
        return client.get(path)


def test_doctors_session_is_over_after_a_rest(frozen, limits, dr_chen):
    client, page = at(dr_chen.user), reverse("portal:agenda")
    assert later(client, page, minutes=15).status_code == 200
    assert later(client, page, minutes=30).status_code == 200
    answer = later(client, page, minutes=46)
    assert answer.url == f"/cuenta/login/?next={page}"
    assert not Session.objects.filter(pk=client.session.session_key).exists()
    html = client.get(answer.url).content.decode()
    assert "Cerramos su sesión porque estuvo un rato sin usarse" in html


def test_who_stayed_away_is_nobody_where_anybody_may_act(frozen, limits, dr_chen):
    client, page = at(dr_chen.user), reverse("support:contact")
    assert "chen@ejemplo.test" in later(client, page, minutes=14).content.decode()
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        assert client.post(reverse("set_language"), {"language": "en"}).status_code == 302
    dr_chen.user.refresh_from_db()
    assert dr_chen.user.language != "en"
    assert later(client, reverse("portal:agenda"), minutes=30).status_code == 302
    client = at(dr_chen.user)
    assert "chen@ejemplo.test" not in later(client, page, minutes=16).content.decode()


def test_what_a_page_fetches_by_itself_does_not_keep_it_open(frozen, limits, dr_chen):
    client, page = at(dr_chen.user), reverse("portal:agenda")
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        client.get(page, headers={"Sec-Fetch-Mode": "cors"})
    assert later(client, page, minutes=16).status_code == 302


def test_who_types_stays(frozen, limits, dr_chen):
    client, page = at(dr_chen.user), reverse("portal:agenda")
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert client.post(reverse("accounts:stay")).status_code == 204
    assert later(client, page, minutes=24).status_code == 200


def test_doctors_session_is_over_after_half_a_day(frozen, limits, dr_chen):
    client, page = at(dr_chen.user), reverse("portal:agenda")
    for minutes in range(10, 12 * 60 + 1, 10):
        assert later(client, page, minutes=minutes).status_code == 200
    assert later(client, page, hours=12, minutes=1).status_code == 302


def test_staff_and_reception_too_patients_not(frozen, limits, erin, carla, alice):
    pages = [(erin, "admin:index"), (carla, "portal:agenda"), (alice, "appointments:mine")]
    clients = [(at(user), reverse(page)) for user, page in pages]
    answers = [later(client, page, minutes=16).status_code for client, page in clients]
    assert answers == [302, 302, 200]


def test_last_use_is_kept_by_the_minute(frozen, alice):
    client = at(alice)
    for seconds in (30, 59):
        later(client, MINE, seconds=seconds)
    assert AccountSession.objects.get().seen_at == NOW
    later(client, MINE, seconds=61)
    assert AccountSession.objects.get().seen_at == NOW + timedelta(seconds=61)
