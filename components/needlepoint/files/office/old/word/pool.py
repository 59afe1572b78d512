"""The objects of other programs in a ``.doc``, which its text names by their numbers."""

from collections.abc import Iterator
from contextlib import suppress

from needlepoint.files.flow.blocks import ChartLines
from needlepoint.files.office.objects import OleObject
from needlepoint.files.office.old.graphs import chart_lines_of, is_graph_object
from needlepoint.files.ole import BoundedOle

_POOL = "ObjectPool"


class ObjectPool:
    """The objects of a file."""

    def __init__(self, ole: BoundedOle) -> None:
        self._objects: dict[int, OleObject] = {}
        self._placed: set[int] = set()
        for each in pooled(ole):
            with suppress(ValueError):
                self._objects[int(each.name[1:])] = each

    def place(self, number: int) -> bool:
        """Note that an object has its place in the text; return whether there is such an object."""
        self._placed.add(number)
        return number in self._objects

    def chart(self, number: int) -> ChartLines:
        """Return what the chart shows that an object is; nothing where it is none."""
        found = self._objects.get(number)
        return ChartLines(() if found is None else tuple(chart_lines_of(found)))

    def unplaced(self) -> Iterator[int]:
        """Return the charts of Microsoft Graph that have no place in the text."""
        return (at for at, each in self._objects.items() if at not in self._placed and is_graph_object(each))


def pooled(ole: BoundedOle) -> list[OleObject]:
    """Return the objects, in the order of their names."""
    return [each for pool in OleObject(ole).storages(_POOL) for each in pool.storages("_")]
