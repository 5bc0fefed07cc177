from datetime import timedelta

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class About(TextChoices):
    """What a question is about."""

    VISIT = "visit", _("Una cita")
    PAYMENT = "payment", _("Un pago o un recibo")
    MESSAGES = "messages", _("Correos y avisos que no llegan")
    ACCOUNT = "account", _("Mi cuenta o mi contraseña")
    PRIVACY = "privacy", _("Mis datos y mi privacidad")
    AGENDA = "agenda", _("Mi agenda de médico o mi consultorio")
    FAULT = "fault", _("Algo de la página no funciona")
    OTHER = "other", _("Otra cosa")


class State(TextChoices):
    OPEN = "open", _("Abierta")
    WAITING = "waiting", _("Espera su respuesta")
    SOLVED = "solved", _("Resuelta")
    CLOSED = "closed", _("Cerrada")


OVER = (State.SOLVED, State.CLOSED)


class Priority(IntegerChoices):
    LOW = 1, _("Baja")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("Alta")
    URGENT = 4, _("Urgente")


# Within which a question is to have its first answer.
FIRST_ANSWER = {
    Priority.LOW: timedelta(hours=72),
    Priority.NORMAL: timedelta(hours=24),
    Priority.HIGH: timedelta(hours=8),
    Priority.URGENT: timedelta(hours=2),
}


class Author(TextChoices):
    PERSON = "person", _("Quien pregunta")
    STAFF = "staff", _("Equipo de soporte")
    SYSTEM = "system", _("Doctobooking")


class Source(TextChoices):
    WEB = "web", _("Página")
    MAIL = "mail", _("Correo")


class Mark(IntegerChoices):
    """How somebody found the help."""

    VERY_BAD = 1, _("Muy mala")
    BAD = 2, _("Mala")
    FAIR = 3, _("Regular")
    GOOD = 4, _("Buena")
    VERY_GOOD = 5, _("Muy buena")
