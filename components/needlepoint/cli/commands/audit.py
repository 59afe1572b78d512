"""``needlepoint audit``: who asked, opened, exported, added and deleted."""

from typing import Annotated

import typer

from needlepoint.cli.opening import open_access
from needlepoint.cli.options import StoreOption


def audit(
    since: Annotated[str, typer.Option(help="The first day or moment in UTC, such as 2026-11-29 (default: all).")] = "",
    user: Annotated[str | None, typer.Option(help="Only what this user did.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line instead of text.")] = False,
    store: StoreOption = None,
) -> None:
    """Print the audit log, oldest first: moment, user, what was done, to what, status, address."""
    import json
    from dataclasses import asdict

    from needlepoint.cli.printing import printable

    with open_access(store) as access:
        for entry in access.audit.entries(since=since, who=user):
            if as_json:
                typer.echo(json.dumps(asdict(entry), ensure_ascii=False))
            else:
                who = entry.who or "(unknown)"
                typer.echo(
                    printable(f"{entry.moment}  {who}  {entry.did}  {entry.what}  {entry.status}  {entry.address}")
                )
