"""The Dockerfile fits the project that it builds."""

import fnmatch
import re
import subprocess
import sys
import tomllib

import pytest

import needlepoint
from needlepoint.pipelines.file import available


@pytest.fixture(scope="module")
def dockerfile(checkout):
    return (checkout / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project(checkout):
    return tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))


def _copied(dockerfile):
    lines = re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_everything_that_is_copied_is_there_and_sent_to_the_builder(checkout, dockerfile):
    wanted = [line[1:] for line in (checkout / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for source in _copied(dockerfile):
        assert (checkout / source).exists(), source
        assert source in wanted, source
    assert set(wanted) == set(_copied(dockerfile))


def test_what_the_wheel_ships_is_copied(dockerfile, project):
    shipped = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"])
    files = {project["project"]["readme"], *project["project"]["license-files"]}
    copied = _copied(dockerfile)
    for path in shipped | files:
        assert any(path == source or path.startswith(f"{source}/") for source in copied), path


def test_no_secret_is_sent_to_the_builder(checkout):
    rules = [line for line in (checkout / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    let_in = [rule[1:] for rule in rules if rule.startswith("!")]
    assert not any(
        fnmatch.fnmatch(name, rule) for name in (".env", ".git", ".venv", "docker/env.sh") for rule in let_in
    )


def test_it_runs_the_command_that_the_package_has_as_another_user_than_root(dockerfile, project):
    last = dockerfile.split("\nFROM ")[-1]
    (entry,) = re.findall(r'^ENTRYPOINT \["(.*)"\]$', last, re.MULTILINE)
    assert entry in project["project"]["scripts"]
    assert int(re.findall(r"^USER (\d+)", last, re.MULTILINE)[0]) > 0
    assert "HEALTHCHECK" in last


def test_it_has_the_python_that_the_package_wants(dockerfile, project):
    (version,) = re.findall(r"^ARG PYTHON_IMAGE=python:(3\.\d+)-", dockerfile, re.MULTILINE)
    low, high = re.fullmatch(r">=(3\.\d+),<3\.(\d+)", project["project"]["requires-python"]).groups()
    assert version == low
    assert int(version.split(".")[1]) < int(high)


def test_the_version_of_the_image_is_that_of_the_package(compose):
    images = {compose["services"][name]["image"] for name in ("api", "ui")}
    assert images == {f"needlepoint:{needlepoint.__version__}"}


def test_the_requirements_are_those_of_the_package(checkout, project):
    def printed(*extras):
        command = [sys.executable, "docker/requirements.py", *extras]
        return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True).stdout.splitlines()

    extras = project["project"]["optional-dependencies"]
    assert printed() == project["project"]["dependencies"]
    assert printed("app", "torch") == printed() + extras["app"] + extras["torch"]
    assert not any(re.match(r"torch\b|.*\binference\b", line) for line in printed("app"))
    assert any(line.startswith("torch") for line in printed("app", "torch"))


def test_the_image_has_the_application(dockerfile):
    assert "python requirements.py app ocr ${EXTRAS}" in dockerfile


def test_the_pipeline_of_the_compose_file_needs_no_torch(compose):
    default = re.findall(r":-([\w-]+)\}", compose["services"]["api"]["environment"]["NEEDLEPOINT_PIPELINE"])
    assert default == ["elasticsearch-onnx"]
    assert default[0] in available()
