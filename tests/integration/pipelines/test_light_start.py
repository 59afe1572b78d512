"""Commands on the default pipelines never load torch; everything else gets the real libraries."""

import subprocess
import sys

import pytest


def _run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


LIGHT = """
import sys
from needlepoint.pipelines import light_start
light_start.allow()
from needlepoint.service.facade import Service
with Service() as service:
    service.documents()
    service.pipelines.query
"""


def test_the_default_pipelines_need_no_torch():
    result = _run(LIGHT + "print(sorted(m for m in ('torch', 'transformers', 'sklearn', 'scipy') if m in sys.modules))")
    assert result.stdout.strip() == "[]", result.stderr


@pytest.mark.parametrize("command", [["list"], ["show", "quay.txt"], ["text", "quay.txt"]])
def test_documents_are_read_without_haystack(tmp_path, command):
    code = (
        "import sys\nfrom pathlib import Path\nfrom needlepoint.cli.app import app\n"
        "from needlepoint.collection.sources import write_documents\nfrom needlepoint.stores.records import Record\n"
        "from needlepoint.stores.tantivy import TantivyCollection\n"
        "meta = {'document_id': 'a' * 32, 'name': 'quay.txt', 'path': '/quay.txt', 'size': 16, 'pages': "
        "[{'number': 1, 'start': 0, 'end': 16}]}\n"
        f"store = TantivyCollection(Path({str(tmp_path)!r}))\n"
        "write_documents(store, [], [Record('a' * 32, 'The quay is old.', meta)])\nstore.close()\n"
        f"app(['documents', *{command!r}, '--store', {str(tmp_path)!r}], standalone_mode=False)\n"
        "print(sorted({'haystack', 'onnxruntime', 'torch'} & set(sys.modules)))"
    )
    result = _run(code)
    assert result.stdout.endswith("[]\n"), result.stderr
    assert "The quay is old." in result.stdout or "quay.txt" in result.stdout


def test_elasticsearch_with_onnx_needs_no_torch():
    code = LIGHT.replace("Service()", "Service('elasticsearch-onnx')").replace("    service.documents()\n", "")
    assert "elasticsearch-onnx" in code
    assert "documents" not in code
    result = _run(code + "print(sorted(m for m in ('torch', 'transformers', 'sklearn') if m in sys.modules))")
    assert result.stdout.strip() == "[]", result.stderr


def test_telemetry_is_off_in_a_light_start_too():
    assert _run(LIGHT + "import haystack.telemetry; print(haystack.telemetry.telemetry)").stdout.strip() == "None"


@pytest.mark.long
def test_the_real_libraries_can_be_imported_afterwards():
    result = _run(
        LIGHT + "import torch, transformers, sklearn; print(torch.ones(2).sum().item(), transformers.__version__)"
    )
    assert result.stdout.startswith("2.0 4."), result.stderr


def test_a_pipeline_that_needs_torch_is_refused_after_a_light_start():
    result = _run(
        LIGHT + "from needlepoint.pipelines.file import PipelineFile; PipelineFile('local-farm').load('query')"
    )
    assert "imported without torch" in result.stderr


@pytest.mark.long
@pytest.mark.parametrize("allowed", [True, False])
def test_pipelines_with_farm_start_the_ordinary_way(allowed):
    code = "from needlepoint.pipelines import light_start\n" + ("light_start.allow()\n" if allowed else "")
    code += "from needlepoint.pipelines.file import PipelineFile; PipelineFile('local-farm').load('indexing')\n"
    code += "from haystack.nodes import FARMReader; import haystack.nodes.reader.farm as farm; print(hasattr(farm, 'torch'))"
    assert _run(code).stdout.strip() == "True"


@pytest.mark.long
def test_programs_that_use_the_library_start_the_ordinary_way():
    code = "import sys; from needlepoint.service.facade import Service; Service().documents(); print('torch' in sys.modules)"
    assert _run(code).stdout.strip() == "True"
