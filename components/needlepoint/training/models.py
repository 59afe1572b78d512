"""Encoders with a span head, as PyTorch modules that can be trained."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from needlepoint.encoders.architecture import Architecture, read_architecture
from needlepoint.encoders.tokens import TextTokenizer
from needlepoint.encoders.weights import Weights, incomplete
from needlepoint.errors import ModelError, TrainingError
from needlepoint.training.batches import Batch, Collator


@dataclass(frozen=True, slots=True)
class TrainableReader:
    """A model with what is needed to feed and save it.

    :param model: transformers' ``...ForQuestionAnswering``, in 32 bits.
    :param architecture: its architecture, with the layers that are kept.
    :param folder: where it was loaded from.
    """

    model: Any
    architecture: Architecture
    tokenizer: TextTokenizer
    folder: Path
    device: torch.device

    @property
    def collator(self) -> Collator:
        """Return the collator that makes batches for this model."""
        return Collator(self.model.config.pad_token_id, self.token_types, self.device)

    @property
    def token_types(self) -> int:
        """How many token types the model tells apart."""
        return self.architecture.token_types

    def inputs(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Return this model's inputs for a batch, which may have been made for a model of another family."""
        inputs = {name: batch.inputs[name] for name in ("input_ids", "attention_mask")}
        return inputs | ({"token_type_ids": batch.types.clamp(max=self.token_types - 1)} if self.token_types else {})


def load_reader(
    folder: Path, device: torch.device, *, dropout: float = 0.0, keep_layers: Sequence[int] = ()
) -> TrainableReader:
    """Load an encoder of the BERT family; if it has no span head yet, it gets a randomly initialised one.

    :param folder: a Hugging Face model folder.
    :param dropout: of attention and hidden states.
    :param keep_layers: the layers to keep, counted from 1; all if none are named.
    :raises ModelError: the folder holds no such model, or its weights are not whole.
    :raises TrainingError: ``keep_layers`` does not fit the model.
    """
    import transformers

    architecture = read_architecture(folder, needs_head=False)
    tokenizer = TextTokenizer(folder)
    transformers.logging.set_verbosity_error()  # a new span head is expected here, not worth a warning
    model = _pretrained(folder, device)
    if keep_layers:
        architecture = _keep(model, architecture, keep_layers)
    _set_dropout(model, dropout)
    return TrainableReader(model.to(device), architecture, tokenizer, folder, device)


def _pretrained(folder: Path, device: torch.device) -> Any:
    import transformers

    # measured: on a CPU, eager attention is faster once compiled; elsewhere transformers picks the family's fastest
    attention = "eager" if device.type == "cpu" else None
    try:
        model, loaded = transformers.AutoModelForQuestionAnswering.from_pretrained(
            folder, dtype=torch.float32, attn_implementation=attention, output_loading_info=True
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(f"{folder} cannot be loaded for training: {_first_line(error)}") from error
    # transformers fills what is missing with random numbers, which is wanted of a new span head only
    of_encoder = f"{model.base_model_prefix}."
    if lacking := sorted(name for name in loaded["missing_keys"] if name.startswith(of_encoder)):
        raise incomplete(folder, lacking[0])
    return model


def projection(reader: TrainableReader, layer: int, part: str) -> nn.Module:
    """Return one of the linear maps of a layer's attention.

    :param layer: counted from 0.
    :param part: ``query`` or ``key``.
    """
    module: nn.Module = reader.model.base_model.get_submodule(reader.architecture.layer(layer, part))
    return module


def has_new_head(folder: Path) -> bool:
    """Whether the model in this folder has no trained span head.

    :raises ModelError: its weights cannot be read.
    """
    try:
        architecture = read_architecture(folder)
    except ModelError:
        return True
    with Weights(folder) as weights:
        return f"{architecture.logits_map}.weight" not in weights


def _keep(model: Any, architecture: Architecture, kept: Sequence[int]) -> Architecture:
    if architecture.rotary:
        raise TrainingError(
            "of a modernbert all layers must be kept, since each third of them sees more than the others"
        )
    if list(kept) != sorted(set(kept)) or not 1 <= kept[0] <= kept[-1] <= architecture.layers:
        raise TrainingError(f"the layers to keep must rise from 1 to at most {architecture.layers}, got {list(kept)}")
    holder = model.base_model.transformer if architecture.model_type == "distilbert" else model.base_model.encoder
    holder.layer = nn.ModuleList(holder.layer[number - 1] for number in kept)
    model.config.num_hidden_layers = len(kept)
    return dataclasses.replace(architecture, layers=len(kept))


def _set_dropout(model: nn.Module, share: float) -> None:
    """Set dropout in the modules, but not in the configuration, which is saved with the model."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = share
        for name in ("attention_dropout", "dropout_prob"):
            if hasattr(module, name):
                setattr(module, name, share)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
