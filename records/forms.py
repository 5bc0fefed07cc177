"""What doctors write of a visit -> clean values. Never writes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import Form, teach_manners
from records.documents import SECTIONS, Amended, Content, Diagnosis, lines_of, read_diagnoses
from records.models import Consultation
from records.services.reading import Reading
from records.vitals import BY_NAME, VITALS, NotANumber, Vital, body_mass_index

SECTION_CAP = 8000
DIAGNOSES = 20
TITLE_CAP = 200
MOST_INDEX = 150
WORDS_CAP = 100


class TextField(forms.CharField):
    """Lines as people write them: a line break counts once, whoever sends it."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs = {"required": False, "max_length": SECTION_CAP, **kwargs}
        super().__init__(widget=forms.Textarea({"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\r\n", "\n").replace("\r", "\n")))


class VitalField(forms.CharField):
    """A number with a comma or a point, within what can be; kept as text, «36.5»."""

    def __init__(self, vital: Vital) -> None:
        self.vital = vital
        hints = {"inputmode": "decimal" if vital.places else "numeric", "autocomplete": "off",
                 "size": "6"}  # fmt: skip
        label = format_lazy("{label} ({unit})", label=vital.label, unit=vital.unit)
        super().__init__(label=label, required=False, widget=forms.TextInput(hints))

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return f"{self.vital.read(typed).normalize():f}"
        except NotANumber:
            raise ValidationError(self._sentence(), code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        """As it is written here: «36,5»."""
        try:
            return number_format(self.vital.read(value)) if value else value
        except NotANumber:
            return value

    def _sentence(self) -> str:
        limits = {
            "label": self.vital.label,
            "unit": self.vital.unit,
            "least": number_format(self.vital.least),
            "most": number_format(self.vital.most),
            "example": number_format((self.vital.low or self.vital.least) + Decimal(1)),
        }
        wish = _("{label}: escriba un número entre {least} y {most} {unit}, por ejemplo {example}.")
        if not self.vital.places:
            wish = _(
                "{label}: escriba un número entero entre {least} y {most} {unit}, por ejemplo "
                "{example}."
            )
        return str(wish).format(**limits)


class DiagnosesField(TextField):
    """One a line."""

    def clean(self, value: Any) -> tuple[Diagnosis, ...]:
        found = read_diagnoses(super().clean(value))
        if len(found) > DIAGNOSES:
            limit = {"n": DIAGNOSES}
            raise ValidationError(_("Escriba %(n)s diagnósticos o menos."), "too_many", limit)
        if any(len(one.title) > TITLE_CAP for one in found):
            limit = {"n": TITLE_CAP}
            raise ValidationError(
                _("Escriba un diagnóstico por línea, de %(n)s caracteres o menos."),
                "too_long", limit,
            )  # fmt: skip
        return found


class VersionField(forms.IntegerField):
    """Which text a page was made from. Whoever lost it has to compare."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput, **kwargs)


DIAGNOSES_HELP = _(
    "Uno por línea. Puede empezar con el código CIE-10, por ejemplo «I10 Hipertensión esencial»."
)
LOST = _("Abra la consulta otra vez: no sabemos de qué texto parte esta página.")


class ConsultationForm(Form):
    reason = TextField(label=_("Motivo de consulta"))
    history = TextField(label=_("Enfermedad actual y antecedentes"), rows=5)
    assessment = TextField(label=_("Evaluación"), help_text=_("Examen físico e impresión clínica."),
                           rows=5)  # fmt: skip
    diagnoses = DiagnosesField(label=_("Diagnósticos"), help_text=DIAGNOSES_HELP)
    plan = TextField(label=_("Plan"), help_text=_("Exámenes, tratamiento y control."), rows=4)
    instructions = TextField(
        label=_("Indicaciones para el paciente"),
        help_text=_("Las lee el paciente en su cuenta desde que usted firma."), rows=4,
    )  # fmt: skip
    private_note = TextField(
        label=_("Nota privada"), help_text=_("Nunca la ve el paciente."), rows=2
    )
    shows_diagnoses = forms.BooleanField(
        label=_("Mostrar los diagnósticos al paciente"), required=False
    )
    version = VersionField(error_messages=dict.fromkeys(("required", "invalid"), LOST))
    all_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for vital in VITALS:
            field = self.fields[vital.name] = VitalField(vital)
            teach_manners(field)
        self.order_fields(["reason", "history", *BY_NAME])

    @classmethod
    def of(cls, reading: Reading | None, *, reason: str) -> "ConsultationForm":
        """`reason`: the patient's words, where nothing is written yet."""
        if reading is None:
            return cls(initial={"reason": reason, "version": 0})
        return cls(initial=initial_of(reading.consultation))

    @property
    def vitals(self) -> list[Any]:
        return [self[vital.name] for vital in VITALS]

    @property
    def said(self) -> Content:
        data = self.cleaned_data
        return Content(
            **{name: data[name] for name in SECTIONS},
            vitals={v.name: data[v.name] for v in VITALS if data[v.name]},
            diagnoses=data["diagnoses"],
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        upper, lower = data.get("systolic"), data.get("diastolic")
        if not {"systolic", "diastolic"} & self.errors.keys() and bool(upper) != bool(lower):
            self.add_error("diastolic" if upper else "systolic", _("Escriba las dos presiones."))
        elif upper and lower and Decimal(upper) <= Decimal(lower):
            self.add_error("systolic", _("La presión sistólica es mayor que la diastólica."))
        index = body_mass_index(data)
        if index is not None and index > MOST_INDEX:
            self.add_error("weight", _("Revise el peso y la estatura: no van juntos."))
        return data


def initial_of(consultation: Consultation) -> dict[str, Any]:
    said = consultation.said
    return {
        **{name: getattr(said, name) for name in SECTIONS},
        **{name: said.vitals.get(name, "") for name in BY_NAME},
        "diagnoses": lines_of(said.diagnoses),
        "shows_diagnoses": consultation.shows_diagnoses,
        "version": consultation.version,
    }


class SignForm(Form):
    version = VersionField(error_messages=dict.fromkeys(("required", "invalid"), LOST))


class AmendmentForm(Form):
    text = TextField(
        label=_("Qué corrige o agrega, y por qué"), required=True, rows=4,
        help_text=_("Queda en la historia con su nombre y la fecha. El paciente no lo lee."),
    )  # fmt: skip
    instructions = TextField(
        label=_("Indicaciones para el paciente"), rows=4,
        help_text=_("Así las lee el paciente desde ahora."),
    )  # fmt: skip
    diagnoses = DiagnosesField(label=_("Diagnósticos"), help_text=DIAGNOSES_HELP)
    shows_diagnoses = forms.BooleanField(
        label=_("Mostrar los diagnósticos al paciente"), required=False
    )
    number = VersionField(error_messages=dict.fromkeys(("required", "invalid"), LOST))

    @staticmethod
    def initial_of(reading: Reading) -> dict[str, Any]:
        return {
            "instructions": reading.instructions,
            "diagnoses": lines_of(reading.diagnoses),
            "shows_diagnoses": reading.shows_diagnoses,
            "number": len(reading.amendments) + 1,
        }

    @property
    def said(self) -> Amended:
        data = self.cleaned_data
        return Amended(data["text"], data["instructions"], data["diagnoses"])


class WordsForm(Form):
    """What is looked for in a history."""

    words = forms.CharField(label=_("Buscar en esta historia"), required=False,
                            max_length=WORDS_CAP)  # fmt: skip
    all_optional = True
