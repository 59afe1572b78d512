"""What attention adds to its scores for the distance of two tokens: a bias in MPNet, products of vectors in DeBERTa."""

import math

import numpy as np
import numpy.typing as npt

from needlepoint.encoders.architecture import Architecture, Disentangled
from needlepoint.encoders.layers import Layer
from needlepoint.encoders.nodes import FUSED, Channels, GraphBuilder
from needlepoint.encoders.weights import Floats, Weights

Integers = npt.NDArray[np.int64]
_EXACT = 8  # MPNet's buckets on each side that hold a single distance


def distance_bias(graph: GraphBuilder, architecture: Architecture, weights: Weights) -> str:
    """Return MPNet's bias, which every layer's attention adds to its scores: a number for each head and distance.

    The table has a column for every distance, from the furthest token before to the furthest after; the graph looks up the
    distances of the window's positions, which are the same for all windows of a batch.
    """
    furthest = architecture.max_tokens - 1
    by_bucket = weights[f"{weights.encoder_prefix()}encoder.relative_attention_bias.weight"]
    buckets = distance_buckets(np.arange(-furthest, furthest + 1))
    table = graph.constant("distance.table", np.ascontiguousarray(by_bucket[buckets].T))
    shift = graph.inline("distance.furthest", np.array(furthest, dtype=np.int32))
    columns = graph.add("Add", [window_distances(graph), shift], "distance.column")
    by_head = graph.add("Gather", [table, columns], "distance.by_head", axis=1)
    return graph.add("Unsqueeze", [by_head, graph.inline("axis0", np.array([0]))], "distance.bias")


def window_distances(graph: GraphBuilder) -> str:
    """Return the distance from each token of a window to each other, shape (tokens, tokens)."""
    first = graph.inline("distance.window", np.array(0, dtype=np.int64))
    positions = graph.add("Gather", ["position_ids", first], "distance.positions", axis=0)
    axes = [graph.inline(f"axis{axis}", np.array([axis])) for axis in (0, 1)]
    looked_at, looking = (graph.add("Unsqueeze", [positions, axis], f"{axis}.positions") for axis in axes)
    return graph.add("Sub", [looked_at, looking], "distance")


def distance_buckets(distances: Integers) -> Integers:
    """Return which of MPNet's 32 buckets each distance belongs to (Raffel et al. 2020, arXiv 1910.10683, section 2.1).

    Sixteen are for tokens before, sixteen for tokens after. The first eight of each sixteen hold one distance each; from there
    on, each bound is √2 times the one before, up to 128 tokens. Squares are compared, so that no rounding moves a bound.

    :param distances: from the attending token to the attended one; negative if the attended token comes first.
    """
    far = np.abs(distances)
    borders = _EXACT**2 * 2 ** np.arange(1, _EXACT)
    buckets = np.where(far < _EXACT, far, _EXACT + np.searchsorted(borders, far**2, side="right"))
    return np.asarray(buckets + 2 * _EXACT * (distances > 0), dtype=np.int64)


def distance_rows(settings: Disentangled, distances: Integers) -> Integers:
    """Return which of DeBERTa's distance embeddings stands for each distance (He et al. 2021, arXiv 2006.03654, section 3.1).

    With buckets, the nearer half of the distances have one each, and the further ones share them by their logarithm
    (DeBERTa-v2); farther than the furthest, all share the last.

    :param distances: from the attended token to the attending one; negative if the attending token comes first.
    """
    buckets = distances
    if settings.buckets:
        half = settings.buckets // 2
        far = np.maximum(np.abs(distances), half).astype(np.float32)  # nearer ones have a bucket each
        scale = np.log(np.float32((settings.furthest - 1) / half))
        by_logarithm = np.ceil(np.log(far / np.float32(half)) / scale * np.float32(half - 1)) + half
        buckets = np.where(np.abs(distances) <= half, distances, np.sign(distances) * by_logarithm)
    return np.clip(buckets.astype(np.int64) + settings.span, 0, 2 * settings.span - 1)


