# ruff: noqa: RUF001 - dashes as people type them
import codecs
from email.message import EmailMessage

import pytest

from needlepoint.files.limits import Limits
from needlepoint.files.mail.reading import email_parts, mailbox_parts
from needlepoint.files.reading import read_data
from needlepoint.text.marks import marks_to_text
from needlepoint.text.splitting import Splitter


@pytest.fixture
def message():
    made = EmailMessage()
    made["From"], made["To"] = "Henrike Sölmaye <h@kelvane.example>", "callum@tarvay.example"
    made["Subject"], made["Date"] = "Nouvelle date – batterie", "Tue, 05 Nov 2024 23:30:00 -0500"
    return made


def read(message):
    return read_data("mail.eml", message if isinstance(message, bytes) else bytes(message))


def test_headers_are_text_and_metadata(message):
    message.set_content("Dear Callum,\n\nthe date is 14 April.\n")
    source = read(message)
    assert source.text == (
        "From: Henrike Sölmaye <h@kelvane.example>\nTo: callum@tarvay.example\nDate: Tue, 05 Nov 2024 23:30:00 -0500\n"
        "Subject: Nouvelle date – batterie\n\nDear Callum,\n\nthe date is 14 April."
    )
    assert source.title == "Nouvelle date – batterie"
    assert source.metadata["date"] == "2024-11-05"
    assert source.metadata["from"] == source.metadata["author"] == "Henrike Sölmaye <h@kelvane.example>"


def test_the_plain_alternative_is_taken_and_html_where_there_is_none(message):
    message.set_content("plain words")
    message.add_alternative("<p>marked words</p>", subtype="html")
    assert "plain words" in read(message).text
    assert "marked" not in read(message).text
    message.clear_content()
    message.set_content("<p>marked <b>words</b></p><script>x</script>", subtype="html")
    assert read(message).text.endswith("marked words")


def test_an_empty_plain_alternative_is_not_taken(message):
    message.set_content(" \n")
    message.add_alternative("<p>marked words</p>", subtype="html")
    assert read(message).text.endswith("marked words")


def test_attachments_are_named_and_are_files_of_their_own(message):
    message.set_content("See below.")
    message.add_attachment(b"\0\1", maintype="application", subtype="pdf", filename="Überblick.pdf")
    message.add_attachment("inner text", filename="notes.txt")
    inner = EmailMessage()
    inner["Subject"] = "Old news"
    inner.set_content("inner words")
    message.add_attachment(inner)
    source = read(message)
    assert source.text.endswith(
        "See below.\n\nAttachment: Überblick.pdf\nAttachment: notes.txt\nAttachment: Old news.eml"
    )
    assert source.metadata["attachments"] == "Überblick.pdf, notes.txt, Old news.eml"
    found = {part.name: b"".join(part.chunks()) for part in email_parts(bytes(message), Limits())}
    assert list(found) == ["Überblick.pdf", "notes.txt", "Old news.eml"]
    assert (found["Überblick.pdf"], found["notes.txt"]) == (b"\0\1", b"inner text\n")
    assert read_data("Old news.eml", found["Old news.eml"]).text == "Subject: Old news\n\ninner words"


def test_flowed_lines_are_joined():
    head = b"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=utf-8; format=flowed\n\n"
    assert read(head + b"one \ntwo\nthree\n-- \nAda").text.endswith("one two\nthree\n--\nAda")


@pytest.mark.parametrize(
    "data",
    [
        b"From: a@b.example\nSubject: =?utf-8?b?broken\nDate: no date\nContent-Type: text/plain; charset=nonsense\n\nHello \xff",
        b"From: <<>>,,;\nTo: \xff\xfe\nSubject: x\nContent-Transfer-Encoding: base64\n\n!!! Hello",
        b"From: a\nContent-Type: multipart/mixed; boundary=b\nSubject: x\n\n--b\nContent-Type: text/plain\n\nHello",
        b"Subject: x\nContent-Type: multipart/mixed\n\nHello",
    ],
)
def test_broken_messages_are_read_as_far_as_they_go(data):
    assert "Subject:" in read(data).text


