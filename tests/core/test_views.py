"""What went wrong, and one way out."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse

from directory.views import public as views
from doctors.models import Specialty
from tests.client import StrictClient
from tests.headers import assert_headers

pytestmark = pytest.mark.django_db


class Forgiving(StrictClient):
    def __init__(self, **kwargs):
        super().__init__(raise_request_exception=False, **kwargs)


def fail_with(monkeypatch, error):
    def broken(**_fields):
        raise error

    monkeypatch.setattr(Specialty.objects, "filter", broken)


def test_absent_page_is_404_of_the_house(client):
    answer = client.get("/no-hay/")
    assert answer.status_code == 404
    assert "No encontramos esa página" in answer.content.decode()
    assert 'href="/buscar/"' in answer.content.decode()


def test_damaged_request_is_400_of_the_house(client):
    answer = client.get("/buscar/?q=%00")
    assert answer.status_code == 400
    assert "No entendimos lo que envió su navegador" in answer.content.decode()


def test_missing_token_is_403_of_the_house():
    answer = StrictClient(enforce_csrf_checks=True).post("/cuenta/login/", {})
    assert answer.status_code == 403
    assert "Por seguridad, no guardamos ese envío" in answer.content.decode()


def test_foreign_origin_is_403(as_, alice):
    client = as_(alice)
    client.handler.enforce_csrf_checks = True
    client.get("/cuenta/perfil/")
    token = client.cookies["csrftoken"].value
    for origin in ("https://malo.test", "null"):
        data = {"csrfmiddlewaretoken": token, "first_names": "x"}
        answer = client.post("/cuenta/perfil/", data, headers={"Origin": origin})
        assert answer.status_code == 403


def test_forbidden_is_403_of_the_house(client, monkeypatch):
    fail_with(monkeypatch, PermissionDenied())
    answer = client.get("/")
    assert answer.status_code == 403
    assert "No puede abrir esta página" in answer.content.decode()


def test_own_fault_is_500_of_the_house_without_a_trace(monkeypatch):
    fail_with(monkeypatch, ZeroDivisionError("SECRETO"))
    answer = Forgiving().get("/")
    html = answer.content.decode()
    assert answer.status_code == 500
    assert "Algo falló de nuestro lado" in html
    for word in ("SECRETO", "ZeroDivision", "Traceback", "directory/"):
        assert word not in html


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_database_away_is_503_of_the_house(monkeypatch, error):
    fail_with(monkeypatch, error)
    answer = Forgiving().get("/")
    assert answer.status_code == 503
    assert "Volvemos en un momento" in answer.content.decode()
    assert answer["Retry-After"] == "30"


def test_every_page_is_503_while_the_database_is_away(no_database, alice, clinic):
    client = Forgiving()
    client.force_login(alice)
    slots = reverse("slots", args=["ana-molina-paz"])
    with no_database():
        for path in ("/", "/buscar/", "/mis-citas/", "/cuenta/perfil/", "/cuenta/login/", slots):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert "Volvemos en un momento" in answer.content.decode()
        for path in ("/cuenta/perfil/", "/cuenta/login/"):
            assert client.post(path, {"login": "a@b.test", "password": "x"}).status_code == 503
    assert client.get("/mis-citas/").status_code == 200


def test_anonymous_pages_without_data_do_without_the_database(no_database):
    client = Forgiving()
    with no_database():
        assert client.get("/ayuda/").status_code == 200
        assert client.get("/robots.txt").status_code == 200
        assert client.get("/no-hay/").status_code == 404
        assert client.get("/healthz").status_code == 200
        assert client.get("/cuenta/login/").status_code == 200


def test_500_needs_no_database(no_database, alice, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    client = Forgiving()
    client.force_login(alice)
    monkeypatch.setattr(views, "render", broken)
    with no_database():
        answer = client.get("/ayuda/")
    assert answer.status_code in (500, 503)
    assert "Doctobooking" in answer.content.decode()


@pytest.mark.parametrize(("status", "path"), [(404, "/no-hay/"), (400, "/buscar/?q=%00")])
def test_error_pages_speak_english_too(status, path):
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get(path)
    assert answer.status_code == status
    assert '<html lang="en">' in answer.content.decode()


@pytest.mark.parametrize(("who", "sees"), [("erin", True), ("alice", False)])
def test_staff_find_their_desk(as_, request, who, sees):
    html = as_(request.getfixturevalue(who)).get("/ayuda/").content.decode()
    assert (f'href="{reverse("admin:index")}"' in html) is sees


def test_step_of_a_form_that_is_opened_by_hand_is_405_of_the_house(as_, alice):
    """A browser that reloads it, a person who types it."""
    page = {"Accept": "text/html,application/xhtml+xml"}
    for browser in (StrictClient(), as_(alice)):
        answer = browser.get(reverse("csp_report"), headers=page)
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert "Esta dirección es un paso de un formulario" in answer.content.decode()
        assert_headers(answer)
    bare = StrictClient().get(reverse("csp_report"))
    assert (bare.status_code, bare["Allow"], bare.content) == (405, "POST", b"")
