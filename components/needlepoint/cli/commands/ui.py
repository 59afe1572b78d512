"""``needlepoint ui``: serves the page, with a service of its own unless it is given the address of another."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from needlepoint.cli.options import PipelineOption, StoreOption

_LOOPBACK = ("127.0.0.1", "localhost")
_EVERYWHERE = ("0.0.0.0", "::")
_ENDING_S = 10
_ANSWER_S = 10.0


def ui(
    host: Annotated[str, typer.Option(help="Address to listen on (default: this machine only).")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    service: Annotated[
        str | None,
        typer.Option(help="Address of a running service (default: start one that ends with the page)."),
    ] = None,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Serve the page until Ctrl-C."""
    from needlepoint.cli.ports import refuse_taken_port
    from needlepoint.errors import QuestionError, require_app

    require_app()
    _refuse_open_page(host, store, service)
    refuse_taken_port(host, port)
    command = _page_command(host, port)
    if service is None:
        raise typer.Exit(_with_own_service(command, store, pipeline))
    if store is not None or pipeline is not None:
        raise QuestionError("--service has a store and a pipeline of its own: leave out --store and --pipeline")
    if not service.startswith(("http://", "https://")):
        raise QuestionError(f"--service must be an address such as http://127.0.0.1:8000, got '{service}'")
    _become(command, {**os.environ, "NEEDLEPOINT_SERVICE": service.rstrip("/")})


def _refuse_open_page(host: str, store: Path | None, service: str | None) -> None:
    """Refuse to serve the page to other machines by mistake where nobody logs in: the service's key stands behind it."""
    from needlepoint.errors import QuestionError

    if host in (*_LOOPBACK, "::1") or os.environ.get("NEEDLEPOINT_PAGE_BEHIND_LOGIN") == "1" or _asks(store, service):
        return
    raise QuestionError(
        f"everybody who reaches {host} would see all documents, since the page has no login: add users who log in "
        "(needlepoint users add), or put a proxy with a login in front of it, then set NEEDLEPOINT_PAGE_BEHIND_LOGIN=1"
    )


def _asks(store: Path | None, service: str | None) -> bool:
    """Return whether the service asks who is there, so that its page does."""
    from needlepoint.cli.opening import has_users

    if service is None:
        return bool(os.environ.get("NEEDLEPOINT_USER_HEADER", "").strip()) or has_users(store)
    import httpx

    headers = {"X-Needlepoint-Page": "1", "X-API-Key": os.environ.get("NEEDLEPOINT_API_KEY", "")}
    try:
        reply = httpx.get(f"{service.rstrip('/')}/me", headers=headers, timeout=_ANSWER_S)
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return reply.status_code == httpx.codes.UNAUTHORIZED and "log in" in reply.text


def _page_command(host: str, port: int) -> list[str]:
    from needlepoint import resources

    command = [sys.executable, "-m", "streamlit", "run", str(resources.page_script()), "--server.headless=true"]
    command += [f"--server.address={host}", f"--server.port={port}", "--browser.gatherUsageStats=false"]
    if host in _LOOPBACK:  # a page of another site must not reach this one under a name of its own (DNS rebinding)
        names = [name.strip() for name in os.environ.get("NEEDLEPOINT_HOSTS", "").split(",")]
        command += [f"--server.allowedHosts={name}" for name in (*_LOOPBACK, *filter(None, names))]
    if host in _EVERYWHERE:  # without a name to print, Streamlit asks a server on the internet for one
        command.append("--browser.serverAddress=localhost")
    return command


def _become(command: list[str], environment: dict[str, str]) -> None:
    """Turn this process into the page's server, so that signals reach it; where that is impossible, wait for it."""
    if os.name == "posix":
        os.execve(command[0], command, environment)
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


def _with_own_service(command: list[str], store: Path | None, pipeline: str | None) -> int:
    """Run the page beside a service in this process; they end together."""
    with _service(store, pipeline) as (address, key), _ended_by_signals():
        environment = {**os.environ, "NEEDLEPOINT_SERVICE": address, "NEEDLEPOINT_API_KEY": key}
        with subprocess.Popen(command, env=environment) as page:
            try:
                return page.wait()
            finally:
                page.terminate()
                try:
                    page.wait(_ENDING_S)
                except subprocess.TimeoutExpired:
                    page.kill()


@contextmanager
def _service(store: Path | None, pipeline: str | None) -> Iterator[tuple[str, str]]:
    """Serve on a free port of this machine until the block ends; yields address and key."""
    import dataclasses
    import secrets
    import threading

    from needlepoint.api.limits import Limits
    from needlepoint.cli.commands.serve import server
    from needlepoint.cli.opening import open_service
    from needlepoint.cli.ports import free_port

    limits = Limits.from_environment()
    limits = dataclasses.replace(limits, api_key=limits.api_key or secrets.token_urlsafe(32))
    port = free_port()
    with open_service(store, pipeline) as service:
        running = server(service, limits, host="127.0.0.1", port=port)
        thread = threading.Thread(target=running.run, name="service")
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}", limits.api_key
        finally:
            running.should_exit = True
            thread.join()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM end this process in an orderly way, as Ctrl-C does."""

    def end(*_: Any) -> None:
        raise typer.Exit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    finally:
        signal.signal(signal.SIGTERM, before)
