import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector
from needlepoint.text.paging import join_pages, page_turns, page_words, pages_turned
from needlepoint.text.splitting import Splitter

sentences = st.text(alphabet="ab. \n", min_size=1, max_size=12)


@given(st.lists(st.tuples(sentences, st.booleans()), min_size=1, max_size=8))
def test_pages_that_run_on_have_no_form_feed_between_them(pages):
    collector = PageCollector(Limits())
    for text, runs_on in pages:
        collector.add(text, runs_on=runs_on)
    if not collector.has_text:
        return
    source = collector.source(type="pdf")
    assert [source.text[page.start : page.end] for page in source.pages] == [text for text, _ in pages]
    assert source.text.count("\f") == sum(not runs_on for _, runs_on in pages[:-1])
    assert (
        join_pages((page.start, page.end, source.text[page.start : page.end]) for page in source.pages) == source.text
    )
    turns = page_turns(source.text, [page.start for page in source.pages])
    for page in source.pages:
        assert pages_turned(source.text, page.start, turns) >= page.number - 1
        if page.end > page.start:
            assert pages_turned(source.text, page.end - 1, turns) == page.number - 1


def test_a_passage_knows_where_a_page_begins_in_it():
    text = "It is cured within forty-two days. Then it ends."
    pages = [{"number": 1, "start": 0, "end": 19}, {"number": 2, "start": 19, "end": len(text)}]
    first, second = Splitter(overlap_sentences=0).split("d", text, {"pages": pages})
    assert (first.content, first.meta["page"], first.meta["page_turns"]) == (
        "It is cured within forty-two days.",
        1,
        [19],
    )
    assert (second.content, second.meta["page"]) == ("Then it ends.", 2)
    assert "page_turns" not in second.meta


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"file_type": "pdf", "section": "3. Term"}, "page 3"),
        ({"file_type": "pdf", "last_page": 4}, "pages 3-4"),
        ({"file_type": "docx", "last_page": 3}, "page 3"),
        ({"file_type": "xls", "section": "Prices"}, "sheet Prices"),
        ({"file_type": "xlsx"}, "sheet 3"),
        ({"file_type": "pptx", "section": "Outlook"}, "slide 3"),
        ({"file_type": ""}, "page 3"),
    ],
)
def test_a_place_is_named_as_people_name_it(place, words):
    assert page_words(3, **place) == words
