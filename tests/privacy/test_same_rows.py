"""What erasing finds of a person, the copy has: by rows, in every table."""

from io import BytesIO

import pytest
from django.core.mail import send_mail
from django.db import connection

from core.models import StoredMail
from doctors.photos import prepare, read
from doctors.services.profiles import set_photo
from notifications.models import Message
from notifications.tasks import relay
from privacy.bundles import bundle_of, collected_of
from privacy.collecting import Asking
from privacy.erasing import erase
from support.mailbox import Mail
from support.services.receiving import Result, receive_mail
from support.tokens import own_address
from tests.doctors import pictures
from tests.privacy.leaving import leave_traces

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
CODE, NOTE = "483920", pictures.picture("PNG", (120, 120))
# Table of the database -> table of the copy, where one row of it is one row of the copy.
COPIED = {
    "accounts_accountsession": "browsers", "accounts_auditentry": "activity",
    "accounts_consent": "consents", "accounts_invitation": "invitations",
    "accounts_patient": "people", "accounts_user": "account",
    "account_emailaddress": "addresses", "appointments_appointment": "visits",
    "appointments_bookingdraft": "drafts", "appointments_calendarfeed": "calendar_feeds",
    "appointments_waitingentry": "waiting", "clinics_assistant": "works_for",
    "core_storedmail": "mails", "mfa_authenticator": "second_factors",
    "notifications_message": "messages", "notifications_preferences": "message_preferences",
    "notifications_refusedaddress": "refused_addresses", "records_share": "shares",
    "reviews_review": "opinions", "support_ticket": "questions",
}  # fmt: skip
# Within rows of another table of the copy, where the next test looks for their words.
WITHIN = {
    "appointments_appointmentchange", "reviews_reviewreply", "reviews_reviewversion",
    "support_ticketmessage", "support_ticketfile",
}  # fmt: skip
# Of the product, not of the person: what the others made, and marks of programs.
OTHERS = {"appointments_indexmark", "appointments_occupancymark", "django_admin_log",
          "django_session", "reviews_rating"}  # fmt: skip


def snapshot():
    """(table, key) -> the row, of all tables."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.table_name, c.column_name FROM information_schema.tables t "
            "JOIN information_schema.table_constraints k USING (table_schema, table_name) "
            "JOIN information_schema.key_column_usage c USING (constraint_name, table_name) "
            "WHERE t.table_schema = 'public' AND k.constraint_type = 'PRIMARY KEY'"
        )
        for table, key in cursor.fetchall():
            cursor.execute(f'SELECT "{key}", t::text FROM "{table}" AS t')
            found |= {(table, row[0]): row[1] for row in cursor.fetchall()}
    return found


def mailed(now):
    """From her address, without logging in."""
    mail = Mail(
        sender="alice@ejemplo.test", name="Alicia", recipients=(own_address(),),
        subject="Por correo", text="POR CORREO 7Q", message_id="<m7q@ejemplo.test>",
        files=(("nota.png", NOTE),), is_automatic=False, is_cut=False,
    )  # fmt: skip
    return receive_mail(mail=mail, now=now)


@pytest.fixture
def hers(frozen, alice, clinic, erin, root, as_, settings):
    settings.EMAIL_BACKEND = "core.mail.OutboxEmailBackend"
    as_(alice).get("/")
    send_mail(f"Su código: {CODE}", f"Es {CODE}", None, ["Alice@ejemplo.test"])
    relay()
    things = leave_traces(alice, clinic, erin, root)
    assert mailed(frozen) == Result.OPENED
    return things


def test_what_erasing_touches_the_copy_has(hers, alice, frozen):
    copied = collected_of(Asking(alice, frozen)).tables
    before = snapshot()
    erase(alice, frozen)
    after = snapshot()
    touched = {}
    for (table, key), row in before.items():
        if after.get((table, key)) != row:
            touched[table] = touched.get(table, 0) + 1
    assert sorted(set(touched) - set(COPIED) - WITHIN - OTHERS) == []
    found = {table: len(copied.get(COPIED[table], [])) for table in touched if table in COPIED}
    short = {table: (touched[table], n) for table, n in found.items() if touched[table] > n}
    assert short == {}


def test_what_is_within_other_rows_is_said(hers, alice, frozen):
    copied = collected_of(Asking(alice, frozen))
    questions = {row["said"][0]["text"]: row["email"] for row in copied.tables["questions"]}
    assert questions["POR CORREO 7Q"] == "alice@ejemplo.test"
    assert len(questions) == 2
    assert len([name for name in copied.files if name.startswith("soporte/")]) == 2
    opinion = copied.tables["opinions"][0]
    assert opinion["reply"].startswith("Gracias")
    assert len(opinion["versions"]) == 1


def test_codes_of_mails_stay_out_of_it(hers, alice, frozen, unzipped):
    """Its subject says it, too."""
    mail = StoredMail.objects.get(to_address="Alice@ejemplo.test")
    assert CODE in mail.subject
    assert Message.objects.filter(mail=mail).count() == 1
    files = unzipped(bundle_of(Asking(alice, frozen)))
    assert [name for name, content in files.items() if CODE.encode() in content] == []
    addresses = [row["to_address"] for row in collected_of(Asking(alice, frozen)).tables["mails"]]
    assert "Alice@ejemplo.test" in addresses


def test_address_that_was_not_proved_leads_to_nothing(hers, bob, alice, frozen):
    bob.emailaddress_set.create(email="alice@ejemplo.test", verified=False)
    tables = collected_of(Asking(bob, frozen)).tables
    assert [name for name in ("questions", "messages", "mails") if name in tables] == []


@pytest.fixture
def pictured(dr_chen, settings, tmp_path, frozen):
    settings.MEDIA_ROOT = tmp_path
    made = prepare(BytesIO(pictures.picture()))
    set_photo(doctor=dr_chen, pictures=made, actor=dr_chen.user, now=frozen)
    return made[384]


def test_a_doctors_photo_is_among_the_files(pictured, dr_chen, frozen):
    copied = collected_of(Asking(dr_chen.user, frozen))
    assert copied.files == {"perfil/foto.webp": pictured}
    assert copied.tables["doctor"][0]["photo"] == "perfil/foto.webp"


def test_a_photo_that_the_disk_lost_stops_no_copy(pictured, dr_chen, frozen, tmp_path):
    for path in (tmp_path / "doctors").iterdir():
        path.unlink()
    assert read(dr_chen.photo) is None
    copied = collected_of(Asking(dr_chen.user, frozen))
    assert copied.files == {}
    assert copied.tables["doctor"][0]["photo"] == ""
