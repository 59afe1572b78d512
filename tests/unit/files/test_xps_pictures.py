"""Pages of XPS that are pictures: put together as they are shown, within bounds, and told where OCR does not read them."""

import io

import pytest
from PIL import Image

from holding_files import zipped
from needlepoint.errors import UnreadableFileError
from needlepoint.files import reading
from needlepoint.files.page_pictures import is_pictured
from needlepoint.files.xps import drawing
from needlepoint.files.xps.drawing import draw_page
from xps import glyphs, painted, xps, xps_members

RED, GREEN, BLUE, BLACK, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (0, 0, 0), (255, 255, 255)
QUARTERS = {(0, 0): RED, (1, 0): GREEN, (0, 1): BLUE, (1, 1): BLACK}


def quarters(width=200, height=100, *, kind="PNG", mode="RGB", **options):
    """Return a picture whose quarters are red, green, blue and black."""
    picture = Image.new("RGB", (width, height))
    for (x, y), colour in QUARTERS.items():
        picture.paste(colour, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    buffer = io.BytesIO()
    picture.convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def shown(page, picture, points, *, size=(400, 400)):
    """Return the colours that a page shows at points, in pixels, 96 to an inch."""
    drawn = draw_page(zipped(xps_members([page], size=size) | {"scan.png": picture}), 0)
    assert drawn.picture.mode == "RGB"
    assert drawn.width == pytest.approx(size[0] * 0.75, abs=0.5)
    return [
        drawn.picture.getpixel((round(x * drawn.picture.width / size[0]), round(y * drawn.scale * 0.75)))
        for x, y in points
    ]


CORNERS = [(150, 125), (250, 125), (150, 175), (250, 175), (50, 50)]


@pytest.mark.parametrize(
    ("page", "colours"),
    [
        (painted("/scan.png", (100, 100, 200, 100)), [RED, GREEN, BLUE, BLACK, WHITE]),
        (
            painted("../../../scan.png", (100, 100, 200, 100), clip=(100, 100, 100, 100)),
            [RED, WHITE, BLUE, WHITE, WHITE],
        ),
        (painted("/scan.png", (0, 0, 200, 100), transform="1,0,0,1,100,100"), [RED, GREEN, BLUE, BLACK, WHITE]),
        (
            painted("/scan.png", (0, 0, 100, 200), viewbox=(0, 0, 200, 100), transform="0,1,-1,0,300,100"),
            [BLUE, RED, BLACK, GREEN, WHITE],
        ),
        (painted("/scan.png", (0, 0, 200, 100), transform="1,0,0,-1,100,200"), [BLUE, BLACK, RED, GREEN, WHITE]),
        (
            painted("/scan.png", (0, 0, 100, 50), brush="2,0,0,2,100,100", clip=(100, 100, 200, 100)),
            [RED, GREEN, BLUE, BLACK, WHITE],
        ),
        (painted("/scan.png", (100, 100, 200, 100), viewbox=(100, 0, 100, 50)), [GREEN, GREEN, GREEN, GREEN, WHITE]),
        (
            '<FixedPage.Resources><ResourceDictionary><ImageBrush x:Key="a" ImageSource="{ColorConvertedBitmap /scan.png /a.icc}"'
            ' Viewbox="0,0,200,100" Viewport="100,100,200,100"/></ResourceDictionary></FixedPage.Resources>'
            '<Path Data="M 100,100 h 200 v 100 h -200 z" Fill="{StaticResource a}"/>',
            [RED, GREEN, BLUE, BLACK, WHITE],
        ),
    ],
)
def test_pictures_stand_where_the_page_has_them(page, colours):
    assert shown(page, quarters(), CORNERS) == colours


@pytest.mark.parametrize("dpi", [96, 192, 300])
def test_what_is_shown_of_a_picture_goes_by_its_resolution(dpi):
    side = 96 / dpi  # of a pixel
    page = painted("/scan.png", (100, 100, 200, 100), viewbox=(100 * side, 0, 100 * side, 50 * side))
    assert shown(page, quarters(dpi=(dpi, dpi)), CORNERS) == [GREEN, GREEN, GREEN, GREEN, WHITE]
    whole = painted("/scan.png", (100, 100, 200, 100), viewbox=(0, 0, 200 * side, 100 * side))
    assert shown(whole, quarters(), CORNERS) == [RED, GREEN, BLUE, BLACK, WHITE]  # its resolution got lost


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "JPEG", "quality": 95},
        {"kind": "TIFF", "mode": "P"},
        {"kind": "PNG", "mode": "RGBA"},
        {"kind": "TIFF", "mode": "1", "compression": "group4"},
        {"kind": "TIFF", "mode": "CMYK"},
    ],
)
def test_any_kind_of_picture_is_drawn(options):
    found = shown(painted("/scan.png", (100, 100, 200, 100)), quarters(**options), CORNERS)
    assert max(found[3]) < 10
    assert found[4] == WHITE


