"""HTML: a page with a navigation bar and a footer around the text, as web sites have them."""

from html import escape
from pathlib import Path

from building.sources import Block, Bullets, Heading, Paragraph, Source, Table, runs

_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="author" content="{author}">
<meta name="description" content="{subject}">
<meta name="date" content="{date}">
<style>
body {{ font-family: Georgia, serif; max-width: 44em; margin: auto }}
nav a {{ margin-right: 1em }}
td, th {{ padding: .2em .8em; text-align: left }}
</style>
<script>document.documentElement.className = "js";</script>
</head>
<body>
<header><nav>
<a href="/timetable">Timetable</a> <a href="/fares">Fares</a> <a href="/book">Book</a> <a href="/news">News</a>
</nav></header>
<main>
<h1>{title}</h1>
{body}
</main>
<footer><p>Tarvay Sound Ferries plc, Harbour House, 2 Quay Street, Port Ardlaw</p></footer>
</body>
</html>
"""


def write(source: Source, path: Path) -> None:
    """Write the page in UTF-8."""
    body = "\n".join(_element(block) for block in source.blocks)
    properties = {key: escape(value) for key, value in source.properties.items()}
    path.write_text(_PAGE.format(body=body, **properties), encoding="utf-8", newline="\n")


def _element(block: Block) -> str:
    match block:
        case Heading(text=text):
            return f"<h2>{_inline(text)}</h2>"
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>"
        case Bullets(items):
            return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
        case Table(rows):
            head, *others = ("".join(f"<{tag}>{_inline(cell)}</{tag}>" for cell in row) for tag, row in _tagged(rows))
            return "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in (head, *others)) + "\n</table>"
        case _:
            raise ValueError(f"not for a web page: {block}")


def _tagged(rows: tuple[tuple[str, ...], ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [("th" if number == 0 else "td", row) for number, row in enumerate(rows)]


def _inline(text: str) -> str:
    return "".join(
        f"<strong>{escape(piece, quote=False)}</strong>" if bold else escape(piece, quote=False)
        for piece, bold in runs(text)
    )
