"""The renderer and the manners of every form: limits, plain text, sentences that help."""

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.clock import current_time

LINE_CAP = 200
TEXT_CAP = 4000
EMAIL_CAP = 254  # as the columns; libraries cut what is longer, which makes another address
TOO_LONG = _("Escriba %(limit_value)d caracteres o menos (tiene %(show_value)d).")
UNKNOWN_CHOICE = _("Elija una de las opciones de la lista.")
BAD_EMAIL = _("Escriba el correo completo, por ejemplo nombre@correo.com.")
SELECTED = mark_safe(" selected")  # nosec B308 -- a constant
CLOCK = re.compile(r"(\d{1,2})\s*(?:[:.hH]\s*(\d{2})?)?|(\d{1,2})(\d{2})", re.ASCII)
DAY_MINUTES = 24 * 60
LAYOUT_CHARACTERS = {"\n", "\r", "\t"}


class Renderer(TemplatesSetting):
    """Widgets and field groups from templates/django/forms/ first."""

    form_template_name = "components/form_fields.html"


def plain_line(value: object) -> None:
    """Refuse what no keyboard types: NUL, control characters, lone surrogates."""
    _refuse_control(str(value), allowed=set())


def plain_text(value: object) -> None:
    _refuse_control(str(value), allowed=LAYOUT_CHARACTERS)


def steady_address(value: str) -> None:
    """Refuse an address whose small letters are longer: it would be cut, into another one."""
    if len(value.lower()) != len(value):
        raise ValidationError(BAD_EMAIL, code="invalid")


def _refuse_control(value: str, allowed: set[str]) -> None:
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in allowed for sign in value):
        raise ValidationError(
            _("Quite los caracteres invisibles: escriba el texto de nuevo en vez de pegarlo."),
            code="control_characters",
        )


def focus_id(field: BoundField) -> str:
    """The id that a link of the error summary leads to: the first control of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


def error_summary(form: forms.BaseForm) -> list[tuple[str, str]]:
    """(field id, message) in the order of the page; an empty id for the form as a whole."""
    found = [("", str(message)) for message in form.non_field_errors()]
    for field in form:
        found += [("" if field.is_hidden else focus_id(field), str(e)) for e in field.errors]
    return found


class FormMixin:
    """Put before any Django form class, allauth's too."""

    # True where every field is a filter: «(opcional)» would be noise.
    all_optional = False
    # Not required by themselves, but by another answer: «opcional» would be wrong.
    needed_by_choice: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            teach_manners(field)

    @property
    def error_summary(self) -> list[tuple[str, str]]:
        return error_summary(self)  # type: ignore[arg-type]


def teach_manners(field: forms.Field) -> None:
    """Once for each field; its copies know it too."""
    if field.__dict__.get("has_manners"):
        return
    field.has_manners = True  # type: ignore[attr-defined]
    if isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField):
        long_text = isinstance(field.widget, forms.Textarea)
        if isinstance(field, forms.EmailField):
            _cap(field, EMAIL_CAP)
            field.validators.append(steady_address)
        elif field.max_length is None:
            _cap(field, TEXT_CAP if long_text else LINE_CAP)
        for validator in field.validators:
            if type(validator) is MaxLengthValidator:
                validator.message = TOO_LONG
        field.validators.append(plain_text if long_text else plain_line)
        # A browser that cuts what one pastes hides the loss; the sentence above tells it.
        field.widget.attrs.pop("maxlength", None)
    if isinstance(field.widget, forms.PasswordInput) and field.help_text:
        field.help_text = _password_hint(field.widget)
    choice = isinstance(field, forms.ChoiceField)
    if field.label:
        wish = _("Elija una opción en «{label}».") if choice else _("Complete «{label}».")
        required = format_lazy(wish, label=field.label)
    else:
        required = _("Complete este dato.")
    _reword(field, forms.Field, "required", required)
    _reword(field, forms.ChoiceField, "invalid_choice", UNKNOWN_CHOICE)
    _reword(field, forms.ModelChoiceField, "invalid_choice", UNKNOWN_CHOICE)
    if isinstance(field, forms.EmailField):
        field.error_messages.setdefault("invalid", BAD_EMAIL)


def _cap(field: forms.CharField, length: int) -> None:
    others = [v for v in field.validators if type(v) is not MaxLengthValidator]
    field.max_length, field.validators = length, [*others, MaxLengthValidator(length)]


def _password_hint(widget: forms.PasswordInput) -> Any:
    """One sentence instead of a list of rules, and only where a password is chosen."""
    if widget.attrs.get("autocomplete") != "new-password":
        return ""
    lengths = [getattr(v, "min_length", 0) for v in get_default_password_validators()]
    wish = _("{n} caracteres o más. Varias palabras juntas son fáciles de recordar.")
    return format_lazy(wish, n=max(lengths, default=8))


