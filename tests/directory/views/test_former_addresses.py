"""Addresses that a profile had before lead to the one that it has."""

import pytest
from django.urls import reverse

from doctors.models import FormerSlug

pytestmark = pytest.mark.django_db
PAGES = ["doctor", "slots", "slots_stream", "slots_mark", "widget"]


@pytest.fixture
def renamed(clinic):
    FormerSlug.objects.create(doctor=clinic.doctor, slug="ana-paz")
    return clinic.doctor


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", ["", "?semana=2026-W49&consultorio=%3Cx%3E&x=%0d%0aA:b"])
def test_former_address_moved_for_ever(frozen, client, renamed, page, query):
    answer = client.get(reverse(page, args=["ana-paz"]) + query)
    assert (answer.status_code, answer["Location"]) == (
        301,
        reverse(page, args=["ana-molina-paz"]) + query,
    )
    assert answer["Cache-Control"] == "no-cache"
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_former_address_of_who_is_not_public_is_404(client, renamed, page):
    renamed.is_published = False
    renamed.save()
    assert client.get(reverse(page, args=["ana-paz"])).status_code == 404
