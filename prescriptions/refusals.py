"""Every "no" about prescriptions, each with the sentence that the person reads."""

from django.utils.translation import gettext_lazy as _

from core.db import Busy, Refusal


class PrescriptionRefused(Refusal):
    """`status` is the HTTP answer."""

    message = _("No pudimos emitir la receta.")
    status = 409


class PrescriptionBusy(PrescriptionRefused, Busy):
    status = 503
    message = _("Otra página está guardando lo mismo. Intente de nuevo en unos segundos.")


class NotPrescribable(PrescriptionRefused):
    message = _(
        "La receta se emite desde el día de la cita, y solo de una cita que no se canceló ni se "
        "perdió."
    )


class NoLicence(PrescriptionRefused):
    message = _(
        "Su registro profesional no está en su perfil, y la receta lo lleva impreso. Escríbalo en "
        "Perfil, «Registro profesional», y vuelva a esta página."
    )


class LicenceRefused(PrescriptionRefused):
    message = _(
        "No pudimos verificar su registro profesional. Corríjalo en Perfil, «Registro "
        "profesional», y vuelva a esta página."
    )


class AlreadyRevoked(PrescriptionRefused):
    message = _("La receta ya estaba anulada.")


class TooManyTemplates(PrescriptionRefused):
    message = _("Tiene el máximo de plantillas. Borre una que ya no use.")
