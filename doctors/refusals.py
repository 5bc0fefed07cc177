"""Every "no" of a profile, each with the sentence that the person reads."""

from django.utils.translation import gettext_lazy as _

from core.db import Busy, Refusal


class ProfileBusy(Busy):
    message = _("Su perfil se está guardando en otra ventana. Intente de nuevo en unos segundos.")


class PhotoRefused(Refusal):
    message = _("No pudimos leer esa foto. Elija una foto en JPG, PNG o WebP.")


class PhotoNotKept(Refusal):
    message = _("No pudimos guardar la foto. Inténtelo más tarde: lo demás sigue como estaba.")


class TooManyPhotos(Refusal):
    message = _("Hoy ya cambió su foto muchas veces. Pruebe otra vez mañana.")


class NothingToCheck(Refusal):
    message = _("Este perfil no tiene número de registro.")


class LicenceChanged(Refusal):
    message = _("El perfil cambió mientras lo revisaba. Revise otra vez lo que dice ahora.")


class OwnProfile(Refusal):
    message = _(
        "Es su propio perfil, o el de un médico con quien trabaja: lo revisa otra persona del "
        "equipo."
    )
