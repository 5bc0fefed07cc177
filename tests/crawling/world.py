"""Who looks at which pages: the access matrix's own, and what it has no example of."""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from accounts.invitations import token_of as token_of_invitation
from accounts.roles import SUPPORT, group_of
from appointments.models import OnlinePayment, Relocation, RelocationTime, WaitingEntry
from appointments.online import Demo
from clinics.models import Assistant
from clinics.services.reception import invite_assistant
from notifications.links import token_of
from notifications.models import RefusedAddress
from privacy.services.closing import request_closing
from support.models import CannedAnswer
from tests.accounts.factor import enter, proved, shown, with_app
from tests.accounts.test_password_reset import mailed_link
from tests.accounts.test_signup import GOOD as SIGNUP
from tests.appointments.walking import DETAILS
from tests.conftest import NOW, SLOT
from tests.crawling.finding import Browser, find
from tests.crawling.forms import Form
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    ClinicFactory,
    ConsultationFactory,
    DoctorFactory,
    ExternalCalendarFactory,
    MessageFactory,
    PatientFactory,
    UserFactory,
)
from tests.records.world import attach
from tests.support.world import asked

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LINKS = ("link_attend", "link_cancel", "link_reschedule", "unsubscribe")


@dataclass
class Person:
    """Somebody with a browser, and the pages to be looked at beside those of the matrix."""

    browser: Browser
    more: list = field(default_factory=list)
    only: bool = False  # nothing of the matrix: somebody in the middle of an act

    def pages(self, matrix):
        return [*self.more, *([] if self.only else matrix)]


def at(name, *values):
    return reverse(name, args=values)


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def visits_of(clinic, patient):
    """Visits in the states that the matrix has no example of, by what can be done with them."""

    def visit(**more):
        return AppointmentFactory(clinic=clinic, patient=patient, **more)

    found = {
        "asks": visit(status="requested", starts_at=SLOT + 5 * DAY),
        "due": visit(starts_at=NOW + HOUR / 2),
        "over": visit(starts_at=NOW - 3 * HOUR),
        "done": AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW - 5 * HOUR),
        "moving": visit(starts_at=SLOT + 6 * DAY),
        "online": visit(starts_at=SLOT + 7 * DAY, payment_methods="online,cash"),
        "free": visit(starts_at=SLOT + 8 * DAY, price=None),
        "to_rate": AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW - 6 * DAY),
    }
    begun = AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW - 4 * DAY)
    attach(ConsultationFactory(visit=begun, signed_at=None))
    found["begun"] = begun
    asked = Relocation.objects.create(
        visit=found["moving"], cause_id=uuid.UUID(int=1), asked_at=NOW,
        asked_starts_at=found["moving"].starts_at, answer_by=found["moving"].starts_at,
    )  # fmt: skip
    RelocationTime.objects.create(relocation=asked, starts_at=SLOT + 9 * DAY)
    return found


def pages_of_visits(visits):
    """(the desk's, the patient's)."""
    ids = {name: visit.public_id for name, visit in visits.items()}
    desk = [
        at("portal:visit_answer", ids["asks"]), at("portal:visit_attendance", ids["over"]),
        at("portal:visit_correction", ids["done"]), at("portal:payment_price", ids["free"]),
        at("portal:visit_attendance", ids["due"]), at("portal:consultation", ids["begun"]),
        f"{at('portal:series', ids['online'])}?cada=4&veces=4",
    ]  # fmt: skip
    hers = [
        at("appointments:choose", ids["moving"]), at("appointments:day", ids["due"]),
        at("appointments:appointment", ids["online"]), at("reviews:opinion", ids["to_rate"]),
        f"{at('appointments:waiting_join')}?medico={visits['online'].doctor.slug}",
        at("notifications:inbox"),
    ]  # fmt: skip
    return desk, hers


