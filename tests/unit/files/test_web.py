import pytest

from needlepoint.files.reading import read_data, read_file
from needlepoint.text.sentences import sentence_spans


def text_of(html, name="page.html"):
    return read_data(name, f"<!doctype html><html>{html}</html>".encode()).text


def test_what_nobody_sees_is_left_out():
    hidden = (
        "<script>var x = '<p>no</p>'</script><style>p {}</style><nav>Menu</nav><noscript>no</noscript><template>no</template>"
        "<p hidden>no</p><p style='display: none'>no</p><p aria-hidden=true>no</p><!-- no --><button>no</button>"
    )
    assert text_of(f"<body>{hidden}<p>Shown</p>") == "Shown"


def test_white_space_is_as_a_browser_shows_it():
    html = "<p>A  <b>bold</b>\n word<i>s</i>.</p>tail <span>of</span>&nbsp;it<br>next<p>  </p><pre>a\n  b</pre>"
    assert text_of(html) == "A bold words.\n\ntail of it\nnext\n\na\nb"


def test_headings_lists_and_links():
    html = "<h1>Title</h1><p>See <a href='x'>the list</a>:</p><ul><li>one<ul><li>inner</ul><li>two</ul><ol start=3><li>c<li>d"
    assert text_of(html) == "Title\n\nSee the list:\n\n- one\n- inner\n- two\n\n3. c\n4. d"


def test_no_sentence_goes_on_from_one_block_into_the_next():
    first = "The programme is paid for from cash flow, grants and the facility with Strathlinn Bank"
    second = "No new shares will be issued to anybody before the end of the programme in ten years"
    pairs = (
        f"<dl><dt>{first}<dd>{second}</dl>",
        f"<ol><li>{first}<li>{second}</ol>",
        f"<div><span>{first}</span><div>{second}</div></div>",
        f"<section>{first}</section><section>{second}</section>",
    )
    for pair in pairs:
        text = text_of(pair)
        assert [text[start:end].lstrip("12. ") for start, end in sentence_spans(text)] == [first, second]


def test_tables_row_by_row():
    rows = "<tr><th>Port<th>Year<tr><td rowspan=2>Kirk<td>1988<tr><td><ul><li>a<li>b</ul>"
    assert (
        text_of(f"<table><caption>Ports</caption>{rows}</table>")
        == "Ports\nPort: Kirk; Year: 1988.\nPort: Kirk; Year: a, b."
    )
    assert text_of("<table><tr><th>Type<td>Public<tr><th>ISIN<td>US59</table>") == "Type: Public.\nISIN: US59."


def test_a_table_that_arranges_the_page_is_no_table():
    inner = "<table><tr><th>A<th>B<tr><td>1<td>2</table>"
    assert text_of(f"<table><tr><td>Left<td><p>Right</p>{inner}</table>") == "Left\n\nRight\n\nA: 1; B: 2."


def test_the_main_part_is_enough():
    assert text_of(
        "<header>Shop</header><main><p>The text that the page is for.</p></main><footer>©</footer>"
    ).startswith("The")
    assert "outside" in text_of("<main>x</main><p>Most of the text lies outside of the main part.</p>")


def test_title_and_metadata():
    head = (
        "<title> Fares \n 2024 </title><meta name=author content=Ada><meta name=description content='Our fares'>"
        "<meta property='article:published_time' content='2024-03-04T09:00:00Z'>"
    )
    source = read_data("p.html", f"<html lang=en><head>{head}</head><body>x".encode())
    assert source.title == source.pages[0].title == "Fares 2024"
    assert source.metadata == {"author": "Ada", "subject": "Our fares", "date": "2024-03-04", "language": "en"}


@pytest.mark.parametrize("charset", ["iso-8859-2", "windows-1251", "shift_jis", "ISO-2022-JP"])
def test_the_stated_encoding_is_used(charset):
    word = {"iso-8859-2": "Łódź", "windows-1251": "Договор"}.get(charset, "契約")
    html = f"<html><head><meta charset='{charset}'></head><body><p>{word}</p></body></html>"
    assert read_data("p.html", html.encode(charset)).text == word


def test_deep_and_broken_markup_is_read():
    assert "needle" in text_of("<div>" * 2000 + "needle" + "</div>" * 2000)
    assert text_of("<p>open <b>never <i>closed") == "open never closed"
    assert text_of("<!DOCTYPE x [<!ENTITY lol 'lol'>]><p>&lol; &amp; &#0;x") != ""


