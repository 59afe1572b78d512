"""``needlepoint serve``: the REST service."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from needlepoint.cli.options import PipelineOption, StoreOption

if TYPE_CHECKING:
    from needlepoint.api.limits import Limits
    from needlepoint.service.facade import Service

_FINISHING_S = 60  # running requests get this long to finish when the service is told to end


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on (default: this machine only).")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
    log_questions: Annotated[bool, typer.Option("--log-questions", help="Write questions into the log.")] = False,
) -> None:
    """Serve the REST interface until Ctrl-C: Haystack's routes and Needlepoint's own (docs/service.md)."""
    import dataclasses
    import logging
    import sys

    from needlepoint.api.limits import Limits
    from needlepoint.cli.opening import has_users, open_service
    from needlepoint.cli.ports import refuse_taken_port

    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("needlepoint.api").setLevel(logging.INFO)
    limits = Limits.from_environment()
    if log_questions:
        limits = dataclasses.replace(limits, log_questions=True)
    limits.check_address(host, has_users=has_users(store))
    refuse_taken_port(host, port)
    with open_service(store, pipeline) as service:
        typer.echo(f"Needlepoint listens on http://{_shown(host)}:{port}; Ctrl-C ends it", err=True)
        server(service, limits, host=host, port=port).run()


def server(service: "Service", limits: "Limits", *, host: str, port: int) -> Any:
    """Return a uvicorn server of the application, not yet running."""
    import uvicorn

    from needlepoint.api.app import create_app

    config = uvicorn.Config(
        create_app(service, limits),
        host=host,
        port=port,
        access_log=False,  # a query string may hold a person's words
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_FINISHING_S,
    )
    return uvicorn.Server(config)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