def links_to(visits, clinic):
    """Pages behind the links of letters: whoever has one opens them."""
    letter = token_of(MessageFactory(visit=visits["online"], kind="reminder_1d"))
    asked = token_of(MessageFactory(visit=visits["moving"], kind="asked"))
    today = token_of(MessageFactory(visit=visits["due"], kind="reminder_2h"))
    guest = PatientFactory(account=None, email="eva@ejemplo.test", first_names="Eva")
    seen = AttendedFactory(clinic=clinic, patient=guest, booked_by=clinic.doctor.user,
                           starts_at=NOW - 7 * DAY)  # fmt: skip
    opinion = token_of(MessageFactory(visit=seen, kind="feedback", address=guest.email))
    MessageFactory(visit=visits["online"], kind="reminder_1d", channel="inbox", address="",
                   due_at=NOW - HOUR)  # fmt: skip
    paying = OnlinePayment.objects.create(
        appointment=visits["online"], account=visits["online"].booked_by, provider="demo",
        amount=visits["online"].price, currency="USD",
    )  # fmt: skip
    return [
        *(at(f"notifications:{name}", letter) for name in LINKS), Demo().checkout_url(paying),
        at("notifications:link_choose", asked), at("notifications:link_day", today),
        at("notifications:link_opinion", opinion),
        at("notifications:link_move", letter, SLOT + 9 * DAY),
    ]  # fmt: skip


def walked(alice, clinic):
    """Alicia on her way to a visit: her time is held, and she has said who comes."""
    client, where = logged_in(alice), (clinic.public_id, SLOT + 20 * DAY)
    client.post(at("appointments:hold", *where))
    client.post(at("appointments:details", *where), DETAILS)
    pages = [at(f"appointments:{page}", *where) for page in ("hold", "details", "review")]
    return Person(Browser(client), pages, only=True)


def in_the_middle(clinic):
    """People half-way through a log-in, a sign-up, a new password."""
    signing, entering, lost = Client(), Client(), Client()
    signing.post(at("account_signup"), {**SIGNUP, "email": "nueva@ejemplo.test"})
    second = with_app(UserFactory(email="segundo@ejemplo.test"))
    enter(entering, second)
    forgetful = UserFactory(email="olvido@ejemplo.test")
    lost.post(at("account_reset_password"), {"email": forgetful.email})
    guest = logged_in(UserFactory(email="marta@ejemplo.test"))
    invited = invite_assistant(
        doctor=clinic.doctor, name="Marta Luna", email="marta@ejemplo.test", clinics=[clinic],
        by=clinic.doctor.user, now=NOW,
    )  # fmt: skip
    invitation = at("invitation", token_of_invitation(invited.invitation))
    return {
        "signing up": Person(Browser(signing), [at("account_email_verification_sent")], only=True),
        "entering": Person(Browser(entering), [at("mfa_authenticate")], only=True),
        "forgetful": Person(Browser(lost), [mailed_link()], only=True),
        "invited": Person(Browser(guest), [invitation], only=True),
    }


def of_the_desk(clinic, things, alice):
    """What Ana has to do beside her visits: (pages of hers)."""
    doctor = clinic.doctor
    ExternalCalendarFactory(doctor=doctor, name="Otro", next_fetch_at=NOW + HOUR)
    ClinicFactory(doctor=doctor, name="Cumbayá")
    waits = WaitingEntry.objects.create(
        patient=PatientFactory(), doctor=doctor, until_date=date(2026, 12, 31), created_at=NOW
    )
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(relationship="self"),
                               starts_at=SLOT + 11 * DAY)  # fmt: skip
    logged_in(alice).post(at("appointments:cancel", visit.public_id))
    waiting = Assistant.objects.get(invitation__email="marta@ejemplo.test")
    moved = at("portal:series_move", things["serial"])
    return [
        at("portal:waiting_give", waits.public_id), at("portal:news"),
        at("portal:team_member", waiting.public_id), f"{moved}?fecha=2027-01-14&hora=11:00",
        at("portal:ticket", asked(doctor.user, now=NOW - HOUR).public_id),
    ]  # fmt: skip


def newcomers():
    """Doctors who have not agreed yet, or are shown to nobody."""
    people = {}
    for word, more in (("agreeing", {"user__agreed": False}), ("hidden", {"is_published": False})):
        doctor = DoctorFactory(user__email=f"{word}@ejemplo.test", **more)
        ClinicFactory(doctor=doctor)
        pages = [at("portal:agreement"), at("portal:preview")]
        people[word] = Person(Browser(logged_in(doctor.user)), pages, only=True)
    return people


