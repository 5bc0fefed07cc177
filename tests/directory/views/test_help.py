import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_help_is_open_to_everybody(client, as_, alice):
    assert client.get(reverse("help")).status_code == 200
    assert as_(alice).get(reverse("help")).status_code == 200
    assert client.post(reverse("help")).status_code == 405
