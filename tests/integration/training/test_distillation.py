import math

import pytest
import torch

from needlepoint.errors import TrainingError
from needlepoint.training.checkpoints import Checkpoints
from needlepoint.training.distillation import (
    JointDistillation,
    LayerDistillation,
    PredictionDistillation,
    check_same_tokens,
    queries_and_keys,
    uniform_layers,
)
from needlepoint.training.loop import Training
from needlepoint.training.losses import attention_loss
from needlepoint.training.models import load_reader
from needlepoint.training.objectives import FineTuning
from needlepoint.training.precision import Precision
from needlepoint.training.teacher_logits import TeacherLogits
from needlepoint.training.windows import label

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def teacher_folder(make_model):
    return make_model("bert", seed=1, hidden_size=48, num_hidden_layers=4)


@pytest.fixture
def teacher(teacher_folder):
    return load_reader(teacher_folder, CPU)


def train(objective, reader, windows, plan, folder):
    training = Training(
        objective,
        windows,
        plan,
        collate=reader.collator,
        precision=Precision("fp32", ""),
        checkpoints=Checkpoints(folder, {}),
    )
    return training.run()


def test_layers_are_mapped_evenly_the_last_to_the_last():
    assert uniform_layers(6, 12) == (2, 4, 6, 8, 10, 12)
    assert uniform_layers(4, 24) == (6, 12, 18, 24)
    with pytest.raises(TrainingError, match="12 layers cannot be shared out evenly among 5"):
        uniform_layers(5, 12)


@pytest.mark.parametrize("family", ["bert", "roberta", "distilbert", "electra", "mpnet"])
def test_attention_scores_are_those_the_model_softmaxes(make_model, questions, plan, family):
    reader = load_reader(make_model(family), CPU)
    windows = label(questions, reader.tokenizer, plan(), max_tokens=100)
    batch = reader.collator(windows, range(4))
    with torch.no_grad():
        output = reader.model.eval()(**batch.inputs, output_attentions=True, output_hidden_states=True)
        factors = [queries_and_keys(reader, layer, output.hidden_states[layer]) for layer in range(2)]
    hidden = (batch.mask == 0)[:, None, None, :]
    for (queries, keys), attention in zip(factors, output.attentions, strict=True):
        own = queries @ keys.transpose(-1, -2)
        torch.testing.assert_close(own.masked_fill(hidden, -math.inf).softmax(-1), attention, atol=1e-6, rtol=1e-5)


def test_the_attention_loss_is_the_mean_squared_difference_of_the_scores():
    generator = torch.Generator().manual_seed(0)
    student, teacher = (
        tuple(torch.randn(3, 4, 7, width, generator=generator, requires_grad=True) for _ in range(2))
        for width in (5, 8)
    )
    mask = torch.tensor([[1] * 7, [1] * 4 + [0] * 3, [1] * 6 + [0]])
    own, theirs = (queries @ keys.transpose(-1, -2) for queries, keys in (student, teacher))
    pairs = (mask[:, None, :, None] * mask[:, None, None, :]).expand_as(own).bool()
    direct = (own - theirs)[pairs].square().mean()
    torch.testing.assert_close(attention_loss(student, teacher, mask), direct)
    gradients = [torch.autograd.grad(loss, student) for loss in (attention_loss(student, teacher, mask), direct)]
    torch.testing.assert_close(*gradients)


def test_gradients_reach_the_projections_and_not_the_teacher(reader, teacher, windows):
    objective = LayerDistillation(reader, teacher, layers=(2, 4))
    objective(reader.collator(windows, range(4)))["loss"].backward()
    assert objective.states.hidden_map.weight.grad.abs().sum() > 0
    assert objective.states.embedding_map.weight.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in teacher.model.parameters())
    learnt = dict(objective.named_parameters())
    assert "states.hidden_map.weight" in learnt, "what is no parameter of the objective is not in the optimiser"
    assert len(learnt) == 2 + len(list(reader.model.parameters()))


def test_layer_distillation_lessens_each_term_and_learns_the_projections(reader, teacher, windows, plan, tmp_path):
    objective = LayerDistillation(reader, teacher, layers=(2, 4))
    before = objective.states.hidden_map.weight.clone()
    losses = train(objective, reader, windows, plan(epochs=40), tmp_path).losses
    for name in ("hidden", "attention", "loss"):
        assert losses[name][-1] < 0.7 * losses[name][0], name
    assert not torch.equal(before, objective.states.hidden_map.weight)


def test_models_of_one_width_need_no_projection(reader, make_model, windows):
    teacher = load_reader(make_model("bert", seed=3, num_hidden_layers=4), CPU)
    objective = LayerDistillation(reader, teacher, layers=(None, 4))
    assert isinstance(objective.states.hidden_map, torch.nn.Identity)
    assert objective(reader.collator(windows, [0]))["loss"] > 0


