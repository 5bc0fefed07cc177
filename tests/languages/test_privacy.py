"""The privacy pages in each language."""

import pytest
from django.urls import reverse

from privacy.models import DataExport
from privacy.services.exporting import make_due_exports

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def test_privacy_pages_speak_one_language(frozen, her_reader, alice):
    for text in ("terms", "health_consent", "doctor_terms"):
        her_reader.get(reverse(text))
    mine, withdraw = reverse("privacy:mine"), reverse("privacy:withdraw")
    her_reader.get(mine)
    DataExport.objects.create(account=alice, requested_at=frozen)
    her_reader.get(mine)
    make_due_exports(now=frozen)
    her_reader.get(mine)
    for text in ("terms", "health"):
        her_reader.post(withdraw, {"text": text})
        her_reader.get(mine)
    for form in (reverse("accounts:add_dependant"), reverse("portal:become_doctor")):
        her_reader.get(form)
        her_reader.post(form)
