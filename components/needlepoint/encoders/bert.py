"""Encoders built as BERT is: each layer's sums are normalised after they are made. MPNet and DeBERTa add distances of tokens."""

from collections.abc import Collection, Mapping

import numpy as np

from needlepoint.encoders.architecture import Architecture
from needlepoint.encoders.distances import Disentangling, distance_bias
from needlepoint.encoders.layers import Layer, activate, norm
from needlepoint.encoders.nodes import FUSED, GraphBuilder
from needlepoint.encoders.weights import Weights


def encoder(graph: GraphBuilder, architecture: Architecture, weights: Weights, int8_layers: Collection[int]) -> str:
    """Add the encoder and return the tensor of its last hidden states."""
    hidden = (
        _summed(graph, architecture, weights)
        if architecture.disentangled
        else _embeddings(graph, architecture, weights)
    )
    distances = distance_bias(graph, architecture, weights) if architecture.has_distance_bias else ""
    disentangling = Disentangling(graph, architecture, weights) if architecture.disentangled else None
    for number in range(architecture.layers):
        layer = Layer(graph, architecture, weights, number, number in int8_layers)
        value, rows = layer.spread(hidden)
        if disentangling:
            context = disentangling.context(layer, value, rows)
        else:
            products = [layer.product(part, value, layer.matrix(part)[rows]) for part in ("query", "key", "value")]
            context = _context(layer, products, distances)
        hidden = _fed_forward(layer, context, hidden)
    return hidden


def span_head(graph: GraphBuilder, architecture: Architecture, weights: Weights, hidden: str) -> None:
    """Add the start and end logits."""
    product = graph.product("head", hidden, weights[f"{architecture.logits_map}.weight"].T)
    graph.add("Add", [product, graph.constant("head.bias", weights[f"{architecture.logits_map}.bias"])], "logits")


def inner_tensors(architecture: Architecture, weights: Mapping[str, object]) -> list[str]:
    """Return the names of the tensors that 8-bit layers multiply, and whose channels may be split."""
    first = "projected" if any("embeddings_project" in name for name in weights) else "embedded"
    layers = range(architecture.layers)
    norms = [f"layer{n}.{norm}" for n in layers for norm in ("attention_norm", "output_norm")]
    return [first, *norms[:-1], *(f"layer{n}.activated" for n in layers)]


def _embeddings(graph: GraphBuilder, architecture: Architecture, weights: Weights) -> str:
    prefix = f"{weights.encoder_prefix()}embeddings."
    positions = weights[f"{prefix}position_embeddings.weight"]
    types = ["", ""]
    type_name = f"{prefix}token_type_embeddings.weight"
    if architecture.token_types:
        types = ["token_type_ids", graph.constant("token_types", weights[type_name])]
    elif type_name in weights:
        positions = positions + weights[type_name][0]  # RoBERTa has one type, so it is added to every position
    inputs = [
        "input_ids",
        types[0],
        graph.constant("words", weights[f"{prefix}word_embeddings.weight"]),
        graph.constant("positions", positions),
        types[1],
        graph.constant("embeddings.gamma", weights[f"{prefix}LayerNorm.weight"]),
        graph.constant("embeddings.beta", weights[f"{prefix}LayerNorm.bias"]),
        "",
        "position_ids",
    ]
    hidden = graph.add(
        "EmbedLayerNormalization", inputs, "embedded", "unused_mask", domain=FUSED, epsilon=architecture.epsilon
    )
    project = f"{weights.encoder_prefix()}embeddings_project"
    if f"{project}.weight" not in weights:
        return hidden
    product = graph.product("project", hidden, weights[f"{project}.weight"].T)
    return graph.add("Add", [product, graph.constant("project.bias", weights[f"{project}.bias"])], "projected")


def _summed(graph: GraphBuilder, architecture: Architecture, weights: Weights) -> str:
    """Add DeBERTa's embeddings: words, and positions and token types only if the model has them."""
    prefix = f"{weights.encoder_prefix()}embeddings."
    stored = {"word": "input_ids", "position": "position_ids", "token_type": "token_type_ids"}
    total = ""
    for kind, ids in stored.items():
        name = f"{prefix}{kind}_embeddings.weight"
        if name in weights:
            table = graph.constant(f"{kind}.table", weights[name])
            value = graph.add("Gather", [table, ids], f"{kind}.embedded", axis=0)
            total = graph.add("Add", [total, value], f"{kind}.sum") if total else value
    return norm(graph, architecture, weights, "embedded", total, f"{prefix}LayerNorm")


def _context(layer: Layer, products: list[str], distances: str) -> str:
    """Add the attention of one layer.

    :param distances: the tensor that is added to the scores; "" for none.
    """
    biases = np.concatenate([layer.weights[f"{layer.stored(part)}.bias"] for part in ("query", "key", "value")])
    inputs = [*products, layer.graph.constant(f"{layer.name}.qkv.bias", biases)]
    inputs += ["", distances] if distances else []  # the empty input is the mask
    heads = layer.architecture.heads
    return layer.graph.add("MultiHeadAttention", inputs, f"{layer.name}.context", domain=FUSED, num_heads=heads)


def _fed_forward(layer: Layer, context: str, hidden: str) -> str:
    """Add what follows a layer's attention.

    :param hidden: the layer's input.
    """
    graph = layer.graph
    attended = layer.product(
        "attention_output", context, layer.matrix("attention_output"), layer.bias("attention_output")
    )
    total = graph.add("Add", [attended, hidden], f"{layer.name}.attention_norm.sum")
    attended = layer.norm("attention_norm", total)
    value, rows = layer.spread(attended)
    wide = layer.product("intermediate", value, layer.matrix("intermediate")[rows][:, layer.wide])
    bias = layer.weights[f"{layer.stored('intermediate')}.bias"][layer.wide]
    bias_name = graph.constant(f"{layer.name}.intermediate.bias", bias)
    activate(graph, layer.architecture.activation, wide, bias_name, output=layer.activated)
    total = graph.add("Add", [layer.narrowed(), attended], f"{layer.name}.output_norm.sum")
    return layer.norm("output_norm", total)
