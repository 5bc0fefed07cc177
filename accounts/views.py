"""The account's own pages: profile, dependants, preferences."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.i18n import set_language as django_set_language

from accounts.enums import Relationship
from accounts.forms import DependantForm, PersonForm, PreferencesForm
from accounts.http import AccountRequest, keep_language, without_language
from accounts.models import Patient
from accounts.services import (
    AlreadyHasProfile,
    TooManyPeople,
    add_dependant,
    change_dependant,
    save_own_profile,
    save_preferences,
)
from core.clock import current_time

ACTIVITY_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: AccountRequest) -> HttpResponse:
    """One's own data and preferences, saved together."""
    user = request.user
    patient = user.patients.filter(relationship=Relationship.SELF).first() or Patient(
        first_names=user.first_names, last_names=user.last_names
    )
    data = _data(request)
    form = PersonForm(data, account=user, initial=PersonForm.initial_of(patient))
    preferences = PreferencesForm(data, initial=PreferencesForm.initial_of(user))
    if data is not None and form.is_valid() & preferences.is_valid():
        form.keep_consent(current_time())
        try:
            save_own_profile(account=user, data=form.personal_data)
        except AlreadyHasProfile as refusal:
            form.add_error(None, str(refusal))
        else:
            save_preferences(account=user, **preferences.cleaned_data)
            translation.activate(user.language)
            messages.success(request, _("Guardamos sus datos."))
            response = redirect("accounts:profile")
            keep_language(response, user.language)
            return response
    context = {"form": form, "preferences": preferences}
    return render(request, "accounts/profile.html", context, status=_status(request))


@require_safe
def activity(request: AccountRequest) -> HttpResponse:
    """What happened to the account: log-ins, changes, downloads, who let it do what."""
    entries = request.user.audit_entries.select_related("actor").order_by("-id")
    page = Paginator(entries, ACTIVITY_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "accounts/activity.html", {"page": page})


@require_safe
def dependants(request: AccountRequest) -> HttpResponse:
    people = request.user.patients.exclude(relationship=Relationship.SELF).order_by("id")
    return render(request, "accounts/dependants.html", {"people": people})


@require_http_methods(["GET", "HEAD", "POST"])
def add_dependant_page(request: AccountRequest) -> HttpResponse:
    form = DependantForm(_data(request), account=request.user)
    if request.method == "POST" and form.is_valid():
        form.keep_consent(current_time())
        try:
            add_dependant(
                account=request.user,
                relationship=Relationship(form.cleaned_data["relationship"]),
                data=form.personal_data,
            )
        except TooManyPeople as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Agregamos a esta persona."))
            return redirect("accounts:dependants")
    context = {"form": form, "title": _("Agregar a una persona")}
    return render(request, "accounts/dependant.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def dependant(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    people = request.user.patients.exclude(relationship=Relationship.SELF)
    patient = get_object_or_404(people, public_id=public_id)
    initial = {**DependantForm.initial_of(patient), "relationship": patient.relationship}
    form = DependantForm(_data(request), account=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.keep_consent(current_time())
        change_dependant(
            patient=patient,
            relationship=Relationship(form.cleaned_data["relationship"]),
            data=form.personal_data,
        )
        messages.success(request, _("Guardamos los datos."))
        return redirect("accounts:dependants")
    context = {"form": form, "title": _("Datos de la persona"), "name": patient.full_name}
    return render(request, "accounts/dependant.html", context, status=_status(request))


def set_language(request: HttpRequest) -> HttpResponse:
    """Django's language switch; whoever is logged in gets their mails in it, too."""
    response = django_set_language(request)
    if "Location" in response:
        response["Location"] = without_language(response["Location"])
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        save_preferences(account=request.user, language=chosen, time_zone=request.user.time_zone)
    return response


def _data(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
