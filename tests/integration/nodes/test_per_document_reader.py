import pytest

from needlepoint import PerDocumentReader
from needlepoint.pipelines.file import PipelineFile
from needlepoint.service.facade import Service

from haystack.schema import Document  # isort: skip

PASSAGES = [
    ("lease", "The lease of the boat shed ends on 31 March 2031."),
    ("minutes", "The board met in Oslo and elected Ida Moreau."),
    ("lease", "The annual rent is 84,000 euros."),
    ("letter", "Please note that the lease ends on 1 May 2044."),
]


@pytest.fixture(scope="module")
def reader(reader_folder):
    return PerDocumentReader(str(reader_folder), calibrated=True, return_no_answer=True, top_k=2)


def documents():
    return [Document(text, meta={"document_id": id_, "name": f"{id_}.txt"}) for id_, text in PASSAGES]


def test_each_document_answers_for_itself(reader):
    answers = reader.predict("When does the lease end?", documents(), top_k=1)["answers"]
    assert [(answer.meta["name"], answer.answer) for answer in answers] == [
        ("lease.txt", "31 March 2031"),
        ("minutes.txt", ""),
        ("letter.txt", "1 May 2044"),
    ]


def test_scores_are_those_of_the_document_alone(reader):
    given = documents()
    together = reader.predict("When does the lease end?", given)["answers"]
    alone = reader.predict("When does the lease end?", [each for each in given if each.meta["document_id"] == "letter"])
    assert [answer.score for answer in together if answer.meta["document_id"] == "letter"] == [
        answer.score for answer in alone["answers"]
    ]


def test_nothing_retrieved_gives_nothing(reader):
    assert reader.predict("When?", [])["answers"] == []


def test_a_pipeline_file_names_it(reader_folder, tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    for number, (id_, text) in enumerate(PASSAGES):
        (folder / f"{id_}-{number}.txt").write_text(text)
    text = PipelineFile(None).path.read_text()
    pipeline = tmp_path / "apart.haystack-pipeline.yml"
    pipeline.write_text(text.replace("type: OnnxReader", "type: PerDocumentReader").replace("top_k: 5 ", "top_k: 1 "))
    changes = {"Store": {"path": str(tmp_path / "store")}, "Reader": {"model_name_or_path": str(reader_folder)}}
    with Service(pipeline, changes=changes) as service:
        service.index([folder])
        pipeline = service.pipelines.file.load("query")
        answers = pipeline.run(query="When does the lease end?")["answers"]
    assert {"31 March 2031", "1 May 2044"} <= {answer.answer for answer in answers}
    assert len({answer.meta["document_id"] for answer in answers}) == len(answers)
