"""The page's plain functions: places, cards, filters, what people say, citations, words."""

import csv
import io
import json
from collections import namedtuple
from dataclasses import replace

import pytest
from docx import Document as WordDocument
from hypothesis import given
from hypothesis import strategies as st

from needlepoint_ui import following, words
from needlepoint_ui.ask import citations, feedback
from needlepoint_ui.ask.answers import disagreeing, split_unlikely, summary_of, without_answer
from needlepoint_ui.collection import intake
from needlepoint_ui.marking import labels
from needlepoint_ui.marking.selection import trimmed
from needlepoint_ui.reader.component import on_page
from needlepoint_ui.review import measuring, table
from needlepoint_ui.service import failures
from needlepoint_ui.service.collection_models import FileState, Job, PageEntry, Record
from needlepoint_ui.service.labels import Label
from needlepoint_ui.service.models import Card, Document, Passage, Place, Reply
from needlepoint_ui.source_pane import window
from needlepoint_ui.state import Opened, PageState

Sent = namedtuple("Sent", "name size")
PASSAGE = "The lease ends on 31 March. Notice of 31 March\nis due in May."


def place(name="a", start=10, end=20, date="", answer="31 March", score=0.9):
    return Place(Document(name, f"{name}.txt", date=date), 1, start, end, answer, "It ends on ", ".", score)


def card(answer="31 March", score=0.9, where=None, others=()):
    where = replace(where or place(), answer=answer, score=score)
    passage = Passage("p", PASSAGE, Place(where.document, 1, 0, len(PASSAGE)))
    return Card(where, passage, tuple(others))


# --- the reading pane


def test_the_part_of_the_mark_on_a_page():
    leaf = PageEntry(2, 100, 200)
    assert on_page(Opened("d", 150, 160), leaf) == (150, 160)
    assert on_page(Opened("d", 90, 110), leaf) == (100, 110)
    assert on_page(Opened("d", 190, 250), leaf) == (190, 200)
    assert on_page(Opened("d", 10, 20), leaf) is None
    assert on_page(Opened("d"), leaf) is None


def test_of_a_page_as_long_as_a_book_only_what_surrounds_the_mark_is_fetched():
    leaf = PageEntry(1, 0, 2_000_000)
    first, last = window(leaf, (1_000_000, 1_000_010))
    assert first <= 1_000_000
    assert last >= 1_000_010
    assert last - first <= 20_000
    assert window(leaf, (1_999_990, 2_000_000))[1] == 2_000_000
    assert window(leaf, None) == (0, 20_000)
    assert window(PageEntry(1, 50, 90), (60, 70)) == (50, 90)


def test_the_page_on_which_a_character_stands():
    record = Record(Document("d", "d"), page_list=(PageEntry(1, 0, 10), PageEntry(2, 11, 20), PageEntry(3, 21, 21)))
    assert [record.page_at(start) for start in (0, 10, 11, 20, 21, 99)] == [1, 1, 2, 2, 3, 3]
    assert record.page(99).number == 3
    assert Record.of({"id": "d", "name": "d", "unread": ["a picture"]}).unread == ("a picture",)
    assert Record(Document("d", "d")).page(3) == PageEntry(1, 0, 0)


@given(st.from_regex(r"[0-9a-f]{8,64}", fullmatch=True), st.integers(0, 10**9), st.integers(1, 10**4), st.booleans())
def test_what_is_open_goes_into_the_address_and_comes_back(name, start, length, is_passage):
    opened = Opened(name, start, start + length, is_passage)
    assert Opened.from_address(opened.address) == opened
    assert Opened.from_address(Opened(name).address) == Opened(name)


@pytest.mark.parametrize(
    "text", ["", "..", "../../etc", "abcd:9", "abcd:x-y", "abcd:1-2x", "a" * 200, "abcd:1-2p:", "<b>"]
)
def test_an_address_of_another_form_opens_nothing(text):
    assert Opened.from_address(text) is None


# --- cards


