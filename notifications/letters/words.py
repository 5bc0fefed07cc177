"""Heading and first sentence of the letter about a change of a visit: what happened, by whom."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from appointments.enums import Status
from appointments.models import AppointmentChange
from core.templatetags.when import clock, day
from notifications.enums import Audience, Kind
from notifications.models import Message

Words = tuple[str, str]


def words_of(message: Message) -> Words:
    """In the active language, for whom the message is."""
    assert message.change is not None
    assert message.visit is not None
    kind, change = Kind(message.kind), message.change
    change.appointment = message.visit
    if message.audience == Audience.PATIENT:
        return _TO_PATIENT[kind](change)
    if message.audience == Audience.ASSISTANT:
        return _TO_RECEPTION[kind](change)
    # Acts of the desk that the doctor hears of are those of the reception.
    return (_OF_RECEPTION if change.by_desk else _TO_DOCTOR)[kind](change)


def _booked(change: AppointmentChange) -> Words:
    if change.by_desk:
        return _("Cita confirmada"), _("El consultorio reservó esta cita para usted.")
    return (
        _("Cita confirmada"),
        _("Su cita está confirmada. No tiene que hacer nada más."),
    )


def _requested(change: AppointmentChange) -> Words:
    return (
        _("Solicitud enviada"),
        _("El consultorio la confirma. Le guardamos la hora y le escribimos apenas responda."),
    )


def _moved(change: AppointmentChange) -> Words:
    if change.from_starts_at == change.to_starts_at:
        return _("Cita actualizada"), _("El consultorio cambió su cita. Revise sus datos.")
    if change.by_desk and change.from_status == Status.REQUESTED != change.to_status:
        return (
            _("Cita confirmada a otra hora"),
            _("El consultorio confirmó su solicitud a otra hora. Si no le sirve, puede cambiarla."),
        )
    if change.by_desk:
        return (
            _("Cita reprogramada"),
            _(
                "El consultorio cambió la hora de su cita. Si no le sirve, puede cambiarla o "
                "cancelarla sin costo hasta que empiece."
            ),
        )
    if change.to_status == Status.REQUESTED:
        return (
            _("Solicitud cambiada"),
            _("Su solicitud tiene una nueva hora. El consultorio la confirma."),
        )
    return _("Cita reprogramada"), _("Su cita tiene una nueva hora.")


def _cancelled(change: AppointmentChange) -> Words:
    if change.to_status == Status.CANCELLED_BY_PATIENT:
        return _("Cita cancelada"), _("Cancelamos su cita, como nos pidió.")
    return (
        _("Cita cancelada"),
        _("El consultorio canceló esta cita. Puede reservar otra hora cuando quiera."),
    )


def _accepted(change: AppointmentChange) -> Words:
    return _("Cita confirmada"), _("El consultorio aceptó su solicitud: su cita está confirmada.")


def _declined(change: AppointmentChange) -> Words:
    return (
        _("Solicitud no aceptada"),
        _("El consultorio no puede atenderle a esa hora. Puede reservar otra cuando quiera."),
    )


def _lapsed(change: AppointmentChange) -> Words:
    return (
        _("Solicitud sin respuesta"),
        _("El consultorio no respondió a tiempo y la hora quedó libre. Puede reservar otra."),
    )


def _asked(change: AppointmentChange) -> Words:
    question = change.appointment.relocations.order_by("-pk").first()
    sentence = _("El consultorio no puede atenderle a la hora de su cita. Elija otra.")
    if question is None:
        return _("Elija otra hora"), sentence
    zone = change.appointment.zone
    until = f"{day(question.answer_by, zone)}, {clock(question.answer_by, zone)}"
    return _("Elija otra hora"), _(
        "El consultorio no puede atenderle a la hora de su cita. Le guardamos otras horas hasta el "
        "%(until)s: elija una. Si no responde, la cita se cancela sin costo."
    ) % {"until": until}


_TO_PATIENT: dict[Kind, Callable[[AppointmentChange], Words]] = {
    Kind.BOOKED: _booked,
    Kind.REQUESTED: _requested,
    Kind.RESCHEDULED: _moved,
    Kind.CANCELLED: _cancelled,
    Kind.ACCEPTED: _accepted,
    Kind.DECLINED: _declined,
    Kind.LAPSED: _lapsed,
    Kind.ASKED: _asked,
}


def _doctor_requested(change: AppointmentChange) -> Words:
    visit = change.appointment
    if visit.answer_by is None:
        return _("Nueva solicitud"), _("Un paciente pidió una cita con usted.")
    until = f"{day(visit.answer_by, visit.zone)}, {clock(visit.answer_by, visit.zone)}"
    sentence = _("Un paciente pidió una cita con usted. Respóndale hasta el %(until)s.")
    return _("Nueva solicitud"), sentence % {"until": until}


def _doctor_moved(change: AppointmentChange) -> Words:
    if change.to_status == Status.REQUESTED:
        return _("Solicitud cambiada"), _("Una solicitud de su agenda cambió de hora. Respóndala.")
    return _("Cita reprogramada"), _("Una cita de su agenda cambió de hora.")


def _doctor_cancelled(change: AppointmentChange) -> Words:
    if change.to_status == Status.CANCELLED_BY_PATIENT:
        sentence = _("El paciente canceló esta cita. La hora vuelve a estar libre.")
    else:
        sentence = _("Esta cita se canceló. La hora vuelve a estar libre.")
    return _("Cita cancelada"), sentence


_TO_DOCTOR: dict[Kind, Callable[[AppointmentChange], Words]] = {
    Kind.BOOKED: lambda _c: (_("Nueva cita"), _("Un paciente reservó una cita con usted.")),
    Kind.REQUESTED: _doctor_requested,
    Kind.RESCHEDULED: _doctor_moved,
    Kind.CANCELLED: _doctor_cancelled,
    Kind.LAPSED: lambda _c: (
        _("Solicitud vencida"),
        _("Nadie respondió a tiempo esta solicitud. Avisamos al paciente y la hora quedó libre."),
    ),
}
_OF_RECEPTION: dict[Kind, Callable[[AppointmentChange], Words]] = {
    Kind.BOOKED: lambda _c: (_("Nueva cita"), _("Su recepción reservó esta cita.")),
    Kind.RESCHEDULED: lambda _c: (
        _("Cita reprogramada"),
        _("Su recepción cambió la hora de esta cita."),
    ),
    Kind.CANCELLED: lambda _c: (
        _("Cita cancelada"),
        _("Su recepción canceló esta cita. La hora vuelve a estar libre."),
    ),
    Kind.ACCEPTED: lambda _c: (_("Solicitud aceptada"), _("Su recepción aceptó esta solicitud.")),
    Kind.DECLINED: lambda _c: (
        _("Solicitud no aceptada"),
        _("Su recepción no aceptó esta solicitud. La hora vuelve a estar libre."),
    ),
}


def _reception_moved(change: AppointmentChange) -> Words:
    if change.to_status == Status.REQUESTED:
        return _("Solicitud cambiada"), _("Una solicitud de la agenda cambió de hora.")
    return _("Cita reprogramada"), _("Una cita de la agenda cambió de hora.")


_TO_RECEPTION: dict[Kind, Callable[[AppointmentChange], Words]] = {
    Kind.BOOKED: lambda _c: (_("Nueva cita"), _("Hay una cita nueva en la agenda.")),
    Kind.REQUESTED: lambda _c: (_("Nueva solicitud"), _("Un paciente pidió una cita.")),
    Kind.RESCHEDULED: _reception_moved,
    Kind.CANCELLED: lambda _c: (
        _("Cita cancelada"),
        _("Se canceló una cita de la agenda. La hora vuelve a estar libre."),
    ),
    Kind.ACCEPTED: lambda _c: (_("Solicitud aceptada"), _("El médico aceptó una solicitud.")),
    Kind.DECLINED: lambda _c: (
        _("Solicitud no aceptada"),
        _("El médico no aceptó una solicitud. La hora vuelve a estar libre."),
    ),
    Kind.LAPSED: lambda _c: (
        _("Solicitud vencida"),
        _("Nadie respondió a tiempo una solicitud y la hora quedó libre."),
    ),
}
