"""What people write to the help desk -> clean values. Never writes."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models import Appointment
from core.forms import Form
from core.templatetags.when import clock, day
from records.files import MAX_BYTES, Checked, check
from records.refusals import FileRefused
from support.enums import About, Mark
from support.guarding import has_too_many_links, new_stamp, read_stamp
from support.services.asking import Words

TEXT_CAP, SUBJECT_CAP, REMARK_CAP = 4000, 120, 500
MOST_FILES = 3
OFFERED_VISITS = 20


class HelpSearchForm(Form):
    all_optional = True

    q = forms.CharField(
        label=_("¿Qué necesita saber?"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )


class ArticleMarkForm(Form):
    """Two buttons. The language is that of the text that was read, whatever the browser prefers."""

    useful = forms.ChoiceField(choices=[("yes", _("Sí")), ("no", _("No"))])
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to three documents or pictures, checked by what is in them -> Checked."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Archivos"))
        kwargs.setdefault("help_text", _("Hasta 3 archivos PDF, JPG o PNG; juntos, 10 MB."))
        hints = {"accept": "application/pdf,image/jpeg,image/png"}
        super().__init__(required=False, widget=FilesInput(hints), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Checked]:
        uploads = [one for one in data or () if one] if isinstance(data, list | tuple) else [data]
        uploads = [super(FilesField, self).clean(upload) for upload in uploads if upload]
        if len(uploads) > MOST_FILES:
            raise ValidationError(_("Elija 3 archivos o menos."), code="too_many")
        if sum(upload.size for upload in uploads) > MAX_BYTES:
            raise ValidationError(_("Los archivos pesan juntos más de 10 MB."), code="too_large")
        try:
            return [check(upload, upload.name or "") for upload in uploads]
        except FileRefused as refusal:
            raise ValidationError(str(refusal), code="refused") from refusal


class StampedForm(Form):
    """A form that a machine finds hard to send, and that is one message however often it comes."""

    # Nobody sees it: who fills it in is no person.
    website = forms.CharField(required=False, widget=forms.TextInput({"autocomplete": "off"}))
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, now: datetime, **more: Any) -> None:
        self.now = now
        self.key: uuid.UUID | None = None
        sent = read_stamp(str(data.get("stamp", ""))) if data is not None else None
        if data is not None and (sent is None or sent.is_too_old(now)):
            # Shown again it carries a stamp that is good.
            data = data.copy()
            data["stamp"] = str(new_stamp(now))
        super().__init__(data, files, **more)
        self.sent = sent
        self.fields["stamp"].initial = str(new_stamp(now))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("website"):
            self.add_error(None, _("No pudimos recibir el mensaje. Deje vacío el último campo."))
        if self.sent is None or self.sent.is_too_old(self.now):
            self.add_error(None, _("La página estuvo abierta mucho tiempo. Envíela otra vez."))
        elif self.sent.is_too_fast(self.now):
            self.add_error(None, _("Espere unos segundos y envíela otra vez."))
        else:
            self.key = self.sent.key
        return data

    @property
    def words(self) -> Words:
        return Words(self.cleaned_data["text"], self.cleaned_data["attachments"], self.key)


class WithText(forms.Form):
    text = forms.CharField(
        label=_("Su mensaje"), max_length=TEXT_CAP, widget=forms.Textarea({"rows": 6}),
        help_text=_(
            "No escriba datos de salud ni contraseñas: no los necesitamos para ayudarle."
        ),
    )  # fmt: skip
    attachments = FilesField()

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\r", "\n")
        if has_too_many_links(text):
            raise ValidationError(_("Deje 3 enlaces o menos."), code="links")
        return text


class ContactForm(StampedForm, WithText):
    name = forms.CharField(
        label=_("Su nombre"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Su correo"), help_text=_("Aquí le respondemos."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )  # fmt: skip
    about = forms.ChoiceField(label=_("¿Sobre qué es?"), choices=About)
    visit = forms.ChoiceField(label=_("¿Sobre cuál cita?"), required=False)
    subject = forms.CharField(label=_("En pocas palabras"), max_length=SUBJECT_CAP)

    field_order = ("name", "email", "about", "visit", "subject", "text", "attachments", "website")

    def __init__(
        self, *args: Any, account: User | None, visits: Sequence[Appointment] = (), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.visits = {str(visit.public_id): visit for visit in visits}
        if account is not None:
            del self.fields["name"], self.fields["email"]
        if self.visits:
            labels = [(key, _label_of(visit)) for key, visit in self.visits.items()]
            self.fields["visit"].choices = [("", _("Ninguna")), *labels]  # type: ignore[attr-defined]
        else:
            del self.fields["visit"]

    @property
    def chosen_visit(self) -> Appointment | None:
        return self.visits.get(self.cleaned_data.get("visit", ""))


class ReplyForm(StampedForm, WithText):
    field_order = ("text", "attachments", "website")


class MarkForm(Form):
    mark = forms.TypedChoiceField(
        label=_("¿Cómo fue la ayuda?"), choices=Mark, coerce=lambda value: Mark(int(value)),
        widget=forms.RadioSelect,
    )  # fmt: skip
    remark = forms.CharField(
        label=_("¿Qué podemos mejorar?"), required=False, max_length=REMARK_CAP,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


def _label_of(visit: Appointment) -> str:
    at = f"{day(visit.starts_at, visit.zone)}, {clock(visit.starts_at, visit.zone)}"
    return f"{visit.doctor.display_name}, {at}"
