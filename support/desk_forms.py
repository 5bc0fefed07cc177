"""What the team writes about questions -> clean values. Never writes."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import Form
from support.enums import Priority, State
from support.forms import TEXT_CAP, FilesField
from support.models import CannedAnswer, Ticket
from support.team import helpers

AFTER_ANSWER = [
    (State.WAITING, _("Enviar y esperar su respuesta")),
    (State.SOLVED, _("Enviar y resolver")),
    (State.OPEN, _("Enviar y dejar abierta")),
]


class KeyedForm(Form):
    """Sent twice it is one message."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["key"].initial = uuid.uuid4()


class AnswerForm(KeyedForm):
    canned = forms.ModelChoiceField(
        label=_("Respuesta preparada"), required=False, empty_label=_("Elija una"),
        queryset=CannedAnswer.objects.filter(is_active=True).order_by("title"),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Respuesta"), max_length=TEXT_CAP, widget=forms.Textarea({"rows": 8}),
        help_text=_("Sale por correo. No repita lo que la persona contó de su salud."),
    )  # fmt: skip
    attachments = FilesField()
    state = forms.ChoiceField(label=_("Después"), choices=AFTER_ANSWER, initial=State.WAITING)

    def __init__(self, ticket: Ticket, *args: Any, **more: Any) -> None:
        self.ticket = ticket
        super().__init__(*args, **more)

    def with_canned(self) -> dict[str, Any]:
        """What was typed, with the chosen answer under it."""
        self.full_clean()
        typed = str(self.data.get("text", "")).strip()[:TEXT_CAP]
        chosen = self.cleaned_data.get("canned")
        text = chosen.text_for(self.ticket) if chosen else ""
        state = self.data.get("state", State.WAITING)
        return {"text": "\n\n".join(filter(None, (typed, text))), "canned": chosen, "state": state}


class NoteForm(KeyedForm):
    text = forms.CharField(
        label=_("Nota interna"), max_length=TEXT_CAP, widget=forms.Textarea({"rows": 3}),
        help_text=_("La ve solo el equipo."),
    )  # fmt: skip

    prefix = "note"


class TriageForm(Form):
    owner = forms.ModelChoiceField(
        label=_("A cargo de"), required=False, queryset=User.objects.none(), empty_label=_("Nadie")
    )
    priority = forms.TypedChoiceField(
        label=_("Prioridad"), choices=Priority, coerce=lambda value: Priority(int(value))
    )
    state = forms.ChoiceField(label=_("Estado"), choices=State)

    def __init__(self, *args: Any, **more: Any) -> None:
        # The answer's form, on the same page, has a state too.
        super().__init__(*args, auto_id="triage_%s", **more)
        self.fields["owner"].queryset = helpers()  # type: ignore[attr-defined]

    def clean_state(self) -> State:
        return State(self.cleaned_data["state"])
