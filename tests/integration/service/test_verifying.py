"""Quotes of a real collection are verified after its files were changed, replaced, moved and deleted."""

import dataclasses
import io
import json
import shutil

import openpyxl
import pytest
from reportlab.pdfgen.canvas import Canvas

from commands import run_command
from needlepoint.answers.replies import Quote
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint.sheets.exports.writing import write_sheet
from needlepoint.sheets.questions import Kind, SheetQuestion
from needlepoint.sheets.quote_files import read_quotes
from needlepoint.sheets.quotes import GivenQuote, Outcome
from needlepoint.sheets.table import Cell, Sheet, State

DEED = (
    "DEED OF SALE\n\nOla Berg sells the mill at Ostrava to Quill Point Ltd for 91,500 crowns.\n\n"
    "The buyer takes possession on 4 July 1931. The right to fish below the weir stays with the seller for thirty years.\n"
)
WILL = (
    "LAST WILL\n\nI leave my boat to Ida Moreau, and my nets to her brother.\n\f"
    "Signed at Kestrel Bay in the presence of two witnesses.\n"
)
LETTER = "Dear Ola,\n\nthe weir was mended for 300 crowns. The mill turns again.\n"


def pdf(*pages):
    data = io.BytesIO()
    canvas = Canvas(data)
    for page in pages:
        for number, line in enumerate(page.split("\n")):
            canvas.drawString(72, 760 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


REPORT = pdf("The survey of the weir\nbegan in May 1930.", "The weir loses 12 litres of\nwater a second in dry years.")


@pytest.fixture
def papers(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, text in {"deed.txt": DEED, "will.txt": WILL, "letter.txt": LETTER}.items():
        (folder / name).write_text(text)
    (folder / "report.pdf").write_bytes(REPORT)
    return folder


@pytest.fixture
def service(papers, tmp_path):
    settings = dataclasses.replace(Settings.from_environment(), store=tmp_path / "store")
    with Service(settings=settings) as service:
        service.index([papers])
        yield service


@pytest.fixture
def quoted(service):
    """Make a quote of the words of a document, as an export has it."""

    def quote(name, words, /, **changes):
        record = service.document(name)
        text = service.text(record.id)
        start = text.index(words)
        page = text.count("\f", 0, start) + 1
        before, after = text[max(0, start - 40) : start], text[start + len(words) : start + len(words) + 40]
        path = record.meta["path"]
        made = GivenQuote(words, name, record.id, path, page, start, start + len(words), before, after, place=name)
        return dataclasses.replace(made, **changes)

    return quote


def outcome(service, quote):
    """Verify one quote; what is said of its place must be true of the text as it is now."""
    (result,) = service.sheets.verify([quote]).quotes
    if result.end:
        text = service.text(result.document_id)
        assert text[result.start : result.end] == result.words
        page = service.text(result.document_id, page=result.page)
        assert result.words.split()[0] in page
    return result


WORDS = [
    ("deed.txt", "4 July 1931"),
    ("will.txt", "Kestrel Bay"),
    ("letter.txt", "300 crowns"),
    ("report.pdf", "12 litres"),
]


def test_a_table_that_was_edited_by_hand_does_not_hold(service, quoted):
    note = "the table shows other words than its source: somebody edited it"
    given = [GivenQuote(words, document="deed.txt", note=note) for words in ("5 July 1931", "Quill Point Ltd")]
    changed, moved = service.sheets.verify(given).quotes
    assert (changed.outcome, changed.words, changed.reason) == (Outcome.CHANGED, "4 July 1931", note)
    assert (moved.outcome, moved.reason) == (Outcome.MOVED, note)


def test_quotes_of_files_that_did_not_change_hold(service, quoted):
    result = service.sheets.verify([quoted(*each) for each in WORDS])
    assert result.holds
    assert [quote.page for quote in result.quotes] == [1, 2, 1, 2]
    assert [quote.words for quote in result.quotes] == [words for _, words in WORDS]
    assert not any(quote.reason for quote in result.quotes)


def test_a_quote_over_a_page_break_holds_as_a_table_keeps_it(service, quoted):
    words = "her brother.\n\fSigned at Kestrel Bay"
    quote = quoted("will.txt", words)
    assert outcome(service, quote).outcome is Outcome.HOLDS
    result = outcome(service, dataclasses.replace(quote, words=" ".join(words.split())))
    assert (result.outcome, result.words, result.page, result.last_page) == (Outcome.HOLDS, words, 1, 2)


def test_words_that_stand_elsewhere_in_a_new_file_have_moved(service, quoted, papers):
    quote = quoted("deed.txt", "4 July 1931")
    (papers / "deed.txt").write_text("REGISTERED COPY\n\nNo. 7\n\f" + DEED)
    service.index([papers])
    result = outcome(service, quote)
    assert (result.outcome, result.page, result.words) == (Outcome.MOVED, 2, "4 July 1931")
    assert result.reason == "the document was changed or replaced since"
    assert result.document_id != quote.document_id


def test_a_pdf_that_was_made_anew_is_the_document_of_its_path(service, quoted, papers):
    quote = quoted("report.pdf", "12 litres of water a second")
    (papers / "report.pdf").write_bytes(
        pdf("A new first page.", "The survey of the weir\nbegan in May 1930.", "It loses much.")
    )
    service.index([papers])
    gone = outcome(service, quote)
    assert gone.outcome is Outcome.GONE
    (papers / "report.pdf").write_bytes(pdf("A", "B", "The weir loses 12 litres\nof water a second in dry years."))
    service.index([papers])
    moved = outcome(service, quote)
    assert (moved.outcome, moved.page) == (Outcome.MOVED, 3)
    assert moved.words == quote.words


def test_lines_that_break_elsewhere_in_a_new_file_do_not_matter(service, quoted, papers):
    quote = quoted("deed.txt", "The right to fish below the weir stays with the seller")
    (papers / "deed.txt").write_text("COPY\n\n" + DEED.replace("fish below ", "fish\nbelow "))
    service.index([papers])
    result = outcome(service, quote)
    assert (result.outcome, result.words) == (Outcome.MOVED, quote.words.replace("fish below", "fish\nbelow"))


def test_the_words_that_took_the_place_of_a_quote_are_shown(service, quoted, papers):
    quote = quoted("deed.txt", "4 July 1931")
    (papers / "deed.txt").write_text(DEED.replace("4 July 1931", "30 September 1932"))
    service.index([papers])
    result = outcome(service, quote)
    assert (result.outcome, result.words, result.page) == (Outcome.CHANGED, "30 September 1932", 1)
    assert 0 < result.similarity < 1


def test_the_same_words_in_another_sentence_are_not_the_quote(service, quoted, papers):
    quote = quoted("letter.txt", "300 crowns")
    (papers / "letter.txt").write_text(LETTER.replace("300", "900") + "\nA boat costs 300 crowns.\n")
    service.index([papers])
    result = outcome(service, quote)
    assert (result.outcome, result.words) == (Outcome.CHANGED, "900 crowns")


def test_a_sentence_that_changed_around_the_words_is_told(service, quoted, papers):
    quote = quoted("deed.txt", "the weir stays with the seller for thirty years")
    text = DEED.replace("The right to fish below", "No right to swim before ").replace(".\n", ", unless sold.\n")
    (papers / "deed.txt").write_text(text)
    service.index([papers])
    result = outcome(service, dataclasses.replace(quote, before="right to fish below ", after=". The end."))
    assert result.words == quote.words
    assert "the words around it are others now" in result.reason


def test_a_document_that_was_deleted_is_gone(service, quoted):
    quote = quoted("will.txt", "Kestrel Bay")
    service.delete(["will.txt"])
    result = outcome(service, quote)
    assert result.outcome is Outcome.GONE
    assert result.reason == "no document 'will.txt': it was deleted, or never indexed here"


def test_a_file_in_another_folder_is_found_by_its_name(service, quoted, papers, tmp_path):
    quote = quoted("letter.txt", "300 crowns")
    service.delete(["letter.txt"])
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "letter.txt").write_text(LETTER + "\nP.S. Come soon.\n")
    service.index([tmp_path / "archive"])
    assert outcome(service, quote).outcome is Outcome.HOLDS


def test_of_two_documents_of_one_name_neither_is_taken(service, quoted, papers):
    (papers / "copies").mkdir()
    (papers / "copies" / "letter.txt").write_text(LETTER.replace("300", "301"))
    service.index([papers])
    result = outcome(service, GivenQuote("300 crowns", document="letter.txt"))
    assert result.outcome is Outcome.UNCHECKED
    assert "2 documents are named 'letter.txt'" in result.reason
    by_path = GivenQuote("301 crowns", document="letter.txt", path=str(papers / "copies" / "letter.txt"))
    assert outcome(service, by_path).outcome is Outcome.HOLDS


def test_a_document_and_words_are_enough(service):
    ids = {record.meta["name"]: record.id for record in service.documents()}
    for document in ("deed.txt", ids["deed.txt"], ids["deed.txt"][:12]):
        assert outcome(service, GivenQuote("the mill at Ostrava", document)).outcome is Outcome.HOLDS
    assert outcome(service, GivenQuote("Kestrel Bay", "will.txt", page=2)).outcome is Outcome.HOLDS
    moved = outcome(service, GivenQuote("Kestrel Bay", "will.txt", page=1))
    assert (moved.outcome, moved.page) == (Outcome.MOVED, 2)
    assert outcome(service, GivenQuote("Zanzibar", "will.txt")).outcome is Outcome.GONE


EDITED = [
    ({"start": 3, "end": 14}, Outcome.MOVED, "or somebody edited its page or offsets"),
    ({"start": 10**9, "end": 10**9 + 3}, Outcome.MOVED, "or somebody edited its page or offsets"),
    (
        {"start": None, "end": None, "note": "its end 3 is not after its start 9"},
        Outcome.MOVED,
        "its end 3 is not after",
    ),
    ({"words": "4 June 1931"}, Outcome.CHANGED, "or somebody edited its words"),
    ({"problem": "its quote is a formula: make it text"}, Outcome.UNCHECKED, "its quote is a formula: make it text"),
]


@pytest.mark.parametrize(("edit", "expected", "reason"), EDITED)
def test_a_file_that_was_edited_by_hand_is_told_apart_from_a_document_that_changed(
    service, quoted, edit, expected, reason
):
    result = outcome(service, quoted("deed.txt", "4 July 1931", **edit))
    assert result.outcome is expected
    assert reason in result.reason
    if expected is Outcome.CHANGED:
        assert result.words == "4 July 1931"


def test_outcomes_come_in_the_order_of_the_quotes(service, quoted):
    quotes = [quoted(*WORDS[number % 4], place=str(number)) for number in range(20)]
    done = []
    result = service.sheets.verify(quotes, progress=done.append)
    assert [quote.quote.place for quote in result.quotes] == [str(number) for number in range(20)]
    assert done[-1] == 20


def rows(quotes):
    fields = ("document", "document_id", "path", "words", "before", "after", "page", "start", "end")
    headings = [{"words": "quote"}.get(field, field.replace("_", " ")) for field in fields]
    cells = ([getattr(quote, field) for field in fields] for quote in quotes)
    return [headings, *([c.replace("\f", " ") if isinstance(c, str) else c for c in row] for row in cells)]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_every_quote_of_an_exported_sheet_holds(service, papers, tmp_path, suffix):
    (papers / "sums.txt").write_text("=1+1 is the sum. 'tis so. @ten\tcrowns, -12 %. שלום עולם. The end.\n")
    service.index([papers])
    words = {"sums.txt": ["=1+1 is the sum", "'tis", "@ten\tcrowns", "-12 %", "שלום עולם"]}
    words |= {
        "will.txt": ["her brother.\n\fSigned at Kestrel Bay", "boat"],
        "report.pdf": ["12 litres"],
        "deed.txt": ["mill"],
    }
    crops = SheetQuestion("What is said?", "said", Kind.LIST)
    documents = service.sheets.documents(names=list(words))
    cells = {}
    for document in documents:
        text = service.text(document.id)
        quotes = []
        for each in words[document.name]:
            start = text.index(each)
            end = start + len(each)
            around = text[max(0, start - 20) : start], text[end : end + 20]
            quotes.append(Quote(each, *around, document.id, document.name, 1, start, end, 0.9))
        cells[document.id, crops.text] = Cell(State.FOUND, tuple(quotes), 1, 1)
    sheet = Sheet([crops], documents, cells, "reader", "all", "2031-01-01T00:00:00+00:00")
    given = read_quotes(write_sheet(sheet, tmp_path / f"terms{suffix}")[0])
    assert len(given.quotes) == sum(map(len, words.values()))
    result = service.sheets.verify(given.quotes)
    assert result.holds, [quote for quote in result.quotes if not quote.holds]
    assert not any(quote.reason for quote in result.quotes)
    (papers / "sums.txt").write_text("=1+2 is the sum. 'tis so. @ten\tcrowns, -12 %. שלום עולם. The end.\n")
    service.index([papers])
    counts = service.sheets.verify(given.quotes).counts()
    assert (counts[Outcome.CHANGED], counts[Outcome.HOLDS]) == (1, len(given.quotes) - 1)


def test_the_command_prints_what_does_not_hold_and_exits_with_1(service, quoted, papers, tmp_path):
    book = openpyxl.Workbook()
    for row in rows(quoted(*each) for each in WORDS):
        book.active.append(row)
    book.active.append([*rows([quoted(*WORDS[0])])[1][:3], "=1+1"])
    file = tmp_path / "terms.xlsx"
    book.save(file)
    service.close()
    store = {"NEEDLEPOINT_STORE": str(tmp_path / "store")}
    told = run_command("verify", file, **store)
    assert told.returncode == 1
    assert "5 quotes: 4 holds, 1 not checked" in told.stdout
    assert "its quote is a formula: make it text" in told.stdout
    assert "Kestrel Bay" not in told.stdout
    (papers / "letter.txt").write_text("Dear Ola,\n\nthe weir was mended for 450 crowns. The mill turns again.\n")
    run_command("index", papers, **store)
    book.active.delete_rows(6)
    book.save(file)
    told = run_command("verify", file, "--all", **store)
    assert told.returncode == 1
    assert "4 quotes: 3 holds, 1 changed" in told.stdout
    assert "“450 crowns”" in told.stdout
    assert "Kestrel Bay" in told.stdout
    as_json = json.loads(run_command("verify", file, "--json", **store).stdout)
    assert as_json["counts"] == {"holds": 3, "moved": 0, "changed": 1, "gone": 0, "not checked": 0}
    assert as_json["quotes"][2]["now"]["words"] == "450 crowns"
    book.active.delete_rows(4)
    book.save(file)
    told = run_command("verify", file, **store)
    assert (told.returncode, told.stderr) == (0, "")
    assert "3 quotes: 3 holds" in told.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("document,page\na.pdf,1\n", "no column for the quote"),
        ("", "it is empty"),
        (None, "cannot be read"),
        ("document,quote\na.pdf,x\n", "the collection is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path, content, said):
    file = tmp_path / "terms.csv"
    if content is not None:
        file.write_text(content)
    told = run_command("verify", file, NEEDLEPOINT_STORE=str(tmp_path / "store"))
    assert told.returncode == 1
    assert said in told.stderr
    assert told.stderr.startswith("needlepoint: ")
    assert told.stderr.count("\n") == 1


def test_a_csv_of_any_program_is_verified(service, tmp_path):
    (tmp_path / "list.csv").write_text(
        "File;Quotation\ndeed.txt;the mill at Ostrava\nwill.txt;my boat to Ida Moreaux\nnone.txt;x\n"
    )
    found = read_quotes(tmp_path / "list.csv")
    outcomes = [str(quote.outcome) for quote in service.sheets.verify(found.quotes).quotes]
    assert outcomes == ["holds", "changed", "gone"]


def test_a_collection_that_was_copied_elsewhere_verifies_the_same(service, quoted, tmp_path):
    quotes = [quoted(*each) for each in WORDS]
    service.close()
    store = shutil.copytree(tmp_path / "store", tmp_path / "elsewhere")
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=store)) as other:
        assert other.sheets.verify(quotes).holds