def test_endless_headers_are_cut():
    long = b'"a" <a@b.example>, ' * 3000
    encoded = b"=?utf-8?q?a?= " * 5000
    text = read(
        b"From: " + long + b"\nSubject: " + encoded + b"\nContent-Type: text/plain; " + b"a*0=b; " * 5000 + b"\n\nHello"
    ).text
    assert text.endswith("Hello")
    assert len(text) < 10_000


def test_deeply_nested_parts_end():
    data = b"Subject: deep\n"
    for number in range(150):
        data += f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n".encode()
    assert read(data + b"Content-Type: text/plain\n\nbottom").text.startswith("Subject: deep")


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"\r\n \n", b"\n\n"])
def test_a_mark_or_lines_before_the_headers_hide_none(mark):
    source = read(mark + "From: a@b.example\nSubject: Größe\n\nHello".encode())
    assert source.text == "From: a@b.example\nSubject: Größe\n\nHello"
    assert (source.type, source.title, source.metadata["from"]) == ("email", "Größe", "a@b.example")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_message_saved_as_utf16_keeps_its_headers(encoding):
    source = read("From: a@b.example\nSubject: Date\n\nÜber vierzig Tage".encode(encoding))
    assert source.text == "From: a@b.example\nSubject: Date\n\nÜber vierzig Tage"
    assert (source.title, source.metadata["from"]) == ("Date", "a@b.example")


@pytest.mark.parametrize("charset", ["ISO-2022-JP", "us-ascii"])
def test_japanese_in_seven_bits_is_read(charset):
    head = f"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 7bit\n\n"
    assert read(head.encode() + "契約は本日から有効です。\nEnd".encode("iso2022_jp")).text.endswith(
        "\n\n契約は本日から有効です。\nEnd"
    )


def test_a_mailbox_has_a_document_for_each_message():
    one = b"From a@b.example Mon Jun 10 09:15:00 2024\nFrom: Ada <a@b.example>\nDate: Mon, 10 Jun 2024 09:15:00 +0000\n"
    first = one + b"Subject: Buoys\n\nFrom the quay, 2024\nfourteen.\n\n"
    data = first + one + b"Subject: Re: Diesel\n\n1.12 euros\n\n" + one + b"Subject: Re: Diesel\n\n1.14 euros\n"
    source = read_data("all.mbox", data)
    assert source.text == "2024-06-10 Buoys.eml\n2024-06-10 Re: Diesel.eml\n2024-06-10 Re: Diesel (2).eml"
    assert (source.type, source.metadata) == ("mailbox", {"files": 3})
    found = [(part.name, b"".join(part.chunks())) for part in mailbox_parts(data, Limits())]
    texts = [read_data(name, data).text for name, data in found]
    assert texts[0].endswith("Subject: Buoys\n\nFrom the quay, 2024\nfourteen.")
    assert [text.splitlines()[-1] for text in texts[1:]] == ["1.12 euros", "1.14 euros"]


def test_the_marks_of_quoted_lines_are_no_text(message):
    message.set_content("Agreed.\n> on the twenty-\n> first of May\n>> said Bo\nAda")
    assert read(message).text.endswith("Agreed.\n\non the twenty-\nfirst of May\n\nsaid Bo\n\nAda")


HTML = (
    "<p>Your room is booked.</p><table><tr><th>Room</th><th>Nights</th></tr><tr><td>Double</td><td>3</td></tr></table>"
)


@pytest.mark.parametrize("plain", ["Your mail program cannot show this. Please open it in a browser.", "See HTML."])
def test_a_plain_part_that_is_only_a_hint_makes_way(message, plain):
    message.set_content(plain)
    message.add_alternative(HTML + "<p>The code is QH-5518, to be shown at check-in.</p>", subtype="html")
    source = read(message)
    assert source.text.endswith("Room: Double; Nights: 3.\n\nThe code is QH-5518, to be shown at check-in.")
    assert [source.text[mark.start : mark.end] for mark in source.marks] == ["Room: Double; Nights: 3."]