def test_a_student_like_its_teacher_has_nothing_to_learn(make_model, windows, tiny_bert):
    reader, teacher = load_reader(tiny_bert, CPU), load_reader(tiny_bert, CPU)
    terms = LayerDistillation(reader, teacher, layers=(1, 2))(reader.collator(windows, range(4)))
    assert {name: value.item() for name, value in terms.items()} == pytest.approx({n: 0 for n in terms}, abs=1e-9)


@pytest.mark.parametrize(("student", "teacher"), [("bert", "mpnet"), ("mpnet", "bert")])
def test_each_model_is_given_what_its_own_family_takes(make_model, questions, plan, student, teacher):
    own, theirs = (load_reader(make_model(family, in_bert_ids=True), CPU) for family in (student, teacher))
    windows = label(questions, own.tokenizer, plan(), max_tokens=100)
    batch, expected = own.collator(windows, range(4)), theirs.collator(windows, range(4)).inputs
    given = theirs.inputs(batch)
    assert given.keys() == expected.keys()
    assert all(torch.equal(given[name], expected[name]) for name in given)
    assert own.inputs(batch).keys() == batch.inputs.keys()


@pytest.fixture
def mpnet(make_model):
    """A teacher of another family that reads the student's tokens."""
    return load_reader(make_model("mpnet", seed=1, in_bert_ids=True, hidden_size=48, num_hidden_layers=4), CPU)


def test_a_student_learns_the_layers_of_a_teacher_that_knows_distances(reader, mpnet, windows, plan, tmp_path):
    check_same_tokens(reader.folder, mpnet.folder)
    objective = LayerDistillation(reader, mpnet, layers=(2, 4))
    losses = train(objective, reader, windows, plan(epochs=40), tmp_path).losses
    for name in ("hidden", "attention", "loss"):
        assert losses[name][-1] < 0.7 * losses[name][0], name


def test_a_student_learns_the_answers_of_a_teacher_of_another_family(reader, mpnet, windows, plan, tmp_path):
    train(FineTuning(mpnet.model), mpnet, windows, plan(epochs=30), tmp_path / "teacher")
    logits = TeacherLogits(mpnet, windows, tmp_path / "logits.safetensors")
    objective = PredictionDistillation(reader, logits, weight=0.75, temperature=1.5)
    losses = train(objective, reader, windows, plan(epochs=30), tmp_path / "student").losses
    joint = JointDistillation(reader, mpnet, layers=(2, 4), weight=0.75, temperature=1.5, hidden_weight=1.0)
    more = train(joint, reader, windows, plan(epochs=30), tmp_path / "joint").losses
    for name in ("teacher", "labels", "loss"):
        assert losses[name][-1] < 0.7 * losses[name][0], name
    assert more["hidden"][-1] < 0.7 * more["hidden"][0]


def test_padding_changes_no_term(reader, teacher, windows, tmp_path):
    reader.model.eval()
    layers = LayerDistillation(reader, teacher, layers=(2, 4))
    prediction = PredictionDistillation(
        reader, TeacherLogits(teacher, windows, tmp_path / "logits"), weight=0.5, temperature=2.0
    )
    shortest = min(range(len(windows)), key=lambda place: len(windows[place]))
    longest = max(range(len(windows)), key=lambda place: len(windows[place]))
    assert len(windows[longest]) - len(windows[shortest]) >= 1
    joint = JointDistillation(reader, teacher, layers=(2, 4), weight=0.5, temperature=2.0, hidden_weight=1.0)
    for objective in (layers, prediction, joint):
        alone = objective(reader.collator(windows, [shortest]))
        padded = reader.collator(windows, [shortest, longest])
        one = type(padded)(
            inputs={name: tensor[:1] for name, tensor in padded.inputs.items()},
            types=padded.types[:1],
            mask=padded.mask[:1],
            start=padded.start[:1],
            end=padded.end[:1],
            indices=padded.indices[:1],
        )
        extra = type(padded)(
            inputs={name: torch.nn.functional.pad(tensor, (0, 8)) for name, tensor in one.inputs.items()},
            types=torch.nn.functional.pad(one.types, (0, 8)),
            mask=torch.nn.functional.pad(one.mask, (0, 8)),
            start=one.start,
            end=one.end,
            indices=one.indices,
        )
        for name, value in objective(extra).items():
            assert value.item() == pytest.approx(alone[name].item(), rel=1e-4), name


def test_prediction_distillation_lessens_each_term(reader, teacher, windows, plan, tmp_path):
    train(FineTuning(teacher.model), teacher, windows, plan(epochs=30), tmp_path / "teacher")
    logits = TeacherLogits(teacher, windows, tmp_path / "logits.safetensors")
    objective = PredictionDistillation(reader, logits, weight=0.5, temperature=1.5)
    losses = train(objective, reader, windows, plan(epochs=30), tmp_path / "student").losses
    for name in ("teacher", "labels", "loss"):
        assert losses[name][-1] < 0.7 * losses[name][0], name


