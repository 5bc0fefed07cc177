from core.models import StoredMail
from notifications.enums import State, Why
from notifications.models import OPEN_STATES, Message
from privacy.erasing.base import Erasing
from privacy.retention.letters import forget_addresses, forget_mails


def erase(erasing: Erasing) -> None:
    """That a message was sent stays; where to, and what it said, goes. What waits is dropped. Who
    shares a telephone or an address with them keeps what is theirs.
    """
    told = Message.objects.filter(pk__in=list(erasing.messages.values_list("pk", flat=True)))
    told.filter(state__in=OPEN_STATES).update(state=State.SUPPRESSED, why=Why.READER_GONE)
    forget_addresses(told)
    mails = list(erasing.mails.values_list("pk", flat=True))
    forget_mails(StoredMail.objects.filter(pk__in=mails))
    erasing.preferences.delete()
    erasing.refused.delete()
