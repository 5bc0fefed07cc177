"""The second step of a log-in: how it is set up, asked for, required, lost."""

from io import StringIO
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_added
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.second_factor import SESSION_KEY, SecretColumn, take_away
from core.resealing import check, reseal
from tests.accounts.factor import (
    ACTIVATE,
    AUTHENTICATE,
    INDEX,
    SECRET,
    code_of,
    enter,
    proved,
    secret_on,
    shown,
    with_app,
)
from tests.client import StrictClient

pytestmark = pytest.mark.django_db
VIEW_CODES = reverse("mfa_view_recovery_codes")


def acts(person):
    rows = AuditEntry.objects.filter(person=person).order_by("id")
    return [(row.act, row.what) for row in rows if row.act != "login"]


def codes_of(client):
    html = client.get(VIEW_CODES).content.decode()
    return [line.partition("</code>")[0] for line in html.split("<li><code>")[1:]]


def test_setting_it_up_asks_for_the_password_first(as_, alice):
    answer = as_(alice).get(ACTIVATE)
    assert unquote(answer.url) == f"{reverse('account_reauthenticate')}?next={ACTIVATE}"


@pytest.mark.django_db(transaction=True)
def test_app_is_set_up(frozen, as_, alice):
    client = proved(as_(alice))
    html = client.get(ACTIVATE).content.decode()
    wrong = client.post(ACTIVATE, {"code": "000000"})
    assert (wrong.status_code, "Ese no es el código" in wrong.content.decode()) == (422, True)
    assert not Authenticator.objects.exists()
    html = client.get(ACTIVATE).content.decode()
    answer = client.post(ACTIVATE, {"code": code_of(secret_on(html))})
    assert answer.url == VIEW_CODES
    assert len(codes_of(client)) == 10


@pytest.mark.django_db(transaction=True)
def test_app_is_set_up_noted_and_told(frozen, as_, alice):
    client = proved(as_(alice))
    html = client.get(ACTIVATE).content.decode()
    client.post(ACTIVATE, {"code": code_of(secret_on(html))})
    assert sorted(acts(alice)) == [("factor", "+recovery_codes"), ("factor", "+totp")]
    assert [m.subject for m in mail.outbox] == ["Activó la aplicación de códigos"]
    assert "Activa: al entrar le pedimos" in client.get(INDEX).content.decode()


def test_secret_is_sealed_at_rest(alice):
    with_app(alice)
    assert SECRET not in str(Authenticator.objects.get().data)


def test_log_in_asks_for_the_code(frozen, client, alice):
    with_app(alice)
    assert enter(client, alice).url == AUTHENTICATE
    # The password alone opens nothing.
    assert client.get(reverse("appointments:mine")).status_code == 302
    wrong = client.post(AUTHENTICATE, {"code": "000000"})
    assert (wrong.status_code, "Ese no es el código" in wrong.content.decode()) == (422, True)
    assert client.post(AUTHENTICATE, {"code": code_of()}).url == "/"
    assert client.get(reverse("appointments:mine")).status_code == 200
    assert acts(alice) == [("login_failed", "")]


def test_code_of_the_last_half_minute_counts_an_older_one_does_not(frozen, client, alice):
    with_app(alice)
    enter(client, alice)
    assert client.post(AUTHENTICATE, {"code": code_of(steps=-3)}).status_code == 422
    assert client.post(AUTHENTICATE, {"code": code_of(steps=-1)}).url == "/"


def test_a_code_opens_once(frozen, alice):
    with_app(alice)
    answers = []
    for _browser in range(2):
        browser = StrictClient()
        enter(browser, alice)
        answers.append(browser.post(AUTHENTICATE, {"code": code_of()}).status_code)
    assert answers == [302, 422]


