"""The pipeline files: loaded as they are, run both ways, and what is wrong with a file of the other Haystack."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from haystack import Pipeline

from haystack_integrations.common.needlepoint.pipelines import available, load_pipeline
from needlepoint.errors import PipelineFileError

CHECKOUT = Path(__file__).parents[2]
FOLDER = CHECKOUT / "pipelines" / "haystack3"
COLLECTION = CHECKOUT / "examples" / "collection"


@pytest.fixture(autouse=True)
def collection(tmp_path, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_STORE", str(tmp_path / "store"))


def ask(question):
    return {"retriever": {"query": question}, "reader": {"query": question}}


def test_files_are_indexed_and_asked_by_yaml(tmp_path):
    assert available() == ["indexing", "query"]
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")
    indexing = Pipeline.loads((FOLDER / "indexing.yml").read_text())
    output = indexing.run({"converter": {"sources": [COLLECTION / "fares-notice-2024.html", str(broken)]}})
    (written,) = output["writer"]["written"]
    assert written["name"] == "fares-notice-2024.html"
    assert written["passages"] >= 1
    assert [each["path"] for each in output["converter"]["skipped"]] == [str(broken)]
    query = Pipeline.loads((FOLDER / "query.yml").read_text())
    question = "How much less do residents of the islands pay?"
    answers = query.run(ask(question))["reader"]["answers"]
    assert answers[0].data.startswith("40 per cent")
    assert answers[0].meta["answer_page_number"] == 1
    assert asyncio.run(query.run_async(ask(question)))["reader"]["answers"] == answers
    assert len(answers) <= 5


@pytest.mark.parametrize("name", ["indexing", "query"])
def test_a_pipeline_is_written_down_as_it_was_loaded(name):
    pipeline = load_pipeline(name)
    assert Pipeline.loads(pipeline.dumps()).to_dict() == pipeline.to_dict()
    assert load_pipeline(FOLDER / f"{name}.yml").to_dict() == pipeline.to_dict()


def test_an_empty_collection_holds_no_answer():
    (answer,) = load_pipeline("query").run(ask("Who?"))["reader"]["answers"]
    assert (answer.data, answer.score) == (None, 1.0)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("local.yml", (CHECKOUT / "pipelines" / "local.haystack-pipeline.yml").read_text(), "of Haystack 1.26"),
        ("list.yml", "- 1", "'components' must map"),
        ("broken.yml", "a: [", "cannot be read"),
        ("nowhere.yml", None, "no pipeline .* one of indexing, query"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path, name, text, message):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(PipelineFileError, match=message) as error:
        load_pipeline(tmp_path / name)
    assert "\n" not in str(error.value)


def run_python(code, **variables):
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "components"), **variables}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)


def test_importing_the_components_imports_nothing_heavy():
    code = (
        "import sys, haystack, haystack_integrations.components.readers.needlepoint as readers\n"
        "import haystack_integrations.components.retrievers.needlepoint, haystack_integrations.components.writers.needlepoint\n"
        "import haystack_integrations.document_stores.needlepoint, haystack_integrations.components.converters.needlepoint\n"
        "heavy = {'elasticsearch', 'tantivy', 'onnxruntime', 'numpy', 'pypdfium2'}\n"
        "print(sorted(heavy & set(sys.modules) - before))"
    )
    code = "import sys, haystack\nfrom haystack import Document, Pipeline\nbefore = set(sys.modules)\n" + code
    done = run_python(code)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(("given", "expected"), [(None, "None"), ("True", "Telemetry")])
def test_telemetry_is_off_unless_the_environment_says_otherwise(tmp_path, given, expected):
    code = (
        "from haystack.telemetry import _telemetry\n"  # as where Haystack is imported first
        "import haystack_integrations.document_stores.needlepoint\n"
        "print(type(_telemetry.telemetry).__name__.replace('NoneType', 'None'))"
    )
    variables = {"HOME": str(tmp_path)} | ({"HAYSTACK_TELEMETRY_ENABLED": given} if given else {})
    environment = {name: value for name, value in os.environ.items() if name != "HAYSTACK_TELEMETRY_ENABLED"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**environment, "PYTHONPATH": str(CHECKOUT / "components"), **variables},
    )
    assert done.stdout.strip() == expected, done.stderr


@pytest.mark.parametrize(
    ("module", "folders", "message"),
    [
        ("haystack_integrations.common.needlepoint", ["nodes", "components"], "are both installed"),
        (
            "haystack_integrations.components.readers.needlepoint",
            ["nodes"],
            "haystack-ai is not installed: pip install",
        ),
        ("haystack_integrations.document_stores.needlepoint", [], "haystack-ai is not installed: pip install"),
        ("needlepoint.pipelines", ["nodes", "components"], "are both installed"),
        ("needlepoint.pipelines", ["components"], "in another environment, because this one has a later Haystack"),
    ],
)
def test_the_wrong_haystacks_are_named_in_one_line(tmp_path, module, folders, message):
    for folder in folders:
        (tmp_path / "haystack" / folder).mkdir(parents=True)
        (tmp_path / "haystack" / "__init__.py").touch()
    own = f"sys.path = [{str(tmp_path)!r}, *(path for path in sys.path if folders or 'site-packages' not in path)]"
    done = run_python(f"import sys\nfolders = {folders}\n{own}\nimport {module}")
    last = done.stderr.strip().splitlines()[-1]
    assert message in last
    assert last.startswith("needlepoint.errors.")
