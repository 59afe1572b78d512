# ruff: noqa: RUF001 - marks of many scripts are what this is about
import time

import pytest

from needlepoint.text.sentences import sentence_spans


def sentences(text):
    return [text[start:end] for start, end in sentence_spans(text)]


ONE_SENTENCE = [
    "Under Art. 4.2 the Licensee, Acme Inc. of Delaware, shall pay No. 5 of Sec. 12 as amended.",
    "The fee stated in Section 3.1.2 is 4.5 million, see p. 7, pp. 9 and fig. 2 below.",
    "J. R. R. Tolkien met Dr. Smith, Mr. E. M. Forster and St. Peter at 10 a.m. on the day.",
    "The U.S. Government, e.g. the SEC, i.e. Commission, requires 21 C.F.R. Parts 50 and 56.",
    "Smith v. Jones, vol. 3, cf. ch. IV, applies to Acme Corp. Limited and to L.P. Holdings.",
    "He works for Yahoo! and lives in the city.",
    'The words "as is." end the clause.',
    "Payment is due within 30 days (net. of taxes) of the invoice etc. and so on.",
    "Die Frist endet am 3. Oktober um 12 Uhr.",
    "The site www.example.com, version 1.2.3, holds readme.txt and more.",
    "We grew B. subtilis and E. Coli in the lab.",
    "3.1.2. Fees.",
    "Section 4. Fees payable",
    "(a) Organization.",
    "Wait... and see.",
    "Mr. Smith",
]


@pytest.mark.parametrize("text", ONE_SENTENCE)
def test_a_full_stop_that_ends_nothing(text):
    assert sentences(text) == [text]


SEVERAL = [
    "It opened in 2019.| The cost was 5.| Nobody paid.",
    "He was born in the U.S.| The family moved at 5 p.m.| They left Acme Inc.| It was late.",
    "The answer is no.| We asked why!| Did he say?| He did.",
    "It follows from Section 9.1.| Invoices are due.",
    'He said "No."| She left.| (They stayed.)| "Why?"| Nobody knows.',
    "It was shown before.[12]| Later work agreed [1] .| Others did not.12| None did.",
    "Wait...| Then go.| So it ends…| Really?!| Yes.",
    "12.7.1. Both parties agree.| 12.7.2. During the Term, nothing changes.",
    "The Term ends.| (b) The Licensee shall pay.| iv) the fees are due",
    "It is set out in Schedule A.| Licensor shall pay Party B.| Article X applies after World War I.| Clubs grew.",
    "It lasts for the Term.| [***] Metric targets follow, fees etc.| X is the number of days.",
    "A is closer to C than B.| But the link is weak.",
    "La Srta. Gómez llegó.| ¿Quién es?| ¡Qué bien!| Fin.",
    "吾輩は猫である。|名前はまだ無い。|「そうか。」|彼は言った！",
    "هل هذا صحيح؟| نعم.",
    "यह पहला है।| यह दूसरा है।",
    "ይህ ነው።| ያ ነው።",
]


@pytest.mark.parametrize("marked", SEVERAL)
def test_sentence_ends(marked):
    expected = [part.strip() for part in marked.split("|")]
    assert sentences(marked.replace("|", "")) == expected


def test_wrapped_lines_are_one_sentence():
    text = (
        "This Agreement is made between Acme Incorporated, a company organised under the laws of\n"
        "Delaware and having its registered office in Wilmington, and the Licensee, as amended by\n"
        "No. 5 of the Schedule. The Licensee shall pay the fee that is stated in Section\n"
        "3.2 of this Agreement within thirty (30) days of the date on which the notice is given to\n"
        "(5) members."
    )
    first, second = sentences(text)
    assert first.endswith("as amended by\nNo. 5 of the Schedule.")
    assert second.startswith("The Licensee")
    assert second.endswith("(5) members.")


def test_wrapped_capitals_are_one_sentence():
    wide = "The quick brown fox jumps over the lazy dog, as it is usual for foxes of that colour to do when seen.\n"
    loud = "IN NO EVENT SHALL THE SUPPLIER BE LIABLE FOR ANY LOSS UNDER\nTHIS AGREEMENT, HOWEVER IT AROSE.\n"
    assert sentences(wide * 4 + loud)[-1] == loud.strip()


@pytest.mark.parametrize(
    "text",
    [
        "ARTICLE I\nDEFINITIONS\nAs used herein, words have their meaning.",
        "# Fees\n\nThe fee is 5.\n\n* one item\n* another item\n- a third one",
        "Shopping\napples\noranges\npears",
        "The parties agree:\n(a) to pay;\n(b) to deliver; and\n(c) to forget.",
        "1.1 Definitions 2\n1.2 Interpretation 5\n2.1 Alliance 6",
        "Name: Pump; Price: EUR 5. Sale; Stock: 3.\nName: Valve; Price: 7; Note: e.g. No. Really. Yes.",
        "| a. B | c |\n| d. E | f |",
        "Rome\tItaly. Europe\nParis\tFrance",
        "A title without an end\n\nand a paragraph in lower case",
        "One.\r\n\r\nTwo\r\n\r\nThree",
        "One\u2029Two",
    ],
)
def test_lines_that_stand_alone(text):
    expected = [line.strip() for line in text.replace("\u2029", "\n").splitlines() if line.strip()]
    assert sentences(text) == expected


FIRST = "The programme is paid for from cash flow, grants and the facility with Strathlinn Bank"
SECOND = "No new shares will be issued to anybody before the end of the programme in ten years"


@pytest.mark.parametrize(("one", "two"), [("3. ", "4. "), ("(b) ", "(c) "), ("iv) ", "v) "), ("2.1 ", "2.2 ")])
def test_numbered_items_of_one_list_are_apart_however_long_they_are(one, two):
    assert sentences(f"{one}{FIRST}\n{two}{SECOND}") == [one + FIRST, two + SECOND]


def test_a_number_at_the_head_of_a_wrapped_line_ends_nothing():
    text = f"{FIRST} as it is set out in clause\n4.2 of the agreement with the owners of the ships"
    assert sentences(text) == [text]


def test_a_sentence_goes_on_over_a_page_but_a_heading_does_not():
    assert sentences("The sentence begins on this page and\fends on the next. So.") == [
        "The sentence begins on this page and\fends on the next.",
        "So.",
    ]
    assert len(sentences("The report of Acme\fConclusions were drawn.")) == 2
    assert len(sentences("It ends here.\flower case follows.")) == 2
    assert len(sentences("We sell the\n\fbest pumps.")) == 1


@pytest.mark.parametrize("text", ["", " ", "\n\f\n\t \u3000\xa0\u2028", "\x1c\x1f"])
def test_nothing_to_read(text):
    assert sentence_spans(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "." * 200_000,
        ". " * 100_000,
        ".)" * 100_000,
        " " * 200_000 + "a",
        "a\n" * 100_000,
        "\n" * 200_000,
        "\f" * 100_000,
        "1.1111111111111111111111111111111111111x\n" * 2_000,
        "1." * 100_000,
        "a; b: " * 50_000,
        "x" * 1_000_000,
        "a. " + "-" * 200_000,
        "。" * 100_000,
        "Mr. " * 60_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_evil_text_takes_linear_time(text):
    begun = time.process_time()
    spans = sentence_spans(text)
    assert time.process_time() - begun < 2
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
