"""The fields that our sign-up adds. django-allauth's forms import this module, not the reverse."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.consent_forms import GENERAL, NEEDED, links_to
from accounts.consents import accept
from accounts.enums import Role
from accounts.legal import FOR_ACCOUNT, FOR_DOCTOR, LegalText
from accounts.models import User
from accounts.services import complete_signup
from core.clock import current_time
from core.forms import RadioCards


class SignupFields(forms.Form):
    first_names = forms.CharField(
        label=_("Nombres"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )
    last_names = forms.CharField(
        label=_("Apellidos"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    role = forms.ChoiceField(
        label=_("¿Cómo va a usar Doctobooking?"),
        choices=Role.choices,
        initial=Role.PATIENT,
        widget=RadioCards(
            hints={
                Role.PATIENT: _("Reservar citas para usted y su familia."),
                Role.DOCTOR: _("Ofrecer horarios y recibir pacientes."),
                Role.RECEPTION: _("Llevar la agenda de un médico que me invitó."),
            }
        ),
    )
    accepts = forms.BooleanField(
        label=GENERAL,
        help_text=lazy(lambda: links_to(LegalText), str)(),
        error_messages={"required": NEEDED},
    )
    field_order = ("first_names", "last_names", "email", "password1", "role", "accepts")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by django-allauth once the account exists."""
        data: dict[str, Any] = self.cleaned_data
        complete_signup(
            user=user,
            first_names=data["first_names"],
            last_names=data["last_names"],
            role=Role(data["role"]),
            language=get_language() or "es",
        )
        accept(
            user=user,
            texts=FOR_DOCTOR if user.is_doctor else FOR_ACCOUNT,
            language=user.language,
            now=current_time(),
        )
