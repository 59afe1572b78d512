"""``needlepoint sheet --ray`` as a person uses it: beside the application, with its pipeline."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

COMMAND = "from needlepoint.cli.app import main; main()"

pytestmark = pytest.mark.skipif(find_spec("fastapi") is None, reason="the application is not installed")


@pytest.fixture
def run(tmp_path):
    def run(*arguments):
        command = [sys.executable, "-c", COMMAND, *map(str, arguments), "--store", str(tmp_path / "store")]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_the_table_is_that_of_this_machine_alone(run, tmp_path):
    papers = tmp_path / "papers"
    papers.mkdir()
    for number in range(3):
        (papers / f"lease-{number}.txt").write_text(f"The lease ends on {1 + number} March 2031.\n")
    questions = tmp_path / "questions.txt"
    questions.write_text("When does the lease end?\nWho painted the ceiling?\n")
    run("index", papers)
    here = json.loads(run("sheet", questions, "--json").stdout)
    done = run("sheet", questions, "--json", "--again", "--ray", "local", "--ray-workers", 2)
    print(done.stderr)
    there = json.loads(done.stdout)
    assert "6 cells, 0 of them known" in done.stderr
    assert there | {"made": ""} == here | {"made": ""}
    assert {"1 March 2031", "2 March 2031", "3 March 2031"} <= {
        cell["shown"] for document in there["documents"] for cell in document["cells"].values()
    }
    known = run("sheet", questions, "--json")
    assert "6 cells, 6 of them known" in known.stderr
