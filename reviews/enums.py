from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Of an opinion. Whether its visit is attended is another matter (`Review.is_frozen`)."""

    PUBLISHED = "published", _("Publicada")
    HIDDEN = "hidden", _("Oculta")
    WITHDRAWN = "withdrawn", _("Retirada por quien la escribió")


class Ground(TextChoices):
    """The rules of the house: what an opinion is reported and hidden for. A low grade is none."""

    HEALTH = "health", _("Cuenta datos de salud")
    PERSONAL = "personal", _("Nombra a otras personas o da datos personales")
    INSULT = "insult", _("Insulta, amenaza o discrimina")
    ACCUSATION = "accusation", _("Acusa de un delito")
    OFF_TOPIC = "off_topic", _("No habla de la cita")
    ADVERT = "advert", _("Es publicidad")
    INTEREST = "interest", _("La escribió alguien con un interés propio")


class Act(TextChoices):
    """What a moderator may decide."""

    HIDE = "hide", _("Ocultar la opinión")
    KEEP = "keep", _("Dejarla como está")
    RESTORE = "restore", _("Volver a mostrar la opinión")
    HIDE_REPLY = "hide_reply", _("Ocultar la respuesta del médico")
    RESTORE_REPLY = "restore_reply", _("Volver a mostrar la respuesta")


# What needs a reason.
HIDING = frozenset({Act.HIDE, Act.HIDE_REPLY})
# Whom a decision goes against, and who may appeal it therefore.
AGAINST_AUTHOR = frozenset({Act.HIDE, Act.RESTORE_REPLY})


class Order(TextChoices):
    NEWEST = "recientes", _("Más recientes")
    HIGHEST = "mejores", _("Mejor calificadas")
    LOWEST = "peores", _("Peor calificadas")
