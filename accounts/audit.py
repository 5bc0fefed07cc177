"""What happens to accounts is written down; roles by the database itself, which is told who."""

from datetime import datetime

from django.db import connection

from accounts.enums import AuditAct
from accounts.models import AuditEntry, User
from core.origin import origin

TELL = """
SELECT set_config('doctobooking.actor', %s, true), set_config('doctobooking.network', %s, true)
"""


def note(
    act: AuditAct, *, person: User, actor: User | None, at: datetime, what: str = ""
) -> AuditEntry:
    """One line, from the network of the request that is answered now."""
    return AuditEntry.objects.create(
        person=person, actor=actor, act=act, at=at, what=what, network=origin()
    )


def tell_who_acts(actor: User) -> None:
    """The roles that this transaction changes from here on are his doing."""
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(TELL, [str(actor.pk), origin()])


def note_export(person: User, what: str, *, at: datetime) -> AuditEntry:
    """Data leaves as a file: `what` is its name, without anything about a patient."""
    return note(AuditAct.EXPORT, person=person, actor=person, at=at, what=what)
