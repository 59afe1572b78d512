"""``needlepoint sheet`` as a person uses it, with the real reader."""

import csv
import json
import re
from importlib.util import find_spec

import pytest

from commands import run_command

LEASE = "The term of this lease ends on 31 March 2031. The annual rent is 84,000 euros.\n"
PIER = "The longest pier of the harbour measures 412 metres. It was built in 1898.\n"
QUESTIONS = "question,short name,kind\nWhen does the lease end?,End,date\nHow long is the longest pier?,Pier,text\n"


@pytest.fixture(scope="module")
def run(reader_folder, tmp_path_factory):
    store = tmp_path_factory.mktemp("cli") / "store"
    own = {"NEEDLEPOINT_STORE": str(store), "READER_PARAMS_MODEL_NAME_OR_PATH": str(reader_folder)}
    return lambda *arguments, **variables: run_command(*arguments, **{**own, **variables})


@pytest.fixture(scope="module")
def papers(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    (folder / "lease.txt").write_text(LEASE)
    (folder / "pier.txt").write_text(PIER)
    assert run("index", folder).returncode == 0
    return folder


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    path = tmp_path_factory.mktemp("questions") / "questions.csv"
    path.write_text(QUESTIONS)
    return path


def test_a_sheet_is_written_with_its_sources_and_summed_up(papers, questions, run, tmp_path):
    result = run("sheet", questions, "--out", tmp_path / "terms.csv", "--out", tmp_path / "terms.xlsx")
    assert result.returncode == 0, result.stderr
    assert re.search(r"question +found +not found +unread", result.stdout)
    assert re.search(r"End +1 +1 +0", result.stdout)
    assert "2 documents, 2 questions: 4 cells, 0 of them known" in result.stderr
    rows = list(csv.reader((tmp_path / "terms.csv").open(encoding="utf-8-sig", newline="")))
    assert any("31 March 2031" in row for row in rows)
    sources = list(csv.DictReader((tmp_path / "terms.sources.csv").open(encoding="utf-8-sig", newline="")))
    pier = next(row for row in sources if row["quote"] == "412 metres")
    assert PIER[int(pier["start"]) : int(pier["end"])] == "412 metres"
    assert (tmp_path / "terms.xlsx").stat().st_size > 5_000
    again = run("sheet", questions, "--json")
    assert "4 cells, 4 of them known" in again.stderr
    assert json.loads(again.stdout)["documents"][0]["cells"]["End"]["shown"] == "31 March 2031"


def test_candidates_and_links_are_chosen_by_options(papers, questions, run, tmp_path):
    out = tmp_path / "terms.json"
    options = ("--candidates", "--link", "http://localhost:8501")
    assert run("sheet", questions, "--out", out, *options).returncode == 0
    sources = json.loads(out.read_text())["sources"]
    answer = next(each for each in sources if each["quote"] == "412 metres")
    assert answer["link"] == f"http://localhost:8501/?open={answer['document id']}:{answer['start']}-{answer['end']}"
    assert {each["role"] for each in sources} == {"answer", "candidate"}
    assert run("sheet", questions, "--out", out).returncode == 0
    assert {(each["role"], each["link"]) for each in json.loads(out.read_text())["sources"]} == {("answer", "")}


def test_an_update_reads_what_is_new_and_says_what_has_changed(papers, questions, run, tmp_path):
    assert run("sheet", questions, "--save", "Terms").returncode == 0
    assert "0 changes since the last run" in run("sheet", "--update", "Terms").stdout
    (papers / "renewal.txt").write_text("The lease was renewed and ends on 1 May 2044.\n")
    run("index", papers)
    changes = tmp_path / "changes.csv"
    result = run("sheet", "--update", "Terms", "--changes", changes)
    assert "6 cells, 4 of them known" in result.stderr
    assert "new document: renewal.txt" in result.stdout
    assert "new answer: renewal.txt: When does the lease end?: " in result.stdout
    assert "1 May 2044" in changes.read_text(encoding="utf-8-sig")
    assert "Terms: 2 questions" in run("sheet", "--list").stdout
    assert "forgotten: Terms" in run("sheet", "--forget", "Terms").stdout
    (papers / "renewal.txt").unlink()
    run("documents", "delete", "renewal.txt", "--yes")


def test_a_scope_and_a_trial_limit_the_rows(papers, questions, run, tmp_path):
    listed = tmp_path / "only.txt"
    listed.write_text("\npier.txt\n")
    assert "1 document, 2 questions" in run("sheet", questions, "--documents", listed).stderr
    assert "1 document, 2 questions" in run("sheet", questions, "--first", 1).stderr
    assert "1 document, 2 questions" in run("sheet", questions, "--filter", "name=lease.txt").stderr


def test_a_recall_that_few_answers_cannot_certify_reads_all(papers, questions, run):
    result = run("sheet", questions, "--until-recall", "0.95")
    assert result.returncode == 0, result.stderr
    assert "too few to certify a recall of 95%: all was read" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ((), 2, "name a file of questions, or a saved sheet with --update"),
        (("none.csv",), 1, "none.csv: cannot be read"),
        (("{questions}", "--read", "some"), 2, "--read takes a number of passages or 'all', not 'some'"),
        (("{questions}", "--read", "0"), 1, "at least 1 passage"),
        (("{questions}", "--until-recall", "95"), 1, "between 0 and 1, such as 0.95"),
        (("{questions}", "--out", "terms.odt"), 1, "terms.odt: '.odt' is no format of a sheet"),
        (("{questions}", "--candidates"), 2, "--candidates and --link are for files: name one with --out"),
        (("{questions}", "--out", "t.csv", "--link", "local"), 1, "'local' is no address for links"),
        (("{questions}", "--out", "none/terms.csv"), 1, "there is no folder none"),
        (("{questions}", "--filter", "name=none.txt"), 1, "no document matches"),
        (("{questions}", "--documents", "none.txt"), 1, "the list of documents cannot be read"),
        (("{questions}", "--update", "Terms"), 2, "--update takes questions and documents from the saved sheet"),
        (("--update", "Prices"), 1, "no saved sheet 'Prices'"),
        (("{questions}", "--changes", "c.csv"), 2, "--changes needs a saved sheet"),
        pytest.param(
            ("{questions}", "--ray", "local"),
            1,
            "ray is not installed: pip install 'needlepoint[ray]'",
            marks=pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is installed"),
        ),
    ],
)
def test_a_mistake_is_one_line(papers, questions, run, arguments, code, reason):
    result = run("sheet", *(str(questions) if each == "{questions}" else each for each in arguments))
    assert result.returncode == code
    assert reason in result.stderr
    assert len(result.stderr.strip().splitlines()) <= 2
    assert "Traceback" not in result.stderr


def test_an_empty_collection_says_so(questions, run, tmp_path):
    result = run("sheet", questions, "--store", tmp_path / "empty")
    assert result.returncode == 1
    assert "the collection is empty: there is nothing to read" in result.stderr
    store = tmp_path / "new"
    assert run("sheet", "--list", "--store", store).returncode == 0
    assert (store / "sheets").is_dir()
    (tmp_path / "note.txt").write_text("The ferry is green.")
    assert run("index", tmp_path / "note.txt", "--store", store).returncode == 0  # a store may still be made there
