import threading

import pytest

from needlepoint.collection.removing import remove_documents
from needlepoint.errors import ModelError, SheetError
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.reading import Coverage, pairs_of
from needlepoint.sheets.recall import depth_for_recall
from needlepoint.sheets.table import State

QUESTIONS = questions_from(["What is the colour?", "What is the size?"])


def filled(filler, documents, questions=QUESTIONS, **options):
    return {
        (each.document.name, each.question.name.split()[-1]): each.cell
        for each in filler.fill(pairs_of(questions, documents), **options)
    }


def test_a_cell_is_a_quotation_or_says_how_much_was_read(add, filler):
    documents = add(box=["The colour is red.", "Nothing else."], bag=["Ours is blue."])
    cells = filled(filler(), documents)
    assert cells["box", "colour"].shown() == "red"
    assert cells["box", "size"].shown() == "not found in 2 of 2 passages"
    assert cells["bag", "colour"].shown() == "not found in 1 of 1 passages"


def test_a_quote_stands_in_its_document(add, filler, store):
    documents = add(box=["Some words first.", "Then: the colour is red."])
    quote = filled(filler(), documents)["box", "colour"].quote
    (record,) = [each for each in documents if each.name == "box"]
    assert (quote.document_id, quote.page) == (record.id, 2)
    assert "Some words first.\fThen: the colour is red."[quote.start : quote.end] == "red"


def test_passages_with_a_value_of_the_asked_kind_are_read_first(add, filler, rules):
    (first, *_) = questions = questions_from(["When does the agreement begin?", "Who signs the agreement?"])
    documents = add(
        deed=["When the agreement begins, it begins.", "The agreement begins on 5 May 2031, and so on and on."]
    )
    filled(filler(1), documents, questions)
    read = {question: ids[0][-1] for question, ids in rules.read}
    assert read == {first.text: "2", questions[1].text: "1"}


def test_the_best_passages_of_each_document_are_read_and_no_more(add, filler, rules):
    documents = add(box=[f"Word {n}." for n in range(9)] + ["The colour is red."])
    cell = filled(filler(3), documents)["box", "colour"]
    assert (cell.read, cell.total, cell.rank) == (3, 10, 1)
    assert all(len(passages) == 3 for _, passages in rules.read)


def test_all_passages_are_read_once_whatever_they_say(add, filler, rules):
    documents = add(box=[f"Word {n}." for n in range(30)])
    cells = filled(filler(None), documents)
    assert {cell.shown() for cell in cells.values()} == {"not found in 30 of 30 passages"}
    for _, passages in rules.read:
        assert sorted(passages) == sorted({f"{documents[0].id}-{n}" for n in range(1, 31)})


def test_what_was_read_is_not_read_again(add, filler, rules):
    documents = add(box=["The colour is red."], bag=["The size is big."])
    first = filled(filler(), documents)
    assert len(rules.read) == 4
    assert filled(filler(), documents) == first
    assert len(rules.read) == 4
    assert filler().work(pairs_of(QUESTIONS, documents)).known == 4


def test_only_a_changed_document_is_read_again(add, filler, rules):
    filled(filler(), add(box=["The colour is red."], bag=["The size is big."]))
    documents = add(bag=["The size is small."])
    cells = filled(filler(), documents)
    assert cells["bag", "size"].shown() == "small"
    assert len(rules.read) == 6


@pytest.mark.parametrize("other", [{"key": "rules-2"}, {"again": True}, {"passages": 1}])
def test_another_reader_other_settings_or_the_wish_read_anew(add, filler, rules, other):
    documents = add(box=["The colour is red."])
    filled(filler(), documents)
    filled(filler(**other), documents)
    assert len(rules.read) == 4


def test_a_changed_reader_is_noticed(add, filler):
    documents = add(box=["The colour is red."])
    filled(filler(), documents)
    work = filler(key="rules-2").work(pairs_of(QUESTIONS, documents))
    assert (work.units, work.known, work.outdated) == (2, 0, 2)


def test_a_hint_is_searched_for_and_not_read(add, filler, rules):
    documents = add(box=[*(f"The colour of thing {n}." for n in range(9)), "Its paint is this: the colour is red."])
    questions = questions_from([{"question": "What is the colour?", "hint": "paint"}])
    assert filled(filler(1), documents, questions)["box", "colour"].shown() == "red"
    assert {question for question, _ in rules.read} == {"What is the colour?"}


