"""A question from the form to its mark, in a browser: the person without an account, the team."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from core.models import StoredMail
from support.guarding import FASTEST
from support.models import ArticleMark, CannedAnswer, Ticket
from tests.support.world import helper


@pytest.fixture
def canned(transactional_db):
    return CannedAnswer.objects.create(
        title="Correo", text_es="Hola, {nombre}: mire en «correo no deseado».", text_en="Spam?"
    )


def test_asked_answered_and_marked(open_browser, canned):
    rosa = open_browser(scripts=False, width=360)
    rosa.go("/ayuda/?q=no+me+llego+el+correo").look("help with answers")
    rosa.follow(rosa.page.locator(".help-found a").first).look("article")
    rosa.press("No").look("article that was of no use")
    rosa.follow("Preguntar a soporte").title("Escribir a soporte")
    rosa.go("/ayuda/contacto/").title("Escribir a soporte").look("contact form")
    rosa.press("Enviar la consulta").look("contact form with errors")
    rosa.write(name="Rosa Paz", email="rosa@ejemplo.test", subject="No llega", text="¿El código?")
    rosa.page.locator("[name=about]").select_option("messages")
    rosa.page.wait_for_timeout(FASTEST.total_seconds() * 1000)
    rosa.press("Enviar la consulta").title("Recibimos su consulta").look("question sent")

    assert list(ArticleMark.objects.values_list("yes", "no")) == [(0, 1)]
    ticket, sofia = Ticket.objects.get(), helper()
    team = open_browser()
    team.go(reverse("admin:support_ticket_changelist")).enter(sofia.email)
    team.look("questions in the admin")
    team.follow(ticket.code).look("a question in the admin")
    team.page.locator("[name=canned]").select_option(label="Correo")
    team.press("Insertar la respuesta preparada")
    expect(team.page.locator("[name=text]")).to_have_value(canned.text_for(ticket))
    team.page.locator("[name=state]").first.select_option("solved")
    team.press("Enviar la respuesta").look("an answered question in the admin")

    letter = StoredMail.objects.order_by("-pk").first()
    assert "mire en «correo no deseado»" in letter.text
    rosa.go(re.search(r"/ayuda/c/[\w.:-]+/", letter.text)[0]).look("a question by its link")
    rosa.page.locator("[name=mark][value='5']").check()
    rosa.press("Guardar la calificación").reads("Gracias por decirnos cómo fue.")
    rosa.page.wait_for_timeout(FASTEST.total_seconds() * 1000)
    rosa.write(text="Ya llegó, gracias.").press("Enviar el mensaje").look("a question opened again")
    ticket.refresh_from_db()
    assert (ticket.mark, ticket.state, ticket.messages.count()) == (5, "open", 3)
    assert ticket.answered_at <= timezone.now()


def read(person):
    """As long as it takes: whoever answers at once is a machine."""
    person.page.wait_for_timeout(FASTEST.total_seconds() * 1000)
    return person


def attended(team, ticket, text, *, seen=""):
    """Support answers on its page, and takes the question to be solved."""
    team.go(reverse("admin:support_ticket_attend", args=[ticket.pk]))
    if seen:
        team.look(seen)
    team.page.locator("[name=text]").fill(text)
    team.page.locator("[name=state]").first.select_option("solved")
    team.press("Enviar la respuesta")


def took_picture(person, tmp_path):
    path = tmp_path / "captura.png"
    Image.new("RGB", (20, 20), "red").save(path, "PNG")
    person.page.locator("[name=attachments]").set_input_files(path)


def test_a_patients_own_questions(visitor, open_browser, alice, visit, tmp_path):
    """With a file, from the form to the mark, in the patient's account."""
    visitor.go(reverse("support:tickets")).enter(alice.email)
    visitor.title("Mis consultas a soporte").look("no questions of one's own")
    visitor.go(reverse("support:contact")).title("Escribir a soporte")
    visitor.look("contact form of an account")
    visitor.write(subject="No llega el recordatorio", text="Adjunto lo que veo.")
    visitor.page.locator("[name=about]").select_option("messages")
    took_picture(visitor, tmp_path)
    read(visitor).press("Enviar la consulta").title("No llega el recordatorio")
    visitor.reads("captura.png")
    visitor.look("a question of one's own")
    visitor.go(reverse("support:tickets")).look("questions of one's own")
    visitor.reads("No llega el recordatorio")

    ticket, sofia = Ticket.objects.get(), helper()
    assert (ticket.requester, ticket.messages.get().files.count()) == (alice, 1)
    team = open_browser()
    team.go(reverse("admin:support_ticket_changelist")).enter(sofia.email)
    attended(team, ticket, "Ya lo enviamos otra vez.", seen="a question with a file in the admin")

    visitor.follow("No llega el recordatorio").look("an answered question of one's own")
    visitor.reads("Ya lo enviamos otra vez.")
    visitor.page.locator("[name=mark][value='4']").check()
    visitor.write(remark="Rápido").press("Guardar la calificación")
    read(visitor).write(text="Todavía no lo veo.").press("Enviar el mensaje")
    visitor.reads("Todavía no lo veo.")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.mark, ticket.messages.count()) == ("open", 4, 3)

    attended(team, ticket, "Mire en no deseado.")
    visitor.go(reverse("support:ticket", args=[ticket.public_id])).reads("Mire en no deseado.")
    read(visitor).write(text="Allí estaba.").press("Enviar el mensaje").press("Ya está resuelta")
    visitor.look("a question that its person settled")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == ("solved", 5)


def test_a_doctors_questions_in_the_portal(visitor, open_browser, dr_chen, clinic):
    visitor.go(reverse("portal:tickets")).enter(dr_chen.user.email)
    visitor.title("Ayuda").look("no questions in the portal")
    visitor.follow("Hacer una consulta").title("Escribir a soporte")
    assert visitor.page.locator("[name=about]").input_value() == "agenda"
    visitor.write(subject="Mis feriados", text="¿Cómo cierro un feriado?")
    read(visitor).press("Enviar la consulta")
    visitor.go(reverse("portal:tickets")).look("questions in the portal")

    ticket, sofia = Ticket.objects.get(), helper()
    team = open_browser()
    team.go(reverse("admin:support_ticket_changelist")).enter(sofia.email)
    attended(team, ticket, "En Consultorios, fechas especiales.")

    visitor.follow("Mis feriados").look("an answered question in the portal")
    visitor.reads("En Consultorios, fechas especiales.")
    visitor.page.locator("[name=mark][value='5']").check()
    visitor.press("Guardar la calificación")
    read(visitor).write(text="Listo, gracias.").press("Enviar el mensaje")
    visitor.reads("Listo, gracias.")
    ticket.refresh_from_db()
    assert (ticket.requester, ticket.mark, ticket.state) == (dr_chen.user, 5, "open")
