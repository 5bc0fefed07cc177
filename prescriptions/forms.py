"""What doctors prescribe -> clean values. Never writes."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from prescriptions.documents import MOST_MEDICINES, Content, Medicine, Named
from prescriptions.enums import Rhythm, Route
from prescriptions.models import LONGEST, MOST_REPEATS
from prescriptions.services.issuing import Order
from prescriptions.words import unprinted

USUAL_DAYS = 30
MOST_HOURS = 168
INSTRUCTIONS_CAP = 2000
SIGNS_SHOWN = 10


class NumberField(forms.IntegerField):
    """A whole number, typed."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        wish = format_lazy(
            _("Escriba un número entero entre {least} y {most}."), least=least, most=most
        )
        hints = {"inputmode": "numeric", "autocomplete": "off", "size": "4"}
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), wish)
        super().__init__(
            min_value=least, max_value=most, widget=forms.TextInput(hints),
            error_messages=messages, **kwargs,
        )  # fmt: skip


def can_be_printed(text: str) -> None:
    """A pharmacy could not read the boxes that stand for a sign without a font."""
    if lacking := unprinted(text):
        sentence = _("El papel no puede mostrar «%(signs)s». Escríbalo con letras.")
        raise forms.ValidationError(sentence, params={"signs": lacking[:SIGNS_SHOWN]})


def _line(label: Any, cap: int, *, is_printed: bool = True, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=cap, widget=forms.TextInput({"autocomplete": "off"}),
        validators=[can_be_printed] if is_printed else [], **kwargs,
    )  # fmt: skip


class MedicineForm(Form):
    name = _line(_("Medicamento"), 120, help_text=_("Principio activo o marca."))
    presentation = _line(_("Presentación"), 120, required=False,
                         help_text=_("Por ejemplo: tabletas de 50 mg."))  # fmt: skip
    dose = _line(_("Dosis"), 80, help_text=_("Por ejemplo: una tableta."))
    route = forms.ChoiceField(label=_("Vía"), choices=Route.choices, initial=Route.ORAL)
    rhythm = forms.ChoiceField(
        label=_("Cuándo se toma"), choices=Rhythm.choices, initial=Rhythm.EVERY
    )
    hours = NumberField(label=_("Cada cuántas horas"), least=1, most=MOST_HOURS, required=False)
    days = NumberField(label=_("Por cuántos días"), least=1, most=LONGEST.days, required=False)
    quantity = _line(_("Cantidad total"), 80, help_text=_("Por ejemplo: 30 tabletas."))
    notes = _line(_("Notas"), 200, required=False)
    needed_by_choice = frozenset({"hours"})

    @property
    def is_blank(self) -> bool:
        """Nobody wrote anything: a choice that stands as it stood says nothing."""
        texts = (self.data.get(self.add_prefix(name), "") for name in self.typed)
        return not any(str(text).strip() for text in texts)

    @property
    def typed(self) -> list[str]:
        return [name for name in self.fields if name not in ("route", "rhythm")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        rhythm = data.get("rhythm")
        if rhythm == Rhythm.EVERY and not data.get("hours") and "hours" not in self.errors:
            self.add_error("hours", _("Escriba cada cuántas horas se toma."))
        if rhythm == Rhythm.ONCE:
            data["hours"] = data["days"] = None
        return data

    @property
    def said(self) -> Medicine:
        return Medicine(**self.cleaned_data)


class InstructionsForm(Form):
    instructions = forms.CharField(
        label=_("Indicaciones generales"), required=False, max_length=INSTRUCTIONS_CAP,
        widget=forms.Textarea({"rows": 3}), validators=[can_be_printed],
    )  # fmt: skip

    def clean_instructions(self) -> str:
        """A line break counts once, whoever sends it."""
        return str(self.cleaned_data["instructions"]).replace("\r\n", "\n").replace("\r", "\n")


class PrescriptionForm(InstructionsForm):
    days = NumberField(
        label=_("Válida por cuántos días"), least=1, most=LONGEST.days, initial=USUAL_DAYS,
        help_text=_("30 es lo usual; hasta un año en tratamientos crónicos."),
    )  # fmt: skip
    repeats = NumberField(
        label=_("Cuántas veces más se puede entregar"), least=0, most=MOST_REPEATS, initial=0,
        help_text=_("0: la farmacia la entrega una sola vez."),
    )  # fmt: skip
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), _("Abra la página otra vez.")),
    )