def test_unlikely_answers_are_parted_but_the_best_is_always_shown():
    shown, unlikely = split_unlikely([card("a", 0.9), card("b", 0.41), card("c", 0.1)])
    assert [each.answer for each in shown] == ["a", "b"]
    assert [each.answer for each in unlikely] == ["c"]
    assert split_unlikely([card("c", 0.1)])[1] == []


def test_documents_that_differ_are_told_newest_first():
    old, new = card("2029", 0.9, place("a", date="2019-01-01")), card("2031", 0.8, place("b", date="2021-01-01"))
    assert disagreeing([old, new]) == [new, old]
    assert disagreeing([old]) == []


def test_the_day_of_a_file_is_told_from_that_of_its_document():
    about = {"id": "d", "name": "deed.pdf", "date": "2020-07-08"}
    own, file = Document.of(about), Document.of({**about, "date_of": "file"})
    assert (own.day, own.own_date) == ("8 July 2020", "2020-07-08")
    assert (file.day, file.own_date) == ("file of 8 July 2020", "")
    assert Document.of({**about, "date": None}).day == ""


@pytest.mark.parametrize(
    "other",
    [
        card("2031", 0.7, place("b")),  # not very likely
        card("in 2029", 0.9, place("b")),  # holds the same words
        card("2031", 0.9, place("a", 50, 60)),  # of the same document
    ],
)
def test_what_is_no_disagreement(other):
    assert disagreeing([card("2029", 0.9, place("a")), other]) == []


def test_passages_without_an_answer_are_those_that_hold_none():
    passages = tuple(Passage(name, "", Place(Document(name, name), 1, 0, 15)) for name in ("a", "b", "c"))
    reply = Reply("q", cards=(card(where=place("a"), others=[place("c")]),), nearest=passages)
    assert [passage.id for passage in without_answer(reply)] == ["b"]


def test_the_summary_counts_what_is_shown():
    reply = Reply("q", cards=(card(others=[place("b")]), card("x", 0.1, place("c"))), passages=20, seconds=0.44)
    assert summary_of(reply) == "1 answer in 2 documents · 20 passages read in 0.4 s"


# --- what people say


def test_words_are_found_in_the_passage_whatever_the_white_space():
    assert [PASSAGE[slice(*span)] for span in labels.occurrences("31  March", PASSAGE)] == ["31 March", "31 March"]
    assert [PASSAGE[slice(*span)] for span in labels.occurrences("March is", PASSAGE)] == ["March\nis"]
    assert labels.occurrences("1 April", PASSAGE) == []
    assert labels.occurrences("31 march", PASSAGE) == []
    assert labels.occurrences("  ", PASSAGE) == []
    assert labels.occurrences("a.c", "abc a.c") == [(4, 7)]


@given(st.text(), st.integers(0, 50), st.integers(1, 50))
def test_what_was_copied_from_a_passage_is_found_in_it(text, start, length):
    words_ = text[start : start + length]
    if words_.split():
        found = labels.occurrences(words_, text)
        assert any(text[slice(*span)].split() == words_.split() for span in found)


@given(st.text(min_size=1), st.one_of(st.none(), st.text(), st.tuples(st.integers(-5, 50), st.integers(-5, 50))))
def test_a_range_sent_by_a_browser_is_checked(text, chosen):
    span = trimmed(text, chosen)
    if span:
        assert text[slice(*span)] == text[slice(*span)].strip() != ""


def test_the_label_of_a_correction_holds_its_own_place():
    given_ = {"answer": {"answer": "31 March", "score": 0.9, "meta": {"author": "Ann"}}, "document": {"id": "p"}}
    judged = Card(place(), card().passage, haystack=given_)
    start = PASSAGE.index("May")
    label = labels.of_card("When?", judged, labels.CORRECTED, span=(start, start + 3))
    answer = label["answer"]
    assert answer["answer"] == "May"
    (offsets,) = answer["offsets_in_document"]
    assert PASSAGE[offsets["start"] : offsets["end"]] == "May"
    assert (answer["meta"]["author"], answer["meta"]["start"]) == ("Ann", start)
    assert (label["is_correct_answer"], label["is_correct_document"]) == (True, True)
    assert label["meta"] == {"verdict": "corrected", "replaced": "31 March", "judged": Opened.at(judged.place).address}
    own = labels.of_person(label, "ann")
    again = labels.of_person(labels.of_card("  when? ", judged, labels.WRONG), "ann")
    assert again["id"] == own["id"], "judged again, it counts once"
    assert labels.of_person(label, "ben")["id"] != own["id"], "nobody's judgement replaces another's"


