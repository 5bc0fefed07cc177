"""What somebody with an authenticator app can do."""

import re
import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.urls import reverse

from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
INDEX, ACTIVATE = reverse("mfa_index"), reverse("mfa_activate_totp")
LOGIN, AUTHENTICATE = reverse("account_login"), reverse("mfa_authenticate")


def code_of(secret=SECRET, *, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(user):
    """The account has an app already."""
    TOTP.activate(user, SECRET)
    return user


def proved(client):
    """Just asked for the password again."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def shown(client):
    """The factor was shown just now."""
    client.post(reverse("mfa_reauthenticate"), {"code": code_of()})
    return client


def secret_on(html):
    return re.search(r"<code class=\"strong\">([A-Z2-7]+)</code>", html).group(1)


def enter(client, user, password=PASSWORD):
    return client.post(LOGIN, {"login": user.email, "password": password})
