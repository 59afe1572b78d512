import pytest

from needlepoint.answers.replies import Quote
from needlepoint.errors import SheetError
from needlepoint.sheets.exports.links import links_to

QUOTE = Quote("412 metres", "", "", "0f3a" * 8, "pier & quay.pdf", 7, 120, 130, 0.9)


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("http://localhost:8501", f"http://localhost:8501/?open={'0f3a' * 8}:120-130"),
        ("https://docs.example/needle/", f"https://docs.example/needle/?open={'0f3a' * 8}:120-130"),
        ("https://docs.example/{name}#page={page}", "https://docs.example/pier%20%26%20quay.pdf#page=7"),
        ("http://viewer/{document}/{start}/{end}", f"http://viewer/{'0f3a' * 8}/120/130"),
    ],
)
def test_a_link_leads_to_the_words(address, link):
    assert links_to(address)(QUOTE) == link


@pytest.mark.parametrize(
    "address",
    ["", "localhost:8501", "javascript:alert(1)", "file:///etc", "http://", "http://a b", "http://[", "http://x/\n"],
)
def test_what_is_no_web_address_is_refused(address):
    with pytest.raises(SheetError, match="is no address for links: write one such as http://localhost:8501"):
        links_to(address)


def test_an_unknown_field_is_named_with_those_that_there_are():
    with pytest.raises(SheetError, match=r"no \{file\}: its fields are \{document\}, \{name\}, \{page\}"):
        links_to("http://viewer/{file}")
