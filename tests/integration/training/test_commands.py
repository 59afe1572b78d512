import json
import os
import signal

import pytest
from typer.testing import CliRunner

from needlepoint.cli.app import app
from needlepoint.cli.training import _Log
from needlepoint.errors import NeedlepointError
from needlepoint.training import memory
from needlepoint.training.plan import Plan
from needlepoint.training.recipe import read_recipe

SMALL = ["--batch-size", "4", "--max-seq-len", "96", "--doc-stride", "16", "--precision", "fp32"]
SMALL_RECIPE = ["--set", "batch_size=4", "--set", "max_seq_len=96", "--set", "doc_stride=16", "--precision", "fp32"]


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, NeedlepointError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def told(folder):
    return json.loads((folder / "training.json").read_text())


def test_train(labels_file, tiny_bert, tmp_path):
    out = tmp_path / "out"
    text = run(
        "train", labels_file, "--from", tiny_bert, "--out", out, "--epochs", "3", "--validation-share", "0.5", *SMALL
    )
    report = told(out)
    assert report["steps"] == 3
    assert report["plan"]["learning_rate"] == 5e-5
    assert len(report["held_out_titles"]) == 1
    assert "validation on 4 questions of 1 held-out articles" in text
    assert f"The model is in {out}" in text
    assert "no validation" not in text
    again = tmp_path / "again"
    run(
        "train",
        labels_file,
        "--from",
        tiny_bert,
        "--out",
        again,
        "--epochs",
        "1",
        "--held-out",
        out / "training.json",
        *SMALL,
    )
    assert told(again)["held_out_titles"] == report["held_out_titles"]


def test_a_training_without_validation_says_so(labels_file, tiny_bert, tmp_path):
    out = tmp_path / "out"
    text = run(
        "train", labels_file, "--from", tiny_bert, "--out", out, "--epochs", "1", "--validation-share", "0", *SMALL
    )
    assert "no validation: no article is held out" in text
    assert "no validation: these are the weights after the last step" in text
    assert told(out)["validated"] == {"ferries": 0}
    assert "| ferries | 8 | 0 |" in (out / "README.md").read_text()


def test_a_file_that_is_not_validated_is_named(labels_file, tiny_bert, tmp_path):
    content = json.loads(labels_file.read_text())
    (mills,) = [article for article in content["data"] if article["title"] == "Mills"]
    for qa in mills["paragraphs"][0]["qas"]:
        qa["id"] += "-own"
    own = tmp_path / "own.json"
    own.write_text(json.dumps({"data": [mills | {"title": "Our mills"}]}))
    titles = tmp_path / "titles.json"
    titles.write_text('["Mills"]')
    text = run(
        "train",
        labels_file,
        own,
        "--from",
        tiny_bert,
        "--out",
        tmp_path / "out",
        "--epochs",
        "1",
        "--held-out",
        titles,
        *SMALL,
    )
    assert "no validation on own: no article of it is held out" in " ".join(text.split())
    assert told(tmp_path / "out")["validated"] == {"ferries": 4, "own": 0}


def test_a_limit_in_minutes(labels_file, tiny_bert, tmp_path):
    options = ["--minutes", "0.02", "--validation-share", "0", "--keep-layers", "2", "--half"]
    run("train", labels_file, "--from", tiny_bert, "--out", tmp_path / "out", *options, *SMALL)
    report = told(tmp_path / "out")
    assert report["seconds"] >= 1.2
    assert report["plan"]["epochs"] is None
    assert report["windows_read"] > report["windows"], "it goes on after an epoch"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_training_that_is_stopped_keeps_every_step(labels_file, tiny_bert, tmp_path, monkeypatch, number):
    steps = []

    def stop_at_the_second(log, step):
        steps.append(step.state.step)
        if step.state.step == 2:
            os.kill(os.getpid(), number)
        return ""

    before = signal.getsignal(number)
    monkeypatch.setattr(_Log, "figures", stop_at_the_second)
    command = ["train", labels_file, "--from", tiny_bert, "--out", tmp_path / "out", "--epochs", "4"]
    command += ["--validation-share", "0", *SMALL]
    with pytest.raises(NeedlepointError, match="stopped; the same command resumes from the last checkpoint"):
        run(*command)
    assert signal.getsignal(number) is before
    run(*command)
    assert steps == [1, 2, 4, 5, 6, 7, 8], "the third step ends before the training stops"
    assert told(tmp_path / "out")["steps"] == 8


