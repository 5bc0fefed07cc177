"""How visits are booked in a consultorio: lengths, limits, money and words."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.forms.rules import RulesForm
from clinics.services.schedule import NewRules
from portal.consultorios import own_clinic, posted, status_of
from portal.desk import DeskRequest, doctor_page
from portal.settling import settle
from portal.steps import way_on


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def booking_rules(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    found = own_clinic(request, public_id)
    form = RulesForm(posted(request), clinic=found)
    status = status_of(form)
    if form.is_bound and status == 200:
        change = NewRules(clinic=found, rules=form.rules)
        done = way_on(request, otherwise=reverse("portal:booking_rules", args=[public_id]))
        answer = settle(request, change, done=done, saved=_("Guardamos las reglas."), form=form)
        if answer is not None:
            return answer
        status = 409
    context = {"form": form, "clinic": found}
    return render(request, "portal/clinics/booking_rules.html", context, status=status)
