"""The guided set-up: its steps, which of them are done, and where a saved one leads.

Nothing is kept of the way itself: what is done is read from the profile, so that it can be left
and resumed at any time, in any order. A page knows that it was opened as a step by `?paso=`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinics.models import Clinic, OpeningHours
from clinics.services.publishing import Need, missing_of
from doctors.models import Doctor
from portal.desk import Desk, desks_of

QUERY, AFTER = "paso", "tras"
PROFILE, SPECIALTIES, LICENCE = "perfil", "especialidades", "registro"
CLINIC, HOURS, RULES, PUBLISH = "consultorio", "horarios", "citas", "publicar"
TITLES: dict[str, str | Promise] = {
    PROFILE: _("Sus datos"),
    SPECIALTIES: _("Especialidades"),
    LICENCE: _("Registro profesional"),
    CLINIC: _("Consultorio"),
    HOURS: _("Horarios"),
    RULES: _("Duración, precio y condiciones"),
    PUBLISH: _("Revisar y publicar"),
}
TEXTS: dict[str, str | Promise] = {
    PROFILE: _("Su nombre, tratamiento y una presentación corta."),
    SPECIALTIES: _("Por ellas le encuentran los pacientes."),
    LICENCE: _("El número que le autoriza a ejercer."),
    CLINIC: _("Dónde atiende, con su punto en el mapa."),
    HOURS: _("Qué días y a qué horas recibe."),
    RULES: _("Cuánto dura y cuánto cuesta una cita."),
    PUBLISH: _("Vea su perfil como lo verá un paciente."),
}
STEP_OF = {
    Need.NAMES: PROFILE,
    Need.SPECIALTY: SPECIALTIES,
    Need.LICENCE: LICENCE,
    Need.CLINIC: CLINIC,
    Need.HOURS: HOURS,
}
# What one may do without; the step is offered all the same.
OPTIONAL = frozenset({RULES})


@dataclass(frozen=True)
class Step:
    number: int
    key: str
    url: str
    is_done: bool

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def text(self) -> str:
        return str(TEXTS[self.key])

    @property
    def is_optional(self) -> bool:
        return self.key in OPTIONAL


def own_desk(user: User) -> Desk | None:
    """The desk of one's own profile; None before there is one."""
    return next((desk for desk in desks_of(user) if desk.is_doctor), None)


def steps_of(doctor: Doctor | None) -> list[Step]:
    """Every step with its state; four queries at most."""
    clinic = doctor.clinics.current().order_by("-is_active", "id").first() if doctor else None
    done = _done(doctor, clinic) if doctor else frozenset[str]()
    return [
        Step(number, key, _address(key, clinic), key in done)
        for number, key in enumerate(TITLES, start=1)
    ]


def missing_steps(doctor: Doctor) -> list[Step]:
    """The steps that a profile needs before it can be published."""
    needed = {STEP_OF[need] for need in missing_of(doctor)}
    return [step for step in steps_of(doctor) if step.key in needed]


def next_of(steps: Iterable[Step], after: str = "") -> Step:
    """The first step to do behind `after`; none left there, the first one that was left out."""
    listed = list(steps)
    behind = next((step.number for step in listed if step.key == after), 0)
    order = sorted(listed, key=lambda step: (step.number <= behind, step.number))
    needed = (s for s in order if not s.is_done and not (s.is_optional and s.number <= behind))
    return next(needed, listed[-1])


def way_on(request: HttpRequest, otherwise: str) -> str:
    """Where a saved page leads: on in the set-up where it is a step of it, else `otherwise`."""
    key = request.GET.get(QUERY)
    if key not in TITLES:
        return otherwise
    return f"{reverse('portal:next_step')}?{urlencode({AFTER: key})}"


def _done(doctor: Doctor, clinic: Clinic | None) -> frozenset[str]:
    facts = {
        PROFILE: True,
        SPECIALTIES: doctor.doctor_specialties.exists(),
        LICENCE: bool(doctor.licence_number),
        CLINIC: clinic is not None,
        HOURS: OpeningHours.objects.filter(
            clinic__doctor=doctor, clinic__archived_at__isnull=True
        ).exists(),
        RULES: clinic is not None
        and (clinic.lowest_price is not None or bool(clinic.payment_methods)),
        PUBLISH: doctor.is_published,
    }
    return frozenset(key for key, is_done in facts.items() if is_done)


def _address(key: str, clinic: Clinic | None) -> str:
    """Hours and rules are a clinic's: without one they begin with it."""
    names = {
        PROFILE: "profile_details",
        SPECIALTIES: "profile_specialties",
        LICENCE: "profile_licence",
        PUBLISH: "preview",
    }
    if key in names:
        path = reverse(f"portal:{names[key]}")
    elif clinic is None:
        path, key = reverse("portal:clinic_new"), CLINIC
    else:
        page = {CLINIC: "clinic", HOURS: "hours", RULES: "booking_rules"}[key]
        path = reverse(f"portal:{page}", args=[clinic.public_id])
    return f"{path}?{urlencode({QUERY: key})}"
