"""Messages that can be trusted: links that act, an inbox, what was told and once more."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.enums import Status
from clinics.models import Assistant
from notifications.links import link_to
from notifications.models import Message, Preferences, RefusedAddress
from tests.factories import AppointmentFactory, MessageFactory
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.visitor import at, letters_to, next_week

PATIENCE_MS = 15_000
BOTH = pytest.mark.parametrize(
    ("scripts", "width"), [(True, WIDE), (False, NARROW)], ids=["scripts", "plain"]
)


@pytest.fixture
def coming(clinic, alice):
    """Alicia's, next week at 10:00; whatever time it moves to may be moved again."""
    return AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=at(next_week(), 10),
        cancellation_notice_minutes=0,
    )  # fmt: skip


@pytest.fixture
def remind():
    """The reminder's mail, as the worker sends it; its links by their words."""

    def send(visit):
        address = visit.patient.account.email
        now = timezone.now()
        message = MessageFactory(
            visit=visit, kind="reminder_1d", state="planned", due_at=now, next_try_at=now
        )
        # By hand, as somebody at the desk would: at night reminders wait.
        Message.objects.filter(pk=message.pk).update(copy=1, resent_by=visit.doctor.user)
        letter = letters_to(address)[-1]
        assert "Recordatorio" in letter.subject
        links = re.findall(r"^(.+):\n(?:https?://[^/]+)(/\S+)$", letter.body, re.M)
        return dict(links)

    return send


@BOTH
def test_coming_is_said_by_a_link_and_seen_at_the_desk(
    open_browser, remind, coming, dr_chen, scripts, width
):
    desk = open_browser(width=width).go(f"/agenda/?vista=dia&fecha={next_week():%Y-%m-%d}")
    desk.enter(dr_chen.user.email)
    part = desk.page.locator("#agenda-vivo")
    expect(part).to_contain_text("Alicia Vera")
    expect(part).not_to_contain_text("Asistirá")
    links = remind(coming)
    patient = open_browser(scripts=scripts, width=width).go(links["Asistiré"])
    patient.title("¿Asistirá a su cita?").look("link: coming?")
    patient.press("Sí, asistiré").title("Gracias: le esperamos").look("link: coming")
    expect(part).to_contain_text("Asistirá", timeout=PATIENCE_MS)
    desk.look("day with somebody who comes")
    for view in ("lista", "semana"):
        desk.go(f"/agenda/?vista={view}&fecha={next_week():%Y-%m-%d}").reads("Asistirá")
    desk.look("week with somebody who comes")


@BOTH
def test_a_visit_is_moved_by_a_link(open_browser, remind, coming, scripts, width):
    links = remind(coming)
    patient = open_browser(scripts=scripts, width=width).go(links["Reprogramar"])
    patient.title("Elija la nueva hora").look("link: times")
    time = patient.page.locator("a[href*='/reprogramar/2']:visible").first
    patient.follow(time).title("¿Movemos su cita?").look("link: move?")
    patient.press("Confirmar la nueva hora").title("Su cita tiene una nueva hora")
    patient.look("link: moved")
    before = coming.starts_at
    coming.refresh_from_db()
    assert (coming.starts_at != before, coming.sequence) == (True, 1)
    taken = coming.starts_at + timedelta(days=1)
    AppointmentFactory(clinic=coming.clinic, starts_at=taken)
    patient.go(f"{links['Reprogramar']}{taken:%Y%m%dT%H%M%SZ}/").title("Elija otra hora")
    patient.look("link: lost time").reads("Su cita sigue como estaba")


@BOTH
def test_a_visit_is_cancelled_by_a_link(open_browser, remind, coming, scripts, width):
    links = remind(coming)
    patient = open_browser(scripts=scripts, width=width).go(links["Cancelar la cita"])
    patient.title("¿Cancelar esta cita?").look("link: cancel?")
    patient.press("Sí, cancelar la cita").title("Su cita está cancelada").look("link: cancelled")
    coming.refresh_from_db()
    assert coming.status == Status.CANCELLED_BY_PATIENT
    for name in ("Asistiré", "Cancelar la cita", "Reprogramar"):
        patient.go(links[name]).title("Esta cita ya no está en pie")
    patient.look("link: over")


@BOTH
def test_reminders_are_stopped_by_a_link(open_browser, remind, coming, alice, scripts, width):
    links = remind(coming)
    patient = open_browser(scripts=scripts, width=width)
    patient.go(links["Dejar de recibir estos mensajes"])
    patient.title("¿Dejar de recibir estos mensajes?").look("link: stop?")
    patient.press("Sí, dejar de recibirlos").title("Listo: no le enviaremos más de estos")
    patient.look("link: stopped")
    assert Preferences.objects.get(account=alice).reminders == []
    patient.follow("Elegir qué mensajes recibe y por dónde").enter(alice.email)
    expect(patient.page.get_by_label("Ninguno")).to_be_checked()


