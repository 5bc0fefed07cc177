"""A question from the form to its mark, in a browser: the person without an account, the team."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.models import StoredMail
from support.guarding import FASTEST
from support.models import CannedAnswer, Ticket
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
    rosa.go("/ayuda/contacto/").title("Escribir a soporte").look("contact form")
    rosa.press("Enviar la consulta").look("contact form with errors")
    rosa.write(name="Rosa Paz", email="rosa@ejemplo.test", subject="No llega", text="¿El código?")
    rosa.page.locator("[name=about]").select_option("messages")
    rosa.page.wait_for_timeout(FASTEST.total_seconds() * 1000)
    rosa.press("Enviar la consulta").title("Recibimos su consulta").look("question sent")

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