def test_what_was_said_is_found_again_by_its_place_also_in_labels_that_do_not_name_it():
    def of(card_, verdict, **given):
        values = labels.of_card("When?", card_, verdict, **given)
        return Label.of({**values, "created_at": "2024-05-04 10:00:00"})

    said = of(card(), labels.CORRECTED, span=(0, 3))
    earlier = replace(said, id="1", verdict="right")
    assert feedback.said_of_card(card(), PageState(judgements=[earlier, said]).said) == said
    unnamed = replace(of(card(), labels.RIGHT), judged="", start=card().place.start, end=card().place.end)
    assert PageState(judgements=[unnamed]).said == {Opened.at(card().place).address: unnamed}


def test_words_that_a_person_confirmed_are_judged_like_the_reader_s():
    start = PASSAGE.index("31 March")
    confirmed = card(where=place(start=start, end=start + 8))
    label = labels.of_card("When?", confirmed, labels.RIGHT)
    (offsets,) = label["answer"]["offsets_in_document"]
    assert (
        label["document"]["content"][offsets["start"] : offsets["end"]] == label["answer"]["answer"] == confirmed.answer
    )


def test_the_sentence_of_corrected_words_is_quoted():
    start = PASSAGE.index("31 March\n")
    said = Label("7", "When?", "31 March", "corrected", "x", card().passage, start, start + 8, "")
    assert said.around == ("Notice of ", "\nis due in May.")


@pytest.mark.parametrize(
    ("verdict", "answer", "document"), [("right", True, True), ("wrong", False, True), ("absent", False, False)]
)
def test_verdicts_in_haystacks_terms(verdict, answer, document):
    label = labels.of_card("When?", card(), verdict)
    assert (label["is_correct_answer"], label["is_correct_document"]) == (answer, document)


def test_a_label_changed_and_put_back_keeps_its_id_and_the_readers_words():
    said = Label("7", "When?", "31 March", "right", "", card().passage, 18, 26, "")
    changed = labels.changed(said, labels.CORRECTED, span=(0, 3))
    assert (changed["id"], changed["answer"]["answer"], changed["meta"]["replaced"]) == ("7", "The", "31 March")


def test_the_summary_of_what_was_said():
    said = [
        Label(str(number), "When?", "x", verdict, "", card().passage, 0, 1, "")
        for number, verdict in enumerate(["right", "right", "wrong", "absent"])
    ]
    assert table.summary_of(said) == (
        "4 judgements on 1 question: 2 right, 1 wrong, 1 not in this document · the reader was right in 50 %"
    )


def test_accuracy_by_question_has_the_worst_first():
    said = [
        Label(str(number), question, "x", verdict, "", card().passage, 0, 1, "")
        for number, (question, verdict) in enumerate([("a?", "right"), ("b?", "right"), ("b?", "wrong")])
    ]
    assert table.by_question(said) == [
        {"Question": "b?", "Judged": 2, "Right": 0.5},
        {"Question": "a?", "Judged": 1, "Right": 1.0},
    ]


def test_a_measurement_in_words_and_as_a_curve():
    rows = [{"coverage": 1.0, "risk": 0.25}, {"coverage": 0.5, "risk": 0.0}, {"coverage": 0.0, "risk": None}]
    result = {
        "questions": 4,
        "scores": {"exact": 75.0, "f1": 80.0},
        "trust": {"thresholds": rows},
        "left_out": {"x": 2},
    }
    assert measuring.figures(result) == [
        ("Questions", "4"),
        ("Exact match", "75.0 %"),
        ("F1", "80.0 %"),
        ("Judgements that cannot be used", "2"),
    ]
    assert measuring.curve(result) == [{"answered": 0.5, "wrong": 0.0}, {"answered": 1.0, "wrong": 0.25}]
    assert measuring.curve({"trust": None}) == []