def test_what_is_nested_too_deeply_is_told_and_not_dropped(tmp_path, reason):
    (tmp_path / "deep.html").write_text("<html>" + "<div>" * 5000 + "needle")
    assert "nested over two thousand levels" in reason(tmp_path / "deep.html")


def test_a_long_numbered_list_takes_no_time():
    assert text_of("<ol>" + "<li>x" * 30_000 + "</ol>").endswith("30000. x")


def test_spans_beyond_measure_take_no_memory():
    row = "<tr>" + "<td colspan=1000 rowspan=1000>x" * 30
    assert "x" in text_of(f"<table>{row * 20}</table>")


def test_a_page_of_scripts_only_has_no_text(tmp_path, reason):
    (tmp_path / "app.html").write_text("<html><script>run()</script><div id=app></div></html>")
    assert "no text in it" in reason(tmp_path / "app.html")


def test_markdown_without_its_markup():
    text = (
        "---\ntitle: Handbook\nauthor: Ada\ndate: 2025-01-01\n---\n# Part *B*\n\nSome **bold** [link](http://x) and `code`.\n\n"
        "1. one\n2. two\n\n| Work | Rate |\n|---|---|\n| Night | £24 |\n\n```\nx = 1\n```\n\n<b>raw</b> &amp; 3 < 4\n"
    )
    source = read_data("handbook.md", text.encode())
    assert source.text == (
        "Part B\n\nSome bold link and code.\n\n1. one\n2. two\n\nWork: Night; Rate: £24.\n\nx = 1\n\nraw & 3 < 4"
    )
    assert (source.title, source.metadata) == ("Handbook", {"author": "Ada", "date": "2025-01-01"})


def test_markdown_too_large_to_parse_keeps_its_markup():
    source = read_data("log.md", b"- *item*\n" * 600_000)
    assert (source.type, source.text[:9]) == ("markdown", "- *item*\n")


def test_markdown_loses_no_text_however_deep_it_is_nested():
    lists = "".join("  " * at + f"- item {at}\n" for at in range(60))
    assert read_data("list.md", lists.encode()).text.splitlines()[-1] == "- item 59"
    assert "the pier" in read_data("quotes.md", b">" * 3000 + b" the pier").text


def test_tags_that_no_browser_knows_are_text_in_running_text():
    text = "Send it to <role>.\n\n- gs://<region>\n  or <Name>\n\n<Tabs>\n\nOne.\n\n</Tabs>\n\n"
    text += "| A | B |\n|--|--|\n| <x> | 1 |\n| 2 | 3 |\n"
    read = read_data("handbook.md", text.encode()).text
    assert read.startswith("Send it to <role>.\n\n- gs://<region> or <Name>\n\nOne.\n\n")
    assert "<x>" in read
    assert "Tabs" not in read


def test_single_tildes_strike_nothing_out():
    assert read_data("walk.md", b"It takes ~5 km to ~6 km.").text == "It takes ~5 km to ~6 km."


def test_the_title_of_markdown_is_its_first_heading():
    assert read_data("x.md", b"Intro\n\n## Why\n\ntext").title == "Why"


def test_front_matter_is_read_without_its_quotes_and_in_a_moment(computing_at_most):
    lines = ('title: \'Hand" book"\t', "subject:", "author:   Ada" + " " * 500_000 + "B", "date: 2025-01-01 ")
    with computing_at_most(20):
        source = read_data("handbook.md", ("---\n" + "\n".join(lines) + "\n---\ntext").encode())
    assert (source.title, source.metadata) == ('Hand" book', {"author": "Ada B", "date": "2025-01-01"})


def rows_of(html):
    source = read_data("p.html", f"<!doctype html><html>{html}</html>".encode())
    return [(source.text[mark.start : mark.end], mark.about) for mark in source.marks]


def test_rows_know_their_headings_and_what_their_table_is_about():
    head = "<thead><tr><th rowspan=2>Port<th colspan=2>Imports<tr><th>2022<th>2023</thead>"
    body = "<tr><td rowspan=2>Kirk<td>1<td>2<tr><td>3<td>4"
    assert rows_of(f"<h2>Freight</h2><table><caption>In tonnes</caption>{head}{body}</table>") == [
        ("Port: Kirk; Imports, 2022: 1; Imports, 2023: 2.", "Freight In tonnes"),
        ("Port: Kirk; Imports, 2022: 3; Imports, 2023: 4.", "Freight In tonnes"),
    ]


