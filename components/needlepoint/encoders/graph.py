"""The ONNX graph of a BERT-type model, built from its weights with the fastest of onnxruntime's operators.

Inputs are ``input_ids``, ``position_ids`` and, for models that tell question and passage apart, ``token_type_ids``, all
int32 of shape (batch, tokens). There is no attention mask: windows are read one by one or with others of the same length,
because padding costs more than it saves on a CPU. The output of a reader, ``logits``, has shape (batch, tokens, 2); that of
an embedding model, ``vectors``, has shape (batch, hidden).

Sums and layer norms are separate nodes: onnxruntime's fused SkipLayerNormalization takes four times as long on a CPU.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper

from needlepoint.encoders.architecture import Architecture
from needlepoint.encoders.outliers import Peaks, channel_order, copies_of
from needlepoint.encoders.weights import Floats, Weights

MODEL_FILE = "model.onnx"
WEIGHTS_FILE = "weights.bin"
_FUSED = "com.microsoft"
_ALIGNMENT = 64
_IR_VERSION = 9
_OPSET = 18
_EXACT = 8  # buckets on each side that hold a single distance

Channels = npt.NDArray[np.int64] | slice
Head = Literal["span", "mean", "first"]
_ALL = slice(None)


def write_graph(
    folder: Path,
    architecture: Architecture,
    weights: Weights,
    *,
    int8_layers: Collection[int] = frozenset(),
    peaks: Peaks | None = None,
    head: Head = "span",
) -> None:
    """Write ``model.onnx`` and, beside it, the file of its weights, which onnxruntime maps into memory.

    :param folder: an existing folder.
    :param int8_layers: numbers of the encoder layers whose matrix products are computed in 8 bits.
    :param peaks: the largest absolute value of each channel of the :func:`inner_tensors`; outlier channels are split in the
        8-bit layers.
    :param head: ``span`` gives the start and end logits of each token; ``mean`` and ``first`` give one vector for the whole
        text: the mean of its tokens, or its first token.
    """
    with (folder / WEIGHTS_FILE).open("wb") as file:
        graph = _Graph(file, peaks or {})
        hidden = _embeddings(graph, architecture, weights)
        bias = _distance_bias(graph, architecture, weights) if architecture.has_distance_bias else ""
        for number in range(architecture.layers):
            hidden = _layer(
                graph,
                architecture,
                weights,
                number=number,
                is_int8=number in int8_layers,
                hidden=hidden,
                distance_bias=bias,
            )
        output = _span_head(graph, weights, hidden) if head == "span" else _pooling(graph, head, hidden, architecture)
    inputs = ["input_ids", "position_ids", *(["token_type_ids"] if architecture.token_types else [])]
    onnx.save_model(graph.model(inputs, output), folder / MODEL_FILE)


class _Graph:
    """Collects the graph's nodes and constants; the constants' bytes go straight to a file."""

    def __init__(self, file: BinaryIO, peaks: Peaks) -> None:
        self._file = file
        self._peaks = peaks
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[TensorProto] = []

    def constant(self, name: str, array: npt.NDArray[np.generic]) -> str:
        array = np.ascontiguousarray(array)
        self._file.write(b"\0" * (-self._file.tell() % _ALIGNMENT))
        tensor = TensorProto(name=name, data_type=helper.np_dtype_to_tensor_dtype(array.dtype), dims=array.shape)
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in {"location": WEIGHTS_FILE, "offset": self._file.tell(), "length": array.nbytes}.items():
            tensor.external_data.add(key=key, value=str(value))
        self._file.write(array.data)
        self._constants.append(tensor)
        return name

    def add(self, operator: str, inputs: Sequence[str], *outputs: str, domain: str = "", **attributes: object) -> str:
        """Add a node and return the name of its first output."""
        self._nodes.append(helper.make_node(operator, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def product(
        self, name: str, hidden: str, matrix: Floats, *, bias: Floats | None = None, is_int8: bool = False
    ) -> str:
        """Multiply by a matrix of shape (inputs, outputs)."""
        if is_int8:
            return self._int8_product(name, hidden, matrix, bias)
        product = self.add("MatMul", [hidden, self.constant(f"{name}.weight", matrix)], f"{name}.product")
        return product if bias is None else self.biased(name, product, bias)

    def biased(self, name: str, product: str, bias: Floats) -> str:
        """Add a bias."""
        return self.add("Add", [product, self.constant(f"{name}.bias", bias)], f"{name}.biased")

    def product_by_token(self, name: str, hidden: str, matrix: Floats, *, bias: Floats, least: float) -> str:
        """Multiply in 8 bits with one scale for each token: divide by its largest value before, multiply by it after.

        :param least: the smallest divisor.
        """
        largest = self.add("ReduceMax", [hidden, self.inline("last_axis", np.array([-1]))], f"{name}.max", keepdims=1)
        largest = self.add("Max", [largest, self.inline(f"{name}.least", np.float32(least))], f"{name}.largest")
        even = self.add("Div", [hidden, largest], f"{name}.even")
        product = self.add("Mul", [self._int8_product(name, even, matrix, None), largest], f"{name}.by_token")
        return self.biased(name, product, bias)

    def _int8_product(self, name: str, hidden: str, matrix: Floats, bias: Floats | None) -> str:
        quantised, scale = quantise_columns(matrix)
        zero = np.zeros_like(scale, dtype=np.int8)
        constants: dict[str, npt.NDArray[Any]] = {"weight": quantised, "scale": scale, "zero": zero}
        if bias is not None:
            constants["bias"] = bias
        inputs = [self.constant(f"{name}.{key}", array) for key, array in constants.items()]
        return self.add("DynamicQuantizeMatMul", [hidden, *inputs], f"{name}.product", domain=_FUSED)

    def inline(self, name: str, array: npt.NDArray[Any] | np.float32) -> str:
        """Add a small constant to the graph itself, where shape inference can see it, and return its name."""
        if not any(tensor.name == name for tensor in self._constants):
            self._constants.append(onnx.numpy_helper.from_array(np.asarray(array), name))
        return name

    def norm(self, name: str, one: str, other: str, gamma_beta: Sequence[str], epsilon: float) -> str:
        """Add two tensors and normalise each token of the sum."""
        total = self.add("Add", [one, other], f"{name}.sum")
        return self.add("LayerNormalization", [total, *gamma_beta], name, axis=-1, epsilon=epsilon)

    def usual_peak(self, tensor: str) -> float | None:
        """Return the median peak of a tensor's channels, if peaks are known."""
        return float(np.median(self._peaks[tensor])) if tensor in self._peaks else None

    def channels(self, tensor: str) -> npt.NDArray[np.int64] | slice:
        """Return the order of a tensor's channels and their copies; without known peaks, all channels unchanged."""
        return channel_order(copies_of(self._peaks[tensor])) if tensor in self._peaks else slice(None)

    def split(self, tensor: str, *, is_copied: bool = False) -> str:
        """Split the outlier channels of a tensor into equal parts.

        :param is_copied: whether the tensor contains the copies already, so that they only need scaling.
        """
        if tensor not in self._peaks:
            return tensor
        copies = copies_of(self._peaks[tensor])
        order = channel_order(copies)
        value = tensor
        if not is_copied:
            further = self.constant(f"{tensor}.further", order[len(copies) :])
            value = self.add("Gather", [tensor, further], f"{tensor}.copies", axis=-1)
            value = self.add("Concat", [tensor, value], f"{tensor}.copied", axis=-1)
        parts = self.constant(f"{tensor}.parts", (1 / copies[order]).astype(np.float32))
        return self.add("Mul", [value, parts], f"{tensor}.split")

    def model(self, inputs: Sequence[str], output: onnx.ValueInfoProto) -> onnx.ModelProto:
        shape = ["batch", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            "reader",
            [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in inputs],
            [output],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, producer_name="needlepoint", opset_imports=opsets, ir_version=_IR_VERSION)


