"""The storms' judge of one mail is not blind."""

import pytest

from tests.storms.checks import is_right

DUE = 1_000.0


@pytest.mark.parametrize(
    ("state", "attempts", "error", "sent", "came"),
    [
        ("sent", 1, "", DUE + 1, [DUE + 1]),
        ("sent", 2, "", DUE + 61, [DUE - 60, DUE + 60]),  # the first outcome was unknown
        ("suppressed", 0, "", None, []),
        ("given_up", 1, "550", None, []),
        ("unknown", 2, "", None, []),
        ("unknown", 2, "", None, [DUE, DUE + 60]),
    ],
)
def test_right(state, attempts, error, sent, came):
    assert is_right(state, attempts, error, DUE, sent, came)


@pytest.mark.parametrize(
    ("state", "attempts", "error", "sent", "came"),
    [
        ("sent", 1, "", DUE + 1, []),  # lost
        ("sent", 1, "", DUE + 1, [DUE + 1, DUE + 2]),  # twice, and no doubt about the first
        ("sent", 1, "", DUE - 1, [DUE - 60]),  # early
        ("sent", 1, "", DUE + 3 * 86_400, [DUE + 1]),  # marked by a clock that is wrong
        ("sent", 1, "", None, [DUE + 1]),
        ("suppressed", 1, "", None, [DUE + 1]),
        ("given_up", 1, "", None, []),  # nobody knows why
    ],
)
def test_wrong(state, attempts, error, sent, came):
    assert not is_right(state, attempts, error, DUE, sent, came)
