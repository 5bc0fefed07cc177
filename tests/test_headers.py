"""The headers of every answer, and what production adds."""

import importlib
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from support.views import public as views
from tests.client import StrictClient
from tests.headers import assert_headers, policy_of

pytestmark = pytest.mark.django_db
PRODUCTION = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "check-only-0123456789-abcdefghij-KLMNOPQRST-uvwxyz-0123456789-XYZ",
    "ALLOWED_HOSTS": "doctobooking.example",
    "EMAIL_URL": "smtp+tls://user:word@127.0.0.1:1",
    "CLINICAL_KEYS": "check:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}
NAMES = [*PRODUCTION, "DEBUG", "TLS", "WEB_WORKERS", "WEB_THREADS", "DATABASE_CONNECTIONS",
         "ONLINE_PAYMENTS", "ONLINE_PAYMENTS_SECRET", "SUPPORT_INBOUND_SECRET"]  # fmt: skip


@pytest.fixture
def production(monkeypatch):
    """The production settings as they would be read with these variables."""

    def read(**changed):
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in {**PRODUCTION, **changed}.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        monkeypatch.delitem(sys.modules, "doctobooking.settings.production", raising=False)
        return importlib.import_module("doctobooking.settings.production")

    yield read
    sys.modules.pop("doctobooking.settings.production", None)


def test_every_kind_of_answer_has_the_headers(frozen, as_, alice, clinic):
    client = as_(alice)
    paths = [
        *("/", "/buscar/", "/mis-citas/", "/cuenta/perfil/", "/cuenta/password/change/"),
        *("/no-hay/", "/buscar/?q=%00", "/robots.txt", "/healthz", "/idioma/", "/agenda/"),
        reverse("slots", args=["ana-molina-paz"]),
    ]
    for path in paths:
        assert_headers(client.get(path))
    assert_headers(StrictClient().get("/cuenta/login/"))
    assert_headers(StrictClient(enforce_csrf_checks=True).post("/cuenta/login/"))
    assert_headers(StrictClient().get("/mis-citas/"))


def test_only_the_widget_may_be_framed(frozen, as_, alice, clinic):
    """All else that is said of every page holds for it too."""
    path = reverse("widget", args=["ana-molina-paz"])
    for browser in (StrictClient(), as_(alice)):
        answer = browser.get(path, {"semana": "2026-W49", "tema": "oscuro"})
        assert policy_of(answer).pop("frame-ancestors") == ["*"]
        assert "X-Frame-Options" not in answer
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        answer["Cross-Origin-Resource-Policy"] = "same-origin"
        answer["X-Frame-Options"] = "DENY"
        answer["Content-Security-Policy"] = answer["Content-Security-Policy"].replace(
            "frame-ancestors *", "frame-ancestors 'none'"
        )
        assert_headers(answer)
    for other in (path.replace("ana", "no"), reverse("slots", args=["ana-molina-paz"])):
        assert_headers(StrictClient().get(other))


def test_500_and_503_have_the_headers(monkeypatch):
    def broken(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(views, "render", broken)
    answer = StrictClient(raise_request_exception=False).get("/ayuda/")
    assert answer.status_code == 500
    assert_headers(answer)


def test_cookies_are_not_for_scripts(client, alice):
    client.post(
        "/cuenta/login/", {"login": "alice@ejemplo.test", "password": "una-clave-larga-2026"}
    )
    client.get("/cuenta/perfil/")
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_no_page_asks_anybody_else(client, clinic):
    """Scripts, styles and pictures are ours; other sites are links that people follow."""
    for path in ("/", "/buscar/", reverse("doctor", args=["ana-molina-paz"]), "/cuenta/login/"):
        html = client.get(path).content.decode()
        for tag in html.split("<")[1:]:
            # Where the page lives is said by whole addresses; nobody asks them.
            if 'rel="canonical"' in tag or 'rel="alternate"' in tag:
                continue
            if tag.startswith(("script", "link", "img", "iframe", "form")):
                # A drawing in the page names its language by an address that nobody asks.
                asked = tag.split(">")[0].replace("xmlns='http://www.w3.org/2000/svg'", "")
                assert "http://" not in asked, path
                assert "https://" not in asked, path


def test_production_is_hardened(production):
    settings = production()
    assert settings.SECURE_HSTS_SECONDS >= 31_536_000
    assert settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
    assert settings.SECURE_SSL_REDIRECT
    assert settings.SESSION_COOKIE_SECURE
    assert settings.CSRF_COOKIE_SECURE
    assert settings.DEBUG is False
    assert settings.DEMO is False
    assert not any("demo" in app or "preview" in app for app in settings.INSTALLED_APPS)


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_does_not_start_without(production, name):
    with pytest.raises(ImproperlyConfigured, match=f"cannot start without {name}"):
        production(**{name: None})


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be 50"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 60}, "SECRET_KEY must be 50"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"WEB_WORKERS": "20", "WEB_THREADS": "8"}, "DATABASE_CONNECTIONS"),
        ({"SUPPORT_INBOUND_SECRET": "x" * 31}, "SUPPORT_INBOUND_SECRET must be 32"),
        ({"ONLINE_PAYMENTS": "demo"}, "ONLINE_PAYMENTS must be one of"),
        ({"ONLINE_PAYMENTS": "demo", "ONLINE_PAYMENTS_SECRET": "short"}, "of 32 random"),
        ({"ONLINE_PAYMENTS": "other", "ONLINE_PAYMENTS_SECRET": "x" * 32}, "must be one of"),
    ],
)
def test_production_refuses_what_is_not_safe(production, changed, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        production(**changed)


def test_nobody_takes_payments_online_unless_named(production):
    assert production().ONLINE_PAYMENTS == ""
    named = {"ONLINE_PAYMENTS": "demo", "ONLINE_PAYMENTS_SECRET": "x" * 32}
    assert production(**named).ONLINE_PAYMENTS == "demo"


def test_mails_to_support_come_in_only_with_a_secret_of_some_length(production):
    """Without one the door is shut, which is safe, too."""
    assert production().SUPPORT_INBOUND_SECRET == ""
    assert production(SUPPORT_INBOUND_SECRET="x" * 32).SUPPORT_INBOUND_SECRET == "x" * 32


def test_strict_transport_is_said_on_tls(client, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    answer = StrictClient().get("/healthz", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
