"""The charts among the objects that slides of a ``.ppt`` show."""

from collections.abc import Mapping

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.office.objects import DAMAGES, opened_object
from needlepoint.files.office.old.graphs import chart_lines_of
from needlepoint.files.office.old.slides.records import Record
from needlepoint.files.pages import TextLine


class SlideObjects:
    """The objects of a file, by the numbers that shapes name them by."""

    def __init__(self, records: Mapping[int, Record], limits: Limits) -> None:
        self._records, self._limits = records, limits
        self._shown: set[int] = set()

    def __contains__(self, number: int) -> bool:
        return number in self._records

    def chart(self, number: int, about: str) -> list[TextLine]:
        """Return the lines of the chart that an object is, the first time; none where there is none, or it is no chart.

        :param about: what it stands under.
        """
        if number not in self._records or number in self._shown:
            return []
        self._shown.add(number)
        try:
            with opened_object(self._records[number].unpacked(self._limits)) as found:
                return chart_lines_of(found, about)
        except (*DAMAGES, UnreadableFileError):  # told where its file is looked for
            return []
