"""An opinion from the invitation to the appeal, in a browser, with and without scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import MODERATORS, group_of
from notifications.links import token_of
from reviews.enums import Act, Ground
from reviews.models import Review, ReviewAppeal, ReviewDecision, ReviewReport
from reviews.services.moderating import decide
from tests.factories import (
    AttendedFactory,
    MessageFactory,
    PatientFactory,
    ReviewFactory,
)

GRADES = ("general", "explanation", "punctuality", "treatment")


@pytest.fixture
def attended(clinic, alice):
    """Yesterday, whatever day it is."""
    start = timezone.now().replace(hour=15, minute=0, second=0, microsecond=0)
    return AttendedFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=start - timedelta(days=1)
    )


@pytest.fixture
def given(attended):
    return ReviewFactory(visit=attended, created_at=timezone.now())


def grade(visitor, **grades):
    for name, value in grades.items():
        visitor.page.locator(f"[name={name}][value='{value}']").check()
    return visitor


def own_page(visit, page="opinion"):
    return reverse(f"reviews:{page}", args=[visit.public_id])


def test_given_seen_edited_and_withdrawn(anyhow, alice, attended):
    anyhow.go("/mis-citas/?ver=pasadas").enter(alice.email).look("past visits with an invitation")
    anyhow.follow("Contar cómo le fue").title("¿Cómo le fue con Dra. Ana Molina Paz?")
    anyhow.look("opinion form")
    anyhow.press("Publicar mi opinión").look("opinion form with errors")
    grade(anyhow, general=4, explanation=5, punctuality=3)
    anyhow.write(text="Explica con paciencia.").press("Publicar mi opinión")
    expect(anyhow.page.locator("[name=general][value='4']")).to_be_checked()
    expect(anyhow.page.locator("[name=text]")).to_have_value("Explica con paciencia.")
    grade(anyhow, treatment=4).press("Ver cómo queda").reads("Así se verá")
    anyhow.look("opinion before it is sent")
    assert not Review.objects.exists()
    anyhow.press("Publicar mi opinión").title("Su opinión").reads("A. V.")
    anyhow.look("own opinion")
    anyhow.follow("Editar").title("Editar su opinión").look("edit an opinion")
    grade(anyhow, general=2).press("Guardar los cambios")
    anyhow.page.locator("details summary", has_text="Lo que decía antes").click()
    anyhow.look("own opinion that was edited")
    review = Review.objects.get()
    assert (review.general, review.versions.count()) == (2, 2)
    anyhow.follow("Retirar mi opinión").title("¿Retirar su opinión?").look("withdraw an opinion")
    anyhow.press("Sí, retirarla").reads("Usted la retiró")
    anyhow.look("own opinion, withdrawn")


def test_stars_by_keyboard(open_browser, alice, attended):
    visitor = open_browser().go(own_page(attended)).enter(alice.email)
    for name in GRADES:
        visitor.page.locator(f"[name={name}]").first.focus()
        for _press in range(3):
            visitor.page.keyboard.press("ArrowRight")
        expect(visitor.page.locator(f"[name={name}][value='4']")).to_be_checked()
    visitor.press("Publicar mi opinión").title("Su opinión")
    assert Review.objects.get().said == (4, 4, 4, 4, "")


def test_by_the_link_without_an_account(visitor, clinic):
    guest = PatientFactory(account=None, first_names="Rosa", last_names="Paz", email="r@e.test")
    visit = AttendedFactory(clinic=clinic, patient=guest, booked_by=clinic.doctor.user)
    message = MessageFactory(visit=visit, kind="feedback", address="r@e.test")
    address = reverse("notifications:link_opinion", args=[token_of(message)])
    visitor.go(address).title("¿Cómo le fue con Dra. Ana Molina Paz?").look("opinion by a link")
    grade(visitor, **dict.fromkeys(GRADES, 5)).press("Publicar mi opinión")
    visitor.title("Gracias: su opinión está publicada").look("opinion by a link, given")
    visitor.go(address).page.locator("summary").last.click()
    visitor.look("opinion by a link, again").press("Sí, retirarla")
    visitor.reads("Usted la retiró")


def test_answered_by_the_doctor(anyhow, given, dr_chen):
    anyhow.go("/agenda/opiniones/").enter(dr_chen.user.email).title("Opiniones")
    anyhow.look("doctor's opinions").follow("Responder").title("Responder").look("reply")
    anyhow.press("Publicar la respuesta").look("reply with errors")
    anyhow.write(text="Gracias por contarlo.").press("Publicar la respuesta")
    anyhow.reads("Respuesta de Dra. Ana Molina Paz")
    anyhow.look("doctor's opinions, answered")
    anyhow.go("/medicos/ana-molina-paz/").reads("Gracias por contarlo.")
    anyhow.look("profile with opinions")


def test_read_by_anybody_and_reported(anyhow, clinic, given, bob):
    start = given.visit.starts_at
    for n in range(2, 27):
        ReviewFactory(
            visit=AttendedFactory(clinic=clinic, starts_at=start - timedelta(days=n)),
            created_at=timezone.now() - timedelta(days=n), general=1 + n % 5,
            text="palabra " * (n * 8),
        )  # fmt: skip
    anyhow.go("/medicos/ana-molina-paz/").look("profile with many opinions")
    anyhow.follow("Más opiniones").title("Opiniones sobre Dra. Ana Molina Paz")
    anyhow.look("opinions").follow("Peor calificadas").follow("Siguientes").look("opinions, page 2")
    anyhow.follow("Las reglas de las opiniones").look("rules of opinions")
    anyhow.go(reverse("reviews:report", args=[given.public_id])).enter(bob.email)
    anyhow.title("Denunciar una opinión").look("report")
    anyhow.press("Enviar la denuncia").look("report with errors")
    anyhow.choose("Es publicidad").press("Enviar la denuncia")
    anyhow.reads("El equipo de moderación la revisará.")
    assert [(r.by, r.ground) for r in ReviewReport.objects.all()] == [(bob, "advert")]


def test_hidden_by_the_team_and_appealed(visitor, given, alice, erin, root):
    erin.groups.add(group_of(MODERATORS))
    ReviewReport.objects.create(review=given, by=root, ground="insult", at=timezone.now())
    visitor.go("/admin/reviews/review/?cola=open").enter(erin.email)
    with visitor.turning():
        visitor.page.get_by_role("link", name="Decidir").first.click()
    visitor.look("decide on an opinion")
    visitor.page.get_by_label("Ocultar la opinión").check()
    visitor.page.locator("[name=ground]").select_option("insult")
    visitor.page.locator("[name=note]").fill("Ofende a la recepción.")
    with visitor.turning():
        visitor.page.locator("input[type=submit]").click()
    assert ReviewDecision.objects.get().note == "Ofende a la recepción."
    given.refresh_from_db()
    assert given.status == "hidden"
    visitor.context.clear_cookies()
    visitor.go(own_page(given.visit)).enter(alice.email).reads("El equipo de moderación la ocultó")
    visitor.look("own opinion, hidden").follow("Pedir que la revisen otra vez")
    visitor.title("Pedir otra revisión").look("appeal")
    visitor.write(text="No ofendo a nadie.").press("Enviar el reclamo")
    visitor.reads("Recibimos su reclamo.")
    assert ReviewAppeal.objects.get().text == "No ofendo a nadie."


def test_the_doctor_sees_what_was_decided_and_appeals(visitor, given, dr_chen, erin):
    erin.groups.add(group_of(MODERATORS))
    moderator, now = type(erin).objects.get(pk=erin.pk), timezone.now()
    ReviewReport.objects.create(review=given, by=dr_chen.user, ground="advert", at=now)
    visitor.go("/agenda/opiniones/").enter(dr_chen.user.email).reads("Usted la denunció.")
    decide(review=given, act=Act.KEEP, ground=None, note="", actor=moderator, now=now)
    visitor.go("/agenda/opiniones/").look("doctor's opinions, decided")
    visitor.follow("Pedir otra revisión").look("doctor's appeal")
    visitor.write(text="Nunca vino.").press("Enviar el reclamo").reads("Recibimos su reclamo.")
    decide(review=given, act=Act.HIDE, ground=Ground.INTEREST, note="", actor=moderator, now=now)
    visitor.go("/agenda/opiniones/").reads("Oculta")
    visitor.look("doctor's opinions, hidden")


def test_frozen(open_browser, given, alice):
    given.visit.status = "no_show"
    given.visit.save()
    visitor = open_browser().go(own_page(given.visit)).enter(alice.email)
    visitor.reads("El consultorio corrigió la asistencia")
    visitor.look("own opinion, frozen")
