"""Opinions on a doctor's public pages: all that one needs to judge them, nothing that tells who."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from reviews.models import ReviewDecision, ReviewReply
from tests.factories import AttendedFactory, ClinicFactory, DoctorFactory, ReviewFactory

pytestmark = pytest.mark.django_db
PROFILE = reverse("doctor", args=["ana-molina-paz"])
PAGE = reverse("opinions", args=["ana-molina-paz"])


def text(answer):
    return answer.content.decode()


def give(clinic, now, n, **fields):
    """The n-th opinion, given n days ago of a visit some days before."""
    visit = AttendedFactory(clinic=clinic, starts_at=now - timedelta(days=n + 5))
    made = {"created_at": now - timedelta(days=n), "text": f"Número {n:03}"}
    return ReviewFactory(visit=visit, **{**made, **fields})


def hide(review, ground, by):
    ReviewDecision.objects.create(review=review, act="hide", ground=ground, by=by,
                                  at=review.created_at)  # fmt: skip
    review.status, review.hidden_for = "hidden", ground
    review.save()


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_profile_says_how_many_how_good_and_how_sure(frozen, client, clinic, erin):
    for n, grade in enumerate((5, 5, 4, 1)):
        give(clinic, frozen, n, general=grade, explanation=4, punctuality=3)
    hide(give(clinic, frozen, 8), "health", erin)
    AttendedFactory(clinic=clinic, starts_at=frozen - timedelta(days=30))
    said = plain(text(client.get(PROFILE)))
    assert said.count("3,8 de 5 (4 opiniones)") == 2
    for fact in (
        "(4 opiniones)", "Con 95 % de confianza, el promedio está entre 2,0 y 4,7.",
        "5 estrellas 2 (50 %)", "4 estrellas 1 (25 %)", "3 estrellas 0 (0 %)",
        "1 estrella 1 (25 %)", "Explicó con claridad 4,0", "Puntualidad 3,0", "Trato 5,0",
        "Invitamos a opinar después de 6 consultas: opinaron 5 (83 %).",
        "Ocultas por el equipo de moderación: Cuenta datos de salud (1).",
    ):  # fmt: skip
        assert fact in said, (fact, said[-2500:])
    assert "Número 008" not in said


def test_profile_shows_five_and_leads_to_the_rest(frozen, client, clinic):
    for n in range(7):
        give(clinic, frozen, n)
    html = text(client.get(PROFILE))
    assert re.findall(r"Número \d+", plain(html.split("</head>")[1])) == [
        f"Número {n:03}" for n in range(5)
    ]
    assert f'href="{PAGE}">Más opiniones (7 en total)' in html


def test_a_long_opinion_is_cut_on_the_profile_only(frozen, client, clinic):
    give(clinic, frozen, 1, text="palabra " * 200 + "FINAL")
    html = text(client.get(PROFILE))
    assert "FINAL" not in html and "Leerla entera" in html
    assert "FINAL" in text(client.get(PAGE))


def test_profile_without_opinions_says_so(frozen, client, clinic):
    html = text(client.get(PROFILE))
    assert "Sin opiniones todavía. Solo opina quien ya tuvo su consulta." in html
    assert "Invitamos" not in html
    assert "aggregateRating" not in html


def test_nothing_tells_who(frozen, client, clinic, alice):
    visit = AttendedFactory(clinic=clinic, patient=alice.patients.get())
    visit.reason = "MOTIVO7Q"
    visit.save()
    ReviewFactory(visit=visit, created_at=frozen - timedelta(days=4))
    for address in (PROFILE, PAGE):
        html = text(client.get(address))
        assert "A. V." in html
        for secret in ("Alicia", "Vera", "MOTIVO7Q", visit.code, str(visit.public_id),
                       "18 de noviembre", "19 de noviembre", "2026-11-1"):  # fmt: skip
            assert secret not in html, secret


def test_few_visits_do_not_even_say_roughly_when(frozen, client, clinic):
    give(clinic, frozen, 1)
    give(clinic, frozen, 200)
    html = text(client.get(PAGE))
    assert "hace" not in plain(html).split("Opiniones sobre")[-1].split("Saltar")[0]
    for n in range(20):
        AttendedFactory(clinic=clinic, starts_at=frozen - timedelta(days=100 + n))
    html = text(client.get(PAGE))
    assert "hace menos de 3 meses" in html
    assert "hace 6 a 12 meses" in html


@pytest.mark.parametrize(("order", "first"), [
    ("", "Número 001"), ("recientes", "Número 001"), ("mejores", "Número 002"),
    ("peores", "Número 003"), ("nada", "Número 001"),
])  # fmt: skip
def test_opinions_have_an_order(frozen, client, clinic, order, first):
    for n, grade in ((1, 4), (2, 5), (3, 1)):
        give(clinic, frozen, n, general=grade)
    said = plain(text(client.get(PAGE, {"orden": order})))
    assert re.search(r"Número \d+", said)[0] == first


def test_opinions_are_paged(frozen, client, clinic):
    for n in range(22):
        give(clinic, frozen, n)
    html = text(client.get(PAGE, {"pagina": "2", "orden": "recientes"}))
    assert re.findall(r"Número \d+", html) == ["Número 020", "Número 021"]
    assert "orden=recientes" in html
    for raw in ("0", "99", "x", "-1", "9" * 30):
        assert client.get(PAGE, {"pagina": raw}).status_code == 200


def test_answer_of_the_doctor_and_what_came_after(frozen, client, clinic, dr_chen):
    review = give(clinic, frozen, 3)
    reply = ReviewReply.objects.create(
        review=review, author=dr_chen.user, text="Gracias a usted.",
        created_at=frozen - timedelta(days=2),
    )  # fmt: skip
    html = text(client.get(PROFILE))
    assert "Respuesta de Dra. Ana Molina Paz" in html and "Gracias a usted." in html
    assert "La opinión se editó después de esta respuesta." not in html
    review.edited_at = frozen - timedelta(days=1)
    review.save()
    assert "La opinión se editó después de esta respuesta." in text(client.get(PROFILE))
    reply.hidden_for = "health"
    reply.save()
    assert "Gracias a usted." not in text(client.get(PROFILE))


def test_only_who_is_logged_in_is_offered_to_report(frozen, client, as_, bob, clinic):
    address = reverse("reviews:report", args=[give(clinic, frozen, 1).public_id])
    for page in (PROFILE, PAGE):
        assert address not in text(client.get(page))
        assert address in text(as_(bob).get(page))


def test_what_is_not_shown_is_nowhere(frozen, client, clinic):
    frozen_one, gone = give(clinic, frozen, 1), give(clinic, frozen, 2)
    frozen_one.visit.status = "no_show"
    frozen_one.visit.save()
    gone.status = "withdrawn"
    gone.save()
    for page in (PROFILE, PAGE):
        html = text(client.get(page))
        assert "Número" not in html and "Sin opiniones todavía" in html
        assert "aggregateRating" not in html


def test_opinions_of_who_is_not_public_are_404(client, clinic, dr_chen):
    assert client.get(reverse("opinions", args=["nadie"])).status_code == 404
    dr_chen.is_published = False
    dr_chen.save()
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE).status_code == 405


# Machines, and cards ------------------------------------------------------------------------


def data_of(html):
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1]
    return json.loads(block)


def test_structured_data_has_what_the_page_shows(frozen, client, clinic):
    give(clinic, frozen, 1, general=4, text="Buena </script> atención")
    give(clinic, frozen, 2, general=5, text="")
    said = data_of(text(client.get(PROFILE)))
    assert said["aggregateRating"] == {
        "@type": "AggregateRating", "ratingValue": 4.5, "ratingCount": 2, "bestRating": 5,
        "worstRating": 1,
    }  # fmt: skip
    first, second = said["review"]
    assert first == {
        "@type": "Review", "author": {"@type": "Person", "name": "L. A."},
        "reviewRating": {"@type": "Rating", "ratingValue": 4, "bestRating": 5, "worstRating": 1},
        "reviewBody": "Buena </script> atención",
    }  # fmt: skip
    assert "reviewBody" not in second
    assert "datePublished" not in str(said)


def test_cards_show_the_rating(frozen, client, clinic):
    other = DoctorFactory(first_names="Rosa")
    ClinicFactory(doctor=other)
    give(clinic, frozen, 1, general=4)
    said = plain(text(client.get(reverse("search"), {"q": "cardiologa"})))
    assert "4,0 de 5 (1 opinión)" in said
    assert said.count("Sin opiniones todavía") == 1
