"""The production settings, with the static files of this tree in a folder of the storm's own."""

from doctobooking.settings.production import *  # noqa: F403 -- the very same, but for one folder
from doctobooking.settings.production import DATA_DIR

STATIC_ROOT = DATA_DIR / "static"
# A storm's clients are few machines that do what thousands would. Their searches are counted, so
# that a broker that is away or hangs is met there, too.
SEARCHES_PER_MINUTE, REFUSALS_PER_MINUTE = 10_000_000, 0
