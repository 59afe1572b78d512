"""The graph built from the weights computes what transformers computes, for every family, on tiny random models."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

import needlepoint.nodes  # noqa: F401  (prepares transformers)
from needlepoint.encoders.architecture import SUPPORTED, read_architecture
from needlepoint.encoders.export import ExportCache
from needlepoint.encoders.opening import open_session
from needlepoint.encoders.processor import cpu_flags, int8_instructions
from needlepoint.encoders.session import window_inputs
from needlepoint.encoders.tokens import Window
from needlepoint.reading.loading import load_model

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

TOKENIZER = Path(__file__).parents[1] / "training" / "tokenizers" / "wordpiece.json"
TOKENS = 196  # of that tokenizer
SIZES = {
    "vocab_size": 97,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 66,
    "initializer_range": 0.2,  # about 1/sqrt(hidden_size), so that attention is far from even
}
DISTILBERT_SIZES = {"vocab_size": 97, "dim": 32, "n_layers": 3, "n_heads": 4, "hidden_dim": 64} | {
    "max_position_embeddings": 66
}
DEBERTA_V3 = {
    "relative_attention": True,
    "share_att_key": True,
    "pos_att_type": "p2c|c2p",
    "norm_rel_ebd": "layer_norm",
} | {
    "position_biased_input": False,
    "type_vocab_size": 0,
}
MODERNBERT = {"local_attention": 12, "max_position_embeddings": 202, "pad_token_id": 0} | {"num_hidden_layers": 5}
CASES = {
    "bert": {},
    "bert-tanh": {"hidden_act": "gelu_new", "layer_norm_eps": 1e-5},
    "bert-relu": {"hidden_act": "relu"},
    "roberta": {"type_vocab_size": 1, "pad_token_id": 1},
    "xlm-roberta": {"type_vocab_size": 1, "pad_token_id": 1},
    "camembert": {"type_vocab_size": 1, "pad_token_id": 1},
    "distilbert": {},
    "electra": {"embedding_size": 32},
    "electra-project": {"embedding_size": 16},
    "mpnet": {"pad_token_id": 1, "max_position_embeddings": 202},
    "mpnet-in-bert-ids": {"pad_token_id": 0, "max_position_embeddings": 202},
    # as deberta-v3-base is; with so few buckets the furthest share one
    "deberta-v2": DEBERTA_V3 | {"position_buckets": 16, "max_position_embeddings": 202},
    "deberta-v2-without-buckets": DEBERTA_V3 | {"max_relative_positions": 20, "share_att_key": False},
    "deberta-v2-by-keys": DEBERTA_V3 | {"pos_att_type": ["p2c"], "norm_rel_ebd": "none"},
    "deberta-v2-by-queries": DEBERTA_V3 | {"pos_att_type": "c2p", "position_biased_input": True, "type_vocab_size": 2},
    "modernbert": MODERNBERT,
    "modernbert-biased": MODERNBERT
    | {
        "attention_bias": True,
        "mlp_bias": True,
        "norm_bias": True,
        "classifier_bias": True,
        "hidden_activation": "relu",
    },
    "modernbert-tanh": MODERNBERT | {"hidden_activation": "gelu_new", "local_rope_theta": None, "local_attention": 30},
}


def write(folder, case, *, vocab_size=97, **save):
    model_type = max((each for each in SUPPORTED if case.startswith(each)), key=len)
    sizes = DISTILBERT_SIZES if model_type == "distilbert" else SIZES
    config = transformers.AutoConfig.for_model(model_type, **(sizes | CASES[case] | {"vocab_size": vocab_size}))
    torch.manual_seed(0)
    model = transformers.AutoModelForQuestionAnswering.from_config(config).eval()
    for name, parameter in model.named_parameters():  # biases and norms start at 0 and 1, which would hide a mix-up
        if name.endswith("bias") or "norm" in name.lower() or "rel" in name:
            parameter.data += 0.3 * torch.randn_like(parameter)
    model.save_pretrained(folder, **save)
    return model


def window(length):
    random = np.random.default_rng(length)
    types = (np.arange(length) > length // 3).astype(np.int32)
    return Window(random.integers(3, 97, length, dtype=np.int32), types, slice(1, length), 0)


def reference(model, case, window):
    inputs = {"input_ids": torch.tensor(window.ids[None]).long()}
    if getattr(model.config, "type_vocab_size", 0) > 1:
        inputs["token_type_ids"] = torch.tensor(window.type_ids[None]).long()
    with torch.inference_mode():
        output = model(**inputs)
    return np.stack([output.start_logits[0].numpy(), output.end_logits[0].numpy()], axis=-1)


@pytest.mark.parametrize("case", CASES)
def test_logits_are_those_of_transformers(case, tmp_path):
    model = write(tmp_path / "model", case)
    architecture = read_architecture(tmp_path / "model")
    session = open_session(tmp_path / "model", architecture, ExportCache(tmp_path / "cache"))
    windows = [window(length) for length in (5, 31, architecture.max_tokens)]
    for one, logits in zip(windows, session.logits(windows), strict=True):
        expected = reference(model, case, one)
        assert np.abs(expected).max() > 0.1
        assert np.abs(logits - expected).max() < 2e-5


@pytest.mark.skipif(not int8_instructions(cpu_flags()), reason="8-bit products are never chosen on this processor")
@pytest.mark.parametrize("case", ["bert", "mpnet", "deberta-v2", "modernbert", "modernbert-biased"])
def test_eight_bits_stay_close(case, tmp_path):
    write(tmp_path / "model", case, vocab_size=TOKENS)
    shutil.copy(TOKENIZER, tmp_path / "model" / "tokenizer.json")
    exact, rounded = (
        load_model(tmp_path / "model", ExportCache(tmp_path / "cache"), precision=precision)
        for precision in ("fp32", "int8")
    )
    for length in (9, 60):
        expected, found = (next(model.session.logits([window(length)])) for model in (exact, rounded))
        assert (found != expected).any()
        assert np.corrcoef(expected.ravel(), found.ravel())[0, 1] > 0.98


@pytest.mark.parametrize("case", ["deberta-v2", "modernbert"])
def test_windows_of_one_length_are_read_together_as_alone(case, tmp_path):
    write(tmp_path / "model", case)
    architecture = read_architecture(tmp_path / "model")
    session = open_session(tmp_path / "model", architecture, ExportCache(tmp_path / "cache"))
    feeds = [
        window_inputs(dataclasses.replace(window(40), ids=window(40).ids[::step]), architecture) for step in (1, -1)
    ]
    together = session._session.run(None, {name: np.concatenate([feed[name] for feed in feeds]) for name in feeds[0]})[
        0
    ]
    for alone, found in zip(feeds, together, strict=True):
        assert np.abs(found - session._session.run(None, alone)[0][0]).max() < 1e-5


def test_half_precision_and_sharded_weights_are_read(tmp_path):
    model = write(tmp_path / "model", "bert")
    model.half().save_pretrained(tmp_path / "half", max_shard_size="20KB")
    assert len(list((tmp_path / "half").glob("*.safetensors"))) > 1
    session = open_session(tmp_path / "half", read_architecture(tmp_path / "half"), ExportCache(tmp_path / "cache"))
    assert np.abs(next(session.logits([window(20)])) - reference(model.float(), "bert", window(20))).max() < 2e-5


def test_bfloat16_weights_are_read(tmp_path):
    model = write(tmp_path / "model", "roberta")
    model.bfloat16().save_pretrained(tmp_path / "bf16")
    session = open_session(tmp_path / "bf16", read_architecture(tmp_path / "bf16"), ExportCache(tmp_path / "cache"))
    assert np.abs(next(session.logits([window(20)])) - reference(model.float(), "roberta", window(20))).max() < 2e-5