def _reword(field: forms.Field, stock: type[forms.Field], code: str, sentence: Any) -> None:
    """Better words than Django's, unless the form has its own."""
    messages = field.error_messages
    if isinstance(field, stock) and messages[code] == stock.default_error_messages[code]:
        messages[code] = sentence


class Form(FormMixin, forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # What the class declares is taught once, not anew for each form.
        for field in self.base_fields.values():
            teach_manners(field)
        super().__init__(*args, **kwargs)


class LongSelect(forms.Select):
    """Hundreds of options, written at once: Django opens two templates for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], SELECTED if option["selected"] else "", option["label"])
                for _name, group, _index in widget["optgroups"]
                for option in group
            ),
        )
        marks = flatatt({"name": name, **widget["attrs"]})
        return format_html("<select{}>{}</select>", marks, options)


class RadioCards(forms.RadioSelect):
    """Radios that are easy to hit; `hints` adds a line under an option's label."""

    layout = "cards"

    def __init__(self, *args: Any, hints: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}


class DateParts(forms.MultiWidget):
    """Day, month and year typed: the fastest way to a date that one knows by heart."""

    template_name = "components/date_parts.html"

    def __init__(self, attrs: dict[str, Any] | None = None, autocomplete: str = "") -> None:
        parts = []
        for part in ("day", "month", "year"):
            hints = {"inputmode": "numeric"}
            if autocomplete:
                hints["autocomplete"] = f"{autocomplete}-{part}"
            parts.append(forms.TextInput(hints))
        super().__init__(parts, attrs)

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]


class DateField(forms.MultiValueField):
    """A date in three boxes, from `earliest` to `latest` (today, unless given)."""

    default_error_messages = {
        "required": _("Escriba el día, el mes y el año."),
        "invalid": _("Escriba una fecha que exista, por ejemplo 27 3 1985."),
        "out_of_range": _("Escriba una fecha entre el %(earliest)s y el %(latest)s."),
    }

    def __init__(
        self,
        *,
        earliest: date = date(1900, 1, 1),
        latest: date | None = None,
        autocomplete: str = "",
        **kwargs: Any,
    ) -> None:
        self.earliest, self.latest = earliest, latest
        parts = [forms.CharField(required=False) for _part in range(3)]
        kwargs.setdefault("widget", DateParts(autocomplete=autocomplete))
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> date | None:
        if not data_list:
            return None
        try:
            typed_day, month, year = (int(part) for part in data_list)
            return date(year, month, typed_day)
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def validate(self, value: date | None) -> None:
        latest = self.latest or timezone.localdate(current_time())
        if value is not None and not self.earliest <= value <= latest:
            limits = {"earliest": f"{self.earliest:%d/%m/%Y}", "latest": f"{latest:%d/%m/%Y}"}
            raise ValidationError(self.error_messages["out_of_range"], "out_of_range", limits)


class ClockField(forms.Field):
    """A wall time -> minutes from midnight, as it is typed: «9:30», «930», «9.30», «9h30», «9».

    24:00 is the end of a day.
    """

    default_error_messages = {
        "invalid": _("Escriba una hora entre 0:00 y 24:00, por ejemplo 9:30.")
    }

    def __init__(self, **kwargs: Any) -> None:
        hints = {"inputmode": "numeric", "autocomplete": "off", "size": "5"}
        kwargs.setdefault("widget", forms.TextInput(hints))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        found = CLOCK.fullmatch(text)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        hours, minutes = (int(part or 0) for part in (found[1] or found[3], found[2] or found[4]))
        if minutes >= 60 or hours * 60 + minutes > DAY_MINUTES:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return hours * 60 + minutes

    def prepare_value(self, value: Any) -> Any:
        return wall_time(value) if isinstance(value, int) else value


def wall_time(minutes: int) -> str:
    """«09:30», as fields show it."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class DayField(forms.DateField):
    """A date of a calendar, by the browser's own picker; from `earliest` to `latest`."""

    default_error_messages = {
        "invalid": _("Escriba una fecha que exista, por ejemplo 2026-11-24."),
        "out_of_range": DateField.default_error_messages["out_of_range"],
    }

    def __init__(
        self, *, earliest: date = date(2000, 1, 1), latest: date = date(2099, 12, 31), **kwargs: Any
    ) -> None:
        self.earliest, self.latest = earliest, latest
        kwargs.setdefault("widget", forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        super().__init__(**kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not self.earliest <= value <= self.latest:
            limits = {"earliest": f"{self.earliest:%d/%m/%Y}", "latest": f"{self.latest:%d/%m/%Y}"}
            raise ValidationError(self.error_messages["out_of_range"], "out_of_range", limits)
