"""reStructuredText, Org and LaTeX as a person reads them, and whatever is wrong with them."""

import re
from pathlib import Path

import pytest

from needlepoint.files.formats import format_of
from needlepoint.files.reading import read_data

SAMPLES = sorted((Path(__file__).parent / "data" / "markup").iterdir())
KINDS = {"page.rst": "rst", "notes.org": "org", "paper.tex": "latex"}
TABLES = {
    "page.rst": "Fees\n====\n\n====== =======\nVessel Captain\n====== =======\nSula   Ann\nBrim   *Bo*\n====== =======\n",
    "notes.org": "* Fees\n| Vessel | Captain |\n|--------+---------|\n| Sula | Ann |\n| Brim | /Bo/ |\n",
    "paper.tex": (
        r"\section{Fees}\begin{tabular}{ll}\hline Vessel & Captain \\ \hline Sula & Ann \\ Brim & \emph{Bo} \\"
        r"\end{tabular}"
    ),
}
HEADS = {
    "page.rst": "Harbour\n=======\n\n:Author: Ada Lund\n:Date: 2024-05-03\n\nThe pier is long.\n",
    "notes.org": "#+TITLE: Harbour\n#+AUTHOR: Ada Lund\n#+DATE: <2024-05-03 Fri>\nThe pier is long.\n",
    "paper.tex": (
        "\\title{Harbour\\thanks{Paid.}}\\author{Ada Lund \\\\ Port}\\date{May 3, 2024}\n\\begin{document}\n"
        "The pier is long.\n\\end{document}"
    ),
}


def text_of(name, text):
    return read_data(name, text.encode()).text


@pytest.mark.parametrize("name", [*KINDS, "page.rest", "paper.ltx", "paper.latex", "PAGE.RST"])
def test_the_suffix_tells_markup_as_any_text_may_be_it(name):
    expected = {"rest": "rst", "ltx": "latex", "latex": "latex"}.get(
        name.split(".")[1].lower(), KINDS.get(name.lower())
    )
    assert format_of(name, b"The pier is long.").name == expected


@pytest.mark.parametrize("name", KINDS)
def test_other_content_counts_more_than_the_suffix(name, reason, tmp_path):
    assert format_of(name, b"%PDF-1.7\n...").name == "pdf"
    assert format_of(name, b"<!doctype html><p>x").name == "html"
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 8)
    assert "binary data" in reason(path)


@pytest.mark.parametrize("name", KINDS)
def test_rows_of_tables_know_their_headings(name):
    source = read_data(name, TABLES[name].encode())
    assert source.text == "Fees\n\nVessel: Sula; Captain: Ann.\nVessel: Brim; Captain: Bo."
    assert [mark.about for mark in source.marks] == ["Fees", "Fees"]


@pytest.mark.parametrize("name", KINDS)
def test_title_author_and_date(name):
    source = read_data(name, HEADS[name].encode())
    assert (source.title, source.metadata) == ("Harbour", {"author": "Ada Lund", "date": "2024-05-03"})
    assert {"Harbour", "The pier is long."} <= {line.removesuffix(" [1]") for line in source.text.splitlines()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.rst", "Rent\n====\n\nThe rent is 940.\n\nCrew\n====\n\nAnn is the captain.\n"),
        ("notes.org", "* Rent\nThe rent is 940.\n** Crew\nAnn is the captain.\n"),
        ("paper.tex", "\\section{Rent}\nThe rent is 940.\n\\subsection*{Crew}\nAnn is the captain.\n"),
    ],
)
def test_headings_are_headings(name, text):
    source = read_data(name, text.encode())
    assert source.text == "Rent\n\nThe rent is 940.\n\nCrew\n\nAnn is the captain."
    assert source.title == "Rent"


def test_running_text_of_rst():
    text = (
        "The rent of berth **C-117** is *940* euros, see :ref:`x`, :ref:`the part <y>` and :func:`~a.b.run`. |ver| [1]_\n"
        "`A link <http://x>`_ to ``code``. :math:`x^2 \\leq \\frac{a}{b}` and H\\ :sub:`2`\\ O.\n\n"
        ".. [1] Without tax.\n.. a comment\n   over lines\n\n- one\n- two\n\nberth : place\n  It holds a ship.\n\n"
        ":param x: the value\n\n| one line\n| another\n\nText::\n\n    x = 1\n"
    )
    assert text_of("page.rst", text) == (
        "The rent of berth C-117 is 940 euros, see x, the part and run. |ver| [1] A link to code. x² ≤ a/b and H2O.\n\n"
        "[1] Without tax.\n\n- one\n- two\n\nberth (place)\n\nIt holds a ship.\n\nparam x: the value\n\none line\nanother\n\n"
        "Text:\n\nx = 1"
    )


