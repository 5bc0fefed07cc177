"""Who sees which marks (tests/marks.py) where: of Alicia's, of Ana's, of their consultorio's.

Everything that stands here is looked for and must be found: an empty page leaks nothing either.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.urls import reverse

from appointments.feeds import FeedAddress
from appointments.rooms import screen_url
from appointments.services.feeds import make_feed
from appointments.services.screens import make_screen
from clinics.models import Clinic
from notifications.links import token_of
from notifications.models import Message
from records.models import Share
from tests.conftest import NOW

# Her name and address are at the head of all her pages.
ALICES_OWN = {"name", "email"}
RECORD = ("record_reason record_history record_assessment record_plan record_instructions "
          "diagnosis addendum")  # fmt: skip
PAPER = "medicine care"
# Reception works with who comes and how to reach them, never with why.
DESK = {
    "portal:visit": "name born email phone payment",
    "portal:visit_messages": "name email",
    "portal:patient_contact": "guest",
    "portal:waiting_list": "name waiting_phone",
    "portal:cash_csv": "name payment",
    **dict.fromkeys(
        ("portal:waiting_give", "portal:payment", "portal:payment_refund", "portal:payment_waive",
         "portal:payment_void", "portal:receipt", "portal:receipt_pdf", "portal:owed",
         "portal:owed_csv", "portal:cash", "portal:agenda"),
        "name",
    ),
    **dict.fromkeys(
        ("portal:visit_reschedule", "portal:series", "portal:series_move", "portal:series_cancel",
         "portal:visit_cancel"),
        "name phone",
    ),
}  # fmt: skip
# A question of somebody without an account: whoever has its link.
BY_LINK = {"support:link": "subject rosas_question"}
# By GET. Whoever is not named sees nothing but BY_LINK.
SIGHTS = {
    "alice": {
        "accounts:profile": "document phone emergency emergency_phone",
        "accounts:dependants": "child born",
        "accounts:dependant": "child document phone emergency emergency_phone",
        "accounts:activity": "looked_at",
        "appointments:appointment": "reason message",
        "appointments:cancel": "reason",
        "appointments:waiting_entry": "waiting_phone",
        "prescriptions:prescription": PAPER,
        "prescriptions:prescription_pdf": PAPER,
        "records:consultation": "record_instructions file",
        "records:attachment": "file file_content",
        "support:tickets": "subject",
        "support:ticket": "subject question picture answer remark",
        "support:ticket_file": "picture",
    },
    "dr_chen": {
        **DESK,
        "portal:visit": f"{DESK['portal:visit']} reason message correction",
        **dict.fromkeys(
            ("portal:visit_reschedule", "portal:series", "portal:visit_cancel"),
            "name phone reason",
        ),
        "portal:consultation": "name draft background",
        "portal:consultation_sign": "name draft",
        "portal:consultation_amend": f"name record_private_note {RECORD}",
        # The first of each record's words; they are opened one by one.
        "portal:history": "name draft background record_reason record_plan diagnosis",
        "portal:background": "name background ended",
        "portal:background_end": "name background",
        "portal:attachment_add": "name",
        "portal:attachment": "file file_content",
        "portal:prescription_new": "name background template",
        "portal:prescription": f"name {PAPER}",
        "portal:prescription_pdf": f"name {PAPER}",
        "portal:prescription_revoke": "name",
        "portal:prescription_templates": "template",
        "portal:prescription_template": f"template {PAPER}",
        "portal:prescription_template_delete": "template",
        "portal:block": "absence",
        "portal:unblock": "absence",
        "portal:calendars": "calendar",
        "portal:calendar_remove": "calendar",
        **dict.fromkeys(("portal:team", "portal:team_member", "portal:team_end"), "assistant"),
    },
    "carla": DESK,
}
# What a refused form says besides.
REFUSED = {
    "alice": {"appointments:details": "child"},
    "dr_chen": {
        "portal:payment_price": "name",
        "portal:team_resend": "assistant",
        "portal:new_visit": "assistant",
        **dict.fromkeys(
            ("portal:visit_answer", "portal:visit_attendance", "portal:visit_correction"),
            "name phone reason",
        ),
    },
    "carla": {
        "portal:payment_price": "name",
        **dict.fromkeys(
            ("portal:visit_answer", "portal:visit_attendance", "portal:visit_correction"),
            "name phone",
        ),
    },
}  # fmt: skip
# The other states of what the routes are about, and what is opened without an account.
MORE = {
    "revoked portal:prescription": {"dr_chen": f"name revocation {PAPER}"},
    "revoked portal:prescription_pdf": {"dr_chen": f"name {PAPER}"},
    "revoked prescriptions:prescription": {"alice": PAPER},
    "revoked prescriptions:prescription_pdf": {"alice": PAPER},
    "hidden reviews:opinion": {"alice": "hidden"},
    "hidden reviews:opinion_edit": {"alice": "hidden"},
    # Another doctor, to whom Alicia gave a look: not what Ana wrote for herself.
    "shared portal:shared_consultation": {"dr_diaz": f"name file {RECORD}"},
    "shared portal:history": {"dr_chen": SIGHTS["dr_chen"]["portal:history"]},
    "shared portal:attachment": {"dr_chen": "file file_content", "dr_diaz": "file file_content"},
}
# What Alicia takes with her: hers, whoever wrote it, and nothing that is Ana's or the team's own.
COPY = (
    "name email phone born document emergency emergency_phone message_phone waiting_phone child "
    "reason message record_instructions file file_content medicine care hidden appeal "
    "subject question picture answer remark looked_at"
)
# The team's pages, to a superuser. Nothing of them is clinical.
ADMIN = {
    **dict.fromkeys(
        ("account_emailaddress_changelist", "account_emailaddress_change",
         "accounts_user_changelist", "accounts_user_change"), "name email",
    ),
    **dict.fromkeys(("account_emailaddress_history", "support_ticket_changelist"), "email"),
    **dict.fromkeys(
        ("accounts_user_view_as", "accounts_user_history", "appointments_appointment_help",
         "appointments_appointment_changelist", "appointments_waitingentry_changelist",
         "appointments_waitingentry_change", "notifications_preferences_changelist"), "name",
    ),
    "accounts_patient_contact": "child email guest name phone",
    "accounts_patient_changelist": "child name phone",
    "accounts_patient_history": "child name",
    "accounts_patient_change": "child guest name phone",
    "accounts_auditentry_changelist": "looked_at name",
    "accounts_auditentry_change": "looked_at name",
    "doctors_doctor_licence": "licence",
    "doctors_doctor_change": "licence",
    **dict.fromkeys(
        ("clinics_assistant_changelist", "clinics_assistant_history", "clinics_assistant_change"),
        "assistant",
    ),
    "appointments_appointment_change": "name phone",
    "reviews_review_decide": "appeal hidden moderation",
    "reviews_review_changelist": "hidden",
    "reviews_review_change": "hidden",
    "support_ticket_attend": (
        "answer desk_note email foreign foreign_address name picture question remark "
        "rosas_question subject"
    ),
    "notifications_message_changelist": "email refusal",
    "notifications_message_change": "email refusal",
    "notifications_preferences_change": "message_phone name",
}  # fmt: skip
# Not for the team, whatever it may do: what patients and doctors write to each other, records,
# prescriptions, documents of identity.
CLINICAL = {
    "reason", "message", "correction", "record_private_note", *RECORD.split(),
    "draft", "background", "ended", "file", "file_content", *PAPER.split(), "template",
    "revocation", "document", "emergency", "emergency_phone",
}  # fmt: skip
# Shown to nobody: a secret address, a mail that waits to be sent, where an invitation went.
NOBODYS = {"calendar_address", "letter", "assistant_email"}


def sights(person, route, *, refused=False):
    """By GET, or of a POST that may be refused."""
    seen = {**BY_LINK, **SIGHTS.get(person, {})}.get(route, "").split()
    if refused:
        seen += REFUSED.get(person, {}).get(route, "").split()
    return set(seen)


def more_doors(things, browsers):
    """(name, address); what they lead to is made first."""
    message, clinic = Message.objects.get(), Clinic.objects.get(public_id=things["clinic"])
    alice, diaz = browsers["alice"].user, browsers["dr_diaz"].user.doctor
    Share.objects.create(patient=message.visit.patient, doctor=diaz, by=alice, created_at=NOW,
                         expires_at=NOW + timedelta(days=9))  # fmt: skip
    revoked = [things["prescribed"], things["revoked"]]
    for route in ("portal:prescription", "portal:prescription_pdf", "prescriptions:prescription",
                  "prescriptions:prescription_pdf"):  # fmt: skip
        yield f"revoked {route}", reverse(route, args=revoked)
    for route in ("opinion", "opinion_edit", "opinion_appeal"):
        yield f"hidden reviews:{route}", reverse(f"reviews:{route}", args=[things["hidden_visit"]])
    for route in ("portal:opinion_reply", "portal:opinion_appeal", "reviews:report"):
        yield f"hidden {route}", reverse(route, args=[things["hidden"]])
    for route, about in (("history", "chart"), ("shared_consultation", "record"),
                         ("attachment", "file")):  # fmt: skip
        yield f"shared portal:{route}", reverse(f"portal:{route}", args=[things[about]])
    for route in ("attend", "day", "cancel", "reschedule", "choose", "opinion"):
        yield f"link {route}", reverse(f"notifications:link_{route}", args=[token_of(message)])
    yield "link unsubscribe", reverse("notifications:unsubscribe", args=[token_of(message)])
    for person, place in (("alice", None), ("dr_chen", clinic), ("carla", clinic)):
        feed = make_feed(owner=browsers[person].user, clinic=place, now=NOW)
        yield f"feed of {person}", urlsplit(FeedAddress(feed).url).path
    screen = make_screen(clinic=clinic, actor=clinic.doctor.user, now=NOW)
    yield "screen", urlsplit(screen_url(screen)).path
