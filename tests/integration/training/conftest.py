"""Tiny random models of every family, and eight questions that they can learn by heart in seconds."""

import functools
import json
from pathlib import Path

import pytest
import torch
import transformers

from needlepoint.evaluation.squad import read_squad
from needlepoint.training.data import TrainingData
from needlepoint.training.models import load_reader
from needlepoint.training.plan import Plan
from needlepoint.training.runs import RunConfig
from needlepoint.training.windows import label

PARAGRAPHS = {
    "Ferries": (
        "The ferry Juniper left the north pier at 7:40 on Monday. Captain Ida Moreau took twelve passengers to the island.",
        {
            "When did the Juniper leave?": "7:40 on Monday",
            "Who was the captain?": "Ida Moreau",
            "How many passengers were there?": "twelve",
            "What did the ferry cost?": None,
        },
    ),
    "Mills": (
        "The wool mill at Alder Bridge was built in 1913 by Karl Sund. It burnt down in spring, and grass grows there now.",
        {
            "Who built the mill?": "Karl Sund",
            "When was it built?": "1913",
            "Where does the mill stand?": "Alder Bridge",
            "Who bought the wool?": None,
        },
    ),
}
# fixed: a WordPiece vocabulary trained on the same text differs from run to run
TOKENIZERS = Path(__file__).parent / "tokenizers"
# of first weights, about 1/sqrt(hidden_size): with transformers' own 0.02, models this narrow learn late or not at all
SPREAD = 0.2
SHAPE = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 4, "num_hidden_layers": 2}


def squad_file(folder: Path) -> Path:
    articles = []
    for title, (context, answers) in PARAGRAPHS.items():
        qas = [
            {
                "id": f"{title}-{number}",
                "question": question,
                "answers": [{"text": text, "answer_start": context.index(text)}] if text else [],
            }
            for number, (question, text) in enumerate(answers.items())
        ]
        articles.append({"title": title, "paragraphs": [{"context": context, "qas": qas}]})
    path = folder / "ferries.json"
    path.write_text(json.dumps({"version": "v2.0", "data": articles}))
    return path


FAMILIES = ("bert", "roberta", "distilbert", "electra", "mpnet", "deberta-v2", "modernbert")


@functools.cache
def wordpiece():
    names = dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
    return transformers.BertTokenizerFast(tokenizer_file=str(TOKENIZERS / "wordpiece.json"), **names)


@functools.cache
def byte_level():
    names = dict(pad_token="<pad>", unk_token="<unk>", cls_token="<s>", sep_token="</s>", mask_token="<mask>")
    return transformers.RobertaTokenizerFast(tokenizer_file=str(TOKENIZERS / "byte-level.json"), **names)


def configuration(family, tokenizer, **shape):
    shape = SHAPE | shape
    common = {"vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id, "initializer_range": SPREAD}
    if family == "distilbert":
        return transformers.DistilBertConfig(
            dim=shape["hidden_size"],
            hidden_dim=shape["intermediate_size"],
            n_heads=shape["num_attention_heads"],
            n_layers=shape["num_hidden_layers"],
            max_position_embeddings=128,
            **common,
        )
    kinds = {
        "bert": transformers.BertConfig,
        "deberta-v2": transformers.DebertaV2Config,
        "electra": transformers.ElectraConfig,
        "modernbert": transformers.ModernBertConfig,
        "mpnet": transformers.MPNetConfig,
        "roberta": transformers.RobertaConfig,
    }
    disentangled = {
        "relative_attention": True,
        "position_buckets": 16,
        "pos_att_type": "p2c|c2p",
        "share_att_key": True,
    }
    extra = {
        "deberta-v2": disentangled
        | {"norm_rel_ebd": "layer_norm", "position_biased_input": False, "type_vocab_size": 0},
        "electra": {"embedding_size": 32},
        "modernbert": {"local_attention": 32},
        "roberta": {"type_vocab_size": 1},
    }.get(family, {})
    return kinds[family](max_position_embeddings=130, **common, **shape, **extra)


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Models this small gain nothing from a second thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def _seed():
    """Weights that a test makes itself do not depend on the tests before it."""
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def make_model(tmp_path_factory):
    """Save a tiny random reader of a family and return its folder; an MPNet may read BERT's tokens."""

    def make(family="bert", *, seed=0, in_bert_ids=False, **shape):
        folder = tmp_path_factory.mktemp(family)
        tokenizer = byte_level() if family in {"roberta", "mpnet"} and not in_bert_ids else wordpiece()
        torch.manual_seed(seed)
        model = transformers.AutoModelForQuestionAnswering.from_config(configuration(family, tokenizer, **shape))
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def tiny_bert(make_model):
    return make_model()


@pytest.fixture(scope="session")
def labels_file(tmp_path_factory):
    return squad_file(tmp_path_factory.mktemp("labels"))


@pytest.fixture(scope="session")
def questions(labels_file):
    return tuple(read_squad(labels_file))


@pytest.fixture
def plan():
    """Make a plan for the tiny models."""

    def make(**numbers):
        small = {"epochs": 2, "batch_size": 4, "learning_rate": 3e-3, "max_seq_len": 96, "doc_stride": 32}
        return Plan(**(small | {"max_query_length": 24} | numbers))

    return make


@pytest.fixture
def reader(tiny_bert):
    """The tiny reader, freshly loaded."""
    return load_reader(tiny_bert, torch.device("cpu"))


@pytest.fixture
def windows(reader, questions, plan):
    return label(questions, reader.tokenizer, plan(), max_tokens=reader.architecture.max_tokens)


@pytest.fixture
def run_config(tiny_bert, questions, plan, tmp_path):
    """Make the configuration of a whole training on the eight questions."""

    def make(**changes):
        changes = {"plan": plan()} | changes
        small = {"data": TrainingData(questions, sources={"ferries": len(questions)}), "base": tiny_bert}
        return RunConfig(**({"out": tmp_path / "out", "precision": "fp32", "device": "cpu"} | small | changes))

    return make
