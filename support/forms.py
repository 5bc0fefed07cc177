"""What people write to the help desk -> clean values. Never writes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class HelpSearchForm(Form):
    all_optional = True

    q = forms.CharField(
        label=_("¿Qué necesita saber?"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
