import json
from pathlib import Path

import pytest

from needlepoint.errors import SquadFileError, TrainingError
from needlepoint.evaluation.squad import read_squad
from needlepoint.training import data
from needlepoint.training.data import gather


@pytest.fixture
def write(tmp_path):
    """Write a file of one-question paragraphs, so many for each title."""

    def write(name, **sizes):
        articles = [
            {
                "title": title,
                "paragraphs": [
                    {
                        "context": f"{title} {n} is red.",
                        "qas": [{"id": f"{title}{n}", "question": "Is it?", "answers": []}],
                    }
                    for n in range(size)
                ],
            }
            for title, size in sizes.items()
        ]
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"data": articles}))
        return path

    return write


def test_without_a_validation_share_everything_is_learnt_from(write):
    gathered = gather([write("one", a=3), write("two", b=2)])
    assert [question.id for question in gathered.questions] == ["a0", "a1", "a2", "b0", "b1"]
    assert gathered.validation == ()
    assert gathered.unvalidated == ("one", "two")
    assert gathered.sources == {"one": 3, "two": 2}


def test_unlabelled_questions_are_learnt_from_and_validate_nothing(write, tmp_path):
    labelled = write("labelled", **{f"t{n}": 5 for n in range(20)})
    content = json.loads(labelled.read_text())
    for article in content["data"]:
        for paragraph in article["paragraphs"]:
            paragraph["qas"] = [{"id": f"{qa['id']}-u", "question": qa["question"]} for qa in paragraph["qas"]]
    unlabelled = tmp_path / "unlabelled.json"
    unlabelled.write_text(json.dumps(content))
    with pytest.raises(SquadFileError, match="only 'needlepoint distil' takes such questions"):
        gather([labelled, unlabelled])
    both = gather([labelled, unlabelled], validation_share=0.1, unlabelled=True)
    assert both.held_out
    assert not {question.title for question in both.questions} & set(both.held_out)
    assert all(question.is_labelled for question in both.validation)
    assert (both.sources["unlabelled"], both.validated["unlabelled"]) == (100 - 5 * len(both.held_out), 0)
    alone = gather([unlabelled], validation_share=0.1, unlabelled=True)
    assert (len(alone.questions), alone.validation, alone.held_out) == (100, (), ())


def test_articles_are_held_out_whole_and_of_every_file(write):
    sizes = {f"t{n}": 5 for n in range(20)}
    files = [write("one", **sizes), write("two", **{**sizes, "more": 4})]
    gathered = gather(files, validation_share=0.2)
    learnt, held = ({q.title for q in part} for part in (gathered.questions, gathered.validation))
    assert not learnt & held
    assert tuple(sorted(held)) == gathered.held_out
    assert 0.2 * 204 <= len(gathered.validation) <= 0.25 * 204
    assert len(gathered.questions) + len(gathered.validation) == 204
    assert gather(files, validation_share=0.2) == gathered
    assert gather(files, validation_share=0.2, seed=8).held_out != gathered.held_out


@pytest.mark.parametrize("seed", range(5))
def test_a_large_article_is_not_held_out_for_a_small_share(write, seed):
    gathered = gather([write("feedback", contract=400, annex=20, mail=20)], validation_share=0.05, seed=seed)
    assert 20 <= len(gathered.validation) <= 40
    assert "contract" not in gathered.held_out
    equal = gather([write("two", a=4, b=4)], validation_share=0.05, seed=seed)
    assert len(equal.validation) == 4  # whole articles, and the smallest that there is


def test_ones_own_few_questions_are_validated_beside_many_others(write):
    own, others = (
        write("own", **{f"o{n}-": 15 for n in range(20)}),
        write("squad", **{f"s{n}-": 150 for n in range(300)}),
    )
    gathered = gather([own, others], mix={"squad": 0.1}, validation_share=0.05)
    titles = [question.title for question in gathered.validation]
    assert len(titles) <= data.MOST_VALIDATION_QUESTIONS
    assert sum(title.startswith("o") for title in titles) == 15
    assert sum(title.startswith("s") for title in titles) > 700