class Disentangling:
    """DeBERTa's attention: to the product of query and key it adds that of each with a vector for the distance of the two.

    For a window of n tokens there are 2n - 1 distances. The products with all of them, of shape (n, 2n - 1), become scores of
    shape (n, n) by reading each row one column further to the left than the row before (Dai et al. 2019, arXiv 1901.02860,
    appendix B), which costs a copy instead of a look-up for each pair.
    """

    def __init__(self, graph: GraphBuilder, architecture: Architecture, weights: Weights) -> None:
        assert architecture.disentangled
        self._graph, self._architecture, self._settings = graph, architecture, architecture.disentangled
        self._embeddings = _distance_embeddings(architecture, weights)
        self._scale = 1 / math.sqrt(architecture.hidden / architecture.heads * (1 + len(self._settings.terms)))
        self._sizes()
        furthest = architecture.max_tokens - 1
        distances = np.arange(-furthest, furthest + 1)
        self._rows = {
            "c2p": self._of_window("after", distance_rows(self._settings, -distances)),
            "p2c": self._of_window("before", distance_rows(self._settings, distances)),
        }

    def context(self, layer: Layer, value: str, rows: Channels) -> str:
        """Add the attention of one layer.

        :param value: the layer's input, its outlier channels split if the layer computes in 8 bits.
        :param rows: the order of the input's channels.
        """
        query, key, content = (
            layer.product(part, value, layer.matrix(part)[rows], layer.bias(part)) for part in ("query", "key", "value")
        )
        terms = []
        if "c2p" in self._settings.terms:
            terms.append(self._term(layer, "c2p", query, "key"))
        if "p2c" in self._settings.terms:
            by_key = self._term(layer, "p2c", key, "query")
            terms.append(self._graph.add("Transpose", [by_key], f"{layer.name}.p2c.turned", perm=[0, 1, 3, 2]))
        bias = self._graph.add("Add", terms, f"{layer.name}.distances") if len(terms) > 1 else terms[0]
        return self._graph.add(
            "MultiHeadAttention",
            [query, key, content, "", "", bias],  # the empty inputs are bias and mask
            f"{layer.name}.context",
            domain=FUSED,
            num_heads=self._architecture.heads,
            scale=self._scale,
        )

    def _term(self, layer: Layer, term: str, value: str, other: str) -> str:
        """Multiply queries or keys with the vectors of all distances; return shape (batch, heads, tokens, tokens).

        :param other: by which map the distances' embeddings become vectors: ``key`` for queries, ``query`` for keys.
        """
        graph, name = self._graph, f"{layer.name}.{term}"
        part = other if self._settings.is_shared else f"distance_{other}"
        vectors = self._embeddings @ layer.matrix(part)
        bias = layer.bias(part)
        vectors = (vectors if bias is None else vectors + bias) * np.float32(self._scale)
        heads = self._architecture.heads
        table = np.ascontiguousarray(vectors.reshape(len(vectors), heads, -1).transpose(1, 2, 0))
        of_window = graph.add(
            "Gather", [graph.constant(f"{name}.table", table), self._rows[term]], f"{name}.vectors", axis=2
        )
        by_head = graph.inline("distance.by_head", np.array([0, 0, heads, -1]))
        split = graph.add("Reshape", [value, by_head], f"{name}.split")
        turned = graph.add("Transpose", [split], f"{name}.heads", perm=[0, 2, 1, 3])
        scores = graph.add("MatMul", [turned, of_window], f"{name}.scores")
        return self._skewed(name, scores)

    def _skewed(self, name: str, scores: str) -> str:
        """Take from each row the columns of its own distances: of row i those from tokens - 1 - i on."""
        graph = self._graph
        padded = graph.add(
            "Pad", [scores, graph.inline("distance.one", np.array([0, 0, 0, 0, 0, 0, 0, 1]))], f"{name}.padded"
        )
        flat = graph.add("Reshape", [padded, graph.inline("distance.flat", np.array([0, 0, -1]))], f"{name}.flat")
        axis = graph.inline("axis2", np.array([2]))
        cut = graph.add("Slice", [flat, self._before, self._end, axis], f"{name}.cut")
        rows = graph.add("Reshape", [cut, self._shape], f"{name}.rows")
        first, last = graph.inline("axis0", np.array([0])), graph.inline("axis3", np.array([3]))
        return graph.add("Slice", [rows, first, self._tokens, last], name)

    def _sizes(self) -> None:
        """Compute what depends on the window's length alone."""
        graph, one = self._graph, self._graph.inline("axis1", np.array([1]))
        shape = graph.add("Shape", ["input_ids"], "distance.shape")
        self._tokens = graph.add("Gather", [shape, one], "distance.tokens", axis=0)
        self._before = graph.add("Sub", [self._tokens, one], "distance.others")
        self._columns = graph.add("Add", [self._tokens, self._before], "distance.columns")
        kept = graph.add("Mul", [self._tokens, self._columns], "distance.kept")
        self._end = graph.add("Add", [self._before, kept], "distance.end")
        whole = graph.inline("distance.whole", np.array([0, 0]))
        self._shape = graph.add("Concat", [whole, self._tokens, self._columns], "distance.scores", axis=0)

    def _of_window(self, name: str, rows: Integers) -> str:
        """Return, of the rows for all distances that the model knows, those that occur in a window."""
        graph = self._graph
        most = graph.inline("distance.most", np.array([self._architecture.max_tokens]))
        first = graph.add("Sub", [most, self._tokens], f"distance.{name}.first")
        end = graph.add("Add", [first, self._columns], f"distance.{name}.end")
        known = graph.constant(f"distance.{name}.known", rows)
        return graph.add("Slice", [known, first, end, graph.inline("axis0", np.array([0]))], f"distance.{name}")


def _distance_embeddings(architecture: Architecture, weights: Weights) -> Floats:
    """Return the vectors of all distances, shape (2 span, hidden)."""
    assert architecture.disentangled
    prefix = f"{weights.encoder_prefix()}encoder."
    table = weights[f"{prefix}rel_embeddings.weight"][: 2 * architecture.disentangled.span]
    if not architecture.disentangled.is_normed:
        return table
    centred = table - table.mean(axis=-1, keepdims=True)
    normed = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(architecture.epsilon))
    return np.asarray(
        normed * weights[f"{prefix}LayerNorm.weight"] + weights[f"{prefix}LayerNorm.bias"], dtype=np.float32
    )
