from django.db.models import Q
from django.db.models.functions import Lower

from core.models import StoredMail
from notifications.enums import Audience, State, Why
from notifications.models import OPEN_STATES, Message, Preferences, RefusedAddress
from privacy.erasing.base import Erasing
from privacy.retention.letters import forget_addresses, forget_mails


def erase(erasing: Erasing) -> None:
    """That a message was sent stays; where to, and what it said, goes. What waits is dropped. Who
    shares a telephone or an address with them keeps what is theirs.
    """
    mailed = Q(audience=Audience.ACCOUNT, place__in=erasing.emails)
    theirs = Q(pk__in=erasing.messages.values("pk"))
    rows = Message.objects.annotate(place=Lower("address")).filter(theirs | mailed)
    told = Message.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    told.filter(state__in=OPEN_STATES).update(state=State.SUPPRESSED, why=Why.READER_GONE)
    forget_addresses(told)
    mails = StoredMail.objects.annotate(place=Lower("to_address")).filter(place__in=erasing.emails)
    forget_mails(StoredMail.objects.filter(pk__in=list(mails.values_list("pk", flat=True))))
    Preferences.objects.filter(Q(account=erasing.user) | Q(patient__in=erasing.people)).delete()
    refused = RefusedAddress.objects.annotate(place=Lower("address"))
    refused.filter(Q(account=erasing.user) | Q(place__in=erasing.emails)).delete()