def test_a_document_that_is_deleted_meanwhile_is_said_and_tried_again(add, filler, store):
    documents = add(box=["The colour is red."], bag=["The colour is blue."])
    remove_documents(store, [documents[0].id])
    cells = filled(filler(), documents)
    assert cells["bag", "colour"].shown() == "unread: the document was deleted while the sheet was read"
    assert cells["box", "colour"].state is State.FOUND
    assert filler().work(pairs_of(QUESTIONS, documents)).known == 2


def test_a_document_without_text_says_why(add, filler, store):
    documents = add(box=["The colour is red."])
    from dataclasses import replace

    scanned = replace(documents[0], passages=0, unread=("page 1: a picture without text", "page 2: the same"))
    cell = filled(filler(), [scanned])["box", "colour"]
    assert cell.shown() == "unread: page 1: a picture without text (and 1 more)"


def test_what_of_a_document_was_not_read_is_said_where_nothing_was_found(add, filler):
    from dataclasses import replace

    (document,) = add(box=["The colour is red."])
    cells = filled(filler(), [replace(document, unread=("page 3: a picture without text",))])
    assert cells["box", "size"].shown() == "not found in 1 of 1 passages; not read: page 3: a picture without text"
    assert cells["box", "colour"].shown() == "red"


def test_a_cell_that_fails_names_its_reason_and_the_others_go_on(add, filler, rules):
    answer = rules.answer

    def failing(question, passages):
        if "size" in question:
            raise ModelError("the model is gone")
        return answer(question, passages)

    rules.answer = failing
    documents = add(box=["The colour is red, the size is big."])
    cells, pairs = filled(filler(), documents), pairs_of(QUESTIONS, documents)
    assert cells["box", "size"].shown() == "unread: the model is gone"
    assert [each.cell.shown() for each in filler().failed(pairs)] == ["unread: the model is gone"]
    assert filler().work(pairs).known == 1
    rules.answer = answer
    assert filled(filler(), documents)["box", "size"].shown() == "big"
    assert filler().failed(pairs) == []


def test_a_stopped_sheet_goes_on_from_where_it_was(add, filler, rules):
    documents = add(**{f"box{n}": [f"The colour is c{n}."] for n in range(40)})
    stop = threading.Event()
    first = filler().fill(pairs_of(QUESTIONS, documents), stop=stop)
    next(first)
    stop.set()
    read = 1 + len(list(first))
    assert read < 80
    known = filler().work(pairs_of(QUESTIONS, documents)).known
    assert known >= read
    assert len(filled(filler(), documents)) == 80
    assert len(rules.read) == 80


def test_two_runs_on_one_ledger_agree(add, filler):
    documents = add(**{f"box{n}": [f"The colour is c{n}."] for n in range(30)})
    found = [None, None]

    def run(number):
        found[number] = filled(filler(), documents)

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert len(found[0]) == 60


def test_another_question_goes_first(add, filler):
    documents = add(box=["The colour is red."])
    begun, free = threading.Event(), threading.Event()

    def give_way():
        begun.set()
        free.wait(60)

    cells = filler(give_way=give_way).fill(pairs_of(QUESTIONS, documents))
    found = []
    thread = threading.Thread(target=lambda: found.extend(cells))
    thread.start()
    assert begun.wait(60)
    assert not found
    free.set()
    thread.join()
    assert len(found) == 2


def test_the_depth_for_a_recall_is_that_of_the_answers(add, filler):
    """Each answer stands in the passage that is read third."""
    texts = {f"box{n}": ["colour colour colour", "colour colour", "The colour is red and wide."] for n in range(70)}
    documents = add(**texts)
    estimate = depth_for_recall(filler(None), QUESTIONS[:1], documents, target=0.9)
    assert estimate.coverage == Coverage(3)
    assert "with 95 % confidence at least 90%" in estimate.words
    few = depth_for_recall(filler(None), QUESTIONS[:1], documents[:20], target=0.9)
    assert few.coverage == Coverage(None)
    assert "too few" in few.words


def test_nothing_below_one_passage_is_read():
    with pytest.raises(SheetError, match="at least 1 passage"):
        Coverage(0)


def test_rows_are_those_of_the_collection(add):
    (row,) = add(box=["One.", "Two."])
    assert (row.name, row.path, row.pages, row.passages) == ("box", "/files/box", 2, 2)
