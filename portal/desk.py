"""Who sits at a doctor's agenda: the doctor, or reception with chosen clinics.

Every page of the portal starts from the desk: what it shows and changes hangs on `desk.doctor`
and `desk.clinics`, never on an id that came from outside.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.http import AccountRequest
from accounts.models import User
from accounts.second_factor import has_proof, must_have
from appointments.models import Appointment, AppointmentQuerySet
from clinics.models import Assistant, Clinic, ClinicQuerySet
from doctors.models import Doctor

P = ParamSpec("P")
# The doctor (public id) whose agenda a browser with several chose last.
CHOSEN = "desk"


@dataclass(frozen=True)
class Desk:
    """`assistant` is None where the doctor sits in person."""

    user: User
    doctor: Doctor
    assistant: Assistant | None = None
    # Whether the same person may sit at another one, too.
    is_one_of_several: bool = False
    # Whether this session has shown the second factor, or needs none.
    is_proved: bool = True

    @property
    def is_doctor(self) -> bool:
        return self.assistant is None

    @property
    def sees_clinical(self) -> bool:
        """Reasons and records are for the doctor alone, with the second factor."""
        return self.is_doctor and self.is_proved

    @cached_property
    def clinics(self) -> list[Clinic]:
        """Active and paused clinics that this person works with, oldest first."""
        return list(self.all_clinics.current().order_by("id"))

    @property
    def all_clinics(self) -> ClinicQuerySet:
        """With archived ones, whose visits stay."""
        clinics = Clinic.objects.filter(doctor=self.doctor)
        if self.assistant is None:
            return clinics
        return clinics.filter(pk__in=self.assistant.clinics.values("pk"))

    @property
    def visits(self) -> AppointmentQuerySet:
        """Real visits of the doctor in this person's clinics: no holds."""
        visits = Appointment.objects.visits().filter(doctor=self.doctor)
        return visits if self.is_doctor else visits.filter(clinic__in=self.all_clinics)


class DeskRequest(AccountRequest):
    desk: Desk


def desks_of(user: User) -> list[Desk]:
    """One's own first, then those of the doctors one works for."""
    own = list(Doctor.objects.filter(user=user)) if user.is_doctor else []
    for doctor in own:
        doctor.user = user
    # The account's mark only spares the question to those who were never anybody's reception.
    work = Assistant.objects.working().filter(user=user).select_related("doctor__user")
    places: list[tuple[Doctor, Assistant | None]] = [
        *((doctor, None) for doctor in own),
        *((a.doctor, a) for a in (work.order_by("id") if user.is_assistant else ())),
    ]
    return [
        Desk(user, doctor, assistant, is_one_of_several=len(places) > 1)
        for doctor, assistant in places
    ]


def choose_desk(request: HttpRequest, doctor: Doctor) -> None:
    """The browser stays at this doctor's agenda until it chooses another."""
    request.session[CHOSEN] = str(doctor.public_id)


def _chosen(request: HttpRequest, desks: list[Desk]) -> Desk | None:
    wished = request.session.get(CHOSEN)
    return next(
        (d for d in desks if str(d.doctor.public_id) == wished), desks[0] if desks else None
    )


def _at(
    view: Callable[Concatenate[DeskRequest, P], HttpResponse], doctors_only: bool
) -> Callable[Concatenate[Any, P], HttpResponse]:
    @wraps(view)
    def page(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        desks = desks_of(request.user)
        if doctors_only:
            desks = [d for d in desks if d.is_doctor]
        desk = _chosen(request, desks)
        if desk is None:
            return _without_desk(request)
        is_proved = not must_have(request.user) or has_proof(request)
        request.desk = replace(desk, is_proved=is_proved)
        return view(request, *args, **kwargs)

    return page


def _without_desk(request: AccountRequest) -> HttpResponse:
    """Reception of a doctor who is stopped logs in to the agenda, and is told. Raises Http404 for
    whom the page is not.
    """
    if request.user.is_doctor:
        return redirect("portal:setup")
    is_start = request.method == "GET" and request.path == reverse("portal:agenda")
    if not is_start or not request.user.is_assistant:
        raise Http404
    messages.info(
        request,
        _("Por ahora no atiende ninguna agenda. Si no lo esperaba, pregunte en el consultorio."),
    )
    return redirect("home")


def desk_page(
    view: Callable[Concatenate[DeskRequest, P], HttpResponse],
) -> Callable[Concatenate[Any, P], HttpResponse]:
    """For the doctor and reception. A doctor without a profile goes to set it up."""
    return _at(view, doctors_only=False)


def doctor_page(
    view: Callable[Concatenate[DeskRequest, P], HttpResponse],
) -> Callable[Concatenate[Any, P], HttpResponse]:
    """For the doctor in person: reception gets a 404."""
    return _at(view, doctors_only=True)
