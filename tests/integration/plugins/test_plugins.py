"""A file format and a node for YAML that another installed package brings."""

import json

import pytest

from needlepoint import resources

NOTES = """
    from haystack.nodes import BaseComponent
    from needlepoint.files.pages import PageCollector, tidy_text
    from needlepoint.files.formats import FileFormat

    def read(data, limits):
        pages = PageCollector(limits)
        for page in data.decode().removeprefix("NOTES\\n").split("---"):
            pages.add(tidy_text(page))
        return pages.source(type="notes", title="Notes")

    FORMAT = FileFormat("notes", read, recognises=lambda name, data: data.startswith(b"NOTES\\n"))

    class OnlyNotes(BaseComponent):
        outgoing_edges = 1

        def __init__(self, most=1):
            super().__init__()
            self.most = most

        def run(self, documents):
            return {"documents": [each for each in documents if each.meta["type"] == "notes"][: self.most]}, "output_1"

        run_batch = run
"""
ENTRY_POINTS = """
    [project.entry-points."needlepoint.file_formats"]
    notes = "acme_notes:FORMAT"

    [project.entry-points."needlepoint.nodes"]
    OnlyNotes = "acme_notes:OnlyNotes"
"""
BROKEN = """
    [project.entry-points."needlepoint.file_formats"]
    broken = "acme_broken:FORMAT"

    [project.entry-points."needlepoint.nodes"]
    Broken = "acme_broken:Broken"
"""
PIPELINE = """
components:
  - name: Store
    type: TantivyDocumentStore
  - name: Retriever
    type: BM25Retriever
    params: {document_store: Store, top_k: 10}
  - name: OnlyNotes
    type: OnlyNotes
  - name: Reader
    type: OnnxReader
  - {name: Converter, type: FileConverter}
  - {name: Splitter, type: PassageSplitter}
  - name: Writer
    type: CollectionWriter
    params: {document_store: Store}
pipelines:
  - name: query
    nodes:
      - {name: Retriever, inputs: [Query]}
      - {name: OnlyNotes, inputs: [Retriever]}
      - {name: Reader, inputs: [OnlyNotes]}
  - name: indexing
    nodes:
      - {name: Converter, inputs: [File]}
      - {name: Splitter, inputs: [Converter]}
      - {name: Writer, inputs: [Splitter]}
"""
USE = """
import json, sys
from needlepoint.pipelines import light_start
light_start.allow()
from needlepoint import Service
with Service(sys.argv[1]) as service:
    report = service.index(sys.argv[2:])
    reply = service.ask("When does the lease end?")
    quotes = reply.quotes or reply.doubtful  # which of the files the search finds first, and so how sure it is, is left open
    texts = {quote.document_id: service.text(quote.document_id) for quote in quotes}
print(json.dumps({
    "skipped": [outcome.reason for outcome in report.in_state("skipped")],
    "quotes": [[quote.name, quote.type, quote.page, quote.answer] for quote in quotes],
    "exact": all(texts[quote.document_id][quote.start : quote.end] == quote.answer for quote in quotes),
}))
"""


@pytest.fixture(scope="module")
def notes(install):
    return install("acme-notes", NOTES, ENTRY_POINTS)


@pytest.fixture(scope="module")
def broken(install):
    return install("acme-broken", "raise RuntimeError('it needs a library\\nthat is gone')", BROKEN)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "lease.notes").write_text("NOTES\nA talk with the landlord.---The lease ends on 31 March 2031.")
    (tmp_path / "lease.txt").write_text("The lease ends on 31 March 2031.")
    return [tmp_path / "lease.notes", tmp_path / "lease.txt"]


def test_a_format_and_a_node_of_another_package(run, notes, broken, files, tmp_path):
    pipeline = tmp_path / "notes.yml"
    pipeline.write_text(PIPELINE)
    used = run("-c", USE, pipeline, *files, sites=[notes, broken])
    assert used.returncode == 0, used.stderr
    told = json.loads(used.stdout)
    assert told == {"skipped": [], "quotes": [["lease.notes", "notes", 2, "31 March 2031"]], "exact": True}


@pytest.mark.long
def test_without_the_package_its_format_is_plain_text_and_its_node_unknown(run, files, tmp_path):
    pipeline = tmp_path / "notes.yml"
    pipeline.write_text(PIPELINE)
    used = run("-c", USE, pipeline, *files)
    assert used.stderr.splitlines()[-1].endswith("notes.yml: node 'OnlyNotes': field 'type': no such node 'OnlyNotes'")


def test_a_plug_in_that_cannot_be_imported_is_named_once_and_the_rest_works(run, broken, files):
    command = "from needlepoint.cli.app import main; main()"
    indexed = run("-c", command, "index", *files, sites=[broken])
    assert indexed.returncode == 0
    assert indexed.stdout.startswith("2 files indexed")
    assert indexed.stderr.splitlines() == [
        "the plug-in 'broken' of the package acme-broken cannot be imported (RuntimeError: it needs a library that is "
        "gone): mend or remove that package"
    ]


@pytest.mark.long
def test_a_pipeline_that_names_a_broken_node_says_so_in_one_line(run, broken, tmp_path):
    text = (resources.pipelines_folder() / "local.haystack-pipeline.yml").read_text()
    (tmp_path / "own.yml").write_text(text.replace("type: PassageSplitter", "type: Broken"))
    command = "from needlepoint.cli.app import main; main()"
    asked = run("-c", command, "ask", "When?", "--pipeline", tmp_path / "own.yml", sites=[broken])
    (line,) = asked.stderr.splitlines()
    assert asked.returncode == 1
    assert line.startswith(
        "needlepoint: own.yml: node 'Splitter': the plug-in 'Broken' of the package acme-broken cannot"
    )
