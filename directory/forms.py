from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class SearchForm(Form):
    """The search of home and results. Every state is a link: `?especialidad= &q= &lugar=`."""

    all_optional = True

    q = forms.CharField(
        label=_("Especialidad o médico"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    lugar = forms.CharField(
        label=_("Ciudad o barrio"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "address-level2"}),
    )
    especialidad = forms.SlugField(required=False, max_length=80, widget=forms.HiddenInput)
