"""How much one file may take, as the environment says it."""

import pytest

from needlepoint.errors import NeedlepointError
from needlepoint.files.workers.limits import ProcessLimits


def test_the_environment_sets_the_limits():
    given = {"NEEDLEPOINT_FILE_MEMORY_MB": "800", "NEEDLEPOINT_FILE_TIMEOUT_S": "2.5"}
    assert ProcessLimits.from_environment(given) == ProcessLimits(memory_mb=800, timeout_s=2.5)
    assert ProcessLimits.from_environment({"NEEDLEPOINT_FILE_MEMORY_MB": ""}) == ProcessLimits()


@pytest.mark.parametrize("name", ["NEEDLEPOINT_FILE_MEMORY_MB", "NEEDLEPOINT_FILE_TIMEOUT_S"])
@pytest.mark.parametrize("value", ["many", "-1", "0", "inf", "nan"])
def test_limits_in_the_environment_are_checked(name, value):
    with pytest.raises(NeedlepointError, match=f"{name} must be a number from [0-9]+, got '{value}'"):
        ProcessLimits.from_environment({name: value})


def test_a_larger_file_has_more_time():
    assert ProcessLimits(timeout_s=30).seconds_for(40_000_000) == 120
    assert ProcessLimits(timeout_s=30).seconds_for(0) == 30
