from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from clinics.services.places import nearest_city


class ClinicForm(forms.ModelForm):
    """A consultorio as support enters it; an empty zone follows the point, or else the city."""

    # The admin's searching selects have no empty row, which HTML wants of what is required.
    use_required_attribute = False

    class Meta:
        model = Clinic
        fields = (
            "doctor", "name", "address", "city", "country", "latitude", "longitude", "zone",
            "phone", "directions", "slot_minutes", "step_minutes", "buffer_before",
            "buffer_after", "min_notice_minutes", "horizon_days", "cancellation_notice_minutes",
            "price", "currency", "payment_methods", "payment_policy", "instructions", "agreements",
            "sees_children", "is_accessible", "offers_telehealth", "is_active",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].required = False
        self.fields["zone"].help_text = _("Vacía: la del punto en el mapa.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        latitude, longitude = data.get("latitude"), data.get("longitude")
        if not data.get("zone") and latitude is not None and longitude is not None:
            near = nearest_city(latitude=latitude, longitude=longitude) or data.get("city")
            data["zone"] = near.zone if near else ""
        # Postgres takes «america/bogota»; Python's zone files do not.
        if data.get("zone") and data["zone"] not in available_timezones():
            self.add_error("zone", _("Elija una zona horaria de la lista."))
        return data
