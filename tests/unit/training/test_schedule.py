import pytest

from needlepoint.training.plan import Plan
from needlepoint.training.schedule import learning_rate, progress


def rates(plan, points=1001):
    return [learning_rate(plan, n / (points - 1)) for n in range(points)]


def test_hold_rises_stays_and_falls_to_nothing():
    found = rates(Plan(epochs=1, learning_rate=1.0, warmup=0.1, decay=0.4))
    assert found[0] == pytest.approx(0.01)
    assert found[50] == pytest.approx(0.5)
    assert set(found[100:600]) == {1.0}
    assert found[700] == pytest.approx(1 - 0.25**0.5)
    assert found[-1] == 0
    assert found[600:] == sorted(found[600:], reverse=True)


def test_linear_rises_and_falls_in_straight_lines():
    found = rates(Plan(epochs=1, learning_rate=1.0, schedule="linear", warmup=0.2))
    assert found[100] == pytest.approx(0.5)
    assert found[200] == 1.0
    assert found[600] == pytest.approx(0.5)
    assert found[-1] == 0


def test_progress_is_by_epochs_or_time_whichever_is_further():
    both = Plan(epochs=2, minutes=1)
    assert progress(both, step=10, steps_in_epoch=10, elapsed_s=6) == 0.5
    assert progress(both, step=2, steps_in_epoch=10, elapsed_s=30) == 0.5
    assert progress(both, step=21, steps_in_epoch=10, elapsed_s=0) == 1
    assert progress(Plan(minutes=2), step=9999, steps_in_epoch=1, elapsed_s=30) == 0.25
    assert progress(Plan(epochs=0.5), step=5, steps_in_epoch=10, elapsed_s=1e9) == 1
