"""The values of a column in groups, and where documents of one thing disagree."""

from dataclasses import replace

import pytest

from needlepoint.answers.replies import Quote
from needlepoint.sheets.agreement import column_groups, disagreements, summary
from needlepoint.sheets.questions import Kind, SheetQuestion
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State
from needlepoint.sheets.verdicts import Judged, Judgement, Verdict
from needlepoint.stores.records import Record

LAW = SheetQuestion("Which law governs?", "law", Kind.NAME)
END = SheetQuestion("When does it end?", "end", Kind.DATE)
RENT = SheetQuestion("What is the rent?", "rent", Kind.AMOUNT)
SCOPE = SheetQuestion("What is let?", "scope", Kind.TEXT)
CROPS = SheetQuestion("Which crops?", "crops", Kind.LIST)


def answer(words, *, score=0.9, before="", after="."):
    return Quote(words, before, after, "d", "file", 2, 10, 10 + len(words), score)


def found(*words, **how):
    return Cell(State.FOUND, tuple(answer(each, **how) for each in words), read=5, total=9)


def column(question, answers):
    documents = [SheetDocument(f"d{number:03}", f"file {number}.pdf") for number in range(len(answers))]
    cells = {
        (document.id, question.text): found(words) if isinstance(words, str) else words
        for document, words in zip(documents, answers, strict=True)
    }
    return Sheet([question], documents, cells)


def groups(question, answers):
    return column_groups(column(question, answers), question)


def test_equal_values_are_counted_under_the_words_that_most_documents_use():
    answers = ["State of Oregon", "Oregon", "the State of Oregon", "State of Oregon", "Utah", "UTAH law", "Maine"]
    assert summary(groups(LAW, answers)) == "State of Oregon 4, Utah 2, *Maine 1*"


def test_a_group_has_its_documents_and_cells():
    (oregon, maine) = groups(LAW, ["Oregon", "Maine", "Oregon"])
    assert [each.document.id for each in oregon.cells] == ["d000", "d002"]
    assert [each.cell.quote.answer for each in maine.cells] == ["Maine"]
    assert (oregon.count, str(oregon.value)) == (2, "oregon")


OUTLIERS = [
    (["Oregon"] * 3 + ["Maine"], ["Maine"]),
    (["Oregon"] * 2 + ["Maine"], []),  # two are not most of a column
    (["Oregon"] * 3 + ["Utah"] * 3 + ["Maine"], []),  # no value is held by more than half
    (["Oregon"] * 5 + ["Utah"] * 2 + ["Maine", "Ohio"], ["Maine", "Ohio"]),
    (["Oregon"] * 5 + ["Utah"] * 2, []),  # two agree with each other
    (["Tern Ferries Ltd"] * 5 + ["Tern Ferries"], []),  # the same but for its form
]


@pytest.mark.parametrize(("answers", "outliers"), OUTLIERS)
def test_a_lone_value_stands_out_where_most_agree_on_another(answers, outliers):
    assert [group.shown for group in groups(LAW, answers) if group.is_outlier] == outliers


def test_words_that_state_no_value_stand_out_among_values():
    found = groups(END, ["1 May 2030", "2030-05-01", "May 1st, 2030", "when the pier is built"])
    assert summary(found) == "1 May 2030 3, *when the pier is built 1*"
    assert [group.value is None for group in found] == [False, True]


def test_an_ambiguous_day_is_counted_to_the_only_one_that_it_may_be():
    assert summary(groups(END, ["5/6/2030", "5 June 2030", "5 June 2030"])) == "5 June 2030 3"
    both = groups(END, ["5/6/2030", "5/6/2030", "5 June 2030", "6 May 2030"])
    assert summary(both) == "5/6/2030 2, 5 June 2030 1, 6 May 2030 1"


def test_cells_without_an_answer_are_in_no_group():
    unread, nothing = Cell(State.UNREAD, reason="no text"), Cell(State.NOT_FOUND, (answer("Iowa"),), 9, 9)
    assert summary(groups(LAW, ["Oregon", unread, nothing, Cell()])) == "Oregon 1"
    assert groups(LAW, [unread, nothing]) == groups(LAW, []) == []


