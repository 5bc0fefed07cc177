"""How somebody wants their messages."""

import pytest
from django.urls import reverse

from core.models import Event
from notifications.models import Preferences
from tests.factories import AssistantFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("notifications:preferences")
GOOD = {"first": "email", "second": "sms", "third": "", "phone": "", "which": "clinic",
        "wants_feedback": "on"}  # fmt: skip


@pytest.fixture(autouse=True)
def phones(settings):
    settings.PHONE_CHANNELS = ["sms", "whatsapp"]


def text(answer):
    return answer.content.decode()


def test_preferences_are_what_everybody_has(as_, alice):
    html = text(as_(alice).get(PAGE))
    assert '<option value="email" selected>' in html
    assert 'name="wants_feedback"' in html
    assert "wants_digest" not in html
    assert "wants_opinions" not in html
    assert not Preferences.objects.exists()


def test_preferences_are_saved(frozen, as_, alice):
    wish = {**GOOD, "first": "whatsapp", "second": "email", "phone": "+593 99 765 4321",
            "which": "own", "reminders": ["1d", "2h"], "wants_feedback": ""}  # fmt: skip
    answer = as_(alice).post(PAGE, wish, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Guardamos sus preferencias de avisos." in text(answer)
    kept = Preferences.objects.get(account=alice)
    assert (kept.channels, str(kept.phone), kept.reminders) == (
        ["whatsapp", "email"], "+593997654321", ["1d", "2h"],
    )  # fmt: skip
    assert (kept.wants_feedback, kept.wants_digest, kept.wants_opinions) == (False, True, True)
    event = Event.objects.get()
    assert (event.name, event.subject_id, event.data) == (
        "preferences.changed",
        alice.public_id,
        {},
    )


@pytest.mark.parametrize(
    ("which", "kept"), [("clinic", None), ("none", []), ("own", ["7d"])]
)  # fmt: skip
def test_preferences_of_reminders(frozen, as_, alice, which, kept):
    as_(alice).post(PAGE, {**GOOD, "which": which, "reminders": ["7d"]})
    assert Preferences.objects.get().reminders == kept
    html = text(as_(alice).get(PAGE))
    assert f'value="{which}"' in html


def test_preferences_saved_twice_are_one_row(frozen, as_, alice):
    for _time in range(2):
        assert as_(alice).post(PAGE, GOOD).status_code == 302
    assert Preferences.objects.count() == 1


def test_preferences_name_each_channel_once(frozen, as_, alice):
    as_(alice).post(PAGE, {**GOOD, "first": "sms", "second": "sms", "third": "email"})
    assert Preferences.objects.get().channels == ["sms", "email"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"which": "own", "reminders": []}, "Elija al menos un recordatorio, o «Ninguno»."),
        ({"phone": "1"}, "Escriba el celular con el código de su país."),
        ({"first": ""}, None),
        ({"first": "inbox"}, None),
        ({"second": "x"}, None),
        ({"which": ""}, None),
        ({"reminders": ["9d"]}, None),
        ({"phone": "\x00"}, None),
        ({"phone": "9" * 5000}, None),
    ],
)
def test_preferences_that_are_refused(frozen, as_, alice, changes, said):
    answer = as_(alice).post(PAGE, {**GOOD, **changes})
    assert answer.status_code == 422
    assert "Hay un problema" in text(answer)
    assert said is None or said in text(answer)
    assert not Preferences.objects.exists()


def test_preferences_of_reception_and_doctors_ask_for_more(frozen, as_, dr_chen, carla):
    hers, theirs = (text(as_(user).get(PAGE)) for user in (carla, dr_chen.user))
    assert ("wants_digest" in hers, "wants_opinions" in hers) == (True, False)
    assert ("wants_digest" in theirs, "wants_opinions" in theirs) == (True, True)
    as_(dr_chen.user).post(PAGE, GOOD)
    kept = Preferences.objects.get(account=dr_chen.user)
    assert (kept.wants_digest, kept.wants_opinions) == (False, False)


def test_preferences_that_were_not_asked_stay(frozen, as_, alice, settings):
    Preferences.objects.create(account=alice, phone="+593997654321", wants_digest=False)
    settings.PHONE_CHANNELS = []
    html = text(as_(alice).get(PAGE))
    for name in ("second", "third", "phone"):
        assert f'name="{name}"' not in html
    as_(alice).post(PAGE, {"first": "email", "which": "clinic"})
    kept = Preferences.objects.get()
    assert (str(kept.phone), kept.wants_digest, kept.wants_feedback) == (
        "+593997654321", False, False,
    )  # fmt: skip


def test_preferences_are_ones_own(frozen, as_, alice, bob):
    as_(alice).post(PAGE, {**GOOD, "account": bob.pk, "account_id": bob.pk})
    assert Preferences.objects.get().account == alice


def test_preferences_need_an_account_and_a_method(as_, alice, client):
    assert client.get(PAGE).url == f"/cuenta/login/?next={PAGE}"
    assert client.post(PAGE).url == f"/cuenta/login/?next={PAGE}"
    assert as_(alice).delete(PAGE).status_code == 405
    strict = as_(alice)
    strict.handler.enforce_csrf_checks = True
    assert strict.post(PAGE, GOOD).status_code == 403
    assert not Preferences.objects.exists()


def test_former_reception_is_asked_what_patients_are(frozen, as_, dr_chen, clinic):
    gone = AssistantFactory(doctor=dr_chen, clinics=[clinic], ended_at=frozen,
                            user__is_assistant=False)  # fmt: skip
    assert "wants_digest" not in text(as_(gone.user).get(PAGE))
