"""A dozen questions with passages, on which an 8-bit reader must say what the 32-bit one says before it is trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from needlepoint.reading.session import LogitsSession
from needlepoint.reading.spans import WindowReading, read_window
from needlepoint.reading.tokens import TextTokenizer, Window

MIN_AGREEMENT = 11 / 12
MAX_MEAN_CONFIDENCE_CHANGE = 0.05
_MAX_TOKENS = 256

_FERRY = (
    "The ferry Juniper left the northern pier at 7:40 on the morning of 3 May 2019 with 212 passengers and eleven crew. "
    "Twenty minutes later a bearing in the port engine overheated. Captain Ida Moreau turned back and moored at the fish "
    "market instead, because the pier was blocked by a dredger. Nobody was hurt; tickets were refunded the same week."
)
_MILL = (
    "Halder & Sons spun wool in the valley from 1871. In its best year, 1913, the mill employed 640 people and sold most of "
    "its worsted to tailors in Leeds. The founder's granddaughter, Ruth Halder, switched to carpet yarn after the war. The "
    "building, listed since 1988, now houses a museum, two schools of design and a bakery that is open on Sundays."
)
_FROG = (
    "Male glass frogs guard the eggs for up to ten days. The female lays between 18 and 30 of them on the underside of a leaf "
    "above running water, so that tadpoles drop into the stream when they hatch. Wasps are the chief threat: they tear open "
    "the jelly and carry off embryos one by one. In captivity the species lives about fourteen years."
)
_BUDGET = (
    "Operating costs rose by 6.2 % to 48.3 million euros, mainly because of fuel. Revenue grew more slowly, by 4.1 %, so that "
    "the surplus fell from 5.0 to 3.9 million. The board proposes a dividend of 0.35 euros a share, as in the year before, "
    "and wants to put one million aside for a new workshop in Tarn. The auditors raised no objections."
)
PAIRS = (
    ("Who was the captain of the Juniper?", _FERRY),
    ("How many passengers were on board?", _FERRY),
    ("Why did the ferry not moor at the pier?", _FERRY),
    ("Who built the Juniper?", _FERRY),
    ("When was the mill at its largest?", _MILL),
    ("What did Ruth Halder change?", _MILL),
    ("What does the old mill house today?", _MILL),
    ("How many eggs does the female lay?", _FROG),
    ("What is the main danger to the eggs?", _FROG),
    ("What colour are the eggs?", _FROG),
    ("Why did costs rise?", _BUDGET),
    ("How large is the dividend per share?", _BUDGET),
)


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """How an 8-bit reader compares with the 32-bit one.

    :param agreement: share of the probe's questions with the same top answer, "no answer" included.
    :param confidence_change: mean absolute change of the top answer's confidence.
    """

    agreement: float
    confidence_change: float

    @property
    def passed(self) -> bool:
        """Whether the 8-bit reader may be used."""
        return self.agreement >= MIN_AGREEMENT and self.confidence_change <= MAX_MEAN_CONFIDENCE_CHANGE


def compare(expected: Sequence[WindowReading], found: Sequence[WindowReading]) -> ProbeResult:
    """Compare what two sessions read, as :func:`read_probe` returns it."""
    agreement = np.mean([_top(a) == _top(b) for a, b in zip(expected, found, strict=True)])
    change = np.mean([abs(_confidence(a) - _confidence(b)) for a, b in zip(expected, found, strict=True)])
    return ProbeResult(agreement=float(agreement), confidence_change=float(change))


def read_probe(
    tokenizer: TextTokenizer, session: LogitsSession, *, max_tokens: int = _MAX_TOKENS
) -> list[WindowReading]:
    """Let a session read the probe."""
    windows = probe_windows(tokenizer, max_tokens)
    return [
        read_window(logit, window.passage, top_k=1, duplicate_filtering=0)
        for window, logit in zip(windows, session.logits(windows), strict=True)
    ]


def probe_windows(tokenizer: TextTokenizer, max_tokens: int = _MAX_TOKENS) -> list[Window]:
    """Return the probe as model inputs, cut to what the model can take."""
    longest = min(max_tokens, _MAX_TOKENS)
    questions = tokenizer.encode([question for question, _ in PAIRS])
    passages = tokenizer.encode([passage for _, passage in PAIRS])
    pairs = zip(questions, passages, strict=True)
    return [tokenizer.windows(q, p, max_tokens=longest, stride=longest)[0] for q, p in pairs]


def _top(reading: WindowReading) -> tuple[int, int] | None:
    best = reading.spans[0]
    return (best.first, best.last) if best.score > reading.null_score else None


def _confidence(reading: WindowReading) -> float:
    return reading.spans[0].confidence
