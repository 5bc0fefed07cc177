"""The patient's side: what the doctor released, of which visits there is a record, who read it."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AccountRequest
from appointments.models import Appointment
from core.clock import current_time
from core.templatetags.when import or_home
from records.enums import Role
from records.forms import ShareForm
from records.looks import download, look_of
from records.models import AccessLog, Attachment, Consultation
from records.queries import pairs_of, shares_of
from records.refusals import RecordRefused
from records.services.reading import open_attachment, open_released
from records.services.sharing import revoke_share, share_history

PAGE_SIZE = 10
LINES = 30
DONE = 302


@require_safe
def consultation(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the doctor released of a signed record; there is nothing to see of a draft."""
    visits = Appointment.objects.for_account(request.user).with_people()
    visit = get_object_or_404(visits, public_id=public_id)
    released = open_released(visit=visit, look=look_of(request, Role.PATIENT))
    if released is None:
        raise Http404
    context = {"visit": visit, "released": released}
    return render(request, "records/patient/consultation.html", context)


@require_safe
def history(request: AccountRequest) -> HttpResponse:
    """«Mi historia»: the visits with a signed record, without a word of it."""
    signed = Consultation.objects.for_account(request.user).unopened().with_visits()
    latest = signed.order_by("-visit__starts_at", "-id")
    page = Paginator(latest, PAGE_SIZE).get_page(request.GET.get("pagina"))
    return render(request, "records/patient/history.html", {"page": page})


@require_safe
def readers(request: AccountRequest) -> HttpResponse:
    """«Quién vio mi historia»."""
    lines = AccessLog.objects.for_account(request.user).with_names().order_by("-at", "-id")
    page = Paginator(lines, LINES).get_page(request.GET.get("pagina"))
    return render(request, "records/patient/readers.html", {"page": page})


@require_safe
def attachment(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """A document that the doctor gave."""
    own = Attachment.objects.for_account(request.user).with_visits()
    found = get_object_or_404(own, public_id=public_id)
    content = open_attachment(attachment=found, look=look_of(request, Role.PATIENT))
    return download(content, found.said)


@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: AccountRequest) -> HttpResponse:
    """Whom the account lets read, until when; and one more."""
    now, pairs = current_time(), pairs_of(request.user)
    zone = ZoneInfo(or_home(request.user.time_zone))
    posted = [request.POST] if request.method == "POST" else []
    form = ShareForm(*posted, pairs=pairs, zone=zone, now=now)
    status = _share(request, form, now) if form.is_bound else 200
    if status == DONE:
        messages.success(request, _("Listo: ese médico puede leer la historia."))
        return redirect("records:shares")
    given = [(share, share.is_live(now)) for share in shares_of(request.user)]
    context = {"form": form, "pairs": pairs, "shares": given}
    return render(request, "records/patient/shares.html", context, status=status)


@require_POST
def share_revoke(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    share = get_object_or_404(shares_of(request.user), public_id=public_id)
    revoke_share(share=share, by=request.user, now=current_time())
    messages.success(request, _("Listo: ese médico ya no puede leer la historia."))
    return redirect("records:shares")


def _share(request: AccountRequest, form: ShareForm, now: datetime) -> int:
    """The status of the answer; the form says what stood in the way."""
    if not form.is_valid():
        return 422
    patient, doctor = form.people
    try:
        share_history(patient=patient, doctor=doctor, until=form.ends_at, by=request.user, now=now)
    except RecordRefused as refusal:
        form.add_error(None, str(refusal))
        return refusal.status
    return DONE