def test_directives_of_sphinx_give_their_text():
    text = (
        ".. note:: Mind the gap.\n\n.. versionadded:: 1.2\n   The night rate.\n\n.. toctree::\n   :maxdepth: 2\n\n   intro\n"
        "   The guide <guide/index>\n\n.. code-block:: python\n   :linenos:\n   :caption: An example\n\n   x = 1\n\n"
        ".. py:function:: run(a)\n   :noindex:\n\n   Runs *it*.\n\n.. index:: hidden\n\n.. raw:: html\n\n"
        "   <p>Some <b>words</b>\n\n.. glossary::\n\n   berth\n      A place.\n"
    )
    assert text_of("page.rst", text) == (
        "Note\n\nMind the gap.\n\nNew in version 1.2: The night rate.\n\n- intro\n- The guide\n\nAn example\n\nx = 1\n\n"
        "run(a)\n\nRuns it.\n\nSome words\n\nberth\n\nA place."
    )


def test_what_docutils_finds_wrong_loses_no_words(capfd):
    text = (
        "A title\n===\n\nThe *pier is `long.\n\n+---+\n| quay\n+--\n\n.. table:: Fees\n   :nonsense: yes\n\n   berth\n\n"
        ".. csv-table:: Crew\n   :file: /etc/passwd\n\n.. include:: /etc/passwd\n\n.. unknown-thing::\n   :a: b\n\n   mooring\n"
    )
    source = read_data("page.rst", text.encode())
    assert all(word in source.text for word in ("A title", "The *pier is `long.", "quay", "berth", "mooring"))
    assert "root:" not in source.text
    assert source.unread == ("/etc/passwd: it is not in this file",)
    assert capfd.readouterr() == ("", "")


def test_docutils_is_left_as_it_was():
    from docutils.parsers.rst import directives, roles

    before = directives._directives, roles._roles
    read_data("page.rst", b".. role:: mine\n\n:mine:`x` and :other:`y`\n\n.. foo:: bar\n")
    assert (directives._directives, roles._roles) == before
    assert not {"foo", "toctree"} & directives._directives.keys()


def test_running_text_of_org():
    text = (
        "# a comment\n#+MACRO: berth Berth $1\nThe rent of *C-117* is /940/ euros, =a_b=, ~c~, +gone+ snake_case_name, 10^6.\n"
        "A [[https://x.example][link]] and [[file:x.org]], {{{berth(7)}}}.[fn:1] Noted.[fn:: Without [[x][tax]].]\n"
        "On <2024-05-03 Fri>--<2024-05-05 Sun> \\alpha is $x^2$ of $5 and $6.\n\n[fn:1] The note.\n"
        "- [ ] open\n- [X] done\n  - nested\n1. one\n7. two\n- berth :: A place.\n\n#+BEGIN_SRC sh\nx = 1\n#+END_SRC\n: lines\n"
    )
    source = read_data("notes.org", text.encode())
    assert source.text == (
        "The rent of C-117 is 940 euros, a_b, c, snake_case_name, 10⁶. A link and x.org, Berth 7. [1] Noted. [2] On "
        "2024-05-03 Fri–2024-05-05 Sun α is x² of $5 and $6.\n\n[1] The note.\n\n- ☐ open\n- ☒ done\n- nested\n\n"  # noqa: RUF001
        "1. one\n7. two\n\nberth\n\nA place.\n\nx = 1\n\nlines\n\n[2] Without tax."
    )
    assert source.unread == ("struck-out text: left out",)


def test_formulas_and_addresses_of_org():
    text = "#+KEYWORDS: pier, rent\nSee <https://x.example/a_b>.\n\\begin{equation}\nx^2 = 1\n\\end{equation}\n"
    source = read_data("notes.org", text.encode())
    assert (source.text, source.metadata) == ("See https://x.example/a_b. x² = 1", {"keywords": "pier, rent"})


