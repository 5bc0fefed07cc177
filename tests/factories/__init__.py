"""Objects without surprises: only what a model needs, and nothing random that a test could see."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from accounts.consents import accept
from accounts.enums import Purpose, Relationship
from accounts.legal import LegalText
from accounts.models import Invitation, Patient, User
from appointments.enums import MONEY_MOVES, Status
from appointments.models import Appointment, ExternalCalendar, PaymentLine
from clinics.models import Assistant, City, Clinic, OpeningHours
from doctors.models import Doctor, DoctorSpecialty, Specialty
from notifications.enums import Audience, Channel, Kind, State
from notifications.models import Message
from records.documents import Content
from records.models import Consultation
from reviews.initials import initials_of
from reviews.models import Review

PASSWORD = "una-clave-larga-2026"
AGREED_AT = datetime(2026, 11, 2, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"persona{n}@ejemplo.test")
    first_names = "Luis"
    last_names = "Andrade"
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified(self, create, extracted, **_kwargs):
        if create and extracted is not False:
            self.emailaddress_set.create(email=self.email, verified=True, primary=True)

    @factory.post_generation
    def agreed(self, create, extracted, **_kwargs):
        """To every text in force; `agreed=False` is somebody who is still to be asked."""
        if create and extracted is not False:
            accept(user=self, texts=LegalText, language="es", now=AGREED_AT)


class PatientFactory(DjangoModelFactory):
    class Meta:
        model = Patient

    account = factory.SubFactory(UserFactory)
    relationship = Relationship.SELF
    first_names = "Luis"
    last_names = "Andrade"
    birth_date = datetime(1985, 3, 27).date()
    phone = "+593991234567"


class SpecialtyFactory(DjangoModelFactory):
    class Meta:
        model = Specialty
        django_get_or_create = ("slug",)

    slug = "cardiologia"
    name = "Cardiología"
    name_en = "Cardiology"
    practitioner_f = "Cardióloga"
    practitioner_m = "Cardiólogo"
    practitioner_en = "Cardiologist"
    synonyms = ["corazón", "presión alta"]


class DoctorFactory(DjangoModelFactory):
    class Meta:
        model = Doctor
        skip_postgeneration_save = True

    user = factory.SubFactory(
        UserFactory, is_doctor=True, is_patient=False, first_names="Ana", last_names="Molina Paz"
    )
    slug = factory.Sequence(lambda n: f"medica-{n}")
    title = "dra"
    first_names = "Ana"
    last_names = "Molina Paz"
    licence_number = "1234-5678"
    is_published = True

    @factory.post_generation
    def specialty(self, create, extracted, **_kwargs):
        if create and extracted is not False:
            DoctorSpecialty.objects.create(doctor=self, specialty=extracted or SpecialtyFactory())


class CityFactory(DjangoModelFactory):
    class Meta:
        model = City
        django_get_or_create = ("slug",)

    slug = "quito"
    name = "Quito"
    region = "Pichincha"
    country = "EC"
    latitude = Decimal("-0.22985")
    longitude = Decimal("-78.52495")
    zone = "America/Guayaquil"
    population = 1_399_814


class ClinicFactory(DjangoModelFactory):
    """Open every day 9:00-17:00, visits of 30 minutes, no notice: easy to reason about."""

    class Meta:
        model = Clinic
        skip_postgeneration_save = True

    doctor = factory.SubFactory(DoctorFactory)
    name = "La Carolina"
    address = "Av. República 123"
    city = factory.SubFactory(CityFactory)
    country = "EC"
    latitude = Decimal("-0.18000")
    longitude = Decimal("-78.48000")
    zone = "America/Guayaquil"
    slot_minutes = 30
    min_notice_minutes = 0
    horizon_days = 60
    cancellation_notice_minutes = 720
    price = Decimal("45.00")
    currency = "USD"
    payment_methods = ["cash", "card"]
    payment_policy = "Se paga en el consultorio."

    @factory.post_generation
    def hours(self, create, extracted, **_kwargs):
        if not create:
            return
        windows = [(d, 540, 1020) for d in range(1, 8)] if extracted is None else extracted
        OpeningHours.objects.bulk_create(
            OpeningHours(clinic=self, weekday=day, starts_minute=start, ends_minute=end)
            for day, start, end in windows
        )


class AppointmentFactory(DjangoModelFactory):
    """A booked visit; the code is a sequence that the alphabet of real codes cannot make."""

    class Meta:
        model = Appointment

    clinic = factory.SubFactory(ClinicFactory)
    doctor = factory.SelfAttribute("clinic.doctor")
    patient = factory.SubFactory(PatientFactory)
    booked_by = factory.SelfAttribute("patient.account")
    code = factory.Sequence(lambda n: f"T-{n}")
    starts_at = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda a: a.starts_at + timedelta(minutes=30))
    status = Status.BOOKED
    answer_by = factory.LazyAttribute(
        lambda a: a.starts_at if a.status == Status.REQUESTED else None
    )
    booked_at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    phone = "+593991234567"
    price = Decimal("45.00")
    currency = "USD"
    cancellation_notice_minutes = 720


class PaymentLineFactory(DjangoModelFactory):
    """A payment in cash of the visit, all of it; a receipt's number is a sequence."""

    class Meta:
        model = PaymentLine

    appointment = factory.SubFactory(AppointmentFactory)
    doctor = factory.SelfAttribute("appointment.doctor")
    kind = "payment"
    amount = factory.SelfAttribute("appointment.price")
    currency = factory.SelfAttribute("appointment.currency")
    effect = factory.LazyAttribute(
        lambda line: line.amount if line.kind in ("charge", "refund") else -line.amount
    )
    method = factory.LazyAttribute(lambda line: "cash" if line.kind in MONEY_MOVES else "")
    receipt_number = factory.LazyAttributeSequence(
        lambda line, n: n + 1 if line.kind in MONEY_MOVES else None
    )
    recorded_by = factory.SelfAttribute("doctor.user")
    at = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


