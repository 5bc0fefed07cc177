"""What holds for every request."""

import pytest
from django.urls import reverse

from tests.client import StrictClient

pytestmark = pytest.mark.django_db


def is_private(answer):
    wanted = {"no-store", "private", "no-cache"}
    return wanted <= {part.strip() for part in answer.get("Cache-Control", "").split(",")}


def test_pages_of_somebody_logged_in_are_stored_nowhere(frozen, as_, alice, clinic):
    client = as_(alice)
    for path in ("/", "/buscar/", "/mis-citas/", "/cuenta/perfil/", "/no-hay/", "/buscar/?q=%00",
                 reverse("doctor", args=["ana-molina-paz"])):  # fmt: skip
        assert is_private(client.get(path)), path


def test_a_booking_before_the_log_in_is_stored_nowhere(walk):
    walk.hold()
    assert is_private(walk.look("hold"))
    assert is_private(walk.client.get("/cuenta/login/"))


def test_public_pages_of_strangers_may_be_kept(client, clinic):
    for path in ("/", "/buscar/", reverse("doctor", args=["ana-molina-paz"])):
        assert not is_private(client.get(path)), path


def test_fragments_and_pages_are_told_apart_by_caches(client, clinic):
    path = reverse("slots", args=["ana-molina-paz"])
    page, fragment = client.get(path), client.get(path, headers={"HX-Request": "true"})
    assert "HX-Request" in page["Vary"]
    assert "HX-Request" in fragment["Vary"]
    assert "<html" in page.content.decode()
    assert "<html" not in fragment.content.decode()


def test_refused_form_of_a_librarys_view_is_422(client):
    assert client.post(reverse("account_login"), {}).status_code == 422
    assert client.get(reverse("account_login")).status_code == 200


def test_cookie_with_nul_is_no_cookie(client, alice):
    answer = StrictClient().get("/mis-citas/", headers={"Cookie": 'sessionid="\\000aaaaaaaaaaaa"'})
    assert answer.status_code == 302


def test_each_answer_has_a_request_id_of_its_own(client):
    one, other = (client.get("/").headers.get("X-Request-ID") for _n in range(2))
    assert one != other or (one, other) == (None, None)
