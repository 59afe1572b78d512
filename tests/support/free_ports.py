"""Ports that nobody else takes before the server that is told to listen there has started.

The system hands out ports from 32768 on, to whoever connects or binds port 0; these lie below. Every process of tests begins at
a place of its own.
"""

import os
import socket

_FIRST, _COUNT = 12_000, 20_000
_tried = os.getpid() * 61


def free_port(*hosts):
    """Return a port that is free on all of the hosts, each time another one."""
    global _tried
    while True:
        _tried += 1
        port = _FIRST + _tried % _COUNT
        if all(_is_free(host, port) for host in hosts or ("127.0.0.1",)):
            return port


def _is_free(host, port):
    with socket.socket() as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
