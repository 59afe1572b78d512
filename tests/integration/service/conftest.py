import pytest

from needlepoint.service.facade import Service
from needlepoint.settings import Settings


@pytest.fixture
def make_service(tmp_path):
    """Make services on embedded stores of these names, with the local pipelines."""
    made = []

    def make(name):
        made.append(Service("local", settings=Settings(store=tmp_path / name, cache=tmp_path / "cache")))
        return made[-1]

    yield make
    for service in made:
        service.close()
