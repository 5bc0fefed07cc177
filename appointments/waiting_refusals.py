"""Every "no" of the waiting list, each with the sentence that the person reads."""

from django.utils.translation import gettext_lazy as _

from appointments.refusals import BookingRefused
from appointments.waiting_enums import Skip


class WaitingRefused(BookingRefused):
    message = _("No pudimos cambiar la lista de espera.")
    other_times_help = False


class AlreadyWaiting(WaitingRefused):
    message = _("Esa persona ya está en esta lista de espera.")


class TooManyWaits(WaitingRefused):
    status = 429
    message = _("Ya espera en varias listas. Deje una para entrar en otra.")


class TooManyWaitsThere(WaitingRefused):
    status = 429
    message = _("Ya esperan aquí varias personas de su cuenta. Deje una espera para abrir otra.")


class NotWaiting(WaitingRefused):
    message = _("Esa espera ya terminó.")


class VisitNotToMove(WaitingRefused):
    message = _("Esa cita ya no se puede adelantar.")


class NothingToWaitFor(WaitingRefused):
    message = _("Ese médico no recibe reservas por ahora.")


class OfferOver(WaitingRefused):
    message = _("Esta hora ya no está reservada para usted.")


class OfferTaken(WaitingRefused):
    message = _("Ya aceptó esta hora: está entre sus citas.")


class HasOffer(WaitingRefused):
    message = _("Esa persona ya tiene una hora ofrecida. Espere su respuesta.")


class OfferedBefore(WaitingRefused):
    message = _("Ya le ofrecimos esa hora a esa persona: no se la ofrecemos dos veces.")


class TooLateToOffer(WaitingRefused):
    message = _("Queda muy poco tiempo para que esa persona responda y llegue.")


class DoesNotFit(WaitingRefused):
    message = _("Esa hora no es de las que esa persona espera.")

    def __init__(self, skip: Skip | None = None) -> None:
        wish = _("No se la podemos ofrecer: %(reason)s.")
        super().__init__(wish % {"reason": skip.label} if skip else "")
