"""Reads the ``config.json`` of an encoder of the BERT family into one set of names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needlepoint.errors import ModelError

_BERT_LAYER = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attention_output": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "intermediate": "intermediate.dense",
    "output": "output.dense",
    "output_norm": "output.LayerNorm",
}
_DISTILBERT_LAYER = {
    "query": "attention.q_lin",
    "key": "attention.k_lin",
    "value": "attention.v_lin",
    "attention_output": "attention.out_lin",
    "attention_norm": "sa_layer_norm",
    "intermediate": "ffn.lin1",
    "output": "ffn.lin2",
    "output_norm": "output_layer_norm",
}
_MPNET_LAYER = _BERT_LAYER | {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "attention_output": "attention.attn.o",
    "attention_norm": "attention.LayerNorm",
}
_FIRST_POSITION_AFTER_PAD = {"roberta", "xlm-roberta", "camembert"}
_MPNET_FIRST_POSITION = 2  # its padding_idx is 1, whatever the id of the padding token
_BUCKETS = 32  # the only number of distance buckets that transformers supports for MPNet
_TOKEN_TYPED = {"bert", "electra"}
SUPPORTED = ("bert", "camembert", "distilbert", "electra", "mpnet", "roberta", "xlm-roberta")
_ACTIVATIONS = {"gelu": "gelu", "relu": "relu"} | dict.fromkeys(
    ("gelu_new", "gelu_fast", "gelu_pytorch_tanh"), "gelu_tanh"
)


@dataclass(frozen=True, slots=True)
class Architecture:
    """One encoder of the BERT family with a span head.

    :param model_type: Hugging Face's name of the family.
    :param layers: number of encoder layers.
    :param heads: attention heads of a layer.
    :param hidden: width of the hidden states.
    :param activation: ``gelu``, ``gelu_tanh`` or ``relu``.
    :param epsilon: the epsilon of every layer norm.
    :param first_position: the position id of a text's first token: 0, or the one after padding's (RoBERTa, MPNet).
    :param positions: rows of the position embedding.
    :param token_types: rows of the token type embedding that the model uses; 0 where it has none.
    :param has_distance_bias: whether attention adds a bias to its scores by the distance of two tokens (MPNet).
    """

    model_type: str
    layers: int
    heads: int
    hidden: int
    activation: str
    epsilon: float
    first_position: int
    positions: int
    token_types: int
    has_distance_bias: bool

    @property
    def max_tokens(self) -> int:
        """The longest input that the position embedding covers."""
        return self.positions - self.first_position

    def layer(self, number: int, part: str) -> str:
        """Return the name of one part of one layer, without the encoder's prefix."""
        if self.model_type == "distilbert":
            return f"transformer.layer.{number}.{_DISTILBERT_LAYER[part]}"
        names = _MPNET_LAYER if self.model_type == "mpnet" else _BERT_LAYER
        return f"encoder.layer.{number}.{names[part]}"


def read_architecture(folder: Path, *, needs_head: bool = True) -> Architecture:
    """Read and check ``config.json``.

    :param needs_head: whether the model must have a question answering head; otherwise a bare encoder is accepted, too.
    :raises ModelError: the file is missing or broken, or the model is not supported.
    """
    config = _read_config(folder)
    model_type = config.get("model_type")
    if model_type not in SUPPORTED:
        raise ModelError(f"{folder}: model_type {model_type!r} is not supported; supported are {', '.join(SUPPORTED)}")
    _check_positions(folder, config)
    if needs_head:
        _check_head(folder, config)
    try:
        return _architecture(folder, config)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{folder / 'config.json'}: a value is missing or invalid ({error}); copy the model's folder again"
        ) from error


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{folder} holds no readable config.json, so it is not a Hugging Face model folder") from error
    except ValueError as error:
        raise ModelError(f"{path} is not valid JSON ({error}); copy the model's folder again") from error
    if not isinstance(config, dict):
        raise ModelError(f"{path} is not a JSON object; copy the model's folder again")
    return config


def _check_head(folder: Path, config: Mapping[str, Any]) -> None:
    names = config.get("architectures") or []
    if names and not any(str(name).endswith("ForQuestionAnswering") for name in names):
        raise ModelError(
            f"{folder} is a {', '.join(map(str, names))}, not a question answering model (...ForQuestionAnswering)"
        )


def _check_positions(folder: Path, config: Mapping[str, Any]) -> None:
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise ModelError(f"{folder}: position_embedding_type {config['position_embedding_type']!r} is not supported")
    buckets = config.get("relative_attention_num_buckets", _BUCKETS)
    if buckets != _BUCKETS:
        raise ModelError(
            f"{folder}: relative_attention_num_buckets {buckets!r} is not supported; it must be {_BUCKETS}"
        )


def _architecture(folder: Path, config: Mapping[str, Any]) -> Architecture:
    model_type = config["model_type"]
    is_distilbert = model_type == "distilbert"
    return Architecture(
        model_type=model_type,
        layers=int(config["n_layers" if is_distilbert else "num_hidden_layers"]),
        heads=int(config["n_heads" if is_distilbert else "num_attention_heads"]),
        hidden=int(config["dim" if is_distilbert else "hidden_size"]),
        activation=_activation(folder, config.get("activation" if is_distilbert else "hidden_act", "gelu")),
        epsilon=1e-12 if is_distilbert else float(config.get("layer_norm_eps", 1e-12)),
        first_position=_first_position(model_type, config),
        positions=int(config["max_position_embeddings"]),
        token_types=int(config.get("type_vocab_size", 2)) if model_type in _TOKEN_TYPED else 0,
        has_distance_bias=model_type == "mpnet",
    )


def _first_position(model_type: str, config: Mapping[str, Any]) -> int:
    if model_type == "mpnet":
        return _MPNET_FIRST_POSITION
    return int(config.get("pad_token_id", 1)) + 1 if model_type in _FIRST_POSITION_AFTER_PAD else 0


def _activation(folder: Path, name: object) -> str:
    if name not in _ACTIVATIONS:
        raise ModelError(f"{folder}: activation {name!r} is not supported; supported are {', '.join(_ACTIVATIONS)}")
    return _ACTIVATIONS[str(name)]
