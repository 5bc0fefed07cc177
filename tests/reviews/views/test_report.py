"""Reporting an opinion, and the rules of the house."""

import uuid

import pytest
from django.urls import reverse

from reviews.enums import Ground
from reviews.models import ReviewReport
from tests.factories import ReviewFactory

pytestmark = pytest.mark.django_db


def page(review):
    return reverse("reviews:report", args=[review.public_id])


def text(answer):
    return answer.content.decode()


def test_report_once(frozen, as_, bob, review):
    client = as_(bob)
    assert "Explica con paciencia." in text(client.get(page(review)))
    answer = client.post(page(review), {"ground": "health"})
    assert answer.url == reverse("opinions", args=[review.doctor.slug])
    assert [(r.by, r.ground) for r in ReviewReport.objects.all()] == [(bob, "health")]
    again = client.post(page(review), {"ground": "advert"})
    assert again.status_code == 409
    assert "Ya denunció esta opinión." in text(again)


@pytest.mark.parametrize("ground", ["", "low", "x" * 5000, "<script>"])
def test_report_needs_a_rule(frozen, as_, bob, review, ground):
    answer = as_(bob).post(page(review), {"ground": ground})
    assert answer.status_code == 422
    assert not ReviewReport.objects.exists()


def test_reports_are_limited(frozen, as_, bob, review, settings):
    settings.REVIEW_REPORTS_PER_DAY = 0
    answer = as_(bob).post(page(review), {"ground": "health"})
    assert answer.status_code == 429
    assert "Ha denunciado muchas opiniones hoy." in text(answer)


def test_what_is_not_shown_is_404(frozen, as_, client, bob, review):
    assert client.get(page(review)).url.startswith("/cuenta/login/")
    review.visit.status = "no_show"
    review.visit.save()
    absent = reverse("reviews:report", args=[uuid.uuid4()])
    for address in (page(review), absent):
        assert as_(bob).get(address).status_code == 404
        assert as_(bob).post(address, {"ground": "health"}).status_code == 404


def test_of_a_doctor_who_is_not_public_is_404(frozen, as_, bob):
    hidden = ReviewFactory(visit__clinic__doctor__is_published=False)
    assert as_(bob).get(page(hidden)).status_code == 404


def test_rules_name_every_reason(client):
    html = text(client.get(reverse("reviews:rules")))
    for ground in Ground:
        assert f'id="{ground.value}"' in html
        assert str(ground.label) in html
    assert client.post(reverse("reviews:rules")).status_code == 405
