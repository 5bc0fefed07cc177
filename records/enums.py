from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """As what somebody looked at a record."""

    DOCTOR = "doctor", _("Médico de la cita")
    SHARED = "shared", _("Médico con quien se compartió")
    PATIENT = "patient", _("Paciente, o quien cuida de él")


class Act(TextChoices):
    """What somebody did with a record."""

    READ = "read", _("Abrió la consulta")
    WRITTEN = "written", _("Escribió en el borrador")
    HISTORY = "history", _("Abrió la historia")
    RELEASED = "released", _("Leyó lo que el médico le entregó")
    SIGNED = "signed", _("Firmó la consulta")
    AMENDED = "amended", _("Agregó una adenda")
    ATTACHED = "attached", _("Adjuntó un documento")
    DETACHED = "detached", _("Quitó un documento del borrador")
    FILE = "file", _("Descargó un documento")
    KNOWN = "known", _("Vio los antecedentes")
    NOTED = "noted", _("Anotó un antecedente")
    ENDED = "ended", _("Marcó que un antecedente terminó")
    # Of a prescription, which an app above this one keeps.
    PRESCRIBED = "prescribed", _("Emitió una receta")
    RX_READ = "rx_read", _("Abrió una receta")
    RX_PRINTED = "rx_printed", _("Descargó una receta")
    RX_REVOKED = "rx_revoked", _("Anuló una receta")


# Acts that are about a patient, not about one record.
OF_PATIENT = (
    Act.HISTORY, Act.KNOWN, Act.NOTED, Act.ENDED,
    Act.PRESCRIBED, Act.RX_READ, Act.RX_PRINTED, Act.RX_REVOKED,
)  # fmt: skip


class Sort(TextChoices):
    """What is known of a patient from one visit to the next; in brackets its resource of FHIR."""

    ALLERGY = "allergy", _("Alergia")  # [AllergyIntolerance]
    NO_ALLERGIES = "none", _("Sin alergias conocidas")  # [the same: «no known allergy»]
    CONDITION = "condition", _("Enfermedad o antecedente")  # [Condition]
    MEDICATION = "medication", _("Medicamento que toma")  # [MedicationStatement]
