"""Finds in a contract's clause the value that a question means: a date, a period, an amount or a share."""

import re
from collections.abc import Callable, Iterator

Span = tuple[int, int]
"""Where something starts in a text, and where it ends."""

_NUMBERS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|eighteen|"
    "twenty(?:[ -](?:one|four|five))?|thirty(?:[ -]six)?|forty(?:[ -](?:five|eight))?|fifty|sixty|ninety(?:[ -]nine)?|"
    r"one hundred(?: and)?(?: (?:twenty|eighty))?|\d+"
)
_KINDS_OF_DAY = "consecutive|calendar|full|additional|successive|business|working|contract"
_UNITS = rf"(?:(?:{_KINDS_OF_DAY})[ -])?(?:days?|weeks?|months?|years?)\b"
PERIOD = re.compile(
    rf"(?<![\w$.,-])(?:{_NUMBERS})(?:\s*\(\s*[\w -]{{1,20}}\s*\))?[\s-]+{_UNITS}(?!-old)", re.IGNORECASE
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = re.compile(
    rf"(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+day)?(?:\s+of)?\s+(?:{_MONTHS}),?"
    rf"\s+\d{{4}}|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|(?:{_MONTHS}),?\s+\d{{4}}",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:(?:US|U\.S\.)\s?)?[$€£]\s?\d[\d,]*(?:\.\d+)?(?:\s(?:million|billion|thousand))?|\b\d+(?:\.\d+)?\s?%"
    rf"|\b(?:{_NUMBERS})[\w-]* (?:and [a-z-]+ )?percent\b(?: \(\d+(?:\.\d+)?%\))?",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:until|through|thru|to|expir(?:es?|ing)|terminat(?:es?|ing)|end(?:s|ing)?|conclud\w+)"
    r"(?:\s+(?:on|at|and including|automatically|midnight|the|close of business|of|,))*\s*$",
    re.IGNORECASE,
)
_KINDS_OF_DATE = "Effective|Commencement|Closing|Execution|Launch|Start|Distribution|Delivery"
_FROM = re.compile(
    r"\s+(?:from|after|following|beginning on|commencing on)\s+(?:and including\s+)?(?:the\s+)?"
    rf"(?:date hereof|date of (?:this|the) \w+|(?:[A-Z][\w-]+\s)?(?:{_KINDS_OF_DATE})\s+Date)"
)
_RENEWAL = re.compile(r"\b(?:renew|extend|successive|additional)", re.IGNORECASE)
_NOTICE = re.compile(r"\b(?:notice|prior to|before)\b", re.IGNORECASE)
_CURE = re.compile(
    rf"(?:within|in|for|of)\s+(?:a\s+period\s+of\s+|the\s+)?(?P<before>{PERIOD.pattern})"
    r"(?=[^.;]{0,120}\b(?:cure|cured|remed(?:y|ied))\b)"
    rf"|\b(?:cure|cured|remed(?:y|ied))\b[^.;]{{0,60}}?\b(?:within|for|in)\s+(?:a\s+period\s+of\s+)?(?P<after>{PERIOD.pattern})",
    re.IGNORECASE,
)
_PAYMENT = re.compile(
    rf"\b(?:pay|paid|payable|due|payment)\b[^.;]{{0,90}}?\b(?:within|in|net|no(?:t)? later than)\s+(?P<after>{PERIOD.pattern})"
    r"[^.;]{0,70}\b(?:invoice|receipt|billing|statement|end of)",
    re.IGNORECASE,
)
SHORT = 6
"""Words: such an answer is a value."""
_BEFORE, _AFTER = 60, 30  # characters that tell what a date or a period is
_CLAUSE = re.compile(
    r"(?:What does|What happens|Which|Is |Are |Can |How (?:can|is liability|is revenue|is the)|Under|For which|On what|"
    r"What (?:restrictions|insurance|license|rights|exclusivity|must|obligations|right|audit|are))",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"(?:when|who|how (?:much|long|many)|for how long|what (?:share|amount|minimum|maximum|period|percentage))",
    re.IGNORECASE,
)


def value_in(question: str, clause: str) -> Span | bool | None:
    """Return where the value that a question asks for stands in a clause, true to keep the clause, or None to leave it out."""
    if len(clause.split()) <= SHORT or (_CLAUSE.match(question) and "how long" not in question.lower()):
        return True
    for asks, find in _RULES:
        if re.search(asks, question, re.IGNORECASE):
            return find(clause)
    return None if _VALUE.match(question) else True


def periods_in(context: str) -> Iterator[tuple[str, Span]]:
    """Give the period to cure a breach and that to pay an invoice, each with its kind, of which a passage holds only one."""
    for kind, pattern in (("cure", _CURE), ("payment", _PAYMENT)):
        found = list(pattern.finditer(context))
        if len(found) == 1:
            group = next(name for name, text in found[0].groupdict().items() if text)
            yield kind, found[0].span(group)


def notice_in(clause: str) -> Span | None:
    """Return where the period of a notice stands in a clause that holds only one."""
    found = _periods(clause, of_notice=True)
    return found[0] if len(found) == 1 else None


def _end(clause: str) -> Span | None:
    head = _before_renewal(clause)
    dates = list(DATE.finditer(head))
    ends = [date for date in dates if _UNTIL.search(head[: date.start()][-_BEFORE:])]
    if len(ends) == 1:
        return ends[0].span()
    periods = _periods(head)
    if ends or len(periods) != 1:
        return None
    counted_from = _FROM.match(head, periods[0][1])
    return periods[0][0], counted_from.end() if counted_from else periods[0][1]


def _length(clause: str) -> Span | None:
    periods = _periods(_before_renewal(clause) or clause)
    return periods[0] if len(periods) == 1 else None


def _renewal(clause: str) -> Span | None:
    begun = _RENEWAL.search(clause)
    start = begun.start() if begun else 0
    return next(((start + first, start + last) for first, last in _periods(clause[start:])), None)


def _beginning(clause: str) -> Span | None:
    dates = [date.span() for date in DATE.finditer(clause) if not _UNTIL.search(clause[: date.start()][-_BEFORE:])]
    return dates[0] if len(dates) == 1 else None


def _only(pattern: re.Pattern[str], clause: str) -> Span | None:
    found = list(pattern.finditer(clause))
    return found[0].span() if len(found) == 1 else None


def _before_renewal(clause: str) -> str:
    begun = _RENEWAL.search(clause)
    return clause[: begun.start()] if begun else clause


def _periods(text: str, *, of_notice: bool = False) -> list[Span]:
    """Return the periods that are not those of a notice, or only those."""
    found = PERIOD.finditer(text)
    return [each.span() for each in found if of_notice == bool(_NOTICE.search(text[each.end() :][:_AFTER]))]


_RULES: tuple[tuple[str, Callable[[str], Span | bool | None]], ...] = (
    (
        r"^when does the (?:agreement|contract|initial term).*(?:expire|end)|expiration date|^when .* (?:expire|end)\b",
        _end,
    ),
    (r"^how long does the (?:agreement|contract).* last|^what is the (?:initial )?(?:term|duration) of the", _length),
    ("renew", _renewal),
    ("warrant", _length),
    (
        "effect|signed|date|made|entered",
        lambda clause: _only(DATE, clause) or True,
    ),  # "the date of the last signature"
    ("^what (?:is the )?(?:share|minimum|maximum)|^how much|liabilit", lambda clause: _only(_AMOUNT, clause)),
)
