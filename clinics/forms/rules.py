"""How visits are booked in a consultorio: lengths, limits, money and words."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinics.enums import Currency, NoShowRule, PaymentMethod, PaymentTime, Reminder
from clinics.forms.prices import PriceListForm, money_field
from clinics.models import Clinic
from clinics.services.schedule import Rules
from core.forms import RadioCards
from core.money import is_exact, plain
from core.spelling import key_of
from core.templatetags.when import duration

HOUR, DAY = 60, 24 * 60
LENGTHS = (10, 15, 20, 25, 30, 40, 45, 50, 60, 75, 90, 120, 150, 180)
STEPS = (5, 10, 15, 20, 30, 40, 45, 60, 90, 120)
BUFFERS = (0, 5, 10, 15, 20, 30, 45, 60)
NOTICES = (0, 30, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY)
HORIZONS = (7, 14, 30, 60, 90, 180, 365)
CANCELLING = (0, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY)
FOLLOW_UPS = (0, 7, 10, 15, 21, 30, 60, 90)
MONEY = ("price", "late_cancellation_fee", "no_show_fee")
MISSED, NO_SHOWS = (1, 2, 3, 4, 5), 2
NO_PHONE = _("Agregue primero el teléfono del consultorio, en su dirección.")
MOST_AGREEMENTS, LONGEST_AGREEMENT = 20, 60
OFFERS = {
    "sees_children": _("Atiende a niños"),
    "is_accessible": _("Acceso en silla de ruedas"),
    "offers_telehealth": _("Consultas por video"),
}


class MinutesField(forms.TypedChoiceField):
    """A stretch of time from a short list; what is set already is always in it."""

    def __init__(self, stretches: Iterable[int], *, nothing: Any = None, **kwargs: Any) -> None:
        self.stretches, self.nothing = tuple(stretches), nothing
        kwargs.setdefault("required", False)
        super().__init__(coerce=int, empty_value=None, **kwargs)

    def name_of(self, value: int) -> str:
        return str(self.nothing) if not value and self.nothing else duration(value)

    def offer(self, present: int | None) -> None:
        values = sorted({*self.stretches, *([] if present is None else [present])})
        empty = [] if self.required or 0 in values else [("", str(self.nothing))]
        self.choices = [*empty, *((str(v), self.name_of(v)) for v in values)]


class DaysAheadField(MinutesField):
    def name_of(self, value: int) -> str:
        return ngettext("%(n)d día antes", "%(n)d días antes", value) % {"n": value}


class MinutesAheadField(MinutesField):
    def name_of(self, value: int) -> str:
        return _("%(time)s antes") % {"time": duration(value)} if value else str(self.nothing)


class NamesField(forms.CharField):
    """Names with commas between them -> a list without repetitions."""

    def to_python(self, value: Any) -> Any:
        names = (" ".join(name.split()) for name in str(value or "").split(","))
        return list({key_of(name): name for name in names if name}.values())

    def run_validators(self, value: Any) -> None:
        super().run_validators(", ".join(value))
        if len(value) > MOST_AGREEMENTS:
            raise ValidationError(_("Escriba 20 nombres como máximo."), code="too_many")
        if any(len(name) > LONGEST_AGREEMENT for name in value):
            raise ValidationError(_("Cada nombre puede tener 60 caracteres."), code="too_long")


class FollowUpField(MinutesField):
    def name_of(self, value: int) -> str:
        if not value:
            return str(self.nothing)
        return ngettext("Dentro de %(n)d día", "Dentro de %(n)d días", value) % {"n": value}


class RulesForm(PriceListForm):
    slot_minutes = MinutesField(LENGTHS, label=_("Duración de cada cita"), required=True)
    step_minutes = MinutesField(
        STEPS,
        label=_("Ofrecer una hora cada"),
        nothing=_("Lo que dura la cita"),
    )
    buffer_before = MinutesField(BUFFERS, label=_("Libre antes de cada cita"), nothing=_("Nada"))
    buffer_after = MinutesField(BUFFERS, label=_("Libre después de cada cita"), nothing=_("Nada"))
    min_notice_minutes = MinutesField(
        NOTICES, label=_("Antelación mínima"), nothing=_("Sin antelación")
    )
    horizon_days = DaysAheadField(HORIZONS, label=_("Se reserva hasta"), nothing=_("Sin límite"))
    requires_confirmation = forms.TypedChoiceField(
        label=_("Cuando un paciente reserva"),
        coerce=lambda value: value == "ask",
        choices=[
            ("now", _("La cita queda confirmada al momento")),
            ("ask", _("Usted confirma cada cita")),
        ],
        widget=RadioCards(
            hints={"ask": _("La hora queda reservada hasta que responda, 24 horas como máximo.")}
        ),
    )
    no_show_rule = forms.ChoiceField(
        label=_("Si un paciente faltó varias veces"),
        required=False,
        choices=[
            ("", _("Reserva como los demás")),
            (NoShowRule.ASK, _("Usted confirma cada una de sus citas")),
            (NoShowRule.PREPAY, _("Paga antes de la consulta, y usted confirma cada cita")),
            (NoShowRule.PHONE, _("Reserva solo por teléfono")),
        ],
        widget=RadioCards(
            hints={
                NoShowRule.ASK: _("Su reserva en línea le llega como una solicitud."),
                NoShowRule.PREPAY: _("Se le pide el pago por anticipado, sin más detalle."),
                NoShowRule.PHONE: _("En línea verá el teléfono del consultorio, sin más detalle."),
            }
        ),
    )
    no_show_limit = forms.TypedChoiceField(
        label=_("¿Desde cuántas inasistencias?"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Con usted, en los últimos 12 meses."),
    )
    cancellation_notice_minutes = MinutesAheadField(
        CANCELLING,
        label=_("El paciente puede cancelar o mover hasta"),
        nothing=_("La hora de la cita"),
    )
    price = money_field(_("Precio de la consulta"))
    late_cancellation_fee = money_field(
        _("Cargo por cancelar fuera de plazo"),
        _("En la misma moneda. El paciente lo lee antes de reservar y antes de cancelar."),
    )
    no_show_fee = money_field(_("Cargo por no asistir"))
    payment_time = forms.ChoiceField(
        label=_("Cuándo se paga"),
        required=False,
        choices=[("", _("Sin indicarlo")), *((v, capfirst(t)) for v, t in PaymentTime.choices)],
    )
    deposit_terms = forms.CharField(
        label=_("Anticipo"),
        max_length=300,
        required=False,
        help_text=_("Por ejemplo: «La mitad por transferencia, un día antes»."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    follow_up_days = FollowUpField(
        FOLLOW_UPS, label=_("Control sin costo"), nothing=_("No: cada cita tiene su precio")
    )
    currency = forms.ChoiceField(label=_("Moneda"), choices=[(c, c) for c in Currency.values])
    payment_methods = forms.MultipleChoiceField(
        label=_("Formas de pago"),
        choices=[(value, capfirst(label)) for value, label in PaymentMethod.choices],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    payment_policy = forms.CharField(
        label=_("Política de pago"),
        max_length=2000,
        required=False,
        help_text=_("El paciente la lee antes de confirmar. Por ejemplo: «Se paga al llegar»."),
        widget=forms.Textarea({"rows": 3}),
    )
    instructions = forms.CharField(
        label=_("Indicaciones para la cita"),
        max_length=2000,
        required=False,
        help_text=_("Por ejemplo: «Llegue 10 minutos antes y traiga sus exámenes»."),
        widget=forms.Textarea({"rows": 3}),
    )
    reminders = forms.MultipleChoiceField(
        label=_("Recordatorios a sus pacientes"),
        choices=Reminder.choices,
        required=False,
        help_text=_("Cada paciente puede elegir otros, o ninguno. De noche no se envían."),
        widget=forms.CheckboxSelectMultiple,
    )
    offers = forms.MultipleChoiceField(
        label=_("Qué ofrece este consultorio"),
        choices=list(OFFERS.items()),
        required=False,
        help_text=_("Los pacientes pueden buscar por esto."),
        widget=forms.CheckboxSelectMultiple,
    )
    agreements = NamesField(
        label=_("Seguros y convenios"),
        max_length=600,
        required=False,
        help_text=_("Separados por comas, por ejemplo «IESS, Ecuasanitas»."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    # A choice of «nothing» is in the lists.
    needed_by_choice = frozenset(
        {"step_minutes", "buffer_before", "buffer_after", "min_notice_minutes", "horizon_days",
         "no_show_rule", "no_show_limit", "cancellation_notice_minutes", "payment_time",
         "follow_up_days"}
    ) | PriceListForm.needed_by_choice  # fmt: skip

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.initial_of(clinic), **kwargs)
        self.has_phone = bool(clinic.phone)
        for name, field in self.fields.items():
            if isinstance(field, MinutesField):
                field.offer(getattr(clinic, name))
        if not settings.ONLINE_PAYMENTS:
            methods: Any = self.fields["payment_methods"]
            methods.choices = [c for c in methods.choices if c[0] != PaymentMethod.ONLINE]
        limit: Any = self.fields["no_show_limit"]
        limit.choices = [(str(n), _missed(n)) for n in sorted({*MISSED, clinic.no_show_limit})]

    @staticmethod
    def initial_of(clinic: Clinic) -> dict[str, Any]:
        values = {name: getattr(clinic, name) for name in Rules.__dataclass_fields__}
        values["offers"] = [name for name in OFFERS if values[name]]
        values["agreements"] = ", ".join(clinic.agreements)
        for name in MONEY:
            if values[name] is not None:
                values[name] = plain(values[name], clinic.currency)
        values |= PriceListForm.typed_of(clinic)
        values["requires_confirmation"] = "ask" if clinic.requires_confirmation else "now"
        return values

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("buffer_before", "buffer_after", "min_notice_minutes",
                     "cancellation_notice_minutes"):  # fmt: skip
            data[name] = data.get(name) or 0
        data["follow_up_days"] = data.get("follow_up_days") or 0
        for name in MONEY:
            self._clean_money(name, data)
        data["visit_types"], data["visit_prices"] = self.clean_list(data)
        data["no_show_limit"] = data.get("no_show_limit") or NO_SHOWS
        if data.get("no_show_rule") == NoShowRule.PHONE and not self.has_phone:
            self.add_error("no_show_rule", NO_PHONE)
        return data

    def _clean_money(self, name: str, data: dict[str, Any]) -> None:
        """No fee is a fee of nothing."""
        amount, currency = data.get(name), data.get("currency")
        if amount is not None and currency and not is_exact(amount, currency):
            words = _("En %(currency)s el precio va sin decimales.") % {"currency": currency}
            self.add_error(name, words)
        elif not amount and name != "price":
            data[name] = None

    @property
    def rules(self) -> Rules:
        data = self.cleaned_data | {name: name in self.cleaned_data["offers"] for name in OFFERS}
        return Rules(**{name: data[name] for name in Rules.__dataclass_fields__})


def _missed(count: int) -> str:
    return ngettext("%(n)d inasistencia", "%(n)d inasistencias", count) % {"n": count}