@pytest.mark.django_db(transaction=True)
def test_recovery_code_opens_once(frozen, as_, alice):
    client = proved(as_(alice))
    client.post(ACTIVATE, {"code": code_of(secret_on(client.get(ACTIVATE).content.decode()))})
    code = codes_of(client)[0]
    answers = []
    for _browser in range(2):
        browser = StrictClient()
        enter(browser, alice)
        answers.append(browser.post(AUTHENTICATE, {"code": code}).status_code)
    assert answers == [302, 422]


def test_second_step_is_nothing_without_the_first(client):
    assert client.get(AUTHENTICATE).url == reverse("account_login")
    assert client.post(AUTHENTICATE, {"code": "123456"}).url == reverse("account_login")


def test_app_is_taken_away_by_its_owner(frozen, as_, alice):
    client = shown(as_(with_app(alice)))
    page = reverse("mfa_deactivate_totp")
    assert "¿Desactivar la aplicación de códigos?" in client.get(page).content.decode()
    assert client.post(page).url == INDEX
    assert not Authenticator.objects.exists()
    assert acts(alice) == [("factor", "-totp")]
    assert mail.outbox[-1].subject == "Desactivó la aplicación de códigos"


def test_support_takes_it_away_and_the_person_is_told(frozen, client, alice, root):
    enter(client, alice)
    with_app(alice)
    gone = [take_away(person=alice, actor=root, now=frozen) for _time in range(2)]
    assert gone == [1, 0]
    # Whoever holds the telephone is out, too.
    assert client.get(reverse("appointments:mine")).status_code == 302
    assert not alice.sessions.filter(ended_at=None).exists()
    noted = AuditEntry.objects.filter(act="factor", actor=root).values_list("person", "what")
    assert noted.get() == (alice.pk, "-all")
    assert mail.outbox[-1].subject == "Quitamos la verificación en dos pasos de su cuenta"


def test_nobody_is_left_between_two_pages_when_it_is_taken_away_meanwhile(frozen, client, alice):
    enter(client, with_app(alice))
    take_away(person=alice, actor=None, now=frozen)
    assert client.get(AUTHENTICATE).url == reverse("account_login")
    assert client.get(reverse("account_login")).status_code == 200
    assert enter(client, alice).url == "/"
    enter(StrictClient(), with_app(alice))


def test_the_console_helps_an_administrator_whom_nobody_can(frozen, client, root):
    enter(client, with_app(root))
    client.post(AUTHENTICATE, {"code": code_of()})
    said = StringIO()
    for email in (root.email.upper(), root.email):
        call_command("take_away_factor", email, stdout=said)
    assert said.getvalue() == "Taken away: 1.\nThe account has no second factor.\n"
    assert not root.sessions.filter(ended_at=None).exists()
    noted = AuditEntry.objects.filter(act="factor", actor=None).values_list("person", "what")
    assert noted.get() == (root.pk, "-all")
    assert mail.outbox[-1].subject == "Quitamos la verificación en dos pasos de su cuenta"
    with pytest.raises(CommandError, match="no open account"):
        call_command("take_away_factor", "no@ejemplo.test")


# What a password alone may do -------------------------------------------------------------------

KEYS = [
    "account_change_password", "account_email", "mfa_activate_totp", "mfa_add_webauthn",
    "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_generate_recovery_codes",
    VIEW_CODES, "privacy:close", "privacy:export",
]  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_password_alone_changes_no_keys(frozen, as_, alice, name, method):
    """A session from before the factor, and whoever has the password."""
    client = as_(with_app(alice))
    RecoveryCodes.activate(alice)
    page = name if name.startswith("/") else reverse(name)
    proved(client)
    asks, before = reverse("mfa_reauthenticate"), reverse("privacy:mine")
    answer = getattr(client, method)(page, headers={"Referer": f"http://testserver{before}"})
    # What was sent is not kept: the page on which it was written comes after the code.
    back = page if method == "get" else before
    assert answer.url == f"{asks}?next={back}"
    assert client.post(asks, {"code": code_of(), "next": back}).url == back
    answer = client.get(back)
    activated = {reverse("mfa_activate_totp"): 302, reverse("privacy:export"): 405}
    assert answer.status_code == activated.get(back, 200)