# --- citations

REPLY = Reply(
    "=When does it end?",
    cards=(card(others=[place("b", 5, 13, answer="31 MARCH", score=0.2)]), card("=HYPERLINK(1)", 0.5, place("c"))),
    passages=20,
    documents=3,
    reader="bundled reader, int8",
    asked="2025-05-07T12:00:00+00:00",
)


def test_a_table_has_every_place_and_no_formula():
    rows = list(csv.DictReader(io.StringIO(citations.as_csv(REPLY).decode("utf-8-sig"))))
    assert [row["document"] for row in rows] == ["a.txt", "b.txt", "c.txt"]
    assert rows[2]["answer"] == "'=HYPERLINK(1)"
    assert rows[0]["quote"] == "It ends on 31 March."
    assert (rows[0]["likelihood"], rows[0]["score"]) == ("very likely", "0.9")


def test_each_place_is_cited_with_its_own_words_and_score():
    other = citations.citations(REPLY)[1]
    assert (other.answer, other.quote) == ("31 MARCH", "It ends on 31 MARCH.")
    assert (other.likelihood, other.score) == (words.likelihood(0.2), 0.2)
    assert f"({words.likelihood(0.2)}, 20 %)" in citations.as_markdown(REPLY).decode()


def test_json_has_what_a_citation_needs():
    data = json.loads(citations.as_json(REPLY))
    assert data["passages_read"] == 20
    assert data["answers"][1]["start"] == 5
    assert data["answers"][0]["reader"] == "bundled reader, int8"


def test_markdown_quotes_the_words_and_shows_markup_as_text():
    text = citations.as_markdown(Reply("What is **it**?", cards=(card("<b>"),))).decode()
    assert text.startswith("# What is \\*\\*it\\*\\*?")
    assert "> It ends on **\\<b\\>**." in text


def test_word_marks_the_words_in_their_sentence():
    document = WordDocument(io.BytesIO(citations.as_word(REPLY)))
    quote = next(paragraph for paragraph in document.paragraphs if paragraph.style.name == "Quote")
    assert quote.text == "“It ends on 31 March.”"
    assert [run.text for run in quote.runs if run.font.highlight_color] == ["31 March"]


@pytest.mark.parametrize("made", [citations.as_csv, citations.as_json, citations.as_markdown, citations.as_word])
def test_any_text_can_be_exported_and_so_can_no_answer(made):
    evil = "\x00\x1b\u202e<script>\ufffe\ud800"
    assert made(Reply(evil, cards=(card(evil),)))
    assert made(Reply("q"))


@pytest.mark.parametrize(
    ("question", "name"), [("When does it end?", "when-does-it-end.csv"), ("日本?", "answers.csv"), ("../É!", "e.csv")]
)
def test_names_of_exports(question, name):
    assert citations.file_name(question, "csv") == name


# --- jobs, uploads, failures, words


def test_a_files_state_in_words():
    assert following.said(FileState("a", "done", 1)) == "added: 1 passage"
    assert following.said(FileState("a", "skipped", reason="password-protected")) == "not added: password-protected"
    assert following.said(FileState("a", "reading")) == "reading …"
    assert following.said(FileState("a", "reading", reason="OCR has read 3 of 9 pages")).endswith("3 of 9 pages")
    job = Job(
        "1",
        "stopped",
        files=(FileState("a", "done"), FileState("b", "skipped"), FileState("c", "done", reason="known")),
    )
    assert following.outcome(job) == "Stopped. 1 file added · 1 already there · 1 not added"
    assert [state for _, state, _ in following.lines(job.files)] == ["skipped", "done", "done"]
    assert following.outcome(Job("1", "failed", reason="the service has restarted")) == (
        "Failed: the service has restarted. "
    )


