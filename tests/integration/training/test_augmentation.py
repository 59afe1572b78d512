import json
import lzma
from pathlib import Path

import pytest
from typer.testing import CliRunner

from needlepoint.cli.app import app
from needlepoint.errors import ModelError, QuestionError, SquadFileError, TrainingError
from needlepoint.evaluation.squad import GoldAnswer, SquadQuestion, read_squad
from needlepoint.training.augmentation import Augmenter, augment, in_casing_of
from needlepoint.training.substitutes import MaskedGuesses, Word, WordVectors

CONTEXT = (
    "The OLD ferry left, at 7:40, for Alder (an island): twelve passengers\u2019 bags stayed. It wasn't Ferry day."
)
VECTORS = """4 2
ferry 1 0
boat 0.9 0.1
ship 0.8 0.2
old 0 1
new 0.1 0.9
"""


def asked(answer, key="q", context=CONTEXT):
    return SquadQuestion(
        key, "Ferries", context, "What?", (GoldAnswer(answer, context.index(answer)),) if answer else ()
    )


@pytest.fixture
def vectors(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text(VECTORS)
    return path


@pytest.fixture
def by_vectors(vectors):
    return Augmenter(None, WordVectors(vectors, most=2), copies=10, share=1.0)


@pytest.fixture(scope="module")
def masked_lm(make_model, tmp_path_factory):
    """Save a tiny random masked language model of a family and return its folder."""
    import transformers

    def make(family):
        base, folder = make_model(family), tmp_path_factory.mktemp("masked")
        transformers.AutoModelForMaskedLM.from_pretrained(base).save_pretrained(folder)
        transformers.AutoTokenizer.from_pretrained(base).save_pretrained(folder)
        return folder

    return make


def test_casing_and_punctuation_survive(by_vectors):
    original, *copies = by_vectors.paragraphs([asked("twelve passengers\u2019 bags")])
    assert original["context"] == CONTEXT
    assert copies
    for copy in copies:
        context = copy["context"]
        assert context.startswith(("The NEW ", "The FERRY ", "The BOAT ", "The SHIP "))
        assert " left, at 7:40, for Alder (an island): twelve passengers\u2019 bags stayed. It wasn't " in context
        day = context.removesuffix(" day.").rsplit(" ", 1)[-1]
        assert day in {"Boat", "Ship"}


@pytest.mark.parametrize(
    ("word", "substitute", "result"),
    [("old", "New", "new"), ("Old", "new", "New"), ("OLD", "new", "NEW"), ("A", "the", "The"), ("Old", "NATO", "Nato")],
)
def test_a_substitute_is_cased_as_the_word_is(word, substitute, result):
    assert in_casing_of(word, substitute) == result


def test_answers_keep_their_words_and_their_places_are_right(by_vectors):
    questions = [asked("old ferry".upper()[:3] + " ferry", "q1"), asked("Ferry", "q2"), asked(None, "q3")]
    for number, paragraph in enumerate(by_vectors.paragraphs(questions)):
        one, two, three = paragraph["qas"]
        for qa, text in ((one, "OLD ferry"), (two, "Ferry")):
            (answer,) = qa["answers"]
            assert answer["text"] == text
            assert paragraph["context"].startswith(text, answer["answer_start"])
        assert three["answers"] == []
        assert three["is_impossible"]
        assert one["id"] == ("q1" if not number else f"q1-{number}")


def test_a_paragraph_of_nothing_but_answers_has_no_copies(by_vectors):
    assert len(by_vectors.paragraphs([asked("old ferry", context="old ferry")])) == 1


def test_copies_differ_and_are_the_same_for_the_same_seed(by_vectors):
    questions = [asked("7:40")]
    contexts = [paragraph["context"] for paragraph in by_vectors.paragraphs(questions)]
    assert len(contexts) == len(set(contexts))
    assert contexts == [paragraph["context"] for paragraph in by_vectors.paragraphs(questions)]


@pytest.mark.parametrize("family", ["bert", "roberta"])
def test_a_masked_model_guesses_whole_words(masked_lm, questions, family):
    context = questions[0].context
    at = context.index("ferry")
    pier = context.index("pier")
    words = [Word("ferry", at, at + 5), Word("pier", pier, pier + 4)]
    guesses = MaskedGuesses(masked_lm(family), most=5)
    found = guesses.of(context * 30, words)
    assert any(found)
    for word, substitutes in zip(words, found, strict=True):
        assert len(substitutes) <= 5
        assert word.text not in substitutes
        assert all(text.isalpha() for text in substitutes)
    assert guesses.of(context, words) == guesses.of(context, words)


def test_the_best_guess_is_the_models(masked_lm, questions):
    import torch

    guesses = MaskedGuesses(masked_lm("bert"), most=5)
    context = questions[0].context
    at = context.index("ferry")
    ((best, *_),) = guesses.of(context, [Word("ferry", at, at + 5)])
    ids = guesses._tokenizer(context.replace("ferry", "[MASK]"), return_tensors="pt")
    place = (ids["input_ids"][0] == guesses._tokenizer.mask_token_id).nonzero().item()
    order = guesses._model(**ids).logits[0, place].argsort(descending=True)
    words = [token for token in guesses._tokenizer.convert_ids_to_tokens(order.tolist()) if token.isalpha()]
    assert best == next(word for word in words if word != "ferry")
    assert torch.is_grad_enabled()


def test_the_whole_file_is_read_again_without_a_mistake(labels_file, masked_lm, vectors, tmp_path):
    out = tmp_path / "more.json.xz"
    arguments = [labels_file, "--out", out, "--masked-lm", masked_lm("bert"), "--vectors", vectors, "--copies", "3"]
    result = CliRunner().invoke(app, ["augment", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    questions = read_squad(out)
    assert "8 questions became 32" in result.output
    assert len(questions) == 32
    assert len({question.context for question in questions}) == 8
    assert sum(question.is_impossible for question in questions) == 8
    assert {article["title"] for article in json.loads(lzma.decompress(out.read_bytes()))["data"]} == {
        "Ferries",
        "Mills",
    }


@pytest.fixture
def run_augment(labels_file, vectors):
    def run(out):
        arguments = map(str, [labels_file, "--out", out, "--vectors", vectors, "--copies", "1"])
        return CliRunner().invoke(app, ["augment", *arguments])

    return run


def test_a_file_that_is_there_is_replaced_and_nothing_else_is_left(run_augment, tmp_path):
    out = tmp_path / "new" / "more.json"
    assert run_augment(out).exit_code == 0
    first = out.read_bytes()
    out.write_text("of before")
    assert run_augment(out).exit_code == 0
    assert out.read_bytes() == first
    assert [path.name for path in out.parent.iterdir()] == ["more.json"]


@pytest.mark.parametrize("place", ["proc", "folder", "below a file", "device", "long name"])
def test_a_place_that_cannot_be_written_is_told_before_the_work(run_augment, tmp_path, monkeypatch, place):
    """Before the work: the questions are not even read."""
    (tmp_path / "file").write_text("kept")
    out = {
        "proc": Path("/proc/more.json"),  # where root may write by the permissions, and the system lets nobody
        "folder": tmp_path,
        "below a file": tmp_path / "file" / "more.json",
        "device": Path("/dev/null"),
        "long name": tmp_path / ("a" * 300 + ".json"),
    }[place]
    monkeypatch.setattr("needlepoint.evaluation.squad.read_squad", lambda path: pytest.fail("it began to work"))
    result = run_augment(out)
    assert isinstance(result.exception, QuestionError)
    assert str(result.exception).startswith(f"--out {out} cannot be written: ")
    assert "\n" not in str(result.exception)
    assert [path.name for path in tmp_path.iterdir() if path.name != "vectors.txt"] == ["file"]
    assert (tmp_path / "file").read_text() == "kept"


def test_a_trial_does_no_harm_to_what_is_there(run_augment, tmp_path, monkeypatch):
    out = tmp_path / "more.json"
    out.write_text("of before")

    def broken(path):
        raise SquadFileError("unreadable")

    monkeypatch.setattr("needlepoint.evaluation.squad.read_squad", broken)
    assert isinstance(run_augment(out).exception, SquadFileError)
    assert out.read_text() == "of before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["more.json", "vectors.txt"]


def test_questions_come_in_the_order_of_the_file(by_vectors):
    made = augment([asked("7:40", "a"), asked("stayed", "b"), asked("7:40", "c", "At 7:40, old.")], by_vectors)
    ids = [qa["id"] for article in made["data"] for paragraph in article["paragraphs"] for qa in paragraph["qas"]]
    assert [key for key in ids if "-" not in key] == ["a", "b", "c"]
    assert len(ids) == len(set(ids))


def test_what_cannot_be_used_is_told(tiny_bert, tmp_path):
    with pytest.raises(ModelError, match="BertForQuestionAnswering, not a"):
        MaskedGuesses(tiny_bert, most=1)
    with pytest.raises(ModelError, match="cannot be loaded"):
        MaskedGuesses(tmp_path, most=1)
    for content, message in {
        "a 1 2\nb 1\n": "line 2 has 1 numbers, the first 2",
        "": "holds no",
        "a b\n": "cannot",
    }.items():
        path = tmp_path / "broken.txt"
        path.write_text(content)
        with pytest.raises(TrainingError, match=message):
            WordVectors(path, most=1)
