"""Reception's forms: fewer of those that a doctor has, too; of others, x bad input.

At least ninety of each form, ten of each field: tests/crawling/bad.py.
"""

import pytest

from tests.crawling.fixtures import *  # noqa: F403 -- fixtures
from tests.crawling.parts import PARTS, try_part

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def test_forms_take_anything(people, matrix):
    report = try_part(PARTS["reception"], people, matrix)
    assert report.wrong == set()
    assert report.accepted
    assert len(report.forms) >= 30
