import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_help_is_open_to_everybody(client, as_, alice):
    assert client.get(reverse("help")).status_code == 200
    assert as_(alice).get(reverse("help")).status_code == 200
    assert client.post(reverse("help")).status_code == 405


def test_help_answers_patients_and_doctors(client):
    html = client.get(reverse("help")).content.decode()
    assert html.count("<h2") == 2
    assert html.count("<summary>") >= 12
