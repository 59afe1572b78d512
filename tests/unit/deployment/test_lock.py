"""``requirements.lock`` names what ``needlepoint[app,ocr]`` needs, in the pinned versions, each with its hashes."""

import re
import tomllib

import pytest

LINE = re.compile(r"([A-Za-z0-9_.-]+)==(\S+) \\")
EXTRAS = ("app", "ocr")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def locked(checkout):
    """The locked versions by name, and the number of hashes of each."""
    found = {}
    for line in (checkout / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if match := LINE.fullmatch(line):
            name = normal(match[1])
            found[name] = [match[2], 0]
        else:
            assert HASH.fullmatch(line), line
            found[name][1] += 1
    return found


def test_every_package_has_hashes_and_its_pinned_version(checkout, locked):
    pinned = dict(line.split("==") for line in (checkout / "constraints.txt").read_text(encoding="utf-8").split())
    versions = {normal(name): version for name, version in pinned.items()}
    assert len(locked) > 80
    assert {name: version for name, (version, _) in locked.items() if versions.get(name) != version} == {}
    assert [name for name, (_, hashes) in locked.items() if not hashes] == []


def test_all_that_the_application_names_is_locked(checkout, locked):
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *(each for extra in EXTRAS for each in project["optional-dependencies"][extra])]
    names = {normal(re.match(r"[A-Za-z0-9_.-]+", requirement)[0]) for requirement in named}
    assert names - {"needlepoint"} - locked.keys() == set()
