"""A doctor's own: profile, consultorios, hours, rules, team. Never their patients' records."""

from typing import Any

from clinics.models import Assistant, Clinic, TravelTime
from doctors import photos
from doctors.models import Doctor, Specialty
from prescriptions.models import PrescriptionTemplate
from privacy.collecting.base import Asking, Coded, Collected, fields_of
from privacy.collecting.prescriptions import medicine_of

PROFILE = ("slug", "title", "first_names", "last_names", "licence_number", "licence_checked_at",
           "licence_refused_at", "licence_refusal", "biography", "languages", "practising_since",
           "takes_new_patients", "is_published", "created_at")  # fmt: skip
CLINIC = ("name", "address", "city", "country", "latitude", "longitude", "zone", "phone",
          "directions", "slot_minutes", "step_minutes", "buffer_before", "buffer_after",
          "min_notice_minutes", "horizon_days", "cancellation_notice_minutes", "price", "currency",
          "payment_methods", "payment_policy", "payment_time", "deposit_terms", "instructions",
          "late_cancellation_fee", "no_show_fee", "follow_up_days", "visit_types", "visit_prices",
          "requires_confirmation", "no_show_rule", "no_show_limit", "reminders", "agreements",
          "sees_children", "is_accessible", "offers_telehealth", "is_active",
          "archived_at")  # fmt: skip
HOURS = ("weekday", "starts_minute", "ends_minute", "valid_from", "valid_until")
DATES = ("date", "kind", "starts_minute", "ends_minute", "note")
PHOTO = "perfil/foto.webp"
YEARS = ("from_year", "until_year", "institution")


def collect(asking: Asking) -> Collected:
    found = Collected()
    work = asking.own.work.select_related("doctor").order_by("pk")
    found.add("works_for", [_work(row) for row in work])
    doctor = Doctor.objects.filter(user=asking.user).first()
    if doctor is not None:
        _profile(doctor, found)
        _practice(doctor, found)
    return found


def _profile(doctor: Doctor, found: Collected) -> None:
    specialties = [str(row.specialty) for row in doctor.doctor_specialties.order_by("position")]
    more = {"specialties": specialties, "photo": _photo(doctor, found)}
    found.add("doctor", [{**fields_of(doctor, *PROFILE), **more}])
    found.add("licence_checks", _checks(doctor))
    slugs = doctor.former_slugs.order_by("pk")
    found.add("former_addresses", [fields_of(row, "slug") for row in slugs])
    learned = doctor.education.order_by("pk")
    found.add("education", [fields_of(row, "degree", *YEARS) for row in learned])
    worked = doctor.experience.order_by("pk")
    found.add("experience", [fields_of(row, "position", *YEARS) for row in worked])
    earned = doctor.qualifications.order_by("pk")
    found.add("qualifications", [fields_of(row, "name", "issuer", "year") for row in earned])
    templates = doctor.prescription_templates.order_by("pk")
    found.add("prescription_templates", [_template(row) for row in templates])


def _checks(doctor: Doctor) -> list[dict[str, Any]]:
    """As whom each was looked up, too. Its specialties may have gone from the catalogue since."""
    checks = list(doctor.licence_checks.order_by("pk"))
    slugs = {slug for row in checks for slug in row.specialties or ()}
    names = {row.slug: row.local_name for row in Specialty.objects.filter(slug__in=slugs)}
    return [
        {
            **fields_of(row, "number", "title", "name"),
            # None: it was not kept then.
            "specialties": row.specialties
            and [Coded(slug, names.get(slug, slug)) for slug in row.specialties],
            **fields_of(row, "verdict", "reason", "checked_at"),
        }
        for row in checks
    ]


def _template(row: PrescriptionTemplate) -> dict[str, Any]:
    said = row.read()
    lines = [medicine_of(line) for line in said["content"]["medicines"]]
    told = {"name": said["name"], "instructions": said["content"]["instructions"]}
    return {"saved_at": row.saved_at, **told, "medicines": lines}


def _photo(doctor: Doctor, found: Collected) -> str:
    """Its path in the copy; the small one is made of it."""
    content = photos.read(doctor.photo) if doctor.photo else None
    if content is None:
        return ""
    found.files[PHOTO] = content
    return PHOTO


def _practice(doctor: Doctor, found: Collected) -> None:
    clinics = doctor.clinics.select_related("city").prefetch_related("opening_hours", "exceptions")
    found.add("clinics", [_clinic(row) for row in clinics.order_by("pk")])
    roads = TravelTime.objects.filter(from_clinic__doctor=doctor)
    ways = ("from_clinic__name", "to_clinic__name", "minutes")
    related = roads.select_related("from_clinic", "to_clinic").order_by("pk")
    found.add("travel_times", [fields_of(row, *ways) for row in related])
    away = ("starts_at", "ends_at", "note", "created_at")
    found.add("absences", [fields_of(row, *away) for row in doctor.absences.order_by("pk")])
    read = ("name", "created_at", "fetched_at", "trouble")
    calendars = doctor.external_calendars.order_by("pk")
    found.add("external_calendars", [fields_of(row, *read) for row in calendars])
    team = doctor.assistants.order_by("pk")
    found.add("team", [fields_of(row, "name", "created_at", "ended_at") for row in team])


def _clinic(row: Clinic) -> dict[str, Any]:
    return {
        **fields_of(row, *CLINIC),
        "hours": [fields_of(line, *HOURS) for line in row.opening_hours.all()],
        "special_dates": [fields_of(line, *DATES) for line in row.exceptions.all()],
    }


def _work(row: Assistant) -> dict[str, Any]:
    return {"doctor": row.doctor.display_name, **fields_of(row, "name", "created_at", "ended_at")}
