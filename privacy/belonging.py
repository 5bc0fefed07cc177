"""Which rows are a person's: one answer for whoever copies them and whoever takes them away.

Found by the account, by its people, and by the e-mail addresses that it proved to be its own;
others may have a claim to what was only typed (docs/adr/0045).
"""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import Invitation, Patient, User
from appointments.models import BookingDraft
from clinics.models import Assistant
from core.models import StoredMail
from notifications.enums import Audience
from notifications.models import Message, Preferences, RefusedAddress
from reviews.models import Review
from support.models import Ticket


@dataclass(frozen=True)
class Belongings:
    user: User
    people: list[Patient]
    emails: frozenset[str]

    @classmethod
    def belonging_to(cls, user: User) -> "Belongings":
        return cls(user, list(user.patients.order_by("pk")), proved_addresses(user))

    @property
    def invitations(self) -> QuerySet[Invitation]:
        """Taken by them, or sent to them."""
        invited = Q(accepted_by=self.user) | Q(patient__in=self.people)
        return Invitation.objects.filter(invited | self._by_email("email"))

    @property
    def work(self) -> QuerySet[Assistant]:
        """At a doctor's reception, also where they have not answered."""
        return Assistant.objects.filter(Q(user=self.user) | self._by_email("invitation__email"))

    @property
    def drafts(self) -> QuerySet[BookingDraft]:
        return BookingDraft.objects.filter(Q(account=self.user) | Q(patient__in=self.people))

    @property
    def opinions(self) -> QuerySet[Review]:
        own = Q(author=self.user) | Q(visit__patient__in=self.people)
        return Review.objects.filter(own)

    @property
    def tickets(self) -> QuerySet[Ticket]:
        """Of the account, and those asked from its address without logging in, as each mail is."""
        return Ticket.objects.filter(
            Q(requester=self.user) | Q(requester=None) & self._by_email("email")
        )

    @property
    def messages(self) -> QuerySet[Message]:
        """What was written to them; of mails about the account the ledger knows the address."""
        mailed = Q(audience=Audience.ACCOUNT, place__in=self.emails)
        rows = Message.objects.annotate(place=Lower("address"))
        return rows.filter(messages_to(self.user, self.people) | mailed)

    @property
    def mails(self) -> QuerySet[StoredMail]:
        rows = StoredMail.objects.annotate(place=Lower("to_address"))
        return rows.filter(place__in=self.emails)

    @property
    def preferences(self) -> QuerySet[Preferences]:
        return Preferences.objects.filter(Q(account=self.user) | Q(patient__in=self.people))

    @property
    def refused(self) -> QuerySet[RefusedAddress]:
        rows = RefusedAddress.objects.annotate(place=Lower("address"))
        return rows.filter(Q(account=self.user) | Q(place__in=self.emails))

    def _by_email(self, column: str) -> Q:
        found = Q(pk__in=())
        for email in self.emails:
            found |= Q(**{f"{column}__iexact": email})
        return found


def proved_addresses(user: User) -> frozenset[str]:
    """In small letters. An account that the team made has no row to confirm."""
    rows = list(EmailAddress.objects.filter(user=user).values_list("email", "verified"))
    known = {email.lower() for email, verified in rows if verified}
    return frozenset(known if rows else {user.email.lower()})


def messages_to(user: User, people: list[Patient]) -> Q:
    """Of messages: to the account, or to one of its people before they had one."""
    return Q(recipient=user) | Q(audience=Audience.PATIENT, visit__patient__in=people)
