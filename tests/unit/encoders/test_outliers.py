import numpy as np

from needlepoint.encoders.architecture import read_architecture
from needlepoint.encoders.export import ExportCache
from needlepoint.encoders.graph import inner_tensors, write_graph
from needlepoint.encoders.outliers import channel_order, channel_peaks, copies_of
from needlepoint.encoders.session import LogitsSession
from needlepoint.encoders.tokens import TextTokenizer
from needlepoint.encoders.weights import Weights


def test_channels_beyond_twice_the_median_are_split():
    copies = copies_of(np.array([1.0, 1.0, 2.0, 2.1, 7.0, 1000.0, 0.0], np.float32))  # the median is 2
    assert copies.tolist() == [1, 1, 1, 1, 2, 16, 1]
    assert copies_of(np.zeros(3, np.float32)).tolist() == [1, 1, 1]


def test_copies_follow_the_channels_in_order():
    assert channel_order(np.array([1, 3, 1, 2])).tolist() == [0, 1, 2, 3, 1, 1, 3]


def with_outliers(weights):
    for name, array in weights.items():
        if name.endswith("LayerNorm.weight"):
            array[[3, 8]] *= 25
        if name.endswith(("query.weight", "key.weight", "value.weight", "intermediate.dense.weight")):
            array[:, [3, 8]] /= 25
    return weights


def test_split_channels_bring_8_bits_closer_to_32(write_model, tiny_weights, tmp_path):
    folder = write_model(weights=with_outliers(tiny_weights()))
    architecture = read_architecture(folder)
    tokenizer = TextTokenizer(folder)
    questions = tokenizer.encode(["who left?", "what is at the pier?", "when?"])
    (passage,) = tokenizer.encode(["captain ida moreau left the pier at the mill in 1913. the ferry is at the pier."])
    windows = [tokenizer.windows(question, passage, max_tokens=60, stride=60)[0] for question in questions]
    exact_graph = ExportCache(tmp_path).graph(folder, architecture)
    exact = list(LogitsSession(exact_graph, architecture).logits(windows))
    errors = []
    with Weights(folder) as weights:
        peaks = channel_peaks(exact_graph, architecture, windows, inner_tensors(architecture, weights))
        for number, known in enumerate((None, peaks)):
            made = tmp_path / str(number)
            made.mkdir()
            write_graph(made, architecture, weights, int8_layers=range(2), peaks=known)
            found = LogitsSession(made / "model.onnx", architecture).logits(windows)
            errors.append(np.mean([np.abs(a - b).mean() for a, b in zip(exact, found, strict=True)]))
    plain, split = errors
    assert split < plain / 1.5
