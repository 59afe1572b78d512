"""A sheet with a cell of every state, and with words that break files, spreadsheets and pages."""

from needlepoint.answers.replies import Quote
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State

FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "'=1+1",
    "\N{FULLWIDTH EQUALS SIGN}1+1",
)
WORDS = (
    *FORMULAS,
    "#N/A",
    "31/03/2031",
    "007",
    "<script>window.hurt=1</script><img src=x onerror='window.hurt=1'>",
    'a "quoted" & <b>bold</b> word, with; separators',
    "]]>",
    "חוזה שכירות",
    "الإيجار 2024",
    "\u202egnitirw sdrawkcab\u202c",
    "👩‍👩‍👧 é ﬁ",
    "first page\fsecond page",
    "line\nline\r\nline\ttab",
    "bell\x07 escape\x1b \ufffe",
    "_x0041_",
    "x" * 40_000,
    "😀" * 20_000,
    " spaces around ",
)
SCORES = (0.93, 0.6, 0.2)
SOURCES = 7
"""Sources of a document, candidates included: an answer with two candidates, two with one, and a candidate alone."""


def words_quoted(words, document, *, start=10, score=0.9, page=3):
    """Return words as a quote in a sentence of a document."""
    return Quote(
        words,
        "Before ",
        " after.",
        document.id,
        document.name,
        page,
        start,
        start + len(words),
        score,
        last_page=page + 1,
    )


def hostile_sheet():
    """Return the sheet: a document for each of :data:`WORDS`, and after them one without any text and one not read yet."""
    questions = questions_from(
        [
            {"question": "What does it say?", "short name": "=Words"},
            {"question": "Who signs?", "short name": "Signed by", "kind": "list", "hint": "signature"},
            {"question": "Is there a <guarantee>?", "short name": "<b>Guarantee</b>", "kind": "yes/no"},
            {"question": "Which column is empty?", "short name": "Empty"},
        ]
    )
    says, signs, guarantee, _ = questions
    documents, cells = [], {}
    for number, words in enumerate(WORDS):
        document = SheetDocument(
            f"{number:032x}",
            f"{number}.pdf",
            f"/files/{number}.pdf",
            title=words[:60],
            date="2024-03-11",
            type="pdf",
            pages=4,
            passages=38,
            unread=("page 2: <a scan>", "page 4: no text") if number == 1 else (),
        )
        documents.append(document)
        found = tuple(words_quoted(words, document, start=number, score=score) for score in SCORES)
        cells[document.id, says.text] = Cell(State.FOUND, found, read=5, total=38)
        cells[document.id, signs.text] = Cell(State.FOUND, found, read=5, total=38)
        reason = "page 2: <a scan> (and 1 more)" if number == 1 else ""
        cells[document.id, guarantee.text] = Cell(State.NOT_FOUND, found[2:], read=38, total=38, reason=reason)
    documents.append(SheetDocument("f" * 32, "=scan.pdf", unread=("page 1: a scan",)))
    cells |= {("f" * 32, each.text): Cell(State.UNREAD, reason="it has no text") for each in questions[:3]}
    documents.append(SheetDocument("e" * 32, "late.pdf", title="late.pdf", passages=3))
    made = "2026-11-28T17:31:00+00:00"
    return Sheet(questions, documents, cells, "reader <12x384>", "the best 5 passages of each document", made)
