"""What a doctor says of themselves, page by page; each is a step of the set-up, too."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AccountRequest
from core.clock import current_time
from doctors.enums import LicenceState
from doctors.facts import changes_since_check
from doctors.forms import (
    EducationForm,
    ExperienceForm,
    LicenceForm,
    LineForm,
    Lines,
    PhotoForm,
    ProfileForm,
    QualificationForm,
    SpecialtiesForm,
)
from doctors.models import Doctor
from doctors.refusals import PhotoNotKept
from doctors.services.licences import state_licence
from doctors.services.profiles import (
    change_profile,
    choose_specialties,
    rewrite_lines,
    set_photo,
    start_profile,
)
from portal.desk import DeskRequest, doctor_page
from portal.snippets import snippet_of
from portal.steps import own_desk, way_on

METHODS = ["GET", "HEAD", "POST"]


@require_safe
@doctor_page
def profile(request: DeskRequest) -> HttpResponse:
    """All of the profile at a glance, and where each part is changed."""
    doctor = request.desk.doctor
    context = {
        "doctor": doctor,
        "specialties": doctor.doctor_specialties.select_related("specialty").order_by("position"),
        "education": doctor.education.order_by("id"),
        "experience": doctor.experience.order_by("id"),
        "qualifications": doctor.qualifications.order_by("id"),
        "snippet": snippet_of(doctor),
        "is_checked_again": _is_checked_again(doctor),
    }
    return render(request, "portal/profile/profile.html", context)


@require_http_methods(METHODS)
def profile_details(request: AccountRequest) -> HttpResponse:
    """The first step: it makes the profile where there is none yet."""
    request.desk = desk = own_desk(request.user)  # type: ignore[attr-defined]
    initial = ProfileForm.initial_of(desk.doctor) if desk else ProfileForm.names_of(request.user)
    form = ProfileForm(_data(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        now, data = current_time(), form.profile_data
        again = False
        if desk:
            again = change_profile(doctor=desk.doctor, data=data, actor=request.user, now=now)
        else:
            start_profile(user=request.user, data=data, now=now)
        return _saved(request, is_checked_again=again)
    context = {"form": form, "is_new": desk is None, "doctor": desk.doctor if desk else None}
    return render(request, "portal/profile/profile_details.html", context, status=_status(request))


@require_http_methods(METHODS)
@doctor_page
def profile_specialties(request: DeskRequest) -> HttpResponse:
    doctor = request.desk.doctor
    form = SpecialtiesForm(_data(request), initial=SpecialtiesForm.initial_of(doctor))
    if request.method == "POST" and form.is_valid():
        again = choose_specialties(
            doctor=doctor, specialties=form.specialties, actor=request.user, now=current_time()
        )
        return _saved(request, is_checked_again=again)
    context = {"form": form, "doctor": doctor}
    return render(
        request, "portal/profile/profile_specialties.html", context, status=_status(request)
    )


@require_http_methods(METHODS)
@doctor_page
def profile_licence(request: DeskRequest) -> HttpResponse:
    doctor = request.desk.doctor
    form = LicenceForm(_data(request), initial={"number": doctor.licence_number})
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        state_licence(doctor=doctor, number=number, actor=request.user, now=current_time())
        return _saved(request)
    context = {"form": form, "doctor": doctor}
    return render(request, "portal/profile/profile_licence.html", context, status=_status(request))


@require_http_methods(METHODS)
@doctor_page
def profile_photo(request: DeskRequest) -> HttpResponse:
    """Another photo, or by the second button none."""
    doctor, now = request.desk.doctor, current_time()
    if "quitar" in request.POST:
        set_photo(doctor=doctor, pictures=None, actor=request.user, now=now)
        messages.success(request, _("Quitamos su foto."))
        return redirect("portal:profile")
    form = PhotoForm(_data(request), request.FILES or None, doctor=doctor)
    if request.method == "POST" and form.is_valid():
        pictures = form.cleaned_data["photo"]
        try:
            set_photo(doctor=doctor, pictures=pictures, actor=request.user, now=now)
        except PhotoNotKept as refusal:
            form.add_error("photo", str(refusal))
        else:
            return _saved(request)
    status = 429 if form.has_error("photo", "too_many") else _status(request)
    context = {"form": form, "doctor": doctor}
    return render(request, "portal/profile/profile_photo.html", context, status=status)


@require_http_methods(METHODS)
@doctor_page
def profile_education(request: DeskRequest) -> HttpResponse:
    return _career(request, EducationForm, _("Formación"), _("Agregar otro título"))


@require_http_methods(METHODS)
@doctor_page
def profile_experience(request: DeskRequest) -> HttpResponse:
    return _career(request, ExperienceForm, _("Experiencia"), _("Agregar otro cargo"))


@require_http_methods(METHODS)
@doctor_page
def profile_qualifications(request: DeskRequest) -> HttpResponse:
    return _career(request, QualificationForm, _("Certificaciones"), _("Agregar otra"))


def _career(request: DeskRequest, kind: type[LineForm], title: str, more: str) -> HttpResponse:
    doctor = request.desk.doctor
    lines = Lines(kind, _data(request), saved=kind.model.objects.filter(doctor=doctor))
    if lines.is_valid():
        rewrite_lines(
            doctor=doctor,
            kind=kind.model,
            lines=lines.lines,
            actor=request.user,
            now=current_time(),
        )
        return _saved(request)
    context = {"lines": lines, "title": title, "more": more, "has_errors": lines.error_summary}
    status = 422 if lines.error_summary else 200
    return render(request, "portal/profile/profile_lines.html", context, status=status)


def _is_checked_again(doctor: Doctor) -> bool:
    return doctor.licence_state == LicenceState.PENDING and bool(changes_since_check(doctor))


def _saved(request: AccountRequest, *, is_checked_again: bool = False) -> HttpResponse:
    messages.success(request, _("Guardamos los cambios."))
    if is_checked_again:
        messages.info(
            request,
            _("Su registro profesional se revisa otra vez, con lo que cambió. Le avisamos por "
              "correo."),
        )  # fmt: skip
    return redirect(way_on(request, reverse("portal:profile")))


def _data(request: AccountRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _status(request: AccountRequest) -> int:
    return 422 if request.method == "POST" else 200
