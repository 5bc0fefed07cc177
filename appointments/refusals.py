"""Every "no" of booking, each with the sentence that the person reads."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.db import Busy, Refusal
from core.money import NOTHING
from core.templatetags.when import money


class BookingRefused(Refusal):
    """`status` is the HTTP answer; another time helps unless `other_times_help` is off."""

    message = _("No pudimos reservar esa hora.")
    status = 409
    other_times_help = True


class TooMany(BookingRefused):
    status = 429
    other_times_help = False


class SlotTaken(BookingRefused):
    message = _("Alguien acaba de tomar esa hora. Elija otra.")


class SlotNotOffered(BookingRefused):
    message = _("Esa hora no está disponible. Elija otra.")


class SlotInThePast(BookingRefused):
    message = _("Esa hora ya pasó. Elija otra.")


class PatientBusy(BookingRefused):
    message = _("Esa persona ya tiene otra cita a esa hora. Elija otra hora.")


class TermsChanged(BookingRefused):
    message = _("El precio o las condiciones cambiaron. Revíselos y confirme otra vez.")


class TooManyHolds(TooMany):
    message = _("Hay demasiadas horas guardadas desde su conexión. Espere unos minutos.")


class TooManyBookings(TooMany):
    message = _("Ha reservado muchas citas en poco tiempo. Intente otra vez en una hora.")


class TooManyOpenVisits(TooMany):
    message = _("Ya tiene varias citas pendientes con este médico. Cancele una para reservar otra.")


class KeyReused(BookingRefused):
    other_times_help = False
    message = _("Este formulario ya se usó para otra cita. Revise sus citas y empiece de nuevo.")


class HoldLost(BookingRefused):
    message = _("Ya no le guardamos esa hora.")


class NoMoreTime(BookingRefused):
    message = _("Ya amplió una vez el tiempo de esta hora.")


class ServiceBusy(BookingRefused, Busy):
    status = 503
    message = _("Muchas personas están reservando a la vez. Intente de nuevo en unos segundos.")


class VisitOver(BookingRefused):
    message = _("Esa cita ya empezó o ya pasó: no se puede cambiar.")


class VisitNotStanding(BookingRefused):
    message = _("Esa cita ya no está vigente.")


class DeadlinePassed(BookingRefused):
    message = _("El plazo para reprogramar en línea ya terminó. Llame al consultorio.")


class SameTime(BookingRefused):
    message = _("Esa es la hora que la cita ya tiene. Elija otra.")


class VisitsUnsettled(BookingRefused):
    other_times_help = False
    message = _("Mientras decidía, la agenda cambió. Revise otra vez las citas de la lista.")


class AbsenceCoversVisits(BookingRefused):
    message = _("Hay citas en ese tiempo. Muévalas o cancélelas primero.")


class VisitThere(BookingRefused):
    message = _("A esa hora ya tiene una cita. Elija otra.")


class SlotHeld(BookingRefused):
    message = _("Un paciente está reservando esa hora. Elija otra, o espere unos minutos.")


class AbsentThen(BookingRefused):
    message = _("Esa hora está bloqueada por una ausencia. Elija otra, o quite el bloqueo.")


class OutsideSchedule(BookingRefused):
    """The desk may go on all the same: `warnings` are the rules that it would pass over."""

    message = _("Esa hora está fuera de lo que ofrece el consultorio.")

    def __init__(self, warnings: Sequence[str] = ()) -> None:
        super().__init__()
        self.warnings = list(warnings)


class BadLength(BookingRefused):
    other_times_help = False
    message = _("La cita debe durar entre 5 minutos y 12 horas.")


class PatientGone(BookingRefused):
    other_times_help = False
    message = _("Los datos de ese paciente acaban de cambiar. Búsquelo otra vez.")


class ClinicClosed(BookingRefused):
    other_times_help = False
    message = _("Ese consultorio está archivado: ya no recibe citas.")


class RequestAnswered(BookingRefused):
    other_times_help = False
    message = _("Esa solicitud ya se respondió o el paciente la canceló.")


class RequestLapsed(BookingRefused):
    other_times_help = False
    message = _("El plazo para responder esa solicitud ya terminó. La hora quedó libre.")


class SeriesRefused(BookingRefused):
    other_times_help = False


class NotRepeatable(SeriesRefused):
    message = _("Solo se repite una cita confirmada, o una a la que el paciente vino.")


class SeriesGoesOn(SeriesRefused):
    message = _("Esta cita ya es parte de una serie que sigue. Repita la última de la serie.")


class SeriesTooShort(SeriesRefused):
    message = _("Deje al menos una fecha: así no queda nada que reservar.")


class SeriesTooLong(SeriesRefused):
    message = _("Esta serie ya es muy larga. Repita otra cita, que no sea parte de ella.")


class NothingToMove(SeriesRefused):
    message = _("Mueva al menos una cita: así todas se quedan donde están.")


class NoneChosen(SeriesRefused):
    status = 422
    message = _("Elija al menos una cita de la lista.")


class DatesChanged(SeriesRefused):
    message = _("Mientras decidía, las citas cambiaron. Revise otra vez las fechas.")


class DatesRefused(SeriesRefused):
    """`dates` says why, by the key of each that stands in the way; nothing was written."""

    message = _("No se guardó nada: hay fechas que no están libres. Decida qué hacer con cada una.")

    def __init__(self, dates: Mapping[str, BookingRefused] | None = None) -> None:
        super().__init__()
        self.dates = dict(dates or {})


class AttendanceRefused(BookingRefused):
    other_times_help = False


class NotAttendable(AttendanceRefused):
    message = _("Solo se registra la asistencia a una cita confirmada.")


class TooEarlyToRecord(AttendanceRefused):
    message = _("Todavía no llega el día de esa cita: regístrela ese día.")


class NotYetMissed(AttendanceRefused):
    message = _("Esa cita aún no empieza: todavía puede llegar.")


class ArrivalAhead(AttendanceRefused):
    message = _("Esa hora de llegada aún no ha pasado. Revise los minutos.")


class AttendanceRecorded(AttendanceRefused):
    message = _("La asistencia a esa cita ya se registró. Si no es así, corríjala.")


class AttendanceChanged(AttendanceRefused):
    message = _("Mientras tanto, el registro de esa cita cambió. Revíselo otra vez.")


class CorrectionTooLate(AttendanceRefused):
    message = _("Pasaron más de 30 días: solo el médico puede corregir ese registro.")


class VisitEnded(AttendanceRefused):
    message = _("Esa cita ya terminó: diga si el paciente asistió o no.")


class ByPhoneOnly(BookingRefused):
    """Says nothing of why: others may look over a shoulder."""

    other_times_help = False
    message = _("Para esta cita comuníquese con el consultorio: con gusto le dan una hora.")

    def __init__(self, phone: str = "") -> None:
        said = _("Para esta cita llame al consultorio, %(phone)s: con gusto le dan una hora.")
        super().__init__(str(said % {"phone": phone}) if phone else "")


class AbsenceGone(BookingRefused):
    other_times_help = False
    message = _("Ese bloqueo ya terminó o ya no existe.")


class ClaimClash(BookingRefused):
    other_times_help = False
    message = _(
        "Esa persona ya tiene otra cita a la misma hora. Cancele una y abra el enlace otra vez."
    )


class CalendarRefused(BookingRefused):
    other_times_help = False


class TooManyCalendars(CalendarRefused):
    message = _("Ya tiene cinco calendarios. Quite uno para agregar otro.")


class CalendarThere(CalendarRefused):
    message = _("Ese calendario ya está en la lista.")


class OwnCalendar(CalendarRefused):
    message = _("Esa dirección es de Doctobooking: sus citas ya cuentan como ocupadas.")


class CalendarGone(CalendarRefused):
    message = _("Ese calendario ya no está en la lista.")


class PaymentRefused(BookingRefused):
    other_times_help = False


class MoreThanOwed(PaymentRefused):
    message = _("Esta cita no debe nada.")

    def __init__(self, owed: Decimal = NOTHING, currency: str = "") -> None:
        wish = _("El saldo de la cita es %(amount)s. Escriba ese valor o menos.")
        super().__init__(wish % {"amount": money(owed, currency)} if owed else "")


class MoreThanPaid(PaymentRefused):
    message = _("De esta cita no hay nada pagado que devolver.")

    def __init__(self, paid: Decimal = NOTHING, currency: str = "") -> None:
        wish = _("Lo pagado es %(amount)s. Escriba ese valor o menos.")
        super().__init__(wish % {"amount": money(paid, currency)} if paid else "")


class BadAmount(PaymentRefused):
    status = 422
    message = _("Ese valor no se puede pagar en esa moneda. Revise los decimales.")


class OtherCurrency(PaymentRefused):
    message = _("La cita se cobra en otra moneda. Abra el formulario otra vez.")


class VisitNeverStood(PaymentRefused):
    message = _("Esta cita no está confirmada: no tiene nada que cobrar.")


class PriceThere(PaymentRefused):
    message = _("El precio de esta cita quedó fijo cuando se reservó.")


class LineVoided(PaymentRefused):
    message = _("Ese movimiento ya está anulado.")


class RefundedSince(PaymentRefused):
    message = _("Después de ese pago hubo una devolución. Anule primero la devolución.")


class FormUsed(PaymentRefused):
    message = _("Este formulario ya registró otro movimiento. Ábralo otra vez.")


class FeeToTell(PaymentRefused):
    message = _("El plazo para cancelar sin costo ya terminó. Lea el cargo y confirme otra vez.")

    def __init__(self, fee: Decimal = NOTHING, currency: str = "") -> None:
        self.fee = fee
        wish = _("El plazo terminó: cancelar ahora cuesta %(amount)s. Confirme otra vez si acepta.")
        super().__init__(wish % {"amount": money(fee, currency)} if fee else "")


class NotPayableOnline(PaymentRefused):
    message = _("Esta cita no se puede pagar en línea, o ya está pagada.")


class NoticeRefused(PaymentRefused):
    """A provider's notice that is true and still fits nothing here: for the log."""


