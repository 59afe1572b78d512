import json
import logging
import lzma
import random
from pathlib import Path

import pytest

import needlepoint.nodes  # noqa: F401  (prepares Haystack)

SQUAD = Path(__file__).parents[4] / "shared" / "data" / "squad" / "dev-v2.0.json.xz"


@pytest.fixture(scope="session")
def squad():
    """Questions of SQuAD 2.0 dev with their paragraphs, in a fixed random order."""
    if not SQUAD.is_file():
        pytest.skip("no SQuAD: ../shared/data/squad is not there")
    with lzma.open(SQUAD) as file:
        articles = json.load(file)["data"]
    pairs = [
        (qa["question"], paragraph["context"])
        for article in articles
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]
    random.Random(0).shuffle(pairs)
    return pairs


@pytest.fixture(scope="session")
def make_reader(reader_folder):
    """Make an OnnxReader on the bundled model, 32 bits unless told otherwise."""
    from needlepoint.nodes.onnx_reader import OnnxReader

    def make(**parameters):
        return OnnxReader(**({"model_name_or_path": str(reader_folder), "precision": "fp32"} | parameters))

    return make


@pytest.fixture(scope="module")
def make_farm(reader_folder):
    """Make a FARMReader on the same model, in 32 bits."""
    torch = pytest.importorskip("torch")
    farm_reader = pytest.importorskip("haystack.nodes.reader.farm").FARMReader

    def make(**parameters):
        farm = farm_reader(str(reader_folder), use_gpu=False, progress_bar=False, num_processes=0, **parameters)
        farm.inferencer.model.float()  # the weights are stored in 16 bits
        return farm

    logging.getLogger("haystack").setLevel(logging.ERROR)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # on a busy machine torch's threads wait for each other
    yield make
    torch.set_num_threads(threads)
