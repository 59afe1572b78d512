import numpy as np
import pytest

from needlepoint.embedding import encoder
from needlepoint.embedding.encoder import TextEncoder
from needlepoint.errors import ModelError

TEXTS = [
    "the captain left the ferry",
    "who is in the mill?",
    "wool",
    "",
    "the captain left the ferry",
    "\ud800 ünknown",
]


@pytest.fixture
def folder(write_model, tiny_weights):
    weights = {
        name.removeprefix("bert."): array for name, array in tiny_weights().items() if not name.startswith("qa_")
    }
    return write_model(config={"architectures": ["BertModel"]}, weights=weights)


@pytest.fixture
def make(folder, tmp_path):
    def make(**options):
        return TextEncoder(folder, cache=tmp_path / "cache", **options)

    return make


def test_vectors_have_length_one_and_equal_texts_are_equal(make):
    vectors = make(precision="fp32").encode(TEXTS)
    assert vectors.shape == (6, 16)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-6)
    assert (vectors[0] == vectors[4]).all()
    assert float(vectors[0] @ vectors[1]) < 0.999


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_text_is_the_same_whatever_else_is_encoded(make, precision):
    one = make(precision=precision)
    together = one.encode(TEXTS)
    assert all((one.encode([text])[0] == vector).all() for text, vector in zip(TEXTS, together, strict=True))


def test_nothing_to_encode(make):
    assert make().encode([]).shape == (0, 16)


def test_long_texts_are_cut(make):
    short, longer = "wool " * 10, "wool " * 10 + "eggs " * 500
    assert make(max_tokens=12).encode([short]) == pytest.approx(make(max_tokens=12).encode([longer]))
    assert make(max_tokens=3).encode([longer]) == pytest.approx(make(max_tokens=3).encode(["wool"]))
    assert make().encode([longer]).shape == (1, 16)  # 512 tokens by default, 64 positions


def test_progress(make):
    seen = []
    make().encode(["wool"] * 130, progress=seen.append)
    assert seen == [64, 128, 130]


def test_the_fingerprint_is_the_contents(make, write_model, tiny_weights, tmp_path):
    one = make().fingerprint
    assert one == make(precision="int8").fingerprint == make().fingerprint
    assert make(max_tokens=20).fingerprint != one
    other = write_model("other", config={"architectures": ["BertModel"]}, weights=tiny_weights(seed=1))
    assert TextEncoder(other, cache=tmp_path / "cache").fingerprint != one


def test_auto_takes_8_bits_only_where_they_are_exact_and_the_vectors_stay(make, monkeypatch):
    monkeypatch.setattr(encoder, "cpu_flags", lambda: frozenset({"avx2"}))
    assert make().precision == "fp32"
    monkeypatch.setattr(encoder, "cpu_flags", lambda: frozenset({"avx512_vnni"}))
    monkeypatch.setattr(encoder, "processor_key", lambda: "one")
    monkeypatch.setattr(encoder, "_mean_cosine", lambda *_: 0.98)
    assert make().precision == "fp32"
    monkeypatch.setattr(encoder, "_mean_cosine", lambda *_: pytest.fail("compared twice"))
    assert make().precision == "fp32"
    monkeypatch.setattr(encoder, "processor_key", lambda: "other")
    monkeypatch.setattr(encoder, "_mean_cosine", lambda *_: 0.995)
    assert make().precision == "int8"


def test_8_bits_are_near(make):
    fp32, int8 = make(precision="fp32").encode(TEXTS), make(precision="int8").encode(TEXTS)
    assert ((fp32 * int8).sum(axis=1) > 0.95).all()


@pytest.mark.parametrize(("name", "value"), [("precision", "int4"), ("max_tokens", 2)])
def test_arguments_out_of_range(make, name, value):
    with pytest.raises(ValueError, match=name):
        make(**{name: value})


def test_what_is_no_encoder(write_model):
    with pytest.raises(ModelError, match="gpt2"):
        TextEncoder(write_model(config={"model_type": "gpt2"})).encode(["x"])
