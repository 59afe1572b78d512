"""Which floating point numbers to train in: measured on the machine, not guessed from its name."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from time import perf_counter

import torch

_WORTH_IT = 1.3  # times as fast as fp32, below which the loss of precision buys nothing
_ROUNDS = 3
_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
PRECISIONS = ("fp32", *_DTYPES)


@dataclass(frozen=True, slots=True)
class Precision:
    """The numbers that matrix products are computed in; weights, losses and the optimiser stay in 32 bits.

    :param name: ``fp32``, ``bf16`` or ``fp16``.
    :param reason: why it is that, in words.
    """

    name: str
    reason: str

    def autocast(self, device: torch.device) -> AbstractContextManager[object]:
        """Return the context in which a model computes."""
        return nullcontext() if self.name == "fp32" else torch.autocast(device.type, _DTYPES[self.name])

    def scaler(self, device: torch.device) -> torch.amp.GradScaler:
        """Return what keeps small gradients from vanishing; it does nothing unless in ``fp16``."""
        return torch.amp.GradScaler(device.type, enabled=self.name == "fp16")


def measured(device: torch.device) -> Precision:
    """Return 16 bits where products with their gradients are faster in them on this device."""
    has_bf16 = device.type == "cpu" or torch.cuda.is_bf16_supported(including_emulation=False)
    name = "bf16" if has_bf16 else "fp16"
    gain = _seconds(device, nullcontext) / _seconds(device, lambda: torch.autocast(device.type, _DTYPES[name]))
    said = f"matrix products in {name} are {gain:.1f} times as fast as in fp32 here"
    return Precision(name if gain >= _WORTH_IT else "fp32", said)


def _seconds(device: torch.device, context: Callable[[], AbstractContextManager[object]]) -> float:
    generator = torch.Generator().manual_seed(0)  # the random numbers of the training itself are left alone
    tokens = torch.randn(2048, 384, generator=generator).to(device).requires_grad_()
    weights = torch.randn(384, 1536, generator=generator).to(device).requires_grad_()
    times = []
    for _ in range(_ROUNDS + 1):
        begin = perf_counter()
        with context():
            product = tokens @ weights
        product.float().sum().backward()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times.append(perf_counter() - begin)
    return min(times[1:])
