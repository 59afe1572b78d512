"""The command line as a person uses it: what it prints, where, and with which exit code."""

import json
import os
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import Workbook

from commands import run_command

CHECKOUT = Path(__file__).parents[3]
LEASE = "The term of this lease ends on 31 March 2031. The annual rent is 84,000 euros.\n"


@pytest.fixture(scope="module")
def run(reader_folder, tmp_path_factory):
    """Run ``needlepoint`` in a process of its own, on a store of its own."""
    store = tmp_path_factory.mktemp("cli") / "store"
    own = {"NEEDLEPOINT_STORE": str(store), "READER_PARAMS_MODEL_NAME_OR_PATH": str(reader_folder)}
    return lambda *arguments, **variables: run_command(*arguments, **{**own, **variables})


@pytest.fixture(scope="module")
def collection(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    (folder / "lease.txt").write_text(LEASE)
    (folder / "empty.txt").write_text("")
    return run("index", folder)


def test_index_ends_with_a_summary_and_names_what_was_skipped(collection):
    assert collection.returncode == 0
    assert re.search(r"1 files? indexed, 1 passages?, [\d.]+ s; 1 skipped:\n +.*empty\.txt: .*empty", collection.stdout)
    assert "Traceback" not in collection.stderr


def test_ask_prints_the_quote_in_its_sentence_with_its_place(collection, run):
    result = run("ask", "When does the lease end?")
    assert result.returncode == 0
    assert "“The term of this lease ends on **31 March 2031**.”" in result.stdout
    assert re.search(r"lease\.txt · page 1 · \d+ ?%", result.stdout)
    assert re.search(r"1 passages? read in [\d.]+ s", result.stdout)
    assert re.search(r"by [^,]+, (int8|fp32)\s*$", result.stdout.replace("\n", " "))


def test_ask_names_the_sheet_of_a_workbook(run, tmp_path):
    workbook = Workbook()
    workbook.active.title = "Notes"
    prices = workbook.create_sheet("Prices 2031")
    for row in (["Berth", "Price of the winter storage"], ["North quay", "EUR 4,180"], ["South quay", "EUR 3,975"]):
        prices.append(row)
    workbook.save(tmp_path / "berths.xlsx")
    own = {"NEEDLEPOINT_STORE": str(tmp_path / "store")}
    run("index", tmp_path / "berths.xlsx", **own)
    result = run("ask", "What is the price of the winter storage at the north quay?", **own)
    assert "EUR 4,180" in result.stdout
    assert "berths.xlsx · sheet Prices 2031 ·" in result.stdout


def test_the_json_answer_counts_characters_of_the_text_command(collection, run):
    reply = json.loads(run("ask", "When does the lease end?", "--json").stdout)
    meta = reply["answers"][0]["meta"]
    text = run("documents", "text", meta["document_id"]).stdout
    assert text[meta["start"] : meta["end"]] == reply["answers"][0]["answer"] == "31 March 2031"


def test_no_answer_is_no_error(collection, run):
    result = run("ask", "Who painted the lease's ceiling fresco?")
    assert result.returncode == 0
    assert "No answer found in 1 passage" in result.stdout


def test_documents_are_listed_shown_and_kept_until_confirmed(collection, run):
    assert re.search(r"lease\.txt +text", run("documents", "list").stdout)
    (record,) = json.loads(run("documents", "list", "--json").stdout)
    assert f"passages  {record['passages']}" in re.sub(
        " +", " ", run("documents", "show", record["id"]).stdout
    ).replace("passages ", "passages  ")
    assert run("documents", "delete", "lease.txt").returncode == 1  # nobody answered the question
    assert len(json.loads(run("documents", "list", "--json").stdout)) == 1


def test_what_of_a_file_is_not_read_is_said(run, tmp_path):
    message = EmailMessage()
    message["From"], message["Subject"] = "ada@kelvane.example", "Lease"
    message.set_content("See below.")
    for name in ("plan.pdf", "photo.png"):
        message.add_attachment(b"\1", maintype="application", subtype="octet-stream", filename=name)
    (tmp_path / "mail.eml").write_bytes(bytes(message))
    store = {"NEEDLEPOINT_STORE": str(tmp_path / "store")}
    said = run("index", tmp_path / "mail.eml", **store).stdout
    assert "1 file not read completely:" in said
    assert "plan.pdf: named .pdf, but it is not a PDF" in " ".join(said.split())
    assert "(and 1 more: needlepoint documents show)" in " ".join(said.split())
    shown = run("documents", "show", "mail.eml", **store).stdout
    assert re.findall(r"not read +(\S+): ", shown) == ["plan.pdf", "photo.png"]
    (record,) = json.loads(run("documents", "show", "mail.eml", "--json", **store).stdout)["unread"][:1]
    assert record.startswith("plan.pdf: named .pdf, but it is not a PDF")


def test_what_is_attached_is_counted_and_deleted_with_the_message(run, tmp_path):
    message = EmailMessage()
    message["From"], message["Subject"] = "ada@kelvane.example", "Lease"
    message.set_content("See below.")
    message.add_attachment("The lease ends in May 2031.", filename="annex.txt")
    (tmp_path / "mail.eml").write_bytes(bytes(message))
    store = {"NEEDLEPOINT_STORE": str(tmp_path / "store")}
    assert "1 file indexed with 1 file in it, 2 passages" in run("index", tmp_path / "mail.eml", **store).stdout
    assert "mail.eml/annex.txt" in run("ask", "When does the lease end?", **store).stdout
    said = run("documents", "delete", "mail.eml", "--yes", **store).stdout
    assert said == "1 removed: mail.eml, with 1 document inside\n"
    assert json.loads(run("documents", "list", "--json", **store).stdout) == []


def test_filters(collection, run):
    assert "31 March 2031" in run("ask", "When does the lease end?", "--filter", "type=text").stdout
    nothing = run("ask", "When does the lease end?", "--filter", "type=pdf")
    assert nothing.returncode == 0
    assert "None of the 1 passages matches both" in nothing.stdout


MISTAKES = [
    (("ask", ""), 2, "the question is empty"),
    (("ask", "x" * 10_000), 2, "has 10,000 characters"),
    (("ask", "When?", "--filter", "nonsense"), 2, "field=value"),
    (("ask", "When?", "--top-k", "0"), 2, "top-k"),
    (("ask", "When?", "--pipeline", "nowhere"), 1, "no pipeline 'nowhere'"),
    (("index", "/no/such/folder"), 1, "/no/such/folder: no such file or folder"),
    (("documents", "show", "unknown"), 1, "no document 'unknown'"),
    (("documents", "text", "lease.txt", "--page", "9"), 1, "has no page 9"),
    (("ui", "--port", "99999"), 2, "port"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_gets_one_clear_line(collection, run, arguments, code, message):
    result = run(*arguments)
    assert result.returncode == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_without_readable_files_adds_nothing(collection, run, tmp_path):
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 8)
    result = run("index", tmp_path)
    assert result.returncode == 1
    assert "noise.bin: " in result.stdout
    assert "No readable file was found; nothing was added." in result.stdout


def test_a_pipe_is_passed_over(collection, run, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    result = run("index", tmp_path / "pipe")
    assert result.returncode == 1
    assert "not a regular file" in result.stdout
    assert result.stderr == ""


def test_a_store_of_another_kind_gets_one_line(run, tmp_path):
    (tmp_path / "file").write_text("not a store")
    result = run("documents", "list", "--store", tmp_path / "file")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("needlepoint: ")


def test_help_names_every_command(run):
    shown = run("--help").stdout
    assert all(name in shown for name in ("index", "ask", "documents", "ui"))
