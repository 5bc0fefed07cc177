from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Route(TextChoices):
    """By which way a medicine is taken (FHIR Dosage.route)."""

    ORAL = "oral", _("Vía oral")
    SUBLINGUAL = "sublingual", _("Vía sublingual")
    TOPICAL = "topical", _("Sobre la piel")
    INHALED = "inhaled", _("Vía inhalatoria")
    NASAL = "nasal", _("Vía nasal")
    EYE = "eye", _("En los ojos")
    EAR = "ear", _("En los oídos")
    RECTAL = "rectal", _("Vía rectal")
    VAGINAL = "vaginal", _("Vía vaginal")
    SUBCUTANEOUS = "subcutaneous", _("Inyección subcutánea")
    INTRAMUSCULAR = "intramuscular", _("Inyección intramuscular")
    INTRAVENOUS = "intravenous", _("Inyección intravenosa")
    OTHER = "other", _("Otra: vea las notas")


class Rhythm(TextChoices):
    EVERY = "every", _("Cada tantas horas")
    AS_NEEDED = "as_needed", _("Cuando lo necesite")
    ONCE = "once", _("Dosis única")


class State(TextChoices):
    """What a prescription is worth today."""

    VALID = "valid", _("Válida")
    EXPIRED = "expired", _("Vencida")
    REVOKED = "revoked", _("Anulada")
