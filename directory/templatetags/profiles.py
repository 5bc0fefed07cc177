"""Words of profiles that templates cannot say by themselves."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from clinics.enums import PaymentMethod
from doctors.models import Doctor, Specialty

register = template.Library()
# What could end the element, and what JavaScript takes for the end of a line.
_ESCAPES = {ord(c): f"\\u{ord(c):04X}" for c in "<>&\u2028\u2029"}


@register.simple_tag
def json_ld(said: Mapping[str, Any]) -> SafeString:
    """A block of data, which no browser runs: it needs no leave of the content policy."""
    text = json.dumps(
        said, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")
    ).translate(_ESCAPES)
    block = SafeString(text)  # nosec B703 -- escaped above, as json_script does
    return format_html('<script type="application/ld+json">{}</script>', block)


@register.simple_tag
def practitioner(doctor: Doctor, specialty: Specialty) -> str:
    """«Cardióloga» or «Cardiólogo»."""
    return doctor.practitioner_of(specialty)


@register.filter
def photo(doctor: Doctor, side: int) -> str:
    """The address of the picture of that side; nothing where there is none."""
    return reverse("photo", args=[doctor.photo, side]) if doctor.photo else ""


@register.filter
def payment_methods(methods: Iterable[str] | str) -> str:
    """«efectivo, tarjeta», from a list or from a visit's frozen comma-separated copy."""
    codes = methods.split(",") if isinstance(methods, str) else methods
    return ", ".join(
        str(PaymentMethod(code).label) for code in codes if code in PaymentMethod.values
    )


@register.filter
def language_names(codes: Iterable[str]) -> str:
    names = dict(settings.LANGUAGES_SPOKEN)
    first, *others = [str(names.get(code, code)) for code in codes] or [""]
    # Spanish writes the names of languages small, like any noun.
    if (get_language() or "es").startswith("es"):
        others = [name.lower() for name in others]
    return ", ".join([first, *others])


@register.filter
def distance(kilometres: float) -> str:
    """«300 m», «1,2 km», «48 km»: as exact as the point that it is counted from."""
    if kilometres < 0.95:
        return f"{max(round(kilometres * 10), 1) * 100} m"
    return f"{floatformat(kilometres, 1 if kilometres < 10 else 0)} km"


@register.filter
def unlocalized(value: object) -> str:
    """A number as computers write it: years, coordinates."""
    return str(value)
