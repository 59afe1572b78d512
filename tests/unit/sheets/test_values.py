"""What values quoted words state, and how far two of them agree."""

import pytest

from needlepoint.sheets.kinds.value import Agreement
from needlepoint.sheets.questions import Kind
from needlepoint.sheets.values import value_of

STATED = {
    Kind.DATE: {
        "17 August 1994": "17 August 1994",
        "August 17th 1994": "17 August 1994",
        "AUG. 17, 1994": "17 August 1994",
        "Wednesday, the seventeenth day of August, 1994": "17 August 1994",
        "the twenty-second of October 2011": "22 October 2011",
        "17-Aug-94": "17 August 1994",
        "17.8.1994": "17 August 1994",
        "17.08.94": "17 August 1994",
        "1994/08/17": "17 August 1994",
        "19940817": "17 August 1994",
        "1994-08-17T23:59:59+02:00": "17 August 1994",
        "8/17/1994": "17 August 1994",
        "5/6/1994": "5 June 1994 or 6 May 1994",
        "6/6/1994": "6 June 1994",
        "the last day of February, 2024": "29 February 2024",
        "14t h day of May, 1999": "14 May 1999",
        "1 September of the year 2008": "1 September 2008",
        "this 2nd day of June, two thousand and eleven": "2 June 2011",
        "in November 2019": "November 2019",
        "the year 2044": "2044",
        "24 December": "24 December",
        "1st May 2009 (01.05.2009)": "1 May 2009",
        "on 9 July 2020 at 17:30": "9 July 2020",
    },
    Kind.AMOUNT: {
        "$740,000": "$ 740,000",
        "US$ 740,000.00": "USD 740,000",
        "740 thousand U.S. dollars": "USD 740,000",
        "seven hundred and forty thousand dollars ($740,000)": "$ 740,000",
        "€ 1.750,25": "EUR 1,750.25",
        "1 750,25 EUR": "EUR 1,750.25",
        "CHF 12'500.-": "CHF 12,500",
        "£3bn": "GBP 3,000,000,000",
        "GBP3,000 million": "GBP 3,000,000,000",
        "Rs. 2,50,00,000": "INR 25,000,000",
        "2.5 crore rupees": "INR 25,000,000",
        "¥80 million": "¥ 80,000,000",
        "a hundred and ten thousand euros": "EUR 110,000",
        "half a million pounds sterling": "GBP 500,000",
        "Forty thousand and 50/100 dollars": "$ 40,000.50",
        "12.5 %": "12.5%",
        "twelve and a half per cent (12.5%)": "12.5%",
        "1,125 %": "1.125%",
        "35 basis points": "0.35%",
        "-$2,000": "$ -2,000",
        "€900 per month": "EUR 900 per month",
        "6% p.a.": "6% per year",
        "$0.045 a share": "$ 0.045 per share",
        "not less than $90,000": "at least $ 90,000",
        "up to 15%": "at most 15%",
        "approximately 60 hectares": "about 60 ha",
        "2,400 square metres": "2,400 m²",
        "2,400 sq. ft": "2,400 ft²",
        "thirty-six (36) vessels": "36 vessel",
        "3.750 units": "3,750 or 3.75 unit",
        "7 (seven) percent": "7%",
    },
    Kind.PERIOD: {
        "forty-five (45) days": "45 days",
        "45-day": "45 days",
        "six weeks": "42 days",
        "eighteen months": "1 year 6 months",
        "one and a half years": "1 year 6 months",
        "1 year and 6 months": "1 year 6 months",
        "a year and a half": "1 year 6 months",
        "a quarter": "3 months",
        "a term of ten (10) years": "10 years",
        "five (5) business days": "5 business days",
        "5 working days": "5 business days",
        "72 hours": "72 hours",
        "at least two weeks' written notice": "at least 14 days",
        "a fortnight": "14 days",
        "no more than 9 months": "at most 9 months",
    },
    Kind.NAME: {
        "The Kestrel Trust Company, Inc.": "kestrel trust co inc",
        "KESTREL TRUST CO INCORPORATED": "kestrel trust co inc",
        "Ostrava Stahl G.m.b.H.": "ostrava stahl gmbh",
        "Lumière S.A.": "lumiere sa",
        "Pellew & Daughters Limited": "pellew and daughters ltd",
        "Quill Point LLC, a Nevada limited liability company (“Borrower”)": "quill point llc",
        "Quill Point Limited Liability Company": "quill point llc",
        "Dr. Ida Moreau": "ida moreau",
        "the laws of the Commonwealth of Virginia": "virginia",
        "State of Ohio, U.S.A.": "ohio",
        "Ohio law": "ohio",
        "the Province of Ontario": "ontario",
        "City of New York": "city of new york",
    },
    Kind.YES_NO: {
        "Yes": "yes",
        "no.": "no",
        "may sublet the premises": "yes",
        "The Tenant must insure the building": "yes",
        "shall not sublet": "no",
        "cannot be transferred": "no",
        "Neither party may transfer its rights": "no",
    },
    Kind.LIST: {"Rye;  oats ; “Barley”": "barley; oats; rye"},
    Kind.TEXT: {" The Whole\nPremises. ": "the whole premises"},
}