def test_a_plain_part_that_says_the_same_is_kept(message):
    message.set_content("Your room is booked. Room Double, Nights 3")
    message.add_alternative(f"{HTML}<p>Unsubscribe here</p>", subtype="html")
    assert read(message).text.endswith("Your room is booked. Room Double, Nights 3")


def test_an_encrypted_part_is_said_to_be_unread(message):
    message.set_content("See below.")
    message.add_attachment(b"\1", maintype="application", subtype="pkcs7-mime", filename="smime.p7m")
    assert read(message).unread == ("an encrypted part: it was not read",)


def passages(source):
    marks = marks_to_text(source.marks)
    return [each.content for each in Splitter().split("a", source.text, {"marks": marks})]


def test_signatures_and_disclaimers_are_in_the_text_and_in_no_passage(message):
    disclaimer = (
        "This e-mail is confidential and intended only for the recipient. If it came to you in error, please delete it."
    )
    answered = "On Monday Bo wrote:\n> What is the rent?"
    text = f"The rent is 940 euros.\n\n-- \nAda Lovelace\nHarbour Office\n\n{answered}\n\n{disclaimer}\n"
    message.set_content(text)
    source = read(message)
    assert all(part in source.text for part in ("Ada Lovelace", "What is the rent?", disclaimer))
    said = " ".join(passages(source))
    assert "The rent is 940 euros." in said
    assert "What is the rent?" in said
    assert "Lovelace" not in said
    assert "confidential" not in said


def test_a_confidential_matter_is_no_disclaimer(message):
    message.set_content(
        "The price is confidential until May.\n\nThe supplier must keep all drawings confidential for ten years."
    )
    assert read(message).marks == ()


EVENT = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Board meeting\r\nDTSTART:20240504T093000Z\r\nLOCATION:Room 4\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_invitation_is_lines_of_the_message(message):
    message.set_content("You are invited.")
    message.add_alternative(EVENT, subtype="calendar")
    source = read(message)
    assert "You are invited." in source.text
    assert "Board meeting" in source.text
    assert "Place: Room 4" in source.text
    assert "BEGIN:VEVENT" not in source.text


@pytest.mark.parametrize(
    ("headers", "thread", "first"),
    [
        ({"Subject": "Berth C-117"}, "Berth C-117", ""),
        ({"Subject": "Re: AW: Fwd: Berth C-117"}, "Berth C-117", ""),
        ({"Subject": "RE[3]: [EXTERNAL] Berth C-117"}, "Berth C-117", ""),
        ({"Subject": "Return of the key"}, "Return of the key", ""),
        ({"Subject": "Re: the new rent", "Thread-Topic": "Berth C-117"}, "Berth C-117", ""),
        ({"Subject": "Re:", "References": "<1@x>\n <2@x>", "Message-ID": "<3@x>"}, "<1@x>", "<1@x>"),
        ({"In-Reply-To": "<2@x>", "Message-ID": "<3@x>"}, "<2@x>", "<2@x>"),
        ({"Message-ID": "<3@x>"}, "<3@x>", "<3@x>"),
    ],
)
def test_the_conversation_is_known(headers, thread, first):
    data = "From: a@b.example\n" + "".join(f"{name}: {value}\n" for name, value in headers.items()) + "\nWords"
    metadata = read(data.encode()).metadata
    assert (metadata.get("thread", ""), metadata.get("thread_id", "")) == (thread, first)


def test_pictures_in_the_text_are_no_attachments(message):
    message.set_content("<p>See <img src='cid:logo'></p>", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>", filename="logo.png")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="scan.png")
    assert [part.name for part in email_parts(bytes(message), Limits())] == ["scan.png"]
    assert read(message).unread == ("picture logo.png: its content was not read",)
