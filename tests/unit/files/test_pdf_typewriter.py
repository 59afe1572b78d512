from functools import partial

import pytest

from needlepoint.files.pdf.boxes import page_boxes
from needlepoint.files.reading import read_file
from needlepoint.text.marks import MarkKind

PROSE = """
     THIS AGREEMENT is made on the 3rd day of May 1999 between Halvor
Lines, a Delaware corporation (the "Carrier"), and Trondhjem Cold
Storage Inc. (the "Shipper"), and the parties agree as follows:
"""


@pytest.fixture
def typed(make_pdf):
    """Write a page in typewriter type, its lines as they stand in a text, and return its path."""
    make = partial(make_pdf, font="Courier")

    def write(*texts: str):
        pages = [
            [(50, 760 - 12 * row, line, 10) for row, line in enumerate(text.split("\n")) if line.strip()]
            for text in texts
        ]
        # a line begins where its first letter stands, as programs draw it
        return make([[(x + 6 * (len(t) - len(t.lstrip())), y, t.lstrip(), s) for x, y, t, s in page] for page in pages])

    return write


def rows_of(source):
    return [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is MarkKind.ROW]


def test_lines_of_hyphens_below_headings_tell_the_columns(typed):
    table = """
                  SCHEDULE A - RATES

   PORT                 SERVICE              RATE PER TON
   ----                 -------              ------------

   Kirkenes             Weekly                  $41.50
   Vardo                Fortnightly              48.25

     The rates above hold until the thirtieth day of June 2001, after
which the Carrier may raise them by not more than four percent.
"""
    source = read_file(typed(PROSE + table))
    assert rows_of(source) == [
        "PORT: Kirkenes; SERVICE: Weekly; RATE PER TON: $41.50.",
        "PORT: Vardo; SERVICE: Fortnightly; RATE PER TON: 48.25.",
    ]
    assert {mark.about for mark in source.marks} == {"SCHEDULE A - RATES"}
    assert "--" not in source.text
    assert source.text.endswith("after which the Carrier may raise them by not more than four percent.")


def test_stacked_headings_groups_and_totals(typed):
    table = """
                                   Year ended December 31,
                                --------------------------
                                   1998            1997
                                ----------      ----------
Revenues:
  Freight                       $   9,420       $   8,975
  Passengers, including those
    of the night boats              3,115           3,240
                                ----------      ----------
    Total revenues                 12,535          12,215
                                ==========      ==========
"""
    source = read_file(typed(PROSE + table))
    year = "Year ended December 31"
    assert rows_of(source) == [
        f"Freight; {year}, 1998: $ 9,420; {year}, 1997: $ 8,975.",
        f"Passengers, including those of the night boats; {year}, 1998: 3,115; {year}, 1997: 3,240.",
        f"Total revenues; {year}, 1998: 12,535; {year}, 1997: 12,215.",
    ]
    assert {mark.about for mark in source.marks} == {"Revenues:"}


def test_lines_across_the_table_and_none(typed):
    across = """
                        TERMINATION PAYMENTS
======================================================================
Year of Termination             Payment          Percent of Base Fee
======================================================================
First                          $500,000                 50%
Thereafter                     None                     None
----------------------------------------------------------------------
"""
    none = """
     Name                Position                    Location

     Ola Berg            Harbour Master              Vardo
     Siri Holm           Chief Engineer              Kirkenes
     Tor Vik             Purser                      Hammerfest
"""
    assert rows_of(read_file(typed(PROSE + across + none))) == [
        "Year of Termination: First; Payment: $500,000; Percent of Base Fee: 50%.",
        "Year of Termination: Thereafter; Payment: None; Percent of Base Fee: None.",
        "Name: Ola Berg; Position: Harbour Master; Location: Vardo.",
        "Name: Siri Holm; Position: Chief Engineer; Location: Kirkenes.",
        "Name: Tor Vik; Position: Purser; Location: Hammerfest.",
    ]


def test_cells_that_wrap_between_empty_lines(typed):
    table = """
     MILESTONE            DATE DUE           DELIVERABLE
     ---------            --------           -----------

     Design freeze        March 1, 2000      Drawings of the hull and
                                             12 lists of materials

     Keel laying          June 15, 2000      Certificate of the
                                             classification society
"""
    assert rows_of(read_file(typed(PROSE + table))) == [
        "MILESTONE: Design freeze; DATE DUE: March 1, 2000; DELIVERABLE: Drawings of the hull and 12 lists of materials.",
        "MILESTONE: Keel laying; DATE DUE: June 15, 2000; DELIVERABLE: Certificate of the classification society.",
    ]


