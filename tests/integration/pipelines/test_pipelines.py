"""Pipelines: the shipped files load with Haystack's own loader and with ours; mistakes are named."""

import re
import shutil

import pytest
import yaml

from needlepoint import resources
from needlepoint.errors import NeedlepointError, PipelineFileError
from needlepoint.pipelines.file import PipelineFile, available, find

SHIPPED = resources.pipelines_folder()


@pytest.fixture
def store(tmp_path):
    return {"TantivyDocumentStore": {"path": str(tmp_path / "store")}}


@pytest.fixture
def config():
    return yaml.safe_load((SHIPPED / "local.haystack-pipeline.yml").read_text())


@pytest.fixture
def written(tmp_path):
    def write(config):
        path = tmp_path / "mine.yml"
        path.write_text(config if isinstance(config, str) else yaml.safe_dump(config))
        return path

    return write


def test_the_shipped_pipelines_are_listed():
    assert {"local", "local-farm"} <= set(available())


@pytest.mark.parametrize(
    "name",
    [
        "local",
        "local-farm",
        "hybrid",
        "elasticsearch",
        "elasticsearch-onnx",
        "elasticsearch-transformers",
        "hybrid-elasticsearch",
    ],
)
def test_haystacks_own_loader_takes_the_shipped_files(name, reader_folder, monkeypatch, tmp_path):
    from needlepoint.nodes.register import Pipeline

    (tmp_path / "models").mkdir()
    shutil.copytree(reader_folder, tmp_path / "models" / "reader")
    monkeypatch.chdir(tmp_path)
    if name in {"local", "local-farm", "hybrid"}:
        monkeypatch.setenv("STORE_PARAMS_PATH", str(tmp_path / "store"))
    query = Pipeline.load_from_yaml(find(name), pipeline_name="query")
    indexing = Pipeline.load_from_yaml(find(name), pipeline_name="indexing")
    assert list(query.graph.nodes) == ["Query", "Retriever", "Reader"]
    embedding = ["DenseRetriever"] if name.startswith("hybrid") else []
    assert list(indexing.graph.nodes) == ["File", "Converter", "Splitter", *embedding, "Writer"]


def test_the_environment_sets_numbers_as_numbers(store, monkeypatch):
    monkeypatch.setenv("READER_PARAMS_TOP_K", "3")
    monkeypatch.setenv("RETRIEVER_PARAMS_TOP_K", "7")
    query = PipelineFile("local", overrides=store).load("query")
    assert query.get_node("Reader").top_k == 3
    assert query.get_node("Retriever").top_k == 7


def test_a_mistake_in_the_environment_is_named_with_its_variable(store, monkeypatch):
    monkeypatch.setenv("READER_PARAMS_TOP_K", "[3")
    with pytest.raises(PipelineFileError, match="environment variable READER_PARAMS_TOP_K is not valid YAML") as caught:
        PipelineFile("local", overrides=store)
    assert "\n" not in str(caught.value)


def test_what_the_file_says_wins_over_defaults_from_outside(config, written, store, tmp_path):
    config["components"][0]["params"] = {"path": str(tmp_path / "other")}
    query = PipelineFile(written(config), overrides=store).load("query")
    assert query.components["Store"].get_params()["path"] == str(tmp_path / "other")


def test_an_unknown_pipeline_names_those_that_exist():
    with pytest.raises(PipelineFileError, match=r"no pipeline 'lokal': give a YAML file or one of .*local"):
        find("lokal")


def _component(config, name):
    return next(component for component in config["components"] if component["name"] == name)


def _misspell_parameter(config):
    _component(config, "Reader")["params"]["topk"] = 3
    return r"mine.yml: node 'Reader': field 'topk': OnnxReader has no such parameter; did you mean 'top_k'\?"


def _misspell_type(config):
    _component(config, "Reader")["type"] = "OnxReader"
    return r"mine.yml: node 'Reader': field 'type': no such node 'OnxReader'; did you mean 'OnnxReader'\?"