def test_corrected_cells_count_with_their_right_words_and_wrong_ones_not_at_all():
    sheet = column(LAW, ["Oregon", "Maine", "Utah", Cell(State.NOT_FOUND), "Maine"])
    said = {
        1: (Judgement.CORRECTED, "State of Oregon"),
        2: (Judgement.WRONG, "Utah"),
        3: (Judgement.CORRECTED, "Oregon"),
    }
    judged = {
        (f"d{number:03}", LAW.text): Judged(Verdict(f"d{number:03}", LAW.text, judgement, words))
        for number, (judgement, words) in said.items()
    }
    assert summary(column_groups(replace(sheet, judged=judged), LAW)) == "Oregon 3, *Maine 1*"


def test_lists_are_the_same_in_any_order():
    cells = [found("Rye", "oats"), found("Oats.", "rye"), found("barley")]
    assert summary(groups(CROPS, cells)) == "Rye; oats 2, barley 1"


def test_the_sentence_completes_the_words():
    cells = [found("900", before="a rent of EUR ", after=" a month"), found("€900 per month"), found("€900 per year")]
    assert [group.count for group in groups(RENT, cells)] == [2, 1]


def document(name, *, title="", date="", path="", type=""):
    return SheetDocument(f"id {name} {path}", name, path or f"/deeds/{name}", title, date, type)


def notices(one, other, answers=("1 May 2030", "1 May 2031"), question=END, **how):
    cells = {(each.id, question.text): found(words, **how) for each, words in zip((one, other), answers, strict=True)}
    return disagreements(Sheet([question], [one, other], cells))


VERSIONS = [
    ("Lease v2.docx", "Lease v3.docx"),
    ("Lease_V2.1.pdf", "Lease_V2.2.docx"),
    ("Pier house lease (draft).docx", "Pier house lease - signed.pdf"),
    ("supply agreement rev 4.docx", "supply agreement rev. 11.docx"),
    ("Charter draft 2.docx", "Charter final.docx"),
    ("Loan.pdf", "First Amendment to the Loan.pdf"),
    ("Loan - Amendment No. 1.pdf", "Loan - Amendment No. 2.pdf"),
    ("Bylaws.pdf", "Amended and Restated Bylaws.pdf"),
]


@pytest.mark.parametrize(("earlier", "later"), VERSIONS)
@pytest.mark.parametrize("is_swapped", [False, True])
def test_versions_are_told_by_their_names(earlier, later, is_swapped):
    pair = [document(earlier), document(later)]
    (notice,) = notices(*reversed(pair)) if is_swapped else notices(*pair)
    assert (notice.earlier.document.name, notice.later.document.name) == (earlier, later)
    assert (notice.is_ordered, notice.because) == (True, "by their names")


UNRELATED = [
    ("Annual Report 2019.pdf", "Annual Report 2020.pdf"),
    ("Annual Report 2019 v2.pdf", "Annual Report 2020 v3.pdf"),
    ("Minutes 2019-05-04.docx", "Minutes 2019-06-04.docx"),
    ("Statement March draft.pdf", "Statement April draft.pdf"),
    ("Lease Pier House v1.pdf", "Lease Mill House v2.pdf"),
    ("Agreement1.pdf", "Agreement2.pdf"),
    ("Exhibit 10.1.pdf", "Exhibit 10.2.pdf"),
    ("Invoice (1).pdf", "Invoice (2).pdf"),
    ("Lease.docx", "Lease.pdf"),
    ("v1.docx", "v2.docx"),
    ("Loan A Amendment.pdf", "Loan B.pdf"),
]


@pytest.mark.parametrize(("one", "other"), UNRELATED)
def test_names_of_different_things_give_no_notice(one, other):
    assert notices(document(one), document(other)) == []


def test_a_day_tells_versions_of_a_contract_apart_but_not_which_is_later():
    (notice,) = notices(document("Mill lease 2019-05-04.pdf"), document("Mill lease 2020-01-31.pdf"))
    assert not notice.is_ordered
    assert str(notice).endswith("which is later is not known")