def test_links_of_late_and_of_several_visits(open_browser, clinic, alice):
    patient = alice.patients.get()
    now = timezone.now()
    soon = AppointmentFactory(clinic=clinic, patient=patient, starts_at=now + timedelta(hours=2))
    two = [AppointmentFactory(clinic=clinic, patient=patient, starts_at=at(next_week(), hour))
           for hour in (10, 12)]  # fmt: skip
    late, first = (MessageFactory(visit=v, kind="reminder_1d") for v in (soon, two[0]))
    MessageFactory(
        visit=two[1], kind="reminder_1d", state="suppressed", why="joined", carrier=first
    )

    def path(page, message):
        return re.sub("https?://[^/]+", "", link_to(page, message))

    visitor = open_browser().go(path("link_cancel", late)).look("link: late to cancel")
    visitor.go(path("link_reschedule", late)).title("Ya no se puede reprogramar en línea")
    visitor.look("link: late to move").go(path("link_attend", first))
    visitor.title("¿Asistirá a sus citas?").look("link: several visits")
    visitor.press("Sí, asistiré a todas").look("link: coming to several")


# On our own pages -----------------------------------------------------------------------------


@BOTH
def test_inbox(open_browser, visit, alice, scripts, width):
    letters_to(alice.email)
    MessageFactory(visit=visit, kind="reminder_1d", channel="inbox", address="", copy=1,
                   due_at=timezone.now())  # fmt: skip
    patient = open_browser(scripts=scripts, width=width).go("/avisos/").enter(alice.email)
    count = patient.page.locator(".site-header .count")
    expect(count.first).to_contain_text("2")
    patient.title("Avisos").look("inbox")
    if width == NARROW:
        patient.page.locator(".nav--menu summary").click()
        patient.look("phone menu with a count")
        patient.page.locator(".nav--menu summary").click()
    if not scripts:
        patient.press("Marcar todo como leído")
    else:
        # A script marks what the page showed.
        expect(patient.page.locator("main form button")).to_be_visible()
        for _second in range(15):
            if not Message.objects.filter(recipient=alice).unread().exists():
                break
            patient.page.wait_for_timeout(300)
        patient.go("/avisos/")
    expect(patient.page.locator("main")).not_to_contain_text("Nuevo")
    expect(count).to_have_count(0)
    patient.look("inbox that was read")
    patient.follow(patient.page.locator(".notices a").first)
    patient.title("Su cita")


@BOTH
def test_preferences(open_browser, alice, settings, scripts, width):
    settings.PHONE_CHANNELS = ["sms", "whatsapp"]
    RefusedAddress.objects.create(
        channel="email", address=alice.email, account=alice, error="550",
        first_at=timezone.now(), last_at=timezone.now(),
    )  # fmt: skip
    patient = open_browser(scripts=scripts, width=width).go("/cuenta/avisos/").enter(alice.email)
    patient.title("Cómo le avisamos").look("preferences")
    patient.reads("rechaza lo que le enviamos")
    own = patient.page.get_by_label("7 días antes")
    expect(own).to_be_hidden()
    patient.choose("Solo los que elijo")
    expect(own).to_be_visible()
    patient.write(phone="1").press("Guardar").look("preferences with errors")
    patient.page.get_by_label("Escríbame primero por").select_option("whatsapp")
    patient.page.get_by_label("7 días antes").uncheck()
    patient.write(phone="+593 99 765 4321").press("Guardar")
    expect(patient.page.get_by_text("Guardamos sus preferencias de avisos.")).to_be_visible()
    patient.look("preferences saved")
    kept = Preferences.objects.get(account=alice)
    assert (kept.channels[0], kept.reminders) == ("whatsapp", ["1d", "2h"])


@BOTH
def test_a_message_that_failed_is_sent_again(open_browser, visit, alice, dr_chen, scripts, width):
    letters_to(alice.email)
    Message.objects.filter(channel="email", audience="patient", state="sent").update(
        state="given_up", sent_at=None, created_at=timezone.now() - timedelta(hours=1)
    )
    desk = open_browser(scripts=scripts, width=width)
    desk.go(f"/agenda/citas/{visit.public_id}/").enter(dr_chen.user.email)
    desk.reads("No llegó")
    desk.look("visit with a message that failed")
    with desk.turning():
        desk.page.get_by_role("button", name="Enviar otra vez").first.click()
    desk.title("Mensajes de esta cita").reads("enviado otra vez")
    desk.look("messages at the desk, sent again")
    before = len(letters_to(alice.email))
    assert before == 2
    desk.go(f"/agenda/citas/{visit.public_id}/mensajes/")
    expect(desk.page.locator("main")).not_to_contain_text("No llegó", use_inner_text=True)
    desk.page.locator("details.disclosure summary").first.click()
    desk.look("messages at the desk, unfolded")
    patient = open_browser(scripts=scripts, width=width)
    patient.go(f"/citas/{visit.public_id}/mensajes/").enter(alice.email)
    patient.reads("enviado otra vez")
    patient.look("messages of a patient")
    patient.go(f"/citas/{visit.public_id}/").reads("Mensajes")
    patient.press("Asistiré").reads("El consultorio sabe que asistirá.")
    patient.look("visit to which the patient comes")


@BOTH
def test_what_an_assistant_is_told(open_browser, clinic, carla, dr_chen, scripts, width):
    member = Assistant.objects.get(user=carla)
    desk = open_browser(scripts=scripts, width=width)
    desk.go(f"/equipo/{member.public_id}/").enter(dr_chen.user.email)
    desk.choose("Citas canceladas").choose("Las citas del día, cada mañana")
    desk.look("assistant with notices").press("Guardar los cambios").title("Equipo")
    member.refresh_from_db()
    assert member.notices == ["cancelled", "digest"]
