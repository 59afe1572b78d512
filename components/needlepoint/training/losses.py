"""The losses of fine-tuning and of distillation; all ignore padding."""

import torch
from torch.nn import functional

from needlepoint.training.windows import UNLABELLED

_NEVER = -1e9  # gives probability 0, and stays finite when a temperature divides it


def masked_logits(logits: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return logits in 32 bits that give padding no probability.

    :param logits: shape (windows, tokens).
    :param mask: 1 on tokens, 0 on padding; same shape.
    """
    return logits.float().masked_fill(mask == 0, _NEVER)


def span_loss(start: torch.Tensor, end: torch.Tensor, gold: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Return the mean cross entropy of first and last token (Devlin et al. 2019, section 4.2).

    :param start: masked logits, shape (windows, tokens).
    :param end: likewise.
    :param gold: the right first and last tokens, shape (windows,) each; windows at ``UNLABELLED`` do not count.
    """
    first, last = (
        functional.cross_entropy(logits, places, reduction="sum", ignore_index=UNLABELLED)
        for logits, places in zip((start, end), gold, strict=True)
    )
    return (first + last) / (2 * (gold[0] != UNLABELLED).sum().clamp(min=1))


def soft_loss(student: torch.Tensor, teacher: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the Kullback-Leibler divergence of the softened student from the softened teacher (Hinton et al. 2015).

    It is multiplied by the squared temperature, so that its gradients do not shrink with it.

    :param student: masked logits, shape (windows, tokens).
    :param teacher: likewise.
    """
    log_student = functional.log_softmax(student / temperature, dim=-1)
    log_teacher = functional.log_softmax(teacher / temperature, dim=-1)
    return functional.kl_div(log_student, log_teacher, reduction="batchmean", log_target=True) * temperature**2


def hidden_loss(student: torch.Tensor, teacher: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean squared difference of hidden states over tokens (Jiao et al. 2020, equation 8).

    :param student: projected to the teacher's width; shape (windows, tokens, width).
    :param mask: 1 on tokens, 0 on padding; shape (windows, tokens).
    """
    squares = (student.float() - teacher.float()).square().mean(dim=-1)
    return (squares * mask).sum() / mask.sum()


def attention_loss(
    student: tuple[torch.Tensor, torch.Tensor], teacher: tuple[torch.Tensor, torch.Tensor], mask: torch.Tensor
) -> torch.Tensor:
    """Return the mean squared difference of attention scores over heads and pairs of tokens (Jiao et al. 2020, equation 7).

    The scores of all pairs are never computed. Let A be the student's queries beside the teacher's negated ones, and B the keys
    of both. Then A B' is the difference of the scores, and its squared norm is the sum over the elementwise product of A'A and
    B'B, which are only as large as a head is wide (plus the length of a window with a distance bias). The rounding error is
    about a millionth of the scores' squares.

    :param student: queries and keys whose products are the scores, shape (windows, heads, tokens, head width) each.
    :param teacher: likewise, with as many heads.
    :param mask: 1 on tokens, 0 on padding; shape (windows, tokens).
    """
    with torch.autocast(mask.device.type, enabled=False):
        on_tokens = mask[:, None, :, None].float()
        queries = torch.cat([student[0], -teacher[0]], dim=-1) * on_tokens
        keys = torch.cat([student[1], teacher[1]], dim=-1) * on_tokens
        squares = (queries.transpose(-1, -2) @ queries) * (keys.transpose(-1, -2) @ keys)
        pairs = mask.sum(dim=-1).square().sum() * queries.shape[1]
        return squares.sum() / pairs
