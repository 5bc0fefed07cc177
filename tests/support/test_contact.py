"""The contact form: with and without an account, and what keeps machines out."""

import re
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from support.guarding import Stamp
from support.models import Ticket
from tests.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
CONTACT = reverse("support:contact")
GOOD = {"about": "messages", "subject": "No llega", "text": "No me llega el código."}
ROSA = {"name": "Rosa Paz", "email": "rosa@ejemplo.test", **GOOD}


@pytest.fixture
def stamp(frozen):
    """Of a form that was opened a minute ago."""
    return str(Stamp(uuid.uuid4(), frozen - timedelta(minutes=1)))


def png(name="foto.png"):
    file = BytesIO()
    Image.new("RGB", (8, 8), "blue").save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


def test_somebody_without_an_account_asks(client, stamp):
    page = client.get(CONTACT).content.decode()
    assert "No escriba datos de salud" in page and "llame al número de emergencias" in page
    answer = client.post(CONTACT, {**ROSA, "stamp": stamp, "attachments": [png(), png("dos.png")]})
    assert (answer.status_code, answer.url) == (302, reverse("support:sent"))
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.name, ticket.email) == (None, "Rosa Paz", "rosa@ejemplo.test")
    assert (ticket.subject, ticket.messages.get().text) == ("No llega", "No me llega el código.")
    names = [file.name for file in ticket.messages.get().files.order_by("pk")]
    assert (names, len(ticket.address_digest)) == (["foto.png", "dos.png"], 64)
    assert ticket.code in client.get(answer.url).content.decode()
    assert len(mail.outbox) == 1


def test_sent_is_for_the_browser_that_asked(client, rosas):
    answer = client.get(reverse("support:sent"))
    assert (answer.status_code, answer.url) == (302, CONTACT)


def test_an_account_asks_about_a_visit(as_, alice, bob, clinic, stamp):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    other = AppointmentFactory(
        clinic=clinic, patient=bob.patients.get(), starts_at=visit.starts_at + timedelta(days=2)
    )
    browser = as_(alice)
    page = browser.get(CONTACT).content.decode()
    assert str(visit.public_id) in page and str(other.public_id) not in page
    assert 'name="email"' not in page
    refused = browser.post(CONTACT, {**GOOD, "stamp": stamp, "visit": other.public_id})
    assert refused.status_code == 422
    answer = browser.post(CONTACT, {**GOOD, "stamp": stamp, "visit": visit.public_id})
    ticket = Ticket.objects.get()
    assert answer.url == reverse("support:ticket", args=[ticket.public_id])
    assert (ticket.requester, ticket.visit) == (alice, visit)


def test_an_address_of_an_account_gets_no_other_answer(client, alice, stamp):
    """Nor does the question become the account's."""
    answer = client.post(CONTACT, {**ROSA, "email": alice.email, "stamp": stamp})
    assert (answer.status_code, answer.url) == (302, reverse("support:sent"))
    assert Ticket.objects.get().requester is None


def test_sent_twice_it_is_one_question(client, stamp):
    for _time in range(2):
        assert client.post(CONTACT, {**ROSA, "stamp": stamp}).status_code == 302
    assert (Ticket.objects.count(), len(mail.outbox)) == (1, 1)


def test_what_is_written_after_going_back_is_another_question(client, stamp):
    """The browser shows the form again with the stamp that was sent."""
    for text in ("uno", "dos", "dos", "uno"):
        assert client.post(CONTACT, {**ROSA, "stamp": stamp, "text": text}).status_code == 302
    rows = Ticket.objects.order_by("pk")
    assert [ticket.messages.get().text for ticket in rows] == ["uno", "dos"]
    assert len(mail.outbox) == 2


def test_its_form_is_stored_nowhere(client, db):
    assert client.get(CONTACT)["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    ("age", "sentence"),
    [
        (timedelta(seconds=1), "Espere unos segundos"),
        (timedelta(hours=25), "estuvo abierta mucho tiempo"),
        (timedelta(hours=-1), "estuvo abierta mucho tiempo"),
    ],
)
def test_too_fast_and_too_old(client, frozen, age, sentence):
    stamp = str(Stamp(uuid.uuid4(), frozen - age))
    answer = client.post(CONTACT, {**ROSA, "stamp": stamp})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html and "No me llega el código." in html and 'value="No llega"' in html
    assert not Ticket.objects.exists()
    again = re.search(r'name="stamp" value="([^"]+)"', html)[1]
    # What was too fast may be sent in a moment; what was too old has a new stamp.
    assert (again == stamp) == (age == timedelta(seconds=1))


def test_who_fills_what_nobody_sees_is_no_person(client, stamp):
    answer = client.post(CONTACT, {**ROSA, "stamp": stamp, "website": "https://spam.test"})
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_many_links(client, stamp):
    text = "https://a.test " * 4
    answer = client.post(CONTACT, {**ROSA, "stamp": stamp, "text": text})
    assert "Deje 3 enlaces o menos." in answer.content.decode()
    assert client.post(CONTACT, {**ROSA, "stamp": stamp, "text": text[:45]}).status_code == 302


def test_too_many_questions_say_so_and_keep_what_was_typed(client, stamp, settings):
    settings.SUPPORT_PER_PERSON = 0
    answer = client.post(CONTACT, {**ROSA, "stamp": stamp})
    assert answer.status_code == 429
    assert "No me llega el código." in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([b"<svg onload=alert(1)>"], "No pudimos leer el archivo."),
        ([b"%PDF-1.7 /JavaScript %%EOF"], "programas u otros archivos"),
        ([b""], "vac"),
        ([b"\x89PNG" + b"x" * 50] * 4, "Elija 3 archivos o menos."),
        ([b"%PDF-" + b"x" * 5_500_000] * 2, "pesan juntos más de 10 MB"),
    ],
)
def test_files_that_are_refused(client, stamp, files, sentence):
    uploads = [SimpleUploadedFile(f"{n}.png", one) for n, one in enumerate(files)]
    answer = client.post(CONTACT, {**ROSA, "stamp": stamp, "attachments": uploads})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Ticket.objects.exists()


def test_a_form_of_another_making_is_refused(client, frozen):
    for stamp in ("", "x", "0" * 32 + "-1.abc", str(uuid.uuid4())):
        assert client.post(CONTACT, {**ROSA, "stamp": stamp}).status_code == 422
    assert not Ticket.objects.exists()
