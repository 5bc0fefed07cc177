"""A patient's invitation, as whoever opened its link sees it (portal.views.invitation)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.consent_forms import ConsentMixin
from accounts.enums import Relationship
from accounts.http import AccountRequest
from accounts.models import Invitation, Patient, User
from appointments.models import Appointment
from appointments.services.claiming import claim_patient, refuse_others
from core.db import Refusal
from core.forms import Form, RadioCards

SELF, OTHER = "self", "other"


class ClaimForm(ConsentMixin, Form):
    """Whose visits these are: the account's owner's, or somebody's in their care. From then on the
    account holds what is of their health.
    """

    needed_by_choice = frozenset({"relationship"})

    who = forms.ChoiceField(label=gettext_lazy("¿Para quién es esta cita?"), widget=RadioCards)
    relationship = forms.ChoiceField(
        label=gettext_lazy("¿Qué es esta persona para usted?"),
        required=False,
        choices=[("", gettext_lazy("Elija una opción"))]
        + [c for c in Relationship.choices if c[0] != Relationship.SELF],
    )

    def __init__(self, *args: Any, account: User, people: Sequence[Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_consent(account)
        self.people = {SELF if p.is_self else str(p.public_id): p for p in people}
        dependants = [(key, p.full_name) for key, p in self.people.items() if key != SELF]
        fields: dict[str, Any] = self.fields
        fields["who"].choices = [
            (SELF, _("Para mí: %(name)s") % {"name": account.full_name or account.email}),
            *dependants,
            (OTHER, _("Para otra persona a mi cargo")),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("who") == OTHER and not data.get("relationship"):
            self.add_error("relationship", _("Elija qué es esta persona para usted."))
        return data

    @property
    def same_as(self) -> Patient | None:
        """Whom the account has already."""
        return self.people.get(self.cleaned_data["who"])

    @property
    def tie(self) -> Relationship:
        data = self.cleaned_data
        return Relationship(data["relationship"] if data["who"] == OTHER else SELF)


def claim(request: AccountRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """The visits that the consultorio wrote down, and the question whose they are."""
    patient, user = invitation.patient, request.user
    assert patient is not None
    if user.pk in (invitation.accepted_by_id, patient.account_id):
        return redirect("appointments:mine")
    if patient.account_id is not None:
        return render(request, "portal/invitation/closed.html", status=404)
    try:
        refuse_others(patient, user, now)
    except Refusal as refusal:
        said = {"patient": patient, "refusal": str(refusal)}
        return render(request, "portal/invitation/claim.html", said, status=409)
    people = list(user.patients.oneself_first())
    data = request.POST if request.method == "POST" else None
    form = ClaimForm(data, account=user, people=people)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        form.keep_consent(now)
        try:
            claim_patient(
                invitation=invitation, account=user, relationship=form.tie,
                same_as=form.same_as, now=now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Listo: aquí puede ver, mover y cancelar sus citas."))
            return redirect("appointments:mine")
    visits = Appointment.objects.visits().filter(patient=patient).with_people()
    context = {"form": form, "patient": patient, "visits": visits.upcoming(now)[:5], "now": now}
    return render(request, "portal/invitation/claim.html", context, status=status)
