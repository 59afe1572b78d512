import json
import time
from contextlib import contextmanager

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece

_WORDS = "the a of in is who what when where ferry mill captain left pier at wool eggs ida moreau 1913 ? . , ##s"
WORDS = _WORDS.split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
CONFIG = {
    "architectures": ["BertForQuestionAnswering"],
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": 16,
    "intermediate_size": 32,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 64,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "type_vocab_size": 2,
}


def tiny_tokenizer():
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def random_weights(seed=0):
    random = np.random.default_rng(seed)
    width, wide = CONFIG["hidden_size"], CONFIG["intermediate_size"]
    shapes = {
        "bert.embeddings.word_embeddings.weight": (len(SPECIAL) + len(WORDS), width),
        "bert.embeddings.position_embeddings.weight": (CONFIG["max_position_embeddings"], width),
        "bert.embeddings.token_type_embeddings.weight": (2, width),
        "qa_outputs.weight": (2, width),
        "qa_outputs.bias": (2,),
    }
    norms = ["bert.embeddings.LayerNorm"]
    for number in range(CONFIG["num_hidden_layers"]):
        layer = f"bert.encoder.layer.{number}"
        linear = {f"attention.self.{name}": (width, width) for name in ("query", "key", "value")}
        linear |= {"attention.output.dense": (width, width)}
        linear |= {"intermediate.dense": (wide, width), "output.dense": (width, wide)}
        for name, shape in linear.items():
            shapes |= {f"{layer}.{name}.weight": shape, f"{layer}.{name}.bias": shape[:1]}
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    weights = {name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}
    for norm in norms:
        weights |= {f"{norm}.weight": np.ones(width, np.float32), f"{norm}.bias": np.zeros(width, np.float32)}
    return weights


@pytest.fixture
def write_model(tmp_path):
    """Write a folder of a tiny random BERT reader; what is passed replaces a part of it."""

    def write(name="tiny", *, config=None, weights=None, tokenizer=True):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(CONFIG | (config or {})))
        save_file(random_weights() if weights is None else weights, folder / "model.safetensors")
        if tokenizer:
            tiny_tokenizer().save(str(folder / "tokenizer.json"))
        return folder

    return write


@pytest.fixture
def write_mpnet(write_model):
    """Write the same as an MPNet, which adds to its attention a bias for the distance of two tokens."""
    names = {
        "bert.": "mpnet.",
        "attention.self.query": "attention.attn.q",
        "attention.self.key": "attention.attn.k",
        "attention.self.value": "attention.attn.v",
        "attention.output.dense": "attention.attn.o",
        "attention.output.LayerNorm": "attention.LayerNorm",
    }

    def renamed(name):
        for old, new in names.items():
            name = name.replace(old, new)
        return name

    def write(name="mpnet"):
        weights = {renamed(name): array for name, array in random_weights().items() if "token_type" not in name}
        bias = np.random.default_rng(1).normal(0, 1, (32, CONFIG["num_attention_heads"])).astype(np.float32)
        weights["mpnet.encoder.relative_attention_bias.weight"] = bias
        config = {"model_type": "mpnet", "architectures": ["MPNetForQuestionAnswering"]}
        return write_model(name, config=config, weights=weights)

    return write


@pytest.fixture
def tiny_weights():
    """The weights of the tiny reader, as a function of the seed."""
    return random_weights


@pytest.fixture
def computing_at_most():
    """Bound the seconds that this process computes, which other work on the machine does not use up.

    What takes a test's input in one pass needs a hundredth of the bound, and what goes back again and again a hundred times.
    """

    @contextmanager
    def bound(seconds):
        before = time.process_time()
        yield
        assert time.process_time() - before < seconds

    return bound
