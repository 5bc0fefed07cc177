"""A new password by mail."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.http import int_to_base36

from tests.client import StrictClient
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
RESET = reverse("account_reset_password")
NEW = "una-clave-nueva-2026"


def mailed_link():
    return re.search(r"https?://testserver(/\S+)", mail.outbox[-1].body)[1]


def shown(client, email):
    answer = client.post(RESET, {"email": email})
    page = client.get(answer.url).content.decode().replace(email, "")
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return answer.status_code, answer.url, page


def test_reset_mails_a_link_that_sets_a_new_password(client, alice):
    answer = client.post(RESET, {"email": "Alice@ejemplo.test"})
    assert answer.url == reverse("account_reset_password_done")
    assert mail.outbox[0].to == ["alice@ejemplo.test"]
    page = client.get(mailed_link(), follow=True)
    assert "Elija una contraseña nueva" in page.content.decode()
    form = page.request["PATH_INFO"]
    answer = client.post(form, {"password1": NEW})
    assert answer.url == reverse("account_reset_password_from_key_done")
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert client.get(answer.url).status_code == 200


def test_reset_keeps_the_secret_out_of_the_address(client, alice):
    """The link answers with a redirect: no key in Referer or history of what follows."""
    client.post(RESET, {"email": "alice@ejemplo.test"})
    link = mailed_link()
    answer = client.get(link)
    assert answer.status_code == 302
    assert link.rstrip("/").rpartition("-")[2] not in answer.url


def test_reset_link_names_the_account_by_what_cannot_be_counted(client, alice):
    """The library's own has the account's sequential key in base 36, and still reads it."""
    client.post(RESET, {"email": "alice@ejemplo.test"})
    link = mailed_link()
    name, _hyphen, _token = link.rpartition("/key/")[2].partition("-")
    assert name == alice.public_id.hex
    counted = link.replace(f"{name}-", f"{int_to_base36(alice.pk)}-")
    assert "El enlace ya no sirve" in client.get(counted, follow=True).content.decode()
    assert "Elija una contraseña nueva" in client.get(link, follow=True).content.decode()


def test_reset_link_serves_once(client, alice):
    client.post(RESET, {"email": "alice@ejemplo.test"})
    link = mailed_link()
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": NEW})
    assert "El enlace ya no sirve" in StrictClient().get(link, follow=True).content.decode()


def test_reset_ends_the_sessions_of_before(as_, client, alice):
    other = as_(alice)
    client.post(RESET, {"email": "alice@ejemplo.test"})
    client.post(client.get(mailed_link(), follow=True).request["PATH_INFO"], {"password1": NEW})
    assert other.get(reverse("appointments:mine")).status_code == 302


@pytest.mark.parametrize(
    "password", ["", "corta", "1234567890", "alice@ejemplo.test", "x" * 10_000]
)
def test_reset_refuses_weak_passwords(client, alice, password):
    client.post(RESET, {"email": "alice@ejemplo.test"})
    form = client.get(mailed_link(), follow=True).request["PATH_INFO"]
    answer = client.post(form, {"password1": password})
    assert answer.status_code == 422
    assert "Hay un problema" in answer.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_reset_tells_nobody_who_has_an_account(alice):
    known = shown(StrictClient(), "alice@ejemplo.test")
    assert known == shown(StrictClient(), "nadie@ejemplo.test")
    assert known[0] == 302


@pytest.mark.parametrize(
    "email", ["", "x", "a@b", "alice@ejemplo.test\r\nBcc: x@y.test", "a" * 10_000]
)
def test_reset_refuses_what_is_no_address(client, alice, email):
    answer = client.post(RESET, {"email": email})
    assert answer.status_code == 422
    assert mail.outbox == []


@pytest.mark.parametrize(
    "key",
    ["1-x", "zzzzzzzzzzzzzz-x", "0-0", "x-set-password", "1-" + "a" * 3000, "1-%00", "ÿ-x",
     "f" * 32 + "-x"],
)  # fmt: skip
def test_reset_with_a_made_up_link(client, key):
    answer = client.get(f"/cuenta/password/reset/key/{key}/", follow=True)
    assert answer.status_code in (200, 400, 404)
    if answer.status_code == 200:
        assert "El enlace ya no sirve" in answer.content.decode()