def test_thousands_of_files_go_in_portions_and_each_has_an_outcome():
    files = [Sent(f"papers/{number}.txt", 1) for number in range(1_000)] + [Sent("film.mov", 900_000_000)]
    fit, refused = intake.split_refused(files, most_bytes=200e6)
    assert [(file.name, file.state) for file in refused] == [("film.mov", "skipped")]
    assert "larger than 200 MB" in refused[0].reason
    adding = intake.Intake(fit, len(files), over=refused)
    sizes = []
    while portion := adding.next_portion(most=300, most_bytes=250):
        sizes.append(len(portion))
        adding.keep(Job("1", "done", files=tuple(FileState(file.name, "done") for file in portion)))
    assert sizes == [250, 250, 250, 250]
    assert len(adding.outcome(Job("1", "done")).files) == adding.total == 1_001


def test_a_stop_counts_even_if_the_portion_was_over_by_then():
    adding = intake.Intake([Sent("a", 1), Sent("b", 1)], 2)
    adding.next_portion(most=1, most_bytes=100)
    adding.stop()
    job = Job("1", "done", files=(FileState("a", "done"),))
    adding.keep(job)
    assert [(file.name, file.state) for file in adding.outcome(job).files] == [("a", "done"), ("b", "skipped")]
    assert adding.outcome(job).state == "stopped"


def test_a_portion_has_one_file_at_least_and_after_a_stop_the_rest_is_left_out():
    adding = intake.Intake([Sent("a", 900), Sent("b", 900)], 2)
    assert [file.name for file in adding.next_portion(most=10, most_bytes=100)] == ["a"]
    adding.keep(Job("1", "stopped", files=(FileState("a", "done"),)))
    assert [(file.name, file.state) for file in adding.over] == [("a", "done"), ("b", "skipped")]
    assert adding.waiting == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [("a.txt", ("", "a.txt")), ("deep/er/a.txt", ("deep/er", "a.txt")), ("deep\\a.txt", ("deep", "a.txt"))],
)
def test_the_folder_of_a_sent_file(name, parts):
    assert intake.folder_of(name) == parts


def test_refusals_say_what_the_service_says():
    assert str(failures.refusal_of(400, {"errors": ["no such filter"]})) == "no such filter"
    assert str(failures.refusal_of(500, None)) == "the service answered 500"
    detail = [{"loc": ["body", "question"], "msg": "too long"}]
    assert str(failures.refusal_of(422, {"detail": detail})) == "body.question: too long"
    assert "NEEDLEPOINT_API_KEY" in str(failures.refusal_of(401, {"errors": ["wrong key"]}))
    busy = failures.refusal_of(503, {"errors": ["too many"]}, retry_after="3")
    assert isinstance(busy, failures.ServiceBusyError)
    assert busy.retry_after_s == 3.0
    assert failures.refusal_of(503, {}, retry_after="soon").retry_after_s == 2.0


@pytest.mark.parametrize(
    ("score", "word"), [(1, "very likely"), (0.746, "very likely"), (0.6, "likely"), (0.41, "possible"), (0, "unsure")]
)
def test_likelihood_words_agree_with_the_percentage_beside_them(score, word):
    assert words.likelihood(score) == word


def test_words():
    assert words.day("2024-03-11") == "11 March 2024"
    assert words.day("soon") == "soon"
    assert words.count(1, "document") == "1 document"
    assert words.count(1_200, "passage") == "1,200 passages"
    assert words.kind("docx") == "Word"
    assert words.kind("odd") == "odd"
    assert words.recognised(None) == ""
    assert words.recognised(0.967) == "read by OCR, 97 % sure"
    assert [words.size(number) for number in (0, 999, 5_294, 12_345_678)] == ["0 bytes", "999 bytes", "5.3 KB", "12 MB"]
    assert words.moment("2025-05-07T12:00:00+00:00").startswith("7 May 2025")
