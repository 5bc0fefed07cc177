"""Every «no» of the privacy pages, with its sentence."""

from django.utils.translation import gettext_lazy as _

from core.db import Refusal


class ExportPending(Refusal):
    message = _("Ya estamos preparando una copia de sus datos.")


class TooManyExports(Refusal):
    message = _("Ya pidió varias copias hoy. Pida otra mañana.")


class SomethingToSettle(Refusal):
    message = _("Antes de cerrar su cuenta hay algo que resolver: léalo abajo.")


class NoRecords(Refusal):
    message = _("No hay historias ni recibos que conservar: la cuenta se cierra sin custodia.")


class ClosingPending(Refusal):
    message = _("Ya se pidió cerrar esa cuenta.")


class NothingToKeep(Refusal):
    message = _("No hay ningún cierre pendiente de su cuenta.")


class TooLate(Refusal):
    message = _("Ya no puede deshacerse: estamos cerrando su cuenta.")
