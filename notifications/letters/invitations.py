"""The letter to somebody who is invited: what is offered, by whom, and the link that takes it."""

from django.utils.translation import gettext as _

from accounts.enums import Purpose
from accounts.invitations import link_of
from accounts.models import Invitation
from core.templatetags.when import day
from notifications.letters.base import Letter


def invitation_letter(invitation: Invitation) -> Letter:
    until = day(invitation.expires_at)
    if invitation.purpose == Purpose.ASSISTANT:
        assistant = invitation.assistant
        doctor = assistant.doctor.display_name
        heading = _("Invitación a la agenda de %(doctor)s") % {"doctor": doctor}
        intro = _(
            "%(doctor)s le invita a llevar su agenda en Doctobooking: reservar, mover y cancelar "
            "citas."
        ) % {"doctor": doctor}
        clinics = ", ".join(assistant.clinics.order_by("id").values_list("name", flat=True))
        facts = [(_("Consultorios"), clinics), (_("Sirve hasta"), until)]
    else:
        heading = _("Sus citas en línea")
        intro = _("Su consultorio le invita a ver, mover y cancelar sus citas en Doctobooking.")
        facts = [(_("Sirve hasta"), until)]
    return Letter(
        subject=heading,
        heading=heading,
        intro=intro,
        facts=facts,
        button=_("Ver la invitación"),
        url=link_of(invitation),
        notes=[_("El enlace es personal. Si no esperaba este mensaje, no tiene que hacer nada.")],
    )
