import itertools

import pytest
import torch

from needlepoint.errors import TrainingError
from needlepoint.training.batches import Batch
from needlepoint.training.checkpoints import Checkpoints
from needlepoint.training.loop import Training
from needlepoint.training.models import load_reader
from needlepoint.training.objectives import FineTuning
from needlepoint.training.precision import Precision
from needlepoint.training.validation import Validator

FP32 = Precision("fp32", "")


class Killed(Exception):
    pass


@pytest.fixture
def make_training(tiny_bert, windows, tmp_path):
    """Make a training that saves after every step into a folder of its name, and dies after a step if told to."""

    def make(plan, name="run", *, dropout=0.0, dies_after=None, questions=(), **changes):
        reader = load_reader(tiny_bert, torch.device("cpu"), dropout=dropout)

        def on_step(step):
            if step.state.step == dies_after:
                raise Killed

        return Training(
            FineTuning(reader.model),
            windows,
            plan,
            collate=reader.collator,
            precision=changes.pop("precision", FP32),
            checkpoints=Checkpoints(tmp_path / name, plan.to_dict()),
            validate=Validator(reader, questions, plan) if questions else None,
            on_step=on_step,
            save_every_s=0,
            **changes,
        )

    return make


@pytest.mark.parametrize("dies_after", [1, 3, 4, 5])
def test_a_training_that_is_killed_and_resumed_is_the_same_training(make_training, plan, questions, dies_after):
    numbers = plan(epochs=3, batch_size=2, accumulation=2, evaluate_every=2)
    whole = make_training(numbers, "whole", dropout=0.1, questions=questions).run()
    with pytest.raises(Killed):
        make_training(numbers, "killed", dropout=0.1, questions=questions, dies_after=dies_after).run()
    resumed = make_training(numbers, "killed", dropout=0.1, questions=questions).run()
    assert resumed.step == whole.step == 6
    assert resumed.losses == whole.losses  # every one, to the last bit
    assert resumed.validations == whole.validations
    assert resumed.windows == whole.windows


def test_resuming_gives_the_same_weights(make_training, plan):
    numbers = plan(epochs=2)
    finished = []
    for name, dies_after in (("whole", None), ("killed", 2)):
        training = make_training(numbers, name, dropout=0.2, dies_after=dies_after)
        if dies_after:
            with pytest.raises(Killed):
                training.run()
            training = make_training(numbers, name, dropout=0.2)
        training.run()
        finished.append(training._objective.state_dict())
    assert all(torch.equal(finished[0][name], finished[1][name]) for name in finished[0])


def test_a_training_that_is_stopped_between_two_steps_keeps_them(make_training, plan):
    def stop(step):
        if step.state.step == 3:
            raise KeyboardInterrupt

    stopped = make_training(plan(epochs=3))
    stopped._save_every_s, stopped._on_step = 3_600, stop
    with pytest.raises(KeyboardInterrupt):
        stopped.run()
    assert stopped._checkpoints.latest()[1]["state"]["step"] == 3


def test_another_seed_is_another_training(make_training, plan):
    first = make_training(plan(), "first").run()
    other = make_training(plan(seed=8), "other").run()
    assert first.losses != other.losses


def test_a_finished_checkpoint_is_whole_and_older_ones_are_gone(make_training, plan, tmp_path):
    make_training(plan(epochs=3)).run()
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["step-000000006"]


def test_checkpoints_of_another_training_are_refused(make_training, plan):
    with pytest.raises(Killed):
        make_training(plan(), dies_after=2).run()
    with pytest.raises(TrainingError, match=r"another training \(learning_rate was 0.003, now 0.001\)"):
        make_training(plan(learning_rate=1e-3)).run()


def test_a_broken_checkpoint_is_named(make_training, plan, tmp_path):
    with pytest.raises(Killed):
        make_training(plan(), dies_after=2).run()
    (state,) = tmp_path.glob("run/step-*/state.pt")
    state.write_bytes(state.read_bytes()[:50])
    with pytest.raises(TrainingError, match="step-000000002 cannot be read"):
        make_training(plan()).run()


def test_a_limit_in_minutes_counts_all_runs_and_the_rate_falls_to_nothing(make_training, plan):
    seconds = map(float, itertools.count(step=0.5))
    numbers = plan(epochs=None, minutes=1)
    with pytest.raises(Killed):
        make_training(numbers, dies_after=5, clock=seconds.__next__).run()
    before = 0.5 * 5
    rates = []
    training = make_training(numbers, clock=seconds.__next__)
    training._on_step = lambda step: rates.append(step.learning_rate)
    state = training.run()
    assert before < 60 <= state.elapsed_s < 65
    assert max(rates) == pytest.approx(numbers.learning_rate)
    assert rates[-1] < 0.05 * numbers.learning_rate


def test_accumulated_batches_make_the_step_of_one_large_batch(make_training, plan):
    def gradients(batch_size, accumulation):
        training = make_training(plan(batch_size=batch_size, accumulation=accumulation), f"b{batch_size}")
        places = range(8)
        groups = [training._collate(training._windows, places[i : i + batch_size]) for i in range(0, 8, batch_size)]
        training._gradients(groups)
        return torch.cat([p.grad.flatten() for p in training._objective.parameters() if p.grad is not None])

    torch.testing.assert_close(gradients(8, 1), gradients(2, 4), atol=1e-6, rtol=1e-4)


def test_training_stops_early_and_keeps_the_best_weights(make_training, plan, questions):
    numbers = plan(epochs=50, evaluate_every=1, patience=3)
    training = make_training(numbers, questions=questions)
    figures = iter([10.0, 30.0, 20.0, 25.0, 29.0, 90.0])
    seen = []

    def validate():
        seen.append({name: tensor.clone() for name, tensor in training._objective.state_dict().items()})
        return {"f1": next(figures)}

    training._validate = validate
    state = training.run()
    assert state.step == 5
    assert state.best == 30.0
    final = training._objective.state_dict()
    assert all(torch.equal(final[name], seen[1][name]) for name in final)


def test_a_loss_that_is_no_number_ends_the_training(make_training, plan):
    with pytest.raises(TrainingError, match=r"the loss is (nan|inf) at step \d+; try a lower learning rate"):
        make_training(plan(learning_rate=1e30, epochs=30, max_grad_norm=1e30)).run()


def test_bf16_is_kept_over_a_resume(make_training, plan):
    numbers = plan(epochs=2)
    whole = make_training(numbers, "whole", precision=Precision("bf16", "asked for")).run()
    with pytest.raises(Killed):
        make_training(numbers, precision=Precision("bf16", "asked for"), dies_after=2).run()
    resumed = make_training(numbers, precision=FP32)
    assert resumed.run().losses == whole.losses
    assert resumed.precision.name == "bf16"


def test_padding_changes_no_loss(reader, windows):
    objective = FineTuning(reader.model.eval())
    collate = reader.collator
    alone = [objective(collate(windows, [place]))["loss"].item() for place in range(len(windows))]
    together = objective(collate(windows, range(len(windows))))["loss"].item()
    assert together == pytest.approx(sum(alone) / len(alone), rel=1e-5)
    batch = collate(windows, range(len(windows)))
    padded = Batch(
        inputs={name: torch.nn.functional.pad(t, (0, 16)) for name, t in batch.inputs.items()},
        types=torch.nn.functional.pad(batch.types, (0, 16)),
        mask=torch.nn.functional.pad(batch.mask, (0, 16)),
        start=batch.start,
        end=batch.end,
        indices=batch.indices,
    )
    assert objective(padded)["loss"].item() == pytest.approx(together, rel=1e-5)