def test_distil_in_two_steps(labels_file, tiny_bert, make_model, tmp_path, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(tmp_path / "cache"))
    teacher = make_model(seed=2, num_hidden_layers=4)
    one, two = tmp_path / "one", tmp_path / "two"
    run(
        "distil", "intermediate", labels_file, "--teacher", teacher, "--student", tiny_bert, "--out", one, *SMALL_RECIPE
    )
    assert told(one)["plan"]["layers"] == [2, 4]
    assert set(told(one)["losses"]) == {"loss", "hidden", "attention"}
    more = [*SMALL_RECIPE, "--set", "temperature=3", "--set", "learning_rate=3e-3", "--validation-share", "0"]
    run("distil", "prediction", labels_file, "--teacher", teacher, "--student", one, "--out", two, *more)
    assert told(two)["plan"]["temperature"] == 3
    assert told(two)["plan"]["learning_rate"] == 3e-3
    assert set(told(two)["losses"]) == {"loss", "teacher", "labels"}
    three = tmp_path / "three"
    more += ["--set", "hidden_weight=2"]
    run("distil", "prediction", labels_file, "--teacher", teacher, "--student", one, "--out", three, *more)
    assert told(three)["plan"]["layers"] == [2, 4]
    assert set(told(three)["losses"]) == {"loss", "teacher", "labels", "hidden"}


def test_a_teacher_labels_what_nobody_has_labelled(labels_file, tiny_bert, make_model, tmp_path, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(tmp_path / "cache"))
    content = json.loads(labels_file.read_text())
    for article in content["data"]:
        for paragraph in article["paragraphs"]:
            paragraph["qas"] = [{"id": qa["id"], "question": qa["question"]} for qa in paragraph["qas"]]
    pairs = tmp_path / "pairs.json"
    pairs.write_text(json.dumps(content))
    options = ["--teacher", make_model(seed=2, num_hidden_layers=4), "--student", tiny_bert, *SMALL_RECIPE]
    two = ["--epochs", "2"]
    text = run("distil", "prediction", pairs, "--out", tmp_path / "alone", *options, *two)
    assert "no validation" in text
    losses = told(tmp_path / "alone")["losses"]
    assert set(losses["labels"]) == {0}
    assert min(losses["teacher"]) > 0
    run(
        "distil",
        "prediction",
        pairs,
        labels_file,
        "--out",
        tmp_path / "both",
        *options,
        *two,
        "--validation-share",
        "0.5",
    )
    assert told(tmp_path / "both")["validated"] == {"pairs": 0, "ferries": 4}
    assert min(told(tmp_path / "both")["losses"]["labels"]) > 0
    run("distil", "intermediate", pairs, "--out", tmp_path / "layers", *options)
    with pytest.raises(NeedlepointError, match=r"pairs\.json: .*only 'needlepoint distil' takes such questions"):
        run("train", pairs, "--from", tiny_bert, "--out", tmp_path / "no", *SMALL)


def test_a_teacher_that_is_gone_has_left_its_logits(labels_file, tiny_bert, make_model, tmp_path, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(tmp_path / "cache"))
    teacher = make_model(seed=2, num_hidden_layers=4)
    options = ["--student", tiny_bert, *SMALL_RECIPE, "--epochs", "1", "--validation-share", "0"]
    run("distil", "prediction", labels_file, "--teacher", teacher, "--out", tmp_path / "one", *options)
    teacher.rename(tmp_path / "elsewhere")
    run("distil", "prediction", labels_file, "--teacher", teacher, "--out", tmp_path / "two", *options)
    assert told(tmp_path / "one")["losses"] == told(tmp_path / "two")["losses"]
    assert told(tmp_path / "two")["teacher"] == teacher.name
    with pytest.raises(NeedlepointError, match="no model folder at"):
        run("distil", "prediction", labels_file, "--teacher", tmp_path / "never", "--out", tmp_path / "three", *options)


