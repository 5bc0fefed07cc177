"""What checking files costs, each in a process of its own: run as a script with a folder of them.

Writes, for each, {"refused": ..., "megabytes": at most}. Who takes MOST_SECONDS of a processor is
killed, and neither refused nor taken: ten times what the dearest may take (`benchmarks files`).
"""

import json
import os
import resource
import sys
from pathlib import Path

import django

MOST_SECONDS = 10


def cost_of(path):
    from records.files import check  # noqa: PLC0415 -- settings are known by now
    from records.refusals import FileRefused  # noqa: PLC0415

    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        try:
            with path.open("rb") as file:
                check(file, "examen.pdf")
        except FileRefused:
            os._exit(1)
        except BaseException:
            os._exit(2)
        os._exit(0)
    _pid, status, used = os.wait4(child, 0)
    return {
        "refused": {0: False, 1: True}.get(os.waitstatus_to_exitcode(status)),
        "megabytes": used.ru_maxrss // 1024,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doctobooking.settings.test")
    django.setup()
    found = {path.name: cost_of(path) for path in sorted(Path(sys.argv[1]).iterdir())}
    sys.stdout.write(json.dumps(found))
