"""Every named constraint of the outbox and of what open pages hear."""

import pytest

from core.models import ReadMark
from tests.breaches import Breach, check

pytestmark = pytest.mark.django_db
PLACE = {"channel": "doctor:1", "xid": 1, "row": 1, "at": "2026-11-23T14:00:00Z"}
BREACHES = {
    "readmark_once": Breach(ReadMark, {"user": lambda user: user, **PLACE}),
}


@pytest.mark.parametrize("name", BREACHES)
def test_breach_is_refused(name, alice):
    ReadMark.objects.create(user=alice, **PLACE)
    check(name, BREACHES[name], alice)
