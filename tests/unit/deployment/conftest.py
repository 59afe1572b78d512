from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).parents[3]


class Loader(yaml.SafeLoader):
    """Reads compose's own tags: ``!reset`` stands before the value that it empties."""


Loader.add_constructor("!reset", lambda loader, node: loader.construct_sequence(node))


@pytest.fixture(scope="session")
def checkout():
    return CHECKOUT


@pytest.fixture(scope="session")
def compose():
    return _read("docker-compose.yml")


@pytest.fixture(scope="session")
def cluster():
    return _read("compose.cluster.yml")


def _read(name):
    return yaml.load((CHECKOUT / name).read_text(encoding="utf-8"), Loader)
