"""Messages about opinions: the invitation leads to the form, the news tells the doctor no who."""

from datetime import timedelta

import pytest
from django.urls import reverse

from notifications.enums import Kind
from notifications.letters import letter_of, subject_of
from notifications.links import link_to, token_of
from notifications.models import Message
from notifications.notices import notice_of
from notifications.queries import told_about
from notifications.readers import reader_of
from notifications.services.planning import plan_messages
from reviews.models import Review
from tests.conftest import NOW
from tests.factories import AttendedFactory, MessageFactory, PatientFactory
from tests.reviews.conftest import attended, review  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db
GOOD = {"general": "4", "explanation": "5", "punctuality": "3", "treatment": "4", "text": "Bien."}


@pytest.fixture
def guest(dr_chen, clinic):
    """The mail «¿Cómo le fue?» to somebody without an account."""
    patient = PatientFactory(account=None, first_names="Rosa", last_names="Paz", email="r@e.test")
    visit = AttendedFactory(clinic=clinic, patient=patient, booked_by=dr_chen.user,
                            starts_at=NOW - timedelta(days=2))  # fmt: skip
    return MessageFactory(visit=visit, kind=Kind.FEEDBACK, address="r@e.test")


def page(message):
    return reverse("notifications:link_opinion", args=[token_of(message)])


def text(answer):
    return answer.content.decode()


def test_the_invitation_leads_to_the_form(frozen, attended, guest, settings):  # noqa: F811
    message = MessageFactory(visit=attended, kind=Kind.FEEDBACK)
    letter = letter_of(message, reader_of(message))
    form = reverse("reviews:opinion", args=[attended.public_id])
    assert (letter.url, letter.button) == (settings.SITE_URL + form, "Contar cómo le fue")
    assert notice_of(message).path == form
    letter = letter_of(guest, reader_of(guest))
    assert letter.url == link_to("link_opinion", guest)
    assert letter.notes == ["El enlace es personal: no lo comparta."]


def test_a_new_opinion_is_news_without_who(frozen, review, dr_chen, settings):  # noqa: F811
    plan_messages(now=frozen)
    rows = Message.objects.filter(kind=Kind.OPINION)
    assert {(m.channel, m.recipient, m.audience) for m in rows} == {
        ("inbox", dr_chen.user, "doctor"), ("email", dr_chen.user, "doctor"),
    }  # fmt: skip
    message = rows.get(channel="email")
    letter = letter_of(message, reader_of(message))
    assert subject_of(message) == letter.subject == "Tiene una nueva opinión"
    assert (letter.facts, letter.url) == ([], settings.SITE_URL + reverse("portal:opinions"))
    assert notice_of(message).path == reverse("portal:opinions")
    said = str(letter)
    for secret in ("noviembre", "Alicia", review.visit.code, str(review.visit.public_id)):
        assert secret not in said


def test_the_visits_messages_do_not_name_it(frozen, as_, review, dr_chen):  # noqa: F811
    plan_messages(now=frozen)
    assert not told_about(review.visit).filter(kind=Kind.OPINION).exists()
    address = reverse("portal:visit_messages", args=[review.visit.public_id])
    assert "opinión" not in text(as_(dr_chen.user).get(address))


def test_by_the_link(frozen, client, guest):
    html = text(client.get(page(guest)))
    assert "Se firma «R. P.»" in html and "Paz" not in html.replace("Molina Paz", "")
    assert not Review.objects.exists()
    answer = client.post(page(guest), GOOD)
    assert "Gracias: su opinión está publicada" in text(answer)
    review = Review.objects.get()  # noqa: F811
    assert (review.visit, review.author, review.initials) == (guest.visit, None, "R. P.")
    assert "Bien." in text(client.get(page(guest)))
    client.post(page(guest), {**GOOD, "general": "1"})
    review.refresh_from_db()
    assert (review.general, review.versions.count()) == (1, 2)
    assert "Usted la retiró" in text(client.post(page(guest), {"act": "withdraw"}))
    review.refresh_from_db()
    assert review.status == "withdrawn"
    assert client.post(page(guest), GOOD).status_code == 200
    review.refresh_from_db()
    assert review.status == "withdrawn"


@pytest.mark.parametrize("changes", [{"general": "9"}, {"text": "x" * 2001}, {"treatment": ""}])
def test_by_the_link_with_errors(frozen, client, guest, changes):
    answer = client.post(page(guest), {**GOOD, **changes})
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_by_the_link_of_what_was_corrected(frozen, client, guest):
    guest.visit.status = "no_show"
    guest.visit.save()
    assert "Solo se opina sobre una cita a la que se asistió." in text(client.get(page(guest)))
    assert client.post(page(guest), GOOD).status_code == 409


def test_the_link_of_who_has_an_account_leads_to_their_page(frozen, client, attended):  # noqa: F811
    message = MessageFactory(visit=attended, kind=Kind.FEEDBACK)
    form = reverse("reviews:opinion", args=[attended.public_id])
    for answer in (client.get(page(message)), client.post(page(message), GOOD)):
        assert answer.url == form
    assert not Review.objects.exists()


def test_other_links_open_nothing(frozen, client, guest):
    other = MessageFactory(visit=guest.visit, kind=Kind.BOOKED, address="r@e.test", copy=3)
    for message in (other,):
        assert client.get(page(message)).status_code == 404
        assert client.post(page(message), GOOD).status_code == 404
    guest.visit.patient.email = "otra@e.test"
    guest.visit.patient.save()
    assert client.get(page(guest)).status_code == 404


def test_no_post_counts_without_a_token(frozen, client, guest):
    client.handler.enforce_csrf_checks = True
    assert client.post(page(guest), GOOD).status_code == 403
