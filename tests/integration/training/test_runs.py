import dataclasses
import json
import shutil
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file

import needlepoint.nodes  # noqa: F401  (prepares Haystack)
from needlepoint.errors import ModelError, TrainingError
from needlepoint.training.data import TrainingData
from needlepoint.training.runs import distil_layers, distil_prediction, fine_tune

from .conftest import FAMILIES

CAPTAIN = "Who was the captain?"


@pytest.fixture(scope="module")
def learnt(make_model, questions, tmp_path_factory):
    """A tiny reader that knows the eight questions by heart, stored in 16 bits, and the report of its training."""
    from needlepoint.training.plan import Plan
    from needlepoint.training.runs import RunConfig

    plan = Plan(
        epochs=60,
        batch_size=8,
        learning_rate=3e-3,
        max_seq_len=96,
        doc_stride=32,
        max_query_length=24,
        evaluate_every=30,
    )
    data = TrainingData(questions, validation=questions, sources={"ferries": 8}, validated={"ferries": 8})
    out = tmp_path_factory.mktemp("learnt")
    run_config = RunConfig(data, plan, base=make_model(), out=out, half=True, precision="fp32", licence="CC-BY-SA-4.0")
    return out, fine_tune(run_config)


def test_eight_questions_are_learnt_by_heart(learnt):
    _, report = learnt
    assert report.best["exact"] == 100
    assert report.best["f1"] == 100
    assert report.best["NoAns_f1"] == 100


def test_the_report_tells_what_was_done(learnt):
    folder, report = learnt
    told = json.loads((folder / "training.json").read_text())
    assert told["steps"] == 60
    assert told["windows_read"] == 480
    assert told["best"]["exact"] == 100
    assert told["plan"]["learning_rate"] == 3e-3
    assert told["losses"]["loss"][-1] < 0.05 < told["losses"]["loss"][0]
    assert len(told["losses"]["loss"]) <= 100
    assert "F1 100.0" in report.to_text()


def test_the_card_names_data_licence_parameters_and_results(learnt):
    card = (learnt[0] / "README.md").read_text()
    for words in ('license: "CC-BY-SA-4.0"', "| ferries | 8 | 8 |", "learning_rate 0.003", "| exact | 100 |", "seed 7"):
        assert words in card


def test_weights_are_stored_in_16_bits_and_nothing_else_is_left(learnt):
    folder, _ = learnt
    assert {tensor.dtype for tensor in load_file(folder / "model.safetensors").values()} == {torch.float16}
    assert not (folder / "checkpoints").exists()
    assert not (folder / "unfinished").exists()


def context_of(questions, text=CAPTAIN):
    return next(question.context for question in questions if question.question == text)


def test_transformers_loads_it(learnt, questions):
    import transformers

    pipe = transformers.pipeline("question-answering", model=str(learnt[0]), device="cpu")
    assert pipe.model.dtype == torch.float32
    assert pipe(question=CAPTAIN, context=context_of(questions))["answer"] == "Ida Moreau"


@pytest.mark.parametrize("name", ["FARMReader", "TransformersReader", "OnnxReader"])
def test_every_reader_loads_it(learnt, questions, name):
    from haystack.nodes import FARMReader, TransformersReader
    from haystack.schema import Document

    from needlepoint import OnnxReader

    lengths = {"max_seq_len": 96, "doc_stride": 16, "use_gpu": False}
    make = {
        "FARMReader": lambda: FARMReader(str(learnt[0]), num_processes=0, progress_bar=False, **lengths),
        "TransformersReader": lambda: TransformersReader(str(learnt[0]), **lengths),
        "OnnxReader": lambda: OnnxReader(str(learnt[0]), max_query_length=24, precision="fp32", **lengths),
    }[name]
    answers = make().predict(CAPTAIN, [Document(content=context_of(questions))], top_k=1)["answers"]
    assert answers[0].answer == "Ida Moreau"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_trains_and_saves(make_model, run_config, family):
    from needlepoint import OnnxReader

    asked = run_config(base=make_model(family))
    report = fine_tune(asked)
    assert report.state.step == 4
    reader = OnnxReader(str(asked.out), max_seq_len=96, doc_stride=16, max_query_length=24, precision="fp32")
    reader.load()
    assert "fp32" in reader.description


