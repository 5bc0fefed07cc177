"""The doctor's opinions: read, answered, reported, appealed; reception has no part in it."""

import pytest
from django.urls import reverse

from reviews.enums import Act, Ground
from reviews.models import ReviewAppeal, ReviewReply
from reviews.services.moderating import decide
from reviews.services.reporting import report_review
from tests.reviews.conftest import attended, moderator, review  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db
LIST = reverse("portal:opinions")


def page(row, name="opinion_reply"):
    return reverse(f"portal:{name}", args=[row.public_id])


def text(answer):
    return answer.content.decode()


def test_opinions_without_who_wrote(frozen, as_, dr_chen, review, alice):  # noqa: F811
    html = text(as_(dr_chen.user).get(LIST))
    assert "Explica con paciencia." in html and "A. V." in html
    for secret in ("Alicia", "Vera", alice.email, review.visit.code, str(review.visit.public_id)):
        assert secret not in html


def test_reply(frozen, as_, client, dr_chen, review):  # noqa: F811
    doctor = as_(dr_chen.user)
    assert page(review) in text(doctor.get(LIST))
    answer = doctor.post(page(review), {"text": "Gracias por su opinión."}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    html = text(answer)
    assert "Respuesta de Dra. Ana Molina Paz" in html and "Editar la respuesta" in html
    public = text(client.get(reverse("doctor", args=[dr_chen.slug])))
    assert "Gracias por su opinión." in public
    doctor.post(page(review), {"text": "Gracias."})
    assert [r.text for r in ReviewReply.objects.all()] == ["Gracias."]


@pytest.mark.parametrize("words", ["", "   ", "x" * 2001, "a\x00b", "Llame al 022 345 678"])
def test_a_bad_reply_is_refused(frozen, as_, dr_chen, review, words):  # noqa: F811
    answer = as_(dr_chen.user).post(page(review), {"text": words})
    assert answer.status_code == 422
    assert not ReviewReply.objects.exists()


def test_others_get_404(frozen, as_, dr_diaz, carla, alice, erin, review):  # noqa: F811
    for somebody in (dr_diaz.user, carla, alice, erin):
        for name in ("opinion_reply", "opinion_appeal"):
            assert as_(somebody).get(page(review, name)).status_code == 404
            assert as_(somebody).post(page(review, name), {"text": "x"}).status_code == 404
    assert "Explica" not in text(as_(dr_diaz.user).get(LIST))
    assert as_(carla).get(LIST).status_code == 404


def test_what_is_hidden_is_named_without_its_words(
    frozen, as_, dr_chen, review, moderator, now  # noqa: F811
):  # fmt: skip
    decide(review=review, act=Act.HIDE, ground=Ground.HEALTH, note="", actor=moderator, now=now)
    html = text(as_(dr_chen.user).get(LIST))
    assert "Cuenta datos de salud" in html
    assert "Explica con paciencia." not in html
    assert page(review) not in html
    assert as_(dr_chen.user).get(page(review)).status_code == 404


def test_appeal(frozen, as_, dr_chen, review, moderator, now):  # noqa: F811
    doctor = as_(dr_chen.user)
    assert doctor.get(page(review, "opinion_appeal")).status_code == 404
    report_review(review=review, ground=Ground.ACCUSATION, by=dr_chen.user, now=now)
    assert "Usted la denunció." in text(doctor.get(LIST))
    decide(review=review, act=Act.KEEP, ground=None, note="", actor=moderator, now=now)
    html = text(doctor.get(LIST))
    assert "la dejó como está" in html and page(review, "opinion_appeal") in html
    assert doctor.post(page(review, "opinion_appeal"), {"text": ""}).status_code == 422
    html = text(doctor.post(page(review, "opinion_appeal"), {"text": "Nunca vino."}, follow=True))
    assert "Recibimos su reclamo." in html
    assert page(review, "opinion_appeal") not in html
    again = doctor.post(page(review, "opinion_appeal"), {"text": "Insisto"})
    assert (again.status_code, ReviewAppeal.objects.count()) == (409, 1)


def test_withdrawn_and_frozen_are_not_there(frozen, as_, dr_chen, review):  # noqa: F811
    review.visit.status = "no_show"
    review.visit.save()
    assert "Sin opiniones todavía" in text(as_(dr_chen.user).get(LIST))
    assert as_(dr_chen.user).get(page(review)).status_code == 404
