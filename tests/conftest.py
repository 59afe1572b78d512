"""What all tests share: nothing of the user's own folders, nothing from a hub, and a reader if one is at hand."""

import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from hypothesis import settings

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared"
SERVERS = {"own_server", "secure_server", "server_url", "prefix"}  # fixtures of tests/integration

# the same examples in every run, and none remembered from the last; look for new ones with --hypothesis-profile=explore
settings.register_profile("fixed", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=2_000)
settings.load_profile("fixed")


def _is_installed(distribution):
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


# the adapter for Haystack 3 is tested in an environment of its own: make test-haystack3
collect_ignore = [] if _is_installed("haystack-ai") else ["haystack3"]


def pytest_addoption(parser):
    parser.addoption(
        "--from-index", action="store_true", help="let pip install the environments of tests/integration/wheel"
    )


def pytest_configure():
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.pop("NEEDLEPOINT_PIPELINE", None)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks for the groups
def pytest_collection_modifyitems(items):
    """Keep the tests of a folder, and those of Elasticsearch, in one process: they share a reader, a service, a server."""
    for item in items:
        talks_to_a_server = "elasticsearch" in item.nodeid or not SERVERS.isdisjoint(item.fixturenames)
        group = "elasticsearch" if talks_to_a_server else str(item.path.parent.relative_to(CHECKOUT))
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory):
    """A store for this process, and a cache of exported models for all processes of this run."""
    run = tmp_path_factory.getbasetemp()
    cache = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "cache"
    patch = pytest.MonkeyPatch()
    patch.setenv("NEEDLEPOINT_STORE", str(tmp_path_factory.mktemp("store")))
    patch.setenv("NEEDLEPOINT_CACHE", str(cache))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def reader_folder():
    """The bundled reader, or the one that the checkout's neighbour holds."""
    for folder in (CHECKOUT / "models" / "reader", SHARED / "models" / "starter-12x384"):
        if (folder / "model.safetensors").is_file():
            return folder
    pytest.skip("no reader: neither models/reader nor ../shared/models/starter-12x384 is there")
