"""Signed files are read as what was signed."""

import base64

import pytest
from asn1crypto import cms

from needlepoint.errors import UnreadableFileError
from needlepoint.files.reading import read_data


def signed(content):
    encapsulated = {"content_type": "data", **({} if content is None else {"content": content})}
    data = {"version": "v3", "digest_algorithms": [], "encap_content_info": encapsulated, "signer_infos": []}
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()


@pytest.mark.parametrize(
    ("name", "content", "kind", "text"),
    [
        ("contract.txt.p7m", b"The rent is 940 euros.", "text", "The rent is 940 euros."),
        ("smime.p7m", b"Content-Type: text/plain\r\n\r\nThe rent is 940 euros.\r\n", "email", "The rent is 940 euros."),
        ("invoice.xml.p7m", b"<?xml version='1.0'?><invoice><rent>940</rent></invoice>", "xml", "rent: 940"),
    ],
)
def test_the_content_is_read(name, content, kind, text):
    data = signed(content)
    for each in (
        data,
        base64.encodebytes(data),
        b"-----BEGIN CMS-----\n%s-----END CMS-----\n" % base64.encodebytes(data),
    ):
        source = read_data(name, each)
        assert source.type == kind
        assert text in source.text


def test_octets_in_pieces_of_unknown_length_are_joined():
    oid = bytes.fromhex("06092a864886f70d010701")
    octets = b"\x24\x80\x04\x09The rent \x04\x0dis 940 euros.\0\0"
    inner = b"\x30\x80\x02\x01\x01\x31\x00\x30\x80" + oid + b"\xa0\x80" + octets + b"\0\0\0\0\x31\x00\0\0"
    data = b"\x30\x80" + bytes.fromhex("06092a864886f70d010702") + b"\xa0\x80" + inner + b"\0\0\0\0"
    assert read_data("contract.txt.p7m", data).text == "The rent is 940 euros."


def test_a_signature_alone_is_told():
    with pytest.raises(UnreadableFileError, match="a signature alone: add the file"):
        read_data("contract.txt.p7m", signed(None))


def test_a_message_signed_as_a_whole_is_read():
    body = base64.encodebytes(signed(b"Content-Type: text/plain\r\n\r\nThe rent is 940 euros.\r\n")).decode()
    head = (
        "From: a@b.example\nSubject: x\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
    )
    source = read_data("a.eml", f"{head}Content-Transfer-Encoding: base64\n\n{body}".encode())
    assert source.text == "From: a@b.example\nSubject: x\n\nThe rent is 940 euros."
    assert source.unread == ()
