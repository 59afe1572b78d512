"""Each recipe of CONTRIBUTING.md is short, and the files that it names are there."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
TEXT = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^### (.+)\n((?:(?!##).*\n)+)", TEXT, re.MULTILINE))
ROOTS = ("", "components/needlepoint", "tests/integration/store")
NAMED = re.compile(r"`([\w./-]+/[\w.-]+\.py|[\w-]+\.py|tests/[\w/]+)`")


def test_there_is_a_recipe_for_each_thing_to_add():
    assert list(RECIPES) == ["A file format", "A model family", "A store", "A node", "A command", "A route", "A view"]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_short_names_one_place_to_register_and_a_test(name):
    recipe = RECIPES[name]
    assert len(recipe.strip().splitlines()) <= 15
    assert len(re.findall(r"Register it: ", recipe)) == 1
    assert "tests/" in recipe


@pytest.mark.parametrize("path", sorted(set(NAMED.findall(TEXT))))
def test_every_file_that_is_named_is_there(path):
    if "NAME" not in path:
        assert any((CHECKOUT / root / path).exists() for root in ROOTS)


def test_every_folder_of_the_package_has_its_line():
    package = CHECKOUT / "components" / "needlepoint"
    rooms = {path.parent.name for path in package.glob("*/__init__.py")}
    inner = {path.parent.name for path in package.glob("*/*/__init__.py")}
    table = TEXT[TEXT.index("| folder |") : TEXT.index("`ui/` holds the page")]
    named = set(re.findall(r"`(\w+)/`", table))
    assert rooms <= named <= rooms | inner
