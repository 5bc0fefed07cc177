"""What columns are called where the team reads them: those that no form of the product names.

One table here spares a migration of forty columns that would change nothing in the database.
"""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

NAMES = {
    "account": _("cuenta"), "user": _("cuenta"), "person": _("persona"), "actor": _("quién"),
    "patient": _("paciente"), "doctor": _("médico"), "specialty": _("especialidad"),
    "clinic": _("consultorio"), "from_clinic": _("desde"), "to_clinic": _("hacia"),
    "visit": _("cita"), "appointment": _("cita"), "slug": _("dirección en el sitio"),
    "public_id": _("número interno"), "version": _("versión"), "kind": _("tipo"),
    "at": _("cuándo"), "created_at": _("creado"), "created_by": _("creado por"),
    "joined_at": _("desde"), "ended_at": _("terminó"), "settled_at": _("resuelto"),
    "by_desk": _("por el consultorio"), "is_override": _("fuera de horario"),
    "from_status": _("estado anterior"), "to_status": _("estado nuevo"),
    "from_starts_at": _("hora anterior"), "to_starts_at": _("hora nueva"),
    "minutes_late": _("minutos tarde"), "reason": _("motivo"), "starts_at": _("empieza"),
    "asked_at": _("preguntado"), "asked_by": _("preguntó"), "end": _("resultado"),
    "asked_starts_at": _("hora de la cita"), "answer_by": _("responder hasta"),
    "look_at": _("se busca desde"), "looked_at": _("última búsqueda"),
    "skips": _("a quiénes no se ofreció"), "address_digest": _("huella del origen"),
    "form_key": _("clave del formulario"), "marked_at": _("calificada"),
    "next_try_at": _("próximo intento"), "instead_of": _("en lugar de"),
    "resent_by": _("reenviado por"), "lapses": _("resultados inciertos"),
    "carrier": _("enviado junto con"), "read_at": _("leído"), "channels": _("canales"),
    "reminders": _("recordatorios"), "wants_digest": _("agenda del día"),
    "wants_feedback": _("«¿cómo le fue?»"), "wants_opinions": _("avisos de opiniones"),
}  # fmt: skip


def name_columns() -> None:
    """Of all models, those that have no name of their own. What migrations compare is untouched."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name in NAMES and has_no_name(field):
                field.verbose_name = NAMES[field.name]


def has_no_name(field: Any) -> bool:
    """Django makes one up from that of the column, which is English."""
    return field._verbose_name is None
