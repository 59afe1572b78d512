import pytest

from needlepoint.files.pdf.boxes import page_boxes
from needlepoint.files.reading import read_file
from needlepoint.text.marks import MarkKind


@pytest.fixture
def form(tmp_path):
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "form.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.drawString(72, 700, "Tenant:")
    canvas.acroForm.textfield(name="tenant", value="Solveig Haugland", x=200, y=694, width=200, height=18)
    canvas.drawString(72, 670, "Berth:")
    canvas.acroForm.choice(name="berth", value="C-117", options=["B-4", "C-117"], x=200, y=664, width=80, height=18)
    canvas.drawString(72, 640, "Keys returned:")
    canvas.acroForm.checkbox(name="keys", checked=True, x=200, y=636, size=14)
    canvas.drawString(72, 610, "Deposit paid:")
    canvas.acroForm.checkbox(name="deposit", checked=False, x=200, y=606, size=14)
    canvas.drawString(72, 580, "Secret:")
    canvas.acroForm.textfield(name="secret", value="hunter2", fieldFlags="password", x=200, y=574, width=80, height=18)
    canvas.save()
    return path


def test_what_is_filled_into_a_form_stands_beside_its_label(form):
    assert read_file(form).text.split("\n") == [
        "Tenant: Solveig Haugland",
        "Berth: C-117",
        "Keys returned: ☒",
        "Deposit paid: ☐",
        "Secret:",
    ]


def test_the_box_of_a_value_is_its_field(form):
    text = read_file(form).text
    start = text.index("Solveig")
    ((left, top, _, bottom),) = page_boxes(form, 1, start, start + len("Solveig Haugland"))
    assert 198 < left < 204
    assert 842 - 714 < top < bottom < 842 - 690


COMMENT = "/Subtype /{kind} /Rect [300 690 320 710] /T (Ada Lund) /Contents ({text}) {more}"


def with_annotation(make_pdf, tmp_path, **values):
    """A page with one annotation."""
    annotation = COMMENT.format(more=values.pop("more", ""), **values)
    return make_pdf(
        [[(72, 700, "The rent is 18 euros per metre.")]], extra=f"/Annots [<< /Type /Annot {annotation} >>]"
    )


def test_a_comment_is_a_note_with_its_author(make_pdf, tmp_path):
    source = read_file(with_annotation(make_pdf, tmp_path, kind="Text", text="The landlord accepts 16.50."))
    assert source.text == "The rent is 18 euros per metre.\n\nComment by Ada Lund: The landlord accepts 16.50."
    (mark,) = source.marks
    assert mark.kind is MarkKind.NOTE


def test_what_an_annotation_strikes_out_is_no_text(make_pdf, tmp_path):
    quad = "/QuadPoints [131 712 186 712 131 696 186 696]"
    path = with_annotation(make_pdf, tmp_path, kind="StrikeOut", text="", more=quad)
    source = read_file(path)
    assert source.text.startswith("The rent is per metre.")
    assert "Struck out: 18 euros" in source.text


def test_a_hidden_annotation_is_left_out(make_pdf, tmp_path):
    path = with_annotation(make_pdf, tmp_path, kind="Text", text="Never mind.", more="/F 2")
    assert read_file(path).text == "The rent is 18 euros per metre."
