"""Documents at both of their doors, records and support: what does harm is refused, what is too
much for a day, too; what was typed stays on the page.
"""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from records.models import AttachedFile, Attachment
from support.guarding import Stamp
from support.models import Ticket, TicketFile
from tests.conftest import NOW
from tests.factories import AttendedFactory
from tests.records.test_files import HOSTILE
from tests.records.world import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
WORDS = "No llega el código. LOMIO7Q"
FULL = {"records": "Hoy ya adjuntó todo", "support": "Hoy ya nos envió todos los archivos"}
DAY = timedelta(days=1)


@pytest.fixture
def doors(frozen, as_, alice, dr_chen, clinic):
    """name: what sends a file there."""
    visit = AttendedFactory(clinic=clinic, patient=alice.patients.get())
    ana, alicia = as_(dr_chen.user), as_(alice)

    def to_record(file):
        page = reverse("portal:attachment_add", args=[visit.public_id])
        return ana.post(page, {"file": file, "is_for_patient": "on"})

    def to_support(file, browser=alicia, now=NOW, **more):
        stamp = str(Stamp(uuid.uuid4(), now - timedelta(minutes=1)))
        asked = {"about": "messages", "subject": WORDS, "text": WORDS, "stamp": stamp, **more}
        return browser.post(reverse("support:contact"), {**asked, "attachments": [file]})

    return {"records": to_record, "support": to_support}


def pdf(n=0, size=0):
    content = PDF.replace(b"%%EOF", b"% " + str(n).encode() + b"x" * size + b"\n%%EOF")
    return SimpleUploadedFile(f"{n}.pdf", content, "application/pdf")


def kept():
    return AttachedFile.objects.count() + TicketFile.objects.count()


@pytest.mark.parametrize("door", FULL)
@pytest.mark.parametrize("name", HOSTILE)
def test_what_does_harm_is_refused(doors, door, name):
    answer = doors[door](SimpleUploadedFile("x.pdf", HOSTILE[name], "application/pdf"))
    assert (answer.status_code, kept(), Ticket.objects.count()) == (422, 0, 0)
    html = answer.content.decode()
    assert ("LOMIO7Q" in html) == (door == "support")
    assert "alert(" not in html.replace("window.alert(", "")


@pytest.mark.parametrize("door", FULL)
def test_only_so_many_files_in_a_day(doors, door, settings):
    settings.FILES_PER_DAY = 2
    for n in range(2):
        assert doors[door](pdf(n)).status_code == 302
    answer = doors[door](pdf(3))
    assert (answer.status_code, kept()) == (429, 2)
    html = answer.content.decode()
    assert FULL[door] in html
    assert ("LOMIO7Q" if door == "support" else "checked") in html
    # A message alone is always let through, and the day after so is a file.
    if door == "support":
        assert doors[door]("").status_code == 302
    with time_machine.travel(NOW + DAY + timedelta(seconds=1), tick=False):
        more = {"now": NOW + DAY} if door == "support" else {}
        assert doors[door](pdf(3), **more).status_code == 302


@pytest.mark.parametrize("door", FULL)
def test_only_so_many_bytes_in_a_day(doors, door, settings):
    settings.FILE_BYTES_PER_DAY = 5_000
    assert doors[door](pdf(1, 2_000)).status_code == 302
    assert doors[door](pdf(2, 3_000)).status_code == 429
    assert doors[door](pdf(3, 1_000)).status_code == 302
    assert kept() == 2


def test_each_person_has_a_day_of_their_own(doors, settings, as_, bob, client):
    settings.FILES_PER_DAY = 1
    assert doors["support"](pdf(1)).status_code == 302
    assert doors["support"](pdf(2), as_(bob)).status_code == 302
    rosa = {"name": "Rosa Paz", "email": "rosa@ejemplo.test"}
    assert doors["support"](pdf(3), client, **rosa).status_code == 302
    shouted = {**rosa, "email": "ROSA@ejemplo.test"}
    assert doors["support"](pdf(4), client, **shouted).status_code == 429
    assert Ticket.objects.count() == TicketFile.objects.count() == 3


def test_replies_count_as_well(doors, settings, as_, alice):
    settings.FILES_PER_DAY = 1
    assert doors["support"](pdf(1)).status_code == 302
    page = reverse("support:ticket", args=[Ticket.objects.get().public_id])
    stamp = str(Stamp(uuid.uuid4(), NOW - timedelta(minutes=1)))
    said = {"act": "reply", "text": WORDS, "stamp": stamp}
    answer = as_(alice).post(page, {**said, "attachments": [pdf(2)]})
    assert (answer.status_code, "LOMIO7Q" in answer.content.decode()) == (429, True)
    assert as_(alice).post(page, said).status_code == 302


def test_the_same_document_again_is_no_other_one(doors, settings):
    settings.FILES_PER_DAY = 1
    for _n in range(2):
        assert doors["records"](pdf(1)).status_code == 302
    assert Attachment.objects.count() == 1