def test_tasks_of_org():
    text = (
        "#+TODO: OPEN | CLOSED\n* OPEN [#A] Buy rope :harbour:money:\nSCHEDULED: <2024-05-03 Fri> DEADLINE: <2024-05-10 Fri>\n"
        ":PROPERTIES:\n:ID: 123\n:END:\nFor the pier.\n:NOTES:\nKept.\n:END:\n* COMMENT Hidden\nsecret\n** also\n* DONE Sell it\n"
        ":PROPERTIES:\nnever ended\n"
    )
    source = read_data("notes.org", text.encode())
    assert source.text == (
        "OPEN Buy rope\n\nScheduled: 2024-05-03 Fri; Deadline: 2024-05-10 Fri; Tags: harbour, money; Priority: A.\n\n"
        "For the pier.\n\nKept.\n\nDONE Sell it\n\n:PROPERTIES: never ended"
    )
    assert source.title == "Buy rope"


def test_running_text_of_latex():
    text = r"""\documentclass{article} % no text
\newcommand{\port}{Sand \& Sons}
\newcommand{\berth}[2][north]{berth \textbf{#2} in the #1}
\def\half#1{half of #1}
\begin{document}
The rent of \berth{C-117} of \port{} is \textsc{940} euros~\cite[p.~5]{lund}, see Section~\ref{sec:rent}. % hidden
Caf\'e na\"ive \c{c}a --- ``\o{}re'', 50\% of H\textsubscript{2}O, $10^6$.\footnote{Without \textit{tax}.}
\half{it}, \berth[south]{D-1}. \unknown{one}{two} \verb|a%b{| \url{http://x.example/a%20b} \href{http://y}{a link}.

\begin{itemize}
\item one % \item none
\item[(b)] two
\end{itemize}
\begin{description}\item[Berth] A place.\end{description}
\begin{verbatim}
x_ = {1} % kept
\end{verbatim}
\begin{equation}\label{e} E = mc^2 \end{equation}
\begin{comment}hidden\end{comment}
\begin{figure}\includegraphics[width=3cm]{pier.png}\caption{The pier.}\end{figure}
\input{other}
\end{document}
no text"""
    source = read_data("paper.tex", text.encode())
    assert source.text == (
        "The rent of berth C-117 in the north of Sand & Sons is 940 euros [lund, p. 5], see Section rent. "
        "Café naïve ça — “øre”, 50% of H2O, 10⁶. [1] half of it, berth D-1 in the south. one two a%b{ "
        "http://x.example/a%20b a link.\n\n"
        "- one\n- (b) two\n\nBerth\n\nA place.\n\nx_ = {1} % kept\n\nE = mc²\n\nThe pier.\n\n[1] Without tax."
    )
    assert source.unread == ("picture pier.png: what is in it was not read", "other: it is not in this file")


def test_tables_of_latex_with_captions_spans_and_repeated_headings():
    text = r"""\begin{table}\begin{tabular}{lrr}\toprule
Port & \multicolumn{2}{c}{Imports} \\ \cmidrule(lr){2-3} & 2022 & 2023 \\ \midrule
Kirk & 1 & 2 \\ Ness & 3 & 4 \\ \bottomrule\end{tabular}\caption{In tonnes}\end{table}
\begin{longtable}{ll}\caption{Fees}\\ Work & Rate \\ \endfirsthead Work & Rate \\ \endhead
\multicolumn{2}{r}{goes on} \\ \endfoot\endlastfoot Night & 24 \\ Day & 12 \\ \end{longtable}"""
    assert text_of("paper.tex", text) == (
        "In tonnes\nPort: Kirk; Imports, 2022: 1; Imports, 2023: 2.\nPort: Ness; Imports, 2022: 3; Imports, 2023: 4.\n\n"
        "Fees\nWork: Night; Rate: 24.\nWork: Day; Rate: 12."
    )


@pytest.mark.parametrize(
    "text",
    [
        r"The pier } is \end{x} long",
        r"The pier \begin{a} is \end{b} long",
        r"The pier \textbf{is long",
        "The pier costs $5\n\nand is long",
        r"The pier \begin{verbatim} is long",
        r"\newcommand{\a}{\a\a}The pier is \a long",
        r"The pier \newcommand{\x}{ is long",
    ],
)
def test_damaged_latex_keeps_its_words(text):
    read = text_of("paper.tex", text)
    assert all(word in read for word in ("pier", "is", "long"))


