"""The ONNX graph of a BERT-type model, built from its weights with the fastest of onnxruntime's operators.

Inputs are ``input_ids``, ``position_ids`` and, for models that tell question and passage apart, ``token_type_ids``, all
int32 of shape (batch, tokens). There is no attention mask: windows are read one by one or with others of the same length,
because padding costs more than it saves on a CPU. The output of a reader, ``logits``, has shape (batch, tokens, 2); that of
an embedding model, ``vectors``, has shape (batch, hidden).

Sums and layer norms are separate nodes: onnxruntime's fused SkipLayerNormalization takes four times as long on a CPU.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
from onnx import TensorProto, helper

from needlepoint.encoders import bert, modernbert
from needlepoint.encoders.architecture import Architecture
from needlepoint.encoders.nodes import WEIGHTS_FILE, GraphBuilder
from needlepoint.encoders.outliers import Peaks
from needlepoint.encoders.weights import Weights

MODEL_FILE = "model.onnx"
Head = Literal["span", "mean", "first"]


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
    family = modernbert if architecture.rotary else bert
    with (folder / WEIGHTS_FILE).open("wb") as file:
        graph = GraphBuilder(file, peaks or {})
        hidden = family.encoder(graph, architecture, weights, int8_layers)
        if head == "span":
            family.span_head(graph, architecture, weights, hidden)
            output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "tokens", 2])
        else:
            output = _pooling(graph, head, hidden, architecture)
    inputs = ["input_ids", "position_ids", *(["token_type_ids"] if architecture.token_types else [])]
    onnx.save_model(graph.model(inputs, output), folder / MODEL_FILE)


def inner_tensors(architecture: Architecture, weights: Mapping[str, object]) -> list[str]:
    """Return the names of the tensors that 8-bit layers multiply, and whose channels may be split."""
    return modernbert.inner_tensors(architecture) if architecture.rotary else bert.inner_tensors(architecture, weights)


def _pooling(graph: GraphBuilder, head: Head, hidden: str, architecture: Architecture) -> onnx.ValueInfoProto:
    if head == "mean":
        tokens = graph.add("Constant", [], "tokens_axis", value_ints=[1])  # shape inference needs it in the graph
        graph.add("ReduceMean", [hidden, tokens], "vectors", keepdims=0)
    else:
        graph.add("Gather", [hidden, graph.constant("first_token", np.array(0, dtype=np.int64))], "vectors", axis=1)
    return helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", architecture.hidden])
