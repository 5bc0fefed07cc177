"""The constraints of what people ask about their data."""

from datetime import timedelta

import pytest

from privacy.models import DataExport
from tests.breaches import Breach, check
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
ASKED = {"account": lambda alice: alice, "requested_at": NOW}
BREACHES = {
    "dataexport_one_at_a_time": Breach(DataExport, ASKED),
    "dataexport_expires": Breach(DataExport, {**ASKED, "ready_at": NOW, "expires_at": NOW}),
    "dataexport_content_is_ready": Breach(
        DataExport, {**ASKED, "content_sealed": b"x", "failed_at": NOW}
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_constraint(alice, name):
    if name == "dataexport_one_at_a_time":
        DataExport.objects.create(account=alice, requested_at=NOW - timedelta(days=3))
    check(name, BREACHES[name], alice)
