"""Haystack beside today's transformers, with its telemetry off, however Needlepoint is entered."""

import os
import subprocess
import sys

import pytest

ENTRIES = {
    "nodes": "import needlepoint.nodes",
    "public name": "from needlepoint import PassageSplitter",
    "pipelines": "from needlepoint.pipelines.file import PipelineFile; PipelineFile('local-farm').load('indexing')",
    "service": "from needlepoint.service.facade import Service; Service().documents()",
}
CHECK = """
import haystack.telemetry
from haystack.nodes import FARMReader, TransformersReader
assert haystack.telemetry.telemetry is None, "telemetry is on"
assert FARMReader.__module__ == "haystack.nodes.reader.farm"
"""


@pytest.mark.long
@pytest.mark.parametrize("entry", ENTRIES)
def test_farm_loads_and_nothing_is_reported_home(entry, tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path), "NEEDLEPOINT_STORE": str(tmp_path / "store")}
    environment.pop("HAYSTACK_TELEMETRY_ENABLED", None)
    run = subprocess.run(
        [sys.executable, "-c", ENTRIES[entry] + CHECK], capture_output=True, text=True, env=environment
    )
    assert run.returncode == 0, run.stderr
    assert not (tmp_path / ".haystack").exists()


@pytest.mark.long
def test_where_haystack_was_imported_first_telemetry_ends_and_a_torch_node_says_how_to_mend_it(tmp_path):
    code = (
        "import haystack.nodes; from needlepoint import PassageSplitter; import haystack.telemetry as reporting\n"
        "assert reporting.telemetry is None, 'telemetry is on'\n"
        "from needlepoint.pipelines.file import PipelineFile; PipelineFile('local-farm').load('query')\n"
    )
    environment = {**os.environ, "HOME": str(tmp_path)}
    environment.pop("HAYSTACK_TELEMETRY_ENABLED", None)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert "Put 'import needlepoint.nodes' before the first import of haystack" in run.stderr, run.stderr


def test_every_public_name_can_be_imported():
    import needlepoint

    assert all(getattr(needlepoint, name) is not None for name in needlepoint.__all__)


@pytest.mark.long
def test_pipelines_load_where_the_packages_cannot_be_written(tmp_path):
    code = (
        "import pathlib; from haystack.nodes import _json_schema\n"
        f"_json_schema.JSON_SCHEMAS_PATH = pathlib.Path({str(tmp_path)!r}, 'there', 'is', 'no', 'such')\n"
        "_json_schema.update_json_schema.__defaults__ = (pathlib.Path('/proc/none'), False)\n"
    )
    code = f"import needlepoint.nodes\n{code}{ENTRIES['pipelines']}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.long
def test_a_reader_that_needs_torch_says_so_where_there_is_none():
    code = (
        "import sys\n"
        "class NoTorch:\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'torch': raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, NoTorch)\n"
        "import importlib.util; real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'torch' else real(name, *rest)\n"
        "from needlepoint.pipelines.file import PipelineFile; PipelineFile('local-farm').load('query')\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "It needs torch: pip install 'needlepoint[torch]'" in run.stderr, run.stderr
