import json

import pytest

from needlepoint.encoders.architecture import read_architecture
from needlepoint.encoders.weights import Weights
from needlepoint.errors import ModelError

DEBERTA = {"model_type": "deberta-v2", "relative_attention": True, "pos_att_type": "c2p|p2c"}


def test_bert_is_read(write_model):
    architecture = read_architecture(write_model())
    assert (architecture.layers, architecture.heads, architecture.hidden) == (2, 2, 16)
    assert (architecture.token_types, architecture.max_tokens) == (2, 64)


def test_roberta_counts_positions_from_its_padding(write_model):
    config = {"model_type": "roberta", "architectures": ["RobertaForQuestionAnswering"], "pad_token_id": 1}
    architecture = read_architecture(write_model(config=config))
    assert (architecture.max_tokens, architecture.token_types) == (62, 0)


@pytest.mark.parametrize("pad_id", [0, 1])
def test_mpnet_counts_positions_from_two_whatever_its_padding(write_model, pad_id):
    config = {"model_type": "mpnet", "architectures": ["MPNetForQuestionAnswering"], "pad_token_id": pad_id}
    architecture = read_architecture(write_model(config=config))
    assert (architecture.first_position, architecture.max_tokens, architecture.token_types) == (2, 62, 0)
    assert architecture.has_distance_bias
    assert architecture.layer(3, "query") == "encoder.layer.3.attention.attn.q"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"model_type": "t5"}, "model_type 't5' is not supported; supported are bert, camembert"),
        ({"model_type": None}, "not supported"),
        ({"architectures": ["BertForMaskedLM"]}, "BertForMaskedLM, not a question answering model"),
        ({"hidden_act": "silu"}, "activation 'silu'"),
        ({"position_embedding_type": "relative_key"}, "relative_key"),
        ({"model_type": "mpnet", "relative_attention_num_buckets": 64}, "relative_attention_num_buckets 64"),
        ({"model_type": "deberta-v2"}, "deberta-v2 with relative_attention None"),
        (DEBERTA | {"conv_kernel_size": 3}, "deberta-v2 with conv_kernel_size 3"),
        (DEBERTA | {"embedding_size": 8}, "deberta-v2 with embedding_size 8"),
        ({"num_hidden_layers": "many"}, "config.json: a value is missing or invalid"),
        ({"hidden_size": None}, "config.json: a value is missing or invalid"),
    ],
)
def test_what_cannot_be_read_is_named(write_model, config, message):
    with pytest.raises(ModelError, match=message) as caught:
        read_architecture(write_model(config=config))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "{", "[]", "\x00"])
def test_a_broken_config_is_a_model_error(write_model, content):
    folder = write_model()
    (folder / "config.json").write_text(content)
    with pytest.raises(ModelError, match=r"config\.json"):
        read_architecture(folder)


def test_a_folder_without_config_is_not_a_model(tmp_path):
    with pytest.raises(ModelError, match="not a Hugging Face model folder"):
        read_architecture(tmp_path)


def test_weights_of_a_model_without_a_span_head_say_what_is_lacking(write_model, tiny_weights):
    weights = {name: array for name, array in tiny_weights().items() if "qa_outputs" not in name}
    with Weights(write_model(weights=weights)) as loaded, pytest.raises(ModelError, match=r"qa_outputs\.weight"):
        loaded["qa_outputs.weight"]


def test_truncated_weights_are_a_model_error(write_model):
    folder = write_model()
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match="copy the model's folder again"):
        Weights(folder)


def test_a_pickle_only_model_says_how_to_convert_it(write_model):
    folder = write_model()
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="save_pretrained"):
        Weights(folder)


def test_shards_are_read_together_and_a_missing_one_is_named(write_model, tiny_weights):
    from safetensors.numpy import save_file

    folder = write_model()
    (folder / "model.safetensors").unlink()
    weights = tiny_weights()
    halves = {"a.safetensors": list(weights)[::2], "b.safetensors": list(weights)[1::2]}
    for name, keys in halves.items():
        save_file({key: weights[key] for key in keys}, folder / name)
    index = {"weight_map": {key: name for name, keys in halves.items() for key in keys}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with Weights(folder) as loaded:
        assert set(loaded) == set(weights)
        assert (loaded["qa_outputs.weight"] == weights["qa_outputs.weight"]).all()
    (folder / "b.safetensors").unlink()
    with pytest.raises(ModelError, match=r"b\.safetensors is missing"):
        Weights(folder)


def test_old_names_of_layer_norms_are_understood(write_model, tiny_weights):
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): array
        for name, array in tiny_weights().items()
    }
    with Weights(write_model(weights=old)) as loaded:
        assert set(loaded) == set(tiny_weights())
