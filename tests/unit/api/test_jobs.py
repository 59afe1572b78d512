"""Jobs are refused with the true reason."""

import pytest

from needlepoint.api.errors import RefusedError
from needlepoint.api.jobs.queue import Job, Jobs


def test_a_job_at_shutdown_is_refused_and_cleaned_up():
    cleaned = []
    jobs = Jobs()
    jobs.close()
    with pytest.raises(RefusedError, match="the service is shutting down: try again later") as refused:
        jobs.submit(Job(lambda job: None, clean=lambda: cleaned.append(True)))
    assert (refused.value.status, cleaned) == (503, [True])
