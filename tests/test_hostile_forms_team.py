"""Every form of the other groups in the admin, x bad input.

At least ninety of each form, ten of each field: tests/crawling/bad.py.
"""

import pytest

from tests.crawling.fixtures import *  # noqa: F403 -- fixtures
from tests.crawling.parts import PARTS, try_part

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def test_forms_take_anything(of_team, admin_matrix):
    report = try_part(PARTS["team"], of_team, admin_matrix)
    assert report.wrong == set()
    assert report.accepted
    assert len(report.forms) >= 60
