"""Numbers as XPS states them."""

from needlepoint.files.pdf.drawings import SAME, Matrix


def number_in(stated: str | None, default: float = 0.0) -> float:
    """Return a number; the default where none is stated, or one that is infinite or none."""
    try:
        number = float(stated or default)
    except ValueError:
        return default
    return number if abs(number) < 1e6 else default  # infinite and NaN ones, too


def numbers_in(stated: str) -> list[float]:
    """Return the numbers of a list."""
    return [number_in(each) for each in stated.replace(",", " ").split()]


def matrix_in(stated: str) -> Matrix:
    """Return a matrix; one that changes nothing where none is stated."""
    numbers = numbers_in(stated)
    if len(numbers) != 6:
        return SAME
    a, b, c, d, e, f = numbers
    return (a, b, c, d, e, f)
