"""The forms about series, as they are after a look, x bad input."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.appointments.serial import written
from tests.factories import AppointmentFactory
from tests.test_hostile import VALUES, show
from tests.test_hostile_portal import fields_of, forms_of, wrongs

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("series", {"cada": "4", "veces": "4"}),
        ("series_move", {"fecha": "2026-11-26", "hora": "11:00"}),
        ("series_cancel", {}),
    ],
)
def test_forms_of_series_take_anything(frozen, visit, clinic, dr_chen, page, query):
    visits = [visit] if page == "series" else written(visit)[1]
    # One date in the way: its choices are on the page, too.
    in_the_way = {"day": 23, "minute": 15} if page == "series" else {"day": 24, "hour": 16}
    AppointmentFactory(clinic=clinic, starts_at=visit.starts_at.replace(month=12, **in_the_way))
    path = reverse(f"portal:{page}", args=[visits[0].public_id])
    ana = Client()
    ana.force_login(dr_chen.user)
    (good,) = [fields_of(form) for form in forms_of(ana.get(path, query).content.decode())]
    assert len(good) >= 2
    tried = [dict.fromkeys(good, value) for value in VALUES.values()]
    tried += [{**good, name: value} for name in good for value in VALUES.values()]
    wrong = {one for data in tried for one in wrongs(ana, "post", path, data)}
    assert wrong == set()


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
