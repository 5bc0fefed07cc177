from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Title(TextChoices):
    DRA = "dra", _("Dra.")
    DR = "dr", _("Dr.")
    LIC_F = "lic_f", _("Lcda.")
    LIC_M = "lic_m", _("Lcdo.")


FEMALE_TITLES = frozenset({Title.DRA, Title.LIC_F})
DOCTORAL_TITLES = frozenset({Title.DRA, Title.DR})


class Verdict(TextChoices):
    """What staff found out about a licence."""

    VERIFIED = "verified", _("Verificado")
    REFUSED = "refused", _("No se pudo verificar")


class LicenceState(TextChoices):
    MISSING = "missing", _("Sin número de registro")
    PENDING = "pending", _("Por verificar")
    VERIFIED = "verified", _("Verificado")
    REFUSED = "refused", _("No se pudo verificar")
