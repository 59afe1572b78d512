import pytest

from needlepoint.files.reading import read_data


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


def test_the_title_of_markdown_is_its_first_heading():
    assert read_data("x.md", b"Intro\n\n## Why\n\ntext").title == "Why"


def test_front_matter_is_read_without_its_quotes_and_in_a_moment(computing_at_most):
    lines = ('title: \'Hand" book"\t', "subject:", "author:   Ada" + " " * 500_000 + "B", "date: 2025-01-01 ")
    with computing_at_most(20):
        source = read_data("handbook.md", ("---\n" + "\n".join(lines) + "\n---\ntext").encode())
    assert (source.title, source.metadata) == ('Hand" book', {"author": "Ada B", "date": "2025-01-01"})
