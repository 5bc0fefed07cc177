"""An account is emptied, app by app: what each has of a person goes, or becomes nobody's.

Rows stay where others need them (a visit of the doctor's agenda, who looked at a record) and name
an account without a name. `tests/privacy/services/test_closing.py` looks for names in every table.
"""

from datetime import datetime

from django.db import connection, transaction

import privacy.erasing.accounts as _accounts
import privacy.erasing.appointments as _appointments
import privacy.erasing.doctors as _doctors
import privacy.erasing.notifications as _notifications
import privacy.erasing.records as _records
import privacy.erasing.reviews as _reviews
import privacy.erasing.support as _support
from accounts.models import User
from privacy.erasing.base import Erasing

# The identity that a law has kept is read from the patients' rows, which go last.
ERASERS = (
    _records.erase,
    _appointments.erase,
    _reviews.erase,
    _support.erase,
    _notifications.erase,
    _doctors.erase,
    _accounts.erase,
)
# Rows whose triggers keep what they say let it go in a transaction that says this.
SWITCH = "SET LOCAL doctobooking.erasing = 'on'"


@transaction.atomic
def erase(account: User, now: datetime) -> None:
    """All of it or nothing."""
    # Whoever makes a copy now ends first: its letter is found below.
    account.exports.filter(ready_at=None, failed_at=None).update(failed_at=now)
    erasing = Erasing.of(account, now)
    for eraser in ERASERS:
        with connection.cursor() as cursor:
            cursor.execute(SWITCH)
        eraser(erasing)


__all__ = ["erase"]
