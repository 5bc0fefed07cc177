"""The queue of the moderation team: reported and appealed first, nothing of the patient."""

import pytest
from django.urls import reverse

from reviews.enums import Act, Ground
from reviews.models import ReviewDecision
from reviews.services.moderating import decide
from reviews.services.reporting import appeal_decision, report_review
from tests.factories import AttendedFactory, PatientFactory, ReviewFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:reviews_review_changelist")


def page(review):
    return reverse("admin:reviews_review_decide", args=[review.pk])


@pytest.fixture
def reported(review, bob, now):
    report_review(review=review, ground=Ground.HEALTH, by=bob, now=now)
    return review


def test_what_waits_stands_first(frozen, as_, moderator, clinic, reported):
    late = ReviewFactory(
        visit=AttendedFactory(clinic=clinic, starts_at=frozen.replace(day=17)),
        created_at=frozen, text="Sin quejas",
    )  # fmt: skip
    html = as_(moderator).get(LIST).content.decode()
    assert html.index(page(reported)) < html.index(page(late))
    only = as_(moderator).get(LIST, {"cola": "open"}).content.decode()
    assert (page(reported) in only, page(late) in only) == (True, False)


def test_a_moderator_hides_with_a_reason(frozen, as_, moderator, reported):
    client = as_(moderator)
    html = client.get(page(reported)).content.decode()
    assert "Explica con paciencia." in html
    assert "Cuenta datos de salud (1)" in html
    answer = client.post(page(reported), {"act": "hide", "ground": "health", "note": "NOTA7Q"})
    assert answer.url == f"{LIST}?cola=open"
    reported.refresh_from_db()
    assert (reported.status, reported.hidden_for) == ("hidden", "health")
    decision = ReviewDecision.objects.get()
    assert (decision.by, decision.note) == (moderator, "NOTA7Q")
    assert "NOTA7Q" in client.get(page(reported)).content.decode()


def test_hiding_without_a_reason_is_refused(frozen, as_, moderator, reported):
    answer = as_(moderator).post(page(reported), {"act": "hide", "note": "Lo que escribí"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Elija por qué se oculta." in html
    assert "Lo que escribí" in html
    assert not ReviewDecision.objects.exists()


def test_a_refusal_is_said(frozen, as_, moderator, clinic):
    review = ReviewFactory(
        visit=AttendedFactory(clinic=clinic, patient=PatientFactory(account=moderator))
    )
    answer = as_(moderator).post(page(review), {"act": "hide", "ground": "advert"})
    assert answer.status_code == 422
    assert "Usted es parte en este caso" in answer.content.decode()


def test_an_appeal_is_read_and_answered(frozen, as_, moderator, review, alice, now):
    hidden = decide(review=review, act=Act.HIDE, ground=Ground.HEALTH, note="", actor=moderator,
                    now=now)  # fmt: skip
    appeal_decision(decision=hidden, text="No digo nada de salud", by=alice, now=now)
    client = as_(moderator)
    assert page(review) in client.get(LIST, {"cola": "open"}).content.decode()
    assert "No digo nada de salud" in client.get(page(review)).content.decode()
    client.post(page(review), {"act": "restore"})
    review.refresh_from_db()
    assert (review.status, hidden.appeals.get().answer.act) == ("published", "restore")
    assert page(review) not in client.get(LIST, {"cola": "open"}).content.decode()


def test_neither_patient_nor_visit_is_shown(frozen, as_, moderator, alice, reported):
    change = reverse("admin:reviews_review_change", args=[reported.pk])
    for address in (LIST, page(reported), change):
        html = as_(moderator).get(address).content.decode()
        for secret in ("Alicia", "Vera", alice.email, reported.visit.code):
            assert secret not in html, (address, secret)


def test_only_the_team_gets_there(frozen, as_, erin, alice, dr_chen, reported):
    """Support without the group sees none of it."""
    for address in (LIST, page(reported)):
        assert as_(erin).get(address).status_code in (403, 404)
        assert as_(alice).get(address).status_code == 404
        assert as_(dr_chen.user).get(address).status_code == 404
    as_(erin).post(page(reported), {"act": "hide", "ground": "health"})
    reported.refresh_from_db()
    assert reported.status == "published"


def test_moderators_see_nothing_else(frozen, as_, moderator, visit):
    for name in ("appointments_appointment", "accounts_patient", "notifications_message"):
        assert as_(moderator).get(reverse(f"admin:{name}_changelist")).status_code == 403


def test_nothing_is_edited_here(as_, root, reported):
    change = reverse("admin:reviews_review_change", args=[reported.pk])
    assert as_(root).get(change).status_code == 200
    assert as_(root).post(change, {"text": "otra"}).status_code == 403


def test_what_is_not_there_is_404(as_, moderator):
    for key in ("0", "x", "99999"):
        address = reverse("admin:reviews_review_decide", args=[key])
        assert as_(moderator).get(address).status_code in (302, 404)
