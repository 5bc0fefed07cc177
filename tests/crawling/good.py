"""What somebody of good will would send: the form as shown, and what it leaves to be written."""

import uuid
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from support.guarding import Stamp
from tests.conftest import NOW
from tests.crawling.rows import changed, watched

# By the name of a field where its kind does not tell.
WORDS = {
    "email": "otra@ejemplo.test", "phone": "0991234567", "amount": "10", "word": "CERRAR",
    "day": "2026-12-10", "since": "2026-12-10", "until": "2026-12-10", "clock": "11:00",
    "opens": "10:00", "closes": "12:00", "fecha": "2026-12-10", "hora": "11:00",
    "from_year": "2001", "until_year": "2005", "year": "2004", "number": "1234-5678",
    "address": "https://calendario.invalid/x.ics", "until_date": "2026-12-31",
    "id_number": "1710034065", "slug": "otra-direccion", "key": "",
    "birth_date_0": "3", "birth_date_1": "5", "birth_date_2": "2018", "website": "",
    "days": "30", "m1-days": "5", "m1-every": "8", "minutes": "30",
}  # fmt: skip
KINDS = {"number": "10", "email": "otra@ejemplo.test", "date": "2026-12-10", "time": "11:00",
         "tel": "0991234567", "hidden": "", "password": "una-clave-larga-2026"}  # fmt: skip
TEXT = "Lo que hay que decir"
# Fields that stay as shown: what they hold is made for the moment.
LEFT = {"next", "volver", "website", "city_search", "find", "search"}


def value_for(form, name):
    if name == "stamp":  # a person takes a while to write
        return [str(Stamp(uuid.uuid4(), NOW - timedelta(minutes=1)))]
    if name in form.choices:
        return [value for value in form.choices[name] if value][:1]
    last = name.split("-")[-1]
    if last in WORDS:
        return [WORDS[last]]
    return [KINDS.get(form.types.get(name, ""), TEXT)]


def filled(form):
    """The same form, with something in each field that has nothing."""
    fields = {
        name: values if name in LEFT or name in form.files or (any(values) and name != "stamp")
        else value_for(form, name)
        for name, values in form.fields.items()
    }  # fmt: skip
    return replace(form, fields=fields)


def good_of(browser, form, before):
    """(what is accepted, whether it is): as shown, or filled in, by one of its buttons."""
    whole = filled(form)
    tries = [one.shown(press) for one in (whole, form) for press in form.presses()]
    if "stamp" in form.fields:
        tries = tries[: len(form.presses())]
    for data in tries:
        if accepted(browser.client, form, data, before):
            return data, True
    return tries[0], False


def accepted(client, form, data, before):
    client.raise_request_exception = False
    cookies = client.cookies.copy()
    with transaction.atomic(), watched() as watch:
        status = client.post(form.path, data).status_code
        done = status < 400 and bool(changed(before, watch))
        transaction.set_rollback(True)
    client.cookies = cookies
    return done