def test_an_encoder_without_a_head_is_a_beginning_too(make_model, run_config, tiny_bert, tmp_path):
    import transformers

    folder = tmp_path / "encoder"
    transformers.AutoModel.from_pretrained(tiny_bert).save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(tiny_bert).save_pretrained(folder)
    asked = run_config(base=folder)
    fine_tune(asked)
    configuration = json.loads((asked.out / "config.json").read_text())
    assert configuration["architectures"] == ["BertForQuestionAnswering"]
    assert str(tmp_path) not in json.dumps(configuration)


def test_both_distillation_steps_one_after_the_other(
    learnt, make_model, run_config, questions, plan, tmp_path, monkeypatch
):
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(tmp_path / "cache"))
    data = TrainingData(questions, validation=questions, sources={"ferries": 8}, validated={"ferries": 8})
    first = run_config(
        data=data, base=make_model(seed=5, num_hidden_layers=1), out=tmp_path / "one", plan=plan(epochs=20)
    )
    layers = distil_layers(first, learnt[0], layers=(2,))
    assert layers.best == {}, "its span head is untrained, so there is nothing to measure"
    assert "prediction" in (first.out / "README.md").read_text()
    second = run_config(data=data, base=first.out, out=tmp_path / "two", plan=plan(epochs=30))
    prediction = distil_prediction(second, learnt[0], distillation_loss_weight=0.75, temperature=1.5)
    assert prediction.plan["temperature"] == 1.5
    assert prediction.best["f1"] > 40
    assert prediction.state.losses["teacher"][-1] < 0.5 * prediction.state.losses["teacher"][0]
    assert len(list((tmp_path / "cache" / "teacher-logits").iterdir())) == 1


@pytest.fixture
def logits_folder(tmp_path, monkeypatch):
    """Where the teachers' logits of a test are kept."""
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "teacher-logits"


class KilledError(Exception):
    """What ends a training in a test."""


def kill(step):
    raise KilledError


def test_logits_in_one_precision_are_not_taken_for_those_in_another(learnt, run_config, logits_folder, tmp_path):
    for precision in ("bf16", "fp32"):
        distil_prediction(run_config(out=tmp_path / precision, precision=precision), learnt[0])
    coarse, fine = (next(logits_folder.glob(f"*-{precision}.safetensors")) for precision in ("bf16", "fp32"))
    one, other = (load_file(file)["logits"] for file in (coarse, fine))
    assert one.shape == other.shape
    assert not torch.equal(one, other)
    torch.testing.assert_close(one, other, atol=0.2, rtol=0.05)


def test_a_resumed_distillation_takes_the_logits_of_its_checkpoints_precision(learnt, run_config, logits_folder):
    with pytest.raises(KilledError):
        distil_prediction(run_config(precision="bf16", save_every_s=0, on_step=kill), learnt[0])
    said = []
    report = distil_prediction(run_config(precision="fp32", log=said.append), learnt[0])
    assert report.precision == "bf16"
    assert any("bf16 on cpu: that of the checkpoint" in text for text in said)
    assert [file.name.split("-")[-1] for file in logits_folder.iterdir()] == ["bf16.safetensors"]


def test_a_teacher_of_another_tokenizer_is_refused_before_the_data_is_cut(make_model, run_config):
    said = []
    asked = run_config(name="the student", teacher_name="acme/teacher", log=said.append)
    for distil in (distil_layers, distil_prediction):
        with pytest.raises(TrainingError, match="the student and acme/teacher have different vocabularies") as caught:
            distil(asked, make_model("roberta"))
        assert "\n" not in str(caught.value)
    assert said == []


