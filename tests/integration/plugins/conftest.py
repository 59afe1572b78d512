"""Packages with plug-ins, built and installed by pip into a folder of their own, without a network."""

import os
import subprocess
import sys
import textwrap

import pytest

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "1.0"

[tool.hatch.build.targets.wheel]
packages = ["{module}"]
"""


@pytest.fixture(scope="module")
def install(tmp_path_factory):
    """Install a package of one module, with the entry points that are given as TOML."""

    def install(name, code, entry_points):
        project, site = tmp_path_factory.mktemp(name), tmp_path_factory.mktemp("site")
        module = name.replace("-", "_")
        (project / module).mkdir()
        (project / module / "__init__.py").write_text(textwrap.dedent(code))
        (project / "pyproject.toml").write_text(
            PROJECT.format(name=name, module=module) + textwrap.dedent(entry_points)
        )
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
        subprocess.run([*pip, "--target", str(site), str(project)], check=True, capture_output=True)
        return site

    return install


@pytest.fixture
def run(tmp_path):
    """Run code or the command line where packages are installed."""

    def run(*arguments, sites=(), **variables):
        own = {"NEEDLEPOINT_STORE": str(tmp_path / "store"), "PYTHONPATH": os.pathsep.join(map(str, sites))}
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **own, **variables})

    return run
