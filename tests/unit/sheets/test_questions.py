import io
import json

import openpyxl
import pytest

from needlepoint.errors import SheetError
from needlepoint.sheets.questions import Kind, questions_from, read_questions


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


TABLE = [
    ("Question", "Short name", "Kind", "Hint"),
    ("When does it end?", "End", "date", "expiry term"),
    ("Who signs?", None, None, None),
]
FULL = {"question": "When does it end?", "short name": "End", "kind": "date", "hint": "expiry term"}
YAML = """questions:
  - question: When does it end?
    short_name: End
    kind: date
    hint: expiry term
  - Who signs?"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("q.csv", "Question,Short name,Kind,Hint\nWhen does it end?,End,date,expiry term\nWho signs?,,,\n"),
        ("q.csv", "\ufeffquestion;short name;kind;hint\r\nWhen does it end?;End;Date;expiry  term\r\n\r\nWho signs?;;;\r\n"),
        ("q.tsv", "question\tshort_name\tkind\thint\nWhen does it end?\tEnd\tdate\texpiry term\nWho signs?\n"),
        ("q.xlsx", workbook(*TABLE)),
        ("q.yaml", '- {question: "When does it end?", short name: End, kind: date, hint: [expiry, term]}\n- Who signs?\n'),
        ("q.yml", YAML),
        ("q.json", json.dumps([FULL, "Who signs?"])),
    ],
)  # fmt: skip
def test_every_kind_of_file_gives_the_same_questions(write, name, content):
    first, second = read_questions(write(name, content))
    assert (first.text, first.name, first.kind, first.hint) == ("When does it end?", "End", Kind.DATE, "expiry term")
    assert (second.text, second.name, second.kind, second.hint) == ("Who signs?", "Who signs", Kind.TEXT, "")


def test_a_text_file_has_a_question_a_line(write):
    questions = read_questions(write("q.txt", "# terms\nWhen does it end?\r\n\n  Who   signs?  \n"))
    assert [each.text for each in questions] == ["When does it end?", "Who signs?"]


def test_a_table_of_one_column_needs_no_heading(write):
    assert len(read_questions(write("q.csv", '"When, if ever, does it end?"\nWho signs?\n'))) == 2


def test_headings_are_different(write):
    long = "What is the total consideration that the purchaser pays to the vendor at completion"
    names = [each.name for each in questions_from([f"{long} in cash?", f"{long} in shares?"])]
    assert names[0] == "What is the total consideration that the purchaser pays to…"
    assert names[1] == f"{names[0]} (2)"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("q.txt", "", "no question"),
        ("q.txt", "# only a remark\n", "no question"),
        ("q.txt", "Who?\nWhen?\nwho?\n", r"q\.txt: questions 1 and 3 are the same"),
        ("q.txt", "a" * 1001, r"question 1 has 1,001 characters"),
        ("q.txt", "\n".join(f"Question {n}?" for n in range(10_000)), "more than 1,000 questions"),
        ("q.txt", "Who?\n- - -\n", r"question 2 has no words: '- - -'"),
        ("q.txt", b"%PDF-1.7\n" + bytes(range(256)) * 9, r"q\.txt: it is no text: write a question a line"),
        ("q.csv", "question,sort\nWho?,name\n", r"question 1 has 'sort': the columns are"),
        ("q.csv", "question,kind\nWho?,person\n", r"question 1: kind 'person' is none of text, date"),
        ("q.csv", "question,kind\n,date\n", r"question 1 is empty"),
        ("q.csv", "what,kind\nWho?,date\n", "no column 'question'"),
        ("q.xlsx", b"not a workbook", "not a workbook that can be read"),
        ("q.yaml", "a: [", r"not YAML"),
        ("q.yaml", "question: Who?", "it must be a list of questions"),
        ("q.json", "[1, 2]", "it must be a list of questions"),
        ("q.json", '[{"question": {"a": 1}}]', "is no text"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(write, name, content, reason):
    with pytest.raises(SheetError, match=reason) as caught:
        read_questions(write(name, content))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SheetError, match=r"none\.csv: cannot be read \(No such file"):
        read_questions(tmp_path / "none.csv")