@pytest.fixture
def lost_teacher(learnt, tmp_path):
    """A copy of the trained reader, and how to lose it."""
    folder = tmp_path / "teacher"
    shutil.copytree(learnt[0], folder)
    return folder, lambda: shutil.rmtree(folder)


def test_a_training_goes_on_from_its_logits_where_the_teacher_is_gone(
    lost_teacher, run_config, logits_folder, plan, tmp_path
):
    teacher, lose = lost_teacher
    asked = {"plan": plan(epochs=4), "save_every_s": 0}
    whole = distil_prediction(run_config(**asked, out=tmp_path / "whole"), teacher)

    def kill_at_three(step):
        if step.state.step == 3:
            raise KilledError

    with pytest.raises(KilledError):
        distil_prediction(run_config(**asked, on_step=kill_at_three), teacher)
    lose()
    said = []
    resumed = distil_prediction(run_config(**asked, log=said.append), teacher)
    assert resumed.state.losses == whole.state.losses
    assert resumed.teacher == "teacher"
    assert any("the logits kept of it" in text for text in said)
    anew = distil_prediction(run_config(**asked, out=tmp_path / "anew"), teacher)
    assert anew.state.losses == whole.state.losses


def test_a_teacher_that_is_gone_and_needed_is_named(lost_teacher, run_config, questions, logits_folder, tmp_path):
    teacher, lose = lost_teacher
    with pytest.raises(KilledError):
        distil_prediction(run_config(save_every_s=0, on_step=kill), teacher)
    lose()
    for changes, message in (
        ({}, "has the logits of only 4 of 8 windows"),
        ({"out": tmp_path / "other", "precision": "bf16"}, f"no teacher at {teacher}, and no logits of it in bf16"),
        (
            {"out": tmp_path / "other", "data": TrainingData(questions[:4])},
            "no logits of it in fp32 are kept for these windows",
        ),
    ):
        with pytest.raises(TrainingError, match=message) as caught:
            distil_prediction(run_config(**changes), teacher)
        assert "\n" not in str(caught.value)
    with pytest.raises(TrainingError, match="but never its hidden states"):
        distil_prediction(run_config(), teacher, hidden_weight=1.0)


def test_a_student_may_be_some_of_the_teachers_layers(learnt, run_config):
    asked = run_config(base=learnt[0], keep_layers=(2,))
    fine_tune(asked)
    assert json.loads((asked.out / "config.json").read_text())["num_hidden_layers"] == 1
    names = load_file(asked.out / "model.safetensors").keys()
    assert "bert.encoder.layer.0.output.dense.weight" in names
    assert not any(".layer.1." in name for name in names)
    with pytest.raises(TrainingError, match="rise from 1 to at most 2"):
        fine_tune(run_config(base=learnt[0], keep_layers=(1, 3), out=asked.out / "x"))


def test_all_layers_of_a_modernbert_are_kept(make_model, run_config):
    with pytest.raises(TrainingError, match="all layers must be kept"):
        fine_tune(run_config(base=make_model("modernbert"), keep_layers=(2,)))


@pytest.mark.long
@pytest.mark.skipif(shutil.which("g++") is None, reason="compiling needs g++")
def test_what_is_compiled_learns_the_same(learnt, run_config, plan, tmp_path):
    losses = []
    for compiled in (False, True):
        asked = run_config(keep_layers=(2,), plan=plan(epochs=2), out=tmp_path / str(compiled), compiled=compiled)
        losses.append(distil_layers(asked, learnt[0], layers=(2,)).state.losses)
    for name, values in losses[0].items():
        assert losses[1][name] == pytest.approx(values, rel=1e-3), name


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
@pytest.mark.parametrize("family", ["bert", "mpnet"])
def test_a_gpu_learns_the_same(make_model, learnt, run_config, plan, family, tmp_path):
    trainings = {
        "fine-tuned": fine_tune,
        "distilled": lambda asked: distil_prediction(asked, learnt[0], hidden_weight=1.0),
    }
    base = make_model(family, in_bert_ids=True)
    for name, train in trainings.items():
        losses = []
        for device in ("cpu", "cuda"):
            asked = run_config(base=base, plan=plan(epochs=3), out=tmp_path / name / device, device=device)
            losses.append(train(asked).state.losses)
        for term, values in losses[0].items():
            assert losses[1][term] == pytest.approx(values, rel=1e-2), (name, term)


