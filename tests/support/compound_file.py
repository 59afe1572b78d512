"""Writes the form of file that Outlook's messages and old Office files have (MS-CFB, version 3): streams in storages."""

import struct

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT_SECTOR, DIFAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC


def compound_file(streams):
    """Return the bytes of a file with these streams.

    :param streams: bytes by path, such as ``("storage", "stream")``.
    """
    tree = {}
    for path, data in streams.items():
        place = tree
        for storage in path[:-1]:
            place = place.setdefault(storage, {})
        place[path[-1]] = data
    return _File(tree).bytes()


class _File:
    def __init__(self, tree):
        self.entries, self.sectors, self.fat, self.mini, self.mini_fat = [], [], [], b"", []
        self.entries.append(None)
        child = self._children(tree)
        start = self._chain(self.mini) if self.mini else END
        self.entries[0] = _entry("Root Entry", 5, child=child, start=start, size=len(self.mini))

    def bytes(self):
        directory = b"".join(self.entries)
        directory += bytes(-len(directory) % SECTOR)
        directory_start = self._chain(directory)
        mini_fat = struct.pack(f"<{len(self.mini_fat)}I", *self.mini_fat)
        mini_start = self._chain(mini_fat, fill=b"\xff") if mini_fat else END
        fats = difats = 0
        while fats * (SECTOR // 4) < len(self.sectors) + fats + difats:
            fats += 1
            difats = -(-max(fats - 109, 0) // 127)
        first = len(self.sectors)
        fat = [*self.fat, *[FAT_SECTOR] * fats, *[DIFAT_SECTOR] * difats]
        fat += [FREE] * (fats * (SECTOR // 4) - len(fat))
        packed = struct.pack(f"<{len(fat)}I", *fat)
        difat = [first + number for number in range(fats)] + [FREE] * (109 - fats)
        for number in range(difats):
            entries = difat[109 + 127 * number :][:127]
            entries += [FREE] * (127 - len(entries))
            packed += struct.pack("<128I", *entries, first + fats + number + 1 if number + 1 < difats else END)
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        numbers = (0, fats, directory_start, 0, CUTOFF, mini_start, -(-len(mini_fat) // SECTOR))
        head += struct.pack("<10I", *numbers, first + fats if difats else END, difats, difat[0])
        head += struct.pack("<108I", *difat[1:109])
        return head + b"".join(self.sectors) + packed

    def _children(self, tree):
        """Write a storage's members; return the first one's number. Each is the right neighbour of the one before."""
        names = sorted(tree, key=lambda name: (len(name), name.upper()))
        numbers = []
        for _ in names:
            numbers.append(len(self.entries))
            self.entries.append(None)
        for place, name in enumerate(names):
            right = numbers[place + 1] if place + 1 < len(names) else FREE
            content = tree[name]
            if isinstance(content, dict):
                entry = _entry(name, 1, child=self._children(content), right=right)
            else:
                entry = _entry(name, 2, start=self._stream(content), size=len(content), right=right)
            self.entries[numbers[place]] = entry
        return numbers[0] if numbers else FREE

    def _stream(self, data):
        if not data:
            return END
        if len(data) >= CUTOFF:
            return self._chain(data)
        start, count = len(self.mini_fat), -(-len(data) // MINI)
        self.mini += data + bytes(-len(data) % MINI)
        self.mini_fat += [*range(start + 1, start + count), END]
        return start

    def _chain(self, data, fill=b"\0"):
        start, count = len(self.sectors), -(-len(data) // SECTOR)
        data += fill * (-len(data) % SECTOR)
        self.sectors += [data[at : at + SECTOR] for at in range(0, len(data), SECTOR)]
        self.fat += [*range(start + 1, start + count), END]
        return start


def _entry(name, kind, *, child=FREE, right=FREE, start=0, size=0):
    coded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII16xI16xIQ", coded, len(coded), kind, 1, FREE, right, child, 0, start, size)