def test_hidden_rows_and_cells_are_left_out():
    rows = "<tr><th>A<th>B<th>C<tr style='display:none'><td>1<td>2<td>3<tr><td>4<td>5<td>6"
    assert text_of(f"<table>{rows}</table>") == "A: 4; B: 5; C: 6."


def test_folded_answers_are_read_under_their_headings():
    folded = (
        "<h3><button aria-expanded=false aria-controls=a1>How long?</button></h3><div id=a1 aria-hidden=true>Two days.</div>"
        "<button data-bs-toggle=collapse data-bs-target='#a2'>How much?</button>"
        "<div id=a2 style='display:none'>Five pounds.</div>"
        "<details><summary>Who?</summary>The clerk.</details><button>Send</button><div style='display:none'>no</div>"
    )
    assert " ".join(text_of(folded).split()) == "How long? Two days. How much? Five pounds. Who? The clerk."


def test_what_is_hidden_from_screen_readers_only_is_read_where_it_is_text():
    assert text_of(f"<p>a<span aria-hidden=true>★</span></p><div aria-hidden=true>{'word ' * 30}</div>").startswith(
        "a\n\nword"
    )


def test_form_controls_show_their_values():
    form = (
        "<label>Name <input value='Ada Lund'></label> <input type=hidden value=no><input type=submit value=no>"
        "<input type=checkbox checked> Paid <input type=radio> Open <select><option>no<option selected>Galway</select>"
        "<textarea>Call first</textarea>"
    )
    assert text_of(form) == "Name Ada Lund ☒ Paid ☐ Open Galway Call first"


def test_struck_out_text_is_left_out_and_said():
    source = read_data(
        "p.html", b"<html><p>Now <s>220</s> <del>230</del> <span style='text-decoration:line-through'>9</span> 260."
    )
    assert source.text == "Now 260."
    assert source.unread == ("struck-out text: left out (3 times)",)


def test_raised_marks_equations_and_pictures():
    html = (
        "<p>10<sup>6</sup> for $5.2 million<sup>3</sup> see<sup><a href='#n1'>1</a></sup> H is <math><mn>42</mn></math> m</p>"
        "<img alt='Bar chart of sixty complaints in Narvik'><img alt=logo>"
    )
    assert text_of(html) == (
        "10⁶ for $5.2 million [3] see [1] H is 42 m\n\nPicture: Bar chart of sixty complaints in Narvik"
    )


def test_a_frame_from_elsewhere_is_said_to_be_unread():
    source = read_data("p.html", b"<html><p>x</p><iframe src='https://map.example'>no</iframe>")
    assert source.text == "x"
    assert source.unread == ("a frame whose content lies elsewhere: it was not read",)


def test_footnotes_and_placeholders_of_markdown():
    text = (
        "The limit is 4,000 kroner.[^1] Ask the <role>, not [^2] or `[^a-z]`.\n\n[^1]: Confidential.\n[^x]: Never\nused"
    )
    source = read_data("handbook.md", text.encode())
    assert source.text == (
        "The limit is 4,000 kroner. [1] Ask the <role>, not [^2] or [^a-z].\n\n[1] Confidential.\n\n[x] Never used"
    )


def test_rows_of_markdown_are_marked():
    source = read_data("fees.md", b"# Fees\n\n| Berth | Fee |\n|--|--|\n| A | ~~3~~ 4 |\n| B \\| C | 9 |\n")
    assert [(source.text[mark.start : mark.end], mark.about) for mark in source.marks] == [
        ("Berth: A; Fee: 4.", "Fees"),
        ("Berth: B | C; Fee: 9.", "Fees"),
    ]
    assert source.unread == ("struck-out text: left out",)


def test_what_the_style_sheet_strikes_out_is_left_out(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<style>.old, p.was { color: red; text-decoration: line-through }</style>"
        "<p>Mask: <span class='price old'>12</span> 9 pounds</p><p class='was'>Fins: 20 pounds</p><p>Tank: 25 pounds</p>"
    )
    source = read_file(page)
    assert source.text == "Mask: 9 pounds\n\nTank: 25 pounds"
    assert source.unread == ("struck-out text: left out (2 times)",)


def test_the_number_that_an_item_states_counts(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<ol start=4><li>Fourth<li value=7>Seventh<li>Eighth</ol>")
    assert read_file(page).text == "4. Fourth\n7. Seventh\n8. Eighth"
