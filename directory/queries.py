"""What a search wants: what its words mean, and its filters."""

from dataclasses import dataclass, field

from directory.filters import Filters
from directory.words import Understood


@dataclass(frozen=True)
class Wanted(Understood):
    filters: Filters = field(default_factory=Filters)
    # The city is where distances are counted from, not where one must be.
    is_anywhere: bool = False
