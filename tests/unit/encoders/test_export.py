import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from needlepoint.encoders import export
from needlepoint.encoders.architecture import read_architecture
from needlepoint.encoders.distances import distance_buckets
from needlepoint.encoders.export import ExportCache
from needlepoint.encoders.nodes import quantise_columns
from needlepoint.encoders.opening import open_session
from needlepoint.encoders.probe import probe_windows
from needlepoint.encoders.processor import cpu_flags, int8_instructions
from needlepoint.errors import ModelError
from needlepoint.reading.loading import load_model


@pytest.fixture
def cache(tmp_path):
    return ExportCache(tmp_path / "cache")


def logits(model):
    (window,) = model.tokenizer.windows(
        *model.tokenizer.encode(["who left?", "the captain left"]), max_tokens=50, stride=9
    )
    return next(model.session.logits([window]))


def test_an_export_is_made_once(write_model, cache):
    folder = write_model()
    architecture = read_architecture(folder)
    graph = cache.graph(folder, architecture)
    stamp = graph.stat().st_mtime_ns
    assert ExportCache(graph.parent.parent.parent).graph(folder, architecture) == graph
    assert graph.stat().st_mtime_ns == stamp


def test_other_content_is_another_export_and_the_same_content_elsewhere_is_not(write_model, cache, tiny_weights):
    one, other = write_model("one"), write_model("other", weights=tiny_weights(seed=1))
    copy = write_model("copy")
    graphs = [cache.graph(folder, read_architecture(folder)) for folder in (one, other, copy)]
    assert graphs[0] == graphs[2] != graphs[1]


def test_a_model_changed_in_place_is_exported_anew(write_model, cache):
    folder = write_model()
    before = cache.graph(folder, read_architecture(folder))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert cache.graph(folder, read_architecture(folder)) != before


def test_a_warm_start_reads_no_weights(write_model, cache, monkeypatch):
    folder = write_model()
    cache.graph(folder, read_architecture(folder))
    monkeypatch.setattr(export, "_digest_of_files", lambda _: pytest.fail("hashed the weights again"))
    monkeypatch.setattr(export, "Weights", lambda _: pytest.fail("read the weights again"))
    cache.graph(folder, read_architecture(folder))


@pytest.mark.parametrize(
    "damage", ["truncate weights", "remove graph", "empty manifest", "garble graph", "no manifest"]
)
def test_a_damaged_export_is_made_again(write_model, cache, damage):
    folder = write_model()
    expected = logits(load_model(folder, cache, precision="fp32"))
    made = cache.graph(folder, read_architecture(folder)).parent
    if damage == "truncate weights":
        os.truncate(made / "weights.bin", 100)
    elif damage == "remove graph":
        (made / "model.onnx").unlink()
    elif damage == "empty manifest":
        (made / "manifest.json").write_text("")
    elif damage == "garble graph":
        (made / "model.onnx").write_bytes(b"\xff" * (made / "model.onnx").stat().st_size)
    else:
        (made / "manifest.json").unlink()
    assert (logits(load_model(folder, cache, precision="fp32")) == expected).all()


def test_a_garbled_record_of_the_content_is_made_again(write_model, cache, tmp_path):
    folder = write_model()
    expected = cache.content_hash(folder)
    for record in (tmp_path / "cache" / "onnx" / "hashes").iterdir():
        record.write_bytes(b"\xff\x00")
    assert cache.content_hash(folder) == expected


def test_no_space_left_is_one_clear_sentence_and_leaves_nothing(write_model, cache, monkeypatch, tmp_path):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    folder = write_model()
    monkeypatch.setattr(export, "_fill", full)
    with pytest.raises(ModelError, match=r"no space left in .*NEEDLEPOINT_CACHE"):
        cache.graph(folder, read_architecture(folder))
    assert not list((tmp_path / "cache" / "onnx").glob("*-v*"))
    assert not list((tmp_path / "cache" / "onnx").glob("writing-*"))


def test_an_export_that_cannot_be_removed_is_no_error(cache, tmp_path):
    cache.discard(tmp_path / "cache" / "onnx" / "gone" / "model.onnx")


