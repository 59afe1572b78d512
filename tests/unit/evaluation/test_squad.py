import json
import lzma
import re
from pathlib import Path

import pytest

from needlepoint.errors import NeedlepointError, SquadFileError
from needlepoint.evaluation.squad import (
    GoldAnswer,
    SquadQuestion,
    questions_hash,
    read_squad,
    read_titles,
    sample,
    squad_questions,
)

CONTEXT = "The ferry Juniper left at 7:40. The ferry Dunlin left at noon."
WHEN = {"id": "q1", "question": "When did the Juniper leave?", "answers": [{"text": "7:40", "answer_start": 26}]}
WHO = {"id": "q2", "question": "Who built it?", "answers": [], "is_impossible": True}


def file_of(*questions, context=CONTEXT, title="Ferries"):
    return {"data": [{"title": title, "paragraphs": [{"context": context, "qas": list(questions)}]}]}


@pytest.fixture
def write(tmp_path):
    def write(content, name="labels.json"):
        text = content if isinstance(content, str) else json.dumps(content)
        data = text.encode()
        (tmp_path / name).write_bytes(lzma.compress(data) if name.endswith(".xz") else data)
        return tmp_path / name

    return write


def test_a_paragraph_with_half_a_character_is_an_article_too(write):
    (question,) = read_squad(write(file_of(WHEN, context=CONTEXT + " \ud83d", title="")))
    assert question.article != SquadQuestion("q1", "", CONTEXT, "When?", ()).article


@pytest.mark.parametrize("name", ["labels.json", "labels.json.xz"])
def test_questions_come_with_paragraph_and_answers(write, name):
    when, who = read_squad(write(file_of(WHEN, WHO), name))
    assert when == SquadQuestion("q1", "Ferries", CONTEXT, "When did the Juniper leave?", (GoldAnswer("7:40", 26),))
    assert not when.is_impossible
    assert who.is_impossible
    assert who.answers == ()
    assert when.context is who.context


def test_the_example_of_the_docs_is_a_good_file():
    text = (Path(__file__).parents[3] / "docs" / "evaluation.md").read_text(encoding="utf-8")
    lease, tenant = squad_questions(json.loads(re.search(r"```json\n(.*?)```", text, re.S)[1]), source="docs")
    assert (lease.answers[0].text, tenant.is_impossible) == ("31 March 2031", True)


def test_a_smaller_sample_is_the_beginning_of_a_larger_one():
    questions = [SquadQuestion(str(n), "", CONTEXT, "?", ()) for n in range(50)]
    assert sample(questions, 10) == sample(questions, 30)[:10] != questions[:10]
    assert sample(questions, None) == questions
    assert sorted(int(q.id) for q in sample(questions, 99)) == list(range(50))


def test_the_hash_tells_questions_apart():
    when = SquadQuestion("q1", "", CONTEXT, "When?", (GoldAnswer("7:40", 26),))
    others = [
        SquadQuestion("q1", "", CONTEXT, "Who?", when.answers),
        SquadQuestion("q1", "", CONTEXT, "When?", ()),
        SquadQuestion("q1", "", CONTEXT + " ", "When?", when.answers),
    ]
    assert len({questions_hash([one]) for one in (when, *others)}) == 4
    assert questions_hash([when]) == questions_hash([SquadQuestion("q1", "T", CONTEXT, "When?", when.answers)])


def test_what_most_tools_leave_out_may_be_missing(write):
    content = {"data": [{"paragraphs": [{"context": CONTEXT, "qas": [WHEN, {**WHO, "is_impossible": True, "id": 7}]}]}]}
    when, who = read_squad(write("\ufeff" + json.dumps(content)))
    assert when.title == ""
    assert who.id == "7"


def test_only_the_articles_asked_for(write):
    content = {"data": file_of(WHEN)["data"] + file_of(WHO, title="Mills")["data"]}
    assert [question.id for question in read_squad(write(content), titles=["Mills"])] == ["q2"]
    with pytest.raises(SquadFileError, match="no questions of the titles asked for"):
        read_squad(write(content), titles=["Harbours"])


