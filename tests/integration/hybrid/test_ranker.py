"""A cross-encoder between retriever and reader, as docs/hybrid.md shows it; the model is tiny and random."""

import json

import pytest

torch = pytest.importorskip("torch")


@pytest.fixture
def cross_encoder(reader_folder, tmp_path):
    from transformers import BertConfig, BertForSequenceClassification

    folder = tmp_path / "cross-encoder"
    torch.manual_seed(1)
    words = json.loads((reader_folder / "config.json").read_text())["vocab_size"]
    config = BertConfig(
        vocab_size=words,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=1,
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        if (reader_folder / name).is_file():
            (folder / name).write_bytes((reader_folder / name).read_bytes())
    return folder


def test_a_cross_encoder_orders_what_was_retrieved(make_service, folder, cross_encoder, tmp_path):
    text = make_service().pipelines.file.path.read_text(encoding="utf-8")
    ranker = (
        "  - name: Ranker\n    type: SentenceTransformersRanker\n    params:\n"
        f"      model_name_or_path: {cross_encoder}\n      top_k: 2\n      use_gpu: false\n      progress_bar: false\n"
    )
    text = text.replace("  - name: Reader\n    type:", f"{ranker}  - name: Reader\n    type:")
    text = text.replace(
        "      - name: Reader\n        inputs: [Retriever]",
        "      - name: Ranker\n        inputs: [Retriever]\n      - name: Reader\n        inputs: [Ranker]",
    )
    (tmp_path / "ranked.haystack-pipeline.yml").write_text(text, encoding="utf-8")
    service = make_service(tmp_path / "ranked.haystack-pipeline.yml")
    service.index([folder])
    reply = service.ask("When does the lease end?")
    scores = [document.score for document in reply.passages]
    assert len(reply.passages) == 2
    assert scores == sorted(scores, reverse=True)
    retrieved = service.pipelines.query.nodes["Retriever"].retrieve("When does the lease end?")
    ranked = service.pipelines.query.nodes["Ranker"].predict("When does the lease end?", retrieved)
    assert [document.id for document in ranked] == [document.id for document in reply.passages]
