"""Of a mail, what somebody wrote: quotes go, and ordinary sentences never."""

import pytest

from support.quotes import without_quotes

OUTLOOK = (
    "Enviado: lunes, 23 de noviembre de 2026 9:00\nPara: Rosa\nAsunto: Su consulta\n\nlo de antes"
)


@pytest.mark.parametrize(
    "quoted",
    [
        "> lo de antes\n> más",
        "El lun, 23 nov 2026 a las 9:00, Soporte <a@b.test> escribió:\n> lo de antes",
        "El lun, 23 nov 2026 a las 9:00, Soporte\n<a@b.test> escribió:\n> lo de antes",
        "El lun, 23 nov 2026 a las 9:00, Soporte (<a@b.test>)\nescribió:\n\n> lo de antes",
        "El lun, 23 nov 2026 a las 9:00, Soporte\n(<a@b.test>)\nescribió:\n> lo de antes",
        "El 23/11/26 a las 9:00, Soporte escribió:\n> lo de antes",
        "On Mon, 23 Nov 2026 at 9:00, Support <a@b.test> wrote:\n\n> lo de antes",
        "On Monday, November 23, 2026 at 09:00 AM, Support <a@b.test> wrote:\n\nlo de antes",
        "Em seg., 23 de nov. de 2026 às 09:00, X <a@b.test> escreveu:\nlo de antes",
        "Le lun. 23 nov. 2026 à 09:00, X <a@b.test> a écrit :\nlo de antes",
        "Am 23.11.2026 um 09:00 schrieb X <a@b.test>:\nlo de antes",
        "El lun, 23 nov 2026 a las 9:00, Soporte <a@b.test> escribió:",
        "-----Mensaje original-----\nDe: Soporte\nlo de antes",
        "________________________________\nFrom: Support <a@b.test>\nlo de antes",
        f"________________________________\n\nDe: Soporte <a@b.test>\n{OUTLOOK}",
        "De: Soporte <a@b.test>\nEnviado: lunes\nlo de antes",
        f"De: Soporte\n{OUTLOOK}",
        f"*De:* Soporte [mailto:a@b.test]\n*Enviado el:* lunes\n{OUTLOOK}",
        "Enviado desde mi iPhone",
        "Enviado desde mi Samsung Galaxy smartphone.",
        "Obtener Outlook para Android",
    ],
)
def test_what_is_quoted_goes(quoted):
    assert without_quotes(f"Sigue igual.\n\n{quoted}\n") == "Sigue igual."


@pytest.mark.parametrize(
    "text",
    [
        "El consultorio nunca me escribió\nNecesito que me devuelvan el pago.",
        "On Monday I tried to pay and nobody wrote\nPlease help",
        "Hola\nDe: ana@x.com no me llegó nada\nAyuda",
        "Buenas.\nEl médico nunca me escribió:\nni una vez. ¿Qué hago?",
        "Hola.\nEl 3 de mayo de 2026 a las 9:00 la doctora me escribió:\nno venga.\n¿Y ahora?",
        "Hola.\nEl lunes ana@x.com me escribió:\nno venga.",
        "Hola.\nDe: Ana <ana@x.com>\nno me llegó nada.",
        "Hola.\nDe: Quito\nPara: Loja\nFecha: lunes\nNo encuentro la cita.",
        "Uno\n________________________________\nDos",
        "Uno\n________________________________\nDe: mi hermana, que no puede entrar.",
        "Vea esto:\n-----Mensaje original-----\ndecía el correo, y nada más.",
        "Vea esto:\n---------- Forwarded message ---------\nFrom: B <b@x.test>\nDate: hoy\nPague.",
        "El pago lo hice\nenviado desde mi banco ayer.",
        "Enviado desde mi celular no se ve la página.\nAyuda",
        "De: dónde saco el recibo?\n\nEl médico no responde:\n- uno\n\nEl lunes me dijo: no",
    ],
)
def test_what_is_not_quoted_stays(text):
    assert without_quotes(text) == text


def test_what_is_written_below_or_between_stays():
    text = "El lun, 23 nov 2026, Ana <a@b.test> escribió:\n> ¿Le llegó?\n\nNo.\n> ¿Y hoy?\nTampoco."
    assert without_quotes(text) == "No.\nTampoco."


@pytest.mark.parametrize(
    "text",
    [
        "> todo citado",
        "--\nRosa Paz",
        "Enviado desde mi iPhone",
        f"De: Soporte <a@b.test>\n{OUTLOOK}",
        "On Mon, 23 Nov 2026 at 9:00, Support <a@b.test> wrote:\nMy answer is here.",
    ],
)
def test_where_nothing_would_be_left_all_stays(text):
    assert without_quotes(text) == text


def test_no_text_is_none():
    assert without_quotes(" \n\n") == ""
