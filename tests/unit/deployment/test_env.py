"""``make env`` makes the secrets once."""

import re
import shutil
import stat
import subprocess

import pytest


@pytest.fixture
def write_env(checkout, tmp_path):
    (tmp_path / "docker").mkdir()
    shutil.copy(checkout / "docker" / "env.sh", tmp_path / "docker")
    shutil.copy(checkout / ".env.example", tmp_path)

    def run():
        return subprocess.run(["sh", "docker/env.sh"], cwd=tmp_path, capture_output=True, text=True)

    run.file = tmp_path / ".env"
    return run


def _values(text):
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def test_every_secret_is_made_and_all_else_copied(write_env, checkout):
    assert write_env().returncode == 0
    example, made = _values((checkout / ".env.example").read_text()), _values(write_env.file.read_text())
    assert made.keys() == example.keys()
    changed = {name for name in made if made[name] != example[name]}
    assert changed == {"ELASTIC_PASSWORD", "NEEDLEPOINT_API_KEY"}
    assert all(re.fullmatch("[A-Za-z0-9]{40}", made[name]) for name in changed)
    assert made["ELASTIC_PASSWORD"] != made["NEEDLEPOINT_API_KEY"]


def test_only_the_owner_can_read_it(write_env):
    write_env()
    assert stat.S_IMODE(write_env.file.stat().st_mode) == 0o600


def test_a_second_run_changes_nothing(write_env):
    write_env()
    before = write_env.file.read_text()
    again = write_env()
    assert again.returncode == 0
    assert "stays as it is" in again.stdout
    assert write_env.file.read_text() == before
    assert [path.name for path in write_env.file.parent.glob(".env.*")] == [".env.example"]


def test_two_runs_make_different_secrets(write_env):
    write_env()
    first = write_env.file.read_text()
    write_env.file.unlink()
    write_env()
    assert write_env.file.read_text() != first
