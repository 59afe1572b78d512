import pytest

from needlepoint.errors import TrainingError
from needlepoint.training.plan import Plan


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({}, "epochs, minutes or both"),
        ({"epochs": 0}, "epochs must be above 0, got 0"),
        ({"epochs": 1, "batch_size": 0}, "batch_size must be at least 1"),
        ({"epochs": 1, "dropout": 1}, r"dropout must be in \[0, 1\)"),
        ({"epochs": 1, "weight_decay": -0.01}, "weight_decay must be at least 0, got -0.01"),
        ({"epochs": 1, "schedule": "cosine"}, "schedule must be one of hold, linear"),
        ({"epochs": 1, "max_seq_len": 128, "doc_stride": 64}, "doc_stride must be below .* = 64"),
    ],
)
def test_a_plan_that_cannot_be_is_told(numbers, message):
    with pytest.raises(ValueError, match=message):
        Plan(**numbers)
    with pytest.raises(TrainingError, match=message):
        Plan.of(**numbers)


def test_numbers_that_are_not_given_take_their_defaults():
    assert Plan.of(epochs=1, batch_size=None) == Plan(epochs=1)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"batch_size": 1.5}, "batch_size must be a whole number, got 1.5"),
        ({"batch_size": "8"}, "batch_size must be a whole number, got '8'"),
        ({"seed": True}, "seed must be a whole number, got True"),
        ({"patience": 2.0}, "patience must be a whole number, got 2.0"),
        ({"max_seq_len": None}, "max_seq_len must be a whole number, got None"),
        ({"learning_rate": "fast"}, "learning_rate must be a number, got 'fast'"),
        ({"minutes": float("nan")}, "minutes must be a number, got nan"),
        ({"warmup": [0.1]}, "warmup must be a number, got [0.1]"),
        ({"schedule": 3}, "schedule must be text, got 3"),
    ],
)
def test_a_number_of_another_kind_is_refused_in_one_line(numbers, message):
    with pytest.raises(TypeError) as raised:
        Plan(**({"epochs": 1} | numbers))
    assert str(raised.value) == message


def test_whole_numbers_are_numbers_and_what_may_be_open_may_be():
    plan = Plan(epochs=2, minutes=None, learning_rate=1, evaluate_every=None)
    assert (plan.epochs, plan.learning_rate) == (2, 1)


def test_the_line_for_users_names_the_parameter():
    with pytest.raises(
        TrainingError, match=r"^this training cannot be planned: batch_size must be a whole number, got 1\.5$"
    ):
        Plan.of(epochs=1, batch_size=1.5)
