"""Two days at the desk of support: a message that did not arrive, and a question that it must not
be able to answer.
"""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AuditEntry
from accounts.roles import SUPPORT, group_of
from notifications.enums import State
from notifications.tasks import relay
from support.models import CannedAnswer, Ticket
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    ConsultationFactory,
    MessageFactory,
    PatientFactory,
)
from tests.records.world import CLINICAL, MARKED
from tests.support.world import asked

WRONG, RIGHT = "rosa@gmial.test", "rosa@ejemplo.test"


@pytest.fixture
def team(open_browser, erin):
    erin.groups.add(group_of(SUPPORT))
    return open_browser()


@pytest.fixture
def now():
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def searched(team, typed):
    team.page.locator("form.find [name=q]").fill(typed)
    with team.turning():
        team.page.locator("form.find [type=submit]").click()
    return team


def pressed(team, name):
    with team.turning():
        team.page.get_by_role("button", name=name, exact=True).click()
    return team


def led(team, name):
    with team.turning():
        team.page.get_by_role("link", name=name).first.click()
    return team


def answer(team, ticket, text):
    led(team.go(reverse("admin:support_ticket_changelist")), ticket.code)
    team.page.locator("[name=text]").fill(text)
    team.page.locator("[name=state]").first.select_option("solved")
    pressed(team, "Enviar la respuesta")
    ticket.refresh_from_db()
    return ticket.state


def test_message_did_not_arrive(team, clinic, dr_chen, erin, now):
    """Mistyped by the reception: found, put right, sent again, answered."""
    rosa = PatientFactory(account=None, first_names="Rosa", last_names="Paz", email=WRONG)
    visit = AppointmentFactory(
        clinic=clinic, patient=rosa, booked_by=dr_chen.user, starts_at=now + timedelta(days=3)
    )
    lost = MessageFactory(
        visit=visit, recipient=None, address=WRONG, state=State.GIVEN_UP,
        due_at=now - timedelta(days=1),
    )  # fmt: skip
    ticket = asked(now=now, subject="No me llega nada", text=f"Mi cita es la {visit.code}.")

    team.go(reverse("admin:index")).enter(erin.email).look("what waits for support")
    searched(team, visit.code).look("found by the code of a visit")
    led(team, visit.code)
    searched(team.go(reverse("admin:find")), WRONG)
    led(team, "Rosa Paz").page.wait_for_load_state()
    led(team, "Corregir el contacto").look("correct how a patient is reached")
    pressed(team, "Guardar").look("correct how a patient is reached, with errors")
    team.write(email=RIGHT, reason="Lo dictó por teléfono; el consultorio lo escribió mal.")
    pressed(team, "Guardar")
    rosa.refresh_from_db()
    assert rosa.email == RIGHT
    assert LogEntry.objects.filter(user=erin).count() == 1

    team.go(reverse("admin:notifications_message_changelist") + f"?q={lost.public_id}")
    team.page.locator("input.action-select").check()
    team.page.locator("select[name=action]").select_option("send_again")
    pressed(team, "Ir")
    team.look("why a message is sent again")
    team.write(reason="No le llegó: la dirección estaba mal escrita.")
    pressed(team, "Enviar otra vez")
    relay()
    assert [RIGHT] in [letter.to for letter in mail.outbox]

    text = "Corregimos su correo y le enviamos otra vez la confirmación."
    assert answer(team, ticket, text) == "solved"
    relay()
    assert any(text in letter.body for letter in mail.outbox if letter.to == [RIGHT])


def test_a_diagnosis_by_phone(team, clinic, alice, erin, now):
    """«¿Qué me diagnosticó la doctora?»: support looks everywhere that it may, and cannot know."""
    visit = AttendedFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=now - timedelta(days=2)
    )
    ConsultationFactory(visit=visit, said=MARKED, signed_at=now - timedelta(days=2))
    CannedAnswer.objects.create(
        title="Datos de salud", text_en="Your doctor tells.",
        text_es="Hola, {nombre}: soporte no ve su historia. Está en «Mi historia».",
    )  # fmt: skip
    ticket = asked(alice, now=now, subject="Mi diagnóstico")

    searched(team.go(reverse("admin:index")).enter(erin.email), alice.email)
    seen = team.page.content()
    for name in ("Alicia Vera", visit.code):
        searched(team.go(reverse("admin:find")), alice.email)
        led(team, name)
        seen += team.page.content()
    person = reverse("admin:accounts_user_view_as", args=[alice.pk])
    team.go(person).look("view as somebody").write(reason="Pide su diagnóstico por teléfono")
    pressed(team, "Ver como esta persona")
    team.go(reverse("appointments:mine") + "?ver=pasadas").look("visits seen as their patient")
    seen += team.page.content()
    for page, arguments in (("records:history", []), ("records:consultation", [visit.public_id])):
        team.go(reverse(page, args=arguments)).title("Esto no se ve como otra persona")
        seen += team.page.content()
    assert CLINICAL not in seen
    pressed(team, "Terminar")

    led(team.go(reverse("admin:support_ticket_changelist")), ticket.code)
    team.page.locator("[name=canned]").select_option(label="Datos de salud")
    pressed(team, "Insertar la respuesta preparada")
    expect(team.page.locator("[name=text]")).to_have_value(
        "Hola, Alicia Vera: soporte no ve su historia. Está en «Mi historia»."
    )
    team.page.locator("[name=state]").first.select_option("solved")
    pressed(team, "Enviar la respuesta")
    assert Ticket.objects.get().state == "solved"
    assert AuditEntry.objects.filter(person=alice, act="viewed", actor=erin).count() == 1
