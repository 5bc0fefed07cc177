"""Documents of a record: attached, downloaded, taken away; by its doctor and its patient alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from records.models import AccessLog, AttachedFile, Attachment, Consultation
from records.services.attaching import MOST_FILES
from tests.headers import assert_headers, policy_of
from tests.records.world import PDF, attach, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(frozen, as_, dr_chen):
    return as_(dr_chen.user)


def add(client, visit, content=PDF, name="Examen.pdf", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(
        reverse("portal:attachment_add", args=[visit.public_id]), {"file": file, **fields}
    )


def acts():
    return list(AccessLog.objects.order_by("pk").values_list("role", "act"))


def test_attached_to_a_visit_begins_its_draft(ana, attended):
    page = reverse("portal:consultation", args=[attended.public_id])
    assert add(ana, attended).url == page
    row = Attachment.objects.get()
    assert (row.said.name, row.said.content_type, row.file.content) == (
        "Examen.pdf", "application/pdf", PDF,
    )  # fmt: skip
    assert (row.is_for_patient, row.consultation.is_signed) == (False, False)
    assert add(ana, attended).status_code == 302
    assert (Attachment.objects.count(), acts()) == (1, [("doctor", "attached")])
    assert "Descargar Examen.pdf" in ana.get(page).content.decode()


def test_taken_away_from_a_draft_only(ana, draft, attended, look):
    file, page = attach(draft), reverse("portal:consultation", args=[attended.public_id])
    remove = reverse("portal:attachment_remove", args=[file.public_id])
    assert ana.post(remove).url == page
    assert (Attachment.objects.count(), AttachedFile.objects.count()) == (0, 0)
    assert acts()[-1] == ("doctor", "detached")
    assert ana.post(remove).status_code == 404


def test_what_is_signed_only_gets_more(ana, signed, attended, look):
    add(ana, attended, is_for_patient="on")
    file = Attachment.objects.get()
    html = ana.post(
        reverse("portal:attachment_remove", args=[file.public_id]), follow=True
    ).content.decode()
    assert "La consulta ya está firmada" in html and Attachment.objects.count() == 1


def test_downloaded_as_a_file_that_does_nothing(ana, signed):
    file = attach(signed, name="Exámen 1.pdf")
    answer = ana.get(reverse("portal:attachment", args=[file.public_id]))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "script-src" not in policy_of(answer)
    assert_headers(answer)
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == (
        "nosniff", "application/pdf",
    )  # fmt: skip
    assert "no-store" in answer["Cache-Control"]
    assert acts()[1:] == [("doctor", "signed"), ("doctor", "file")]


def test_the_patient_downloads_what_is_for_them_once_it_is_signed(frozen, as_, alice, bob, signed):
    mine, other = attach(signed, is_for_patient=True), attach(signed, name="b.pdf", content=PDF * 2)
    client = as_(alice)
    page = reverse("records:consultation", args=[signed.visit.public_id])
    html = client.get(page).content.decode()
    assert "Descargar CLINICO7Q.pdf" in html and "b.pdf" not in html
    address = reverse("records:attachment", args=[mine.public_id])
    assert client.get(address).content == PDF
    assert client.get(reverse("records:attachment", args=[other.public_id])).status_code == 404
    assert as_(bob).get(address).status_code == 404
    assert acts()[2:] == [("patient", "released"), ("patient", "file")]


def test_nothing_of_a_draft_for_the_patient(frozen, as_, alice, draft):
    file = attach(draft, is_for_patient=True)
    address = reverse("records:attachment", args=[file.public_id])
    assert as_(alice).get(address).status_code == 404
    assert acts() == [("doctor", "written")]


@pytest.mark.parametrize(("content", "sentence"), [
    (b"<html>", "No pudimos leer el archivo."), (b"", "Ese archivo está vacío."),
    (picture()[:200], "No pudimos leer el archivo."),
    (PDF.replace(b"/Catalog", b"/Catalog/A<</S/JavaScript>>"), "El PDF tiene programas"),
    (PDF + b"\n" * 10_000_000, "más de 10 MB"), (b"%PDF-" + b"x" * 12_000_000, "más de 10 MB"),
])  # fmt: skip
def test_what_is_no_document_is_refused(ana, attended, content, sentence):
    answer = add(ana, attended, content)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not Consultation.objects.exists()


def test_no_more_than_twenty(ana, draft, attended):
    for n in range(MOST_FILES):
        attach(draft, content=PDF + b" " * n)
    answer = add(ana, attended, PDF + b"\n")
    assert answer.status_code == 409 and "ya tiene 20 documentos" in answer.content.decode()


def test_what_is_not_what_was_attached_is_not_served(ana, signed, settings):
    file = attach(signed)
    settings.CLINICAL_KEYS = ["other:" + "A" * 43 + "="]
    ana.raise_request_exception = False
    answer = ana.get(reverse("portal:attachment", args=[file.public_id]))
    assert answer.status_code == 503
    assert "No pudimos abrir este texto" in answer.content.decode()