def test_a_cache_that_cannot_be_a_folder_is_a_model_error(write_model, tmp_path):
    (tmp_path / "file").touch()
    folder = write_model()
    with pytest.raises(ModelError, match="set NEEDLEPOINT_CACHE to another folder"):
        ExportCache(tmp_path / "file").graph(folder, read_architecture(folder))


def test_what_a_killed_process_left_is_removed_after_a_day(write_model, cache, tmp_path):
    left = tmp_path / "cache" / "onnx" / "writing-dead"
    young = tmp_path / "cache" / "onnx" / "writing-alive"
    for path in (left, young):
        path.mkdir(parents=True)
    os.utime(left, (time.time() - 200_000,) * 2)
    folder = write_model()
    cache.graph(folder, read_architecture(folder))
    assert (left.exists(), young.exists()) == (False, True)


def test_processes_that_export_at_once_all_succeed(write_model, tmp_path):
    folder = write_model()
    code = (
        "import sys; from pathlib import Path; from needlepoint.encoders.export import ExportCache;"
        "from needlepoint.encoders.architecture import read_architecture;"
        "m = Path(sys.argv[1]); print(ExportCache(Path(sys.argv[2])).graph(m, read_architecture(m)))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, str(folder), str(tmp_path / "cache")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(3)]
    assert len({process.communicate()[0] for process in running}) == 1
    assert [process.returncode for process in running] == [0, 0, 0]
    assert not list((tmp_path / "cache" / "onnx").glob("writing-*"))


@pytest.mark.skipif(
    not int8_instructions(cpu_flags()),
    reason="this processor's 8-bit products saturate, so they are never chosen on it",
)
@pytest.mark.parametrize("family", ["bert", "mpnet"])
def test_eight_bits_stay_close_on_a_small_model(write_model, write_mpnet, cache, family):
    folder = write_mpnet() if family == "mpnet" else write_model()
    exact, rounded = (load_model(folder, cache, precision=name) for name in ("fp32", "int8"))
    assert np.abs(logits(exact) - logits(rounded)).max() < 1.0
    assert (logits(exact) != logits(rounded)).any()


def test_distances_share_buckets_the_more_the_farther_they_are():
    buckets = distance_buckets(np.arange(-600, 601))
    behind, before = buckets[601:], buckets[599::-1]
    assert (before == behind - 16).all()
    assert before[:7].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert [int(np.argmax(before == bucket)) + 1 for bucket in range(8, 16)] == [8, 12, 16, 23, 32, 46, 64, 91]
    assert (buckets[600], before.max(), behind.max()) == (0, 15, 31)


def test_columns_are_rounded_each_with_its_own_scale():
    matrix = np.array([[1.0, -100.0, 0.0], [0.5, 50.0, 0.0]], np.float32)
    rounded, scale = quantise_columns(matrix)
    assert rounded.tolist() == [[127, -127, 0], [64, 64, 0]]
    assert np.abs(rounded * scale - matrix).max() <= scale.max() / 2


@pytest.mark.parametrize("family", ["bert", "mpnet"])
def test_batches_give_what_single_windows_give(write_model, write_mpnet, cache, family):
    """The graph takes any number of windows of one length."""
    folder = write_mpnet() if family == "mpnet" else write_model()
    architecture = read_architecture(folder)
    session = open_session(folder, architecture, cache)
    random = np.random.default_rng(0)
    first = architecture.first_position
    feed = {
        "input_ids": random.integers(4, 20, (3, 7), dtype=np.int32),
        "position_ids": np.tile(np.arange(first, first + 7, dtype=np.int32), (3, 1)),
        **({"token_type_ids": np.zeros((3, 7), np.int32)} if architecture.token_types else {}),
    }
    together = session._session.run(None, feed)[0]
    for row in range(3):
        alone = session._session.run(None, {name: array[row : row + 1] for name, array in feed.items()})[0][0]
        assert np.abs(alone - together[row]).max() < 1e-5


def test_callers_at_the_same_time_get_what_a_lone_one_gets(write_model, cache):
    folder = write_model()
    session = open_session(folder, read_architecture(folder), cache)
    tokens = load_model(folder, cache).tokenizer
    question, text = tokens.encode(["who came", "anna came to berlin " * 10])
    windows = tokens.windows(question, text, max_tokens=20, stride=5)
    alone = list(session.logits(windows))
    with ThreadPoolExecutor(4) as pool:
        for together in pool.map(lambda _: list(session.logits(windows)), range(40)):
            assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_windows_that_nobody_waits_for_any_more_are_not_computed(write_model, cache, monkeypatch):
    folder = write_model()
    session = open_session(folder, read_architecture(folder), cache)
    (text,) = load_model(folder, cache).tokenizer.encode(["anna came to berlin"])
    window = load_model(folder, cache).tokenizer.alone(text, max_tokens=20)
    computed = []
    compute = session._compute
    monkeypatch.setattr(session, "_compute", lambda window: (computed.append(1), compute(window))[1])
    logits = session.logits([window] * 1000)
    next(logits)
    logits.close()
    session._workers.shutdown()
    assert len(computed) <= 2 * session._at_once + 1


class TestPrecision:
    def test_without_exact_8_bit_products_it_is_fp32(self, write_model, cache, monkeypatch):
        monkeypatch.setattr("needlepoint.reading.loading.cpu_flags", lambda: frozenset({"avx2"}))
        model = load_model(write_model(), cache)
        assert (model.precision, model.reason) == ("fp32", "this processor has no exact 8-bit products")

    @pytest.mark.parametrize(("agreement", "change", "precision"), [(1, 0, "int8"), (0.5, 0, "fp32"), (1, 0.2, "fp32")])
    def test_the_probe_decides_once(self, write_model, cache, monkeypatch, agreement, change, precision):
        from needlepoint.reading.int8_check import ProbeResult

        monkeypatch.setattr("needlepoint.reading.loading.cpu_flags", lambda: frozenset({"avx512_vnni"}))
        calls = []
        monkeypatch.setattr(
            "needlepoint.reading.loading.compare", lambda *_, **__: calls.append(1) or ProbeResult(agreement, change)
        )
        folder = write_model()
        assert [load_model(folder, cache).precision for _ in range(2)] == [precision] * 2
        assert len(calls) == 1
        assert "of 12" in load_model(folder, cache).reason

    def test_a_reader_agrees_with_itself_on_the_probe(self, write_model, cache):
        from needlepoint.reading.int8_check import compare, read_probe

        model = load_model(write_model(), cache, precision="fp32")
        assert len(probe_windows(model.tokenizer)) == 12
        readings = [read_probe(model.tokenizer, model.session, max_tokens=64) for _ in range(2)]
        result = compare(*readings)
        assert (result.agreement, result.confidence_change, result.passed) == (1.0, 0.0, True)

    def test_an_answer_that_nearly_ties_is_no_disagreement(self):
        from needlepoint.reading.int8_check import compare
        from needlepoint.reading.spans import Span, WindowReading

        def reading(*scores, null=0.0):
            spans = (Span(place, place + 1, score, 0.5) for place, score in enumerate(scores))
            return WindowReading(tuple(sorted(spans, key=lambda span: -span.score)), null)

        def agree(expected, found):
            return compare([expected], [found]).agreement == 1

        assert agree(reading(3.0, 2.9), reading(2.8, 3.1)), "another span that is as good"
        assert not agree(reading(3.0, 2.0), reading(2.8, 3.1)), "one that is worse"
        assert not agree(reading(3.0), WindowReading((Span(7, 8, 3.1, 0.5),), 0.0)), "one that was not thought of"
        assert agree(reading(0.1), reading(-0.6)), "it hardly answered"
        assert agree(reading(-0.1), reading(0.6)), "it hardly withheld"
        assert not agree(reading(1.0), reading(-0.2))
        assert not agree(reading(-1.0), reading(0.2))


def test_the_manifest_lists_every_file(write_model, cache):
    folder = write_model()
    made = cache.graph(folder, read_architecture(folder)).parent
    sizes = json.loads((made / "manifest.json").read_text())
    assert set(sizes) == {"model.onnx", "weights.bin"}
