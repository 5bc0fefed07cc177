from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    INBOX = "inbox", _("Avisos en Doctobooking")
    EMAIL = "email", _("Correo")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")


# What reaches people outside of our pages, in the order that nobody has changed.
OUTSIDE = (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)
# What rings in a pocket.
PHONE = frozenset({Channel.SMS, Channel.WHATSAPP})


class Kind(TextChoices):
    ACCOUNT = "account", _("Cuenta")
    INVITATION = "invitation", _("Invitación")
    BOOKED = "booked", _("Cita confirmada")
    REQUESTED = "requested", _("Cita solicitada")
    RESCHEDULED = "rescheduled", _("Cita reprogramada")
    CANCELLED = "cancelled", _("Cita cancelada")
    ACCEPTED = "accepted", _("Solicitud aceptada")
    DECLINED = "declined", _("Solicitud no aceptada")
    LAPSED = "lapsed", _("Solicitud sin respuesta")
    ASKED = "asked", _("Elegir otra hora")
    REMINDER_WEEK = "reminder_7d", _("Recordatorio: 7 días antes")
    REMINDER_DAY = "reminder_1d", _("Recordatorio: 1 día antes")
    REMINDER_HOURS = "reminder_2h", _("Recordatorio: 2 horas antes")
    DELAYED = "delayed", _("Retraso de la consulta")
    FEEDBACK = "feedback", _("¿Cómo le fue?")
    PRESCRIPTION = "prescription", _("Receta lista")
    RX_REVOKED = "rx_revoked", _("Receta anulada")
    OPINION = "opinion", _("Nueva opinión")
    DIGEST = "digest", _("Citas del día")
    WAITING_OFFER = "waiting_offer", _("Lista de espera: hora ofrecida")
    WAITING_MISSED = "waiting_missed", _("Lista de espera: hora que venció")
    WAITING_ENDING = "waiting_ending", _("Lista de espera: está por terminar")


# From the earliest to the latest: what is due later overtakes what is late.
REMINDERS = (Kind.REMINDER_WEEK, Kind.REMINDER_DAY, Kind.REMINDER_HOURS)
# What nobody asked for at this very moment: it may be stopped, and it waits for the morning.
OPTIONAL = frozenset({*REMINDERS, Kind.FEEDBACK, Kind.OPINION, Kind.DIGEST})
# That there is a prescription is for the patient and the doctor alone.
CLINICAL = frozenset({Kind.PRESCRIPTION, Kind.RX_REVOKED})
# That they were written says what the team shall not know: who has a prescription, who gave an
# opinion.
TELLING = CLINICAL | {Kind.OPINION}
# About one visit, after it was held: nothing of it is in the calendar any more.
AFTERWARDS = TELLING | {Kind.FEEDBACK}

# Of the waiting list: about a time that is offered, or about waiting itself; no visit is there yet.
WAITING = frozenset({Kind.WAITING_OFFER, Kind.WAITING_MISSED, Kind.WAITING_ENDING})


class Audience(TextChoices):
    PATIENT = "patient", _("Paciente")
    DOCTOR = "doctor", _("Médico")
    ASSISTANT = "assistant", _("Recepción")
    ACCOUNT = "account", _("Cuenta")


class State(TextChoices):
    PLANNED = "planned", _("Por enviar")
    SENDING = "sending", _("Enviándose")
    SENT = "sent", _("Enviado")
    FAILED = "failed", _("Falló: se reintentará")
    GIVEN_UP = "given_up", _("Abandonado")
    UNKNOWN = "unknown", _("Resultado desconocido")
    SUPPRESSED = "suppressed", _("No se envió")


class Why(TextChoices):
    """Why a message was not sent."""

    MOVED = "moved", _("la cita cambió de hora")
    CANCELLED = "cancelled", _("la cita ya no está en pie")
    CORRECTED = "corrected", _("se corrigió la asistencia")
    NOT_WANTED = "not_wanted", _("quien lo recibe no lo quiere")
    CLINIC_OFF = "clinic_off", _("el consultorio no lo envía")
    JOINED = "joined", _("va en el mismo mensaje que otra cita de ese día")
    OVERTAKEN = "overtaken", _("ya tocaba el siguiente recordatorio")
    TOO_LATE = "too_late", _("ya era tarde para avisar")
    EMPTY = "empty", _("no había citas ese día")
    NO_ADDRESS = "no_address", _("no hay a dónde escribir")
    REFUSED = "refused", _("esa dirección rechaza los mensajes")
    CLOSED = "closed", _("la invitación ya no sirve")
    CHANNEL_OFF = "channel_off", _("ese canal no está en uso")
    OFFER_OVER = "offer_over", _("la hora ya no se ofrece")
    READER_GONE = "reader_gone", _("quien lo recibía ya no está")
