"""Who looked at what is clinical, who wrote it, who took data away: each leaves a line that says
who, what, when and from where. Found by walking the routes, so that a new one without fails.
"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from doctobooking.access import RULES, Who
from records.models import AccessLog, Attachment, Share
from tests.conftest import NOW
from tests.marks import marks_in
from tests.matrix import (  # noqa: F401 -- fixtures
    PEOPLE,
    TABLE,
    addresses,
    browsers,
    of_all,
    own_names,
    things,
)
from tests.prescriptions.world import typed
from tests.privacy.world import sure
from tests.records.world import PDF
from tests.sights import PAPER, RECORD

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ADDRESS, NETWORK = "203.0.113.7", "203.0.113.0/24"
# Of records, prescriptions and what hangs on them.
CLINICAL = {
    "record_private_note", *RECORD.split(), "draft", "background", "ended", "file_content",
    *PAPER.split(), "revocation",
}  # fmt: skip
TEMPLATES = "a doctor's own templates are about no patient"
# route: {who: what the lines say}, in the order of the table. Ana reads, Alicia, and José, with
# whom she shares her history.
LOOKS = {
    "portal:consultation": {"dr_chen": ["read", "known"]},
    "portal:consultation_sign": {"dr_chen": ["read"]},
    "portal:consultation_amend": {"dr_chen": ["read"]},
    "portal:background": {"dr_chen": ["known"]},
    "portal:background_end": {"dr_chen": ["known"]},
    "portal:attachment": {"dr_chen": ["file"], "dr_diaz": ["file"]},
    "portal:shared_consultation": {"dr_diaz": ["read"]},
    "portal:history": {"dr_chen": ["history"]},
    "portal:prescription_new": {"dr_chen": ["known"]},
    "portal:prescription": {"dr_chen": ["rx_read"]},
    "portal:prescription_pdf": {"dr_chen": ["rx_printed"]},
    "records:consultation": {"alice": ["released"]},
    "records:attachment": {"alice": ["file"]},
    "prescriptions:prescription": {"alice": ["rx_read"]},
    "prescriptions:prescription_pdf": {"alice": ["rx_printed"]},
}
# Clinical pages that show nothing clinical of a patient, and what they show.
NO_LOOKS = {
    "portal:attachment_add": "a form for a file",
    "portal:prescription_revoke": "a question, and of which day the prescription is",
    "portal:former_patients": "who closed their account: names alone",
    **dict.fromkeys(
        ("portal:prescription_templates", "portal:prescription_template_new",
         "portal:prescription_template", "portal:prescription_template_delete"), TEMPLATES,
    ),
    "records:shares": "who may read, until when",
    "records:history": "of which visits there is a record",
    "records:readers": "the lines themselves",
    "prescriptions:mine": "days, doctors and states",
    "prescriptions:verify": "whether a paper is ours",
}  # fmt: skip
# Posts that write nothing clinical of a patient.
NO_WRITES = {
    "portal:diagnoses": "codes of a catalogue",
    **dict.fromkeys(
        ("portal:prescription_template_new", "portal:prescription_template",
         "portal:prescription_template_delete"), TEMPLATES,
    ),
}  # fmt: skip


def clinical_routes():
    return {
        name
        for name in own_names()
        if RULES[name] is Who.CLINICIAN or name.startswith(("records:", "prescriptions:"))
    }


def answering(column):
    """Clinical routes that take a method: 1 is GET, 2 is POST."""
    return {name for name in clinical_routes() if 405 not in of_all(TABLE[name][column])}


@pytest.fixture
def from_somewhere(frozen, things, browsers):  # noqa: F811
    for browser in browsers.values():
        browser.defaults["REMOTE_ADDR"] = ADDRESS
    alice = browsers["alice"].user
    Share.objects.update(revoked_at=NOW)
    Share.objects.create(
        patient=alice.patients.get(relationship="self"), doctor=browsers["dr_diaz"].user.doctor,
        by=alice, created_at=NOW, expires_at=NOW + timedelta(days=9),
    )  # fmt: skip
    return things


def lines_after(pk, user, patient):
    """What the new lines say; each of them whole."""
    lines = AccessLog.objects.filter(pk__gt=pk).order_by("pk")
    for line in lines:
        assert (line.reader, line.at, line.network) == (user, NOW, NETWORK)
        assert line.patient.public_id == patient
        roles = {"alice@ejemplo.test": "patient", "diaz@ejemplo.test": "shared"}
        assert line.role == roles.get(user.email, "doctor")
    return [line.act for line in lines]


def last_line():
    return AccessLog.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def test_each_clinical_route_is_in_a_table():
    assert answering(1) == set(LOOKS) | set(NO_LOOKS)
    assert set(LOOKS) & set(NO_LOOKS) == set()
    assert answering(2) == set(WRITES) | set(NO_WRITES)


def test_each_look_leaves_its_line(from_somewhere, browsers):  # noqa: F811
    """Whatever the route: where something clinical is shown, there is a line."""
    seen, shown = {}, set()
    for name, path in addresses(from_somewhere):
        if name in ("account_logout", "privacy:download"):
            continue
        for person in PEOPLE:
            browser, last = browsers[person], last_line()
            answer = browser.get(path)
            acts = lines_after(last, getattr(browser, "user", None), from_somewhere["chart"])
            marks = marks_in(answer) & CLINICAL
            assert bool(acts) or not marks or NO_LOOKS.get(name) == TEMPLATES, (name, person)
            shown |= marks
            if acts:
                seen.setdefault(name, {})[person] = acts
    assert seen == LOOKS
    assert CLINICAL - shown == {"revocation"}  # of another prescription


FILE = PDF.replace(b"%%EOF", b"% other\n%%EOF")
# route: (argument's thing, what is sent, lines), in an order that can be.
WRITES = {
    "portal:consultation": ({"plan": "Reposo", "version": "2"}, ["written"]),
    # The same sitting: one line.
    "portal:consultation_draft": ({"plan": "Reposo y agua", "version": "3"}, []),
    "portal:attachment_add": ({"file": FILE}, ["attached"]),
    "portal:attachment_remove": ({}, ["detached"]),
    "portal:background": ({"sort": "allergy", "text": "Látex"}, ["noted"]),
    "portal:background_end": ({"reason": "Fue un error"}, ["ended"]),
    "portal:consultation_sign": ({"version": "4"}, ["signed"]),
    "portal:consultation_amend": (
        {"text": "Más", "instructions": "Igual", "number": "2"}, ["amended"],
    ),
    "portal:history": ({"words": "reposo"}, ["history"]),
    "portal:prescription_new": (typed(), ["prescribed"]),
    "portal:prescription_revoke": ({"reason": "Me equivoqué de dosis"}, ["rx_revoked"]),
    "records:shares": ({}, []),
    "records:share_revoke": ({}, []),
}  # fmt: skip


def test_each_write_leaves_its_line(from_somewhere, browsers):  # noqa: F811
    paths = dict(addresses(from_somewhere))
    for name, (data, acts) in WRITES.items():
        person = "alice" if name.startswith("records:") else "dr_chen"
        path, last = paths[name], last_line()
        if name == "portal:attachment_remove":  # of the draft
            added = Attachment.objects.latest("pk")
            path = reverse(name, args=[added.public_id])
        if "file" in data:
            data = {"file": SimpleUploadedFile("x.pdf", data["file"], "application/pdf")}
        browser = browsers[person]
        answer = browser.post(path, data)
        assert answer.status_code in (200, 302) or name == "records:shares", (name, answer.content)
        assert lines_after(last, browser.user, from_somewhere["chart"]) == acts, name


# Data that leaves as a file -----------------------------------------------------------------------

FILES = ("text/csv", "application/pdf", "text/calendar", "application/zip")
EXPORTS = {
    "portal:receipt_pdf": {"dr_chen": "recibo-", "carla": "recibo-"},
    "portal:owed_csv": {"dr_chen": "por-cobrar.csv", "dr_diaz": "por-cobrar.csv",
                        "carla": "por-cobrar.csv"},
    "portal:cash_csv": dict.fromkeys(
        ("dr_chen", "dr_diaz", "carla"), "caja-2026-11-23-2026-11-23.csv"
    ),
    "portal:occupancy_csv": dict.fromkeys(("dr_chen", "dr_diaz"), "ocupacion-"),
    "appointments:receipt_pdf": {"alice": "recibo-"},
    "appointments:calendar": {"alice": "cita-"},
    "privacy:download": {"alice": "export"},
}  # fmt: skip
# Files that leave no such line, and why.
NO_EXPORTS = {
    "support:ticket_file": "what one sent to support oneself, in a conversation that is there",
    "support:link_file": "the same, of somebody without an account",
}


def test_each_file_that_leaves_is_noted(from_somewhere, browsers):  # noqa: F811
    found, silent = {}, set()
    sure(browsers["alice"])
    for name, path in addresses(from_somewhere):
        for person in PEOPLE:
            if name == "account_logout":
                continue
            looks, before = last_line(), AuditEntry.objects.count()
            answer = browsers[person].get(path)
            is_file = answer.get("Content-Type", "").startswith(FILES)
            entries = list(AuditEntry.objects.order_by("pk")[before:])
            for entry in entries:
                assert (entry.person, entry.actor) == (browsers[person].user,) * 2, name
                assert (entry.act, entry.at, entry.network) == ("export", NOW, NETWORK), name
                found.setdefault(name, {})[person] = entry.what
            leaves = is_file or "Content-Disposition" in answer.headers
            if leaves and not entries and last_line() == looks:
                silent.add(name)
    assert silent == set(NO_EXPORTS)
    assert {name: set(people) for name, people in found.items()} == {
        name: set(people) for name, people in EXPORTS.items()
    }
    for name, people in EXPORTS.items():
        for person, what in people.items():
            assert found[name][person].startswith(what), (name, person)
