"""Pages and mails of an account's safety speak one language."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import User
from tests.accounts.factor import ACTIVATE, code_of, secret_on
from tests.factories import PASSWORD
from tests.languages.test_mails import foreign_in_mails

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


def test_pages_and_mails(her_reader, language, alice, settings):
    settings.DEMO = True
    User.objects.filter(pk=alice.pk).update(language=language)
    her_reader.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for page in ("mfa_index", "mfa_add_webauthn", "mfa_activate_totp", "accounts:sessions"):
        her_reader.get(reverse(page))
    her_reader.post(ACTIVATE, {"code": "000000"})
    html = her_reader.client.get(ACTIVATE).content.decode()
    her_reader.post(ACTIVATE, {"code": code_of(secret_on(html))})
    Authenticator.objects.create(
        user=alice, type="webauthn", data={"name": "USB", "credential": {}}
    )
    for page in ("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp",
                 "mfa_index", "mfa_reauthenticate", "accounts:activity"):  # fmt: skip
        her_reader.get(reverse(page))
    her_reader.get(reverse("accounts:passkey_remove", args=["1"]))
    her_reader.post(reverse("mfa_generate_recovery_codes"), {})
    her_reader.post(reverse("mfa_deactivate_totp"), {})
    assert foreign_in_mails(alice.email, language) == []


def test_second_step_and_another_browser(reader, language, alice):
    User.objects.filter(pk=alice.pk).update(language=language)
    login = {"login": alice.email, "password": PASSWORD}
    for _browser in range(2):
        reader.post(reverse("account_login"), login)
        reader.get(reverse("accounts:sessions"))
        reader.post(reverse("accounts:sessions_end"), {})
        reader.client.cookies.clear()
        reader.client.cookies["django_language"] = language
    assert foreign_in_mails(alice.email, language) == []
