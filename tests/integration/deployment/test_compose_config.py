"""Docker's own reading of the compose files, where its client is installed."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "ELASTIC_PASSWORD": "one", "NEEDLEPOINT_API_KEY": "two"}
FILES = {"one machine": ["docker-compose.yml"], "cluster": ["docker-compose.yml", "compose.cluster.yml"]}


def _compose(*arguments, environment=ENVIRONMENT):
    if shutil.which("docker") is None:
        pytest.skip("no docker command")
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker has no compose plugin")
    command = ["docker", "compose", "--env-file", "/dev/null", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, env=environment)


def _read(files):
    named = [part for file in files for part in ("--file", file)]
    run = _compose(*named, "config", "--format", "json")
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return json.loads(run.stdout)


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_docker_understands_the_files(files):
    services = _read(files)["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert len(published) == 2
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}


def test_the_cluster_has_three_nodes_and_two_services_behind_the_proxy():
    services = _read(FILES["cluster"])["services"]
    nodes = {name: service for name, service in services.items() if name.startswith("elasticsearch")}
    data = {volume["source"] for service in nodes.values() for volume in service["volumes"]} - {"certificates"}
    assert len(data) == len(nodes) == 3
    assert {service["environment"]["node.name"] for service in nodes.values()} == set(nodes)
    assert {service["environment"]["discovery.type"] for service in nodes.values()} == {"multi-node"}
    assert all(node in services["api"]["environment"]["ELASTICSEARCH_URL"] for node in nodes)
    assert services["api"]["deploy"]["replicas"] == 2
    assert not services["api"].get("ports")
    assert services["ui"]["command"][2] == "http://proxy:8000"


def test_without_secrets_nothing_starts():
    without = {name: value for name, value in ENVIRONMENT.items() if name != "ELASTIC_PASSWORD"}
    run = _compose("config", environment=without)
    assert run.returncode != 0
    assert "make env" in run.stderr