def proven():
    """People who have just said their password, and shown their factor: their keys, their account's
    end.
    """
    plain, keyed, leaving = (
        PatientFactory(account=UserFactory(email=f"{word}@ejemplo.test")).account
        for word in ("simple", "llaves", "saliente")
    )
    with_app(keyed)
    RecoveryCodes.activate(keyed)
    Authenticator.objects.create(user=keyed, type=Authenticator.Type.WEBAUTHN,
                                 data={"name": "x", "credential": {}})  # fmt: skip
    request_closing(account=leaving, now=NOW)
    keys = [at("accounts:passkey_remove", 1), at("mfa_deactivate_totp"), at("mfa_index"),
            at("mfa_generate_recovery_codes")]  # fmt: skip
    fresh = [at("mfa_activate_totp"), at("mfa_add_webauthn"), at("privacy:close"),
             at("privacy:mine")]  # fmt: skip
    return {
        "proven": Person(Browser(proved(logged_in(plain))), fresh, only=True),
        "keyed": Person(Browser(shown(proved(logged_in(keyed)))), keys, only=True),
        "asked again": Person(Browser(logged_in(keyed)), [at("mfa_reauthenticate")], only=True),
        "leaving": Person(Browser(logged_in(leaving)), [at("privacy:mine")], only=True),
        **without_password(),
    }


def without_password():
    """One who never chose one, and one who is logged in at two places."""
    none, two = (UserFactory(email=f"{word}@ejemplo.test") for word in ("ninguna", "dos"))
    none.set_unusable_password()
    none.save()
    here = Client()
    for client in (Client(), here):
        enter(client, two)
    return {
        "wordless": Person(Browser(logged_in(none)), [at("account_set_password")], only=True),
        "twice in": Person(Browser(here), [at("accounts:sessions")], only=True),
    }


# What scripts send: no page has a form of it.
SCRIPTED = {
    "proven": [("accounts:stay", {})],
    "keyed": [("mfa_reauthenticate_webauthn", {"credential": [""], "next": [""]})],
    # What is new is known once it is committed: here nothing ever is.
    "dr_chen": [("portal:diagnoses", {"search": ["asma"]}), ("portal:seen", {"desde": ["1"]})],
}


def scripted(who):
    return [Form("post", at(name), name, dict(fields)) for name, fields in SCRIPTED.get(who, ())]


def drafted(forms):
    """A record is saved while it is written: the form's own fields, to another address."""
    for form in forms:
        if form.route == "portal:consultation":
            path, route = f"{form.path}borrador/", "portal:consultation_draft"
            yield Form("post", path, route, form.fields, form.buttons, form.choices, form.page)


def everybody(things, browsers, clinic, alice):
    """name -> Person, in the order of whose form it is where several have it."""
    patient = alice.patients.get(relationship="self")
    visits = visits_of(clinic, patient)
    desk, hers = pages_of_visits(visits)
    middle = in_the_middle(clinic)
    anas = [*desk, *of_the_desk(clinic, things, alice)]
    return {
        "anonymous": Person(Browser(browsers["anonymous"]), links_to(visits, clinic)),
        **middle,
        "alice": Person(Browser(browsers["alice"]), hers),
        "booking": walked(alice, clinic),
        **proven(),
        **newcomers(),
        "dr_chen": Person(Browser(browsers["dr_chen"]), anas),
        "carla": Person(Browser(browsers["carla"]), anas),
    }


def of_the_team(team, visit, person):
    """The groups of the team, with a row of what the matrix has none of."""
    RefusedAddress.objects.create(channel="email", address="no@ejemplo.test", error="550",
                                  first_at=NOW, last_at=NOW)  # fmt: skip
    CannedAnswer.objects.create(title="Hola", text_es="Hola, {nombre}", text_en="Hello, {nombre}")
    MessageFactory(visit=visit, kind="reminder_7d", state="given_up")
    seer = UserFactory(is_staff=True, is_patient=False)
    seer.groups.add(group_of(SUPPORT))
    looking = logged_in(seer)
    looking.post(at("admin:accounts_user_view_as", person.pk), {"reason": "Lo pidió por teléfono"})
    roles = {role: Person(Browser(client)) for role, (client, _user) in team.items()}
    return {**roles, "viewing": Person(Browser(looking), [at("home")], only=True)}


def forms_of_person(who, person, matrix, **more):
    found = find(person.browser, person.pages(matrix), **more)
    return [*found, *drafted(found), *scripted(who)]
