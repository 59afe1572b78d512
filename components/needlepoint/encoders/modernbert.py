"""ModernBERT (Warner et al. 2024, arXiv 2412.13663): values are normalised before they are used; positions turn queries and keys.

Most layers see only the tokens near each token; every third sees all.
"""

from collections.abc import Collection

import numpy as np

from needlepoint.encoders.architecture import Architecture, Rotary
from needlepoint.encoders.distances import window_distances
from needlepoint.encoders.layers import Layer, activate, norm
from needlepoint.encoders.nodes import FUSED, GraphBuilder
from needlepoint.encoders.weights import Weights

_OUT_OF_SIGHT = np.float32(-1e30)


def encoder(graph: GraphBuilder, architecture: Architecture, weights: Weights, int8_layers: Collection[int]) -> str:
    """Add the encoder and return the tensor of its last hidden states."""
    prefix = weights.encoder_prefix()
    table = graph.constant("words", weights[f"{prefix}embeddings.tok_embeddings.weight"])
    words = graph.add("Gather", [table, "input_ids"], "words.embedded", axis=0)
    hidden = norm(graph, architecture, weights, "embedded", words, f"{prefix}embeddings.norm")
    places = graph.add("Cast", ["position_ids"], "places", to=7)  # int64
    sight = _sight(graph, architecture)
    turns = {is_local: _turns(graph, architecture, is_local=is_local) for is_local in (False, True)}
    for number in range(architecture.layers):
        layer = Layer(graph, architecture, weights, number, number in int8_layers)
        is_local = number % _rotary(architecture).global_every != 0
        context = _context(layer, hidden, [places, *turns[is_local]], sight if is_local else "")
        attended = layer.product(
            "attention_output", context, layer.matrix("attention_output"), layer.bias("attention_output")
        )
        hidden = graph.add("Add", [attended, hidden], f"{layer.name}.attended")
        hidden = graph.add("Add", [_fed_forward(layer, hidden), hidden], f"{layer.name}.hidden")
    return norm(graph, architecture, weights, "normed", hidden, f"{prefix}final_norm")


def span_head(graph: GraphBuilder, architecture: Architecture, weights: Weights, hidden: str) -> None:
    """Add the start and end logits."""
    dense = graph.product("head.dense", hidden, weights["head.dense.weight"].T)
    dense_bias = weights.find("head.dense.bias")
    bias = "" if dense_bias is None else graph.constant("head.dense.bias", dense_bias)
    activated = activate(graph, _rotary(architecture).head_activation, dense, bias, output="head.activated")
    normed = norm(graph, architecture, weights, "head.norm", activated, "head.norm")
    product = graph.product("head", normed, weights[f"{architecture.logits_map}.weight"].T)
    graph.add("Add", [product, graph.constant("head.bias", weights[f"{architecture.logits_map}.bias"])], "logits")


def inner_tensors(architecture: Architecture) -> list[str]:
    """Return the names of the tensors that 8-bit layers multiply, and whose channels may be split."""
    layers = range(architecture.layers)
    return [
        "embedded",
        *(f"layer{n}.attention_norm" for n in layers[1:]),
        *(f"layer{n}.{name}" for n in layers for name in ("output_norm", "activated")),
    ]


def _context(layer: Layer, hidden: str, turns: list[str], sight: str) -> str:
    """Add the attention of one layer.

    :param turns: positions, cosines and sines.
    :param sight: the tensor that is added to the scores; "" for none.
    """
    graph, heads = layer.graph, layer.architecture.heads
    value, rows = layer.spread(layer.norm("attention_norm", hidden) if layer.number else hidden)
    width, bias = layer.architecture.hidden, layer.bias("query_key_value")
    matrix = layer.matrix("query_key_value")[rows]
    products = []
    for place, part in enumerate(("query", "key", "value")):
        own = slice(place * width, (place + 1) * width)
        products.append(layer.product(part, value, matrix[:, own], None if bias is None else bias[own]))
    for place, part in enumerate(("query", "key")):
        name = f"{layer.name}.{part}.turned"
        products[place] = graph.add("RotaryEmbedding", [products[place], *turns], name, domain=FUSED, num_heads=heads)
    products += ["", "", sight] if sight else []  # the empty inputs are bias and mask
    return graph.add("MultiHeadAttention", products, f"{layer.name}.context", domain=FUSED, num_heads=heads)


def _fed_forward(layer: Layer, hidden: str) -> str:
    """Add the gated feed-forward network of one layer (Shazeer 2020, arXiv 2002.05202)."""
    graph = layer.graph
    value, rows = layer.spread(layer.norm("output_norm", hidden))
    matrix, bias = layer.matrix("intermediate"), layer.bias("intermediate")
    width = matrix.shape[1] // 2
    halves = []
    for part, own in (("wide", slice(0, width)), ("gate", slice(width, None))):
        narrowed = None if bias is None else bias[own][layer.wide]
        halves.append(layer.product(part, value, matrix[rows][:, own][:, layer.wide], narrowed))
    opened = activate(graph, layer.architecture.activation, halves[0], "", output=f"{layer.name}.opened")
    graph.add("Mul", [opened, halves[1]], layer.activated)
    return layer.narrowed()


def _turns(graph: GraphBuilder, architecture: Architecture, *, is_local: bool) -> list[str]:
    """Return the cosines and sines by which positions turn queries and keys (Su et al. 2021, arXiv 2104.09864)."""
    rotary, width = _rotary(architecture), architecture.hidden // architecture.heads
    name, base = ("local", rotary.local_base) if is_local else ("global", rotary.global_base)
    speeds = 1 / base ** (np.arange(0, width, 2, dtype=np.float32) / np.float32(width))
    angles = np.outer(np.arange(architecture.max_tokens, dtype=np.float32), speeds.astype(np.float32))
    values = {"cosines": np.cos(angles), "sines": np.sin(angles)}
    return [graph.constant(f"{name}.{kind}", array.astype(np.float32)) for kind, array in values.items()]


def _sight(graph: GraphBuilder, architecture: Architecture) -> str:
    """Return what local layers add to their scores: 0 for the tokens near each token, next to minus infinity for others."""
    far = graph.add("Abs", [window_distances(graph)], "distance.absolute")
    near = graph.inline("distance.near", np.array(_rotary(architecture).sight, dtype=np.int32))
    is_far = graph.add("Greater", [far, near], "distance.is_far")
    values = [graph.inline("distance.hidden", _OUT_OF_SIGHT), graph.inline("distance.seen", np.float32(0))]
    by_pair = graph.add("Where", [is_far, *values], "distance.sight")
    return graph.add("Unsqueeze", [by_pair, graph.inline("axes01", np.array([0, 1]))], "distance.bias")


def _rotary(architecture: Architecture) -> Rotary:
    assert architecture.rotary
    return architecture.rotary
