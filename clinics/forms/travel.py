"""Minutes between two consultorios of a doctor."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from core.forms import Form

MOST_MINUTES = 600
PairKey = tuple[int, int]


class TravelForm(Form):
    """One field for each pair, named by the public ids."""

    all_optional = True

    def __init__(
        self,
        *args: Any,
        pairs: Sequence[tuple[Clinic, Clinic]],
        minutes: dict[PairKey, int],
        **kwargs: Any,
    ) -> None:
        self.pairs = {_name(one, other): (one, other) for one, other in pairs}
        now = {name: minutes.get((a.pk, b.pk), 0) for name, (a, b) in self.pairs.items()}
        super().__init__(*args, initial=now, **kwargs)
        for name, (one, other) in self.pairs.items():
            self.fields[name] = forms.IntegerField(
                label=f"{one.name} – {other.name}",
                required=False,
                min_value=0,
                max_value=MOST_MINUTES,
                widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={"invalid": _("Escriba los minutos con cifras, por ejemplo 30.")},
            )

    @property
    def rows(self) -> Iterator[tuple[Clinic, Clinic, BoundField]]:
        return ((one, other, self[name]) for name, (one, other) in self.pairs.items())

    @property
    def minutes(self) -> dict[PairKey, int]:
        return {
            (one.pk, other.pk): self.cleaned_data[name] or 0
            for name, (one, other) in self.pairs.items()
        }


def _name(one: Clinic, other: Clinic) -> str:
    return f"{one.public_id}_{other.public_id}"
