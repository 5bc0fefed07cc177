"""Forms that take somebody else's address, of people and of doctors: who has an account is not told
by their answers, nor by how much is asked of the database.
"""

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from support.guarding import Stamp
from support.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
KNOWN, UNKNOWN = "bob@ejemplo.test", "nadie@ejemplo.test"


def ways(doctor, clinic, now):
    """form -> (who, what is sent beside the address)."""
    stamp = str(Stamp(uuid.uuid4(), now - timedelta(minutes=1)))
    question = {"name": "Rosa Paz", "about": "messages", "subject": "No llega", "text": "Nada."}
    return {
        "support:contact": (None, {**question, "stamp": stamp}),
        "portal:team_new": (doctor.user, {"name": "Marcos", "clinics": [clinic.public_id]}),
    }


@pytest.mark.parametrize("form", ["support:contact", "portal:team_new"])
def test_known_and_unknown_are_answered_alike(frozen, bob, dr_chen, clinic, form):
    seen = []
    for email in (KNOWN, UNKNOWN):
        user, said = ways(dr_chen, clinic, frozen)[form]
        browser = Client()
        if user:
            browser.force_login(user)
        browser.get(reverse(form))
        mail.outbox.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = browser.post(reverse(form), {**said, "email": email})
        count = len(asked)
        html = browser.get(answer.url).content.decode() if answer.status_code == 302 else ""
        html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html.replace(email, ""))
        for code in Ticket.objects.values_list("code", flat=True):
            html = html.replace(code, "")
        # The list of the team has both in the end: it says what each was, not who has an account.
        seen.append((answer.status_code, count, len(mail.outbox), html if not user else ""))
    assert seen[0] == seen[1]
    assert seen[0][0] == 302
    assert seen[0][1] > 5