def inner_tensors(architecture: Architecture, weights: Mapping[str, object]) -> list[str]:
    """Return the names of the tensors that 8-bit layers multiply, and whose channels may be split."""
    first = "projected" if any("embeddings_project" in name for name in weights) else "embedded"
    layers = range(architecture.layers)
    norms = [f"layer{n}.{norm}" for n in layers for norm in ("attention_norm", "output_norm")]
    return [first, *norms[:-1], *(f"layer{n}.activated" for n in layers)]


def quantise_columns(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Round a matrix to 8 bits with one symmetric scale for each column (output channel).

    :param matrix: shape (inputs, outputs).
    :returns: the rounded matrix and its scales: ``matrix`` is approximately ``rounded * scales``.
    """
    scale = np.abs(matrix).max(axis=0) / 127
    scale = np.where(scale == 0, 1, scale).astype(np.float32)
    return np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8), scale


def _span_head(graph: _Graph, weights: Weights, hidden: str) -> onnx.ValueInfoProto:
    product = graph.product("head", hidden, weights["qa_outputs.weight"].T)
    graph.add("Add", [product, graph.constant("head.bias", weights["qa_outputs.bias"])], "logits")
    return helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "tokens", 2])


def _pooling(graph: _Graph, head: Head, hidden: str, architecture: Architecture) -> onnx.ValueInfoProto:
    if head == "mean":
        tokens = graph.add("Constant", [], "tokens_axis", value_ints=[1])  # shape inference needs it in the graph
        graph.add("ReduceMean", [hidden, tokens], "vectors", keepdims=0)
    else:
        graph.add("Gather", [hidden, graph.constant("first_token", np.array(0, dtype=np.int64))], "vectors", axis=1)
    return helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", architecture.hidden])


def _embeddings(graph: _Graph, architecture: Architecture, weights: Weights) -> str:
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
        *_norm(graph, "embeddings", weights, f"{prefix}LayerNorm"),
        "",
        "position_ids",
    ]
    hidden = graph.add(
        "EmbedLayerNormalization", inputs, "embedded", "unused_mask", domain=_FUSED, epsilon=architecture.epsilon
    )
    project = f"{weights.encoder_prefix()}embeddings_project"
    if f"{project}.weight" not in weights:
        return hidden
    product = graph.product("project", hidden, weights[f"{project}.weight"].T)
    return graph.add("Add", [product, graph.constant("project.bias", weights[f"{project}.bias"])], "projected")


def _distance_bias(graph: _Graph, architecture: Architecture, weights: Weights) -> str:
    """Return the bias that every layer's attention adds to its scores: a number for each head and distance of two tokens.

    The table has a column for every distance, from the furthest token before to the furthest after; the graph looks up the
    distances of the window's positions, which are the same for all windows of a batch.
    """
    furthest = architecture.max_tokens - 1
    by_bucket = weights[f"{weights.encoder_prefix()}encoder.relative_attention_bias.weight"]
    buckets = distance_buckets(np.arange(-furthest, furthest + 1))
    table = graph.constant("distance.table", np.ascontiguousarray(by_bucket[buckets].T))
    first = graph.inline("distance.window", np.array(0, dtype=np.int64))
    positions = graph.add("Gather", ["position_ids", first], "distance.positions", axis=0)
    axes = [graph.inline(f"distance.axis{axis}", np.array([axis], dtype=np.int64)) for axis in (0, 1)]
    looked_at, looking = (graph.add("Unsqueeze", [positions, axis], f"{axis}.positions") for axis in axes)
    distances = graph.add("Sub", [looked_at, looking], "distance")
    shift = graph.inline("distance.furthest", np.array(furthest, dtype=np.int32))
    columns = graph.add("Add", [distances, shift], "distance.column")
    by_head = graph.add("Gather", [table, columns], "distance.by_head", axis=1)
    return graph.add("Unsqueeze", [by_head, axes[0]], "distance.bias")


def distance_buckets(distances: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return which of MPNet's 32 buckets each distance belongs to (Raffel et al. 2020, arXiv 1910.10683, section 2.1).

    Sixteen are for tokens before, sixteen for tokens after. The first eight of each sixteen hold one distance each; from there
    on, each bound is √2 times the one before, up to 128 tokens. Squares are compared, so that no rounding moves a bound.

    :param distances: from the attending token to the attended one; negative if the attended token comes first.
    """
    far = np.abs(distances)
    borders = _EXACT**2 * 2 ** np.arange(1, _EXACT)
    buckets = np.where(far < _EXACT, far, _EXACT + np.searchsorted(borders, far**2, side="right"))
    return np.asarray(buckets + 2 * _EXACT * (distances > 0), dtype=np.int64)


def _layer(
    graph: _Graph,
    architecture: Architecture,
    weights: Weights,
    *,
    number: int,
    is_int8: bool,
    hidden: str,
    distance_bias: str,
) -> str:
    """Add one layer of the encoder.

    :param distance_bias: the tensor that attention adds to its scores; "" for none.
    """
    layer = f"layer{number}"

    def name(part: str) -> str:
        return weights.encoder_prefix() + architecture.layer(number, part)

    def product(part: str, value: str, rows: Channels = _ALL, columns: Channels = _ALL, *, biased: bool = False) -> str:
        matrix = weights[f"{name(part)}.weight"].T[rows][:, columns]
        bias = weights[f"{name(part)}.bias"] if biased else None
        return graph.product(f"{layer}.{part}", value, matrix, bias=bias, is_int8=is_int8)

    def add_and_norm(value: str, skipped: str, norm: str) -> str:
        gamma_beta = _norm(graph, f"{layer}.{norm}", weights, name(norm))
        return graph.norm(f"{layer}.{norm}", value, skipped, gamma_beta, architecture.epsilon)

    def spread(tensor: str) -> tuple[str, Channels]:
        return (graph.split(tensor), graph.channels(tensor)) if is_int8 else (tensor, _ALL)

    triple = ("query", "key", "value")
    value, rows = spread(hidden)
    attention_bias = np.concatenate([weights[f"{name(part)}.bias"] for part in triple])
    inputs = [*(product(part, value, rows) for part in triple), graph.constant(f"{layer}.qkv.bias", attention_bias)]
    inputs += ["", distance_bias] if distance_bias else []  # the empty input is the mask
    context = graph.add("MultiHeadAttention", inputs, f"{layer}.context", domain=_FUSED, num_heads=architecture.heads)
    attended = add_and_norm(product("attention_output", context, biased=True), hidden, "attention_norm")
    value, rows = spread(attended)
    activated = f"{layer}.activated"
    columns = graph.channels(activated) if is_int8 else _ALL
    wide = product("intermediate", value, rows, columns)
    bias = graph.constant(f"{layer}.intermediate.bias", weights[f"{name('intermediate')}.bias"][columns])
    wide = _activate(graph, architecture.activation, wide, bias, output=activated)
    usual = graph.usual_peak(activated) if is_int8 else None
    if usual is None:
        return add_and_norm(product("output", wide, biased=True), attended, "output_norm")
    # activations vary most from token to token, and lost the most accuracy with one scale for all
    narrow = graph.product_by_token(
        f"{layer}.output",
        graph.split(wide, is_copied=True),
        weights[f"{name('output')}.weight"].T[columns],
        bias=weights[f"{name('output')}.bias"],
        least=max(usual / 4, 1e-6),
    )
    return add_and_norm(narrow, attended, "output_norm")


def _activate(graph: _Graph, activation: str, value: str, bias: str, *, output: str) -> str:
    if activation == "relu":
        return graph.add("Relu", [graph.add("Add", [value, bias], f"{output}.biased")], output)
    operator = "BiasGelu" if activation == "gelu" else "FastGelu"
    return graph.add(operator, [value, bias], output, domain=_FUSED)


def _norm(graph: _Graph, name: str, weights: Weights, stored: str) -> list[str]:
    return [
        graph.constant(f"{name}.gamma", weights[f"{stored}.weight"]),
        graph.constant(f"{name}.beta", weights[f"{stored}.bias"]),
    ]
