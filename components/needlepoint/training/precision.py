"""Chooses the floating point format to train in: by a measurement on the machine, not by its name."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from time import perf_counter

import torch

_WORTH_IT = 1.3  # 16 bits must be this many times as fast as fp32 to be worth the loss of precision
_ROUNDS = 20
_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
PRECISIONS = ("fp32", *_DTYPES)


@dataclass(frozen=True, slots=True)
class Precision:
    """The format in which matrix products are computed; weights, losses and the optimiser stay in 32 bits.

    :param name: ``fp32``, ``bf16`` or ``fp16``.
    :param reason: why it was chosen, in words.
    """

    name: str
    reason: str

    def autocast(self, device: torch.device) -> AbstractContextManager[object]:
        """Return the context in which a model computes."""
        return nullcontext() if self.name == "fp32" else torch.autocast(device.type, _DTYPES[self.name])

    def scaler(self, device: torch.device) -> torch.amp.GradScaler:
        """Return the gradient scaler, which keeps small gradients from vanishing; it has no effect except in ``fp16``."""
        return torch.amp.GradScaler(device.type, enabled=self.name == "fp16")


def measured(device: torch.device) -> Precision:
    """Return a 16-bit format if matrix products and their gradients are clearly faster in it on this device, else fp32."""
    has_bf16 = device.type == "cpu" or torch.cuda.is_bf16_supported(including_emulation=False)
    name = "bf16" if has_bf16 else "fp16"
    fp32, in_16_bits = _seconds(device, [nullcontext, lambda: torch.autocast(device.type, _DTYPES[name])])
    gain = fp32 / in_16_bits
    reason = f"matrix products in {name} are {gain:.1f} times as fast as in fp32 here"
    return Precision(name if gain >= _WORTH_IT else "fp32", reason)


def _seconds(device: torch.device, contexts: Sequence[Callable[[], AbstractContextManager[object]]]) -> list[float]:
    """Return the shortest time of each; they take turns, so that other work on the machine slows none of them alone."""
    generator = torch.Generator().manual_seed(0)  # leaves the training's own random numbers alone
    tokens = torch.randn(2048, 384, generator=generator).to(device).requires_grad_()
    weights = torch.randn(384, 1536, generator=generator).to(device).requires_grad_()

    def once(context: Callable[[], AbstractContextManager[object]]) -> float:
        begin = perf_counter()
        with context():
            product = tokens @ weights
        product.float().sum().backward()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return perf_counter() - begin

    rounds = [[once(context) for context in contexts] for _ in range(_ROUNDS + 1)]
    return [min(times) for times in zip(*rounds[1:], strict=True)]
