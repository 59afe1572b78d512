"""Calendars (.ics) and address cards (.vcf): both are lines of a name, parameters and a value."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, PageText, one_line
from needlepoint.files.plain import decode_text
from needlepoint.files.source import SourceText
from needlepoint.files.tables import row_line
from needlepoint.text.marks import MarkKind

_LINE = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(?P<value>.*)", re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?$")
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_LONG = 200  # characters; a longer value is running text
_EVENTS = {"VEVENT": "Event", "VTODO": "Task", "VJOURNAL": "Entry"}
_CALENDAR = {
    "SUMMARY": "", "DTSTART": "Start", "DTEND": "End", "DUE": "Due", "DURATION": "Duration", "LOCATION": "Place",
    "ORGANIZER": "Organiser", "ATTENDEE": "Attendees", "STATUS": "Status", "RRULE": "Repeats", "CATEGORIES": "Categories",
    "COMPLETED": "Completed", "URL": "Link", "CONTACT": "Contact", "COMMENT": "Comment", "DESCRIPTION": "Description",
}  # fmt: skip
_CARD = {
    "FN": "Name", "ORG": "Organisation", "TITLE": "Position", "ROLE": "Role", "TEL": "Telephone", "EMAIL": "E-mail",
    "ADR": "Address", "BDAY": "Birthday", "URL": "Link", "NICKNAME": "Nickname", "CATEGORIES": "Categories", "NOTE": "Note",
}  # fmt: skip
_PEOPLE = frozenset({"ORGANIZER", "ATTENDEE"})
_PARTS = frozenset({"ORG", "ADR", "N"})  # whose values have several parts
_PLACED = frozenset({"TEL", "EMAIL", "ADR"})  # that may be somebody's at home or at work
_KINDS = ("cell", "fax", "home", "mobile", "work")


@dataclass(slots=True)
class _Component:
    """An event or a card: its values by their names, in the order of the file."""

    kind: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: str) -> None:
        if value:
            self.values.setdefault(name, []).append(value)


def read_calendar(data: bytes, limits: Limits) -> SourceText:
    """Read the events and tasks of a calendar, each as a line and its description."""
    return _read(data, limits, _EVENTS, _CALENDAR, "calendar")


def read_contacts(data: bytes, limits: Limits) -> SourceText:
    """Read address cards, each as a line and its note."""
    return _read(data, limits, {"VCARD": "Contact"}, _CARD, "contacts")


def _read(data: bytes, limits: Limits, kinds: dict[str, str], names: dict[str, str], type_: str) -> SourceText:
    collector = PageCollector(limits)
    page = PageText()
    for component in _components(decode_text(data), kinds, names):
        shown = [(names[name] or kinds[component.kind], ", ".join(stated)) for name, stated in component.values.items()]
        short = [(name, text) for name, text in shown if len(text) <= _LONG]
        page.write(row_line([name for name, _ in short], [text for _, text in short]), kind=MarkKind.ROW)
        for name, text in shown:
            page.write(f"{name}: {text}" if len(text) > _LONG else "", gap=1)
        collector.check(len(page))
    collector.add(page.text, marks=page.marks)
    return collector.source(type=type_, reason=f"no {' or '.join(kinds.values()).lower()} in it: nothing to index")


def _components(text: str, kinds: dict[str, str], names: dict[str, str]) -> Iterator[_Component]:
    open_: list[_Component] = []
    inner = 0  # parts of a component that are none of ours, such as alarms
    for name, parameters, value in _lines(text):
        if name == "BEGIN":
            if open_ and value.upper() not in kinds:
                inner += 1
            elif value.upper() in kinds:
                open_, inner = [_Component(value.upper())], 0
        elif name == "END" and open_:
            if inner:
                inner -= 1
            else:
                yield _sorted(open_.pop(), names)
        elif open_ and not inner and (name in names or name == "N"):
            open_[-1].add(name, _shown(name, parameters, value))
    if open_:
        yield _sorted(open_.pop(), names)  # the file was cut short


def _sorted(component: _Component, names: dict[str, str]) -> _Component:
    """Put the values in the order in which a person asks for them."""
    if "N" in component.values:
        component.values.setdefault("FN", component.values.pop("N"))
    component.values = {name: component.values[name] for name in names if name in component.values}
    return component


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    """Return name, parameters and value of each line; a line that begins with white space goes on with the one before."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "QUOTED-PRINTABLE" in text.upper():
        text = _without_soft_breaks(text)
    parts: list[str] = []
    for line in [*text.split("\n"), "END:"]:
        if line[:1] in (" ", "\t"):
            parts.append(line[1:])
            continue
        match = _LINE.fullmatch("".join(parts))
        if match is not None:
            yield match["name"].upper(), match["parameters"], match["value"]
        parts = [line]


def _without_soft_breaks(text: str) -> str:
    """Join the lines that quoted-printable ends with ``=``."""
    joined: list[str] = []
    is_open = False
    for line in text.split("\n"):
        if is_open:
            joined[-1] += line.removesuffix("=")
        else:
            is_open = "QUOTED-PRINTABLE" in line.upper()
            joined.append(line.removesuffix("=") if is_open else line)
        is_open = is_open and line.endswith("=")
    return "\n".join(joined)


def _shown(name: str, parameters: str, value: str) -> str:
    if "QUOTED-PRINTABLE" in parameters.upper():
        value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
    if name in _PEOPLE:
        return _person(parameters, value)
    if name == "RRULE":
        return value.replace(";", ", ").replace("=", " ").lower()
    if (moment := _MOMENT.fullmatch(value.strip())) is not None:
        return _moment(moment, parameters)
    if name in _PARTS:
        value = ", ".join(filter(None, (part.strip() for part in re.split(r"(?<!\\);", value))))
    text = one_line(_ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value))
    stated = parameters.lower() if name in _PLACED else ""
    kinds = [kind for kind in _KINDS if re.search(rf"\b{kind}\b", stated)]
    return f"{text} ({', '.join(kinds)})" if kinds and text else text


def _person(parameters: str, value: str) -> str:
    named = re.search(r"CN=(?:\"([^\"]*)\"|([^;:]*))", parameters, re.IGNORECASE)
    name = one_line((named[1] or named[2] or "") if named else "")
    address = re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)
    status = re.search(r"PARTSTAT=(DECLINED|TENTATIVE)", parameters, re.IGNORECASE)
    shown = f"{name} <{address}>" if name and address and name != address else name or address
    return f"{shown} ({status[1].lower()})" if status else shown


def _moment(moment: re.Match[str], parameters: str) -> str:
    """Return a day or a moment as a person writes it, with the time zone that the file states."""
    year, month, day, hour, minute, zulu = moment.groups()
    try:
        stated = date(int(year), int(month), int(day))
        shown = f"{stated.day} {_MONTHS[stated.month - 1]} {stated.year}"
        if hour is None:
            return shown
        datetime(stated.year, stated.month, stated.day, int(hour), int(minute))
    except ValueError:
        return moment.group()
    zone = re.search(r"TZID=\"?([^;:\"]*)", parameters, re.IGNORECASE)
    return f"{shown}, {hour}:{minute}" + (" UTC" if zulu else f" ({zone[1]})" if zone else "")