def test_a_file_of_few_large_documents_beside_many_others_is_known_to_be_without_validation(write):
    own, others = write("own", lease=200, annex=150), write("squad", **{f"s{n}-": 20 for n in range(100)})
    gathered = gather([own, others], validation_share=0.05)
    assert gathered.unvalidated == ("own",)
    assert gathered.validated == {"own": 0, "squad": len(gathered.validation)}
    named = gather([own, others], held_out=[*gathered.held_out, "annex"])
    assert named.unvalidated == ()
    assert named.validated["own"] == 150


def test_files_of_one_name_are_told_apart_by_their_folders(write, tmp_path):
    files = []
    for folder, size in (("acme", 3), ("globex", 2)):
        (tmp_path / folder).mkdir()
        files.append(write(f"{folder}/labels", **{f"{folder}s": size}))
    gathered = gather(files, mix={"globex/labels": 2})
    assert gathered.sources == {"acme/labels": 3, "globex/labels": 4}
    with pytest.raises(TrainingError, match="two files are named acme/labels"):
        gather([files[0], files[0]])


def test_a_title_of_null_is_none(write):
    path = write("one", a=2)
    path.write_text(path.read_text().replace('"title": "a"', '"title": null'))
    assert [question.title for question in gather([path]).questions] == ["", ""]


def test_the_titles_to_hold_out_can_be_named(write):
    gathered = gather([write("one", a=3, b=2)], held_out=["b"])
    assert [q.title for q in gathered.validation] == ["b", "b"]
    assert {q.title for q in gathered.questions} == {"a"}
    with pytest.raises(TrainingError, match="none of the titles"):
        gather([write("one", a=3)], held_out=["z"])


def test_the_mix_draws_a_share_or_repeats(write):
    files = [write("one", a=10), write("two", b=4)]
    gathered = gather(files, mix={"one": 0.4, "two": 2.5})
    assert gathered.sources == {"one": 4, "two": 10}
    ids = [q.id for q in gathered.questions]
    assert len(set(ids[:4])) == 4
    assert sorted(ids[4:12]) == sorted(["b0", "b1", "b2", "b3"] * 2)


def test_the_mix_does_not_touch_validation(write):
    gathered = gather([write("one", a=10, b=10)], mix={"one": 0.1}, held_out=["b"])
    assert len(gathered.validation) == 10
    assert gathered.sources == {"one": 1}


@pytest.mark.parametrize(
    ("mix", "message"), [({"on": 1}, "names 'on', which is none of the files: one"), ({"one": 0}, "above 0")]
)
def test_a_mix_that_cannot_be_is_told(write, mix, message):
    with pytest.raises(TrainingError, match=message):
        gather([write("one", a=3)], mix=mix)


def test_one_article_cannot_be_split(write):
    with pytest.raises(TrainingError, match="only one; use --validation-share 0"):
        gather([write("one", a=3)], validation_share=0.1)
    with pytest.raises(TrainingError, match="no questions are left"):
        gather([write("one", a=3)], held_out=["a"])


def test_paragraphs_without_a_title_are_articles_of_their_own(tmp_path):
    paragraphs = [
        {"context": f"No {n}.", "qas": [{"id": f"{n}-{k}", "question": "What?", "answers": []} for k in range(2)]}
        for n in range(10)
    ]
    path = tmp_path / "untitled.json"
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}))
    gathered = gather([path], validation_share=0.3)
    assert len(gathered.validation) == 6
    assert [q.id for q in read_squad(path, titles=gathered.held_out)] == [q.id for q in gathered.validation]
    assert not {q.context for q in gathered.validation} & {q.context for q in gathered.questions}


def test_validation_is_a_sample_where_there_is_much(write, monkeypatch):
    monkeypatch.setattr(data, "MOST_VALIDATION_QUESTIONS", 5)
    gathered = gather([write("one", a=50, b=50, c=1)], held_out=["b", "c"])
    assert len(gathered.validation) == 5
    assert len(gathered.questions) == 50
    assert gathered.held_out == ("b", "c")


def test_mistakes_in_files_name_the_question(tmp_path):
    path = tmp_path / "broken.json"
    answers = [{"text": "blue", "answer_start": 4}]
    qas = [{"id": "q7", "question": "What?", "answers": answers}]
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": "It is red.", "qas": qas}]}]}))
    with pytest.raises(SquadFileError, match="question 'q7': 'blue' is not at character 4"):
        gather([path])
    with pytest.raises(SquadFileError, match="no such file"):
        gather([Path("nowhere.json")])
