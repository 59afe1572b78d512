"""Outlook's messages say what ordinary ones of the same words say."""

import struct
from datetime import UTC, datetime, timedelta

import pytest

from holding_files import outlook, tnef
from needlepoint.errors import UnreadableFileError
from needlepoint.files.formats import format_of
from needlepoint.files.limits import Limits
from needlepoint.files.office.compound import compound_file
from needlepoint.files.reading import read_data

MOMENT = datetime(2024, 5, 4, 9, 30, tzinfo=UTC)
TICKS = (MOMENT - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10


def text(id_, value):
    return {(f"__substg1.0_{id_:04X}001F",): value.encode("utf-16-le")}


def binary(id_, value):
    return {(f"__substg1.0_{id_:04X}0102",): value}


def fixed(*entries, head=32):
    return bytes(head) + b"".join(struct.pack("<HHI8s", kind, id_, 6, value) for id_, kind, value in entries)


def within(storage, streams):
    return {(*storage, *path): data for path, data in streams.items()}


def message(*streams, values=(), head=32):
    made = {("__properties_version1.0",): fixed(*values, head=head)}
    for each in streams:
        made |= each
    return made


def receiver(number, kind, name, mailbox):
    values = {("__properties_version1.0",): fixed((0x0C15, 3, struct.pack("<II", kind, 0)), head=8)}
    return within((f"__recip_version1.0_#{number:08X}",), {**values, **text(0x3001, name), **text(0x39FE, mailbox)})


def parts(name, data):
    found = format_of(name, data)
    return {part.name: b"".join(part.chunks()) for part in found.parts(data, Limits())}


def test_headers_text_and_metadata_are_those_of_an_ordinary_message():
    data = compound_file(
        message(
            text(0x0037, "Re: Größe der Boje"),
            text(0x0C1A, "Søren Ömer"),
            text(0x5D01, "soren@pier.example"),
            text(0x1000, "It weighs 940 kilograms.\r\n"),
            text(0x1042, "<1@pier.example>"),
            receiver(0, 1, "Bo", "bo@pier.example"),
            receiver(1, 2, "Cy", "cy@pier.example"),
            receiver(2, 1, "Di", "/O=PIER/CN=DI"),
            values=[(0x0039, 0x40, struct.pack("<Q", TICKS))],
        )
    )
    source = read_data("mail.msg", data)
    assert source.text == (
        "From: Søren Ömer <soren@pier.example>\nTo: Bo <bo@pier.example>, Di\nCc: Cy <cy@pier.example>\n"
        "Date: Sat, 04 May 2024 09:30:00 +0000\nSubject: Re: Größe der Boje\n\nIt weighs 940 kilograms."
    )
    assert (source.type, source.title, source.metadata["date"]) == ("email", "Re: Größe der Boje", "2024-05-04")
    assert (source.metadata["thread"], source.metadata["thread_id"]) == ("Größe der Boje", "<1@pier.example>")


def test_headers_of_the_way_are_preferred():
    head = "From: Ada <ada@x.example>\r\nReferences: <1@x>\r\n <2@x>\r\nContent-Type: multipart/mixed\r\n\r\n"
    source = read_data(
        "a.msg", compound_file(message(text(0x007D, head), text(0x1000, "Hello"), text(0x0C1A, "A. L.")))
    )
    assert source.text == "From: Ada <ada@x.example>\n\nHello"
    assert source.metadata["thread_id"] == "<1@x>"


def test_the_page_is_read_where_there_is_no_plain_text():
    page = "<p>The rent is <b>940</b> €.</p>".encode("cp1252")
    streams = message(binary(0x1013, page), values=[(0x3FDE, 3, struct.pack("<II", 1252, 0))])
    assert read_data("a.msg", compound_file(streams)).text == "The rent is 940 €."


def test_packed_rtf_is_read_where_there_is_nothing_else():
    from compressed_rtf import compress

    packed = compress(rb"{\rtf1\ansi The rent is 940 euros.\par}")
    assert read_data("a.msg", compound_file(message(binary(0x1009, packed)))).text == "The rent is 940 euros."


def test_eight_bit_texts_are_read_by_their_code_page():
    streams = {("__substg1.0_1000001E",): "Größe 940".encode("cp1250"), ("__substg1.0_0037001E",): b"x"}
    data = compound_file(message(streams, values=[(0x3FFD, 3, struct.pack("<II", 1250, 0))]))
    assert read_data("a.msg", data).text == "Subject: x\n\nGröße 940"


def test_an_attached_message_is_an_ordinary_one_with_its_own_attachments():
    storage = ("__attach_version1.0_#00000000", "__substg1.0_3701000D")
    inner = message(
        text(0x0037, "Inner"),
        text(0x1000, "Inner words."),
        within(
            ("__attach_version1.0_#00000000",),
            {("__properties_version1.0",): bytes(8), **text(0x3707, "annex.txt"), **binary(0x3701, b"The annex.")},
        ),
        head=24,
    )
    attached = within(
        ("__attach_version1.0_#00000000",), {("__properties_version1.0",): bytes(8), **text(0x3001, "Inner")}
    )
    data = compound_file(message(text(0x1000, "Outer words."), attached, within(storage, inner)))
    found = parts("a.msg", data)
    assert list(found) == ["Inner.eml"]
    assert read_data("Inner.eml", found["Inner.eml"]).text.startswith("Subject: Inner\n\nInner words.")
    assert parts("Inner.eml", found["Inner.eml"]) == {"annex.txt": b"The annex."}
    assert parts("a.msg", data) == found  # the same bytes each time


def test_a_picture_in_the_text_is_no_attachment():
    shown = {
        ("__properties_version1.0",): bytes(8),
        **text(0x3707, "logo.png"),
        **text(0x370E, "image/png"),
        **text(0x3712, "logo@x"),
        **binary(0x3701, b"\x89PNG"),
    }
    data = compound_file(message(text(0x1000, "Words."), within(("__attach_version1.0_#00000000",), shown)))
    assert parts("a.msg", data) == {}
    assert read_data("a.msg", data).unread == ("picture logo.png: its content was not read",)


@pytest.mark.parametrize("cut", [600, 1500])
def test_a_damaged_message_is_told(cut):
    with pytest.raises(UnreadableFileError, match="open it in Outlook and save it again"):
        read_data("a.msg", outlook({"a.txt": b"text" * 2000})[:cut] + b"__substg1.0_".decode().encode("utf-16-le"))


def test_winmail_dat_gives_the_message_and_the_files():
    data = tnef({"annex.txt": b"The annex.", "Größe.txt".encode("ascii", "replace").decode(): b"Size."})
    assert read_data("winmail.dat", data).text == (
        "Subject: Annexes of the pier\n\nThe annexes follow.\n\nAttachment: annex.txt\nAttachment: Gr??e.txt"
    )
    assert parts("winmail.dat", data) == {"annex.txt": b"The annex.", "Gr??e.txt": b"Size."}


def test_winmail_dat_that_is_cut_is_read_as_far_as_it_goes():
    data = tnef({"annex.txt": b"The annex.", "rest.txt": b"x" * 1000})
    assert parts("winmail.dat", data[:-500])["annex.txt"] == b"The annex."