def test_joint_distillation_lessens_each_term_and_learns_the_projections(reader, teacher, windows, plan, tmp_path):
    train(FineTuning(teacher.model), teacher, windows, plan(epochs=30), tmp_path / "teacher")
    objective = JointDistillation(reader, teacher, layers=(2, 4), weight=0.5, temperature=1.5, hidden_weight=1.0)
    before = objective.states.hidden_map.weight.clone()
    losses = train(objective, reader, windows, plan(epochs=40), tmp_path / "student").losses
    for name in ("teacher", "labels", "hidden", "loss"):
        assert losses[name][-1] < 0.7 * losses[name][0], name
    assert not torch.equal(before, objective.states.hidden_map.weight)


def test_joint_distillation_is_the_sum_of_the_other_two(reader, teacher, windows, tmp_path):
    reader.model.eval()
    batch = reader.collator(windows, range(4))
    joint = JointDistillation(reader, teacher, layers=(2, 4), weight=0.6, temperature=2.0, hidden_weight=3.0)
    layers = LayerDistillation(reader, teacher, layers=(2, 4), attention_weight=0)
    layers.states = joint.states
    prediction = PredictionDistillation(
        reader, TeacherLogits(teacher, windows, tmp_path / "logits"), weight=0.6, temperature=2.0
    )
    together, hidden, answers = (objective(batch) for objective in (joint, layers, prediction))
    for name in ("teacher", "labels"):
        assert together[name].item() == pytest.approx(answers[name].item(), rel=1e-3)
    assert together["hidden"].item() == pytest.approx(hidden["hidden"].item(), rel=1e-6)
    assert together["loss"].item() == pytest.approx((answers["loss"] + 3 * hidden["hidden"]).item(), rel=1e-3)


def test_weight_and_temperature_do_what_their_names_say(reader, teacher, windows, tmp_path):
    logits = TeacherLogits(teacher, windows, tmp_path / "logits.safetensors")
    batch = reader.collator(windows, range(4))
    reader.model.eval()

    def terms(weight, temperature=1.0):
        objective = PredictionDistillation(reader, logits, weight=weight, temperature=temperature)
        return {name: value.item() for name, value in objective(batch).items()}

    assert terms(0.0)["loss"] == pytest.approx(terms(0.0)["labels"])
    assert terms(1.0)["loss"] == pytest.approx(terms(1.0)["teacher"])
    assert terms(0.75)["loss"] == pytest.approx(0.75 * terms(0.75)["teacher"] + 0.25 * terms(0.75)["labels"])
    assert terms(1.0, 5.0)["teacher"] != pytest.approx(terms(1.0, 1.0)["teacher"], rel=1e-3)
    for weight, temperature, message in ((1.5, 1, "weight must be in"), (0.5, 0, "temperature must be above 0")):
        with pytest.raises(TrainingError, match=message):
            PredictionDistillation(reader, logits, weight=weight, temperature=temperature)


def test_a_low_temperature_is_no_trouble_where_there_is_padding(reader, teacher, windows, tmp_path):
    logits = TeacherLogits(teacher, windows, tmp_path / "logits.safetensors")
    batch = reader.collator(windows, range(len(windows)))
    assert (batch.mask == 0).any()
    terms = PredictionDistillation(reader, logits, weight=0.5, temperature=0.1)(batch)
    assert all(value.isfinite() for value in terms.values())


def test_the_teacher_is_asked_once_and_its_logits_outlive_it(reader, teacher, windows, tmp_path):
    file = tmp_path / "cache" / "logits.safetensors"
    logits = TeacherLogits(teacher, windows, file)
    batch = reader.collator(windows, [5, 1, 3])
    before = logits.of(batch)
    assert len(logits) == 3
    logits.save()
    for parameter in teacher.model.parameters():
        parameter.data.fill_(math.nan)
    again = TeacherLogits(teacher, windows, file)
    assert all(torch.equal(a, b) for a, b in zip(before, again.of(batch), strict=True))
    file.write_bytes(b"torn")
    with pytest.raises(TrainingError, match="cannot be read; remove the file"):
        TeacherLogits(teacher, windows, file)


def test_models_that_do_not_fit_are_told_apart_in_words(reader, teacher, make_model):
    with pytest.raises(TrainingError, match="has 2 layers, but 3 are mapped"):
        LayerDistillation(reader, teacher, layers=(1, 2, 3))
    with pytest.raises(TrainingError, match="count from 1 to 4, got 5"):
        LayerDistillation(reader, teacher, layers=(1, 5))
    other_heads = load_reader(make_model("bert", num_attention_heads=8), CPU)
    with pytest.raises(TrainingError, match="4 attention heads and the teacher 8"):
        LayerDistillation(reader, other_heads, layers=(1, 2))
    LayerDistillation(reader, other_heads, layers=(1, 2), attention_weight=0)
    with pytest.raises(TrainingError, match="scores of a modernbert"):
        LayerDistillation(reader, load_reader(make_model("modernbert"), CPU), layers=(1, 2))
    with pytest.raises(TrainingError, match="different vocabularies"):
        check_same_tokens(reader.folder, make_model("roberta"))
