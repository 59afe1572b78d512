"""The learning rate as a function of progress: the share of the training, in steps or in time, that is over.

``hold`` rises, stays constant, and falls as 1 - sqrt (warmup-stable-decay; Hägele et al. 2024, arXiv 2405.18392); a training can
be cut to any length afterwards. ``linear`` rises and falls linearly, as FARM's LinearWarmup does.
"""

import math

from needlepoint.training.plan import Plan


def progress(plan: Plan, *, step: int, steps_in_epoch: int, elapsed_s: float) -> float:
    """Return the share of the training that is over, 0 to 1: by epochs or by time, whichever is larger."""
    by_steps = step / max(1, round(plan.epochs * steps_in_epoch)) if plan.epochs is not None else 0.0
    by_time = elapsed_s / (60 * plan.minutes) if plan.minutes is not None else 0.0
    return min(1.0, max(by_steps, by_time))


def learning_rate(plan: Plan, done: float) -> float:
    """Return the learning rate at a point of the training.

    :param done: see :func:`progress`.
    """
    if done < plan.warmup:
        return plan.learning_rate * max(done / plan.warmup, 0.01)  # never 0, so that the first step counts
    if plan.schedule == "linear":
        return plan.learning_rate * (1 - done) / (1 - plan.warmup)
    fallen = (done - (1 - plan.decay)) / plan.decay if plan.decay else 0.0
    return plan.learning_rate * (1 - math.sqrt(min(1.0, max(0.0, fallen))))
