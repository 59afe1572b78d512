"""What the process takes with a model of tinyroberta's shape (random weights) in 8 bits, once the cache is warm."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TINYROBERTA = ROOT.parent / "shared" / "data" / "tokenizer-tinyroberta"
READ = """
import sys
from pathlib import Path
from needlepoint.reading.reader import SpanReader

texts = [f"The ferry Juniper, number {n}, left the northern pier at noon with twelve crew. " * 8 for n in range(20)]
SpanReader(sys.argv[1], precision="int8", cache=Path(sys.argv[2])).read("When did the ferry leave?", texts)
# not ru_maxrss, which counts what the parent held before this program was started
(peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak) / 1024)
"""


@pytest.fixture
def model(tmp_path):
    if not TINYROBERTA.is_dir():
        pytest.skip("no shape of tinyroberta: ../shared/data/tokenizer-tinyroberta is not there")
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("torch")
    config = transformers.AutoConfig.from_pretrained(TINYROBERTA)
    folder = tmp_path / "6x768"
    transformers.AutoModelForQuestionAnswering.from_config(config).save_pretrained(folder)
    (folder / "tokenizer.json").symlink_to(TINYROBERTA / "tokenizer.json")
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak so")
def test_a_warm_reader_of_tinyrobertas_shape_stays_below_600_megabytes(model, tmp_path):
    command = [sys.executable, "-c", READ, str(model), str(tmp_path / "cache")]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "components")}
    cold, warm = (
        float(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
        for _ in range(2)
    )
    assert warm < 450  # Haystack and the store of `needlepoint ask` come on top with some 100
    assert cold < 800
