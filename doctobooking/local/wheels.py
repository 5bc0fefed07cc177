"""Where pip put the wheels that bring a server program."""

import importlib.util
from pathlib import Path

from doctobooking.local.state import Refusal


def wheel(name: str) -> Path:
    """The folder of an installed wheel, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Refusal(
            f"The package {name} is not installed. Run `make run` (or `make test`), which "
            "installs it, or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(next(iter(spec.submodule_search_locations)))
