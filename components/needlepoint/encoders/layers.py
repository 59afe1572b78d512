"""One layer of an encoder as it is written into a graph: its matrix products, in 32 or 8 bits, and its activation."""

from dataclasses import dataclass

from needlepoint.encoders.architecture import Architecture
from needlepoint.encoders.nodes import ALL, FUSED, Channels, GraphBuilder
from needlepoint.encoders.weights import Floats, Weights


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of an encoder.

    :param number: counted from 0.
    :param is_int8: whether its matrix products are computed in 8 bits.
    """

    graph: GraphBuilder
    architecture: Architecture
    weights: Weights
    number: int
    is_int8: bool

    @property
    def name(self) -> str:
        """What the names of its tensors in the graph begin with."""
        return f"layer{self.number}"

    def stored(self, part: str) -> str:
        """Return the name under which a part's weights are stored, without ``.weight``."""
        return self.weights.encoder_prefix() + self.architecture.layer(self.number, part)

    def matrix(self, part: str) -> Floats:
        """Return a part's matrix, of shape (inputs, outputs)."""
        return self.weights[f"{self.stored(part)}.weight"].T

    def bias(self, part: str) -> Floats | None:
        """Return a part's bias; only a ModernBERT may have none."""
        name = f"{self.stored(part)}.bias"
        return self.weights.find(name) if self.architecture.rotary else self.weights[name]

    def product(self, name: str, value: str, matrix: Floats, bias: Floats | None = None) -> str:
        """Multiply a tensor by a matrix of shape (inputs, outputs)."""
        return self.graph.product(f"{self.name}.{name}", value, matrix, bias=bias, is_int8=self.is_int8)

    def spread(self, tensor: str) -> tuple[str, Channels]:
        """Return a tensor with its outlier channels split, where that is of use, and the order of its channels."""
        return (self.graph.split(tensor), self.graph.channels(tensor)) if self.is_int8 else (tensor, ALL)

    @property
    def activated(self) -> str:
        """The name of the feed-forward network's inner tensor."""
        return f"{self.name}.activated"

    @property
    def wide(self) -> Channels:
        """The order of the inner tensor's channels; those that are split occur more than once."""
        return self.graph.channels(self.activated) if self.is_int8 else ALL

    def narrowed(self) -> str:
        """Multiply the inner tensor by the feed-forward network's second matrix."""
        usual = self.graph.usual_peak(self.activated) if self.is_int8 else None
        if usual is None:
            return self.product("output", self.activated, self.matrix("output"), self.bias("output"))
        # activations vary most from token to token, and lost the most accuracy with one scale for all
        return self.graph.product_by_token(
            f"{self.name}.output",
            self.graph.split(self.activated, is_copied=True),
            self.matrix("output")[self.wide],
            bias=self.bias("output"),
            least=max(usual / 4, 1e-6),
        )

    def norm(self, name: str, value: str) -> str:
        """Normalise each token of a tensor."""
        return norm(self.graph, self.architecture, self.weights, f"{self.name}.{name}", value, self.stored(name))


def norm(graph: GraphBuilder, architecture: Architecture, weights: Weights, name: str, value: str, stored: str) -> str:
    """Normalise each token of a tensor.

    :param stored: the name under which the layer norm is stored.
    """
    scale = [graph.constant(f"{name}.gamma", weights[f"{stored}.weight"])]
    bias = weights.find(f"{stored}.bias")
    if bias is not None:
        scale.append(graph.constant(f"{name}.beta", bias))
    return graph.add("LayerNormalization", [value, *scale], name, axis=-1, epsilon=architecture.epsilon)


def activate(graph: GraphBuilder, activation: str, value: str, bias: str, *, output: str) -> str:
    """Add a bias and apply an activation.

    :param activation: as :class:`Architecture` names it.
    :param bias: the bias's tensor, or "" for none.
    """
    if activation == "relu":
        biased = graph.add("Add", [value, bias], f"{output}.biased") if bias else value
        return graph.add("Relu", [biased], output)
    if activation == "gelu_tanh":
        return graph.add("FastGelu", [value, bias] if bias else [value], output, domain=FUSED)
    return graph.add("BiasGelu" if bias else "Gelu", [value, bias] if bias else [value], output, domain=FUSED)
