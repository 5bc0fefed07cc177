"""Bad input at the pages about opinions: a sentence and 4xx, nothing stored, nothing unescaped."""

import pytest
from django.test import Client
from django.urls import reverse

from notifications.links import token_of
from reviews.models import Review, ReviewAppeal, ReviewDecision, ReviewReply, ReviewReport
from tests.factories import AttendedFactory, MessageFactory, PatientFactory, ReviewFactory
from tests.reviews.world import decided
from tests.test_hostile import SCRIPT, VALUES, Door, assault, filters, logged_in, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
GOOD = {"general": "4", "explanation": "5", "punctuality": "3", "treatment": "4", "text": "Bien."}
MORE = ("act", "status", "author", "doctor", "visit", "is_frozen", "hidden_for", "created_at")
LONG = {"100,000 characters": "x" * 100_000, "emoji": "👩🏽‍⚕️" * 3000, "rtl": "\u202e" * 5000}


@pytest.fixture
def review(frozen, clinic, alice):
    return decided(clinic, alice.patients.get())


def said():
    return [list(model.objects.order_by("pk").values())
            for model in (Review, ReviewReply, ReviewReport, ReviewAppeal)]  # fmt: skip


def test_opinion(frozen, alice, clinic):
    """Refused each time, so that one visit serves for all: a grade is always missing."""
    visit = AttendedFactory(clinic=clinic, patient=alice.patients.get())
    path, here = reverse("reviews:opinion", args=[visit.public_id]), logged_in(alice)()
    for value in [*VALUES.values(), *LONG.values()]:
        for data in (dict.fromkeys((*GOOD, *MORE), value), {**GOOD, "general": value},
                     {**GOOD, "text": value, "treatment": "0"}, {"text": value}):  # fmt: skip
            answer = here.post(path, data)
            show(answer)
            assert answer.status_code in (400, 422)
    assert not Review.objects.exists()


def test_opinion_edit(review, alice):
    path = reverse("reviews:opinion_edit", args=[review.visit.public_id])
    door = Door(logged_in(alice), path, GOOD, [*GOOD], refuses=())
    assault(door)
    for value in LONG.values():
        show(door.knock({"text": value}))
    row = Review.objects.get()
    assert (row.author, row.status, row.doctor) == (alice, "published", review.doctor)
    show(Client().get(reverse("opinions", args=[review.doctor.slug])))


def test_extra_fields_change_nothing(review, alice, bob):
    path = reverse("reviews:opinion_edit", args=[review.visit.public_id])
    for value in (str(bob.pk), "hidden", "true", SCRIPT):
        logged_in(alice)().post(path, {**GOOD, **dict.fromkeys(MORE[1:], value)})
    row = Review.objects.get()
    assert (row.author, row.status, row.is_frozen, row.hidden_for, row.created_at) == (
        alice, "published", False, "", review.created_at,
    )  # fmt: skip


def test_report_and_reply_and_appeal(review, alice, bob, dr_chen):
    report = reverse("reviews:report", args=[review.public_id])
    reply = reverse("portal:opinion_reply", args=[review.public_id])
    appeal = reverse("portal:opinion_appeal", args=[review.public_id])
    before = said()
    for value in [*VALUES.values(), *LONG.values()]:
        answer = logged_in(bob)().post(report, dict.fromkeys(("ground", *MORE), value))
        show(answer)
        assert answer.status_code == 422
        for path in (reply, appeal):
            answer = logged_in(dr_chen.user)().post(path, {"text": value + "\x00"})
            show(answer)
            assert answer.status_code == 422
    assert said() == before
    for value in VALUES.values():
        show(logged_in(dr_chen.user)().post(reply, {"text": value}))
        show(logged_in(dr_chen.user)().get(reverse("portal:opinions")))


def test_pages_that_are_looked_at(review, alice):
    slug = [review.doctor.slug]
    assault(filters(Client(), reverse("opinions", args=slug), ["orden", "pagina"]))
    assault(filters(logged_in(review.doctor.user)(), reverse("portal:opinions"), ["pagina"]))


def test_decisions(review, root):
    path = reverse("admin:reviews_review_decide", args=[review.pk])
    ReviewReport.objects.create(review=review, by=root, ground="health", at=review.created_at)
    browser = logged_in(root)()
    for value in [*VALUES.values(), *LONG.values()]:
        whole = dict.fromkeys(("act", "ground", "note"), value)
        noted = {"act": "keep", "note": value + "\x00"}
        for data in (whole, {"act": "hide", "ground": value}, noted):
            answer = browser.post(path, data)
            show(answer)
            assert answer.status_code in (400, 422), data
    assert ReviewDecision.objects.count() == 1


def test_the_link(frozen, clinic, dr_chen):
    guest = PatientFactory(account=None, email="r@e.test")
    visit = AttendedFactory(clinic=clinic, patient=guest, booked_by=dr_chen.user)
    message = MessageFactory(visit=visit, kind="feedback", address="r@e.test")
    path = reverse("notifications:link_opinion", args=[token_of(message)])
    for value in [*VALUES.values(), *LONG.values()]:
        answer = Client().post(path, dict.fromkeys((*GOOD, *MORE), value))
        show(answer)
        assert answer.status_code in (400, 422)
    assert not Review.objects.exists()


def test_a_name_is_no_markup(frozen, clinic):
    patient = PatientFactory(first_names="<b>", last_names="'\"x7q=")
    ReviewFactory(visit=AttendedFactory(clinic=clinic, patient=patient), text=SCRIPT)
    show(Client().get(reverse("opinions", args=[clinic.doctor.slug])))
    html = Client().get(reverse("doctor", args=[clinic.doctor.slug])).content.decode()
    # Data for machines stand in a block that nobody runs, with its signs escaped.
    assert "<script>alert(" not in html and "<img src=x7q" not in html
