from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat, Lower

from core.models import StoredMail
from notifications.enums import State, Why
from notifications.models import OPEN_STATES, Message, Preferences, RefusedAddress
from privacy.erasing.base import Erasing


def erase(erasing: Erasing) -> None:
    """That a message was sent stays; where to, and what it said, goes. What waits is dropped."""
    places = erasing.emails | erasing.phones
    theirs = Message.objects.annotate(place=Lower("address")).filter(
        Q(recipient=erasing.user) | Q(place__in=places)
    )
    ids = list(theirs.values_list("pk", flat=True))
    told = Message.objects.filter(pk__in=ids)
    told.filter(state__in=OPEN_STATES).update(state=State.SUPPRESSED, why=Why.READER_GONE)
    # Of one event there may be several: each stays another row (message_once).
    nowhere = Concat(Value("#"), Cast("pk", CharField()))
    told.exclude(address="").update(address=nowhere, last_error="")
    mails = StoredMail.objects.annotate(place=Lower("to_address")).filter(place__in=places)
    mails.update(
        to_address=erasing.nowhere, reply_address="", subject="", text="", html="",
        wiped_at=erasing.now,
    )  # fmt: skip
    Preferences.objects.filter(Q(account=erasing.user) | Q(patient__in=erasing.people)).delete()
    refused = RefusedAddress.objects.annotate(place=Lower("address"))
    refused.filter(Q(account=erasing.user) | Q(place__in=places)).delete()
