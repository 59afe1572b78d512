"""Attention alone, on one core: onnxruntime's fused operator, the same as separate products in 32 bits, and these in 8 bits.

    python benchmarks/attention.py [--heads 12] [--width 32]

One layer of the bundled reader by default. Prints the median time for windows of several lengths, and how far 8 bits are from 32.
"""

import argparse
import statistics
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import numpy as np
import onnxruntime
from onnx import NodeProto, TensorProto, helper, numpy_helper

from needlepoint.encoders.session import _options

FUSED = "com.microsoft"
LENGTHS, ROUNDS = (120, 200, 256), 60
INPUTS = ("query", "key", "value")


def main() -> None:
    """Time each way for each length."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--width", type=int, default=32, help="of a head")
    options = parser.parse_args()
    heads, width = options.heads, options.width
    fused = helper.make_node("MultiHeadAttention", INPUTS, ["output"], domain=FUSED, num_heads=heads)
    sessions = {
        "fused, fp32": _session([fused], heads, width),
        "products apart, fp32": _session(_apart(is_int8=False), heads, width),
        "products apart, int8": _session(_apart(is_int8=True), heads, width),
    }
    chance = np.random.default_rng(0)
    for length in LENGTHS:
        feed = {name: chance.normal(size=(1, length, heads * width)).astype(np.float32) for name in INPUTS}
        expected = sessions["fused, fp32"].run(None, feed)[0]
        for name, session in sessions.items():
            error = np.abs(session.run(None, feed)[0] - expected).max()
            print(f"{length} tokens, {name:22} {1000 * _median(session, feed):6.3f} ms, largest difference {error:.5f}")


def _apart(*, is_int8: bool) -> list[NodeProto]:
    nodes = []
    for name, order in zip(INPUTS, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True):
        nodes.append(helper.make_node("Reshape", [name, "by_head"], [f"{name}.split"]))
        nodes.append(helper.make_node("Transpose", [f"{name}.split"], [f"{name}.heads"], perm=order))
    nodes += _product("query.heads", "key.heads", "products", is_int8=is_int8)
    nodes.append(helper.make_node("Mul", ["products", "scale"], ["scores"]))
    nodes.append(helper.make_node("Softmax", ["scores"], ["shares"], axis=-1))
    nodes += _product("shares", "value.heads", "context", is_int8=is_int8)
    nodes.append(helper.make_node("Transpose", ["context"], ["context.turned"], perm=[0, 2, 1, 3]))
    return [*nodes, helper.make_node("Reshape", ["context.turned", "together"], ["output"])]


def _product(one: str, other: str, output: str, *, is_int8: bool) -> list[NodeProto]:
    if not is_int8:
        return [helper.make_node("MatMul", [one, other], [output])]
    nodes = [
        helper.make_node("DynamicQuantizeLinear", [name], [f"{name}.{part}" for part in ("int8", "scale", "zero")])
        for name in (one, other)
    ]
    inputs = [f"{name}.{part}" for part in ("int8", "scale", "zero") for name in (one, other)]
    return [*nodes, helper.make_node("MatMulIntegerToFloat", inputs, [output], domain=FUSED)]


def _session(nodes: Sequence[NodeProto], heads: int, width: int) -> Any:
    constants = {
        "by_head": np.array([0, 0, heads, width]),
        "together": np.array([0, 0, heads * width]),
        "scale": np.float32(width**-0.5),
    }
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "attention",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens", heads * width]) for name in INPUTS],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items() if name in used],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    return onnxruntime.InferenceSession(model.SerializeToString(), _options(), providers=["CPUExecutionProvider"])


def _median(session: Any, feed: dict[str, Any]) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = perf_counter()
        session.run(None, feed)
        times.append(perf_counter() - begin)
    return statistics.median(times)


if __name__ == "__main__":
    main()