def test_a_common_name_is_that_of_one_thing_in_its_own_folder_only():
    paths = "/tenants/brightwater/Lease v1.pdf", "/tenants/ostrander/Lease v2.pdf"
    assert notices(*(document(path.rpartition("/")[2], path=path) for path in paths)) == []
    own = [path.replace("Lease", "Brightwater Pier Lease") for path in paths]
    assert len(notices(*(document(path.rpartition("/")[2], path=path) for path in own))) == 1


def test_titles_tell_what_scans_speak_of():
    titles = "Lease of Brightwater Pier", "Second Amendment to the Lease of Brightwater Pier"
    (notice,) = notices(*(document(f"scan{n}.pdf", title=title) for n, title in enumerate(titles)))
    assert notice.later.document.title == titles[1]
    assert notices(document("a.pdf", title="Services Agreement"), document("b.pdf", title="Services Agreement")) == []
    mails = [document(f"{n}.eml", title="Lease of Brightwater Pier", type="email") for n in range(2)]
    assert notices(*mails) == []


def test_titles_that_differ_tell_versions_of_one_name_apart():
    titles = "Lease of Brightwater Pier", "Lease of Ostrander Mill"
    assert notices(document("lease v1.pdf", title=titles[0]), document("lease v2.pdf", title=titles[1])) == []


def test_a_title_of_many_documents_is_that_of_a_form():
    documents = [document(f"{n}.pdf", title="Brightwater Pier Visitor Consent") for n in range(6)]
    cells = {(each.id, END.text): found(f"{n} May 2030") for n, each in enumerate(documents, start=1)}
    assert disagreements(Sheet([END], documents, cells)) == []
    few = documents[:2]
    assert len(disagreements(Sheet([END], few, cells))) == 1


def test_the_documents_own_dates_tell_which_is_later():
    one, other = document("Mill lease signed.pdf", date="2020-02-01"), document("Mill lease.pdf", date="2021-02-01")
    (notice,) = notices(one, other)
    assert (notice.later.document.name, notice.because) == ("Mill lease.pdf", "by their dates")
    (notice,) = notices(document("Loan v1.pdf", date="2019-01-01"), document("Loan v2.pdf", date="2020-01-01"))
    assert (notice.later.document.name, notice.because) == ("Loan v2.pdf", "by their dates and names")


def test_dates_and_names_that_contradict_each_other_tell_no_order():
    (notice,) = notices(document("Loan v1.pdf", date="2021-01-01"), document("Loan v2.pdf", date="2020-01-01"))
    assert not notice.is_ordered


SAME_ENOUGH = [
    (END, ("1 May 2030", "2030-05-01")),
    (END, ("May 2030", "1 May 2030")),
    (END, ("1 May 2030", "when the pier is built")),
    (SCOPE, ("the pier", "the mill")),  # texts differ in their words too easily
    (RENT, ("4%", "$400")),
]


@pytest.mark.parametrize(("question", "answers"), SAME_ENOUGH)
def test_answers_that_may_both_hold_give_no_notice(question, answers):
    assert notices(document("Loan v1.pdf"), document("Loan v2.pdf"), answers, question) == []


def test_doubtful_answers_give_no_notice():
    pair = document("Loan v1.pdf"), document("Loan v2.pdf")
    assert len(notices(*pair, score=0.5)) == 1
    assert notices(*pair, score=0.49) == []


def test_each_version_is_compared_with_the_next_that_answers():
    documents = [document(f"Loan v{n}.pdf") for n in (1, 2, 3, 4, 10)]
    words = ["1 May 2030", None, "1 May 2030", "7 May 2031", "7 May 2031"]
    cells = {(each.id, END.text): found(said) for each, said in zip(documents, words, strict=True) if said}
    (notice,) = disagreements(Sheet([END], documents[::-1], cells))
    assert str(notice) == (
        "end: “1 May 2030” (Loan v3.pdf, page 2) but “7 May 2031” (Loan v4.pdf, page 2); Loan v4.pdf is the later by their names"
    )


def test_the_day_of_a_file_does_not_tell_which_document_is_the_later():
    meta = {"document_id": "d", "name": "Lease v2.pdf", "date": "2020-07-08"}
    own, file = (SheetDocument.of(Record("d", "", each)) for each in (meta, {**meta, "date_of": "file"}))
    assert (own.date, file.date) == ("2020-07-08", "")