@pytest.mark.parametrize(
    ("kind", "words", "value"), [(kind, *pair) for kind, table in STATED.items() for pair in table.items()]
)
def test_words_state_a_value(kind, words, value):
    assert str(value_of(words, kind)) == value


SILENT = {
    Kind.DATE: [
        "",
        "the Closing",
        "30 February 2020",
        "late 2019",
        "Q3 2019",
        "from 1 May 2020 to 2 June 2021",
        "two years after 1 May 2020",
        "the third anniversary of 4 July 2011",
        "a term of one year commencing on 1 May 2006",
        "7-9 June 2015",
        "the parties may 10 days later",
        "version 10.4.2",
        "2019-2021",
    ],
    Kind.AMOUNT: [
        "",
        "a reasonable fee",
        "$400 to $600",
        "10-12%",
        "between $5 and $9",
        "six hundred dollars ($6,000)",
        "section 14",
        "clause 3.4.1",
        "no one",
        "$5,00,0.1.2",
        "£20 for adults and £10 for children",
    ],
    Kind.PERIOD: [
        "",
        "promptly",
        "30 to 60 days",
        "between two and four weeks",
        "ten (20) days",
        "twice a year",
        "$10 per day",
        "month to month",
        "30 days, or 60 days for tenants",
    ],
    Kind.NAME: ["", " . "],
    Kind.YES_NO: [
        "",
        "Tennessee",
        "25 May 2016",
        "may sublet only with consent",
        "may not sublet unless the Landlord agrees",
        "shall not be prevented from subletting",
        "is prohibited",
        "no more than twice",
        "not applicable",
    ],
    Kind.TEXT: ["", " \n\t"],
}


@pytest.mark.parametrize(("kind", "words"), [(kind, words) for kind, table in SILENT.items() for words in table])
def test_words_that_state_none_or_several_have_no_value(kind, words):
    assert value_of(words, kind) is None


AROUND = [
    (Kind.DATE, "August 17", "It ended on August 17, 1994, a Wednesday.", "17 August 1994"),
    (Kind.DATE, "1 May 2020", "The loan is repaid three years after 1 May 2020.", None),
    (Kind.DATE, "5 June", "Sold on 5 June 2015, again on 5 June 2017.", "5 June"),  # twice: which is meant is not known
    (Kind.AMOUNT, "740,000", "The price is EUR 740,000 in cash.", "EUR 740,000"),
    (Kind.AMOUNT, "$50", "The fee is at least $50 per week.", "at least $ 50 per week"),
    (Kind.AMOUNT, "9", "Its yield is 9% a year.", "9% per year"),
    (Kind.PERIOD, "120 days", "It gives no less than 120 days to object.", "at least 120 days"),
    (Kind.YES_NO, "may sublet", "Neither party may sublet.", "no"),
    (Kind.YES_NO, "may sublet", "The Tenant may sublet if the Landlord agrees.", None),
    (Kind.YES_NO, "may sublet", "It must not smell. The Tenant may sublet.", "yes"),
    (Kind.DATE, "1 May 2020", "a sentence without these words", "1 May 2020"),
]


@pytest.mark.parametrize(("kind", "words", "around", "value"), AROUND)
def test_the_sentence_around_the_words_completes_them(kind, words, around, value):
    found = value_of(words, kind, around=around)
    assert (found and str(found)) == value


def test_a_question_of_refusal_takes_a_plain_yes_or_no_alone():
    asked = "Is subletting prohibited?"
    assert value_of("shall not sublet", Kind.YES_NO, question=asked) is None
    assert str(value_of("Yes", Kind.YES_NO, question=asked)) == "yes"


