"""The matrix products of a reader alone, in its sizes and its precision: the bound that no reader of that design can beat."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from needlepoint.encoders.architecture import Architecture
from needlepoint.encoders.processor import usable_cores
from needlepoint.encoders.session import _options

CHANCE = np.random.default_rng(0)


class MatrixProducts:
    """All products of one encoder for windows of given lengths.

    :param wide: width between the two products of a feed-forward block.
    :param precision: of the products with weights; those of the attention are always in 32 bits.
    """

    def __init__(self, architecture: Architecture, *, wide: int, precision: str, folder: Path) -> None:
        self._architecture = architecture
        self._wide = wide
        self._precision = precision
        self._nodes: list[Any] = []
        self._weights: list[Any] = []
        self._kept: list[str] = []
        path = folder / f"products-{architecture.layers}x{architecture.hidden}-{precision}.onnx"
        path.write_bytes(self._model().SerializeToString())
        self._session = onnxruntime.InferenceSession(str(path), _options(), providers=["CPUExecutionProvider"])
        self._workers = ThreadPoolExecutor(usable_cores())

    def run(self, lengths: Sequence[int]) -> None:
        """Do the products of one window of each length, one for each core at once, as the reader does."""
        list(self._workers.map(self._run_one, lengths))

    def _run_one(self, length: int) -> None:
        heads, hidden = self._architecture.heads, self._architecture.hidden
        feed = {
            "hidden": np.ones((1, length, hidden), np.float32),
            "queries": np.ones((1, heads, length, hidden // heads), np.float32),
            "keys": np.ones((1, heads, hidden // heads, length), np.float32),
            "shares": np.ones((1, heads, length, length), np.float32),
        }
        self._session.run(None, feed)

    def _model(self) -> Any:
        hidden = "hidden"
        width = self._architecture.hidden
        for layer in range(self._architecture.layers):
            query, key, value = (self._product(f"{layer}.{part}", hidden, width, width) for part in "qkv")
            scores = self._add("MatMul", ["queries", "keys"], f"{layer}.scores")
            context = self._add("MatMul", ["shares", "queries"], f"{layer}.context")
            for name in (key, value, scores, context):
                self._keep(name)
            attended = self._product(f"{layer}.o", query, width, width)
            inner = self._product(f"{layer}.in", attended, width, self._wide)
            hidden = self._product(f"{layer}.out", inner, self._wide, width)
        self._keep(hidden)
        inputs = {"hidden": [1, "n", width], "queries": [1, "h", "n", "d"], "keys": [1, "h", "d", "n"]}
        inputs["shares"] = [1, "h", "n", "n"]
        graph = helper.make_graph(
            self._nodes,
            "products",
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in self._kept],
            self._weights,
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def _product(self, name: str, value: str, rows: int, columns: int) -> str:
        if self._precision == "fp32":
            weight = CHANCE.normal(0, rows**-0.5, (rows, columns)).astype(np.float32)
            return self._add("MatMul", [value, self._constant(f"{name}.w", weight)], f"{name}.product")
        weight = CHANCE.integers(-127, 128, (rows, columns)).astype(np.int8)
        scale = np.full(columns, rows**-0.5 / 73, np.float32)
        constants = {"w": weight, "s": scale, "z": np.zeros(columns, np.int8)}
        inputs = [value, *(self._constant(f"{name}.{key}", array) for key, array in constants.items())]
        return self._add("DynamicQuantizeMatMul", inputs, f"{name}.product", domain="com.microsoft")

    def _keep(self, name: str) -> None:
        """Let one row come out, so that the product is not left out as unused."""
        self._kept.append(
            self._add("Gather", [name, self._constant(f"{name}.row", np.array(0))], f"{name}.kept", axis=1)
        )

    def _constant(self, name: str, array: Any) -> str:
        self._weights.append(numpy_helper.from_array(array, name))
        return name

    def _add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output
