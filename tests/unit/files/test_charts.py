from lxml import etree

from needlepoint.files.office.charts import chart_lines
from needlepoint.files.pages import TextLine
from needlepoint.text.marks import MarkKind

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def cache(kind, values, code=""):
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values) if value is not None
    )
    return f"<c:{kind}>{f'<c:formatCode>{code}</c:formatCode>' if code else ''}{points}</c:{kind}>"


def series(name, categories, values, code="General"):
    tx = f"<c:tx><c:strRef>{cache('strCache', [name])}</c:strRef></c:tx>" if name else ""
    return (
        f"<c:ser>{tx}<c:cat><c:strRef>{cache('strCache', categories)}</c:strRef></c:cat>"
        f"<c:val><c:numRef>{cache('numCache', values, code)}</c:numRef></c:val></c:ser>"
    )


def chart(*parts, title="Passengers"):
    heading = (
        f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>" if title else ""
    )
    plot = f"<c:plotArea><c:barChart>{''.join(parts)}</c:barChart></c:plotArea>"
    return etree.fromstring(
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}"><c:chart>{heading}{plot}</c:chart></c:chartSpace>'
    )


def test_each_category_is_a_row_with_the_values_of_all_series():
    root = chart(series("2023", ["Kirk", "Vane"], ["61", "18"]), series("2024", ["Kirk", "Vane"], ["70", None]))
    assert chart_lines(root, "Ports") == [
        TextLine("Passengers"),
        TextLine("Kirk; 2023: 61; 2024: 70.", MarkKind.ROW, "Ports Passengers"),
        TextLine("Vane; 2023: 18.", MarkKind.ROW, "Ports Passengers"),
    ]


def test_figures_are_written_as_they_are_shown():
    root = chart(series("Revenue", ["2024", "2025"], ["48300000", "2.5"]), series("Share", ["2024"], ["0.125"], "0.0%"))
    assert [line.text for line in chart_lines(root)[1:]] == [
        "2024; Revenue: 48300000; Share: 12.5%.",
        "2025; Revenue: 2.5.",
    ]


def test_one_series_without_a_name_gives_names_and_values():
    assert [line.text for line in chart_lines(chart(series("", ["Kirk"], ["61"]), title=""))] == ["Kirk: 61."]


def test_levels_of_categories_are_joined():
    levels = f"<c:lvl>{cache('x', ['Q1', 'Q2', 'Q1'])[5:-6]}</c:lvl><c:lvl>{cache('x', ['2023', None, '2024'])[5:-6]}</c:lvl>"
    part = (
        f"<c:ser><c:cat><c:multiLvlStrRef><c:multiLvlStrCache>{levels}</c:multiLvlStrCache></c:multiLvlStrRef></c:cat>"
        f"<c:val><c:numRef>{cache('numCache', ['1', '2', '3'])}</c:numRef></c:val></c:ser>"
    )
    lines = [line.text for line in chart_lines(chart(part, title=""))]
    assert lines == ["2023, Q1: 1.", "2023, Q2: 2.", "2024, Q1: 3."]


def test_places_out_of_all_bounds_make_no_rows():
    part = series("n", ["Kirk"], ["1"]).replace('idx="0"', 'idx="99999999999999"')
    assert [line.text for line in chart_lines(chart(part))] == ["Passengers"]
