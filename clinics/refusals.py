"""Every "no" about consultorios, each with the sentence that the person reads."""

from django.utils.translation import gettext_lazy as _

from core.db import Refusal


class ClinicRefused(Refusal):
    """`status` is the HTTP answer."""

    message = _("No pudimos guardar el consultorio.")
    status = 409


class HoursOverlap(ClinicRefused):
    message = _("Hay dos horarios que se cruzan el mismo día. Revise las horas y las fechas.")


class TooManyClinics(ClinicRefused):
    message = _("Ya tiene el máximo de consultorios. Archive uno para agregar otro.")


class TooManyDates(ClinicRefused):
    message = _("Ya tiene demasiadas fechas especiales. Quite las que ya no necesita.")


class NothingChosen(ClinicRefused):
    message = _("Elija al menos una fecha.")


class ClinicArchived(ClinicRefused):
    message = _("Ese consultorio está archivado. Vuelva a abrirlo para cambiarlo.")


class ClinicsBusy(ClinicRefused):
    status = 503
    message = _("Otra persona está cambiando lo mismo. Intente de nuevo en unos segundos.")
