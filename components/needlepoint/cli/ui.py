"""``needlepoint ui``: the page in a browser."""

from typing import Annotated

import typer

from needlepoint.cli.options import PipelineOption, StoreOption

_LOOPBACK = ("127.0.0.1", "localhost")


def ui(
    host: Annotated[str, typer.Option(help="Address to listen on; only this machine by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Serve the page until Ctrl-C."""
    import os
    import sys

    from needlepoint import resources

    _refuse_taken_port(host, port)
    environment = dict(os.environ)
    if store is not None:
        environment["NEEDLEPOINT_STORE"] = str(store.expanduser().absolute())
    if pipeline is not None:
        environment["NEEDLEPOINT_PIPELINE"] = pipeline
    script = resources.page_script()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true"]
    command += [f"--server.address={host}", f"--server.port={port}", "--browser.gatherUsageStats=false"]
    if host in _LOOPBACK:  # a page of another site must not reach this one under a name of its own (DNS rebinding)
        command += [f"--server.allowedHosts={name}" for name in _LOOPBACK]
    _become(command, environment)


def _become(command: list[str], environment: dict[str, str]) -> None:
    """Turn into the page's server, so that a signal to this process reaches it; where that cannot be, wait for it."""
    import os
    import subprocess

    if os.name == "posix":
        os.execve(command[0], command, environment)
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


def _refuse_taken_port(host: str, port: int) -> None:
    import socket

    from needlepoint.errors import NeedlepointError

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NeedlepointError(
                f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
            ) from error
