from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clinics.enums import PaymentMethod
from core.forms import Form
from directory.filters import COORDINATE_PLACES, MOMENTS, Box, Order, When

MOST_MONEY = 99_999_999
BAD_BOX = _("El recuadro del mapa no se entiende: muévalo y busque otra vez.")


PARTS_OF_A_DAY = (
    pgettext_lazy("parte del día", "Mañana"),
    _("Tarde"),
    _("Noche, desde las 18:00"),
)


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


class BoxField(forms.CharField):
    """`west,south,east,north` in degrees, as maps write a rectangle -> Box."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            west, south, east, north = (float(edge) for edge in text.split(","))
        except ValueError:
            raise ValidationError(BAD_BOX, code="invalid") from None
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValidationError(BAD_BOX, code="invalid")
        return Box(west, south, east, north)

    def run_validators(self, value: Any) -> None:
        """Four numbers need no validator of text."""


def _degrees(most: int) -> forms.FloatField:
    return forms.FloatField(
        required=False, min_value=-most, max_value=most, widget=forms.HiddenInput
    )


def _money(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_MONEY,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )


class ResultsForm(SearchForm):
    """The search with its filters and its order."""

    cuando = forms.ChoiceField(
        label=_("Con horas libres"),
        required=False,
        choices=[(When.ANY, _("Cualquier día")), (When.TODAY, _("Hoy")),
                 (When.WEEK, _("En 7 días"))],
        widget=forms.Select,
    )  # fmt: skip
    desde = forms.DateField(
        label=_("Desde el día"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Escriba la fecha así: 2026-12-24.")},
    )
    momento = forms.MultipleChoiceField(
        label=_("Momento del día"),
        required=False,
        choices=list(zip(MOMENTS, PARTS_OF_A_DAY, strict=True)),
        widget=forms.CheckboxSelectMultiple,
    )
    precio_min = _money(_("Precio desde"))
    precio_max = _money(_("Precio hasta"))
    idioma = forms.ChoiceField(
        label=_("Idioma"),
        required=False,
        choices=[("", _("Cualquiera")), *settings.LANGUAGES_SPOKEN],
    )
    sexo = forms.ChoiceField(
        label=_("Médica o médico"),
        required=False,
        choices=[("", _("Da igual")), ("f", _("Una médica")), ("m", _("Un médico"))],
    )
    pago = forms.ChoiceField(
        label=_("Forma de pago"),
        required=False,
        choices=[
            ("", _("Cualquiera")),
            *((value, capfirst(label)) for value, label in PaymentMethod.choices),
        ],
    )
    seguro = forms.CharField(
        label=_("Seguro o convenio"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    estrellas = forms.ChoiceField(
        label=_("Opiniones de pacientes"),
        required=False,
        choices=[("", _("Cualquiera")), ("4.5", _("4,5 estrellas o más")),
                 ("4", _("4 estrellas o más")), ("3", _("3 estrellas o más"))],
    )  # fmt: skip
    ninos = forms.BooleanField(label=_("Atiende a niños"), required=False)
    acceso = forms.BooleanField(label=_("Acceso en silla de ruedas"), required=False)
    video = forms.BooleanField(label=_("Consultas por video"), required=False)
    orden = forms.ChoiceField(
        label=_("Ordenar por"),
        required=False,
        choices=[(Order.SOONEST, _("La hora más próxima")), (Order.NEAREST, _("Distancia")),
                 (Order.CHEAPEST, _("Precio")), (Order.BEST_RATED, _("Opiniones"))],
    )  # fmt: skip
    lat, lng = _degrees(90), _degrees(180)
    bbox = BoxField(required=False, max_length=120, widget=forms.HiddenInput)

    @property
    def kept(self) -> list[BoundField]:
        """A point or a part of the map; the specialty of a link stands in the words."""
        return [self[name] for name in ("lat", "lng", "bbox") if self[name].value()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        low, high = data.get("precio_min"), data.get("precio_max")
        if low is not None and high is not None and low > high:
            self.add_error("precio_max", _("El precio «hasta» no puede ser menor que «desde»."))
        for name in ("lat", "lng"):
            if data.get(name) is not None:
                data[name] = round(data[name], COORDINATE_PLACES)
        return data
