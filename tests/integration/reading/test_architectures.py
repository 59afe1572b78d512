"""The graph built from the weights computes what transformers computes, for every family, on tiny random models."""

import numpy as np
import pytest

import needlepoint.nodes  # noqa: F401  (prepares transformers)
from needlepoint.encoders.architecture import SUPPORTED, read_architecture
from needlepoint.encoders.export import ExportCache
from needlepoint.encoders.opening import open_session
from needlepoint.encoders.tokens import Window

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

SIZES = {
    "vocab_size": 97,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 66,
}
DISTILBERT_SIZES = {"vocab_size": 97, "dim": 32, "n_layers": 3, "n_heads": 4, "hidden_dim": 64} | {
    "max_position_embeddings": 66
}
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
}


def write(folder, case, **save):
    model_type = case if case in SUPPORTED else case.split("-")[0]
    sizes = DISTILBERT_SIZES if model_type == "distilbert" else SIZES
    config = transformers.AutoConfig.for_model(model_type, **(sizes | CASES[case]))
    torch.manual_seed(0)
    model = transformers.AutoModelForQuestionAnswering.from_config(config).eval()
    for name, parameter in model.named_parameters():  # biases and norms start at 0 and 1, which would hide a mix-up
        if name.endswith("bias") or "norm" in name.lower() or "relative" in name:
            parameter.data += 0.3 * torch.randn_like(parameter)
    model.save_pretrained(folder, **save)
    return model


def window(length):
    random = np.random.default_rng(length)
    types = (np.arange(length) > length // 3).astype(np.int32)
    return Window(random.integers(3, 97, length, dtype=np.int32), types, slice(1, length), 0)


def reference(model, case, window):
    inputs = {"input_ids": torch.tensor(window.ids[None]).long()}
    if case.startswith(("bert", "electra")):
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
