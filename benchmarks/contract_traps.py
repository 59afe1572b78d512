"""Finds passages of a contract that hold a value of the sort a question asks for and do not answer it."""

import re
from dataclasses import dataclass

from contract_spans import DATE, PERIOD

_PLACE = re.compile(r"\b(?:[Ll]aws? of|State of|Commonwealth of|Province of|Kingdom|corporation|company)\b")
_TERM = r"expir|initial term|in (?:full )?(?:force|effect)|continue (?:in|for|until|to)|\bterm\b|renew|extend|commenc"


@dataclass(frozen=True, slots=True)
class _Trap:
    """What tempts, and what would make a passage an answer.

    :param value: the sort of value that is asked for.
    :param means: what is written where that value is the answer.
    :param unless: what is written where it is none after all.
    """

    value: re.Pattern[str]
    means: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def _trap(value: re.Pattern[str], means: str, unless: str = "") -> _Trap:
    return _Trap(value, re.compile(means, re.IGNORECASE), re.compile(unless, re.IGNORECASE) if unless else None)


_DATE_OR_PERIOD = re.compile(f"{DATE.pattern}|{PERIOD.pattern}", re.IGNORECASE)
_TRAPS = {
    "end": _trap(_DATE_OR_PERIOD, _TERM, unless="surviv"),
    "length": _trap(_DATE_OR_PERIOD, _TERM, unless="surviv"),
    "renewal": _trap(PERIOD, r"renew|exten[ds]|additional|successive"),
    "warranty": _trap(PERIOD, "warrant"),
    "date": _trap(DATE, r"effective|dated|as of|entered|made|sign|execut|above|hereof"),
    "law": _trap(_PLACE, r"govern|constru|interpret|jurisdiction|venue|enforce"),
    "notice": _trap(PERIOD, r"terminat|cancel|cause|convenience", unless="breach|default|bankrupt|insolven"),
    "cure": _trap(PERIOD, r"\bcure|remed|breach|default"),
    "payment": _trap(PERIOD, r"\bpa(?:y|id)|invoice|\bdue\b"),
}
_ANY_REASON = re.compile(r"convenience|without cause|any reason|no reason|at will|sole discretion", re.IGNORECASE)


def tempts(kind: str, passage: str) -> bool:
    """Whether a passage has a value of the sort that questions of a kind ask for, and nothing that answers them.

    :param kind: one of ``contract_values.WAYS``; those without a rule are never tempted.
    """
    trap = _TRAPS.get(kind)
    if not trap or not trap.value.search(passage) or (kind == "notice" and _ANY_REASON.search(passage)):
        return False
    return not trap.means.search(passage) or bool(trap.unless and trap.unless.search(passage))
