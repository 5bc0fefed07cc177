"""Who is in the storm. Runs in a process with the storm's settings, and prints what it made."""

import json
import secrets
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command

from accounts.models import User
from appointments.browsers import HOLDER_KEY
from appointments.services.booking import terms_of
from doctors.models import Doctor
from tests.factories import ClinicFactory, DoctorFactory, PatientFactory, UserFactory

PEOPLE = 260


def session_of(user: User, holder: str) -> str:
    """The key of a logged-in browser's session."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[HOLDER_KEY] = holder
    session.create()
    return str(session.session_key)


def person(number: int) -> dict[str, Any]:
    user = UserFactory(email=f"p{number}@storm.test", password=None)
    patient = PatientFactory(account=user, last_names=f"Número {number}")
    holder = secrets.token_urlsafe(32)
    return {
        "account": user.pk,
        "email": user.email,
        "holder": holder,
        "session": session_of(user, holder),
        "patient": patient.pk,
        "patient_id": str(patient.public_id),
    }


def clinic(doctor: Doctor, minutes: int) -> dict[str, Any]:
    """Open 0:00-23:00 UTC every day, and moved or cancelled up to the last minute."""
    made = ClinicFactory(
        doctor=doctor,
        slot_minutes=minutes,
        cancellation_notice_minutes=0,
        zone="UTC",
        hours=[(weekday, 0, 1380) for weekday in range(1, 8)],
    )
    return {
        "pk": made.pk,
        "id": str(made.public_id),
        "doctor": doctor.pk,
        "slug": doctor.slug,
        "minutes": minutes,
        "terms": terms_of(made),
        "session": session_of(doctor.user, ""),
    }


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    one, other, third = (DoctorFactory(user__email=f"d{n}@storm.test") for n in range(3))
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    world = {
        "people": [person(number) for number in range(PEOPLE)],
        "clinics": [clinic(one, 30), clinic(one, 45), clinic(other, 30), clinic(third, 30)],
        "monday": (today + timedelta(days=7 - today.weekday())).isoformat(),
    }
    json.dump(world, sys.stdout)
