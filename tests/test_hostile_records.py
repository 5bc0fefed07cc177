"""Bad input at the pages of records: a sentence and 4xx, nothing lost, nothing unescaped."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from records.documents import SECTIONS
from records.models import (
    AccessLog,
    Amendment,
    Attachment,
    Consultation,
    Line,
    Share,
)
from records.vitals import BY_NAME
from tests.records.world import MARKED, PDF, things_of_records
from tests.test_hostile import SCRIPT, VALUES, assault, filters, logged_in, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
TEXTS = (*SECTIONS, "diagnoses")
NAMES = (*TEXTS, *BY_NAME, "shows_diagnoses", "version", "act")
MORE = ("author", "visit", "patient", "signed_at", "public_id", "content", "content_sealed")
LONG = {"100,000 characters": "x" * 100_000, "emoji": "👩🏽‍⚕️" * 3000, "rtl": "\u202e" * 9000}
EVERYTHING = [*VALUES.values(), *LONG.values()]


@pytest.fixture
def things(frozen, clinic, alice):
    return things_of_records(clinic, alice.patients.get())


@pytest.fixture
def ana(dr_chen):
    return logged_in(dr_chen.user)()


def page(things, which, name="consultation"):
    return reverse(f"portal:{name}", args=[things[which]])


def kept():
    return [list(model.objects.order_by("pk").values()) for model in (Consultation, Amendment)]


def test_the_form_with_the_same_in_every_field(things, ana):
    before = kept()
    for name in ("consultation", "consultation_draft", "consultation_sign"):
        for value in EVERYTHING:
            answer = ana.post(page(things, "drafted", name), dict.fromkeys((*NAMES, *MORE), value))
            show(answer)
            assert answer.status_code in (400, 409, 422), (name, value[:20])
    assert kept() == before


@pytest.mark.parametrize("name", [*TEXTS, *BY_NAME])
def test_a_field_of_the_form(things, ana, name):
    """Text is kept as text; what is no number, or too long, is refused and shown again."""
    path = page(things, "drafted")
    for value in EVERYTHING:
        version = Consultation.objects.get(signed_at=None).version
        answer = ana.post(path, {name: value, "version": version, "plan": "x"} | {name: value})
        show(answer)
        assert answer.status_code in (302, 422), value[:20]
        show(ana.get(path))
        show(ana.get(page(things, "drafted", "consultation_sign")))
    show(ana.get(page(things, "chart", "history")))
    assert Consultation.objects.get(signed_at__isnull=False).said == MARKED


def test_versions_that_are_none(things, ana):
    for value in EVERYTHING:
        for name in ("consultation", "consultation_sign"):
            answer = ana.post(page(things, "drafted", name), {"version": value, "plan": "x"})
            show(answer)
            assert answer.status_code in (400, 409, 422), (name, value[:20])
    assert Consultation.objects.get(signed_at=None).said == MARKED


def test_extra_fields_change_nothing(things, ana, bob):
    path = page(things, "drafted")
    before = Consultation.objects.get(signed_at=None)
    for value in (str(bob.pk), "true", "2026-01-01", SCRIPT):
        version = Consultation.objects.get(signed_at=None).version
        ana.post(path, {"plan": value, "version": version, **dict.fromkeys(MORE, value)})
    row = Consultation.objects.get(signed_at=None)
    assert (row.author, row.visit, row.public_id) == (before.author, before.visit, before.public_id)
    assert row.said.plan == SCRIPT


def test_addenda(things, ana, alice):
    path = page(things, "recorded", "consultation_amend")
    for value in EVERYTHING:
        answer = ana.post(path, dict.fromkeys(("text", "instructions", "diagnoses", "number",
                                               "shows_diagnoses"), value))  # fmt: skip
        show(answer)
        assert answer.status_code in (400, 409, 422), value[:20]
    assert Amendment.objects.count() == 1
    for value in VALUES.values():
        number = Amendment.objects.count() + 1
        whole = {"text": value, "instructions": value, "diagnoses": value, "number": number}
        answer = ana.post(path, whole)
        show(answer)
        assert answer.status_code in (302, 422)
        show(ana.get(page(things, "recorded")))
        theirs = reverse("records:consultation", args=[things["recorded"]])
        show(logged_in(alice)().get(theirs))


def test_what_is_looked_for(things, ana):
    path = page(things, "chart", "history")
    for value in EVERYTHING:
        answer = ana.post(path, {"words": value})
        show(answer)
        assert answer.status_code in (200, 422)


def test_codes_that_are_looked_for(things, ana):
    for value in EVERYTHING:
        answer = ana.post(reverse("portal:diagnoses"), {"search": value})
        show(answer)
        assert answer.status_code in (200, 422), value[:20]
        for wish in ({"act": "search", "search": value}, {"add": value}):
            answer = ana.post(page(things, "drafted"), {**dict.fromkeys(NAMES, value), **wish})
            show(answer)
            assert answer.status_code in (200, 400, 409, 422), value[:20]
    assert Consultation.objects.get(signed_at=None).said == MARKED


def test_background(things, ana):
    path = page(things, "drafted", "background")
    for value in EVERYTHING:
        show(ana.post(path, {"sort": value, "text": value}))
        answer = ana.post(path, {"sort": "allergy", "text": value, "visit": value, "at": value})
        show(answer)
        assert answer.status_code in (302, 422), value[:20]
        show(ana.get(path))
    end = reverse("portal:background_end", args=[things["drafted"], things["known"]])
    for value in ("x" * 100_000, "a\x00b", "", "\x07"):
        answer = ana.post(end, {"reason": value})
        show(answer)
        assert answer.status_code == 422
    assert not Line.objects.exclude(ends=None).exists()
    assert ana.post(end, {"reason": SCRIPT}).status_code == 302
    show(ana.get(path))


def test_documents_that_are_none(things, ana):
    path = page(things, "recorded", "attachment_add")
    for content in (b"", b"x", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a",
                    b"<svg onload=alert(1)>", b"PK\x03\x04"):  # fmt: skip
        file = SimpleUploadedFile("a.pdf", content, "application/pdf")
        answer = ana.post(path, {"file": file, "is_for_patient": "on"})
        show(answer)
        assert answer.status_code == 422, content
    for value in EVERYTHING:
        answer = ana.post(path, {"file": value})
        show(answer)
        assert answer.status_code == 422, value[:20]
    for name in (SCRIPT, "../../etc/passwd", "a\u202efdp.exe", "x" * 5000, "\r\nSet-Cookie: a=b"):
        content = PDF + name[:9].encode()
        answer = ana.post(path, {"file": SimpleUploadedFile(name, content)})
        show(answer)
        assert answer.status_code == 302, name[:20]
    show(ana.get(page(things, "recorded")))
    for file in Attachment.objects.all():
        answer = ana.get(reverse("portal:attachment", args=[file.public_id]))
        assert answer.status_code == 200 and "Set-Cookie: a" not in str(answer.headers)


def test_permissions(things, alice):
    client, path = logged_in(alice)(), reverse("records:shares")
    for value in EVERYTHING:
        answer = client.post(path, {"pair": value, "until": value})
        show(answer)
        assert answer.status_code == 422, value[:20]
    assert Share.objects.count() == 1


def test_pages_that_are_looked_at(things, alice):
    for name in ("history", "readers"):
        assault(filters(logged_in(alice)(), reverse(f"records:{name}"), ["pagina"]))


def test_addresses_that_nobody_has(frozen, ana):
    for which in ("::", "203.0.113.9, 10.0.0.1", "x" * 300, "fe80::1%eth0", ""):
        show(ana.get(reverse("records:readers"), REMOTE_ADDR=which))
    assert not AccessLog.objects.exists()
    assert Client().get("/agenda/citas/x/consulta/").status_code == 404
