"""Where a consultorio is: words, a city of the gazetteer, and a point on the map."""

from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_countries.fields import Country
from phonenumber_field.formfields import PhoneNumberField

from clinics.models import City, Clinic
from clinics.queries import cities_like, zones_of
from clinics.services.clinics import Place
from clinics.services.places import kilometres, nearest_city
from core.forms import Form, LongSelect, RadioCards
from core.templatetags.when import zone_name

# A point farther from the city than this belongs to another one.
FARTHEST_KM = 100
FIVE_PLACES = Decimal("0.00001")
PHONE = _("Escriba el teléfono completo, por ejemplo +593 2 223 4567.")


class DegreesField(forms.Field):
    """Degrees as people copy them: with a point or a comma, and more figures than we keep."""

    default_error_messages = {"invalid": _("Escriba grados con decimales, por ejemplo -0.18065.")}

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        hints = {"inputmode": "text", "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(hints))
        super().__init__(**kwargs)
        outside = format_lazy(_("Escriba grados entre -{most} y {most}."), most=most)
        self.validators += [MinValueValidator(-most, outside), MaxValueValidator(most, outside)]

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip().replace(",", ".").replace("−", "-")
        if not text:
            return None
        try:
            if len(text) > 24 or not text.isascii():
                raise InvalidOperation
            degrees = Decimal(text).quantize(FIVE_PLACES)
            if degrees.is_nan():
                raise InvalidOperation
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        return degrees


class CityCards(RadioCards):
    """Radios that know where their city is, for the map."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cities: dict[str, City] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        city = self.cities.get(str(value))
        if city is not None:
            option["attrs"]["data-db-point"] = f"{city.latitude},{city.longitude}"
        return option


class CityForm(Form):
    """The cities that what was typed may mean, as radios; also the answer to the page's script."""

    city_search = forms.CharField(
        label=_("Ciudad"),
        max_length=60,
        required=False,
        help_text=_("Escriba su nombre y elíjala en la lista."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    city = forms.ChoiceField(
        label=_("¿Cuál ciudad?"),
        widget=CityCards,
        error_messages={"required": _("Busque su ciudad y elíjala en la lista.")},
    )
    # The label of the search says it already.
    needed_by_choice = frozenset({"city_search"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = self["city_search"].value() or ""
        self.matches = cities_like(str(typed))
        slug = str(self["city"].value() or "")[:120]
        known = [] if "\x00" in slug else City.objects.filter(slug=slug)
        self.chosen = next(iter(known), None) if slug else None
        self.searched = bool(str(typed).strip())
        offered = list(self.matches)
        if self.chosen and self.chosen not in offered:
            offered.insert(0, self.chosen)
        field = self.fields["city"]
        field.choices = [(city.slug, str(city)) for city in offered]  # type: ignore[attr-defined]
        field.widget.hints = {city.slug: where(city) for city in offered}
        field.widget.cities = {city.slug: city for city in offered}


def where(city: City) -> str:
    """«Pichincha, Ecuador»"""
    return ", ".join(filter(None, [city.region, str(Country(str(city.country)).name)]))


class PlaceForm(CityForm):
    name = forms.CharField(
        label=_("Nombre del consultorio"),
        max_length=120,
        help_text=_("Como lo conocen sus pacientes: «La Carolina», «Hospital Vozandes, torre 2»."),
    )
    address = forms.CharField(
        label=_("Dirección"),
        max_length=240,
        help_text=_("Calle, número, piso y oficina."),
        widget=forms.TextInput({"autocomplete": "address-line1"}),
    )
    latitude = DegreesField(label=_("Latitud"), most=90, required=False)
    longitude = DegreesField(label=_("Longitud"), most=180, required=False)
    zone = forms.ChoiceField(label=_("Zona horaria"), required=False, widget=LongSelect)
    phone = PhoneNumberField(
        label=_("Teléfono del consultorio"),
        required=False,
        help_text=_("Por ejemplo +593 2 223 4567."),
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
        error_messages={"invalid": PHONE},
    )
    directions = forms.CharField(
        label=_("Cómo llegar"),
        max_length=1000,
        required=False,
        help_text=_("Entrada, parqueadero, transporte, acceso en silla de ruedas."),
        widget=forms.Textarea({"rows": 3}),
    )
    needed_by_choice = frozenset({"city_search", "latitude", "longitude", "zone"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        follow = _("La del punto en el mapa")
        zones = zones_of(str(self.chosen.country)) if self.chosen else []
        own = str(self.initial.get("zone") or "")
        if self.chosen:  # a number without a country's code is one of the city's
            self.fields["phone"].region = str(self.chosen.country)  # type: ignore[attr-defined]
        if own in available_timezones() and own not in zones:
            zones = [*zones, own]
        self.fields["zone"].choices = [  # type: ignore[attr-defined]
            ("", follow), *((zone, zone_name(zone)) for zone in zones)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        city = self.chosen if data.get("city") else None
        if city and self.searched and city not in self.matches:
            self.add_error("city", _("Elija la ciudad que buscó, o borre lo que escribió."))
        self._clean_point(data, city)
        return data

    def _clean_point(self, data: dict[str, Any], city: City | None) -> None:
        latitude, longitude = data.get("latitude"), data.get("longitude")
        if {"latitude", "longitude"} & set(self.errors) or city is None:
            return
        if latitude is None and longitude is None:
            data["latitude"], data["longitude"] = city.latitude, city.longitude
        elif latitude is None or longitude is None:
            missing = "latitude" if latitude is None else "longitude"
            self.add_error(missing, _("Escriba la latitud y la longitud, o deje las dos vacías."))
        else:
            far = kilometres((latitude, longitude), (city.latitude, city.longitude))
            if far > FARTHEST_KM:
                self.add_error("latitude", _too_far(city, far))

    @property
    def place(self) -> Place:
        assert self.chosen is not None
        data = self.cleaned_data
        near = nearest_city(latitude=data["latitude"], longitude=data["longitude"]) or self.chosen
        words = ("name", "address", "latitude", "longitude", "phone", "directions")
        return Place(
            city=self.chosen,
            zone=data["zone"] or near.zone,
            **{name: data[name] for name in words},
        )

    @staticmethod
    def initial_of(clinic: Clinic) -> dict[str, Any]:
        near = nearest_city(latitude=clinic.latitude, longitude=clinic.longitude)
        return {
            "name": clinic.name,
            "address": clinic.address,
            "city": clinic.city.slug,
            "latitude": clinic.latitude,
            "longitude": clinic.longitude,
            "zone": "" if near and near.zone == clinic.zone else clinic.zone,
            "phone": clinic.phone.as_international if clinic.phone else "",
            "directions": clinic.directions,
        }


def _too_far(city: City, far: float) -> str:
    words = _(
        "El punto está a %(km)d km de %(city)s. Corríjalo, o deje vacías la latitud y la longitud"
        " para ponerlo en el centro de la ciudad."
    )
    return str(words % {"km": round(far), "city": city.name})
