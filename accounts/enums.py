from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    FEMALE = "female", _("Femenino")
    MALE = "male", _("Masculino")
    OTHER = "other", _("Otro")
    UNKNOWN = "unknown", _("Prefiero no decirlo")


class Relationship(TextChoices):
    """Who the patient is to the account's owner (FHIR RelatedPerson.relationship, reversed)."""

    SELF = "self", _("Yo")
    CHILD = "child", _("Hijo o hija")
    PARENT = "parent", _("Madre o padre")
    PARTNER = "partner", _("Pareja")
    OTHER = "other", _("Otra persona")


class Purpose(TextChoices):
    """What an invitation is for."""

    PATIENT = "patient", _("Paciente que registró el consultorio")
    ASSISTANT = "assistant", _("Asistente de un médico")


class Role(TextChoices):
    PATIENT = "patient", _("Soy paciente")
    DOCTOR = "doctor", _("Soy médica o médico")
    RECEPTION = "reception", _("Trabajo en un consultorio")


class AuditAct(TextChoices):
    LOGIN = "login", _("Entró a la cuenta")
    LOGIN_FAILED = "login_failed", _("Intento de entrar con una contraseña equivocada")
    LOGOUT = "logout", _("Salió de la cuenta")
    PASSWORD = "password", _("Cambió la contraseña")
    EMAIL = "email", _("Cambió el correo")
    ROLE = "role", _("Cambió lo que la cuenta puede hacer")
    EXPORT = "export", _("Descargó datos")
    SECOND_FACTOR = "factor", _("Cambió la verificación en dos pasos")
    CORRECTED = "corrected", _("Soporte corrigió un nombre, celular o correo")
    VIEWED = "viewed", _("Soporte vio la cuenta como usted la ve, sin cambiar nada")
    SESSIONS = "sessions", _("Cerró la sesión en otros navegadores")