def test_slides_of_latex():
    text = r"""\documentclass{beamer}\begin{document}
\begin{frame}{Rents}\begin{itemize}[<+->]\item<1-> Ann\hspace{1em}Lund \item Bo\end{itemize}\only<2>{The pier}\end{frame}
\begin{frame}[fragile]\frametitle{Crew} Three.\end{frame}
\end{document}"""
    assert text_of("talk.tex", text) == "Rents\n\n- Ann Lund\n- Bo\n\nThe pier\n\nCrew\n\nThree."


def laughing():
    given = "".join(f"\\newcommand{{\\a{chr(98 + at)}}}{{\\a{chr(97 + at)}\\a{chr(97 + at)}}}" for at in range(20))
    return given + r"\newcommand{\aa}{lol}\au the pier"


HOSTILE = {
    "braces.tex": lambda: "{" * 1_000_000,
    "deep.tex": lambda: r"\begin{a}" * 100_000,
    "emphasis.tex": lambda: r"\emph{" * 160_000,
    "open.tex": lambda: r"\begin{verbatim}" * 60_000,
    "laughs.tex": laughing,
    "wide.tex": lambda: r"\begin{tabular}{l}" + "a & " * 10_000 + r"\\ b \end{tabular}",
    "lists.rst": lambda: "".join("  " * at + "- a\n\n" for at in range(700)),
    "emphasis.rst": lambda: "*a " * 300_000,
    "wide.rst": lambda: "+" + "---+" * 10_000 + "\n|" + " a |" * 10_000 + "\n+" + "---+" * 10_000 + "\n",
    "laughs.rst": lambda: "".join(f".. |a{at}| replace:: |a{at + 1}| |a{at + 1}|\n" for at in range(40)) + "\n|a0|\n",
    "lists.org": lambda: "".join(" " * at + "- a\n" for at in range(1_400)),
    "emphasis.org": lambda: "*a " * 330_000,
    "links.org": lambda: "[[" * 500_000,
    "notes.org": lambda: "[fn::" * 60_000,
    "drawers.org": lambda: ":PROPERTIES:\n" * 80_000,
    "wide.org": lambda: "|" + " a |" * 10_000,
    "macros.org": lambda: "#+MACRO: a {{{a}}}{{{a}}}\n" + "{{{a}}} " * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_is_read_in_a_moment(name, computing_at_most):
    with computing_at_most(20):
        source = read_data(name, HOSTILE[name]().encode())
    assert len(source.text) > 100 or "the pier" in source.text
    assert not name.startswith("wide") or source.text.count("a") >= 10_000


@pytest.mark.parametrize("name", ["lists.rst", "deep.tex"])
def test_what_cannot_be_parsed_is_read_as_plain_text_and_said(name):
    source = read_data(name, HOSTILE[name]().encode())
    assert source.type == {"rst": "rst", "tex": "latex"}[name.split(".")[1]]
    assert source.unread == (
        "its markup is damaged, nested too deeply, too long in a line or without text: it is read as plain text, with its markup",
    )


@pytest.mark.parametrize("name", KINDS)
def test_markup_too_large_to_parse_is_read_as_plain_text(name):
    source = read_data(name, b"- *item*\n" * 600_000)
    assert (source.type, source.text[:9]) == (KINDS[name], "- *item*\n")
    assert "was not parsed: it is read as plain text" in source.unread[0]


@pytest.mark.parametrize("name", KINDS)
def test_markup_that_holds_no_text_is_read_as_plain_text(name):
    assert text_of(name, {"rst": ".. a comment", "org": "# a comment", "latex": "% a comment"}[KINDS[name]]).endswith(
        "a comment"
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_cut_file_is_read(path):
    data = path.read_bytes()
    for end in range(1, len(data), 97):
        read_data(path.name, data[:end])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_long_file_has_no_markup_left(path):
    source = read_data(path.name, path.read_bytes())
    assert len(source.text) > 800
    assert not re.search(r"\\[A-Za-z]{2,}|\$x|:\w+:`|\*\*|#\+|\[\[https|^=+$", source.text, re.MULTILINE)


def test_what_stands_over_or_under_words_costs_none_of_them():
    text = r"The \underline{rent of berth} is \overline{940} euros, \nicefrac{1}{2} of it in \lambda, \ss{} and \"a."
    assert text_of("paper.tex", text) == "The rent of berth is 940 euros, 1/2 of it in λ, ß and ä."
