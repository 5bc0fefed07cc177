"""An assistant's invitation, as whoever opened its link sees it (portal.views.invitation)."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.http import AccountRequest
from accounts.invitations import owns_address
from accounts.models import Invitation
from clinics.models import Assistant
from clinics.services.reception import accept_assistant
from core.db import Refusal
from portal.desk import choose_desk


def join_team(request: AccountRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """What the doctor offers, and the button that takes it."""
    current = Assistant.objects.current().filter(doctor__user__is_active=True)
    assistant = current.filter(invitation=invitation).select_related("doctor").first()
    if assistant is None:
        return render(request, "portal/invitation/closed.html", status=404)
    if assistant.user_id == request.user.pk:
        return redirect("portal:agenda")
    refusal = ""
    if request.method == "POST":
        try:
            accept_assistant(invitation=invitation, user=request.user, now=now)
        except Refusal as no:
            refusal = str(no)
        else:
            choose_desk(request, assistant.doctor)
            text = _("Ahora trabaja con la agenda de %(name)s.")
            messages.success(request, text % {"name": assistant.doctor.display_name})
            return redirect("portal:agenda")
    context = {
        "assistant": assistant,
        "refusal": refusal,
        "is_mine": owns_address(request.user, invitation.email),
    }
    return render(request, "portal/invitation/join.html", context, status=409 if refusal else 200)
