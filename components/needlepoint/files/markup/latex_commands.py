"""The commands and environments of LaTeX: what arguments they take, and which of them are no text."""

from functools import cache
from typing import Any

from pylatexenc.latexwalker import get_default_latex_context_db
from pylatexenc.macrospec import std_environment, std_macro

from needlepoint.files.markup.latex_source import CODE, LINES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADINGS = {
    "part": 1,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "frametitle": 2,
    "framesubtitle": 3,
    "addsec": 2,
    "addchap": 1,
}
SPACES = _words("quad qquad hfill enspace thinspace space nobreakspace hspace hskip , ; :") | {" ", "\n", "\t"}
SIGNS = {
    **{sign: sign for sign in "%&$#_{}"},
    **dict.fromkeys(("-", "/", "@", "!", "|"), ""),
    **dict.fromkeys(("euro", "texteuro", "EUR"), "€"),
    "LaTeX": "LaTeX",
    "TeX": "TeX",
    "S": "§",
    "P": "¶",
    "textgreater": ">",
    "textless": "<",
    "dots": "…",
    "slash": "/",
    "copyright": "©",
    "pounds": "£",
    "textbar": "|",
    "backslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "percent": "%",
    "and": ", ",
}
LISTS = {
    "itemize": "ul",
    "enumerate": "ol",
    "description": "dl",
    "compactitem": "ul",
    "compactenum": "ol",
    "tasks": "ul",
}
RUN_IN = frozenset({"paragraph", "subparagraph"})
CITATIONS = _words(
    "cite citep citet citealp citealt citeauthor citeyear citeyearpar parencite textcite autocite footcite fullcite"
)
REFERENCES = _words("ref eqref pageref autoref cref Cref nameref vref")
INCLUDED = _words("input include subfile includepdf bibliography addbibresource import subimport verbatiminput")
BREAKS = _words(
    r"\ newline linebreak tabularnewline State Statex If ElsIf Else EndIf For EndFor While EndWhile Require Ensure Return"
)
FORMULAS = _words("equation align gather multline flalign alignat eqnarray displaymath math dmath")
TABLES = {
    "tabular": "[{",
    "tabular*": "{[{",
    "tabularx": "{[{",
    "tabulary": "{[{",
    "longtable": "[{",
    "tabu": "{",
    "supertabular": "{",
    "xltabular": "{[{",
    "array": "[{",
}
THEOREMS = {
    name: name.capitalize()
    for name in _words(
        "theorem lemma corollary proposition definition example remark proof conjecture claim note exercise"
    )
}
_SILENT = {
    "": (
        "maketitle tableofcontents listoffigures listoftables today centering raggedright raggedleft noindent "
        "indent clearpage newpage pagebreak cleardoublepage bigskip medskip smallskip par hline toprule "
        "midrule bottomrule endhead endfirsthead endfoot endlastfoot appendix normalfont bfseries itshape "
        "tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge bf it tt em sc rm sf sl "
        "ttfamily rmfamily sffamily scshape upshape mdseries boldmath protect sloppy fussy frontmatter "
        "mainmatter backmatter onecolumn twocolumn printbibliography printindex makeindex balance null relax "
        "leavevmode strut xspace allowbreak nobreak nolinebreak pause qed qedhere notag nonumber makeatletter "
        "makeatother displaystyle vfill hfil break onehalfspacing doublespacing singlespacing"
    ),
    "*": "hrulefill dotfill titlepage",
    "{": (
        "label column pagestyle thispagestyle bibliographystyle pagenumbering hypersetup nocite stepcounter "
        "refstepcounter graphicspath lstset captionsetup theoremstyle phantom hphantom vphantom "
        "selectlanguage usetheme usecolortheme cline title author date subtitle institute "
        "markright arrayrulecolor tikzset usetikzlibrary pgfplotsset sisetup geometry "
        "setstretch hyphenation AtBeginDocument urlstyle "
        "setdefaultlanguage setlist"
    ),
    "*{": "vspace hspace addvspace",
    "{{": (
        "setlength addtolength setcounter addtocounter markboth fontsize addtocontents settowidth newcounter "
        "numberwithin"
    ),
    "{{{": "addcontentsline definecolor",
    "[{": (
        "usepackage documentclass index rowcolor cellcolor color pagecolor setmainfont setsansfont setmonofont cmidrule"
    ),
    "[{{": "rule",
    "*{[[{": "newcommand renewcommand providecommand DeclareRobustCommand",
    "*{[[{{": "newenvironment renewenvironment",
    "*{[{[": "newtheorem",
    "{{{{": "titleformat titlespacing",
}
_TEXTS = {
    "*[{": "section subsection subsubsection chapter part paragraph subparagraph addsec addchap caption",
    "[{": (
        "footnote footnotetext parbox marginpar todo frametitle framesubtitle includegraphics thanks bibitem captionof "
        "includepdf addbibresource"
    ),
    "[": "item footnotemark linebreak pagebreak",
    "*[": "\\",
    "*[[{": " ".join(CITATIONS),
    "*{": " ".join([*REFERENCES, "enquote"]),
    "{": (
        "url nolinkurl path textsuperscript textsubscript sout st gls Gls acrshort acrlong ac acp num si unit "
        "ensuremath mbox hbox text fbox makebox framebox uline underline verbatiminput input include subfile "
        "bibliography"
    ),
    "[{{": "textcolor colorbox SI qty",
    "{{": "href scalebox import subimport raisebox textquote nicefrac",
    "{{{": "multicolumn resizebox",
}
_ENVIRONMENTS = {
    "[": (
        "figure figure* table table* sidewaystable wraptable* frame enumerate itemize description theorem "
        "lemma proof definition center abstract"
    ),
    "{": "thebibliography multicols adjustbox column subfigure spacing",
    "[{": "minipage subtable subfigure wrapfigure",
    "{{": "adjustwidth list wraptable",
}
ENDS_PARAGRAPH = frozenset(
    {"par", "bigskip", "medskip", "smallskip", "vspace", "newpage", "clearpage", "maketitle", "hrule"}
)


@cache
def silent() -> frozenset[str]:
    """Return the commands that are no text, with their arguments."""
    return frozenset(name for names in _SILENT.values() for name in names.split())


@cache
def latex_context() -> Any:
    """Return what the parser knows of commands and environments."""
    context = get_default_latex_context_db()
    specs = [
        (arguments, name) for each in (_SILENT, _TEXTS) for arguments, names in each.items() for name in names.split()
    ]
    macros = [
        std_macro(name, arguments) for arguments, name in [*specs, ("[{[{[{", "multirow"), ("{", LINES), ("{", CODE)]
    ]
    environments = [
        std_environment(name, arguments) for arguments, names in _ENVIRONMENTS.items() for name in names.split()
    ]
    environments += [std_environment(name, arguments) for name, arguments in TABLES.items()]
    context.add_context_category("needlepoint", prepend=True, macros=macros, environments=environments)
    return context
