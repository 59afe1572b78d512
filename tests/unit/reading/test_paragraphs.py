"""An answer is kept to one paragraph."""

import pytest

from needlepoint.reading.paragraphs import within_paragraph

TEXT = "Thanks to Duncan Aldersyke\n\nMr Aldersyke joined in 2004.\n- one\n- two\fPage two"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("Duncan Aldersyke\n\nMr Aldersyke", "Duncan Aldersyke"),
        ("Aldersyke\n\nMr Aldersyke joined", "Mr Aldersyke joined"),
        ("one\n- two", "one\n- two"),
        ("two\fPage two", "Page two"),
        ("2004", "2004"),
    ],
)
def test_the_longer_part_stays(answer, kept):
    start = TEXT.index(answer)
    first, last = within_paragraph(TEXT, start, start + len(answer))
    assert TEXT[first:last] == kept
