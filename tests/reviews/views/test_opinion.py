"""The patient's page of their opinion: given, seen, edited, withdrawn, appealed."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from reviews.enums import Act, Ground
from reviews.models import Review, ReviewAppeal
from reviews.services.moderating import decide
from tests.factories import AttendedFactory, PatientFactory, ReviewFactory
from tests.reviews.conftest import SAID

pytestmark = pytest.mark.django_db
GOOD = {"general": "4", "explanation": "5", "punctuality": "3", "treatment": "4",
        "text": "Explica con paciencia."}  # fmt: skip


def address(visit, page="opinion"):
    return reverse(f"reviews:{page}", args=[visit.public_id])


def text(answer):
    return answer.content.decode()


def test_opinion_is_given(frozen, as_, alice, attended):
    client = as_(alice)
    html = text(client.get(address(attended)))
    for said in (
        "¿Cómo le fue con Dra. Ana Molina Paz?",
        "Se firma «A. V.»",
        "No escriba datos de",
    ):
        assert said in html, said
    answer = client.post(address(attended), GOOD, follow=True)
    assert answer.redirect_chain == [(address(attended), 302)]
    assert "Gracias: su opinión está publicada." in text(answer)
    assert "Así la ven los demás" in text(answer)
    review = Review.objects.get()
    assert (review.said, review.author) == (tuple(SAID.columns.values()), alice)


def test_opinion_is_shown_before_it_is_sent(frozen, as_, alice, attended):
    answer = as_(alice).post(address(attended), {**GOOD, "act": "preview"})
    html = text(answer)
    assert (answer.status_code, Review.objects.count()) == (200, 0)
    assert "Así se verá" in html and "hace menos de 3 meses" in html
    assert html.count("Explica con paciencia.") == 2
    assert 'value="4" required checked' in html or "checked" in html


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"general": ""}, "Elija una opción en «En general»."),
    ({"punctuality": "6"}, "Elija entre 1 y 5 estrellas."),
    ({"text": "x" * 2001}, "Escriba 2000 caracteres o menos (tiene 2001)."),
    ({"text": "a\x00b"}, "Quite los caracteres invisibles"),
    ({"text": "Llámeme al 099 123 4567"}, "Quite teléfonos, correos y enlaces"),
    ({"text": "Vea www.otro.test"}, "Quite teléfonos, correos y enlaces"),
    ({"text": "Escriba a x@y.test"}, "Quite teléfonos, correos y enlaces"),
])  # fmt: skip
def test_opinion_with_errors_keeps_what_was_typed(frozen, as_, alice, attended, changes, sentence):
    answer = as_(alice).post(address(attended), {**GOOD, "treatment": "2", **changes})
    html = text(answer)
    assert answer.status_code == 422
    assert sentence in html
    assert 'id="id_treatment_1"' in html
    chosen = html[html.index('id="id_treatment_1"') - 120 : html.index('id="id_treatment_1"') + 90]
    assert "checked" in chosen
    if "text" not in changes:
        assert "Explica con paciencia." in html
    assert not Review.objects.exists()


@pytest.mark.parametrize("words", [
    "<script>alert(1)</script>", "👩🏽‍⚕️ Muy bien", "Uno\r\n\r\n\r\n\r\nDos",
    "'; DROP TABLE reviews_review; --", "",
])  # fmt: skip
def test_opinion_is_text_whatever_it_says(frozen, as_, client, alice, attended, words):
    as_(alice).post(address(attended), {**GOOD, "text": words})
    stored = Review.objects.get().text
    assert stored == words.replace("\r\n\r\n\r\n\r\n", "\n\n")
    html = text(client.get(reverse("opinions", args=[attended.doctor.slug])))
    assert "<script>alert(1)" not in html


def test_opinion_cannot_turn_the_page_around(frozen, as_, alice, attended):
    as_(alice).post(address(attended), {**GOOD, "text": "Bien\u202eanA\u2066!"})
    assert Review.objects.get().text == "BienanA!"


def test_opinion_twice_is_once(frozen, as_, alice, attended):
    for _time in range(2):
        assert as_(alice).post(address(attended), GOOD).status_code == 302
    assert Review.objects.count() == 1
    answer = as_(alice).post(address(attended), {**GOOD, "general": "1"})
    assert answer.status_code == 409
    assert "Ya opinó sobre esta cita." in text(answer)


def test_opinion_of_what_was_not_attended_is_refused(frozen, as_, alice, visit):
    html = text(as_(alice).get(address(visit)))
    assert "Solo se opina sobre una cita a la que se asistió." in html
    assert "<textarea" not in html
    assert as_(alice).post(address(visit), GOOD).status_code == 409
    assert not Review.objects.exists()


def test_opinion_is_for_the_visits_own_people(frozen, as_, bob, dr_chen, erin, carla, attended):
    for somebody in (bob, dr_chen.user, erin, carla):
        for page in ("opinion", "opinion_edit", "opinion_withdraw", "opinion_appeal"):
            assert as_(somebody).get(address(attended, page)).status_code == 404
            assert as_(somebody).post(address(attended, page), GOOD).status_code == 404
    absent = reverse("reviews:opinion", args=[uuid.uuid4()])
    assert as_(bob).get(absent).status_code == 404


def test_opinion_asks_to_log_in(client, attended):
    assert client.get(address(attended)).url == f"/cuenta/login/?next={address(attended)}"


@pytest.mark.parametrize("page", ["opinion_edit", "opinion_withdraw", "opinion_appeal"])
def test_what_is_not_given_is_404(frozen, as_, alice, attended, page):
    assert as_(alice).get(address(attended, page)).status_code == 404


# Edit, withdraw, appeal ---------------------------------------------------------------------


def test_opinion_edit_keeps_the_history(frozen, as_, alice, review):
    client = as_(alice)
    assert "Explica con paciencia." in text(client.get(address(review.visit, "opinion_edit")))
    answer = client.post(
        address(review.visit, "opinion_edit"), {**GOOD, "general": "2", "text": "Tardó."},
        follow=True,
    )  # fmt: skip
    html = text(answer)
    assert "Guardamos los cambios de su opinión." in html
    assert "Lo que decía antes" in html and "Explica con paciencia." in html
    review.refresh_from_db()
    assert (review.general, review.text, review.edited_at) == (2, "Tardó.", frozen)


def test_opinion_edit_with_errors(frozen, as_, alice, review):
    answer = as_(alice).post(address(review.visit, "opinion_edit"), {**GOOD, "general": "0"})
    assert answer.status_code == 422
    assert "Elija entre 1 y 5 estrellas." in text(answer)


def test_opinion_edit_after_the_window(as_, alice, review, now):
    with time_machine.travel(now + timedelta(days=15), tick=False):
        client = as_(alice)
        edit = address(review.visit, "opinion_edit")
        assert client.get(edit).url == address(review.visit)
        answer = client.post(edit, {**GOOD, "general": "1"})
        assert answer.status_code == 409
        assert "El plazo para editar ya terminó." in text(answer)
        assert edit not in text(client.get(address(review.visit)))


def test_opinion_withdraw_asks_first(frozen, as_, alice, review):
    client = as_(alice)
    page = address(review.visit, "opinion_withdraw")
    assert "¿Retirar su opinión?" in text(client.get(page))
    review.refresh_from_db()
    assert review.status == "published"
    html = text(client.post(page, follow=True))
    assert "Usted la retiró" in html
    assert "¿Retirar" not in html
    review.refresh_from_db()
    assert review.status == "withdrawn"


def test_opinion_appeal(frozen, as_, alice, review, moderator, now):
    decide(review=review, act=Act.HIDE, ground=Ground.INSULT, note="NOTA7Q", actor=moderator,
           now=now)  # fmt: skip
    client, page = as_(alice), address(review.visit, "opinion_appeal")
    html = text(client.get(address(review.visit)))
    assert "El equipo de moderación la ocultó" in html
    assert f"{reverse('reviews:rules')}#insult" in html
    assert "NOTA7Q" not in html
    answer = client.post(page, {"text": ""})
    assert answer.status_code == 422
    html = text(client.post(page, {"text": "No insulto a nadie."}, follow=True))
    assert "Recibimos su reclamo." in html
    assert page not in html
    assert ReviewAppeal.objects.get().text == "No insulto a nadie."
    answer = client.post(page, {"text": "Otra vez"})
    assert (answer.status_code, ReviewAppeal.objects.count()) == (409, 1)
    assert "Otra vez" in text(answer)


def test_a_frozen_opinion_says_why(frozen, as_, alice, review):
    review.visit.status = "no_show"
    review.visit.save()
    html = text(as_(alice).get(address(review.visit)))
    assert "El consultorio corrigió la asistencia" in html
    assert address(review.visit, "opinion_edit") not in html


# The invitation -----------------------------------------------------------------------------


def test_past_visits_invite(frozen, as_, alice, clinic, attended):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo")
    given = ReviewFactory(
        visit=AttendedFactory(clinic=clinic, patient=child, starts_at=frozen - timedelta(days=9))
    )
    missed = AttendedFactory(
        clinic=clinic, patient=child, starts_at=frozen - timedelta(days=8), status="no_show"
    )
    html = text(as_(alice).get(reverse("appointments:mine"), {"ver": "pasadas"}))
    assert html.count("Contar cómo le fue") == html.count("Ver mi opinión") == 1
    assert address(attended) in html and address(given.visit) in html
    assert address(missed) not in html


def test_the_visits_page_invites(frozen, as_, alice, attended, visit):
    page = reverse("appointments:appointment", args=[attended.public_id])
    assert "Contar cómo le fue" in text(as_(alice).get(page))
    as_(alice).post(address(attended), GOOD)
    assert "Ver mi opinión" in text(as_(alice).get(page))
    coming = reverse("appointments:appointment", args=[visit.public_id])
    assert "opinion/" not in text(as_(alice).get(coming))
