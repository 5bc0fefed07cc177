"""The addresses about series x bad queries. Their forms: tests/test_hostile_forms_doctor*.py."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.appointments.serial import written
from tests.test_hostile import VALUES, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def test_addresses_of_series_take_anything(frozen, visit, dr_chen):
    ana = Client()
    ana.force_login(dr_chen.user)
    written(visit)
    for page in ("series", "series_move", "series_cancel"):
        path = reverse(f"portal:{page}", args=[visit.public_id])
        for value in VALUES.values():
            query = dict.fromkeys(("cada", "veces", "fecha", "hora"), value)
            answer = ana.get(path, query)
            assert answer.status_code in (200, 302, 400, 422)
            show(answer)
