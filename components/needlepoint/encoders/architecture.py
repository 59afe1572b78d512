"""Reads the ``config.json`` of an encoder, one of BERT's many relatives, into one set of names."""

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
_DEBERTA_LAYER = _BERT_LAYER | {
    "query": "attention.self.query_proj",
    "key": "attention.self.key_proj",
    "value": "attention.self.value_proj",
    "distance_query": "attention.self.pos_query_proj",
    "distance_key": "attention.self.pos_key_proj",
}
_MODERNBERT_LAYER = {
    "query_key_value": "attn.Wqkv",
    "attention_output": "attn.Wo",
    "attention_norm": "attn_norm",
    "intermediate": "mlp.Wi",
    "output": "mlp.Wo",
    "output_norm": "mlp_norm",
}
_LAYERS = {
    "deberta-v2": ("encoder.layer", _DEBERTA_LAYER),
    "distilbert": ("transformer.layer", _DISTILBERT_LAYER),
    "modernbert": ("layers", _MODERNBERT_LAYER),
    "mpnet": ("encoder.layer", _MPNET_LAYER),
}
_FIRST_POSITION_AFTER_PAD = {"roberta", "xlm-roberta", "camembert"}
_MPNET_FIRST_POSITION = 2  # its padding_idx is 1, whatever the id of the padding token
_BUCKETS = 32  # the only number of distance buckets that transformers supports for MPNet
_TOKEN_TYPED = {"bert", "deberta-v2", "electra"}
_EPSILON = 1e-12
_EPSILONS = {"deberta-v2": 1e-7, "modernbert": 1e-5}
SUPPORTED = (
    "bert",
    "camembert",
    "deberta-v2",
    "distilbert",
    "electra",
    "modernbert",
    "mpnet",
    "roberta",
    "xlm-roberta",
)
_ACTIVATIONS = {"gelu": "gelu", "relu": "relu"} | dict.fromkeys(
    ("gelu_new", "gelu_fast", "gelu_pytorch_tanh"), "gelu_tanh"
)


@dataclass(frozen=True, slots=True)
class Disentangled:
    """How DeBERTa's attention regards the distance of two tokens.

    :param buckets: among how many buckets the distances on each side are shared out; 0 for none.
    :param furthest: the distance from which on all share the last.
    :param terms: ``c2p``: queries are multiplied with distances, ``p2c``: keys are.
    :param is_shared: whether distances become vectors by the maps of the tokens' queries and keys, instead of their own.
    :param is_normed: whether the distances' embeddings are normalised.
    """

    buckets: int
    furthest: int
    terms: frozenset[str]
    is_shared: bool
    is_normed: bool

    @property
    def span(self) -> int:
        """The number of distance embeddings on each side."""
        return self.buckets or self.furthest


@dataclass(frozen=True, slots=True)
class Rotary:
    """How ModernBERT's attention regards positions.

    :param global_every: of so many layers one sees all tokens, the first of them.
    :param sight: how far the other layers see to each side, in tokens.
    :param global_base: the base of the turns in layers that see all tokens.
    :param local_base: the same in the other layers.
    :param head_activation: the activation in the span head.
    """

    global_every: int
    sight: int
    global_base: float
    local_base: float
    head_activation: str


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
    :param disentangled: DeBERTa's settings; None for others.
    :param rotary: ModernBERT's settings; None for others.
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
    disentangled: Disentangled | None = None
    rotary: Rotary | None = None

    @property
    def max_tokens(self) -> int:
        """The longest input that the position embedding covers."""
        return self.positions - self.first_position

    @property
    def logits_map(self) -> str:
        """The name of the linear map that gives start and end logits, the last of the span head."""
        return "classifier" if self.rotary else "qa_outputs"

    def layer(self, number: int, part: str) -> str:
        """Return the name of one part of one layer, without the encoder's prefix."""
        layers, names = _LAYERS.get(self.model_type, ("encoder.layer", _BERT_LAYER))
        return f"{layers}.{number}.{names[part]}"


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
    activation = {"distilbert": "activation", "modernbert": "hidden_activation"}.get(model_type, "hidden_act")
    return Architecture(
        model_type=model_type,
        layers=int(config["n_layers" if is_distilbert else "num_hidden_layers"]),
        heads=int(config["n_heads" if is_distilbert else "num_attention_heads"]),
        hidden=int(config["dim" if is_distilbert else "hidden_size"]),
        activation=_activation(folder, config.get(activation, "gelu")),
        epsilon=_epsilon(model_type, config),
        first_position=_first_position(model_type, config),
        positions=int(config["max_position_embeddings"]),
        token_types=_token_types(model_type, config),
        has_distance_bias=model_type == "mpnet",
        disentangled=_disentangled(folder, config) if model_type == "deberta-v2" else None,
        rotary=_rotary(folder, config) if model_type == "modernbert" else None,
    )


def _epsilon(model_type: str, config: Mapping[str, Any]) -> float:
    if model_type == "distilbert":
        return _EPSILON  # not in its config
    name = "norm_eps" if model_type == "modernbert" else "layer_norm_eps"
    return float(config.get(name, _EPSILONS.get(model_type, _EPSILON)))


def _token_types(model_type: str, config: Mapping[str, Any]) -> int:
    usual = 0 if model_type == "deberta-v2" else 2
    return int(config.get("type_vocab_size", usual)) if model_type in _TOKEN_TYPED else 0


def _disentangled(folder: Path, config: Mapping[str, Any]) -> Disentangled:
    terms = config.get("pos_att_type") or ()
    named = frozenset(each.strip() for each in (terms.lower().split("|") if isinstance(terms, str) else terms))
    refused = {
        "relative_attention": not config.get("relative_attention", False) or not named & {"c2p", "p2c"},
        "conv_kernel_size": int(config.get("conv_kernel_size") or 0) > 0,
        "embedding_size": int(config.get("embedding_size", config["hidden_size"])) != int(config["hidden_size"]),
    }
    for setting, is_refused in refused.items():
        if is_refused:
            raise ModelError(f"{folder}: a deberta-v2 with {setting} {config.get(setting)!r} is not supported")
    furthest = int(config.get("max_relative_positions", -1))
    return Disentangled(
        buckets=max(int(config.get("position_buckets", -1)), 0),
        furthest=furthest if furthest > 0 else int(config["max_position_embeddings"]),
        terms=named & {"c2p", "p2c"},
        is_shared=bool(config.get("share_att_key", False)),
        is_normed="layer_norm" in str(config.get("norm_rel_ebd", "none")).lower(),
    )


def _rotary(folder: Path, config: Mapping[str, Any]) -> Rotary:
    global_base = float(config.get("global_rope_theta", 160_000))
    local_base = config.get("local_rope_theta", 10_000)
    return Rotary(
        global_every=int(config.get("global_attn_every_n_layers", 3)),
        sight=int(config.get("local_attention", 128)) // 2,
        global_base=global_base,
        local_base=global_base if local_base is None else float(local_base),
        head_activation=_activation(folder, config.get("classifier_activation", "gelu")),
    )


def _first_position(model_type: str, config: Mapping[str, Any]) -> int:
    if model_type == "mpnet":
        return _MPNET_FIRST_POSITION
    return int(config.get("pad_token_id", 1)) + 1 if model_type in _FIRST_POSITION_AFTER_PAD else 0


def _activation(folder: Path, name: object) -> str:
    if name not in _ACTIVATIONS:
        raise ModelError(f"{folder}: activation {name!r} is not supported; supported are {', '.join(_ACTIVATIONS)}")
    return _ACTIVATIONS[str(name)]