@pytest.mark.parametrize(
    "content", ['["Mills", "Piers"]', '{"kind": "fine-tuned", "held_out_titles": ["Mills", "Piers"]}']
)
def test_titles_come_as_a_list_or_from_a_trainings_report(write, content):
    assert read_titles(write(content, "titles.json")) == ["Mills", "Piers"]


@pytest.mark.parametrize(
    "content", ["[]", "[1]", "{}", '"Mills"', '{"held_out_titles": []}', "Mills\nPiers\n", "\ud800"]
)
def test_what_is_no_list_of_titles_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "titles.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    for file in (path, tmp_path / "none.json"):
        with pytest.raises(SquadFileError) as caught:
            read_titles(file)
        assert str(caught.value).startswith(f"{file}: ")
        assert "list of titles" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_question_that_nobody_has_labelled_is_taken_where_it_may_be(write):
    path = write(without("answers"))
    (when,) = read_squad(path, unlabelled=True)
    assert (when.answers, when.is_labelled, when.is_impossible) == ((), False, False)
    (when,) = read_squad(write(file_of(WHEN)), unlabelled=True)
    assert when.is_labelled


def changed(**fields):
    return file_of({**WHEN, **fields})


def without(name):
    return file_of({key: value for key, value in WHEN.items() if key != name})


BROKEN = {
    "is not JSON": "{",
    "the file has no list 'data'": [],
    "holds no questions": {"data": []},
    "article 1 has no list 'paragraphs'": {"data": [{}]},
    "article 1, paragraph 1 has no list 'qas'": {"data": [{"paragraphs": [{"context": "x"}]}]},
    "article 1, paragraph 1 has no text 'context'": file_of(WHEN, context=""),
    "article 1, paragraph 1, question 1 has no 'id'": without("id"),
    "question 'q1' has no text 'question'": changed(question="  "),
    "question 'q1' has no list 'answers'; only 'needlepoint distil'": without("answers"),
    "question 'q1' has no list 'answers'": file_of(
        {"id": "q1", "question": "When did the Juniper leave?", "is_impossible": True}
    ),
    "question 'q1' has no answers; mark it": changed(answers=[], is_impossible=False),
    "question 'q1' is marked impossible but": changed(is_impossible=True),
    "question 'q1': 'is_impossible' must be true or false, got 'no'": changed(is_impossible="no"),
    "an answer of question 'q1' has no text 'text'": changed(answers=[{"text": "", "answer_start": 0}]),
    "an answer of question 'q1' has no 'answer_start'": changed(answers=[{"text": "7:40"}]),
    "question 'q1': '7:40' is not at character 25 of its paragraph, but at 26": changed(
        answers=[{"text": "7:40", "answer_start": 25}]
    ),
    "question 'q1': '7:41' is not at character 26 of its paragraph, nor anywhere": changed(
        answers=[{"text": "7:41", "answer_start": 26}]
    ),
    "question 'q1': 'noon' is not at character -5 of": changed(answers=[{"text": "noon", "answer_start": -5}]),
    "question 'q1' occurs twice": file_of(WHEN, WHEN),
}


@pytest.mark.parametrize("message", BROKEN)
def test_a_mistake_is_told_in_one_line_with_its_place(write, message):
    path = write(BROKEN[message])
    with pytest.raises(NeedlepointError) as caught:
        read_squad(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read_at_all(tmp_path):
    (tmp_path / "torn.json.xz").write_bytes(lzma.compress(b"{}")[:-20])
    (tmp_path / "latin.json").write_bytes('"é"'.encode("latin-1"))
    for name, message in {
        "torn.json.xz": "xz",
        "latin.json": "not UTF-8",
        "none.json": "no such file",
        ".": "read",
    }.items():
        with pytest.raises(SquadFileError, match=message):
            read_squad(tmp_path / name)
