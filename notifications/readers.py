"""Who reads a message, where, in which language and on whose clock: asked when it is sent."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Patient, User
from appointments.models import Appointment
from notifications.enums import PHONE, Audience, Channel, Kind
from notifications.models import Message, Preferences

# What `reader_of` looks at, so that a batch is read at once.
RELATED = (
    "recipient__message_preferences",
    "visit__patient__account__message_preferences",
    "visit__patient__message_preferences",
    "visit__doctor",
    "visit__clinic__city",
)
# The same of a visit whose patient's reader is asked for.
OF_PATIENT = ("patient__account__message_preferences", "patient__message_preferences")
# What an account has until its owner chooses.
NO_ZONE = "UTC"


@dataclass(frozen=True)
class Reader:
    """`account` is None for a patient whom a consultorio wrote down. Without an address on a
    channel the reader cannot be reached there.
    """

    name: str
    language: str
    account: User | None
    preferences: Preferences
    addresses: dict[Channel, str] = field(default_factory=dict)

    def zone(self, of_clinic: str) -> ZoneInfo:
        """The one that they chose, else the clinic's."""
        own = self.account.time_zone if self.account else NO_ZONE
        return ZoneInfo(of_clinic if own == NO_ZONE else own)

    @property
    def order(self) -> list[Channel]:
        """The channels to try, best first: those in use here that the reader has not left out."""
        wanted = [Channel(name) for name in self.preferences.channels]
        return [channel for channel in wanted if channel in channels_in_use()]

    @property
    def first(self) -> Channel:
        """The channel to begin with: by e-mail where nothing else can be."""
        return next((c for c in self.order if self.addresses.get(c)), Channel.EMAIL)

    def takes(self, channel: Channel) -> bool:
        """Whether they named the channel, or nothing that they named can be used."""
        return channel in self.order or channel == self.first

    def wants(self, kind: Kind) -> bool:
        """Whether a kind that may be stopped was not; reminders are asked of the clinic, too."""
        return {
            Kind.FEEDBACK: self.preferences.wants_feedback,
            Kind.DIGEST: self.preferences.wants_digest,
            Kind.OPINION: self.preferences.wants_opinions,
        }.get(kind, True)


def local_date(at: datetime, zone: str) -> date:
    """The date of an instant on the wall of a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def channels_in_use() -> frozenset[Channel]:
    return frozenset({Channel.EMAIL, *(Channel(name) for name in settings.PHONE_CHANNELS)})


def patient_reader(visit: Appointment) -> Reader:
    """Whoever reads what is written to a visit's patient."""
    patient = visit.patient
    assert patient is not None
    account = patient.account
    # Who came to an account by an invitation keeps what they had said before, until they say more.
    preferences = (account and saved_preferences(account)) or preferences_of(patient)
    phone = preferences.phone or visit.phone or patient.phone
    return Reader(
        name=account.full_name if account else patient.full_name,
        language=account.language if account else settings.LANGUAGE_CODE,
        account=account,
        preferences=preferences,
        addresses=_addresses(account.email if account else patient.email, phone),
    )


def account_reader(account: User) -> Reader:
    """Doctors and their reception: at the account's address, and the number they wrote down."""
    preferences = preferences_of(account)
    return Reader(
        name=account.full_name,
        language=account.language,
        account=account,
        preferences=preferences,
        addresses=_addresses(account.email, preferences.phone),
    )


def reader_of(message: Message) -> Reader | None:
    """None where nobody is left to read it."""
    if message.audience != Audience.PATIENT or message.visit is None:
        return account_reader(message.recipient) if message.recipient else None
    return patient_reader(message.visit) if message.visit.patient else None


def preferences_of(owner: User | Patient) -> Preferences:
    """As they were saved, or as everybody's are; nothing is written."""
    return saved_preferences(owner) or Preferences()


def saved_preferences(owner: User | Patient) -> Preferences | None:
    try:
        found: Preferences = owner.message_preferences
    except Preferences.DoesNotExist:
        return None
    return found


def _addresses(email: str, phone: object) -> dict[Channel, str]:
    number = str(getattr(phone, "as_e164", phone) or "")
    return {Channel.EMAIL: email, **(dict.fromkeys(PHONE, number) if number else {})}