class UnknownPayment(NoticeRefused):
    status = 404
    message = _("Ese pago no es de aquí.")


class OtherAmount(NoticeRefused):
    message = _("El valor o la moneda no son los que se pidieron.")


class PaidTwice(NoticeRefused):
    message = _("Ese pago, o esa referencia, ya se registró.")


class DayRefused(BookingRefused):
    other_times_help = False


class TooEarlyToArrive(DayRefused):
    message = _("Todavía es pronto: podrá avisar cuando se acerque la hora de su cita.")


class DayOver(DayRefused):
    message = _("Esa cita ya terminó. Si está en el consultorio, dígalo en recepción.")


class NotToday(DayRefused):
    message = _("Esa cita no es de hoy.")


class RecordedAsMissed(DayRefused):
    message = _("Se registró que no asistió. Corrija primero ese registro.")


class NotInside(DayRefused):
    message = _("Esa persona todavía no pasa a consulta.")


class SomebodyInside(DayRefused):
    message = _("Otra persona ya está en consulta. Mire la sala otra vez.")


class DayChanged(DayRefused):
    message = _("Mientras tanto, la sala cambió. Mírela otra vez.")


class CodeTaken(DayRefused):
    """Somebody has that code today: another one is drawn, and nobody reads this."""


class TooLateToTakeBack(DayRefused):
    message = _("Ya no se puede deshacer desde aquí: dígalo en recepción.")


class ToldJustNow(DayRefused):
    message = _("El retraso ya se avisó hace menos de 30 minutos.")


class NobodyToTell(DayRefused):
    message = _("No hay a quién avisar: nadie más está por llegar.")


class NotLate(DayRefused):
    status = 422
    message = _("Escriba un retraso de 5 a 240 minutos.")
