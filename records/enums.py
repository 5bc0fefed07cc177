from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """As what somebody looked at a record."""

    DOCTOR = "doctor", _("Médico de la cita")
    PATIENT = "patient", _("Paciente, o quien cuida de él")


class Act(TextChoices):
    """What somebody did with a record."""

    READ = "read", _("Abrió la consulta")
    HISTORY = "history", _("Abrió la historia")
    RELEASED = "released", _("Leyó lo que el médico le entregó")
    SIGNED = "signed", _("Firmó la consulta")
    AMENDED = "amended", _("Agregó una adenda")
    # Of a prescription, which an app above this one keeps.
    PRESCRIBED = "prescribed", _("Emitió una receta")
    RX_READ = "rx_read", _("Abrió una receta")
    RX_PRINTED = "rx_printed", _("Descargó una receta")
    RX_REVOKED = "rx_revoked", _("Anuló una receta")


# What may be done without a record: it names none.
WITHOUT_RECORD = (Act.HISTORY, Act.PRESCRIBED, Act.RX_READ, Act.RX_PRINTED, Act.RX_REVOKED)
