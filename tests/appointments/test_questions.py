"""Questions as other programs may send them: each gets an answer or a sentence, never a crash."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.questions import MalformedQuestion, answer_line, parse_question

QUESTION = {
    "id": "a",
    "tz": "America/Guayaquil",
    "rules": [{"weekday": 2, "start": "09:00", "end": "13:00"}],
    "exceptions": [
        {"date": "2026-11-24", "type": "closed", "start": "10:00", "end": "10:30"},
        {"date": "2026-11-24", "type": "extra", "start": "15:00", "end": "16:00"},
        {"date": "2026-12-25", "type": "closed"},
    ],
    "slot_minutes": 30,
    "step_minutes": None,
    "buffer_before": 0,
    "buffer_after": 0,
    "min_notice_minutes": 120,
    "horizon_days": 60,
    "busy": [["2026-11-24T14:00:00Z", "2026-11-24T14:30:00Z"]],
    "now": "2026-11-23T12:00:00Z",
    "query": {"from": "2026-11-24T00:00:00Z", "to": "2026-11-25T00:00:00Z"},
}
STARTS = [
    "2026-11-24T14:30:00Z", "2026-11-24T15:30:00Z", "2026-11-24T16:00:00Z", "2026-11-24T16:30:00Z",
    "2026-11-24T17:00:00Z", "2026-11-24T17:30:00Z", "2026-11-24T20:00:00Z", "2026-11-24T20:30:00Z",
]  # fmt: skip
MISSING = object()


def changed(path, value):
    """The question with another value at a path like ("rules", 0, "start")."""
    question = copy.deepcopy(QUESTION)
    *parents, last = path
    place = question
    for key in parents:
        place = place[key]
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    return question


def test_the_question_of_the_contract_is_answered():
    assert answer_line(json.dumps(QUESTION)) == {"id": "a", "starts": STARTS}


@pytest.mark.parametrize(
    "name",
    ["id", "step_minutes", "buffer_before", "buffer_after", "horizon_days"],
)
def test_what_equals_the_default_may_be_left_out_or_null(name):
    assert parse_question(changed([name], MISSING)).starts() == STARTS
    assert parse_question(changed([name], None)).starts() == STARTS


def test_only_five_fields_are_needed():
    least = {name: QUESTION[name] for name in ("tz", "rules", "slot_minutes", "now", "query")}
    assert len(parse_question(least).starts()) == 8


def test_unknown_fields_are_passed_over():
    question = {**changed(["rules", 0, "note"], "x"), "doctor": {"name": "Ana"}, "": []}
    assert parse_question(question).starts() == STARTS


@pytest.mark.parametrize("identity", ["ñ", 7, 1.5, None, False, ["x"], {"a": 1}, "\ud800", 0])
def test_the_id_is_echoed_whatever_it_is(identity):
    answer = answer_line(json.dumps({**QUESTION, "id": identity}))
    assert answer == {"id": identity, "starts": STARTS}
    assert answer_line(json.dumps({"id": identity}))["id"] == identity


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["rules", 0, "valid_until"], "2026-11-23"),
        (["rules", 0, "valid_from"], "2026-11-25"),
        (["rules"], []),
        (["query", "to"], "2026-11-24T00:00:00Z"),  # nothing asked for
        (["query", "to"], "2026-11-23T00:00:00Z"),  # reversed
        (["query", "from"], "9999-12-31T23:59:59Z"),
        (["slot_minutes"], 10**6),
        (["min_notice_minutes"], 10**40),
    ],
)
def test_no_start_is_an_answer(path, value):
    question = {**changed(path, value), "exceptions": []}
    assert answer_line(json.dumps(question)) == {"id": "a", "starts": []}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["rules", 0, "valid_until"], "2026-11-24"),
        (["rules", 0, "valid_from"], "2026-11-24"),
        (["now"], "2026-11-23T07:00:00-05:00"),
        (["now"], "2026-11-23T12:00:00.25+00:00"),
        (["query", "from"], "2026-11-24T00:00:00+14:00"),
        (["query", "from"], "0001-01-01T00:00:00Z"),
        (["horizon_days"], 10**40),
        (["exceptions", 2, "start"], None),
        (["exceptions", 2, "date"], "0001-01-01"),
        (["exceptions", 2, "date"], "9999-12-31"),
        (["busy", 0, 0], "0001-01-01T00:00:00Z"),
    ],
)
def test_the_answer_stays_the_same(path, value):
    assert parse_question(changed(path, value)).starts() == STARTS


MALFORMED = [
    *[(["tz"], value) for value in (
        MISSING, None, 5, "", "Guayaquil", "America/Nowhere", "America", "../etc/passwd", "/etc/x",
        "america\x00", "\ud800", "a" * 5000, "right/Europe/Madrid", "zone.tab", "UTC+5", ["UTC"],
    )],
    *[(["rules"], value) for value in (MISSING, None, {}, "x", [None], [[]], [5])],
    *[(["rules", 0, "weekday"], value) for value in (
        MISSING, None, 0, 8, -1, 10**30, "1", 1.0, True, [1],
    )],
    *[(["rules", 0, "start"], value) for value in (
        MISSING, None, "", "9:00", "09:0", "09:00:00", "24:00", "24:01", "25:00", "09:60", "0900",
        "-1:00", " 09:00", "09:00\n", "٠٩:٠٠", "9am", 540, 9.5, True, [], {},
    )],
    *[(["rules", 0, "end"], value) for value in (MISSING, None, "24:01", "24:00 ", "1:00", 1440)],
    *[(["rules", 0, "valid_from"], value) for value in ("", "2026-13-01", 5, "2026-1-1")],
    *[(["exceptions"], value) for value in ({}, "x", 0, [None], [{}])],
    *[(["exceptions", 0, "date"], value) for value in (
        MISSING, None, "", "2026-02-30", "2026-11-24T00:00:00Z", "24/11/2026", "20261124", 20261124,
        "0000-01-01", "99999-01-01",
    )],
    *[(["exceptions", 0, "type"], value) for value in (MISSING, None, "open", "CLOSED", 1, [], {})],
    *[(["exceptions", 0, end], value) for end in ("start", "end") for value in (
        MISSING, None, "24:30", 10,
    )],
    *[(["exceptions", 1, end], value) for end in ("start", "end") for value in (MISSING, None)],
    *[(["slot_minutes"], value) for value in (
        MISSING, None, 0, -30, 30.0, 30.5, "30", True, [30], {},
    )],
    *[(["step_minutes"], value) for value in (0, -1, 7.5, "x", False, [])],
    *[([name], value) for name in ("buffer_before", "buffer_after", "min_notice_minutes",
        "horizon_days") for value in (-1, 0.5, "0", True, [], {})],
    *[(["busy"], value) for value in (
        {}, "x", 0, ["2026-11-24T14:00:00Z"], [[]], [["2026-11-24T14:00:00Z"]],
        [["2026-11-24T14:00:00Z"] * 3], [{"start": 1}], [None], [[1, 2]], [[None, None]],
    )],
    *[(path, value) for path in (["now"], ["query", "from"], ["query", "to"], ["busy", 0, 1])
      for value in (
        None, "", "now", "2026-11-24", "2026-11-24T14:00:00", "2026-11-24T14:00", 1795500000,
        "2026-11-24T24:00:00Z", "2026-11-24T14:60:00Z", "2026-02-30T14:00:00Z", True, [], {},
        "10000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00", "2026-11-24T14:00:00+25:00",
    )],
    (["now"], MISSING),
    *[(["query"], value) for value in (MISSING, None, [], "x", {}, {"from": QUESTION["now"]})],
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), MALFORMED)
def test_a_malformed_field_is_named_in_a_sentence(path, value):
    with pytest.raises(MalformedQuestion) as refusal:
        parse_question(changed(path, value))
    sentence = str(refusal.value)
    assert sentence.startswith(path[0]) and sentence.endswith(".")


@pytest.mark.parametrize(
    "line",
    [
        "", "{", "x", "[1, 2]", "5", "null", '"text"', "{'a': 1}", "NaN", '{"id": Infinity}',
        '{"id": "a"} {"id": "b"}', b"\xff\xfe{}", b"\x00", "[" * 100_000, '{"a":' * 50_000,
        '{"id": ' + "9" * 5000 + "}", '{"id": 1e999}', '{"id": ' + "[" * 990 + "]" * 990 + "}",
    ],
)  # fmt: skip
def test_a_line_that_is_no_question_gets_an_error(line):
    answer = answer_line(line)
    assert answer["id"] is None or answer["id"] == json.loads(line)["id"]
    assert answer["error"]
    json.dumps(answer, allow_nan=False)


def test_a_byte_order_mark_is_no_trouble():
    assert answer_line(b"\xef\xbb\xbf" + json.dumps(QUESTION).encode())["starts"] == STARTS


def test_an_error_of_the_house_is_an_error_of_one_line(monkeypatch):
    def fail(raw):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("appointments.questions.parse_question", fail)
    answer = answer_line(json.dumps(QUESTION))
    assert answer == {"id": "a", "error": "The question failed here: ZeroDivisionError."}


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["2026-11-24", "24:00", "closed", "2026-11-24T14:00:00Z", "UTC"]),
)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.lists(st.tuples(st.sampled_from([path for path, _ in MALFORMED]), junk), max_size=3))
@settings(max_examples=300, deadline=None, print_blob=True)
def test_nonsense_anywhere_never_crashes(changes):
    question = copy.deepcopy(QUESTION)
    for path, value in changes:
        *parents, last = path
        place = question
        try:
            for key in parents:
                place = place[key]
            place[last] = value
        except (TypeError, KeyError, IndexError):
            continue  # an earlier change took the place away
    answer = answer_line(json.dumps(question))
    assert answer["id"] == "a"
    assert set(answer) in ({"id", "starts"}, {"id", "error"})
    assert "failed here" not in answer.get("error", "")