def _drop_type(config):
    del _component(config, "Splitter")["type"]
    return r"mine.yml: node 'Splitter': field 'type' is missing"


def _give_a_list_as_type(config):
    _component(config, "Splitter")["type"] = ["PassageSplitter"]
    return r"mine.yml: node 'Splitter': field 'type' is missing or not a class name"


def _give_a_list_as_component_name(config):
    _component(config, "Splitter")["name"] = ["Splitter"]
    return r"mine.yml: every entry of 'components' needs a 'name'"


def _give_a_list_as_node_name(config):
    config["pipelines"][1]["nodes"][0]["name"] = ["Converter"]
    return r"mine.yml: pipeline 'indexing': node .* needs 'name' and a list of 'inputs'"


def _drop_needed_parameter(config):
    _component(config, "Writer")["params"] = {}
    return r"mine.yml: node 'Writer': field 'document_store' is missing: CollectionWriter needs it"


def _misspell_input(config):
    config["pipelines"][0]["nodes"][1]["inputs"] = ["Retriver"]
    return r"mine.yml: pipeline 'query': node 'Reader': field 'inputs': no node 'Retriver'; did you mean 'Retriever'\?"


def _name_unknown_node(config):
    config["pipelines"][1]["nodes"][0]["name"] = "Convertor"
    return r"mine.yml: pipeline 'indexing': node 'Convertor' is not among 'components'; did you mean 'Converter'\?"


def _name_the_server_in_the_file(config):
    _component(config, "Store").update(type="ElasticsearchStore", params={"host": "localhost"})
    return r"mine.yml: node 'Store': field 'host': the server is named by ELASTICSEARCH_URL, such as https://host:9200"


def _give_a_secret(config):
    _component(config, "Store").update(type="ElasticsearchStore", params={"password": "hunter2"})
    return r"mine.yml: node 'Store': field 'password': the password is a secret .*: set ELASTICSEARCH_PASSWORD$"


def _add_unknown_field(config):
    _component(config, "Store")["param"] = {}
    return r"mine.yml: node 'Store': unknown field 'param'"


def _give_wrong_value(config):
    _component(config, "Splitter")["params"]["max_words"] = 0
    return r"mine.yml: .*'Splitter'.*max_words must be at least 1, got 0"


def _give_wrong_kind(config):
    _component(config, "Splitter")["params"]["max_words"] = "many"
    return r"mine.yml: .*max_words"


MISTAKES = [
    _misspell_parameter,
    _misspell_type,
    _drop_type,
    _give_a_list_as_type,
    _give_a_list_as_component_name,
    _give_a_list_as_node_name,
    _drop_needed_parameter,
    _misspell_input,
    _name_unknown_node,
    _name_the_server_in_the_file,
    _give_a_secret,
    _add_unknown_field,
    _give_wrong_value,
    _give_wrong_kind,
]


def _load_all(path, store):
    file = PipelineFile(path, overrides=store)
    for name in file.pipeline_names:
        file.load(name)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__.strip("_"))
def test_a_mistake_is_named_with_file_node_and_field(mistake, config, written, store):
    message = mistake(config)
    with pytest.raises(NeedlepointError) as caught:
        _load_all(written(config), store)
    assert re.search(message, str(caught.value))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["components: [", "just words", "", "components: []\npipelines: []", "\x00"])
def test_a_file_that_is_no_pipeline_is_refused_in_one_line(text, written):
    with pytest.raises(PipelineFileError, match=r"mine.yml") as caught:
        PipelineFile(written(text))
    assert "\n" not in str(caught.value)


def test_a_pipeline_of_haystack_3_is_named_as_such():
    with pytest.raises(PipelineFileError, match=r"query\.yml: a pipeline of Haystack 3") as caught:
        PipelineFile(SHIPPED / "haystack3" / "query.yml")
    assert "\n" not in str(caught.value)


def test_a_pipeline_that_the_file_lacks_is_named(store):
    with pytest.raises(PipelineFileError, match="no pipeline named 'training', only query, indexing"):
        PipelineFile("local", overrides=store).load("training")
