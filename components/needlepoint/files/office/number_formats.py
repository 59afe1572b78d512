"""Numbers as Excel's format codes show them."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

_LONGEST_CODE = 255  # Excel's own bound
_MOST_THOUSANDS = 30  # a number has no more to divide by
_CONDITION = re.compile(r"\[([<>=]{1,2})(-?\d+(?:\.\d*)?)\]")
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_CURRENCIES = "".join(map(chr, range(0x20A0, 0x20C1))) + "$¢£¤¥฿"
_TOKEN = re.compile(
    rf'"(?P<quoted>[^"]*)"?|\[\$(?P<currency>[^\]-]*)[^\]]*\]?|\[[^\]]*\]?|\\(?P<escaped>[^\W\d_]|[ {_CURRENCIES}])|\\.|[_*].|'
    rf"(?P<digits>[#0?.,%/E]+)|(?P<unit>[ {_CURRENCIES}]|(?<=,)[A-Za-z]+)|."
)


@dataclass(frozen=True, slots=True)
class _NumberFormat:
    """A section of a format code.

    :param thousands: how often the number is divided by a thousand before it is shown.
    :param digits: fewest digits before the point.
    :param has_form: it says how to write the number, other than as a fraction or with an exponent.
    """

    before: str = ""
    after: str = ""
    thousands: int = 0
    digits: int = 1
    decimals: int = 0
    is_grouped: bool = False
    is_percent: bool = False
    has_form: bool = False


def shown_number(value: float, code: str) -> str:
    """Return a number as a format code shows it; what it would show as a fraction or with an exponent is a plain number.

    :param value: the cell's number.
    :param code: Excel's format code, with all its sections.
    """
    form = _number_format(_section(value, code[:_LONGEST_CODE]))
    number = abs(value) * (100 if form.is_percent else 1)
    if form.thousands:
        number /= 1000**form.thousands
    text = _formatted(number, form) if form.has_form else plain_number(number)
    sign = "-" if value < 0 and re.search("[1-9]", text) else ""
    return f"{sign}{form.before}{text}{'%' if form.is_percent else ''}{form.after}"


def plain_number(value: float) -> str:
    """Return a number without a format of its own."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.10g}"


def _section(value: float, code: str) -> str:
    """Return the section that the first condition that holds belongs to; without conditions the first, for any sign."""
    for section in code.split(";"):
        condition = _CONDITION.search(section)
        holds = _HOLDS.get(condition.group(1)) if condition else None
        if condition is None or (holds is not None and holds(value, float(condition.group(2)))):
            return section
    return "General"


@lru_cache(maxsize=1000)
def _number_format(section: str) -> _NumberFormat:
    before, body, after = _parts(section)
    if "E" in body or not re.search(r"[#0?]", body):
        return _NumberFormat()
    whole, _, fraction = body.partition(".")
    scale = re.findall(r"[#0?](,+)(?![#0?,])", body)
    return _NumberFormat(
        before=f"{before} " if before[-1:].isalpha() else before,
        after=_joined(after, is_scaled=bool(scale)),
        thousands=min(sum(map(len, scale)), _MOST_THOUSANDS),
        digits=whole.count("0"),
        decimals=len((re.match(r"[#0?]*", fraction) or [""])[0]),
        is_grouped=re.search(r"[#0?],+[#0?]", whole) is not None,
        is_percent="%" in body,
        has_form="/" not in body,
    )


def _parts(section: str) -> tuple[str, str, str]:
    """Return what a section writes before the number, its placeholders (a space for what is between), and what after."""
    sides, body = ["", ""], ""
    for token in _TOKEN.finditer(section):
        if token["digits"]:
            begins = re.search(r"[#0?%]", token["digits"]) is not None
            body += token["digits"] if body or begins else ""
            continue
        sides[bool(body)] += next((text for text in token.group("quoted", "currency", "escaped", "unit") if text), "")
        body += " " if body else ""
    return " ".join(sides[0].split()), body, sides[1]


def _joined(after: str, *, is_scaled: bool) -> str:
    """Return the unit as it follows the number: apart, but for the K or M of a scaled one, which is part of it."""
    unit = " ".join(after.split())
    return f" {unit}" if unit and (not is_scaled or after[:1].isspace()) else unit


def _formatted(number: float, form: _NumberFormat) -> str:
    width = form.digits + (form.decimals + 1 if form.decimals else 0)
    if form.is_grouped:
        width += max(form.digits - 1, 0) // 3
    return f"{_rounded(number, form.decimals):0{width}{',' if form.is_grouped else ''}.{form.decimals}f}"


def _rounded(number: float, decimals: int) -> Decimal:
    """Round half up, as Excel does with the fifteen digits that it keeps of a number."""
    exact = Decimal(f"{number:.15g}")
    with localcontext(prec=400):  # the largest float has 309 digits
        return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