def test_a_finished_folder_is_not_written_over(learnt, run_config):
    with pytest.raises(TrainingError, match="holds a finished model"):
        fine_tune(run_config(out=learnt[0]))


def test_what_is_no_encoder_is_told(run_config, tmp_path):
    with pytest.raises(ModelError, match="not a Hugging Face model folder"):
        fine_tune(run_config(base=tmp_path))


def test_a_process_that_is_killed_is_gone_on_with(tiny_bert, labels_file, run_config, plan, tmp_path):
    """A real kill -9 in the middle: what follows ends with the losses and weights of a run that was never killed."""
    numbers = plan(epochs=4, dropout=0.1)
    code = """
import json, os, sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from needlepoint.training.data import gather
from needlepoint.training.plan import Plan
from needlepoint.training.runs import RunConfig, fine_tune
base, labels, out, plan = sys.argv[1:]
def on_step(step):
    if step.state.step == 5:
        os.kill(os.getpid(), 9)
data = gather([Path(labels)])
base, out, plan = Path(base), Path(out), Plan(**json.loads(plan))
fine_tune(RunConfig(data, plan, base=base, out=out, on_step=on_step, save_every_s=0, device="cpu", precision="fp32"))
"""
    whole, killed = run_config(plan=numbers, out=tmp_path / "whole"), run_config(plan=numbers, out=tmp_path / "killed")
    arguments = [tiny_bert, labels_file, killed.out, json.dumps(numbers.to_dict())]
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stderr=subprocess.PIPE, text=True
    ) as process:
        losses = [fine_tune(whole).state.losses]
        _, errors = process.communicate()
    assert process.returncode == -9, errors
    assert not (killed.out / "config.json").exists()
    assert [path.name for path in killed.out.glob("checkpoints/step-*")] == ["step-000000005"]
    losses.append(fine_tune(killed).state.losses)
    assert losses[0] == losses[1]
    weights = [load_file(asked.out / "model.safetensors") for asked in (whole, killed)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_other_data_is_not_mixed_into_a_training_that_was_begun(run_config, questions):
    class Killed(Exception):
        pass

    def die(step):
        raise Killed

    with pytest.raises(Killed):
        fine_tune(run_config(save_every_s=0, on_step=die))
    with pytest.raises(TrainingError, match="another training"):
        fine_tune(run_config(data=TrainingData(questions[:4])))
    longer = run_config(plan=dataclasses.replace(run_config().plan, minutes=5))
    assert fine_tune(longer).state.step == 4


def test_a_teacher_that_answers_nothing_is_refused_at_once(learnt, make_model, run_config, plan, tmp_path):
    encoder = make_model(seed=5, num_hidden_layers=4)
    config = json.loads((encoder / "config.json").read_text())
    headless = tmp_path / "encoder"
    shutil.copytree(encoder, headless)
    weights = {n: t for n, t in load_file(headless / "model.safetensors").items() if not n.startswith("qa_outputs")}
    save_file(weights, headless / "model.safetensors", metadata={"format": "pt"})
    (headless / "config.json").write_text(json.dumps({**config, "architectures": ["BertModel"]}))
    with pytest.raises(TrainingError, match="no trained span head"):
        distil_prediction(run_config(), headless)
    layers = run_config(base=make_model(seed=5, num_hidden_layers=1), out=tmp_path / "layers", plan=plan(epochs=1))
    distil_layers(layers, learnt[0], layers=(2,))
    with pytest.raises(TrainingError, match="only the layers of layers are distilled"):
        distil_prediction(run_config(out=tmp_path / "next"), layers.out)
