"""What happened to an account, in words."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.enums import AuditAct
from accounts.models import AuditEntry, User

register = template.Library()

RIGHTS = {
    "is_active": gettext_lazy("cuenta abierta"),
    "is_doctor": gettext_lazy("médica o médico"),
    "is_assistant": gettext_lazy("recepción de un consultorio"),
    "is_staff": gettext_lazy("equipo de soporte"),
    "is_superuser": gettext_lazy("administración de todo"),
}
WORKING = {
    "assistant.accepted": gettext_lazy("Empezó en la recepción de un médico"),
    "assistant.clinics_changed": gettext_lazy("Otros consultorios en la recepción"),
    "assistant.ended": gettext_lazy("Terminó en la recepción de un médico"),
    "doctor.custody": gettext_lazy("Otra persona guardará las historias de sus pacientes"),
}
FACTORS = {
    "+totp": gettext_lazy("Activó la aplicación de códigos."),
    "-totp": gettext_lazy("Desactivó la aplicación de códigos."),
    "+webauthn": gettext_lazy("Agregó una llave de acceso."),
    "-webauthn": gettext_lazy("Quitó una llave de acceso."),
    "+recovery_codes": gettext_lazy("Hizo códigos de recuperación."),
    "-recovery_codes": gettext_lazy("Los códigos de recuperación ya no sirven."),
    "-all": gettext_lazy("La quitó entera."),
}
FILES = {
    "calendar": pgettext_lazy("what was downloaded", "dirección de su calendario"),
    "export": pgettext_lazy("what was downloaded", "copia de todos sus datos"),
}


@register.filter
def what_changed(entry: AuditEntry) -> str:
    """«Desde ahora: equipo de soporte. Ya no: recepción de un consultorio.»"""
    if entry.act == AuditAct.EXPORT:
        return str(FILES.get(entry.what, entry.what))
    if entry.act in (AuditAct.VIEWED, AuditAct.CORRECTED):
        return _("Por qué: %(reason)s") % {"reason": entry.what}
    if entry.act == AuditAct.SECOND_FACTOR:
        return str(FACTORS.get(entry.what, ""))
    if entry.act != AuditAct.ROLE:
        return ""
    if entry.what in WORKING:
        return str(WORKING[entry.what])
    given = [_name(word[1:]) for word in entry.what.split() if word.startswith("+")]
    taken = [_name(word[1:]) for word in entry.what.split() if word.startswith("-")]
    parts = [_("Desde ahora: %(rights)s.") % {"rights": ", ".join(given)}] if given else []
    parts += [_("Ya no: %(rights)s.") % {"rights": ", ".join(taken)}] if taken else []
    return " ".join(parts)


@register.filter
def done_by(entry: AuditEntry, reader: User) -> str:
    """Who did it, as the account's owner may know it."""
    if entry.actor is None:
        return _("Alguien") if entry.act == AuditAct.LOGIN_FAILED else _("El sistema")
    if entry.actor_id == reader.pk:
        return _("Usted")
    return _("Soporte") if entry.actor.is_staff else entry.actor.full_name


def _name(word: str) -> str:
    return str(RIGHTS.get(word, word))
