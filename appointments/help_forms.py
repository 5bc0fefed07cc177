"""What support writes when it acts for somebody."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from appointments.helping import Asker, Wish
from appointments.models import Appointment
from core.converters import FORMAT
from core.forms import Form
from core.templatetags.when import clock, day_long

CANCEL = "cancel"


class HelpForm(Form):
    asker = forms.ChoiceField(label=_("Quién lo pide"), choices=Asker, widget=forms.RadioSelect)
    wish = forms.ChoiceField(label=_("Qué pide"))
    reason = forms.CharField(
        label=_("Por qué"), min_length=10, max_length=200,
        help_text=_("Cómo lo pidió y por qué lo hace soporte. Sin datos de salud."),
    )  # fmt: skip
    # The fee that the person was told before, as the page said it.
    cargo = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, visit: Appointment, times: list[datetime], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.times = {f"{time:{FORMAT}}": time for time in times}
        moves = [
            (key, f"{day_long(time, visit.zone)}, {clock(time, visit.zone)}")
            for key, time in self.times.items()
        ]
        self.fields["wish"].choices = [  # type: ignore[attr-defined]
            (CANCEL, _("Cancelar la cita")), (_("Moverla a otra hora"), moves)
        ]  # fmt: skip

    def clean_wish(self) -> str:
        wish = str(self.cleaned_data["wish"])
        if wish != CANCEL and wish not in self.times:
            raise ValidationError(_("Esa hora ya no está libre. Elija otra."))
        return wish

    @property
    def asked(self) -> Wish:
        data = self.cleaned_data
        return Wish(Asker(data["asker"]), self.times.get(data["wish"]), data["cargo"])
