"""What a process imports once, from which the commands of the tests are forked."""

import threading

from needlepoint.pipelines import light_start

light_start.allow()
light_start.prepare([])

import needlepoint.api.app  # noqa: E402
import needlepoint.cli.app  # noqa: E402
import needlepoint.nodes.register  # noqa: E402
import needlepoint.service.facade  # noqa: E402, F401

assert threading.active_count() == 1, "a thread is not forked with its process"
