from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """Life of a visit. FHIR Appointment.status in brackets."""

    HELD = "held", _("Guardada")  # [pending]
    EXPIRED = "expired", _("Vencida")  # a hold that ran out or was let go [cancelled]
    REQUESTED = "requested", _("Por confirmar")  # [proposed]
    BOOKED = "booked", _("Confirmada")  # [booked]
    ATTENDED = "attended", _("Asistió")  # [fulfilled]
    NO_SHOW = "no_show", _("No asistió")  # [noshow]
    CANCELLED_BY_PATIENT = "cancelled_patient", _("Cancelada por el paciente")  # [cancelled]
    CANCELLED_BY_DOCTOR = "cancelled_doctor", _("Cancelada por el médico")  # [cancelled]
    CANCELLED_BY_SUPPORT = "cancelled_support", _("Cancelada por el equipo")  # [cancelled]
    DECLINED = "declined", _("No aceptada")  # a request that the doctor refused [cancelled]
    LAPSED = "lapsed", _("Sin respuesta")  # a request that nobody answered in time [cancelled]


CANCELLED = frozenset(
    {
        Status.CANCELLED_BY_PATIENT,
        Status.CANCELLED_BY_DOCTOR,
        Status.CANCELLED_BY_SUPPORT,
        Status.DECLINED,
        Status.LAPSED,
    }
)
# What keeps its time from anybody else. Holds count until they expire.
HOLDING_SLOT = frozenset(
    {Status.HELD, Status.REQUESTED, Status.BOOKED, Status.ATTENDED, Status.NO_SHOW}
)
# What is still to come and may be moved or cancelled.
STANDING = frozenset({Status.REQUESTED, Status.BOOKED})
# What may be said of who came: a visit that is booked, or of which it was said already.
RECORDABLE = frozenset({Status.BOOKED, Status.ATTENDED, Status.NO_SHOW})

TRANSITIONS: dict[str, frozenset[str]] = {
    Status.HELD: frozenset({Status.REQUESTED, Status.BOOKED, Status.EXPIRED}),
    Status.EXPIRED: frozenset(),
    Status.REQUESTED: frozenset({Status.BOOKED, *CANCELLED}),
    Status.BOOKED: frozenset(
        # Moved by the patient where the doctor confirms each visit, it is a request again.
        {Status.REQUESTED, Status.ATTENDED, Status.NO_SHOW, *CANCELLED}
        - {Status.DECLINED, Status.LAPSED}
    ),
    # Corrected; or taken back, while the visit is not over.
    Status.ATTENDED: frozenset({Status.NO_SHOW, Status.BOOKED}),
    Status.NO_SHOW: frozenset({Status.ATTENDED, Status.BOOKED}),
    Status.CANCELLED_BY_PATIENT: frozenset(),
    Status.CANCELLED_BY_DOCTOR: frozenset(),
    Status.CANCELLED_BY_SUPPORT: frozenset(),
    Status.DECLINED: frozenset(),
    Status.LAPSED: frozenset(),
}


class ChangeKind(TextChoices):
    """A line of a visit's timeline."""

    BOOKED = "booked", _("Reservada")
    REQUESTED = "requested", _("Solicitada")
    RESCHEDULED = "rescheduled", _("Reprogramada")
    CANCELLED = "cancelled", _("Cancelada")
    ACCEPTED = "accepted", _("Aceptada")
    DECLINED = "declined", _("No aceptada")
    LAPSED = "lapsed", _("Venció sin respuesta")
    WILL_ATTEND = "will_attend", _("El paciente confirmó que asistirá")
    KEPT = "kept", _("Se mantiene aunque el horario cambió")
    ASKED = "asked", _("Se pidió al paciente elegir otra hora")
    ATTENDED = "attended", _("Asistencia registrada")
    NO_SHOW = "no_show", _("Inasistencia registrada")
    UNRECORDED = "unrecorded", _("Registro de asistencia retirado")


class RelocationEnd(TextChoices):
    """What became of asking a patient for another time."""

    MOVED = "moved", _("Eligió otra hora")
    CANCELLED = "cancelled", _("Prefirió cancelar")
    LAPSED = "lapsed", _("No respondió: cancelada")
    VOID = "void", _("La cita cambió por otra vía")


class CorrectionReason(TextChoices):
    """Why what the desk said of a patient's coming is put right."""

    MISTAKE = "mistake", _("Se marcó por error")
    CAME = "came", _("El paciente llegó después")
    LEFT = "left", _("El paciente se fue sin ser atendido")
    TOLD = "told", _("El paciente lo aclaró")
    OTHER = "other", _("Otro motivo")


class LineKind(TextChoices):
    """A line of a visit's account (FHIR PaymentNotice, ChargeItem)."""

    CHARGE = "charge", _("Cargo")
    PAYMENT = "payment", _("Pago")
    REFUND = "refund", _("Devolución")
    WAIVER = "waiver", _("Exoneración")
    VOID = "void", _("Anulación")


# Lines with which money changes hands: they have a method and a receipt.
MONEY_MOVES = frozenset({LineKind.PAYMENT, LineKind.REFUND})


class Fee(TextChoices):
    """What a charge is for; the price of a visit is no charge, it is frozen with the visit."""

    LATE_CANCELLATION = "late", _("Cancelación fuera de plazo")
    NO_SHOW = "no_show", _("Inasistencia")
    CONSULTATION = "visit", _("Consulta")  # where the consultorio had no price to freeze


class OnlineStatus(TextChoices):
    """What a provider has said of a payment that somebody began online."""

    OPEN = "open", _("Sin respuesta")
    FAILED = "failed", _("No se completó")
    PAID = "paid", _("Pagado")


class CalendarTrouble(TextChoices):
    """Why a doctor's other calendar could not be read, in words for the doctor."""

    UNREACHABLE = "unreachable", _("El servidor no responde.")
    NOT_PUBLIC = "not_public", _("La dirección no es de un servidor público de internet.")
    DENIED = "denied", _("El servidor pide una contraseña: copie la dirección secreta en ICS.")
    MISSING = "missing", _("El servidor dice que ese calendario ya no existe.")
    REFUSED = "refused", _("El servidor respondió con un error.")
    REDIRECTS = "redirects", _("La dirección lleva a otra, y esta a otra, demasiadas veces.")
    TOO_SLOW = "too_slow", _("El servidor tarda demasiado.")
    TOO_BIG = "too_big", _("El calendario pesa más de 2 MB.")
    NO_CALENDAR = "no_calendar", _("Ahí no hay un calendario ICS, sino otra cosa.")
    BROKEN = "broken", _("El calendario tiene errores y no se puede leer.")
    TOO_COMPLEX = "too_complex", _("El calendario tiene demasiados eventos o repeticiones.")
    FAILED = "failed", _("Algo falló de nuestro lado. Lo intentaremos otra vez.")


class Stage(TextChoices):
    """Where a visit is on its day. FHIR Encounter.status in brackets."""

    EXPECTED = "expected", _("Por llegar")  # [planned]
    ON_THE_WAY = "on_the_way", _("En camino")  # [planned]
    WAITING = "waiting", _("En la sala")  # [arrived]
    INSIDE = "inside", _("En consulta")  # [in-progress]
    DONE = "done", _("Terminada")  # [finished]


class SaidBy(TextChoices):
    """Who said that a patient has arrived."""

    PATIENT = "patient", _("el paciente")
    DESK = "desk", _("la recepción")
