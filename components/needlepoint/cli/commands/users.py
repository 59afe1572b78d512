"""``needlepoint users``: who may log in, what each may do, and which parts of the collection each may see."""

from typing import TYPE_CHECKING, Annotated

import typer

from needlepoint.cli.opening import open_access
from needlepoint.cli.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from needlepoint.people.access import Access

users = typer.Typer(
    no_args_is_help=True,
    help="Who may log in, what each may do and see. While there is no user, nobody logs in (docs/people.md).",
)
part = typer.Typer(no_args_is_help=True, help="Parts of the collection, which only some may see.")
users.add_typer(part, name="part")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
PartName = Annotated[str, typer.Argument(metavar="PART", help="The part's name.")]
_ROLES = "read: ask and look; add: also add documents and make sheets; manage: also delete, and see all."
MaySeeOption = Annotated[
    list[str] | None, typer.Option("--may-see", metavar="PART", help="A part that the user may see; repeatable.")
]
SeesAllOption = Annotated[bool, typer.Option("--sees-all", help="The user may see the whole collection.")]


@users.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help=_ROLES)] = "read",
    may_see: MaySeeOption = None,
    sees_all: SeesAllOption = False,
    proxied: Annotated[
        bool, typer.Option("--proxied", help="Without a password: a proxy names this user (NEEDLEPOINT_USER_HEADER).")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Add a user; the password is asked for, or read from standard input. The first user manages."""
    from needlepoint.people.person import Role

    wanted = Role.of(role)
    parts = _granted(name, may_see, sees_all=sees_all or (wanted is Role.MANAGE and not may_see))
    with open_access(store) as access:
        password = None if proxied else _password(name)
        user = access.users.add(name, wanted, password=password, parts=parts)
        _note(access, f"user {user.name} added, {user.role}, sees {_parts(user.parts)}")
    typer.echo(f"{user.name} may {user.role}, and sees {_parts(user.parts)}")


@users.command()
def change(
    name: Name,
    role: Annotated[str | None, typer.Option(help=f"{_ROLES} By default the same as before.")] = None,
    may_see: MaySeeOption = None,
    sees_all: SeesAllOption = False,
    store: StoreOption = None,
) -> None:
    """Give a user another role, other parts, or both, from the next request on; the parts named replace the former ones."""
    from needlepoint.people.person import Role

    with open_access(store) as access:
        user = access.users.get(name)
        wanted = user.role if role is None else Role.of(role)
        keeps = not may_see and not sees_all
        parts = user.parts if keeps else _granted(name, may_see, sees_all=sees_all)
        user = access.users.change(name, role=wanted, parts=parts)
        _note(access, f"user {user.name} changed, {user.role}, sees {_parts(user.parts)}")
    typer.echo(f"{user.name} may {user.role}, and sees {_parts(user.parts)}")


@users.command("list")
def list_(as_json: JsonOption = False, store: StoreOption = None) -> None:
    """List the users."""
    import json

    with open_access(store) as access:
        known = access.users.all()
    if as_json:
        listed = [
            {
                "name": each.name,
                "role": str(each.role),
                "parts": each.parts,
                "password": each.has_password,
                "made": each.made,
            }
            for each in known
        ]
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for each in known:
        how = "" if each.has_password else "  (by the proxy)"
        typer.echo(f"{each.name}  {each.role}  sees {_parts(each.parts)}{how}")
    if not known:
        typer.echo("No user yet: nobody logs in. The first one manages: needlepoint users add NAME --role manage")


@users.command()
def password(name: Name, store: StoreOption = None) -> None:
    """Give a user another password, which ends this user's sessions."""
    with open_access(store) as access:
        user = access.users.get(name)
        access.users.set_password(user.name, _password(user.name))
        _note(access, f"password of {user.name} changed")
    typer.echo(f"{user.name} has another password, and no session any more")


@users.command()
def remove(name: Name, store: StoreOption = None) -> None:
    """Remove a user, and end this user's sessions; who manages last cannot be removed."""
    with open_access(store) as access:
        user = access.users.get(name)
        access.users.remove(user.name)
        _note(access, f"user {user.name} removed")
    typer.echo(f"{user.name} removed")


@part.command("add")
def add_part(
    name: PartName,
    folder: Annotated[
        list[str] | None, typer.Option(help="A folder, with all folders in it; repeatable: any of them.")
    ] = None,
    filter_: Annotated[
        list[str] | None, typer.Option("--filter", help="What its documents have, such as project=harbour; repeatable.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Make a part of the collection, or say anew what belongs to it."""
    from needlepoint.cli.filters import parse_filters
    from needlepoint.people.parts import below_folder

    conditions = [{"$or": [below_folder(each) for each in folder]}] if folder else []
    if wanted := parse_filters(filter_):
        conditions.append(wanted)
    with open_access(store) as access:
        access.users.parts.add(name, {"$and": conditions} if conditions else {})
        _note(access, f"part {name} set")
    typer.echo(f"{name} is a part of the collection: needlepoint users change NAME --may-see {name}")


@part.command("list")
def list_parts(store: StoreOption = None) -> None:
    """List the parts with their filters."""
    import json

    with open_access(store) as access:
        known = access.users.parts.all()
    for name, filters in known.items():
        typer.echo(f"{name}  {json.dumps(filters, ensure_ascii=False)}")


@part.command("remove")
def remove_part(name: PartName, store: StoreOption = None) -> None:
    """Remove a part; its documents stay, and who saw them by it sees them no longer."""
    with open_access(store) as access:
        access.users.parts.remove(name)
        _note(access, f"part {name} removed")
    typer.echo(f"{name} removed")


def _password(name: str) -> str:
    """Ask for a password without showing it, or read the first line of what is sent."""
    import getpass
    import sys

    from needlepoint.errors import PeopleError

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Password for {name}: ")
    if first != getpass.getpass("The same again: "):
        raise PeopleError("the two passwords differ: nothing was changed")
    return first


def _parts(parts: tuple[str, ...] | None) -> str:
    return "everything" if parts is None else ", ".join(parts) or "nothing"


def _granted(name: str, may_see: list[str] | None, *, sees_all: bool) -> list[str] | None:
    """Return the parts that a user may see, None for everything; it must be said, since nobody sees anything by default."""
    from needlepoint.errors import PeopleError

    if sees_all == bool(may_see):
        raise PeopleError(
            f"say what {name} may see: --may-see PART (needlepoint users part add makes one), or --sees-all"
        )
    return None if sees_all else may_see


def _note(access: "Access", what: str) -> None:
    """Note a change of the users in the audit log, with the account that makes it here."""
    import getpass
    import os

    if os.environ.get("NEEDLEPOINT_AUDIT") == "0":
        return
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = str(os.getuid())
    access.audit.note(f"(command line, {account})", "managed", what)
