"""Finds free ports, and refuses taken ones."""

import socket

from needlepoint.errors import NeedlepointError


def refuse_taken_port(host: str, port: int) -> None:
    """Fail at once, in one line, rather than in the middle of a server's start.

    :raises NeedlepointError: the address cannot be listened on.
    """
    try:
        with _bound(host, port):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise NeedlepointError(f"cannot listen on {host}:{port}: {reason}; choose another with --port") from error


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port on which nothing listens."""
    with _bound(host, 0) as probe:
        return int(probe.getsockname()[1])


def _bound(host: str, port: int) -> socket.socket:
    probe = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
    except OSError:
        probe.close()
        raise
    return probe
