"""A short context is cut such that the answer stands in it."""

from needlepoint.service.labels import cut_around


def test_every_cut_holds_the_answer():
    text = "".join(chr(97 + number % 26) for number in range(60))
    for start in range(0, 60, 3):
        for length in range(1, 60 - start, 5):
            for size in (None, 1, 10, 59, 60, 100):
                context, place = cut_around(text, start, length, size)
                assert context[place : place + length] == text[start : start + length]
                assert context in text
                assert len(context) == min(60, max(size or 60, length))
