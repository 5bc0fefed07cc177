"""What a test asks the booking services for, with everything usual filled in."""

import uuid
from datetime import datetime

from accounts.models import User
from appointments.services.booking import BookingRequest, terms_of
from clinics.models import Clinic


def wish_of(account: User, clinic: Clinic, starts_at: datetime, **changes) -> BookingRequest:
    """The account's first patient wants this time, from a form that was never sent before."""
    usual = {
        "account": account,
        "patient": changes.get("patient") or account.patients.get(relationship="self"),
        "clinic": clinic,
        "starts_at": starts_at,
        "phone": "+593991234567",
        "reason": "control",
        "key": uuid.uuid4(),
        "terms": terms_of(clinic),
    }
    return BookingRequest(**(usual | changes))
