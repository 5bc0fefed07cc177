"""The patient's page about their feed."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import CalendarFeed

pytestmark = pytest.mark.django_db
PAGE = reverse("appointments:calendar_feed")


def shown(client):
    html = unescape(client.get(PAGE).content.decode())
    found = re.search(r'value="(http[^"]+\.ics)"', html)
    return found and found[1], html


def test_make_show_renew_stop(frozen, as_, alice, visit, settings):
    her = as_(alice)
    address, html = shown(her)
    assert address is None
    assert "Crear el enlace" in html
    assert her.post(PAGE, {"act": "make"}).url == PAGE
    first, html = shown(her)
    assert first.startswith(f"{settings.SITE_URL}/calendario/")
    assert f'href="webcal:{first.partition(":")[2]}"' in html
    assert "Ningún programa la ha leído todavía." in html
    path = first.removeprefix(settings.SITE_URL)
    assert b"Cita con Dra. Ana" in Client().get(path).content
    assert "Leída por última vez el" in shown(her)[1]
    her.post(PAGE, {"act": "make"})
    second, _html = shown(her)
    assert second != first
    assert Client().get(path).status_code == 404
    her.post(PAGE, {"act": "stop"})
    assert shown(her)[0] is None
    assert Client().get(second.removeprefix(settings.SITE_URL)).status_code == 404
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 0


def test_everybody_has_their_own(frozen, as_, alice, bob):
    as_(alice).post(PAGE, {"act": "make"})
    assert shown(as_(bob))[0] is None
    as_(bob).post(PAGE, {"act": "stop"})
    assert shown(as_(alice))[0]


def test_looking_makes_nothing(as_, alice):
    shown(as_(alice))
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("act", ["", "zzz", "MAKE"])
def test_other_acts_are_refused(as_, alice, act):
    assert as_(alice).post(PAGE, {"act": act}).status_code == 422
    assert not CalendarFeed.objects.exists()


def test_anonymous_goes_to_log_in(client):
    assert client.get(PAGE).url.startswith("/cuenta/login/")


def test_wrong_method(as_, alice):
    assert as_(alice).put(PAGE).status_code == 405


def test_page_is_in_the_accounts_navigation(as_, alice):
    assert f'href="{PAGE}"' in as_(alice).get(reverse("accounts:profile")).content.decode()
