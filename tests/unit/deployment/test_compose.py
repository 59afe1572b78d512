"""What the compose files must keep to, whatever else changes in them."""

import re

import pytest

OURS = ("api", "ui")
LASTING = ("elasticsearch", "api", "ui")
SECRETS = ("ELASTIC_PASSWORD", "ELASTICSEARCH_PASSWORD", "NEEDLEPOINT_API_KEY")


def _services(*files):
    return [(name, service) for file in files for name, service in file["services"].items()]


def test_every_published_port_is_on_this_machine_only(compose, cluster):
    ports = [port for _, service in _services(compose, cluster) for port in service.get("ports") or []]
    assert len(ports) == 3  # service, page, proxy
    assert all(re.fullmatch(r"127\.0\.0\.1:\$\{\w+:-\d+\}:\d+", port) for port in ports)


def test_elasticsearch_has_no_port_and_no_way_out(compose, cluster):
    assert compose["networks"]["search"] == {"internal": True}
    for name, service in _services(compose, cluster):
        if name.startswith("elasticsearch"):
            assert not service.get("ports")
            assert service.get("networks", ["search"]) == ["search"]


def test_secrets_come_from_the_environment_and_have_no_default(compose, cluster):
    found = 0
    for _, service in _services(compose, cluster):
        for variable, value in (service.get("environment") or {}).items():
            if variable in SECRETS:
                found += 1
                assert re.fullmatch(r"\$\{\w+:\?run 'make env' first\}", value), variable
            else:
                assert "PASSWORD" not in variable
                assert "KEY" not in variable.upper().replace(".SSL.KEY", "")
    assert found == 4


@pytest.mark.parametrize("name", LASTING)
def test_what_runs_has_a_health_check_a_memory_limit_and_comes_back(compose, name):
    service = compose["services"][name]
    assert service["healthcheck"]["test"]
    assert service["mem_limit"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["certificates", *LASTING])
def test_nothing_runs_as_root_or_with_capabilities(compose, name):
    service = compose["services"][name]
    assert int(service["user"].split(":")[0]) > 0
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_cannot_write_into_the_image(compose, name):
    assert compose["services"][name]["read_only"] is True


def test_the_proxy_is_as_careful(cluster):
    proxy = cluster["services"]["proxy"]
    assert proxy["read_only"] is True
    assert proxy["cap_drop"] == ["ALL"]
    assert int(proxy["user"].split(":")[0]) > 0


def test_each_part_waits_until_what_it_needs_is_ready(compose):
    waits = {name: service.get("depends_on") for name, service in compose["services"].items()}
    assert waits["elasticsearch"] == {"certificates": {"condition": "service_completed_successfully"}}
    assert waits["api"] == {"elasticsearch": {"condition": "service_healthy"}}
    assert waits["ui"] == {"api": {"condition": "service_healthy"}}


def test_security_is_on_and_everything_is_encrypted(compose):
    environment = compose["services"]["elasticsearch"]["environment"]
    assert environment["xpack.security.enabled"] == "true"
    assert environment["xpack.security.http.ssl.enabled"] == "true"
    assert environment["xpack.security.transport.ssl.enabled"] == "true"
    assert compose["services"]["api"]["environment"]["ELASTICSEARCH_URL"].startswith("https://")


def test_the_first_node_alone_may_found_the_cluster(cluster):
    founders = {
        name: service["environment"].get("cluster.initial_master_nodes")
        for name, service in cluster["services"].items()
        if name.startswith("elasticsearch")
    }
    assert founders == {"elasticsearch": "elasticsearch", "elasticsearch-2": None, "elasticsearch-3": None}


def test_the_certificate_is_good_for_every_node(compose, cluster):
    names = set(compose["services"]["certificates"]["command"][1:])
    nodes = {name for name, _ in _services(compose, cluster) if name.startswith("elasticsearch")}
    assert names == nodes


def test_every_variable_is_explained_in_the_example(checkout):
    files = ("docker-compose.yml", "compose.cluster.yml")
    used = {
        name
        for file in files
        for name in re.findall(r"(?<!\$)\$\{(\w+)", (checkout / file).read_text(encoding="utf-8"))
    }
    example = (checkout / ".env.example").read_text(encoding="utf-8")
    assert used == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_defaults_and_example_agree(checkout):
    text = (checkout / "docker-compose.yml").read_text() + (checkout / "compose.cluster.yml").read_text()
    defaults = set(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
    example = dict(re.findall(r"^(\w+)=(.*)$", (checkout / ".env.example").read_text(), re.MULTILINE))
    assert all(example[name] == value for name, value in defaults)
    assert len({name for name, _ in defaults}) == len(defaults)
