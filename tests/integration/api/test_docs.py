"""docs/service.md names every route and every setting, and none that there is not."""

import dataclasses
import re
from pathlib import Path

from needlepoint.api.limits import Limits
from needlepoint.files.ocr.settings import RAPIDOCR
from needlepoint.files.workers.limits import ProcessLimits

TEXT = (Path(__file__).parents[3] / "docs" / "service.md").read_text(encoding="utf-8")


def test_every_route_is_named(shown):
    paths = set(shown.get("/openapi.json").json()["paths"])
    named = set(re.findall(r"`(?:(?:GET|POST|PUT|DELETE) )?(/[a-z_{}/.-]+)`", TEXT))
    assert paths == named - {"/openapi.json"}


def test_every_setting_is_named_with_its_default():
    rows = dict(re.findall(r"^\| `NEEDLEPOINT_([A-Z_]+)` \| (\S*) ?\|", TEXT, re.MULTILINE))
    defaults = {field.name: field.default for field in dataclasses.fields(Limits)}
    defaults |= {f"file_{field.name}": field.default for field in dataclasses.fields(ProcessLimits)}
    for name, value in defaults.items():
        shown = f"{value:g}" if isinstance(value, float) else str(value)
        assert rows.pop(name.upper()) == ("" if value is False or value in ("", ()) else shown)
    assert rows == {"OCR": RAPIDOCR}
