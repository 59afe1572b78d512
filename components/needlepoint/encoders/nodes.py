"""Collects the nodes and constants of an ONNX graph, with matrix products in 32 or 8 bits."""

from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper

from needlepoint.encoders.outliers import Peaks, channel_order, copies_of
from needlepoint.encoders.weights import Floats

FUSED = "com.microsoft"
"""The domain of onnxruntime's own operators."""

WEIGHTS_FILE = "weights.bin"
Channels = npt.NDArray[np.int64] | slice
ALL: Channels = slice(None)
_ALIGNMENT = 64
_IR_VERSION = 9
_OPSET = 18


class GraphBuilder:
    """Collects a graph's nodes and constants; the constants' bytes go straight to a file.

    :param file: is given the constants.
    :param peaks: the largest absolute value of each channel of the tensors whose outlier channels are to be split.
    """

    def __init__(self, file: BinaryIO, peaks: Peaks) -> None:
        self._file = file
        self._peaks = peaks
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[TensorProto] = []

    def constant(self, name: str, array: npt.NDArray[np.generic]) -> str:
        """Add a constant and return its name."""
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

    def product_by_token(self, name: str, hidden: str, matrix: Floats, *, bias: Floats | None, least: float) -> str:
        """Multiply in 8 bits with one scale for each token: divide by its largest value before, multiply by it after.

        :param least: the smallest divisor.
        """
        largest = self.add("ReduceMax", [hidden, self.inline("last_axis", np.array([-1]))], f"{name}.max", keepdims=1)
        largest = self.add("Max", [largest, self.inline(f"{name}.least", np.float32(least))], f"{name}.largest")
        even = self.add("Div", [hidden, largest], f"{name}.even")
        product = self.add("Mul", [self._int8_product(name, even, matrix, None), largest], f"{name}.by_token")
        return product if bias is None else self.biased(name, product, bias)

    def _int8_product(self, name: str, hidden: str, matrix: Floats, bias: Floats | None) -> str:
        quantised, scale = quantise_columns(matrix)
        zero = np.zeros_like(scale, dtype=np.int8)
        constants: dict[str, npt.NDArray[Any]] = {"weight": quantised, "scale": scale, "zero": zero}
        if bias is not None:
            constants["bias"] = bias
        inputs = [self.constant(f"{name}.{key}", array) for key, array in constants.items()]
        return self.add("DynamicQuantizeMatMul", [hidden, *inputs], f"{name}.product", domain=FUSED)

    def inline(self, name: str, array: npt.NDArray[Any] | np.float32) -> str:
        """Add a small constant to the graph itself, where shape inference can see it, and return its name."""
        if not any(tensor.name == name for tensor in self._constants):
            self._constants.append(onnx.numpy_helper.from_array(np.asarray(array), name))
        return name

    def usual_peak(self, tensor: str) -> float | None:
        """Return the median peak of a tensor's channels, if peaks are known."""
        return float(np.median(self._peaks[tensor])) if tensor in self._peaks else None

    def channels(self, tensor: str) -> Channels:
        """Return the order of a tensor's channels and their copies; without known peaks, all channels unchanged."""
        return channel_order(copies_of(self._peaks[tensor])) if tensor in self._peaks else ALL

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
        """Return what was collected as a model with int32 inputs of shape (batch, tokens)."""
        shape = ["batch", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            "reader",
            [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in inputs],
            [output],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(FUSED, 1)]
        return helper.make_model(graph, producer_name="needlepoint", opset_imports=opsets, ir_version=_IR_VERSION)


def quantise_columns(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Round a matrix to 8 bits with one symmetric scale for each column (output channel).

    :param matrix: shape (inputs, outputs).
    :returns: the rounded matrix and its scales: ``matrix`` is approximately ``rounded * scales``.
    """
    scale = np.abs(matrix).max(axis=0) / 127
    scale = np.where(scale == 0, 1, scale).astype(np.float32)
    return np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8), scale
