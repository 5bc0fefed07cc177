"""What components need and templates cannot say by themselves."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import heroicons
from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString, mark_safe

from core.forms import error_summary as summarise

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, style: str = "mini", css: str = "icon") -> SafeString:
    """An inline heroicon, hidden from assistive technology: words stand beside it."""
    drawing = heroicons._render_icon(style, name, 20, {"class": css, "focusable": "false"})
    # The package's own drawing: nothing that people typed is in it.
    return mark_safe(drawing)  # nosec B308 B703 -- said above


@register.filter
def initials(person: Any) -> str:
    """«AM» of Ana Molina Paz: first letters of the first given name and the first surname."""
    if isinstance(person, str):
        words = person.split()
        names = [words[0], words[1 if len(words) < 4 else 2]] if len(words) > 1 else words
    else:
        names = [person.first_names, person.last_names]
    return "".join(name.strip()[:1] for name in names).upper()


@register.inclusion_tag("components/errors.html")
def error_summary(*forms: BaseForm | str | None) -> dict[str, object]:
    """«Hay un problema» with a link to each field; nothing when all is well."""
    # A page may have one form under two names, or none under a name: "" stands for it.
    given = {id(form): form for form in forms if isinstance(form, BaseForm)}
    return {"errors": [error for form in given.values() for error in summarise(form)]}


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The widget alone. Placeholders go: they vanish when one types, the label stays."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def options(field: BoundField) -> Iterator[tuple[BoundWidget, str]]:
    """Each radio or checkbox of a group with its hint."""
    hints = getattr(field.field.widget, "hints", {})
    for option in field.subwidgets:
        yield option, hints.get(str(option.data["value"]), "")


@register.filter
def is_group(field: BoundField) -> bool:
    return field.use_fieldset and getattr(field.field.widget, "input_type", "") in (
        "radio",
        "checkbox",
    )


@register.filter
def steps(total: int) -> range:
    return range(1, int(total) + 1)


@register.filter
def notice_kind(level_tag: str) -> str:
    """The look of a Django message."""
    return {"error": "danger", "warning": "warning", "success": "success"}.get(level_tag, "info")
