from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Weekday(IntegerChoices):
    """ISO 8601 weekdays."""

    MONDAY = 1, _("lunes")
    TUESDAY = 2, _("martes")
    WEDNESDAY = 3, _("miércoles")
    THURSDAY = 4, _("jueves")
    FRIDAY = 5, _("viernes")
    SATURDAY = 6, _("sábado")
    SUNDAY = 7, _("domingo")


class ExceptionKind(TextChoices):
    CLOSED = "closed", _("Cerrado")
    EXTRA = "extra", _("Horario extra")


class Reminder(TextChoices):
    """How long before a visit its patient is reminded."""

    WEEK = "7d", _("7 días antes")
    DAY = "1d", _("1 día antes")
    HOURS = "2h", _("2 horas antes")


class NoShowRule(TextChoices):
    """How somebody who has missed visits books the next one; "" is like everybody else."""

    ASK = "ask", _("Usted confirma cada cita")
    PREPAY = "prepay", _("Paga antes de la consulta")
    PHONE = "phone", _("Solo por teléfono")


class AssistantNotice(TextChoices):
    """What a doctor lets somebody of reception be told by message."""

    NEW = "new", _("Citas y solicitudes nuevas")
    MOVED = "moved", _("Citas que cambian de hora")
    CANCELLED = "cancelled", _("Citas canceladas")
    DIGEST = "digest", _("Las citas del día, cada mañana")


class PaymentMethod(TextChoices):
    CASH = "cash", _("efectivo")
    CARD = "card", _("tarjeta")
    TRANSFER = "transfer", _("transferencia")
    INSURANCE = "insurance", _("seguro médico")
    ONLINE = "online", _("en línea")


# What the desk takes itself.
AT_THE_DESK = tuple(choice for choice in PaymentMethod.choices if choice[0] != PaymentMethod.ONLINE)


class PaymentTime(TextChoices):
    BEFORE = "before", _("antes de la consulta")
    AFTER = "after", _("después de la consulta")


class Currency(TextChoices):
    """ISO 4217 codes of the countries that we serve."""

    USD = "USD"
    EUR = "EUR"
    ARS = "ARS"
    BOB = "BOB"
    CLP = "CLP"
    COP = "COP"
    CRC = "CRC"
    CUP = "CUP"
    DOP = "DOP"
    GTQ = "GTQ"
    HNL = "HNL"
    MXN = "MXN"
    NIO = "NIO"
    PAB = "PAB"
    PEN = "PEN"
    PYG = "PYG"
    UYU = "UYU"
    VES = "VES"