AGREEING = [
    (Kind.DATE, "5/6/1994", "6 May 1994", Agreement.SAME),
    (Kind.DATE, "5/6/1994", "5 June 1994", Agreement.SAME),
    (Kind.DATE, "5/6/1994", "7 May 1994", Agreement.DIFFERENT),
    (Kind.DATE, "May 1994", "6 May 1994", Agreement.COMPATIBLE),
    (Kind.DATE, "1994", "6 May 1994", Agreement.COMPATIBLE),
    (Kind.DATE, "6 May", "6 May 1994", Agreement.COMPATIBLE),
    (Kind.DATE, "6 May", "7 May 1994", Agreement.DIFFERENT),
    (Kind.DATE, "May 1994", "June 1994", Agreement.DIFFERENT),
    (Kind.AMOUNT, "$740,000", "USD 740,000.00", Agreement.SAME),
    (Kind.AMOUNT, "$740,000", "CAD 740,000", Agreement.COMPATIBLE),
    (Kind.AMOUNT, "$740,000", "EUR 740,000", Agreement.DIFFERENT),
    (Kind.AMOUNT, "740,000", "EUR 740,000", Agreement.COMPATIBLE),
    (Kind.AMOUNT, "$3.4 million", "$3,412,907", Agreement.COMPATIBLE),
    (Kind.AMOUNT, "$3.4 million", "$3,512,907", Agreement.DIFFERENT),
    (Kind.AMOUNT, "$3 million", "$3.4 million", Agreement.DIFFERENT),
    (Kind.AMOUNT, "€300 per month", "€3,600 a year", Agreement.SAME),
    (Kind.AMOUNT, "€300 per month", "€300 a year", Agreement.DIFFERENT),
    (Kind.AMOUNT, "€300 per month", "€300", Agreement.UNKNOWN),
    (Kind.AMOUNT, "€300 per week", "€300 per unit", Agreement.UNKNOWN),
    (Kind.AMOUNT, "4%", "$400", Agreement.UNKNOWN),
    (Kind.AMOUNT, "5 km", "5,000 m", Agreement.UNKNOWN),
    (Kind.AMOUNT, "60 square feet", "60 square metres", Agreement.UNKNOWN),
    (Kind.AMOUNT, "8 kilometres", "8 km", Agreement.SAME),
    (Kind.AMOUNT, "at least $70", "$70", Agreement.COMPATIBLE),
    (Kind.AMOUNT, "at least $70", "at most $70", Agreement.DIFFERENT),
    (Kind.AMOUNT, "about $100", "$97", Agreement.COMPATIBLE),
    (Kind.AMOUNT, "1.250 litres", "1.25 litres", Agreement.SAME),
    (Kind.PERIOD, "one year", "12 months", Agreement.SAME),
    (Kind.PERIOD, "three weeks", "21 days", Agreement.SAME),
    (Kind.PERIOD, "30 days", "one month", Agreement.DIFFERENT),
    (Kind.PERIOD, "10 days", "10 business days", Agreement.DIFFERENT),
    (Kind.PERIOD, "48 hours", "two days", Agreement.COMPATIBLE),
    (Kind.PERIOD, "at least 90 days", "90 days", Agreement.COMPATIBLE),
    (Kind.PERIOD, "at least 90 days", "not more than 90 days", Agreement.DIFFERENT),
    (Kind.NAME, "Quill Point LLC", "Quill Point, L.L.C.", Agreement.SAME),
    (Kind.NAME, "Quill Point LLC", "Quill Point", Agreement.COMPATIBLE),
    (Kind.NAME, "Quill Point LLC", "Quill Point Inc.", Agreement.DIFFERENT),
    (Kind.NAME, "I. Moreau", "Ida Moreau", Agreement.COMPATIBLE),
    (Kind.NAME, "Ida Moreau", "Ida B. Moreau", Agreement.COMPATIBLE),
    (Kind.NAME, "Ida Moreau", "Ada Moreau", Agreement.DIFFERENT),
    (Kind.NAME, "Virginia", "West Virginia", Agreement.DIFFERENT),
    (Kind.YES_NO, "Yes", "may sublet", Agreement.SAME),
    (Kind.YES_NO, "No", "may sublet", Agreement.DIFFERENT),
    (Kind.TEXT, "the roof", "The roof.", Agreement.SAME),
    (Kind.TEXT, "the roof", "the roof and walls", Agreement.COMPATIBLE),
    (Kind.TEXT, "the roof", "the walls", Agreement.UNKNOWN),
    (Kind.LIST, "rye; oats", "Oats; Rye", Agreement.SAME),
]


@pytest.mark.parametrize(("kind", "one", "other", "agreement"), AGREEING)
def test_two_values_agree_as_far_as_their_words_allow(kind, one, other, agreement):
    mine, theirs = value_of(one, kind), value_of(other, kind)
    assert mine.agreement(theirs) is agreement
    assert theirs.agreement(mine) is agreement


def test_values_of_two_kinds_are_not_compared():
    values = [
        value_of(words, kind) for kind, words in ((Kind.DATE, "1994"), (Kind.AMOUNT, "$7"), (Kind.PERIOD, "1 day"))
    ]
    values += [value_of(words, kind) for kind, words in ((Kind.NAME, "Ida"), (Kind.YES_NO, "no"), (Kind.TEXT, "7"))]
    for one in values:
        assert [one.agreement(other) is Agreement.UNKNOWN for other in values].count(False) == 1
