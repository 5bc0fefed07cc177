from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    EMAIL = "email", _("Correo")


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


class Audience(TextChoices):
    PATIENT = "patient", _("Paciente")
    DOCTOR = "doctor", _("Médico")
    ACCOUNT = "account", _("Cuenta")


class State(TextChoices):
    PLANNED = "planned", _("Por enviar")
    SENDING = "sending", _("Enviándose")
    SENT = "sent", _("Enviado")
    FAILED = "failed", _("Falló: se reintentará")
    GIVEN_UP = "given_up", _("Abandonado")
    UNKNOWN = "unknown", _("Resultado desconocido")
