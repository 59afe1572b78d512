from needlepoint.cli.printing import counted, plain_size, printable, quotation


def test_text_of_documents_cannot_steer_the_terminal():
    assert printable("a\x1b[31mred\x07\u202eevil\nline\tend") == "a [31mred evil line end"


def test_the_answer_is_marked_in_its_sentence():
    text = quotation("The term ends on ", "31 March\n2031", ", unless extended.", emphasis=False)
    assert text.plain == "“The term ends on **31 March 2031**, unless extended.”"


def test_the_answer_is_styled_where_the_terminal_can():
    text = quotation("", "31 March 2031", " it ends.", emphasis=True)
    assert text.plain == "“31 March 2031 it ends.”"
    assert [text.plain[span.start : span.end] for span in text.spans if span.style] == ["31 March 2031"]


def test_sizes_as_people_read_them():
    assert [plain_size(n) for n in (0, 999, 1500, 23_500_000, 5e12)] == [
        "0 bytes",
        "999 bytes",
        "1.5 kB",
        "23.5 MB",
        "5,000 GB",
    ]


def test_counts_agree_with_their_nouns():
    assert [counted(number, "file") for number in (0, 1, 2000)] == ["0 files", "1 file", "2,000 files"]
