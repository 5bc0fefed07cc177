"""Nothing of anybody's health is stored before they agreed, to which text and when."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import legal
from accounts.consents import accept, missing, withdraw
from accounts.legal import FOR_DOCTOR, FOR_HEALTH, LegalText, Version
from accounts.models import Consent, Patient, User
from appointments.models import BookingDraft
from core.origin import coming_from
from tests.accounts.test_signup import GOOD, SIGNUP
from tests.appointments.walking import Walk
from tests.breaches import Breach, check, sound
from tests.conftest import NOW
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
GIVEN = {"user": lambda alice: alice, "text": "terms", "version": "2", "language": "es", "at": NOW}
BREACHES = {
    "consent_once": Breach(Consent, GIVEN),
    "consent_text_known": Breach(Consent, {**GIVEN, "text": "cookies"}),
    "consent_withdrawn_later": Breach(
        Consent, {**GIVEN, "version": "9", "withdrawn_at": NOW - timedelta(seconds=1)}
    ),
}
NEEDED = "Marque la casilla para continuar"
NEWER = (Version("2", NOW.date()), Version("1", legal.current(LegalText.HEALTH).since))


@pytest.mark.parametrize("name", BREACHES)
def test_constraint(alice, name):
    check(name, BREACHES[name], alice)


def test_consent_in_order(alice):
    sound(Breach(Consent, {**GIVEN, "version": "9", "withdrawn_at": NOW}).instance(alice))


@pytest.fixture
def newcomer(db):
    return UserFactory(email="nora@ejemplo.test", agreed=False)


def given(user):
    rows = user.consents.order_by("pk")
    return [(row.text, row.version, row.language, row.withdrawn_at) for row in rows]


def in_force(texts, language):
    """What `given` says of them once they were accepted."""
    numbers = ((text, legal.current(LegalText(text)).number) for text in texts)
    return [(text, number, language, None) for text, number in numbers]


def test_accepted_once_with_version_time_and_network(newcomer, now):
    with coming_from("203.0.113.7"):
        for _twice in range(2):
            accept(user=newcomer, texts=FOR_HEALTH, language="en", now=now)
    assert given(newcomer) == in_force(FOR_HEALTH, "en")
    assert {(row.at, row.network) for row in newcomer.consents.all()} == {(now, "203.0.113.0/24")}
    assert missing(newcomer, FOR_HEALTH) == []
    assert missing(newcomer, FOR_DOCTOR) == [LegalText.DOCTOR]


def test_withdrawn_is_missing_and_may_be_given_again(alice, now):
    assert withdraw(user=alice, text=LegalText.HEALTH, now=now + timedelta(days=1)) == 1
    assert missing(alice, FOR_HEALTH) == [LegalText.HEALTH]
    accept(user=alice, texts=[LegalText.HEALTH], language="es", now=now + timedelta(days=2))
    assert missing(alice, FOR_HEALTH) == []
    assert alice.consents.filter(text="health").count() == 2


@pytest.mark.parametrize(
    ("role", "texts"),
    [("patient", ["terms", "privacy"]), ("doctor", ["terms", "privacy", "doctor"])],
)
def test_signup_writes_down_what_was_accepted(frozen, client, role, texts):
    client.post(SIGNUP, {**GOOD, "role": role})
    user = User.objects.get()
    assert given(user) == in_force(texts, "es")
    assert {row.at for row in user.consents.all()} == {frozen}


def test_signup_without_agreeing_makes_no_account(client):
    answer = client.post(SIGNUP, {**GOOD, "accepts": ""})
    assert answer.status_code == 422
    assert NEEDED in answer.content.decode()
    assert 'value="Noa"' in answer.content.decode()
    assert not User.objects.exists()


TYPED = {"who": "self", "phone": "099 123 4567", "reason": "MOTIVO7Q", "own_birth_date_0": "27",
         "own_birth_date_1": "3", "own_birth_date_2": "1985"}  # fmt: skip


@pytest.fixture
def hers(walk, newcomer):
    walk.client.force_login(newcomer)
    walk.hold()
    return walk


def test_booking_asks_before_the_first_health_datum(hers, newcomer):
    answer = hers.client.post(hers.address("details"), TYPED)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert NEEDED in html
    assert "MOTIVO7Q" in html
    assert not Patient.objects.exists()
    assert [draft.reason for draft in BookingDraft.objects.all()] == [""]
    answer = hers.client.post(hers.address("details"), {**TYPED, "accepts": "on"})
    assert answer.url == hers.address("review")
    assert [row[0] for row in given(newcomer)] == ["terms", "privacy", "health"]
    assert [draft.reason for draft in BookingDraft.objects.all()] == ["MOTIVO7Q"]


def test_new_version_is_asked_once(monkeypatch, walk: Walk, alice):
    monkeypatch.setitem(legal.VERSIONS, LegalText.HEALTH, NEWER)
    walk.client.force_login(alice)
    walk.hold()
    address = walk.address("details")
    assert 'name="accepts"' in walk.client.get(address).content.decode()
    assert walk.client.post(address, TYPED).status_code == 422
    walk.client.post(address, {**TYPED, "accepts": "on"})
    assert missing(alice, FOR_HEALTH) == []
    assert 'name="accepts"' not in walk.client.get(address).content.decode()
    assert ("health", "1", "es", None) in given(alice)
    assert ("health", "2", "es", None) in given(alice)


def test_cancelling_and_reading_need_no_new_version(monkeypatch, frozen, as_, alice, visit):
    monkeypatch.setitem(legal.VERSIONS, LegalText.HEALTH, NEWER)
    browser = as_(alice)
    address = reverse("appointments:appointment", args=[visit.public_id])
    assert browser.get(address).status_code == 200
    browser.post(reverse("appointments:cancel", args=[visit.public_id]), {"agree": "on"})
    visit.refresh_from_db()
    assert visit.status == "cancelled_patient"


PERSON = {"first_names": "Sara", "last_names": "Paz", "relationship": "child", "language": "es",
          "birth_date_0": "1", "birth_date_1": "2", "birth_date_2": "2015",
          "time_zone": "America/Guayaquil"}  # fmt: skip


@pytest.mark.parametrize("page", ["accounts:profile", "accounts:add_dependant"])
def test_people_are_written_down_after_the_agreement(as_, newcomer, page):
    browser = as_(newcomer)
    answer = browser.post(reverse(page), PERSON)
    assert answer.status_code == 422
    assert NEEDED in answer.content.decode()
    assert not Patient.objects.exists()
    assert browser.post(reverse(page), {**PERSON, "accepts": "on"}).status_code == 302
    assert Patient.objects.count() == 1
    assert missing(newcomer, FOR_HEALTH) == []


def test_becoming_a_doctor_asks_for_the_doctors_agreement(as_, newcomer):
    address = reverse("portal:become_doctor")
    assert as_(newcomer).post(address).status_code == 422
    newcomer.refresh_from_db()
    assert not newcomer.is_doctor
    as_(newcomer).post(address, {"accepts": "on"})
    newcomer.refresh_from_db()
    assert newcomer.is_doctor
    assert missing(newcomer, FOR_DOCTOR) == []
