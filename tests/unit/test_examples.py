"""The example collection and its questions: every gold quote stands where the question file says."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from needlepoint.files.reading import read_file
from needlepoint.files.source import SourceText

EXAMPLES = Path(__file__).parents[2] / "examples"
COLLECTION = EXAMPLES / "collection"
SOURCES = sorted((EXAMPLES / "sources").glob("*.md"))
QUESTIONS: list[dict[str, Any]] = json.loads((EXAMPLES / "questions.json").read_text(encoding="utf-8"))["questions"]
ANSWERABLE = [question for question in QUESTIONS if not question["is_impossible"]]
CHANGED = [question for question in QUESTIONS if "changed" in question]
GOLD = [(question["id"], place) for question in ANSWERABLE for place in question.get("changed", [question])]


def on_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def texts() -> dict[str, SourceText]:
    return {path.name: read_file(path) for path in COLLECTION.iterdir()}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collection")
    script = EXAMPLES / "build_collection.py"
    subprocess.run([sys.executable, script, "--output", folder], check=True, capture_output=True)
    return folder


def test_numbers_of_questions() -> None:
    assert len(QUESTIONS) == 61
    assert len(ANSWERABLE) == 46
    assert len(CHANGED) == 5


def test_ids_and_questions_are_unique() -> None:
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question["question"].casefold() for question in QUESTIONS}) == len(QUESTIONS)


def test_every_format_is_there(texts: dict[str, SourceText]) -> None:
    formats = {source.type for source in texts.values()}
    assert formats == {"pdf", "docx", "pptx", "html", "markdown", "text", "xlsx", "csv", "email"}


def test_every_file_is_asked_about() -> None:
    assert {place["file"] for _, place in GOLD} == {path.name for path in COLLECTION.iterdir()}


@pytest.mark.parametrize(("identifier", "place"), GOLD, ids=[f"{number}-{place['file']}" for number, place in GOLD])
def test_gold_quotes_stand_on_their_page(identifier: str, place: dict[str, Any], texts: dict[str, SourceText]) -> None:
    source = texts[place["file"]]
    page = source.pages[place["page"] - 1]
    text = on_one_line(source.text[page.start : page.end])
    assert place["answers"], identifier
    assert [answer for answer in place["answers"] if answer not in text] == []


def test_unanswerable_questions_have_no_place() -> None:
    for question in QUESTIONS:
        if question["is_impossible"]:
            assert (question["answers"], question["file"], question["page"]) == ([], None, None), question["id"]


@pytest.mark.parametrize("question", CHANGED, ids=lambda question: question["id"])
def test_changed_answers_are_dated_by_their_files(question: dict[str, Any], texts: dict[str, SourceText]) -> None:
    old, new = question["changed"]
    assert [old["newest"], new["newest"]] == [False, True]
    assert old["date"] < new["date"]
    assert [old["date"], new["date"]] == [texts[place["file"]].metadata["date"] for place in (old, new)]
    assert not set(old["answers"]) & set(new["answers"])
    assert {key: new[key] for key in ("answers", "file", "page")} == {
        key: question[key] for key in ("answers", "file", "page")
    }


def properties_of(path: Path) -> dict[str, str]:
    header = path.read_text(encoding="utf-8").partition("\n\n")[0]
    return dict(line.split(": ", 1) for line in header.splitlines())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_files_carry_title_and_date(path: Path, texts: dict[str, SourceText]) -> None:
    source, properties = texts[path.stem], properties_of(path)
    assert (source.title, source.metadata["date"]) == (properties["title"], properties["date"])
    assert properties["author"] in str(source.metadata["author"])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_committed_files_are_those_that_the_script_builds(
    path: Path, rebuilt: Path, texts: dict[str, SourceText]
) -> None:
    assert read_file(rebuilt / path.stem).text == texts[path.stem].text


def test_nothing_unexplained_lies_in_the_collection() -> None:
    built = {path.stem for path in SOURCES}
    by_hand = {path.name for path in COLLECTION.iterdir()} - built
    assert {Path(name).suffix for name in by_hand} == {".md", ".txt", ".csv"}
    assert sum(path.stat().st_size for path in COLLECTION.iterdir()) < 1_500_000
