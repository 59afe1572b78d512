"""The limits of a serving process come from the environment, checked."""

import pytest

from needlepoint.api.limits import Limits, ServingError


def test_unset_ones_keep_their_defaults():
    assert Limits.from_environment({}) == Limits()


def test_they_are_read():
    limits = Limits.from_environment(
        {
            "NEEDLEPOINT_API_KEY": " secret ",
            "NEEDLEPOINT_ORIGINS": "https://a.example/, https://b.example",
            "NEEDLEPOINT_MAX_FILE_MB": "5",
            "NEEDLEPOINT_QUEUE": "0",
            "NEEDLEPOINT_TIMEOUT_S": "7",
        }
    )
    assert limits.api_key == "secret"
    assert limits.origins == ("https://a.example", "https://b.example")
    assert (limits.max_file_mb, limits.queue, limits.timeout_s) == (5, 0, 7.0)


@pytest.mark.parametrize(
    ("name", "value"), [("MAX_FILES", "0"), ("QUEUE", "-1"), ("TIMEOUT_S", "soon"), ("WORKERS", "1.5")]
)
def test_what_is_no_number_is_named(name, value):
    with pytest.raises(ServingError, match=f"NEEDLEPOINT_{name}"):
        Limits.from_environment({f"NEEDLEPOINT_{name}": value})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_other_machines_need_a_key(host):
    with pytest.raises(ServingError, match="NEEDLEPOINT_API_KEY"):
        Limits().check_address(host)
    Limits(api_key="secret").check_address(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_needs_none(host):
    Limits().check_address(host)
