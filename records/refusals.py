"""Every "no" about records, each with the sentence that the person reads."""

from django.utils.translation import gettext_lazy as _

from core.db import Busy, Refusal


class RecordRefused(Refusal):
    """`status` is the HTTP answer."""

    message = _("No pudimos guardar la consulta.")
    status = 409


class RecordBusy(RecordRefused, Busy):
    status = 503
    message = _("Otra página está guardando lo mismo. Intente de nuevo en unos segundos.")


class NotRecordable(RecordRefused):
    message = _(
        "La consulta se escribe desde el día de la cita, y solo de una cita que no se canceló ni "
        "se perdió."
    )


class NothingWritten(RecordRefused):
    status = 422
    message = _("Escriba algo antes de guardar.")


class DraftChanged(RecordRefused):
    message = _(
        "Otra ventana guardó cambios después de que usted abrió esta. No se perdió nada: compare "
        "los dos textos antes de guardar."
    )


class ReadAgain(DraftChanged):
    message = _("El borrador cambió después de que usted lo revisó. Léalo otra vez y firme.")


class AlreadySigned(RecordRefused):
    message = _("La consulta ya está firmada. Lo que falte se agrega con una adenda.")


class NothingToSign(RecordRefused):
    status = 422
    message = _("Escriba la evaluación, un diagnóstico o el plan antes de firmar.")


class NotSigned(RecordRefused):
    message = _("La consulta no está firmada todavía: corrija el borrador.")


class AmendedMeanwhile(RecordRefused):
    message = _(
        "Mientras escribía se agregó otra adenda. Léala más arriba, revise su texto y guárdelo "
        "otra vez."
    )


class FileRefused(RecordRefused):
    status = 422
    message = _("No pudimos leer el archivo. Elija un PDF, o una imagen JPG o PNG.")


class TooManyFiles(RecordRefused):
    message = _("La consulta ya tiene 20 documentos.")


class TooMuchSent(RecordRefused):
    status = 429
    message = _(
        "Hoy ya adjuntó todo lo que se puede en un día. Adjunte este documento mañana: lo que "
        "escribió está guardado."
    )


class NotForBackground(RecordRefused):
    message = _(
        "Los antecedentes se anotan desde el día de la cita, y solo de una cita que no se canceló "
        "ni se perdió."
    )


class AlreadyEnded(RecordRefused):
    message = _("Ese antecedente ya está marcado como terminado.")


class HasAllergies(RecordRefused):
    message = _("Hay alergias anotadas: márquelas como terminadas antes de decir que no tiene.")


class NotYourDoctor(RecordRefused):
    message = _("Elija un médico con quien tiene o tuvo una cita.")


class AlreadyShared(RecordRefused):
    message = _("Ya la comparte con ese médico. Para cambiar la fecha, deje de compartir primero.")
