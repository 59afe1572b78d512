"""What all tests share: nothing of the user's own folders, nothing from a hub, and a reader if one is at hand."""

import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from hypothesis import settings

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared"

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Leave what needs a browser, Elasticsearch or an environment of its own to ``make test-long``."""
    for item in items:
        if {"chromium", "wheel", "install"}.intersection(item.fixturenames) or _needs_elasticsearch(item.nodeid):
            item.add_marker("long")


def _needs_elasticsearch(nodeid):
    return nodeid.startswith("tests/integration") and "elasticsearch" in nodeid.lower()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of a folder, and those of Elasticsearch, in one process: they share a reader, a service, a server.

    Of those in the browser, the largest file runs beside the others: more at a time take longer than a page may. Changes
    interrupted on Elasticsearch, which take minutes, run beside the others on a server of their own.

    Such groups are made here, since ``--dist loadgroup`` of pytest-xdist 3.8 forms none with pytest 9.2.
    """
    from xdist.scheduler import LoadScopeScheduling

    class FolderScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            if "elasticsearch" in nodeid.lower():
                return "elasticsearch, interrupted" if "interrupted" in file else "elasticsearch"
            return file if "haystack3" in file or "accessibility" in file else file.rpartition("/")[0]

    return FolderScheduling(config, log)


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
