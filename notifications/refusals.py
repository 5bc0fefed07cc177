"""Every "no" with its sentence."""

from django.utils.translation import gettext_lazy as _

from core.db import Busy, Refusal


class NotAgain(Refusal):
    message = _("Este mensaje no se puede enviar otra vez.")


class StillUnderWay(Refusal):
    message = _("Este mensaje todavía está en camino.")


class JustSent(Refusal):
    message = _("Se envió hace un momento. Espere diez minutos para repetirlo.")


class VisitStarted(Refusal):
    message = _("La cita ya empezó: este mensaje no serviría de nada.")


class MessagesBusy(Busy):
    message = _("Otra página está cambiando lo mismo. Intente de nuevo en unos segundos.")