def test_the_teachers_own_layers_make_a_student(labels_file, make_model, tmp_path):
    teacher = make_model(seed=2, num_hidden_layers=4)
    options = ["--keep-layers", "2,4", "--epochs", "1", *SMALL_RECIPE]
    run("distil", "intermediate", labels_file, "--teacher", teacher, "--out", tmp_path / "out", *options)
    assert json.loads((tmp_path / "out" / "config.json").read_text())["num_hidden_layers"] == 2


def test_the_recipe_is_the_cards():
    card = {
        "batch_size": 96,
        "epochs": 4,
        "max_seq_len": 384,
        "learning_rate": 3e-5,
        "schedule": "linear",
        "warmup": 0.2,
    }
    card |= {"doc_stride": 128, "max_query_length": 64}
    for step in ("intermediate", "prediction"):
        recipe = read_recipe(step)
        assert recipe | card == recipe
    assert recipe["distillation_loss_weight"] == 0.75
    assert recipe["temperature"] == 1.5
    assert recipe["hidden_weight"] == 0, "the card's last step is on predictions alone"
    own = ("distillation_loss_weight", "temperature", "hidden_weight", "layers")
    Plan(**{name: value for name, value in recipe.items() if name not in own})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["train", "LABELS", "--from", "MODEL", "--out", "OUT", "--device", "tpu"],
            "--device must be one of auto, cpu, cuda",
        ),
        (["train", "LABELS", "--from", "MODEL", "--out", "OUT", "--mix", "ferries"], "--mix takes name=share"),
        (["train", "LABELS", "--from", "nowhere", "--out", "OUT"], "nowhere is neither a folder nor"),
        (["train", "LABELS", "--from", "MODEL", "--out", "OUT", "--warmup", "3"], "cannot be planned: warmup must be"),
        (
            ["distil", "intermediate", "LABELS", "--teacher", "MODEL", "--out", "OUT", "--set", "batch_size=1.5"],
            "cannot be planned: batch_size must be a whole number, got 1.5",
        ),
        (
            ["train", "LABELS", "--from", "MODEL", "--out", "OUT", "--held-out", "LABELS"],
            "neither a JSON list of titles",
        ),
        (["train", "nowhere.json", "--from", "MODEL", "--out", "OUT"], "no such file"),
        (["train", "LABELS", "--from", "MODEL", "--out", "MODEL"], "holds a finished model"),
        (["distil", "prediction", "LABELS", "--teacher", "MODEL", "--out", "OUT"], "give a --student"),
        (
            [
                "distil",
                "prediction",
                "LABELS",
                "--teacher",
                "MODEL",
                "--student",
                "MODEL",
                "--out",
                "OUT",
                "--set",
                "heat=2",
            ],
            "there is no parameter heat; there are epochs",
        ),
        (
            [
                "distil",
                "prediction",
                "LABELS",
                "--teacher",
                "MODEL",
                "--student",
                "MODEL",
                "--out",
                "OUT",
                "--set",
                "heat",
            ],
            "--set takes NAME=VALUE",
        ),
    ],
)
def test_mistakes_are_one_line(labels_file, tiny_bert, tmp_path, arguments, message):
    places = {"LABELS": labels_file, "MODEL": tiny_bert, "OUT": tmp_path / "out"}
    with pytest.raises(NeedlepointError) as caught:
        run(*(places.get(argument, argument) for argument in arguments))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_process_of_a_training_keeps_the_memory_that_it_frees(labels_file, tiny_bert, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(memory, "keep_freed_memory", lambda: told.append("keep"))
    run("train", labels_file, "--from", tiny_bert, "--out", tmp_path / "out", "--device", "cpu", *SMALL)
    assert told == ["keep"]