class TemplateForm(InstructionsForm):
    name = _line(_("Nombre de la plantilla"), 80, is_printed=False,
                 help_text=_("Por ejemplo: Hipertensión inicial. Solo usted lo ve."))  # fmt: skip
    field_order = ["name", "instructions"]


class ReasonForm(Form):
    reason = forms.CharField(
        label=_("Por qué la anula"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_("Queda en la historia. Ni el paciente ni la farmacia lo leen."),
    )  # fmt: skip


class Sheet:
    """A form with a line for each medicine: as it was typed, or bound to be judged."""

    def __init__(self, head: Any, lines: list[MedicineForm]) -> None:
        self.head, self.lines = head, lines

    @classmethod
    def of(cls, kind: type[Form], content: Content, **initial: Any) -> "Sheet":
        """To be filled in, with what is there already."""
        head = kind(initial={"key": uuid.uuid4(), "instructions": content.instructions, **initial})
        rows: list[dict[str, Any]] = [asdict(one) for one in content.medicines] or [{}]
        return cls(
            head, [MedicineForm(initial=row, prefix=_prefix(n)) for n, row in _counted(rows)]
        )

    @classmethod
    def typed(cls, kind: type[Form], data: Mapping[str, str], act: str) -> "Sheet":
        """Nothing is judged: a line more, a line less, or back from the last look."""
        head = kind(initial={name: data.get(name, "") for name in kind.base_fields})
        rows = [_row(data, n) for n in range(1, _count(data) + 1)]
        if act == "add" and len(rows) < MOST_MEDICINES:
            rows.append({})
        number = act.removeprefix("remove-")
        if number in {str(n) for n, _row_of in _counted(rows)} and act != number:
            del rows[int(number) - 1]
        lines = [MedicineForm(initial=row, prefix=_prefix(n)) for n, row in _counted(rows or [{}])]
        if act == "add":
            lines[-1].fields["name"].widget.attrs["autofocus"] = True
        return cls(head, lines)

    @classmethod
    def bound(cls, kind: type[Form], data: Mapping[str, str]) -> "Sheet":
        """Lines that nobody wrote anything into are left out."""
        lines = [MedicineForm(data, prefix=_prefix(n)) for n in range(1, _count(data) + 1)]
        return cls(kind(data), [one for one in lines if not one.is_blank] or lines[:1])

    @property
    def number_of_lines(self) -> int:
        return len(self.lines)

    @property
    def may_grow(self) -> bool:
        return len(self.lines) < MOST_MEDICINES

    def is_valid(self) -> bool:
        judged = [form.is_valid() for form in (self.head, *self.lines)]
        return all(judged)

    @property
    def error_summary(self) -> list[tuple[str, str]]:
        return [found for form in (self.head, *self.lines) for found in form.error_summary]

    @property
    def errors(self) -> bool:
        return bool(self.error_summary)

    @property
    def content(self) -> Content:
        instructions = self.head.cleaned_data["instructions"]
        return Content(tuple(one.said for one in self.lines), instructions)

    @property
    def order(self) -> Order:
        data = self.head.cleaned_data
        return Order(data["key"], self.content, data["days"], data["repeats"])

    @property
    def named(self) -> Named:
        return Named(self.head.cleaned_data["name"], self.content)

    @property
    def hidden(self) -> Iterator[tuple[str, Any]]:
        """What was typed, to be sent again from the last look."""
        for n, line in _counted(self.lines):
            for name in line.fields:
                yield f"{_prefix(n)}-{name}", line[name].value()
        for name in self.head.fields:
            yield name, self.head[name].value()


def _prefix(n: int) -> str:
    return f"m{n}"


def _counted(rows: Any) -> Any:
    return enumerate(rows, start=1)


def _count(data: Mapping[str, str]) -> int:
    """How many lines a page had; one of a page that does not say so rightly."""
    said = data.get("lines", "")
    known = said.isascii() and said.isdecimal() and len(said) < 4
    return min(max(int(said), 1), MOST_MEDICINES) if known else 1


def _row(data: Mapping[str, str], n: int) -> dict[str, Any]:
    return {name: data.get(f"{_prefix(n)}-{name}", "") for name in MedicineForm.base_fields}
