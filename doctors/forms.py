"""Input of a doctor's profile -> clean values. Never writes."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.clock import current_time
from core.forms import Form, LongSelect, RadioCards
from core.limits import count_of
from doctors import photos
from doctors.enums import Title, Verdict
from doctors.models import Doctor, Education, Experience, Qualification, Specialty
from doctors.photos import Pictures
from doctors.refusals import PhotoRefused, TooManyPhotos
from doctors.services.corrections import Correction
from doctors.services.profiles import Line, ProfileData

EARLIEST_YEAR = 1930
MOST_LINES = 20


def needs_a_letter(value: str) -> None:
    if not any(unicodedata.category(sign).startswith("L") for sign in value):
        raise ValidationError(_("Escriba el nombre con letras."), code="no_letters")


class YearField(forms.IntegerField):
    """From the first year that a living doctor may have begun, to this one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.widget = forms.TextInput({"inputmode": "numeric"})
        self.error_messages["invalid"] = _("Escriba el año con cuatro cifras, por ejemplo 2009.")

    def validate(self, value: int | None) -> None:
        super().validate(value)
        latest = timezone.localdate(current_time()).year
        if value is not None and not EARLIEST_YEAR <= value <= latest:
            raise ValidationError(
                _("Escriba un año entre %(first)s y %(last)s."),
                code="out_of_range",
                params={"first": EARLIEST_YEAR, "last": latest},
            )


