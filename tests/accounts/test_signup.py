"""Creating an account: both roles, the typed code, and no word on who has one already."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from accounts.models import User
from tests.client import StrictClient
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SIGNUP = reverse("account_signup")
CODE = reverse("account_email_verification_sent")
GOOD = {
    "first_names": "Noa",
    "last_names": "Paz",
    "email": "noa@ejemplo.test",
    "password1": PASSWORD,
    "role": "patient",
    "accepts": "on",
}


def mailed_code():
    return re.search(r"\b([0-9A-Z]{3,4}-?[0-9A-Z]{3,4})\b\s*$", mail.outbox[-1].body, re.M)[1]


def test_signup_needs_the_mailed_code(client):
    answer = client.post(SIGNUP, GOOD)
    assert (answer.status_code, answer.url) == (302, CODE)
    assert mail.outbox[0].to == ["noa@ejemplo.test"]
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("appointments:mine")).status_code == 302
    answer = client.post(CODE, {"code": mailed_code()})
    assert (answer.status_code, answer.url) == (302, "/")
    user = User.objects.get()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.first_names, user.last_names, user.email) == ("Noa", "Paz", "noa@ejemplo.test")
    assert (user.is_patient, user.is_doctor, user.is_staff) == (True, False, False)
    assert EmailAddress.objects.get().verified


def test_signup_as_a_doctor_leads_to_the_setup(client):
    client.post(SIGNUP, {**GOOD, "role": "doctor"})
    assert client.post(CODE, {"code": mailed_code()}).url == reverse("portal:agenda")
    user = User.objects.get()
    assert (user.is_patient, user.is_doctor) == (False, True)
    assert client.get(reverse("portal:agenda")).url == reverse("portal:setup")
    assert client.get(reverse("portal:setup")).status_code == 200


def test_signup_comes_back_to_the_held_time(walk):
    walk.hold()
    target = walk.address("details")
    walk.client.post(f"{SIGNUP}?next={target}", {**GOOD, "next": target})
    assert "Le guardamos la hora hasta las 9:10" in walk.client.get(CODE).content.decode()
    assert walk.client.post(CODE, {"code": mailed_code()}).url == target
    page = walk.client.get(target)
    assert page.status_code == 200
    assert "Para mí · Noa Paz" in page.content.decode()


def test_wrong_code_is_refused(client):
    client.post(SIGNUP, GOOD)
    answer = client.post(CODE, {"code": "ZZZ-ZZZ"})
    assert answer.status_code == 422
    assert "Ese no es el código." in answer.content.decode()
    assert not EmailAddress.objects.get().verified


def test_code_cannot_be_guessed(client):
    client.post(SIGNUP, GOOD)
    code = mailed_code()
    for _try in range(6):
        client.post(CODE, {"code": "ZZZ-ZZZ"})
    client.post(CODE, {"code": code})
    assert not EmailAddress.objects.get().verified
    assert "_auth_user_id" not in client.session


def test_code_can_be_asked_again(client):
    client.post(SIGNUP, GOOD)
    client.post(CODE, {"action": "resend"})
    assert len(mail.outbox) == 2
    client.post(CODE, {"code": mailed_code()})
    assert EmailAddress.objects.get().verified


REFUSED = {
    "no name": ({"first_names": ""}, "Complete «Nombres»."),
    "no surname": ({"last_names": ""}, "Complete «Apellidos»."),
    "no address": ({"email": ""}, "Complete «Correo electrónico»."),
    "half an address": ({"email": "noa@"}, "Escriba el correo completo"),
    "long address": ({"email": "a" * 260 + "@ejemplo.test"}, "caracteres o menos"),
    "line break": ({"email": "noa@ejemplo.test\r\nBcc: x@y.test"}, "Escriba el correo completo"),
    "address that grows": ({"email": "a@" + ".".join(["İ" * 40] * 6) + ".test"}, "correo"),
    "short password": ({"password1": "x7-q"}, "10 caracteres"),
    "common password": ({"password1": "1234567890"}, "contraseña"),
    "own address": ({"email": "unaclavelarga@ejemplo.test", "password1": "unaclavelarga"},
                    "contraseña"),
    "no password": ({"password1": ""}, "Complete «Contraseña»."),
    "role of nobody": ({"role": "staff"}, "Elija una de las opciones de la lista."),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "sentence"), REFUSED.values(), ids=REFUSED)
def test_signup_refused_keeps_what_was_typed(client, changed, sentence):
    answer = client.post(SIGNUP, {**GOOD, **changed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert 'value="Paz"' in html or "last_names" in changed
    assert f'value="{changed.get("password1", PASSWORD)}"' not in html
    assert not User.objects.exists()
    assert mail.outbox == []


def test_signup_takes_no_rights_from_the_form(client):
    client.post(SIGNUP, {**GOOD, "is_staff": "1", "is_superuser": "1", "is_doctor": "1"})
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_doctor) == (False, False, False)


def shown(client, email):
    """What a browser learns from a sign-up with an address, but for the address itself."""
    client.post(SIGNUP, {**GOOD, "email": email})
    answer = client.post(SIGNUP, {**GOOD, "email": email})
    page = client.get(CODE)
    wrong = client.post(CODE, {"code": "ZZZ-ZZZ"})
    texts = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", p.content.decode()).replace(email, "")
        for p in (page, wrong)
    ]
    return answer.status_code, answer.url, page.status_code, wrong.status_code, texts


def test_signup_tells_nobody_who_has_an_account(alice):
    known = shown(StrictClient(), "alice@ejemplo.test")
    mails_to_known = [m.subject for m in mail.outbox]
    unknown = shown(StrictClient(), "nadie@ejemplo.test")
    assert known == unknown
    assert User.objects.filter(email="alice@ejemplo.test").count() == 1
    assert mails_to_known == ["Ya tiene una cuenta en Doctobooking"]


def test_signup_with_a_known_address_changes_nothing_of_it(client, alice):
    before = alice.password
    client.post(SIGNUP, {**GOOD, "email": "ALICE@ejemplo.test", "password1": "otra-clave-larga-9"})
    alice.refresh_from_db()
    assert (alice.password, alice.first_names) == (before, "Alicia")
    assert "ya" in mail.outbox[0].body


def test_signup_of_somebody_logged_in_leads_home(as_, alice):
    assert as_(alice).get(SIGNUP).status_code == 302


def test_code_page_without_a_signup_leads_to_log_in(client):
    assert client.get(CODE).status_code == 302
    assert client.post(CODE, {"code": "ABC-DEF"}).status_code == 302
