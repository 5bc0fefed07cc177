"""Every "no" of the help desk, with its sentence."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core.db import Busy, Refusal


class TicketRefused(Refusal):
    status = 409


class TooManyTickets(TicketRefused):
    status = 429
    message = _(
        "Recibimos muchas consultas desde aquí en poco tiempo. Espere un rato y envíela otra vez: "
        "lo que escribió sigue en la página."
    )


class TooManyReplies(TicketRefused):
    status = 429
    message = _("Envió muchos mensajes seguidos. Espere un rato y envíelo otra vez.")


class TooMuchSent(TicketRefused):
    status = 429
    message = _(
        "Hoy ya nos envió todos los archivos que se pueden en un día. Envíe su mensaje sin ellos: "
        "lo que escribió sigue en la página."
    )


class TooManyMarks(Refusal):
    status = 429
    message = _("Ya nos dijo de muchos artículos. Espere un rato antes de decirnos de otro.")


class TicketClosed(TicketRefused):
    message = _("Esta consulta está cerrada. Puede abrir otra cuando quiera.")


class TicketForgotten(TicketClosed):
    """What was said in it went after its time (services.forgetting)."""

    status = 404
    message = _(
        "Los textos de esta consulta ya se borraron: no se le puede agregar ni cambiar nada."
    )


class NothingToMark(TicketRefused):
    message = _("Podrá calificar la ayuda cuando la consulta esté resuelta.")


class MessageNotSeen(TicketRefused):
    message = _(
        "Mientras usted escribía llegó otro mensaje: está marcado como nuevo. No guardamos nada; "
        "léalo y, si lo suyo sigue bien, envíelo otra vez."
    )


class TicketTaken(TicketRefused):
    message = _("Otra persona del equipo ya tomó esta consulta.")


class TicketMoved(TicketRefused):
    """`fields` are the names of what somebody else changed."""

    message = _(
        "Alguien cambió esta consulta mientras usted la miraba. No guardamos nada; revise lo que "
        "está marcado y, si todavía lo quiere, guarde los cambios otra vez."
    )

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__()
        self.fields = fields


class NoHelper(TicketRefused):
    message = _("Esa persona no atiende consultas.")


class TicketBusy(Busy, TicketRefused):
    message = _("Alguien más está cambiando esta consulta. Envíelo otra vez en un momento.")
