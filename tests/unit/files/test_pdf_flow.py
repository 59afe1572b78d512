from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.files.pdf_flow import Line, flow, line_spans, raw_range, visible

letters = st.text(alphabet="ab é-\ufb01\xa0\u200b😀.(1", max_size=12)


def as_lines(raw):
    """Lines one below the other, as wide as they have characters."""
    spans = line_spans(raw)
    return [
        Line(raw[start:end], hyphenated, 0.0, 5.0 * (end - start), 800.0 - 12 * number, 10.0, 20.0)
        for number, (start, end, hyphenated) in enumerate(spans)
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(letters, st.sampled_from(["\r\n", "\ufffe"])), max_size=8))
def test_only_white_space_hyphens_and_ligatures_change(pairs):
    raw = "".join(text + end for text, end in pairs)
    assert visible(flow(as_lines(raw))) == visible(raw)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(letters, st.sampled_from(["\r\n", "\ufffe"])), max_size=8), st.data())
def test_a_range_of_the_text_is_found_in_the_raw_text(pairs, data):
    raw = "".join(text + end for text, end in pairs)
    text = flow(as_lines(raw))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    begin, finish = raw_range(raw, text, start, end)
    # a ligature is two letters of the text and one of PDFium's, so its whole is taken
    assert visible(text[start:end]) in visible(raw[begin:finish])
    assert len(visible(raw[begin:finish])) <= len(visible(text[start:end])) + 2


def test_no_lines_are_no_text():
    assert flow([]) == ""


def test_an_endless_word_takes_no_time(computing_at_most):
    with computing_at_most(20):
        assert flow(as_lines("a" * 500_000 + " inter\ufffeval of time")).endswith(" interval of time")
