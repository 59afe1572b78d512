"""HTML of the page: whatever a document says is shown and nothing else."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint_ui import markup

EVIL = '</mark></div><script>alert(1)</script><img src=x onerror="alert(1)">\'" \u202ereversed\u202c \x00\x1b[31m'


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, sorted(name for name, _ in attrs)))

    def handle_data(self, data):
        self.text += data


def everything_made_of(text):
    place = [text, text, text]
    return [
        markup.answer_card(text, text, text, place=place, score=(text, text, text), level="likely"),
        markup.passage(text, place),
        markup.source_heading(text, [text]),
        markup.status([text], text),
        markup.summary(text),
        markup.note(text, text),
        markup.file_states([(text, "skipped", text)]),
        markup.deletion([text]),
        markup.details([(text, text)]),
        markup.facts([(text, text)]),
        markup.disagreement([(text, text, text)]),
        markup.working(text, 0.5),
        markup.marked_words(text, text, text),
        markup.aside(text),
    ]


@given(st.text(max_size=200))
def test_no_text_changes_the_elements(text):
    for made, plain in zip(everything_made_of(f"x{text}"), everything_made_of("x"), strict=True):
        assert Tags(made).tags == Tags(plain).tags


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("4 May 2024", "1 May 2020"), "answer differently. Newest first: "),
        (("4 May 2024", "1 May 2020", ""), "answer differently. Newest first, undated last: "),
        (("4 May 2024", ""), "answer differently. 2031"),
    ],
)
def test_an_order_by_date_is_claimed_only_where_there_are_dates(days, said):
    assert said in Tags(markup.disagreement([("2031", f"{day}.txt", day) for day in days])).text


def test_what_looks_like_html_is_readable_as_it_was_written():
    assert "<script>alert(1)</script>" in Tags(markup.note("n", EVIL)).text


def test_direction_overrides_and_control_characters_do_not_reach_the_page():
    shown = markup.visible(EVIL)
    assert not {"\u202e", "\u202c", "\x00", "\x1b"} & set(shown)
    assert "reversed" in shown


@pytest.mark.parametrize("text", ["שלום עולם", "مرحبا\u200f", "né à Zürich", "日本語", "👩\u200d🚀", "a\tb\nc"])
def test_text_of_any_script_stays_as_it_is(text):
    assert markup.visible(text) == text


def test_a_label_shows_markdown_as_text():
    assert markup.plain_label("![a](http://b) **c** $d$ :e:") == (
        r"\!\[a\]\(http\:\/\/b\) \*\*c\*\* \$d\$ \:e\:".replace(r"\/", "/")
    )
    assert markup.plain_label("two\nlines") == "two lines"


@given(st.text(max_size=200))
def test_text_to_be_marked_keeps_every_place(text):
    shown = markup.markable(text)
    assert len(shown) == len(text)
    assert not {"\u202e", "\x00", "\x1b", "\r"} & set(shown)
