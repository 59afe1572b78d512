"""The addresses of quotes in Needlepoint's page, or in another program that shows documents."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote as escaped
from urllib.parse import urlsplit

from needlepoint.answers.replies import Quote
from needlepoint.errors import SheetError

_FIELDS: Final = {
    "document": lambda quote: quote.document_id,
    "name": lambda quote: quote.name,
    "page": lambda quote: quote.page,
    "start": lambda quote: quote.start,
    "end": lambda quote: quote.end,
}
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_LONGEST = 1_000


def links_to(address: str) -> Callable[[Quote], str]:
    """Return what gives each quote the address of its place.

        >>> links_to("http://localhost:8501")(quote)
        'http://localhost:8501/?open=0f3a:120-133'

    :param address: of Needlepoint's page; or any address with ``{document}``, ``{name}``, ``{page}``, ``{start}`` and ``{end}``.
    :raises SheetError: it is no ``http`` or ``https`` address, is too long, or has another field in braces.
    """
    _check(address)
    pattern = address if _FIELD.search(address) else f"{address.rstrip('/')}/?open={{document}}:{{start}}-{{end}}"

    def link(quote: Quote) -> str:
        return _FIELD.sub(lambda field: escaped(str(_FIELDS[field[1]](quote)), safe=""), pattern)

    return link


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and address.isprintable()
    except ValueError:
        is_web = False
    if not is_web or " " in address or len(address) > _LONGEST:
        raise SheetError(f"'{address[:60]}' is no address for links: write one such as http://localhost:8501")
    unknown = [name for name in _FIELD.findall(address) if name not in _FIELDS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in _FIELDS)
        raise SheetError(f"a link knows no {{{unknown[0][:30]}}}: its fields are {known}")
