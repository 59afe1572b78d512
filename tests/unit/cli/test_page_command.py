"""How the page's server is started."""

import pytest

from needlepoint.cli.commands.ui import _page_command, _refuse_open_page
from needlepoint.errors import QuestionError
from needlepoint.people.access import Access
from needlepoint.people.person import Role


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


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7"])
def test_the_page_listens_to_others_where_people_log_in(tmp_path, monkeypatch, host):
    monkeypatch.delenv("NEEDLEPOINT_PAGE_BEHIND_LOGIN", raising=False)
    for service in (None, "http://127.0.0.1:9"):  # nothing answers there
        with pytest.raises(QuestionError, match=f"everybody who reaches {host} would see all documents"):
            _refuse_open_page(host, tmp_path, service)
    access = Access(tmp_path / "people")
    access.users.add("mona", Role.MANAGE, password="nine tame otters")
    access.close()
    _refuse_open_page(host, tmp_path, None)
    with pytest.raises(QuestionError):  # the users of this store are not those of another service
        _refuse_open_page(host, tmp_path, "http://127.0.0.1:9")
