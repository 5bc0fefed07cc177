"""The engine against a minute-by-minute reading of its contract, and against itself."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from appointments.availability import explain, free_starts
from appointments.questions import parse_question
from tests.appointments import brute_force
from tests.appointments.strategies import edges, questions

pytestmark = pytest.mark.thorough

MILLISECOND = timedelta(milliseconds=1)

checked = settings(
    max_examples=300,
    deadline=None,
    print_blob=True,
    derandomize=False,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)


def truth(question):
    try:
        return brute_force.starts(question)
    except brute_force.NeverCloses:
        assume(False)


def wide_open(question):
    """The same hours, nothing taken, asked long ago."""
    return {**question, "busy": [], "horizon_days": None, "now": "1980-01-01T00:00:00Z"}


def engine(question, since, until):
    return free_starts(
        question.office, busy=question.busy, now=question.now, since=since, until=until
    )


@given(questions())
@checked
def test_free_starts_equals_the_brute_force(question):
    expected = truth(question)
    event("some starts" if expected else "no start")
    assert parse_question(question).starts() == expected


@given(questions(), st.data())
@checked
def test_bounds_moved_to_a_start_are_kept_to_the_second(question, data):
    free = truth(wide_open(question))
    assume(free)
    for text in data.draw(st.lists(st.sampled_from(free), min_size=1, max_size=4)):
        moved = data.draw(edges(wide_open(question), datetime.fromisoformat(text)))
        assert parse_question(moved).starts() == truth(moved)


@given(questions(), st.floats(0, 1))
@checked
def test_a_query_split_anywhere_gives_the_same_starts(question, share):
    truth(question)
    asked = parse_question(question)
    assume(asked.since <= asked.until)
    middle = asked.since + share * (asked.until - asked.since)
    whole = engine(asked, asked.since, asked.until)
    assert engine(asked, asked.since, middle) + engine(asked, middle, asked.until) == whole


@given(questions(), st.data())
@checked
def test_explain_names_no_obstacle_exactly_when_offered(question, data):
    on_grid = [datetime.fromisoformat(text) for text in truth(wide_open(question))]
    assume(on_grid)
    asked_about = data.draw(st.lists(st.sampled_from(on_grid), min_size=1, max_size=9))
    if data.draw(st.booleans()):
        question = data.draw(edges(wide_open(question), asked_about[0]))
    asked = parse_question(question)
    offered = set(engine(asked, asked.since, asked.until))
    away = [at + ms * MILLISECOND for at in asked_about for ms in (-1, 1, 420_000, 43_200_000)]
    for at in [*asked_about, *away]:
        if asked.since <= at < asked.until:
            obstacles = explain(asked.office, at, busy=asked.busy, now=asked.now)
            assert (obstacles == []) == (at in offered)
