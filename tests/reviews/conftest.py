import pytest

from accounts.roles import MODERATORS, group_of
from reviews.services.writing import Said, write_review
from tests.factories import AttendedFactory

SAID = Said(general=4, explanation=5, punctuality=3, treatment=4, text="Explica con paciencia.")


@pytest.fixture
def attended(clinic, alice):
    """Alicia's visit of last Wednesday, attended."""
    return AttendedFactory(clinic=clinic, patient=alice.patients.get())


@pytest.fixture
def review(attended, alice, now):
    """What she said of it, a moment ago."""
    return write_review(visit=attended, said=SAID, author=alice, now=now)


@pytest.fixture
def moderator(db, erin):
    """Erin, with what the group of moderators has."""
    erin.groups.add(group_of(MODERATORS))
    return type(erin).objects.get(pk=erin.pk)