class ProfileForm(Form):
    title = forms.ChoiceField(label=_("Tratamiento"), choices=Title.choices, widget=RadioCards)
    first_names = forms.CharField(
        label=_("Nombres"),
        max_length=80,
        validators=[needs_a_letter],
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )
    last_names = forms.CharField(
        label=_("Apellidos"),
        max_length=80,
        validators=[needs_a_letter],
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    biography = forms.CharField(
        label=_("Presentación"),
        required=False,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Qué atiende y cómo trabaja, en pocas frases. La leen sus pacientes."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Idiomas en los que atiende"),
        choices=settings.LANGUAGES_SPOKEN,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    practising_since = YearField(
        label=_("Ejerce desde"), help_text=_("El año en que empezó, por ejemplo 2009.")
    )
    takes_new_patients = forms.BooleanField(
        label=_("Recibo pacientes nuevos"),
        required=False,
        initial=True,
        help_text=_("Sin esta marca su perfil se ve, pero nadie puede reservar en línea."),
    )

    @property
    def profile_data(self) -> ProfileData:
        return ProfileData(**self.cleaned_data)

    @staticmethod
    def names_of(user: User) -> dict[str, Any]:
        """What the account says already."""
        return {"first_names": user.first_names, "last_names": user.last_names, "languages": ["es"]}

    @staticmethod
    def initial_of(doctor: Doctor) -> dict[str, Any]:
        return {name: getattr(doctor, name) for name in ProfileData.__dataclass_fields__}


class SpecialtiesForm(Form):
    """The main one, and up to three more; the same one twice counts once."""

    specialty_1 = forms.ChoiceField(label=_("Especialidad principal"), widget=LongSelect)
    specialty_2 = forms.ChoiceField(
        label=_("Segunda especialidad"), widget=LongSelect, required=False
    )
    specialty_3 = forms.ChoiceField(
        label=_("Tercera especialidad"), widget=LongSelect, required=False
    )
    specialty_4 = forms.ChoiceField(
        label=_("Cuarta especialidad"), widget=LongSelect, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {specialty.slug: specialty for specialty in Specialty.objects.all()}
        listed = sorted(self.known.values(), key=lambda specialty: specialty.local_name)
        offered = [(specialty.slug, specialty.local_name) for specialty in listed]
        for field in self.fields.values():
            none = _("Elija una especialidad") if field.required else _("Ninguna más")
            field.choices = [("", none), *offered]  # type: ignore[attr-defined]

    @property
    def specialties(self) -> list[Specialty]:
        chosen = (self.cleaned_data[name] for name in self.fields)
        return [self.known[slug] for slug in dict.fromkeys(filter(None, chosen))]

    @staticmethod
    def initial_of(doctor: Doctor) -> dict[str, Any]:
        rows = doctor.doctor_specialties.order_by("position", "id")
        slugs = rows.values_list("specialty__slug", flat=True)
        return {f"specialty_{n}": slug for n, slug in enumerate(slugs, start=1)}


class CorrectionForm(Form):
    """What the team mends in a profile, and why: the reason stays in the admin's history."""

    first_names = forms.CharField(
        label=_("Nombres"), max_length=80, validators=[needs_a_letter],
        help_text=_("Con otro nombre, el registro se verifica de nuevo."),
    )  # fmt: skip
    last_names = forms.CharField(label=_("Apellidos"), max_length=80, validators=[needs_a_letter])
    licence_number = forms.CharField(
        label=_("Número de registro profesional"), max_length=40, required=False,
        help_text=_("Otro número se verifica de nuevo."),
    )  # fmt: skip
    slug = forms.SlugField(
        label=_("Dirección del perfil"), max_length=120,
        help_text=_("La anterior sigue llevando al perfil."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Por qué"), min_length=5, max_length=200)
    # The number that the page was made with.
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A doctor who states another number meanwhile does not get the older one back."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "shown" in self.data and data.get("shown", "") != self.initial["licence_number"]:
            self.add_error(
                "licence_number",
                _("El médico cambió su número mientras usted escribía. Abra la página otra vez."),
            )
        return data

    @property
    def correction(self) -> Correction:
        names = Correction.__dataclass_fields__
        return Correction(**{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def initial_of(doctor: Doctor) -> dict[str, str]:
        said = {name: getattr(doctor, name) for name in Correction.__dataclass_fields__}
        return {**said, "shown": doctor.licence_number}


class LicenceForm(Form):
    number = forms.CharField(
        label=_("Número de registro profesional"),
        max_length=40,
        help_text=_("Tal como está en su título o carné. Lo ven los pacientes."),
    )

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if not any(sign.isdigit() for sign in number):
            raise ValidationError(_("Escriba el número completo, con sus cifras."))
        return number


class VerdictForm(Form):
    """Staff's word on a licence. What the page showed goes along: it is what was looked up."""

    # Facts.mark: none is no mark of any facts.
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=_("Resultado"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Motivo para el médico"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Si no se pudo verificar: qué falta o qué no coincide. Lo lee el médico."),
    )
    needed_by_choice = frozenset({"reason"})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_bare = "reason" not in self.errors and not data.get("reason")
        if data.get("verdict") == Verdict.REFUSED and is_bare:
            self.add_error("reason", _("Escriba el motivo: el médico lo necesita para corregir."))
        return data


class PhotoForm(Form):
    photo = forms.FileField(
        label=_("Foto"),
        help_text=_("JPG, PNG o WebP de hasta 5 MB. La recortamos en cuadrado."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Elija un archivo con su foto."),
            "missing": _("Elija un archivo con su foto."),
            "empty": _("Ese archivo está vacío. Elija otra foto."),
        },
        allow_empty_file=False,
    )

    def __init__(self, *args: Any, doctor: Doctor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doctor = doctor

    def clean_photo(self) -> Pictures:
        upload: UploadedFile = self.cleaned_data["photo"]
        # Only the last one is kept, but each takes a processor for a while.
        who, day = str(self.doctor.public_id), int(timedelta(days=1).total_seconds())
        if count_of(who, "photo", now=current_time(), seconds=day) > settings.FILES_PER_DAY:
            raise ValidationError(str(TooManyPhotos()), code="too_many")
        try:
            return photos.prepare(upload)
        except PhotoRefused as refusal:
            raise ValidationError(str(refusal), code="refused") from refusal


# Lines of the career ---------------------------------------------------------


class LineForm(Form):
    """A row of one of the lists; a row left empty is none."""

    model: ClassVar[type[Line]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("from_year"), data.get("until_year")
        if since and until and until < since:
            self.add_error("until_year", _("El año final no puede ser anterior al inicial."))
        return data

    @property
    def line(self) -> Line:
        return self.model(**self.cleaned_data)


class EducationForm(LineForm):
    model = Education
    degree = forms.CharField(label=_("Título"), max_length=160)
    institution = forms.CharField(label=_("Institución"), max_length=160)
    from_year = YearField(label=_("Desde el año"))
    until_year = YearField(label=_("Hasta el año"))


class ExperienceForm(LineForm):
    model = Experience
    position = forms.CharField(label=_("Cargo"), max_length=160)
    institution = forms.CharField(label=_("Institución"), max_length=160)
    from_year = YearField(label=_("Desde el año"))
    until_year = YearField(label=_("Hasta el año"), help_text=_("Vacío si sigue allí."))


class QualificationForm(LineForm):
    model = Qualification
    name = forms.CharField(label=_("Certificación"), max_length=160)
    issuer = forms.CharField(label=_("Otorgada por"), max_length=160, required=False)
    year = YearField(label=_("Año"))


class Lines:
    """A list of rows that is sent whole. «Agregar» and «Quitar» are buttons of the same form:
    they change the rows on the page and save nothing.
    """

    COUNT, ADD, DROP = "filas", "agregar", "quitar"

    def __init__(
        self,
        kind: type[LineForm],
        data: Mapping[str, Any] | None = None,
        saved: Iterable[Line] = (),
    ) -> None:
        self.kind, self.data = kind, data
        rows = None if data is None else self._typed(data)
        # Without its count nothing was said about the lines, so none is taken away.
        self.is_torn = data is not None and rows is None
        self.is_edited = data is not None and (self.ADD in data or self.DROP in data)
        if rows is None:
            self.forms = self._unsent(list(self._saved(saved)))
        elif self.is_edited:
            self.forms = self._unsent(self._edit(rows))
        else:
            filled = [n for n, row in enumerate(rows) if any(row.values())]
            self.forms = [self._form(n, data=data) for n in filled]
        if data is not None and self.ADD in data:
            next(iter(self.forms[-1].fields.values())).widget.attrs["autofocus"] = True

    def is_valid(self) -> bool:
        if self.data is None or self.is_edited or self.is_torn:
            return False
        return all(form.is_valid() for form in self.forms)

    @property
    def lines(self) -> list[Line]:
        return [form.line for form in self.forms]

    @property
    def can_grow(self) -> bool:
        return len(self.forms) < MOST_LINES

    @property
    def count(self) -> int:
        """How many rows the page has, with those that were sent empty between others."""
        return max((int(form.prefix or 0) + 1 for form in self.forms), default=0)

    @property
    def error_summary(self) -> list[tuple[str, str]]:
        if self.is_torn:
            return [("", str(_("No recibimos los datos completos. Guárdelos otra vez.")))]
        return [error for form in self.forms if form.is_bound for error in form.error_summary]

    def _unsent(self, rows: list[dict[str, Any]]) -> list[LineForm]:
        """At least one empty row, so that there is something to fill in."""
        return [self._form(n, initial=row) for n, row in enumerate(rows or [{}])]

    def _form(self, number: int, **kwargs: Any) -> LineForm:
        return self.kind(prefix=str(number), **kwargs)

    def _typed(self, data: Mapping[str, Any]) -> list[dict[str, Any]] | None:
        try:
            count = min(max(int(data[self.COUNT]), 0), MOST_LINES)
        except (KeyError, ValueError):
            return None
        names = list(self.kind.base_fields)
        return [{name: data.get(f"{n}-{name}", "").strip() for name in names} for n in range(count)]

    def _edit(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        assert self.data is not None
        if self.ADD in self.data:
            return [*rows, {}][:MOST_LINES]
        return [row for n, row in enumerate(rows) if str(n) != self.data.get(self.DROP)]

    def _saved(self, lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
        for line in lines:
            yield {name: getattr(line, name) for name in self.kind.base_fields}
