"""A doctor's own templates: kept, changed, deleted. Of no patient, so no line is logged."""

from datetime import datetime

from django.db import transaction

from core.db import once_more
from doctors.models import Doctor
from prescriptions.documents import Named
from prescriptions.models import PrescriptionTemplate
from prescriptions.refusals import PrescriptionBusy, TooManyTemplates

MOST_TEMPLATES = 50


def templates_of(doctor: Doctor) -> list[PrescriptionTemplate]:
    """By their names, which are sealed."""
    rows = PrescriptionTemplate.objects.filter(doctor=doctor)[: MOST_TEMPLATES + 1]
    return sorted(rows, key=lambda row: (row.said.name.casefold(), row.pk))


@once_more(PrescriptionBusy)
@transaction.atomic
def save_template(
    *, doctor: Doctor, said: Named, now: datetime, template: PrescriptionTemplate | None = None
) -> PrescriptionTemplate:
    """A new one, or `template` with another text; the same once more is no second one.

    Raises TooManyTemplates, PrescriptionBusy.
    """
    Doctor.objects.select_for_update(of=("self",), no_key=True).get(pk=doctor.pk)
    if template is not None:
        return _change(template, said, now)
    there = templates_of(doctor)
    if (same := next((one for one in there if one.said == said), None)) is not None:
        return same
    if len(there) >= MOST_TEMPLATES:
        raise TooManyTemplates
    made = PrescriptionTemplate(doctor=doctor, saved_at=now)
    made.write(said.document)
    made.save(force_insert=True)
    return made


def _change(template: PrescriptionTemplate, said: Named, now: datetime) -> PrescriptionTemplate:
    template.write(said.document)
    template.__dict__.pop("said", None)
    template.saved_at = now
    template.save(update_fields=["content_sealed", "content_digest", "saved_at"])
    return template


def delete_template(*, template: PrescriptionTemplate) -> None:
    template.delete()
