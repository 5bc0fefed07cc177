"""The page behind a link that a consultorio sent."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_link_that_was_never_ours_is_closed_to_everybody(client, as_, alice):
    address = reverse("invitation", args=["0.0"])
    for browser in (client, as_(alice)):
        for method in (browser.get, browser.post):
            answer = method(address)
            assert answer.status_code == 404
            assert "Esta invitación ya no sirve" in answer.content.decode()


def test_invitation_takes_no_other_method(client):
    assert client.put(reverse("invitation", args=["0.0"])).status_code == 405
