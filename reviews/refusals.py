"""Every "no" about opinions, each with the sentence that the person reads."""

from django.utils.translation import gettext_lazy as _

from core.db import Busy, Refusal


class ReviewRefused(Refusal):
    """`status` is the HTTP answer."""

    message = _("No pudimos guardar su opinión.")
    status = 409


class ReviewBusy(ReviewRefused, Busy):
    status = 503
    message = _("Otra página está cambiando lo mismo. Intente de nuevo en unos segundos.")


class NotAttended(ReviewRefused):
    message = _("Solo se opina sobre una cita a la que se asistió.")


class NotWhoAttended(ReviewRefused):
    message = _("Solo opina quien asistió a la cita.")


class OwnPractice(ReviewRefused):
    message = _("No puede opinar sobre un consultorio en el que usted trabaja.")


class TooLateToGive(ReviewRefused):
    message = _("El plazo para opinar sobre esta cita ya terminó.")


class AlreadyGiven(ReviewRefused):
    message = _("Ya opinó sobre esta cita. Puede editar lo que escribió.")


class EditWindowOver(ReviewRefused):
    message = _("El plazo para editar ya terminó.")


class Withdrawn(ReviewRefused):
    message = _("Esta opinión fue retirada por quien la escribió.")


class NotTheDoctor(ReviewRefused):
    message = _("Solo el médico responde a las opiniones sobre él.")


class AlreadyReplied(ReviewRefused):
    message = _("Ya respondió a esta opinión. Puede editar su respuesta.")


class NotShown(ReviewRefused):
    message = _("Esta opinión ya no se muestra.")


class OwnOpinion(ReviewRefused):
    message = _("Esta opinión es suya: puede editarla o retirarla.")


class AlreadyReported(ReviewRefused):
    message = _("Ya denunció esta opinión. El equipo la revisará.")


class TooManyReports(ReviewRefused):
    status = 429
    message = _("Ha denunciado muchas opiniones hoy. Intente otra vez mañana.")


class NotModerator(ReviewRefused):
    status = 403
    message = _("Solo el equipo de moderación decide sobre opiniones.")


class OwnCase(ReviewRefused):
    message = _("Usted es parte en este caso: debe decidirlo otra persona del equipo.")


class NothingToDecide(ReviewRefused):
    message = _("La opinión ya está así. Revise qué falta decidir.")


class NothingToAppeal(ReviewRefused):
    message = _("No hay una decisión que pueda reclamar.")


class AlreadyAppealed(ReviewRefused):
    message = _("Ya reclamó contra esta decisión. El equipo le responderá.")
