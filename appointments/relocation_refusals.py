"""Every "no" about asking a patient for another time."""

from django.utils.translation import gettext_lazy as _

from appointments.refusals import BookingRefused


class RelocationOver(BookingRefused):
    other_times_help = False
    message = _("Esa pregunta ya no espera respuesta: mire cómo quedó su cita.")


class NothingToOffer(BookingRefused):
    message = _("No queda otra hora libre que ofrecerle: muévala usted o cancélela.")
