"""Haystack beside today's transformers, with its telemetry off, however Needlepoint is entered."""

import os
import subprocess
import sys

import pytest

ENTRIES = {
    "nodes": "import needlepoint.nodes",
    "public name": "from needlepoint import PassageSplitter",
    "pipelines": "from needlepoint.pipelines import PipelineFile; PipelineFile('local-farm').load('indexing')",
    "service": "from needlepoint.service import Service; Service().documents()",
}
CHECK = """
import haystack.telemetry
from haystack.nodes import FARMReader, TransformersReader
assert haystack.telemetry.telemetry is None, "telemetry is on"
assert FARMReader.__module__ == "haystack.nodes.reader.farm"
"""


@pytest.mark.parametrize("entry", ENTRIES)
def test_farm_loads_and_nothing_is_reported_home(entry, tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path), "NEEDLEPOINT_STORE": str(tmp_path / "store")}
    environment.pop("HAYSTACK_TELEMETRY_ENABLED", None)
    run = subprocess.run(
        [sys.executable, "-c", ENTRIES[entry] + CHECK], capture_output=True, text=True, env=environment
    )
    assert run.returncode == 0, run.stderr
    assert not (tmp_path / ".haystack").exists()


def test_every_public_name_can_be_imported():
    import needlepoint

    assert all(getattr(needlepoint, name) is not None for name in needlepoint.__all__)
