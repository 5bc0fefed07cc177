"""Pages about opinions speak one language."""

import pytest
from django.urls import reverse

from accounts.models import User
from notifications.links import token_of
from reviews.enums import Ground
from reviews.models import Review, ReviewReport
from tests.factories import AttendedFactory, MessageFactory, PatientFactory, ReviewFactory
from tests.languages.browser import page
from tests.reviews.world import decided

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
GOOD = {"general": "4", "explanation": "5", "punctuality": "3", "treatment": "4", "text": "Bravo"}
BAD = ({}, {**GOOD, "general": "9"}, {**GOOD, "text": "x" * 2001}, {**GOOD, "text": "www.x.test"},
       {**GOOD, "text": "a\x07"})  # fmt: skip


@pytest.fixture
def her():
    return lambda: User.objects.get(email="alice@ejemplo.test").patients.get()


def own(visit, name="opinion"):
    return reverse(f"reviews:{name}", args=[visit.public_id])


def quiet(review):
    Review.objects.filter(pk=review.pk).update(text="Bravo")


def test_public_opinions_speak_one_language(reader, clinic, frozen):
    for n in range(7):
        ReviewFactory(visit=AttendedFactory(clinic=clinic, starts_at=frozen.replace(day=n + 1)),
                      general=1 + n % 5, text="Bravo" * (1 + n * 50))  # fmt: skip
    for address in (reverse("doctor", args=[clinic.doctor.slug]), reverse("reviews:rules"),
                    reverse("opinions", args=[clinic.doctor.slug])):  # fmt: skip
        reader.get(address)
    for n in range(20):
        AttendedFactory(clinic=clinic, starts_at=frozen.replace(month=10, day=n + 1))
    Review.objects.update(text="Bravo")
    for order in ("mejores", "peores"):
        reader.get(reverse("opinions", args=[clinic.doctor.slug]), {"orden": order})


def test_own_opinion_speaks_one_language(her_reader, clinic, frozen, her):
    visit = AttendedFactory(clinic=clinic, patient=her())
    her_reader.get(reverse("appointments:mine"), {"ver": "pasadas"})
    her_reader.get(own(visit))
    for answers in (*BAD, {**GOOD, "act": "preview"}, GOOD, {**GOOD, "general": "1"}):
        her_reader.post(own(visit), answers)
    her_reader.get(own(visit, "opinion_edit"))
    for answers in (*BAD, {**GOOD, "general": "2"}):
        her_reader.post(own(visit, "opinion_edit"), answers)
    her_reader.get(own(visit))
    for ground in Ground.values:
        Review.objects.update(status="hidden", hidden_for=ground)
        her_reader.get(own(visit))
    her_reader.get(own(visit, "opinion_withdraw"))
    her_reader.post(own(visit, "opinion_withdraw"))
    coming = AttendedFactory(clinic=clinic, patient=her(), status="no_show",
                             starts_at=frozen.replace(day=2))  # fmt: skip
    her_reader.get(own(coming))


def test_appeals_and_reports_speak_one_language(her_reader, clinic, her, dr_diaz, frozen):
    review = decided(clinic, her())
    quiet(review)
    for answers in ({}, {"text": "Bravo"}):
        her_reader.post(own(review.visit, "opinion_appeal"), answers)
    other = ReviewFactory(visit=AttendedFactory(clinic=clinic, starts_at=frozen.replace(day=3)),
                          text="Bravo")  # fmt: skip
    address = reverse("reviews:report", args=[other.public_id])
    her_reader.get(address)
    for answers in ({}, {"ground": "advert"}, {"ground": "health"}):
        her_reader.post(address, answers)


def test_opinions_of_the_doctor_speak_one_language(ana, clinic, alice, dr_chen, frozen):
    ana.get(page("opinions"))
    review = decided(clinic, alice.patients.get())
    quiet(review)
    ana.get(page("opinions"))
    ana.get(page("opinion_reply", review))
    for words in ("", "www.x.test", "Bravo", "Bravo, bravo"):
        ana.post(page("opinion_reply", review), {"text": words})
    ana.get(page("opinion_appeal", review))
    for words in ("", "Bravo", "Bravo"):
        ana.post(page("opinion_appeal", review), {"text": words})
    ReviewReport.objects.create(review=review, by=dr_chen.user, ground="advert", at=frozen)
    ana.get(page("opinions"))
    Review.objects.update(status="hidden", hidden_for="insult")
    ana.get(page("opinions"))


def test_the_link_speaks_one_language(reader, language, clinic, dr_chen):
    guest = PatientFactory(account=None, email="nadie@ejemplo.test")
    visit = AttendedFactory(clinic=clinic, patient=guest, booked_by=dr_chen.user)
    message = MessageFactory(visit=visit, kind="feedback", address="nadie@ejemplo.test")
    address = reverse("notifications:link_opinion", args=[token_of(message)])
    reader.get(address)
    for answers in (*BAD, GOOD, {"act": "withdraw"}):
        reader.post(address, answers)
    reader.get(address)