def test_dots_lead_to_values_and_to_page_numbers(typed):
    fees = """
Annual base fee ................................ $ 84,000
Fee for each additional berth .................. $  2,150
Late payment charge, per day ................... $    125
"""
    contents = """
ARTICLE I    DEFINITIONS.....................................  1
ARTICLE II   CARRIAGE OF GOODS...............................  4
ARTICLE III  RATES AND CHARGES...............................  9
"""
    path = typed(PROSE + fees, contents + "\n" + PROSE)
    text = read_file(path).text
    assert "Annual base fee: $ 84,000.\nFee for each additional berth: $ 2,150.\nLate payment" in text
    assert "ARTICLE I DEFINITIONS 1\nARTICLE II CARRIAGE OF GOODS 4\nARTICLE III RATES AND CHARGES 9" in text
    at = text.index("Annual base fee")
    ((left, _, right, _),) = page_boxes(path, 1, at, at + len("Annual base fee"))
    assert (left, right) == (pytest.approx(50, abs=1), pytest.approx(50 + 6 * 15, abs=1))


def test_marks_of_edgar_and_of_drawn_grids(typed):
    edgar = """
<TABLE>
<CAPTION>
                                     NUMBER OF      PERCENT
NAME OF BENEFICIAL OWNER              SHARES        OF CLASS
- ------------------------           ---------      --------
<S>                                  <C>            <C>
Oddvar Nilsen                         412,500          8.2%
Marit Aune                            125,000          2.5%
</TABLE>

+-------------+------------------+-----------+
| Berth       | Tenant           | Rent      |
+-------------+------------------+-----------+
| North 1     | Solveig Haugland | 1,450     |
| South 4     | Halsa Fisk AS    | 2,900     |
+-------------+------------------+-----------+
"""
    source = read_file(typed(PROSE + edgar))
    assert rows_of(source) == [
        "NAME OF BENEFICIAL OWNER: Oddvar Nilsen; NUMBER OF SHARES: 412,500; PERCENT OF CLASS: 8.2%.",
        "NAME OF BENEFICIAL OWNER: Marit Aune; NUMBER OF SHARES: 125,000; PERCENT OF CLASS: 2.5%.",
        "Berth: North 1; Tenant: Solveig Haugland; Rent: 1,450.",
        "Berth: South 4; Tenant: Halsa Fisk AS; Rent: 2,900.",
    ]


def test_a_table_whose_headings_stand_on_the_page_before(typed):
    table = """                             ---------      --------
Manufacturing                $ 1.10         $  .95
(May be adjusted)

Copyright royalty              1.24           1.24
"""
    assert rows_of(read_file(typed(PROSE, table + PROSE)))[0] == "Manufacturing (May be adjusted); $ 1.10; $ .95."


def test_wide_spaces_in_running_text_and_signatures_make_no_table(typed):
    justified = """
     In   the   event   that   the   Shipper   fails   to   pay   any
amount   due   under   this   Agreement,   the   Carrier   may   hold
the   goods   until   the   amount   has   been   paid   in   full.
"""
    signed = """
HALVOR LINES                         TRONDHJEM COLD STORAGE INC.

By: /s/ Oddvar Nilsen                By: /s/ Marit Aune
   ---------------------------          ---------------------------
   Oddvar Nilsen                        Marit Aune
   President                            Chief Executive Officer
"""
    source = read_file(typed(PROSE + justified + signed))
    assert not source.marks
    assert (
        "In the event that the Shipper fails to pay any amount due under this Agreement, the Carrier may hold"
        in source.text
    )
    assert "HALVOR LINES\n\nBy: /s/ Oddvar Nilsen\nOddvar Nilsen\nPresident\n\nTRONDHJEM" in source.text
    assert source.text.endswith("By: /s/ Marit Aune\nMarit Aune\nChief Executive Officer")


def test_a_line_drawn_below_words_of_a_sentence_does_not_cut_it(typed):
    text = """
     5.  Ownership of the Product.  The parties' respective rights in
         ------------------------
and to the Product are as set forth in the Services Agreement of even
date herewith.
"""
    found = read_file(typed(PROSE + text)).text
    assert found.endswith(
        "5. Ownership of the Product. The parties' respective rights in and to the Product are as set forth in the "
        "Services Agreement of even date herewith."
    )


def test_an_address_stands_with_what_it_is_of(typed):
    text = """
     If to the Carrier:      Halvor Lines
                             12 Quay Street
                             Tromso, Norway

     If to the Shipper:      Trondhjem Cold Storage Inc.
                             400 Pier Road
                             Newark, New Jersey 07114
"""
    assert read_file(typed(PROSE + text)).text.endswith(
        "If to the Carrier: Halvor Lines 12 Quay Street Tromso, Norway.\n"
        "If to the Shipper: Trondhjem Cold Storage Inc. 400 Pier Road Newark, New Jersey 07114."
    )
