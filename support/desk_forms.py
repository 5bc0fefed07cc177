"""What the team writes about questions -> clean values. Never writes."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import Form
from support.enums import Priority, State
from support.forms import TEXT_CAP, FilesField
from support.models import CannedAnswer, Ticket
from support.queries import Standing
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


class SeenForm(Form):
    """It decides over what its reader has read: `seen` is the last message on the page. Of a page
    that did not say so, none of them was.
    """

    seen = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)

    def clean_seen(self) -> int:
        typed = str(self.cleaned_data["seen"])
        return int(typed) if typed.isdecimal() else 0

    def show_anew(self, **values: object) -> None:
        """What was typed stays, but for what the page now says otherwise."""
        said = {name: "" if value is None else str(value) for name, value in values.items()}
        self.data = {**self.data.dict(), **said}  # type: ignore[attr-defined]


class AnswerForm(KeyedForm, SeenForm):
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
        kept = {name: self.data.get(name, "") for name in ("state", "seen")}
        return {"text": "\n\n".join(filter(None, (typed, text))), "canned": chosen, **kept}


class NoteForm(KeyedForm):
    text = forms.CharField(
        label=_("Nota interna"), max_length=TEXT_CAP, widget=forms.Textarea({"rows": 3}),
        help_text=_("La ve solo el equipo."),
    )  # fmt: skip

    prefix = "note"


class TriageForm(SeenForm):
    """`shown` says how the question stood on the page, so that only what was changed is written."""

    owner = forms.ModelChoiceField(
        label=_("A cargo de"), required=False, queryset=User.objects.none(), empty_label=_("Nadie")
    )
    priority = forms.TypedChoiceField(
        label=_("Prioridad"), choices=Priority, coerce=lambda value: Priority(int(value))
    )
    state = forms.ChoiceField(label=_("Estado"), choices=State)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        # The answer's form, on the same page, has a state too.
        super().__init__(*args, auto_id="triage_%s", **more)
        self.fields["owner"].queryset = helpers()  # type: ignore[attr-defined]

    def clean_state(self) -> State:
        return State(self.cleaned_data["state"])

    def clean_shown(self) -> Standing | None:
        try:
            owner, priority, state = str(self.cleaned_data["shown"]).split(":")
            return Standing(int(owner) if owner else None, Priority(int(priority)), State(state))
        except ValueError:
            return None

    @property
    def wished(self) -> Standing:
        data = self.cleaned_data
        owner = data["owner"].pk if data["owner"] else None
        return Standing(owner, data["priority"], data["state"])

    def show_moved(self, stands: Standing, moved: Sequence[str]) -> None:
        """What was chosen stays, and is told how it stands; what was not, is as it stands."""
        shown, wished = self.cleaned_data["shown"], self.wished
        values = asdict(stands)
        kept = {n: v for n, v in asdict(wished).items() if v != getattr(shown, n, object())}
        self.show_anew(**{**values, **kept}, shown=shown_as(stands))
        for name in moved:
            value = dict(self.fields[name].choices).get(values[name] or "")  # type: ignore[attr-defined]
            self.add_error(name, _("Ahora es «%(value)s».") % {"value": value})


def shown_as(stands: Standing) -> str:
    """As `TriageForm.clean_shown` reads it."""
    return f"{stands.owner or ''}:{stands.priority.value}:{stands.state.value}"
