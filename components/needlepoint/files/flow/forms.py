"""Fields of a text: what is calculated, and forms in which somebody chooses."""

from dataclasses import dataclass, field

from needlepoint.files.shown.ticks import TICKED, UNTICKED

_UNSET = 25  # the file's word for a form that nobody has filled


@dataclass(slots=True)
class FormField:
    """A field as it is read: its code, and the box or list in it."""

    code: str = ""
    result: int = _UNSET
    default: int = 0
    entries: list[str] = field(default_factory=list)

    @property
    def counts_pages(self) -> bool:
        """Whether it shows the number of the page."""
        return not {"PAGE", "NUMPAGES"}.isdisjoint(self.code.split())

    def shown(self) -> str:
        """Return what a form shows in its place: a tick box, or the entry chosen from a list."""
        words = self.code.split()
        chosen = self.default if self.result == _UNSET else self.result
        if "FORMCHECKBOX" in words:
            return TICKED if chosen == 1 else UNTICKED
        return self.entries[chosen] if "FORMDROPDOWN" in words and 0 <= chosen < len(self.entries) else ""
