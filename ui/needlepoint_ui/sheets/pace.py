"""How fast the cells of a sheet are filled, and how long the rest takes."""

import time
from collections import deque
from dataclasses import dataclass, field

_LONGEST = 30  # steps back
_FEWEST = 4


@dataclass
class Pace:
    """The cells that came, with the moments when they were counted, in seconds of a clock."""

    steps: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=_LONGEST))

    def add(self, cells: int, now: float | None = None) -> None:
        """Count cells that have come since the last step."""
        self.steps.append((time.monotonic() if now is None else now, cells))

    def seconds_for(self, cells: int) -> float | None:
        """Return how long some more cells take at the pace of the last steps, or None if that is not known yet."""
        if len(self.steps) < _FEWEST:
            return None
        first, last = self.steps[0][0], self.steps[-1][0]
        came = sum(count for _, count in self.steps) - self.steps[0][1]  # those of the first step came before it
        return cells * (last - first) / came if came and last > first else None


def in_words(seconds: float) -> str:
    """Return a length of time as people say it: ``about 3 minutes``."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"about {round(seconds, -1):.0f} seconds"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} minutes"
    hours = seconds / 3600
    return f"about {hours:.1f} hours" if hours < 10 else f"about {hours:.0f} hours"
