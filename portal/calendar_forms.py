"""Input of the page that adds another calendar -> clean values. Never writes."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form

LONGEST = 2000
SCHEMES = {"https": "https", "http": "http", "webcal": "https", "webcals": "https"}
NO_ADDRESS = _("Pegue la dirección completa, por ejemplo https://calendar.google.com/….ics")


class CalendarForm(Form):
    """Where the calendar is, and what the doctor calls it."""

    name = forms.CharField(
        label=_("Nombre"),
        max_length=60,
        help_text=_("Para reconocerlo en la lista, por ejemplo «Personal»."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    address = forms.CharField(
        label=_("Dirección en formato ICS"),
        max_length=LONGEST,
        help_text=_("Empieza con https:// o webcal://. La guardamos cifrada."),
        widget=forms.TextInput(
            {"inputmode": "url", "autocomplete": "off", "autocapitalize": "none",
             "spellcheck": "false"}
        ),
    )  # fmt: skip

    def clean_address(self) -> str:
        """As it will be asked for: webcal is https, and what follows # is for readers."""
        text: Any = self.cleaned_data["address"].strip()
        try:
            parts = urlsplit(text)
            scheme, host, _port = SCHEMES.get(parts.scheme), parts.hostname or "", parts.port
            host.encode("idna")
        except ValueError:
            raise ValidationError(NO_ADDRESS, code="invalid") from None
        if scheme is None or "." not in host or any(sign.isspace() for sign in text):
            raise ValidationError(NO_ADDRESS, code="invalid")
        if "@" in parts.netloc:
            raise ValidationError(
                _("Quite el usuario y la contraseña: hace falta una dirección secreta sin ellos."),
                code="password",
            )
        return urlunsplit((scheme, parts.netloc, parts.path, parts.query, ""))
