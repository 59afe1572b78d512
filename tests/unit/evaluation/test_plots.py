from xml.etree import ElementTree

from needlepoint.evaluation.plots import reliability_svg

TRUST = {
    "bins": [{"probability": 0.25, "right": 0.5}, {"probability": 1.0, "right": 1.0}],
    "thresholds": [
        {"coverage": 1.0, "precision": 0.5},
        {"coverage": 0.5, "precision": 1.0},
        {"coverage": 0.0, "precision": None},
    ],
}


def test_points_stand_where_the_figures_say():
    drawing = ElementTree.fromstring(reliability_svg({"alone": TRUST, "a < b": TRUST}))
    space = "{http://www.w3.org/2000/svg}"
    left, right = drawing.findall(f"{space}g")
    points = lambda panel: [(float(c.get("cx")), float(c.get("cy"))) for c in panel.findall(f"{space}circle")]  # noqa: E731
    assert points(left) == [(75.0, 150.0), (300.0, 0.0)] * 2
    assert points(right) == [(300.0, 150.0), (150.0, 0.0)] * 2  # what shows nothing has no precision
    assert [text.text for text in drawing.findall(f"{space}text")] == ["alone", "a < b"]