@pytest.mark.parametrize("referer", ["", "https://evil.test/x", "//evil.test/x", "http://[::1"])
def test_after_the_code_nobody_is_led_elsewhere(frozen, as_, alice, referer):
    client = as_(with_app(alice))
    answer = client.post(reverse("privacy:export"), headers={"Referer": referer})
    assert answer.url == f"{reverse('mfa_reauthenticate')}?next=/"


def test_a_passkey_is_not_removed_by_a_password(frozen, as_, alice):
    Authenticator.objects.create(
        user=alice, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
    )
    page = reverse("accounts:passkey_remove", args=["1"])
    client = proved(as_(alice))
    asks = reverse("mfa_reauthenticate_webauthn")
    assert client.get(page).url == f"{asks}?next={page}"
    assert client.post(page, {"desde": "x"}).url == f"{asks}?next=/"


@pytest.mark.django_db(transaction=True)
def test_with_the_first_factor_other_browsers_are_out(frozen, alice):
    """Whoever had only the password, and was in already."""
    intruder, owner = StrictClient(), StrictClient()
    for browser in (intruder, owner):
        enter(browser, alice)
    proved(owner)
    secret = secret_on(owner.get(ACTIVATE).content.decode())
    assert owner.post(ACTIVATE, {"code": code_of(secret)}).url == VIEW_CODES
    pages = [browser.get(reverse("accounts:profile")).status_code for browser in (intruder, owner)]
    assert pages == [302, 200]
    assert owner.get(VIEW_CODES).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_with_a_second_one_nobody_is(frozen, alice):
    with_app(alice)
    browsers = StrictClient(), StrictClient()
    for steps, browser in enumerate(browsers):
        enter(browser, alice)
        browser.post(AUTHENTICATE, {"code": code_of(steps=-steps)})
    request = browsers[0].get(INDEX).wsgi_request
    more = Authenticator.objects.create(user=alice, type="webauthn", data={})
    authenticator_added.send(Authenticator, request=request, user=alice, authenticator=more)
    pages = [browser.get(reverse("accounts:profile")).status_code for browser in browsers]
    assert pages == [200, 200]


def test_keys_rotate(alice, settings):
    with_app(alice)
    (old,) = settings.CLINICAL_KEYS
    new = "new:" + "A" * 42 + "A="
    settings.CLINICAL_KEYS = [new, old]
    column = SecretColumn(Authenticator, "data")
    assert (reseal(column).done, reseal(column).done) == (1, 0)
    settings.CLINICAL_KEYS = [new]
    assert (check(column).done, check(column).unreadable) == (1, 0)
    assert Authenticator.objects.get().wrap().validate_code(code_of())


# Who must have one ------------------------------------------------------------------------------


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_FOR = ["staff", "doctors"]


def test_doctor_sets_it_up_before_what_is_clinical(frozen, required, as_, dr_chen):
    client = as_(dr_chen.user)
    page = reverse("portal:prescription_templates")
    assert client.get(page).url == f"{INDEX}?next={page}"
    assert "active una de las dos antes de seguir" in client.get(INDEX).content.decode()
    assert client.get(reverse("portal:agenda")).status_code == 200
    proved(client)
    client.post(ACTIVATE, {"code": code_of(secret_on(client.get(ACTIVATE).content.decode()))})


@pytest.mark.django_db(transaction=True)
def test_who_set_it_up_just_now_is_not_asked_again(frozen, required, as_, dr_chen):
    client = proved(as_(dr_chen.user))
    client.post(ACTIVATE, {"code": code_of(secret_on(client.get(ACTIVATE).content.decode()))})
    assert client.get(reverse("portal:prescription_templates")).status_code == 200


