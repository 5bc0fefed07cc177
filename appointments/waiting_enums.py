from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Closing(TextChoices):
    """Why an entry of the waiting list is not open any more."""

    ACCEPTED = "accepted", _("Aceptó una hora")
    LEFT = "left", _("Dejó la lista")
    RAN_OUT = "ran_out", _("Llegó la fecha límite")
    VISIT_GONE = "visit_gone", _("La cita que quería adelantar ya no está en pie")


class OfferState(TextChoices):
    """What became of an offer (FHIR AppointmentResponse.participantStatus in brackets)."""

    OFFERED = "offered", _("Ofrecida")  # [needs-action]
    ACCEPTED = "accepted", _("Aceptada")  # [accepted]
    REFUSED = "refused", _("Rechazada")  # [declined]
    EXPIRED = "expired", _("Venció sin respuesta")
    WITHDRAWN = "withdrawn", _("Retirada")


class Cause(TextChoices):
    """How a time became free."""

    PATIENT = "patient", _("La canceló el paciente")
    DOCTOR = "doctor", _("La canceló el consultorio")
    REQUEST = "request", _("Solicitud que no se aceptó")
    MOVED = "moved", _("La cita se movió a otra hora")
    OPENING = "opening", _("Se abrió más tiempo")


class FreedState(TextChoices):
    """What became of a freed time."""

    OPEN = "open", _("Libre")
    OFFERED = "offered", _("Ofrecida")
    FILLED = "filled", _("Ocupada por la lista de espera")
    BOOKED = "booked", _("La tomó otra persona")
    OVER = "over", _("Pasó sin ocuparse")


class Skip(TextChoices):
    """Why somebody who waits is not offered a time."""

    CLINIC = "clinic", _("espera en otro consultorio")
    WEEKDAY = "weekday", _("no puede ese día de la semana")
    HOURS = "hours", _("no cabía en sus horas")
    UNTIL = "until", _("espera solo hasta antes")
    NOT_EARLIER = "not_earlier", _("su cita es antes")
    NOTICE = "notice", _("necesita más aviso")
    ANSWERED = "answered", _("ya la rechazó, la dejó vencer o la liberó")
    BUSY = "busy", _("tiene otra cita a esa hora")
    HAS_OFFER = "has_offer", _("piensa en otra hora que le ofrecimos")
    BY_PHONE = "by_phone", _("debe reservar por teléfono")
    GONE = "gone", _("su cuenta está cerrada")
    ASLEEP = "asleep", _("duerme: se le ofrece por la mañana")


# What stays so until they wish something else or answer: either is told (waiting_offers.wake).
OF_WISH = frozenset({Skip.CLINIC, Skip.WEEKDAY, Skip.HOURS, Skip.UNTIL, Skip.NOT_EARLIER,
                     Skip.NOTICE, Skip.ANSWERED, Skip.HAS_OFFER})  # fmt: skip
