"""The engine against a minute-by-minute reading of its contract, and against itself."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from appointments.availability import explain, free_starts
from appointments.questions import parse_question
from tests.appointments import brute_force
from tests.appointments.strategies import edges, questions

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
    if on_grid and data.draw(st.booleans()):
        question = data.draw(edges(wide_open(question), data.draw(st.sampled_from(on_grid))))
    asked = parse_question(question)
    assume(asked.since < asked.until)
    offered = set(engine(asked, asked.since, asked.until))
    span = -((asked.since - asked.until) // timedelta(milliseconds=1))
    instants = st.integers(0, span - 1).map(lambda s: asked.since + timedelta(milliseconds=s))
    inside = [at for at in on_grid if asked.since <= at < asked.until]
    if inside:
        instants = st.one_of(st.sampled_from(inside), st.sampled_from(inside), instants)
    for at in data.draw(st.lists(instants, min_size=1, max_size=20)):
        obstacles = explain(asked.office, at, busy=asked.busy, now=asked.now)
        assert (obstacles == []) == (at in offered)
