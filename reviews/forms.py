"""What people say of visits, and of what others said. Forms read; services write."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form, RadioCards
from reviews.enums import HIDING, Act, Ground
from reviews.models import GRADES, TEXT_CAP
from reviews.services.writing import Said

NOTE_CAP = 2000
# Marks that turn the direction of what follows them: of the whole page, if they may.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
CONTACT = re.compile(r"https?:|www\.|\S@\S+\.\w|(?:\+|\b)\d(?:[\s.()-]{0,2}\d){6,}", re.I)
STARS = [
    ("1", _("Muy mal")), ("2", _("Mal")), ("3", _("Regular")), ("4", _("Bien")),
    ("5", _("Muy bien")),
]  # fmt: skip
BAD_GRADE = _("Elija entre 1 y 5 estrellas.")


class Stars(forms.RadioSelect):
    """Five radios in a row, each a number and what it means."""

    layout = "stars"
    hints = dict(STARS)


class WordsField(forms.CharField):
    """Lines as people write them: line breaks count once, and no mark turns the page around."""

    widget = forms.Textarea({"rows": 6})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": TEXT_CAP, **kwargs})

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n").translate(TURNING)
        return str(super().to_python(re.sub(r"\n{3,}", "\n\n", text)))


class PublicWordsField(WordsField):
    """Of what everybody reads: no telephones, addresses or links."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if CONTACT.search(value):
            raise ValidationError(
                _("Quite teléfonos, correos y enlaces: lo que escribe es público."),
                code="contact",
            )


def _grade(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[(value, value) for value, _word in STARS],
        coerce=int,
        widget=Stars,
        error_messages={"invalid_choice": BAD_GRADE},
    )


class OpinionForm(Form):
    general = _grade(_("En general"))
    explanation = _grade(_("Explicó con claridad"))
    punctuality = _grade(_("Puntualidad"))
    treatment = _grade(_("Trato"))
    text = PublicWordsField(
        label=_("Cuéntenos más"),
        help_text=_(
            "No escriba datos de salud, como un diagnóstico o un tratamiento, ni nombres: su "
            "opinión es pública. Hasta 2000 caracteres."
        ),
        required=False,
    )

    @property
    def said(self) -> Said:
        grades = {name: self.cleaned_data[name] for name in GRADES}
        return Said(**grades, text=self.cleaned_data["text"])


class ReplyForm(Form):
    text = PublicWordsField(
        label=_("Su respuesta"),
        help_text=_(
            "Es pública. No diga nada que deje saber quién es el paciente o por qué vino: el "
            "secreto médico vale también aquí."
        ),
    )


class ReportForm(Form):
    ground = forms.TypedChoiceField(
        label=_("¿Qué regla no cumple?"), choices=Ground.choices, coerce=Ground,
        widget=RadioCards,
    )  # fmt: skip


class AppealForm(Form):
    text = WordsField(
        label=_("¿Por qué debemos revisarlo otra vez?"),
        help_text=_("Solo lo lee el equipo de moderación."),
    )


class DecisionForm(Form):
    """For the moderation team. `acts` are those that may be decided now."""

    act = forms.TypedChoiceField(label=_("Decisión"), coerce=Act, widget=forms.RadioSelect)
    ground = forms.TypedChoiceField(
        label=_("Motivo"), choices=[("", _("Sin motivo")), *Ground.choices],
        coerce=Ground, empty_value=None, required=False,
        help_text=_("Solo si se oculta. Lo lee todo el mundo; una calificación baja no es motivo."),
    )  # fmt: skip
    note = WordsField(
        label=_("Nota para el equipo"), required=False, max_length=NOTE_CAP,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, acts: list[Act], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(act.value, act.label) for act in acts]
        self.fields["act"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        act, ground = data.get("act"), data.get("ground")
        if act in HIDING and not ground:
            self.add_error("ground", _("Elija por qué se oculta."))
        if act is not None and act not in HIDING:
            data["ground"] = None
        return data
