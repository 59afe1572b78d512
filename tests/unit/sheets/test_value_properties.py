"""The same value is read however it is written, and no words break the reading."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from needlepoint.sheets.kinds.dates import DateReading
from needlepoint.sheets.kinds.value import Agreement
from needlepoint.sheets.questions import Kind
from needlepoint.sheets.values import value_of
from needlepoint.text.numbers import digit_readings, word_number

DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))
FORMS = [
    "{:%d %B %Y}",
    "{:%B %d, %Y}",
    "{:%d-%b-%Y}",
    "{:%Y-%m-%d}",
    "{:%d.%m.%Y}",
    "{:%b. %d %Y}",
    "{:%Y/%m/%d}",
    "{:%Y%m%d}",
]
AMOUNTS = st.decimals(min_value=1, max_value=10**9, places=2)


@given(DAYS, st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_a_day_is_the_same_in_every_form(day, form, other):
    one, two = (value_of(each.format(day), Kind.DATE) for each in (form, other))
    assert one.readings == two.readings == {DateReading(day.year, day.month, day.day)}


@given(DAYS, DAYS, st.sampled_from(["{:%d/%m/%Y}", "{:%m/%d/%Y}"]))
def test_an_ambiguous_day_agrees_with_the_day_that_was_meant(day, other, form):
    written = value_of(form.format(day), Kind.DATE)
    assert written.agreement(value_of(f"{day:%d %B %Y}", Kind.DATE)) is Agreement.SAME
    if {other.day, other.month, other.year} != {day.day, day.month, day.year}:
        assert written.agreement(value_of(f"{other:%d %B %Y}", Kind.DATE)) is Agreement.DIFFERENT


@given(AMOUNTS)
def test_an_amount_is_the_same_with_either_separator(amount):
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for digits in (
        english,
        german,
        english.replace(",", "\u202f"),
        german.replace(".", " "),
        english.replace(",", "'"),
    ):
        assert digit_readings(digits)[0] == amount, digits
        assert value_of(f"EUR {digits}", Kind.AMOUNT).numbers[0] == amount


ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"


def in_words(number):
    small, tens = [*ONES.split(), "seventeen", "eighteen", "nineteen"], TENS.split()
    if number < 20:
        return small[number]
    if number < 100:
        return tens[number // 10] + (f"-{small[number % 10]}" if number % 10 else "")
    for size, name in ((10**6, "million"), (10**3, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            return f"{in_words(number // size)} {name}" + (f" and {in_words(rest)}" if rest else "")
    raise AssertionError


@given(st.integers(1, 999_999_999))
def test_a_number_in_words_is_the_number(number):
    assert word_number(in_words(number)) == number
    assert value_of(f"{in_words(number)} dollars (${number:,})", Kind.AMOUNT).numbers == (Decimal(number),)
    if number < 1_000:
        assert value_of(f"{in_words(number)} ({number}) months", Kind.PERIOD) == value_of(
            f"{number} months", Kind.PERIOD
        )


WORDS = st.text(st.characters(codec="utf-8"), max_size=80) | st.text(
    "0123456789.,-/$€% and(to)MayJune dayofyearnot", max_size=60
)


@given(WORDS, st.sampled_from(Kind), WORDS, WORDS)
def test_any_words_have_a_value_or_none_and_agree_with_themselves(words, kind, before, after):
    value = value_of(words, kind, around=before + words + after)
    if value is not None:
        assert value.readings
        assert value.agreement(value) is Agreement.SAME
        assert str(value)
