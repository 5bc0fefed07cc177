"""One rig for all storms, and their figures at the end of the run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doctobooking.local.state import State
from tests.storms.rig import Mails, Rig

UNKNOWN = "SELECT count(*) FROM notifications_message WHERE state = 'unknown'"

FIGURES = pytest.StashKey[list[tuple[str, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    figures = config.stash.get(FIGURES, [])
    if figures:
        terminalreporter.section("storms")
        width = max(len(name) for name, _value in figures)
        for name, value in figures:
            terminalreporter.line(f"{name:<{width}}  {value}")


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder: Path = tmp_path_factory.mktemp("storms")
    state = State(folder / "data")
    state.make()
    rig = Rig(state)
    yield rig
    rig.end()


@pytest.fixture
def figure(request: pytest.FixtureRequest):
    """`figure("name", "value")`: a line of the table at the end."""
    return lambda name, value: request.config.stash[FIGURES].append((name, str(value)))


@pytest.fixture(autouse=True)
def what_was_before(rig: Rig) -> None:
    """Copies and doubts of earlier storms are not counted again."""
    rig.before = Mails(0, rig.sink.copies(), rig.count(UNKNOWN))


@pytest.fixture(autouse=True)
def no_deadlock(rig: Rig) -> Iterator[None]:
    """Nothing that is done here may make Postgres untie a knot."""
    before = rig.log_position()
    yield
    assert "deadlock detected" not in rig.log(since=before)
