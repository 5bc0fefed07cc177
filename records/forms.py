"""What doctors write of a visit -> clean values. Never writes."""

from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Patient
from core.forms import DayField, Form, teach_manners
from doctors.models import Doctor
from records.documents import SECTIONS, Amended, Content, Diagnosis, Fact, lines_of, read_diagnoses
from records.enums import Sort
from records.files import Checked, check
from records.models import Consultation
from records.refusals import FileRefused
from records.services.reading import Reading
from records.vitals import BY_NAME, VITALS, NotANumber, Vital, body_mass_index

SECTION_CAP = 8000
DIAGNOSES = 20
TITLE_CAP = 200
MOST_INDEX = 150
WORDS_CAP = 100
CODE_CAP = 8
FACT_CAP = 300
# How long a history is shared, in days, and how long at most.
USUAL_SHARE, LONGEST_SHARE = 30, 365


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

    @classmethod
    def typed(cls, data: QueryDict, *, added: str = "") -> "ConsultationForm":
        """As it was sent, nothing checked yet; with a diagnosis more."""
        initial = {name: data.get(name, "") for name in cls().fields}
        lines = list(filter(str.strip, initial["diagnoses"].splitlines()))
        if added:
            initial["diagnoses"] = "\n".join(dict.fromkeys([*lines, added]))
        return cls(initial=initial)

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


class LookUpForm(Form):
    """Which diagnosis is looked for, on the form of a record."""

    search = forms.CharField(
        label=_("Buscar un diagnóstico CIE-10"), required=False, max_length=WORDS_CAP,
        help_text=_("Por código o por palabras, por ejemplo «J06» o «faringitis aguda»."),
    )  # fmt: skip
    add = forms.CharField(required=False, max_length=CODE_CAP, widget=forms.HiddenInput)
    all_optional = True


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


class AttachmentForm(Form):
    file = forms.FileField(
        label=_("Documento"),
        help_text=_("PDF, JPG o PNG de hasta 10 MB."),
        widget=forms.FileInput({"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={
            "required": _("Elija un archivo."),
            "missing": _("Elija un archivo."),
            "empty": _("Ese archivo está vacío. Elija otro."),
        },
    )
    is_for_patient = forms.BooleanField(
        label=_("El paciente puede descargarlo"), required=False,
        help_text=_("Desde que la consulta está firmada, en la página de su cita."),
    )  # fmt: skip

    def clean_file(self) -> Checked:
        upload: UploadedFile = self.cleaned_data["file"]
        try:
            return check(upload, upload.name or "")
        except FileRefused as refusal:
            raise ValidationError(str(refusal), code="refused") from refusal


class FactForm(Form):
    sort = forms.ChoiceField(label=_("Qué es"), choices=Sort)
    text = forms.CharField(
        label=_("Cuál"), required=False, max_length=FACT_CAP,
        help_text=_("Por ejemplo «Penicilina: urticaria» o «Losartán 50 mg cada 24 horas»."),
    )  # fmt: skip
    needed_by_choice = frozenset({"text"})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("sort") == Sort.NO_ALLERGIES:
            data["text"] = ""
        elif "text" not in self.errors and not data.get("text"):
            self.add_error("text", _("Complete «Cuál»."))
        return data

    @property
    def said(self) -> Fact:
        return Fact(self.cleaned_data["sort"], self.cleaned_data["text"])


class EndForm(Form):
    reason = forms.CharField(
        label=_("Por qué ya no"), max_length=FACT_CAP,
        help_text=_("Por ejemplo «Terminó el tratamiento» o «Se anotó por error»."),
    )  # fmt: skip


class ShareForm(Form):
    """Whose history, with whom, until which day."""

    pair = forms.ChoiceField(label=_("Con quién"))
    until = DayField(label=_("Hasta"), help_text=_("Ese día incluido; a lo sumo un año."))

    def __init__(
        self, *args: Any, pairs: list[tuple[Patient, Doctor]], zone: tzinfo, now: datetime
    ) -> None:
        super().__init__(*args)
        today = now.astimezone(zone).date()
        self.zone = zone
        self.pairs = {f"{patient.public_id}:{doctor.public_id}": (patient, doctor)
                      for patient, doctor in pairs}  # fmt: skip
        choice, day = self.fields["pair"], self.fields["until"]
        assert isinstance(choice, forms.ChoiceField) and isinstance(day, DayField)
        choice.choices = [(key, self._name(*people)) for key, people in self.pairs.items()]
        day.earliest, day.latest = today, today + timedelta(days=LONGEST_SHARE)
        day.initial = today + timedelta(days=USUAL_SHARE)

    @staticmethod
    def _name(patient: Patient, doctor: Doctor) -> str:
        if patient.is_self:
            return doctor.display_name
        return _("{doctor}, la historia de {patient}").format(
            doctor=doctor.display_name, patient=patient.full_name
        )

    @property
    def people(self) -> tuple[Patient, Doctor]:
        return self.pairs[self.cleaned_data["pair"]]

    @property
    def ends_at(self) -> datetime:
        """When the day is over, where the patient is."""
        after = self.cleaned_data["until"] + timedelta(days=1)
        return datetime.combine(after, time(), self.zone)


class WordsForm(Form):
    """What is looked for in a history."""

    words = forms.CharField(label=_("Buscar en esta historia"), required=False,
                            max_length=WORDS_CAP)  # fmt: skip
    all_optional = True
