"""Times on the team's pages say whose clock they are on: the reader's, and a visit's its own."""

import pytest
from django.urls import reverse

from core.templatetags.when import or_home
from doctors.models import LicenceCheck
from reviews.models import ReviewDecision
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ReviewFactory, UserFactory
from tests.support.world import asked

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
CLOCKS = [
    ("UTC", "lunes 23 de noviembre, 9:00", "hora de Ecuador (GMT-5)"),
    ("Europe/Madrid", "lunes 23 de noviembre, 15:00", "hora de Madrid (GMT+1)"),
]


def test_the_zone_of_who_chose_none():
    assert [or_home(zone) for zone in ("", "UTC", "Europe/Madrid")] == [
        "America/Guayaquil", "America/Guayaquil", "Europe/Madrid",
    ]  # fmt: skip


@pytest.fixture(params=CLOCKS)
def look(request, frozen, root, as_):
    """A page as somebody of the team reads it; what must stand on it."""
    zone, at, name = request.param
    root.time_zone = zone
    root.save(update_fields=["time_zone"])

    def read(route, row):
        html = as_(root).get(reverse(f"admin:{route}", args=[row.pk])).content.decode()
        assert at in html and name in html
        assert "14:00" not in html
        return html

    return read


def test_a_question(look, alice, clinic):
    clinic.zone = "Pacific/Galapagos"
    clinic.save(update_fields=["zone"])
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(),
                               starts_at=NOW.replace(day=24, hour=15))  # fmt: skip
    html = look("support_ticket_attend", asked(alice, visit=visit))
    assert "martes 24 de noviembre, 9:00, hora de Galápagos (GMT-6)" in html


def test_a_licence(look, dr_chen):
    LicenceCheck.objects.create(doctor=dr_chen, number="1", verdict="refused", reason="x",
                                checked_by=UserFactory(), checked_at=NOW)  # fmt: skip
    look("doctors_doctor_licence", dr_chen)


def test_an_opinion(look):
    review = ReviewFactory()
    ReviewDecision.objects.create(review=review, act="hide", ground="health", by=UserFactory(),
                                  at=NOW)  # fmt: skip
    look("reviews_review_decide", review)
