"""Files that hold other files, one maker for each kind: ``make(members) -> bytes``, with members as ``{name: bytes}``."""

import io
import struct
import tarfile
import zipfile
from email.message import EmailMessage

from needlepoint.files.office.compound import compound_file
from old_files import native, old_sheet, old_slides, old_word

MODES = {"tar": "w", "tar.gz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz"}


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 4, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tarred(kind):
    def make(members):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=MODES[kind]) as archive:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return buffer.getvalue()

    return make


def message(subject="Annexes of the pier", text="The annexes follow.", **headers):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ada <ada@pier.example>", "bo@pier.example", subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def mailed(members):
    made = message()
    for name, data in members.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    made.set_boundary("=_fixed")
    return bytes(made)


def signed(members):
    from asn1crypto import cms

    content = cms.EncapsulatedContentInfo({"content_type": "data", "content": mailed(members)})
    data = {
        "version": "v3",
        "digest_algorithms": [],
        "encap_content_info": content,
        "signer_infos": [],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()


def carried(members):
    """Return a PDF that carries the members."""
    import pypdfium2
    from reportlab.pdfgen.canvas import Canvas

    page = io.BytesIO()
    canvas = Canvas(page, invariant=True)
    canvas.drawString(72, 700, "The annexes follow.")
    canvas.save()
    document = pypdfium2.PdfDocument(page.getvalue())
    for name, data in members.items():
        document.new_attachment(name).set_data(data)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def embedded(members):
    """Return a Word file with the members embedded, as icons with their names."""
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    made = Document()
    made.add_paragraph("The annexes follow.")
    for number, (name, data) in enumerate(members.items(), start=1):
        blob = compound_file(native(name, data))
        uri = PackURI(f"/word/embeddings/oleObject{number}.bin")
        part = Part(uri, "application/vnd.openxmlformats-officedocument.oleObject", blob, made.part.package)
        made.part.relate_to(part, RELATIONSHIP_TYPE.OLE_OBJECT)
    saved = io.BytesIO()
    made.save(saved)
    return _undated(saved.getvalue())


def _undated(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({info.filename: archive.read(info) for info in archive.infolist()})


def outlook(members, *, subject="Annexes of the pier", extra=None):
    """Return an Outlook message with the members attached."""
    streams = {("__properties_version1.0",): bytes(32)}
    streams |= {(_property(0x0037, 0x1F),): _wide(subject), (_property(0x1000, 0x1F),): _wide("The annexes follow.")}
    streams |= {(_property(0x0C1A, 0x1F),): _wide("Ada"), (_property(0x5D01, 0x1F),): _wide("ada@pier.example")}
    streams |= extra or {}
    for number, (name, data) in enumerate(members.items()):
        storage = f"__attach_version1.0_#{number:08X}"
        streams[storage, "__properties_version1.0"] = bytes(8)
        streams[storage, _property(0x3707, 0x1F)] = _wide(name)
        streams[storage, _property(0x3701, 0x102)] = data
    return compound_file(streams)


def _property(id_, kind):
    return f"__substg1.0_{id_:04X}{kind:04X}"


def _wide(text):
    return text.encode("utf-16-le")


def tnef(members):
    """Return attachments in Outlook's own form (winmail.dat)."""
    made = b"\x78\x9f\x3e\x22\x01\x00"
    made += _attribute(1, 0x0001, 0x8004, b"Annexes of the pier\0") + _attribute(
        1, 0x0002, 0x800C, b"The annexes follow.\0"
    )
    for name, data in members.items():
        made += _attribute(2, 0x0006, 0x9002, bytes(14)) + _attribute(2, 0x0001, 0x8010, name.encode() + b"\0")
        made += _attribute(2, 0x0006, 0x800F, data)
    return made


def _attribute(level, kind, id_, data):
    return struct.pack("<BHHI", level, id_, kind, len(data)) + data + struct.pack("<H", sum(data) % 65536)


KINDS = {
    "bundle.zip": zipped,
    **{f"bundle.{kind}": tarred(kind) for kind in MODES},
    "letter.eml": mailed,
    "signed.p7m": signed,
    "letter.msg": outlook,
    "winmail.dat": tnef,
    "portfolio.pdf": carried,
    "contract.docx": embedded,
    "contract.doc": old_word,
    "rents.xls": old_sheet,
    "plan.ppt": old_slides,
}
"""The makers by the names of what they make."""
