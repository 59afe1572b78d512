"""``pip install needlepoint``: the core and the command line, without Haystack, torch, transformers, pydantic and Streamlit."""

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

import needlepoint
from needlepoint import resources
from scans import KINDS, PAGES, drawn

CHECKOUT = Path(__file__).parents[3]
APP = "farm-haystack 1.26 is not installed: pip install 'needlepoint[app]'"
TORCH = "torch is not installed: pip install 'needlepoint[torch]'"
APP_ROOMS = {"nodes", "pipelines", "service", "trials", "api"}
ALL_MODULES = """
import importlib, json, pkgutil, needlepoint
names = [module.name for module in pkgutil.walk_packages(needlepoint.__path__, "needlepoint.", onerror=lambda name: None)]
failed = {}
for name in names:
    try:
        importlib.import_module(name)
    except Exception as error:
        failed[name] = f"{type(error).__name__}: {error}"
print(json.dumps([names, failed]))
"""
ALL_NAMES = """
import json, needlepoint
said = {}
for name in needlepoint.__all__:
    try:
        getattr(needlepoint, name)
    except needlepoint.NeedlepointError as error:
        said[name] = str(error)
print(json.dumps(said))
"""


def test_nothing_heavy_is_there(base):
    for name in ("haystack", "torch", "transformers", "pydantic", "streamlit", "fastapi", "pandas"):
        assert "ModuleNotFoundError" in base.run("-c", f"import {name}").stderr, name


def test_the_core_is_whole_and_the_rest_says_which_extra_it_needs(base):
    names, failed = json.loads(base.run("-c", ALL_MODULES, check=True).stdout)
    rooms = {name: name.split(".")[1] for name in names}
    assert {"text", "files", "encoders", "stores", "evaluation", "reading", "collection", "cli"} <= set(rooms.values())
    expected = {name for name, room in rooms.items() if room in APP_ROOMS}
    of_training = {name: reason for name, reason in failed.items() if rooms[name] == "training"}
    assert {name: reason for name, reason in failed.items() if name not in of_training} == dict.fromkeys(
        expected, f"MissingExtraError: {APP}"
    )
    assert of_training.pop("needlepoint.training.runs") == f"MissingExtraError: {TORCH}"
    assert set(of_training.values()) <= {"ModuleNotFoundError: No module named 'torch'"}


def test_a_public_name_says_which_extra_it_needs(base):
    said = json.loads(base.run("-c", ALL_NAMES, check=True).stdout)
    homes = {name: home.split(".")[1] for name, home in needlepoint._HOME.items()}
    assert said == {name: APP for name, room in homes.items() if room in APP_ROOMS}
    printed = base.run("-c", "from needlepoint import Service").stderr
    assert printed.splitlines()[-1] == f"needlepoint.errors.MissingExtraError: {APP}"


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("index .", APP),
        ("ask When?", APP),
        ("documents list", APP),
        ("documents text lease.docx", APP),
        ("embed", APP),
        ("copy --from local --to elasticsearch-onnx", APP),
        ("serve", APP),
        ("ui", APP),
        ("ui --service http://127.0.0.1:8000", APP),
        ("evaluate reader {labels}", APP),
        ("evaluate retriever {labels}", APP),
        ("evaluate pipeline {labels}", APP),
        ("calibrate {labels}", APP),
        ("train {labels} --from models/reader --out new", TORCH),
        ("distil intermediate {labels} --teacher models/reader --out new", TORCH),
        ("distil prediction {labels} --teacher models/reader --out new", TORCH),
        ("augment {labels} --masked-lm models/reader --out new.json", TORCH),
    ],
)
def test_a_command_says_which_extra_it_needs(base, command, missing):
    labels = base.folder / "labels.json"
    answer = {"text": "March", "answer_start": 8}
    question = {"id": "1", "question": "When?", "answers": [answer], "is_impossible": False}
    paragraph = {"context": "It ends March 2031.", "qas": [question]}
    labels.write_text(json.dumps({"version": "v2.0", "data": [{"title": "Lease", "paragraphs": [paragraph]}]}))
    run = base.needlepoint(*command.format(labels=labels).split())
    assert (run.returncode, run.stderr, run.stdout) == (1, f"needlepoint: {missing}\n", "")


def test_what_needs_no_extra_works(base):
    assert base.needlepoint("--version").stdout == f"needlepoint {needlepoint.__version__}\n"
    shown = base.needlepoint("--help")
    assert shown.returncode == 0
    assert all(command in shown.stdout for command in ("index", "ask", "serve", "train"))


def test_the_small_reader_is_left_out_and_says_where_it_is(base):
    code = "from needlepoint.reading.models import find_reader; print(find_reader({!r}).origin)"
    assert base.run("-c", code.format("models/reader")).stdout == "folder\n"
    said = base.run("-c", code.format("models/reader-small")).stderr.splitlines()[-1]
    assert said == (
        "needlepoint.errors.ModelError: models/reader-small is not part of the installed package: "
        "copy that folder from Needlepoint's repository, and give its path"
    )


def test_the_ten_lines_of_the_docs_answer(base):
    (code,) = re.findall(
        r"## Ten lines\n\n```python\n(.*?)```", (CHECKOUT / "docs" / "library.md").read_text(), re.DOTALL
    )
    assert len([line for line in code.splitlines() if line]) == 10
    shutil.copytree(resources.example_collection(), base.folder / "examples" / "collection")
    ran = base.run("-c", code)
    assert ran.returncode == 0, ran.stderr
    best = ran.stdout.splitlines()[0]
    assert re.fullmatch(r"\d+% annual-report-2024\.pdf, page \d+, \d+-\d+: 30 June 2029", best), ran.stdout


@pytest.mark.parametrize("name", ["letter.pdf", "letter.tif"])
def test_a_scan_says_which_extra_it_needs(base, name):
    path = base.folder / name
    path.write_bytes(KINDS["scan.pdf" if name.endswith("pdf") else "fax.tif"]([drawn(PAGES[0])]))
    said = base.run("-c", f"from needlepoint import read_document; read_document({str(path)!r})").stderr.splitlines()
    assert said[-1].startswith("needlepoint.errors.UnreadableFileError: ")
    assert said[-1].endswith(": to read it, pip install 'needlepoint[ocr]'")


def test_an_index_takes_the_wheel(wheel, metadata):
    assert wheel.stat().st_size < 100e6
    assert metadata["Version"] == needlepoint.__version__
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert set(metadata.get_all("Provides-Extra")) == set(project["optional-dependencies"])
