"""From a new account to the first bookable time, in short steps that can be left and resumed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.consent_forms import AgreementForm
from accounts.http import AccountRequest
from accounts.services import become_doctor as give_role
from clinics.services.publishing import NotReady, publish_doctor, unpublish_doctor
from core.clock import current_time
from portal.desk import DeskRequest, doctor_page
from portal.previews import preview_of
from portal.steps import AFTER, next_of, own_desk, steps_of


@require_safe
def setup(request: AccountRequest) -> HttpResponse:
    """The list of steps, what is done, and the next one."""
    request.desk = desk = own_desk(request.user)  # type: ignore[attr-defined]
    steps = steps_of(desk.doctor if desk else None)
    context = {
        "steps": steps,
        "next": next_of(steps),
        "done": sum(step.is_done for step in steps),
        "doctor": desk.doctor if desk else None,
    }
    return render(request, "portal/setup/setup.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def become_doctor(request: AccountRequest) -> HttpResponse:
    """For accounts that began as a patient's, or as reception's."""
    if request.user.is_doctor:
        return redirect("portal:setup")
    data = request.POST if request.method == "POST" else None
    form = AgreementForm(data, account=request.user)
    if data is not None and form.is_valid():
        form.keep_consent(current_time())
        give_role(account=request.user)
        return redirect("portal:setup")
    context, status = {"form": form}, 200 if data is None else 422
    return render(request, "portal/setup/become_doctor.html", context, status=status)


@require_safe
def next_step(request: AccountRequest) -> HttpResponse:
    """To the next step that waits behind the one just saved."""
    desk = own_desk(request.user)
    steps = steps_of(desk.doctor if desk else None)
    return redirect(next_of(steps, request.GET.get(AFTER, "")).url)


@require_safe
@doctor_page
def preview(request: DeskRequest) -> HttpResponse:
    """The profile as patients will see it, seen by its doctor alone."""
    form = AgreementForm(account=request.user)
    context = {**preview_of(request.desk.doctor, now=current_time()), "form": form}
    return render(request, "portal/setup/preview.html", context)


@require_POST
@doctor_page
def publish(request: DeskRequest) -> HttpResponse:
    """Shown at once, or the preview again with what is missing."""
    doctor, now, status, more = request.desk.doctor, current_time(), 422, {}
    form = AgreementForm(request.POST, account=request.user)
    try:
        if form.is_valid():
            form.keep_consent(now)
            publish_doctor(doctor=doctor, actor=request.user, now=now)
            status = 200
    except NotReady as refusal:
        status, more = 409, {"refusal": str(refusal), "has_errors": True}
    if status != 200:
        context = {**preview_of(doctor, now=now), "form": form, **more}
        return render(request, "portal/setup/preview.html", context, status=status)
    messages.success(request, _("Su perfil está publicado: ya pueden reservar con usted."))
    return redirect("portal:profile")


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def unpublish(request: DeskRequest) -> HttpResponse:
    """Asks first: from then on nobody finds the doctor."""
    if request.method == "POST":
        unpublish_doctor(doctor=request.desk.doctor, actor=request.user, now=current_time())
        messages.success(request, _("Su perfil ya no se ve. Las citas que tiene siguen en pie."))
        return redirect("portal:profile")
    return render(request, "portal/setup/unpublish.html", {"doctor": request.desk.doctor})