def test_another_session_is_asked_for_the_code(frozen, required, as_, dr_chen):
    client = as_(with_app(dr_chen.user))
    page = reverse("portal:prescription_templates")
    asks = reverse("mfa_reauthenticate")
    assert client.get(page).url == f"{asks}?next={page}"
    assert client.post(asks, {"code": code_of(), "next": page}).url == page
    assert client.get(page).status_code == 200


def test_log_in_with_the_code_is_enough(frozen, required, client, dr_chen):
    enter(client, with_app(dr_chen.user))
    client.post(AUTHENTICATE, {"code": code_of()})
    assert client.get(reverse("portal:prescription_templates")).status_code == 200


def test_staff_needs_it_for_the_admin(frozen, required, as_, erin):
    client = as_(erin)
    assert client.get(reverse("admin:index")).url == f"{INDEX}?next={reverse('admin:index')}"
    with_app(erin)
    client.post(reverse("mfa_reauthenticate"), {"code": code_of()})
    assert client.get(reverse("admin:index")).status_code == 200


def test_what_was_shown_counts_no_more_without_a_factor(frozen, required, client, dr_chen):
    enter(client, with_app(dr_chen.user))
    client.post(AUTHENTICATE, {"code": code_of()})
    page = reverse("portal:prescription_templates")
    assert client.get(page).status_code == 200
    assert proved(client).post(reverse("mfa_deactivate_totp")).url == INDEX
    assert client.get(page).url == f"{INDEX}?next={page}"


def test_patients_and_reception_choose(frozen, required, as_, alice, carla):
    assert as_(alice).get(reverse("appointments:mine")).status_code == 200
    assert as_(carla).get(reverse("portal:agenda")).status_code == 200


def test_strangers_learn_nothing_of_it(frozen, required, as_, alice):
    assert as_(alice).get(reverse("admin:index")).status_code == 404


def test_demo_says_that_it_is_left_off(as_, alice, settings):
    settings.DEMO = True
    assert "En esta demostración es voluntaria" in as_(alice).get(INDEX).content.decode()


# The admin --------------------------------------------------------------------------------------


def test_admin_shows_no_secret_and_takes_away_by_the_service(frozen, as_, alice, root):
    with_app(alice)
    key = Authenticator.objects.get()
    page = reverse("admin:mfa_authenticator_change", args=[key.pk])
    html = as_(root).get(page).content.decode()
    assert key.data["secret"] not in html
    act = {"action": "take_away", "_selected_action": [key.pk], "index": 0}
    page = reverse("admin:mfa_authenticator_changelist")
    assert 'name="reason"' in as_(root).post(page, act).content.decode()
    assert Authenticator.objects.exists()
    as_(root).post(page, {**act, "reason": "Perdió el teléfono, mostró su cédula"})
    assert not Authenticator.objects.exists()
    assert acts(alice) == [("factor", "-all")]
    entry = LogEntry.objects.get()
    assert entry.object_id == str(alice.pk)
    assert entry.get_change_message() == "Perdió el teléfono, mostró su cédula"


def test_doctor_without_it_sees_the_visit_and_not_why(frozen, required, as_, dr_chen, visit):
    visit.reason = "MOTIVO7Q"
    visit.save()
    browser = as_(dr_chen.user)
    for name in ("visit", "visit_cancel", "visit_reschedule"):
        html = browser.get(reverse(f"portal:{name}", args=[visit.public_id])).content.decode()
        assert "MOTIVO7Q" not in html
        assert "Alicia Vera" in html
    page = reverse("portal:visit", args=[visit.public_id])
    assert "Para verlo muestre su segundo paso." in browser.get(page).content.decode()
    with_app(dr_chen.user)
    session = browser.session
    session[SESSION_KEY] = dr_chen.user.pk
    session.save()
    assert "MOTIVO7Q" in browser.get(page).content.decode()
