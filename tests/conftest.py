"""What all tests share: nothing of the user's own folders, nothing from a hub, and a reader if one is at hand."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared"


def pytest_addoption(parser):
    parser.addoption(
        "--from-index", action="store_true", help="let pip install the environments of tests/integration/wheel"
    )


def pytest_configure():
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.pop("NEEDLEPOINT_PIPELINE", None)


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    for name in ("STORE", "CACHE"):
        patch.setenv(f"NEEDLEPOINT_{name}", str(tmp_path_factory.mktemp(name.lower())))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def reader_folder():
    """The bundled reader, or the one that the checkout's neighbour holds."""
    for folder in (CHECKOUT / "models" / "reader", SHARED / "models" / "starter-12x384"):
        if (folder / "model.safetensors").is_file():
            return folder
    pytest.skip("no reader: neither models/reader nor ../shared/models/starter-12x384 is there")
