"""Requests made from the service's own description, right and wrong ones, meet no failure of the service."""

import shutil

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from .conftest import serving

_PER_ROUTE = 8


@pytest.fixture(scope="module")
def asked(indexed_store, _reader, tmp_path_factory):
    store = shutil.copytree(indexed_store, tmp_path_factory.mktemp("described") / "store")
    with serving(store) as client:
        yield client


def cases(client):
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    operations = [found.ok() for found in schema.get_all_operations()]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    return {
        f"{operation.method} {operation.path}": st.one_of(*(operation.as_strategy(generation_mode=m) for m in modes))
        for operation in operations
        if operation.path != "/examples"
    }


def test_nothing_asked_for_breaks_it(asked):
    found = cases(asked)
    assert len(found) > 25

    @given(st.data())
    @settings(
        max_examples=_PER_ROUTE, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def ask(route, data):
        case = data.draw(found[route])
        wanted = case.as_transport_kwargs(base_url="http://localhost")
        wanted.pop("cookies", None)
        reply = asked.request(**wanted)
        assert reply.status_code < 500 or (reply.status_code == 503 and reply.headers["retry-after"]), reply.text
        if reply.status_code >= 400 and wanted["method"] != "HEAD":
            assert reply.json().keys() <= {"errors", "detail"}

    for route in found:
        ask(route)
