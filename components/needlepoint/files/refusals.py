"""Kinds of file that hold no text that can be read: what they are, by their content, and what to do."""

import io
import re

import puremagic

SUPPORTED = (
    "PDF, XPS, Office, OpenDocument, RTF, EPUB, HTML, XML, JSON, CSV, Markdown, LaTeX, text, e-mail, images, ZIP and tar "
    "can be read"
)

WORD_TEXT, SLIDES = "WordDocument", "PowerPoint Document"
WORKBOOKS = frozenset({"Workbook", "Book"})
"""The streams of old Word, PowerPoint and Excel files."""

_OLE_REASONS = {
    "EncryptedPackage": "password-protected: remove the password and add it again",
    "__substg1.0": "an Outlook item without a message: save it as .eml and add that",
    "VisioDocument": "a Visio drawing: save it as PDF and add that",
    "Quill": "a Publisher file: save it as PDF and add that",
    "HwpSummaryInformation": "a Hangul file (.hwp): save it as .docx or PDF and add that",
    "MatOST": "a Works file: save it as .docx or PDF and add that",
    "Catalog": "small pictures that Windows keeps (Thumbs.db): no document",
}
_OLE_STREAMS = ("EncryptedPackage", WORD_TEXT, SLIDES, *sorted(WORKBOOKS, reverse=True), *_OLE_REASONS)
_SOUND = "a sound recording ({}): add a transcript, or subtitles with its times (.srt, .vtt)"
_VIDEO = "a video ({}): add its subtitles (.srt, .vtt) or a transcript"
_IMAGE = "an image ({}): save it as PNG, JPEG or PDF and add that"
_DATA = "a data file ({}): export its tables as CSV and add those"
_DATABASE = "a database ({}): export its tables as CSV and add those"
_DRAWING = "a drawing or model ({}): print it to PDF and add that"
_FONT = "a font ({}): no document"
_ARCHIVE = "an archive ({}): unpack it and add the files in it"
_DISK = "a disk image ({}): open it and add the files in it"
_KEY = "a {}: no document, and better kept secret"
_PROGRAM = "a program ({}): no document"
_OTHER = "{}"
_MARKS: tuple[tuple[str, str, bytes], ...] = (
    (_IMAGE, "png", rb"\x89PNG"),
    (_IMAGE, "jpeg", rb"\xff\xd8\xff"),
    (_IMAGE, "gif", rb"GIF8[79]a"),
    (_IMAGE, "bmp", rb"BM.{4}\0\0\0\0"),
    (_IMAGE, "tiff", rb"II[*+]\0|MM\0[*+]"),
    (_IMAGE, "webp", rb"RIFF.{4}WEBP"),
    (_IMAGE, "heic", rb"\0.{3}ftyp(?:hei[cmsx]|hev[cmx]|mif1|msf1)"),
    (_IMAGE, "avif", rb"\0.{3}ftypavi[fs]"),
    (_IMAGE, "jpeg 2000", rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
    (_IMAGE, "photoshop", rb"8BPS\0"),
    (_IMAGE, "icon", rb"\0\0[\x01\x02]\0.\0"),
    (_IMAGE, "metafile", rb"\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF"),
    (_IMAGE, "djvu", rb"AT&TFORM"),
    (_SOUND, "mp3", rb"ID3[\x02-\x04]|\xff[\xf2\xf3\xfa\xfb][^\r\n]"),
    (_SOUND, "wav", rb"RIFF.{4}WAVE"),
    (_SOUND, "m4a", rb"\0.{3}ftypM4[AB]"),
    (_SOUND, "ogg", rb"OggS\0"),
    (_SOUND, "flac", rb"fLaC\0\0"),
    (_SOUND, "aiff", rb"FORM.{4}AIF[CF]"),
    (_SOUND, "amr", rb"#!AMR"),
    (_SOUND, "midi", rb"MThd\0\0"),
    (_VIDEO, "mp4 or mov", rb"\0.{3}(?:ftyp|moov|mdat|wide)"),
    (_VIDEO, "mkv or webm", rb"\x1a\x45\xdf\xa3"),
    (_VIDEO, "avi", rb"RIFF.{4}AVI "),
    (_VIDEO, "flv", rb"FLV\x01"),
    (_VIDEO, "wmv or wma", rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    (_VIDEO, "mpeg", rb"\0\0\x01[\xb3\xba]"),
    (_DATABASE, "SQLite", rb"SQLite format 3\0"),
    (_DATABASE, "Access", rb"\0\x01\0\0Standard (?:Jet|ACE) DB"),
    (_DATA, "Parquet", rb"PAR1[^ -~\r\n]"),
    (_DATA, "Arrow", rb"ARROW1\0|FEA1"),
    (_DATA, "Avro", rb"Obj\x01"),
    (_DATA, "HDF5", rb"\x89HDF\r\n"),
    (_DATA, "NumPy", rb"\x93NUMPY"),
    (_DATA, "SPSS", rb"\$FL[23]@\(#\)"),
    (_DATA, "Stata", rb"<stata_dta>"),
    (_DATA, "SAS", rb"\0{12}\xc2\xea\x81\x60"),
    (_DATA, "pickle", rb"\x80[\x02-\x05][\x8c\x95c(}\]]"),
    (_DRAWING, "AutoCAD", rb"AC10[0-9]{2}\0"),
    (_DRAWING, "DXF", rb"\s*0\s*\r?\nSECTION\r?\n"),
    (_DRAWING, "STEP", rb"ISO-10303-21;"),
    (_DRAWING, "SketchUp", rb"\xff\xfe\xff\x0eS\0k\0"),
    (_DRAWING, "Blender", rb"BLENDER[-_]"),
    (_DRAWING, "FBX or glTF", rb"Kaydara FBX Binary|glTF[\x01\x02]\0"),
    (_FONT, "TrueType", rb"\0\x01\0\0\0|true\0|ttcf\0"),
    (_FONT, "OpenType", rb"OTTO\0"),
    (_FONT, "WOFF", rb"wOF[F2]"),
    (_FONT, "PostScript", rb"%!PS-AdobeFont|%!FontType|\x80\x01..\0\0%!"),
    (_KEY, "private key", rb"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY|PuTTY-User-Key-File|-----BEGIN PGP PRIVATE KEY"),
    (_KEY, "store of passwords", rb"\x03\xd9\xa2\x9a|\xfe\xed\xfe\xed"),
    (
        _OTHER,
        "a certificate or public key: no document",
        rb"-----BEGIN [A-Z0-9 ]{0,30}(?:CERTIFICATE|PUBLIC KEY)|ssh-\w+ AAAA",
    ),
    (_OTHER, "encrypted with PGP: decrypt it and add the result", rb"-----BEGIN PGP MESSAGE"),
    (_OTHER, "an archive (7-Zip): unpack it, such as with 7z x, and add the files in it", rb"7z\xbc\xaf\x27\x1c"),
    (_OTHER, "an archive (RAR): unpack it, such as with unrar x or unar, and add the files in it", rb"Rar!\x1a\x07"),
    (_ARCHIVE, "Zstandard", rb"\x28\xb5\x2f\xfd"),
    (_ARCHIVE, "LZ4 or compress", rb"\x04\x22\x4d\x18|\x1f\x9d"),
    (_ARCHIVE, "tar", rb".{257}ustar"),
    (_ARCHIVE, "cabinet", rb"MSCF\0\0"),
    (_ARCHIVE, "a package of a system", rb"!<arch>\n|\xed\xab\xee\xdb|xar!\0"),
    (_DISK, "virtual machine", rb"KDMV|QFI\xfb|conectix|vhdxfile|<<< Oracle VM"),
    (_PROGRAM, "Windows", rb"MZ.{1,3}\0"),
    (_PROGRAM, "Linux", rb"\x7fELF"),
    (_PROGRAM, "macOS or Java", rb"[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe"),
    (_PROGRAM, "WebAssembly", rb"\0asm"),
    (_OTHER, "an Outlook data file (.pst): export its messages as .eml and add those", rb"!BDN"),
    (
        _OTHER,
        "encrypted (S/MIME): open it in the mail program, save its text and attachments, and add those",
        rb"\x30[\x80-\x84].{0,4}\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03",
    ),
    (_OTHER, "a certificate or key (DER): no document", rb"\x30\x82..(?:\x30\x82|\x02\x01[\0\x03])"),
    (_OTHER, "a Kindle book: convert it to EPUB or PDF and add that", rb".{60}(?:BOOKMOBI|TEXtREAd)|TPZ0"),
    (_OTHER, "a Windows help file (.chm): convert it to PDF or HTML and add that", rb"ITSF\x03\0"),
    (_OTHER, "a WordPerfect file: save it as .docx or PDF and add that", rb"\xffWPC"),
    (
        _OTHER,
        "an old spreadsheet (Lotus 1-2-3): save it as .xlsx and add that",
        rb"\0\0(?:\x02\0[\x04-\x06]\x04|\x1a\0[\0-\x05]\x10)",
    ),
    (_OTHER, "a OneNote section: export it as .docx or PDF and add that", rb"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d"),
    (_OTHER, "a Windows shortcut: add the file that it leads to", rb"L\0\0\0\x01\x14\x02\0"),
    (_OTHER, "a Windows event log: export it as text or CSV and add that", rb"ElfFile\0"),
    (_OTHER, "a property list in binary form: convert it to XML and add that", rb"bplist0"),
    (_OTHER, "a recording of network traffic: no document", rb"\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x0a\x0d\x0d\x0a"),
    (_OTHER, "a torrent: add the files that it leads to", rb"d\d+:announce"),
    (_OTHER, "PostScript: convert it to PDF and add that", rb"%!PS|\xc5\xd0\xd3\xc6"),
)
_PATTERNS = tuple((re.compile(mark, re.DOTALL), form.format(name)) for form, name, mark in _MARKS)
_IMAGES = tuple((re.compile(mark, re.DOTALL), name) for form, name, mark in _MARKS if form == _IMAGE)
_START = 512  # bytes


def known_refusal(data: bytes) -> str | None:
    """Return what a file is that holds no text, and what to do; None for all that may be text."""
    start = data[:_START]
    return next((reason for mark, reason in _PATTERNS if mark.match(start)), None)


def image_kind(data: bytes) -> str | None:
    """Return what kind of picture a file is, such as ``png``; None for anything else."""
    start = data[:_START]
    return next((name for mark, name in _IMAGES if mark.match(start)), None)


OUTLOOK_MESSAGE = "__substg1.0"
"""With this begin the names of the streams of an Outlook message."""


def ole_kind(data: bytes) -> str | None:
    """Return the stream that tells what a file in the form of old Office files is; those of embedded files do not count."""
    from olefile import OleFileIO

    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            names = {entry.name for entry in ole.root.kids}
    except Exception:  # a damaged one, which the library fails on in many ways
        return next((each for each in _OLE_STREAMS if len(each) > 4 and each.encode("utf-16-le") in data), None)
    return next((stream for stream in _OLE_STREAMS if any(stream in name for name in names)), None)


def ole_reason(data: bytes) -> str:
    """Return what a file in the form of old Office files is, and what to do."""
    return _OLE_REASONS.get(
        ole_kind(data) or "", "an old Office file: save it as .docx, .pptx, .xlsx or PDF and add that"
    )


def binary_reason(data: bytes, suffix: str) -> str:
    """Return what a file of bytes that are no text is, as far as that can be told."""
    kind = _kind(data)
    if suffix == ".pdf" and kind is None:
        return "named .pdf, but it is not a PDF, or its beginning is damaged: get the file again"
    if kind and kind.startswith("image"):
        return _IMAGE.format(kind.removeprefix("image/"))
    what = f"not a document ({kind})" if kind else "not a document: binary data of an unknown kind"
    return f"{what}; {SUPPORTED}"


def _kind(data: bytes) -> str | None:
    try:
        matches = puremagic.magic_string(data[:4096])
    except (puremagic.PureError, ValueError):
        return None
    best = matches[0] if matches else None
    return str(best.mime_type or best.name) if best and best.confidence >= 0.5 else None
