"""Environments that hold the built wheel and what it asks for, and nothing else.

By default the packages are linked from the environment of the tests, which takes seconds and no network. With
``--from-index`` pip installs them as a user would: ``make test-wheels``.
"""

import os
import subprocess
import sys
import venv
import zipfile
from email.parser import BytesParser
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[3]


class Environment:
    """A virtual environment far from the checkout, with a store and a cache of its own."""

    def __init__(self, folder):
        self.folder = folder
        venv.create(folder / "venv", with_pip=False, symlinks=os.name != "nt")
        self.python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        self.site = Path(
            self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))", check=True).stdout.strip()
        )

    def run(self, *arguments, check=False, **variables):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NEEDLEPOINT"))}
        own = {"NEEDLEPOINT_STORE": str(self.folder / "store"), "NEEDLEPOINT_CACHE": str(self.folder / "cache")}
        command = [str(self.python), *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, env={**kept, **own, **variables}, check=check
        )

    def needlepoint(self, *arguments, **variables):
        return self.run("-c", "from needlepoint.cli.app import main; main()", *arguments, **variables)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    if not (CHECKOUT / "models" / "reader" / "model.safetensors").is_file():
        pytest.skip("no bundled reader in models/reader to ship")
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return BytesParser().parsebytes(archive.read(name))


@pytest.fixture(scope="session")
def environment_with(wheel, metadata, tmp_path_factory, request):
    """Make an environment with the wheel and some of its extras."""

    def make(*extras):
        environment = Environment(tmp_path_factory.mktemp("-".join(extras) or "base"))
        if request.config.getoption("--from-index"):
            _install(environment, wheel, extras)
        else:
            _link(environment, wheel, metadata.get_all("Requires-Dist"), extras)
        return environment

    return make


@pytest.fixture(scope="session")
def base(environment_with):
    return environment_with()


@pytest.fixture(scope="session")
def app(environment_with):
    return environment_with("app")


def _install(environment, wheel, extras):
    wanted = f"{wheel}[{','.join(extras)}]" if extras else str(wheel)
    pip = [sys.executable, "-m", "pip", "--python", str(environment.python), "install", "--quiet", wanted]
    pinned = "constraints-haystack3.txt" if "haystack" in extras else "constraints.txt"
    subprocess.run([*pip, "--constraint", str(CHECKOUT / pinned)], check=True)


def _link(environment, wheel, requirements, extras):
    for name in _closure(requirements, {"", *extras}):
        installed = distribution(name)
        for file in installed.files:
            if ".." not in file.parts:
                link = environment.site / file
                link.parent.mkdir(parents=True, exist_ok=True)
                if not link.exists():
                    link.symlink_to(installed.locate_file(file))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(environment.site)


def _closure(requirements, extras):
    """Return the names of all packages that requirements bring, directly and through others."""
    found = {}
    waiting = [(requirement, extras) for requirement in requirements]
    while waiting:
        text, of = waiting.pop()
        requirement = Requirement(text)
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in of):
            continue
        name = canonicalize_name(requirement.name)
        wanted = {"", *requirement.extras}
        if not wanted <= found.get(name, set()):
            found[name] = found.get(name, set()) | wanted
            waiting += [(each, found[name]) for each in distribution(name).requires or []]
    return found
