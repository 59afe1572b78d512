"""``pip install 'needlepoint[haystack]'``: the components for Haystack 3, in an environment without Haystack 1.26."""

import json

import pytest

USE = """
import json, sys
from haystack_integrations.common.needlepoint.pipelines import load_pipeline

indexing, query = load_pipeline("indexing"), load_pipeline("query")
indexing.run({"converter": {"sources": sys.argv[1:]}})
question = "When does the lease end?"
answers = query.run({"retriever": {"query": question}, "reader": {"query": question}})["reader"]["answers"]
print(json.dumps([[answer.data, answer.document.meta["name"]] for answer in answers if answer.data]))
"""


@pytest.fixture(scope="module")
def haystack(request, metadata):
    if "haystack" not in metadata.get_all("Provides-Extra"):
        pytest.skip("there is no extra for Haystack 3")
    if not request.config.getoption("--from-index"):
        pytest.skip("Haystack 3 is not in the environment of the tests, which has Haystack 1.26: make test-wheels")
    return request.getfixturevalue("environment_with")("haystack")


def test_it_indexes_and_answers(haystack, tmp_path):
    (tmp_path / "lease.txt").write_text("The term of this lease ends on 31 March 2031.")
    used = haystack.run("-c", USE, tmp_path / "lease.txt")
    assert used.returncode == 0, used.stderr
    assert json.loads(used.stdout)[0] == ["31 March 2031", "lease.txt"]


def test_the_application_says_that_it_needs_another_environment(haystack):
    asked = haystack.needlepoint("ask", "When does the lease end?")
    assert asked.stderr == (
        "needlepoint: farm-haystack 1.26 is not installed: pip install 'needlepoint[app]' in another environment, "
        "because this one has a later Haystack (haystack-ai)\n"
    )
