"""What can be wrong around a model, met for real: each is one line that says what, where and how to mend it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from needlepoint.errors import ModelError
from needlepoint.reading.reader import SpanReader

COMPONENTS = Path(__file__).parents[3] / "components"


def line_of(caught):
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.fixture
def tiny_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk can only be mounted by root on Linux")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_named_and_left_as_it_was(reader_folder, tiny_disk):
    reader = SpanReader(reader_folder, precision="fp32", cache=tiny_disk)
    with pytest.raises(ModelError, match=r"no space left in .*disk.*NEEDLEPOINT_CACHE") as caught:
        reader.read("Who?", ["Ida Moreau left."])
    line_of(caught)
    assert not [path for path in tiny_disk.rglob("*") if path.name.endswith((".bin", ".onnx"))]


def test_a_hub_that_cannot_be_reached_says_what_to_do_instead(tmp_path):
    code = (
        "from needlepoint.errors import ModelError\n"
        "from needlepoint.reading.reader import SpanReader\n"
        "try:\n    SpanReader('someone/some-reader', allow_download=True).load()\n"
        "except ModelError as error:\n    print(error)"
    )
    environment = os.environ | {
        "PYTHONPATH": str(COMPONENTS),
        "HF_HUB_OFFLINE": "0",
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "HF_HOME": str(tmp_path),
    }
    output = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=300)
    (line,) = output.stdout.splitlines()
    assert line.startswith("model someone/some-reader could not be downloaded (")
    assert "); name a folder instead" in line


def test_a_model_that_is_none_for_question_answering_says_so(tmp_path):
    transformers = pytest.importorskip("transformers")
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = transformers.BertConfig(vocab_size=50, max_position_embeddings=32, **sizes)
    transformers.BertForMaskedLM(config).save_pretrained(tmp_path / "model")
    with pytest.raises(ModelError, match=r"is a BertForMaskedLM, not a question answering model") as caught:
        SpanReader(tmp_path / "model").load()
    line_of(caught)


def test_a_model_with_a_tokenizer_without_offsets_says_how_to_make_one(reader_folder, tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    for path in reader_folder.iterdir():
        if path.name != "tokenizer.json":
            (model / path.name).symlink_to(path)
    with pytest.raises(ModelError, match=r"holds no tokenizer\.json; write one with AutoTokenizer") as caught:
        SpanReader(model).load()
    line_of(caught)


def test_an_export_cut_short_is_made_again(reader_folder, tmp_path):
    texts = ["Captain Ida Moreau left the pier."]
    expected = SpanReader(reader_folder, precision="int8", cache=tmp_path).read("Who left?", texts)
    for weights in (tmp_path / "onnx").glob("*/weights.bin"):
        os.truncate(weights, weights.stat().st_size // 2)
    assert SpanReader(reader_folder, precision="int8", cache=tmp_path).read("Who left?", texts) == expected
