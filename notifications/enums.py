from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    EMAIL = "email", _("Correo")


class Kind(TextChoices):
    ACCOUNT = "account", _("Cuenta")
    BOOKED = "booked", _("Cita confirmada")
    RESCHEDULED = "rescheduled", _("Cita reprogramada")
    CANCELLED = "cancelled", _("Cita cancelada")


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