class MessageFactory(DjangoModelFactory):
    """A letter about a visit that its patient was sent."""

    class Meta:
        model = Message

    visit = factory.SubFactory(AppointmentFactory)
    kind = Kind.BOOKED
    channel = Channel.EMAIL
    audience = Audience.PATIENT
    recipient = factory.SelfAttribute("visit.patient.account")
    address = factory.LazyAttribute(lambda m: m.recipient.email if m.recipient else "")
    version = factory.SelfAttribute("visit.sequence")
    state = State.SENT
    due_at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    next_try_at = factory.SelfAttribute("due_at")
    sent_at = factory.LazyAttribute(lambda m: m.due_at if m.state == State.SENT else None)
    created_at = factory.SelfAttribute("due_at")


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    purpose = Purpose.ASSISTANT
    email = factory.Sequence(lambda n: f"invitada{n}@ejemplo.test")
    created_by = factory.SubFactory(UserFactory, is_doctor=True)
    expires_at = datetime(2027, 1, 1, tzinfo=UTC)


class AssistantFactory(DjangoModelFactory):
    """Accepted and working at `clinics` (a list) of `doctor`."""

    class Meta:
        model = Assistant
        skip_postgeneration_save = True

    doctor = factory.SubFactory(DoctorFactory)
    name = "Carla Jiménez"
    user = factory.SubFactory(UserFactory, is_assistant=True, is_patient=False)
    invitation = factory.SubFactory(
        InvitationFactory,
        created_by=factory.SelfAttribute("..doctor.user"),
        accepted_by=factory.SelfAttribute("..user"),
        accepted_at=datetime(2026, 11, 1, tzinfo=UTC),
    )

    @factory.post_generation
    def clinics(self, create, extracted, **_kwargs):
        if create and extracted:
            self.clinics.set(extracted)


class ExternalCalendarFactory(DjangoModelFactory):
    """Due since long ago; its address leads nowhere."""

    class Meta:
        model = ExternalCalendar

    doctor = factory.SubFactory(DoctorFactory)
    name = "Personal"
    address = "https://calendario.invalid/privado.ics"
    created_at = next_fetch_at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class AttendedFactory(AppointmentFactory):
    """A visit that was attended: by default on the Wednesday before the usual Monday."""

    status = Status.ATTENDED
    starts_at = datetime(2026, 11, 18, 14, 0, tzinfo=UTC)
    booked_at = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)


class ReviewFactory(DjangoModelFactory):
    """Of an attended visit, by the account of its patient; its first version is not written."""

    class Meta:
        model = Review

    visit = factory.SubFactory(AttendedFactory)
    doctor = factory.SelfAttribute("visit.doctor")
    author = factory.SelfAttribute("visit.patient.account")
    initials = factory.LazyAttribute(lambda r: initials_of(r.visit.patient))
    general = explanation = punctuality = treatment = 5
    text = "Explica con paciencia."
    created_at = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


class ConsultationFactory(DjangoModelFactory):
    """Signed the day after an attended visit, with `said` in it (records.documents.Content)."""

    class Meta:
        model = Consultation

    visit = factory.SubFactory(AttendedFactory)
    said = Content(reason="Control", assessment="Sin novedad", instructions="Caminar a diario")
    author = factory.SelfAttribute("visit.doctor.user")
    created_at = saved_at = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    signed_at = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)

    @classmethod
    def _create(cls, model_class, *args, said, **fields):
        made = model_class(**fields)
        made.write(said.document)
        made.save(force_insert=True)
        return made
