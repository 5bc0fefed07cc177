"""The account itself, whom it looks after, what it agreed to and what happened to it."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import AuditEntry
from accounts.templatetags.activity import what_changed
from privacy.collecting.base import Asking, Coded, Collected, fields_of
from privacy.models import Closing

PERSON = ("first_names", "last_names", "relationship", "birth_date", "sex", "phone", "email",
          "id_country", "id_number", "emergency_name", "emergency_phone", "created_at")  # fmt: skip


def collect(asking: Asking) -> Collected:
    user, found = asking.user, Collected()
    account = ("email", "first_names", "last_names", "is_patient", "is_doctor", "is_assistant",
               "language", "time_zone", "joined_at", "last_login")  # fmt: skip
    found.add("account", [fields_of(user, *account)])
    addresses = EmailAddress.objects.filter(user=user).order_by("pk")
    found.add("addresses", [fields_of(row, "email", "verified", "primary") for row in addresses])
    found.add("people", [fields_of(row, *PERSON) for row in user.patients.oneself_first()])
    asked = ("text", "version", "language", "at", "network", "withdrawn_at")
    found.add("consents", [fields_of(row, *asked) for row in user.consents.order_by("pk")])
    links = ("purpose", "email", "created_at", "accepted_at", "revoked_at")
    invited = asking.own.invitations.order_by("pk")
    found.add("invitations", [fields_of(row, *links) for row in invited])
    entries = user.audit_entries.order_by("pk")
    found.add("activity", [_entry(row) for row in entries])
    copies = ("requested_at", "ready_at", "expires_at", "failed_at", "size", "sha256")
    found.add("exports", [fields_of(row, *copies) for row in user.exports.order_by("pk")])
    closings = user.closings.select_related("custody").order_by("pk")
    found.add("closings", [_closing(row) for row in closings])
    browsers = ("browser", "network", "began_at", "seen_at", "ended_at")
    found.add("browsers", [fields_of(row, *browsers) for row in user.sessions.order_by("pk")])
    factors = Authenticator.objects.filter(user=user).order_by("pk")
    # When there was one and of what kind: its secret opens the account.
    known = ("type", "created_at", "last_used_at")
    found.add("second_factors", [fields_of(row, *known) for row in factors])
    return found


def _entry(row: AuditEntry) -> dict[str, Any]:
    said = fields_of(row, "act", "what", "at", "network")
    return {**said, "what": Coded(row.what, what_changed(row) or row.what) if row.what else ""}


def _closing(row: Closing) -> dict[str, Any]:
    custody = getattr(row, "custody", None)
    return {**fields_of(row, "requested_at", "due_at", "withdrawn_at"),
            "custodian": custody.custodian if custody else None}  # fmt: skip
