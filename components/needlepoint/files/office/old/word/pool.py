"""The objects of other programs in a ``.doc``, which its text names by their numbers."""

from contextlib import suppress

from needlepoint.files.flow.blocks import ChartLines
from needlepoint.files.office.objects import OleObject
from needlepoint.files.office.old.graphs import chart_lines_of, is_graph_object
from needlepoint.files.ole import BoundedOle

_POOL = "ObjectPool"
_NUMBER = 0xFFFFFFFF


class ObjectPool:
    """The objects of a file."""

    def __init__(self, ole: BoundedOle) -> None:
        self._objects: dict[int, OleObject] = {}
        self._placed: set[int] = set()
        for each in pooled(ole):
            with suppress(ValueError):
                self._objects[int(each.name[1:]) & _NUMBER] = each

    def __contains__(self, number: int) -> bool:
        return number & _NUMBER in self._objects

    def placed(self, number: int) -> ChartLines:
        """Note that an object has its place in the text, and return what the chart shows that it is.

        Nothing is shown of an object that is no chart, or that had its place before.
        """
        number &= _NUMBER
        is_new, found = number not in self._placed, self._objects.get(number)
        self._placed.add(number)
        return ChartLines(tuple(chart_lines_of(found)) if found and is_new else ())

    def unplaced(self) -> list[int]:
        """Return the charts of Microsoft Graph that have no place in the text."""
        return [at for at, each in self._objects.items() if at not in self._placed and is_graph_object(each)]


def pooled(ole: BoundedOle) -> list[OleObject]:
    """Return the objects, in the order of their names."""
    return [each for pool in OleObject(ole).storages(_POOL) for each in pool.storages("_")]
