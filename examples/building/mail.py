"""EML: a message with a plain and an HTML part, quoted-printable."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from pathlib import Path

from building.sources import Source


def write(source: Source, path: Path) -> None:
    """Write the message; its ids are made from the file's name, so that they never change."""
    stem = path.stem
    message = EmailMessage(policy=SMTP)
    message["From"] = source.properties["from"]
    message["To"] = source.properties["to"]
    if "cc" in source.properties:
        message["Cc"] = source.properties["cc"]
    message["Subject"] = source.properties["title"]
    message["Date"] = source.moment
    message["Message-ID"] = f"<{stem}@mail.example>"
    message.set_content(source.body, cte="quoted-printable")
    message.add_alternative(_html(source.body), subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{stem}")
    path.write_bytes(message.as_bytes())


def _html(body: str) -> str:
    paragraphs = (escape(part, quote=False).replace("\n", "<br>\n") for part in re.split(r"\n\n+", body.strip()))
    return "<html><body>\n" + "\n".join(f"<p>{part}</p>" for part in paragraphs) + "\n</body></html>\n"
