"""How deep to read for a wanted recall, found on a random sample of cells that is read completely.

The method is the quantile binomial coefficient bound (QBCB) of Lewis, Yang and Frieder 2021, "Certifying One-Phase
Technology-Assisted Reviews": of n answers in a random sample, the j-th smallest depth at which they stand is at least the
t-quantile of all depths with the probability that a binomial variable (n, t) is below j.

The cells of the sample are read completely, so that they have all of their answers. The other cells need only so many of theirs
that the sheet as a whole has the wanted share. How many they have is taken from the sample, at its upper bound (Wilson's). Each
of the two bounds holds with 97.5 %, so that both hold with 95 %. Of a large sheet the sample is a small part.

Recall is measured against reading everything with the same reader: what the reader misses even then does not count.
"""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

from needlepoint.errors import SheetError
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.reading import Coverage, SheetFiller, pairs_of
from needlepoint.sheets.table import SheetDocument, State

CONFIDENCE = 0.95
_PART = 20  # cells
_OF_EACH_BOUND = 0.975
_ONE_SIDED = 1.96  # standard deviations that hold 97.5 % on one side


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


def certified_depth(depths: Sequence[int], target: float, *, confidence: float = CONFIDENCE) -> int | None:
    """Return the depth that holds a share ``target`` of all answers; None if they are too few to be so sure.

    :param depths: at which depth each answer of a random sample stands, from 1.
    :param confidence: how sure it is to be, above 0 and below 1.
    """
    ordered, n = sorted(depths), len(depths)
    below = 0.0  # the probability that a binomial variable (n, target) is below j
    for j in range(1, n + 1):
        below += comb(n, j - 1) * target ** (j - 1) * (1 - target) ** (n - j + 1)
        if below >= confidence:
            return ordered[j - 1]
    return None


def share_of_others(target: float, *, answers: int, cells: int, others: int) -> float:
    """Return the share of their answers that the cells outside of a sample must have for the sheet to have the wanted recall.

    :param target: the wanted recall, above 0 and below 1.
    :param answers: how many of the sample's cells have an answer; all of these are found.
    :param cells: how many cells the sample has, at least 1.
    :param others: how many cells the sheet has besides.
    """
    expected = others * _upper_rate(answers, cells)
    return max(0.0, (target * (answers + expected) - answers) / expected) if expected else 0.0


def _upper_rate(hits: int, tries: int) -> float:
    """Return the upper bound of a rate (Wilson's score interval)."""
    rate, square = hits / tries, _ONE_SIDED * _ONE_SIDED
    spread = _ONE_SIDED * sqrt(rate * (1 - rate) / tries + square / (4 * tries * tries))
    return (rate + square / (2 * tries) + spread) / (1 + square / tries)


def depth_from_sample(depths: Sequence[int], target: float, *, cells: int, others: int) -> int | None:
    """Return how deep the cells outside of a sample must be read; None if the sample has too few answers to tell.

    :param depths: at which depth each answer of the sample stands, from 1.
    :param cells: how many cells the sample has; ``others`` is how many the sheet has besides.
    """
    share = share_of_others(target, answers=len(depths), cells=cells, others=others)
    return certified_depth(depths, share, confidence=_OF_EACH_BOUND)


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
    cells, depths, depth = 0, list[int](), None
    while depth is None and cells < len(pairs):
        part = pairs[cells : cells + _PART]  # whole: answers that come quickly must not count for more than slow ones
        depths += [filled.cell.rank for filled in filler.fill(part, stop=stop) if filled.cell.state is State.FOUND]
        if stop and stop.is_set():
            raise SheetError("stopped before enough was read for an estimate; what was read is kept")
        cells += len(part)
        depth = depth_from_sample(depths, target, cells=cells, others=len(pairs) - cells)
    if depth is None or cells == len(pairs):
        words = (
            f"{len(depths)} answers in the whole sheet are too few to certify a recall of {target:.0%}: all was read"
        )
        return RecallEstimate(Coverage(None), len(depths), cells, words)
    words = (
        f"with 95 % confidence at least {target:.0%} of the answers that reading everything finds: QBCB on "
        f"{len(depths)} answers in {cells:,} cells of a random sample, which was read completely"
    )
    return RecallEstimate(Coverage(depth), len(depths), cells, words)
