"""``pip install 'needlepoint[haystack]'``: the components for Haystack 3, in an environment without Haystack 1.26."""

import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
ASK = """
from haystack_integrations.common.needlepoint.pipelines import load_pipeline
print(load_pipeline("indexing").run({"converter": {"sources": ["lease.txt"]}})["writer"]["written"][0]["passages"])
asked = {name: {"query": "When does the lease end?"} for name in ("retriever", "reader")}
print(load_pipeline("query").run(asked)["reader"]["answers"][0].data)
"""


def test_the_wheel_adds_to_the_namespace_of_haystacks_integrations(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("haystack_integrations/")}
        pipelines = {Path(name).name for name in archive.namelist() if "_pipelines/haystack3/" in name}
    components = CHECKOUT / "components"
    files = [*components.glob("haystack_integrations/**/*.py"), *components.glob("haystack_integrations/**/py.typed")]
    assert packed == {file.relative_to(components).as_posix() for file in files}
    inits = [Path(name).parent.name for name in packed if name.endswith("__init__.py")]
    assert set(inits) == {"needlepoint"}  # a package above would hide other integrations
    assert pipelines == {"indexing.yml", "query.yml"}


@pytest.fixture(scope="module")
def haystack(request, environment_with):
    if not request.config.getoption("--from-index"):
        pytest.skip("haystack-ai is not in the environment of the tests: make test-wheels installs it from the index")
    return environment_with("haystack")


def test_it_indexes_and_answers(haystack):
    (haystack.folder / "lease.txt").write_text("The term of this lease ends on 31 March 2031.")
    assert haystack.run("-c", ASK, check=True).stdout.splitlines() == ["1", "31 March 2031"]


def test_the_application_says_that_it_needs_another_environment(haystack):
    asked = haystack.needlepoint("ask", "When does the lease end?")
    assert asked.stderr == (
        "needlepoint: farm-haystack 1.26 is not installed: pip install 'needlepoint[app]' in another environment, "
        "because this one has a later Haystack (haystack-ai)\n"
    )
