"""``needlepoint evaluate`` and ``calibrate`` as a person uses them."""

import json
import shutil
from pathlib import Path

import pytest

from commands import run_command

SQUAD = Path(__file__).parents[4] / "shared" / "data" / "qa" / "squad_v2_train.json.xz"


@pytest.fixture(scope="module")
def run(reader_folder):
    own = {"READER_PARAMS_MODEL_NAME_OR_PATH": str(reader_folder)}
    return lambda *arguments, **variables: run_command(*arguments, **{**own, **variables})


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    """Questions of short paragraphs of several articles."""
    if not SQUAD.is_file():
        pytest.skip("no SQuAD: ../shared/data/qa is not there")
    import lzma

    with lzma.open(SQUAD) as file:
        articles = json.load(file)["data"]
    chosen = [
        {"title": article["title"], "paragraphs": [p for p in article["paragraphs"] if len(p["context"]) < 400][:2]}
        for article in articles[:40]
    ]
    path = tmp_path_factory.mktemp("labels") / "labels.json"
    path.write_text(json.dumps({"data": chosen}))
    return path


def test_a_report_is_written_and_a_second_run_reads_nothing_again(run, labels, tmp_path):
    report = tmp_path / "report.json"
    first = run("evaluate", "reader", labels, "--limit", 12, "--report", report)
    assert first.returncode == 0, first.stderr
    assert "HasAns_exact" in first.stdout
    written = json.loads(report.read_text())
    assert (written["questions"], written["data"]) == (12, "labels.json")
    assert len((tmp_path / "report.answers.jsonl").read_text().splitlines()) == 13
    run("evaluate", "reader", labels, "--limit", 12, "--report", report)
    assert json.loads(report.read_text())["seconds"] == written["seconds"]


def test_only_the_articles_of_the_titles_given_are_asked_about(run, labels, tmp_path):
    articles = {article["title"]: article for article in json.loads(labels.read_text())["data"]}
    chosen = [title for title, article in articles.items() if article["paragraphs"]][:2]
    wanted = sum(len(paragraph["qas"]) for title in chosen for paragraph in articles[title]["paragraphs"])
    titles, report = tmp_path / "titles.json", tmp_path / "report.json"
    titles.write_text(json.dumps(chosen))
    result = run("evaluate", "reader", labels, "--titles", titles, "--report", report)
    assert result.returncode == 0, result.stderr
    assert json.loads(report.read_text())["questions"] == wanted
    titles.write_text('["No such article"]')
    for command in ("evaluate reader", "evaluate retriever", "evaluate pipeline", "calibrate"):
        result = run(*command.split(), labels, "--titles", titles)
        assert (result.returncode, result.stderr.count("\n")) == (1, 1)
        assert "no questions of the titles asked for" in result.stderr


def test_stages_stand_side_by_side(run, labels):
    result = run("evaluate", "pipeline", labels, "--limit", 6)
    assert result.returncode == 0, result.stderr
    assert "alone" in result.stdout
    assert "together" in result.stdout
    assert "whose paragraph was not retrieved" in result.stdout
    assert "recall@20" in run("evaluate", "retriever", labels, "--limit", 6).stdout


def test_calibration_goes_where_it_is_told_and_the_reader_takes_it(run, labels, tmp_path, reader_folder):
    out, plot = tmp_path / "mine.json", tmp_path / "plot.svg"
    result = run("calibrate", labels, "--questions", 90, "--retrieved", 0, "--out", out, "--plot", plot)
    assert result.returncode == 0, result.stderr
    assert "before" in result.stdout
    assert "after (cross-validated)" in result.stdout
    weights = json.loads(out.read_text())["weights"]
    assert weights["margin"] > 0
    assert plot.read_text().startswith("<svg")

    from needlepoint.nodes.onnx_reader import OnnxReader
    from needlepoint.nodes.register import Document

    passage = Document(content="The ferry Juniper left at 7:40.")
    scores = [
        OnnxReader(str(reader_folder), calibrated=True, calibration=file).predict("When did it leave?", [passage])
        for file in (None, str(out))
    ]
    assert scores[0]["answers"][0].answer == scores[1]["answers"][0].answer
    assert scores[0]["answers"][0].score != scores[1]["answers"][0].score


def test_the_bundled_readers_own_file_stays_unless_it_is_named(run, labels, tmp_path):
    from needlepoint.resources import bundled_reader

    if not bundled_reader().is_dir():
        pytest.skip("no bundled reader")
    own = bundled_reader() / "calibration.json"
    before = own.read_bytes()
    result = run("calibrate", labels, "--model", bundled_reader(), "--questions", 60, "--retrieved", 0)
    assert "not written" in result.stdout
    assert own.read_bytes() == before


MISTAKES = [
    ({"data": []}, "evaluate reader", "holds no questions"),
    (None, "evaluate pipeline", "no such file"),
    ("{", "calibrate", "is not JSON"),
]


@pytest.mark.parametrize(("content", "command", "message"), MISTAKES)
def test_a_bad_file_gets_one_line(run, tmp_path, content, command, message):
    path = tmp_path / "bad.json"
    if content is not None:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    result = run(*command.split(), path)
    assert result.returncode == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_too_few_labels_and_no_model_get_one_line(run, tmp_path, reader_folder):
    qas = [{"id": str(n), "question": "When?", "answers": [{"text": "noon", "answer_start": 8}]} for n in range(5)]
    few = tmp_path / "few.json"
    few.write_text(json.dumps({"data": [{"paragraphs": [{"context": "It left noon.", "qas": qas}]}]}))
    assert "too few labels to calibrate on: 5 questions" in run("calibrate", few).stderr
    broken = tmp_path / "model"
    shutil.copytree(reader_folder, broken, ignore=shutil.ignore_patterns("*.safetensors"))
    result = run("evaluate", "reader", few, "--model", broken)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert str(broken) in result.stderr
