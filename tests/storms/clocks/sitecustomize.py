"""Python loads this first in a process that has this folder in PYTHONPATH: its clock can be set.

As many seconds as the file STORM_CLOCK says, for as long as it says so; also in what the process
forks. Each process writes beside it what it has, so that a test knows.
"""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

TICK = 0.1


def _wished(file: Path) -> int:
    try:
        return int(file.read_text() or 0)
    except (OSError, ValueError):
        return 0


def _follow(file: Path) -> None:
    journey, has = None, 0
    while True:
        wish = _wished(file)
        if wish != has:
            import time_machine  # noqa: PLC0415 -- a heavy one, and most processes never need it

            if journey is not None:
                journey.stop()
            journey, has = None, wish
            if wish:
                journey = time_machine.travel(timedelta(seconds=wish))
                journey.start()
            file.with_name(f"{file.name}.{os.getpid()}").write_text(str(has))
        time.sleep(TICK)


def _watch() -> None:
    threading.Thread(target=_follow, args=(Path(os.environ["STORM_CLOCK"]),), daemon=True).start()


if "STORM_CLOCK" in os.environ:
    _watch()
    os.register_at_fork(after_in_child=_watch)
