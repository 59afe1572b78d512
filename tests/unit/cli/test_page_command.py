"""How the page's server is started."""

import pytest

from needlepoint.cli.commands.ui import _page_command


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_no_server_on_the_internet_is_asked_for_the_address(host):
    assert "--browser.serverAddress=localhost" in _page_command(host, 8501)
    assert "--browser.gatherUsageStats=false" in _page_command(host, 8501)


def test_on_this_machine_other_names_are_refused_unless_they_are_told(monkeypatch):
    assert "--server.allowedHosts=127.0.0.1" in _page_command("127.0.0.1", 8501)
    monkeypatch.setenv("NEEDLEPOINT_HOSTS", "search.example.org, search.example.com")
    command = _page_command("127.0.0.1", 8501)
    assert "--server.allowedHosts=search.example.org" in command
    assert "--server.allowedHosts=search.example.com" in command
    assert not any("allowedHosts" in part for part in _page_command("0.0.0.0", 8501))
