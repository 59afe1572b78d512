"""How deep to read for a wanted recall, found on a random sample of cells that is read completely.

The method is the quantile binomial coefficient bound (QBCB) of Lewis, Yang and Frieder 2021, "Certifying One-Phase
Technology-Assisted Reviews": of n answers in a random sample, the j-th smallest depth at which they stand is at least the
t-quantile of all depths with the probability that a binomial variable (n, t) is below j.

Recall is measured against reading everything with the same reader: what the reader misses even then does not count.
"""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from needlepoint.errors import SheetError
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.reading import Coverage, SheetFiller, pairs_of
from needlepoint.sheets.table import SheetDocument, State

CONFIDENCE = 0.95
_PART = 20  # cells


@dataclass(frozen=True, slots=True)
class RecallEstimate:
    """How much must be read.

    :param coverage: what to read of each document.
    :param answers: how many answers the sample has.
    :param cells: how many cells the sample has.
    :param words: the method and its certainty, in one sentence.
    """

    coverage: Coverage
    answers: int
    cells: int
    words: str


def answers_needed(target: float) -> int:
    """Return the fewest answers from which a recall can be certified.

    :param target: the wanted recall, above 0 and below 1.
    """
    number = 1
    while 1 - target**number < CONFIDENCE:
        number += 1
    return number


def certified_depth(depths: Sequence[int], target: float) -> int | None:
    """Return the depth that holds a share ``target`` of all answers with 95 % confidence; None if they are too few.

    :param depths: at which depth each answer of a random sample stands, from 1.
    """
    ordered, n = sorted(depths), len(depths)
    below = 0.0  # the probability that a binomial variable (n, target) is below j
    for j in range(1, n + 1):
        below += comb(n, j - 1) * target ** (j - 1) * (1 - target) ** (n - j + 1)
        if below >= CONFIDENCE:
            return ordered[j - 1]
    return None


def depth_for_recall(
    filler: SheetFiller,
    questions: Sequence[SheetQuestion],
    documents: Sequence[SheetDocument],
    *,
    target: float,
    stop: threading.Event | None = None,
) -> RecallEstimate:
    """Read cells in random order completely until there are enough answers, and return how deep the others must be read.

    :param filler: reads all passages; what it reads is kept in the ledger.
    :param target: the wanted recall, above 0 and below 1.
    :raises SheetError: the target is out of range, or the reading was stopped.
    """
    if not 0 < target < 1:
        raise SheetError(f"the recall must lie between 0 and 1, such as 0.95, got {target:g}")
    pairs = pairs_of(questions, documents)
    random.Random(0).shuffle(pairs)
    needed, cells = answers_needed(target), 0
    depths: list[int] = []
    while len(depths) < needed and cells < len(pairs):
        part = pairs[cells : cells + _PART]  # whole: answers that come quickly must not count for more than slow ones
        depths += [filled.cell.rank for filled in filler.fill(part, stop=stop) if filled.cell.state is State.FOUND]
        if stop and stop.is_set():
            raise SheetError("stopped before enough was read for an estimate; what was read is kept")
        cells += len(part)
    depth = certified_depth(depths, target)
    if depth is None:
        words = (
            f"{len(depths)} answers in the whole sheet are too few to certify a recall of {target:.0%}: all was read"
        )
        return RecallEstimate(Coverage(None), len(depths), cells, words)
    words = (
        f"with 95 % confidence at least {target:.0%} of the answers that reading everything finds: QBCB on "
        f"{len(depths)} answers in {cells:,} cells of a random sample"
    )
    return RecallEstimate(Coverage(depth), len(depths), cells, words)
