"""A wheel built from the checkout works away from it, with the reader and the pipelines it carries."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from needlepoint.pipelines.file import available

CHECKOUT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from needlepoint.cli.app import main; main()"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run ``needlepoint`` from an installed wheel, far from the checkout."""
    if not (CHECKOUT / "models" / "reader" / "model.safetensors").is_file():
        pytest.skip("no bundled reader in models/reader to ship")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-compile",
        "--quiet",
        "--target",
        str(folder / "site"),
    ]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(folder / "site"), "NEEDLEPOINT_STORE": str(folder / "store")}

    def run(*arguments, command=COMMAND):
        return subprocess.run(
            [*command, *map(str, arguments)], capture_output=True, text=True, cwd=folder, env=environment
        )

    return run


def test_the_installed_package_is_the_one_under_test(run):
    printed = run(command=[sys.executable, "-c", "import needlepoint; print(needlepoint.__file__)"]).stdout
    assert Path(printed.strip()).parent.parent.name == "site"


def test_an_installed_wheel_indexes_and_answers(run, tmp_path):
    (tmp_path / "lease.txt").write_text("The term of this lease ends on 31 March 2031.")
    indexed = run("index", tmp_path)
    assert indexed.returncode == 0, indexed.stderr
    answered = run("ask", "When does the lease end?")
    assert "**31 March 2031**" in answered.stdout, answered.stderr


def test_an_installed_wheel_has_the_page_and_the_pipelines(run):
    code = (
        "from needlepoint import resources; from needlepoint.pipelines.file import available;"
        " print(resources.page_script().is_file(), available())"
    )
    printed = run(command=[sys.executable, "-c", code]).stdout
    assert printed.strip() == f"True {available()}"
