import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError

from core.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    made = SessionStore()
    made["seen"] = 1
    made.create()
    return made


def test_database_that_is_away_is_not_a_session_that_was_ended(session, no_database):
    session["seen"] = 2
    with no_database(), pytest.raises(OperationalError):
        session.save()


def test_session_that_was_ended_is_told(session):
    other = SessionStore(session.session_key)
    other.delete()
    session["seen"] = 2
    with pytest.raises(UpdateError):
        session.save()
