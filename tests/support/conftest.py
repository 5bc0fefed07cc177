import pytest

from tests.support.world import asked, helper


@pytest.fixture
def sofia(db):
    """Support, with the right to attend."""
    return helper()


@pytest.fixture
def rosas(frozen, db):
    """A question of somebody without an account."""
    return asked()


@pytest.fixture
def alices(frozen, alice):
    return asked(alice)