def test_a_picture_that_can_be_seen_through_shows_what_is_below():
    buffer = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(buffer, "PNG")
    members = xps_members([painted("/a.png", (0, 0, 400, 200)) + painted("/b.png", (0, 0, 400, 200))], size=(400, 200))
    drawn = draw_page(zipped(members | {"a.png": quarters(), "b.png": buffer.getvalue()}), 0)
    assert drawn.picture.getpixel((10, 10)) == RED


def test_a_large_page_is_drawn_small():
    data = zipped(xps_members([painted("/a.png", (0, 0, 9e5, 9e5))], size=(900_000, 900_000)) | {"a.png": quarters()})
    assert max(draw_page(data, 0).picture.size) == 2_600


# --- what is not drawn ------------------------------------------------------------------------------------------------


def test_a_picture_that_cannot_be_opened_leaves_the_others():
    page = (
        painted("/a.wdp", (0, 0, 50, 50))
        + painted("/gone.png", (0, 0, 9, 9))
        + painted("/scan.png", (100, 100, 200, 100))
    )
    assert shown(page, quarters(), CORNERS) == [RED, GREEN, BLUE, BLACK, WHITE]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (painted("/a.wdp", (0, 0, 400, 400)), "pictures of a kind that cannot be opened"),
        (painted("/scan.png", (0, 0, 0, 400)), "no pictures"),
        (painted("/scan.png", ("NaN", 0, "x", 400)), "no pictures"),
        ('<Path Data="M 0,0 h 9 v 9 z"><Path.Fill><VisualBrush/></Path.Fill></Path>', "no pictures"),
        ("", "no pictures"),
    ],
)
def test_a_page_without_pictures_is_refused_in_one_line(page, reason):
    with pytest.raises(UnreadableFileError, match=reason):
        draw_page(zipped(xps_members([page]) | {"scan.png": quarters(), "a.wdp": b"II\xbc\1"}), 0)


@pytest.mark.parametrize("index", [1, 10_000])
def test_a_page_that_is_not_there_is_refused(index):
    with pytest.raises(UnreadableFileError, match="cannot be drawn"):
        draw_page(xps([""]), index)


def test_pictures_of_too_many_pixels_together_are_refused(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_PIXELS", 50_000)
    page = 3 * painted("/scan.png", (100, 100, 200, 100))
    with pytest.raises(UnreadableFileError, match="million pixels allowed"):
        shown(page, quarters(), [])


@pytest.mark.parametrize("matrix", ["0,0,0,0,0,0", "1e5,0,0,1e5,-1e5,-1e5", "1,1,1,1,0,0", "NaN,0,0,1,0,0"])
def test_a_picture_that_is_turned_into_nothing_or_out_of_the_page_costs_nothing(matrix):
    page = painted("/scan.png", (0, 0, 200, 100), transform=matrix) + painted("/scan.png", (100, 100, 200, 100))
    assert len(shown(page, quarters(), CORNERS)) == len(CORNERS)


def test_without_an_engine_it_is_said_how_to_read_them(monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_OCR", "off")
    members = xps_members([glyphs("The pier is long.", 96, 96), painted("/scan.png", (0, 0, 816, 1056))])
    source = reading.read_data("a.xps", zipped(members | {"scan.png": quarters()}))
    assert source.text == "The pier is long.\f"
    assert source.unread == ("page 2: a picture without text: to read it, unset NEEDLEPOINT_OCR",)
    assert not is_pictured({"type": "xps"})
    assert is_pictured({"type": "xps", "read_by_ocr": "page 2"})
