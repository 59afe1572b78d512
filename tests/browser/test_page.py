"""What an analyst does: ask, look at the source, filter, send a link, add a file, delete one; on a phone too."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from needlepoint.files.limits import Limits
from needlepoint.files.pdf.boxes import page_boxes
from needlepoint.files.pdf.reading import read_pdf

COLLECTION = Path(__file__).parents[2] / "examples" / "collection"
SPEED = "How fast was Dunlin moving when she hit the pier?"
LEASE = "/?q=When+does+the+lease+end%3F"
LAUNCH = "/?q=Who+named+the+new+battery-hybrid+ferry+when+she+was+launched%3F"


def cards(page):
    page.wait_for_selector(".np-card")
    page.wait_for_selector(".np-source")
    settled(page)
    return page.locator(".st-key-found [class*='st-key-card-']")


def settled(page):
    """Wait until nothing works and nothing has moved for fifteen frames: an opened list grows slower and slower."""
    page.evaluate("window.still = 0")
    page.wait_for_function(
        """() => { const main = document.querySelector('[data-testid=stMain]'), place = `${main.scrollHeight} ${main.scrollTop}`;
        const works = document.querySelector('[data-testid=stSpinner], [data-testid=stStatusWidget], [data-stale=true]');
        window.still = works || place !== window.place ? 0 : window.still + 1;
        window.place = place;
        return window.still > 15 }"""
    )


def marked(page):
    page.wait_for_selector(".np-source mark")
    return page.locator(".np-source mark").text_content()


def is_mark_in_view(page):
    return page.evaluate(
        """() => { const pane = document.querySelector('.np-source').getBoundingClientRect(),
        mark = document.querySelector('.np-source :is(mark, .np-box)').getBoundingClientRect();
        return mark.top >= pane.top && mark.bottom <= pane.bottom }"""
    )


def test_a_question_is_asked_with_enter_and_its_source_lies_open(open_page):
    page = open_page()
    page.get_by_label("Question").fill("When does the lease end?")
    page.keyboard.press("Enter")
    first = cards(page).first
    answer = first.locator("h3").text_content()
    # the lease, and what its amendment says: whether the date alone or its clause is the reader's business, not the page's
    assert re.search("31 May 2034|31 December 2026", answer)
    assert first.locator("mark").text_content() == answer
    assert marked(page) == answer
    page.wait_for_function("document.querySelector('.np-source').scrollTop > 0")
    assert is_mark_in_view(page)
    asked = parse_qs(urlparse(page.url).query)
    assert asked["q"] == ["When does the lease end?"]
    assert re.fullmatch(r"[0-9a-f]+:\d+-\d+", asked["open"][0])


def test_another_card_shows_its_own_place(open_page):
    page = open_page(LEASE)
    second = cards(page).nth(1)
    answer = second.locator("h3").text_content()
    second.get_by_role("button", name="Show in document").click()
    page.wait_for_function("answer => document.querySelector('.np-source mark')?.textContent === answer", arg=answer)
    settled(page)
    assert is_mark_in_view(page)
    assert page.locator(".np-source-heading h2").text_content() in second.locator(".np-where").text_content()


def test_the_source_stays_in_view_beside_any_card_and_the_list_does_not_jump(open_page):
    page = open_page("/?q=When+does+the+lease+end%3F&answers=10")
    cards(page)
    page.locator(".st-key-found summary").last.click()
    settled(page)  # all buttons are there, so that the last one is the last
    show = page.get_by_role("button", name="Show in document").last
    show.hover()
    above = show.bounding_box()["y"]
    show.click()
    page.wait_for_selector("[class*='st-key-read-'] .np-open")
    settled(page)
    button = page.locator(".st-key-found button:focus")
    assert button.text_content() == "Shown in the document"
    assert button.bounding_box()["y"] == pytest.approx(above, abs=2)
    header = page.locator("[data-testid=stHeader]").bounding_box()
    pane = page.locator(".np-source").bounding_box()
    assert header["y"] + header["height"] <= page.locator(".np-source-heading").bounding_box()["y"]
    assert pane["y"] + pane["height"] <= 800
    assert is_mark_in_view(page)


def test_everything_is_done_by_keyboard_and_the_focus_is_kept(open_page):
    page = open_page()
    page.wait_for_selector(".st-key-q textarea:focus")
    page.keyboard.type("When does the lease end?")
    page.keyboard.press("Enter")
    cards(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    name = "Show in document: " + page.locator(".np-card h3").nth(1).text_content()[:80]
    expect(page.locator("button:focus")).to_have_attribute("aria-label", name)
    page.keyboard.press("Enter")
    page.wait_for_selector(".st-key-card-2 .np-open")
    page.wait_for_function("document.activeElement.textContent === 'Shown in the document'")
    page.keyboard.press("r")
    expect(page.locator(".st-key-judge-card-2")).to_contain_text("Judged right by you")
    page.locator(".st-key-undo-card-2 button").focus()
    page.keyboard.press("Enter")  # takes it back: the button is gone, and the focus goes to what takes its place
    page.wait_for_function("document.activeElement.getAttribute('aria-label')?.startsWith('Right: ')")
    page.keyboard.press("]")
    page.wait_for_selector("[aria-label^='Text of'][aria-label$=', page 2']")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("next answer")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Question"
    page.wait_for_function(
        """() => { const shown = [...document.querySelectorAll('.stMain button')].filter(each => each.offsetParent);
        const names = shown.map(each => each.getAttribute('aria-label') || each.textContent);
        return names.length > 10 && new Set(names).size === names.length }"""
    )
    assert page.locator("h1").all_text_contents() == ["Ask"]


def test_pages_can_be_turned(open_page):
    page = open_page(LEASE)
    cards(page)
    text = page.locator("[aria-label^='Text of']").first.get_attribute("aria-label")
    assert text.endswith(", page 1")
    page.get_by_role("button", name="Next page").click()
    page.wait_for_selector(f"[aria-label='{text.removesuffix('1')}2']")
    page.wait_for_url("**page=2**")
    page.get_by_role("button", name="Back to the marked words on page 1").click()
    page.wait_for_function("!location.search.includes('page=')")
    assert is_mark_in_view(page)


def test_the_box_on_a_pdf_page_lies_on_the_very_words(open_page):
    page = open_page(LAUNCH)
    answer = cards(page).first.locator("h3").text_content()
    picture = page.locator(".np-page:has(.np-box) img")
    expect(picture).to_be_visible()
    sheet, box = picture.bounding_box(), page.locator(".np-box").first.bounding_box()
    shown = [(box["x"] - sheet["x"]) / sheet["width"], (box["y"] - sheet["y"]) / sheet["height"]]
    path = COLLECTION / "annual-report-2024.pdf"
    number = int(re.match(r"Page (\d+) of annual-report-2024\.pdf", picture.get_attribute("alt")).group(1))
    text = read_pdf(path.read_bytes(), Limits()).text.split("\f")[number - 1]
    start = text.index(answer)
    left, top, *_ = page_boxes(path, number, start, start + len(answer))[0]
    assert answer == "Mrs Isla Corrigall"
    assert shown == pytest.approx([left / 595.28, top / 841.89], abs=0.01)
    assert _is_marked(page, box)
    pane = page.locator(".np-picture").bounding_box()
    assert pane["y"] <= box["y"] <= pane["y"] + pane["height"]


def test_a_pdf_page_is_readable_enlarged_at_its_mark_turned_and_left_again(open_page):
    page = open_page(LAUNCH, width=1024, height=768)
    cards(page)
    page.wait_for_selector(".np-picture .np-box")
    assert page.locator(".np-sheet:has(.np-box)").bounding_box()["width"] / 595 > 1  # pixels for each point
    assert is_mark_in_view(page)
    link = page.url
    page.get_by_role("button", name="Enlarge").click()
    large = page.get_by_role("dialog")
    expect(large.locator(".np-box").first).to_be_in_viewport()
    number = page.get_by_role("spinbutton", name="Page").input_value()
    large.get_by_role("button", name="Next page").click()
    expect(large.locator(".np-picture")).to_have_attribute("aria-label", re.compile(f"Page {int(number) + 1} of"))
    page.keyboard.press("[")
    expect(large.locator(".np-box").first).to_be_in_viewport()
    page.keyboard.press("]")
    expect(large.locator(".np-box").first).not_to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)
    page.wait_for_url("**page=**")
    page.get_by_role("button", name="Back to the marked words").click()
    expect(page.locator(".np-box").first).to_be_in_viewport()
    page.wait_for_url(link)
    page.go_back()
    page.wait_for_url("**page=**")
    expect(page.locator(".np-box").first).not_to_be_in_viewport()
    page.go_back()
    expect(page.locator(".np-box").first).to_be_in_viewport()
    assert page.url == link


def _is_marked(page, box):
    """Whether the picture is yellow where the box is, and white beside it."""
    return page.evaluate(
        """box => { const image = document.querySelector('.np-page:has(.np-box) img'), sheet = image.getBoundingClientRect();
        const canvas = document.createElement('canvas'); canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
        const drawn = canvas.getContext('2d'); drawn.drawImage(image, 0, 0);
        const scale = image.naturalWidth / sheet.width;
        const at = (x, y) => drawn.getImageData((x - sheet.left) * scale, (y - sheet.top) * scale, 1, 1).data;
        const inside = at(box.x + box.width / 2, box.y + 1.5), beside = at(sheet.left + 8, box.y + 1);
        return inside[0] - inside[2] > 60 && beside[2] > 240 }""",
        box,
    )


def test_an_answer_is_corrected_by_selecting_words_and_lands_in_review(open_page):
    page = open_page(LAUNCH)
    card = cards(page).first
    card.get_by_role("button", name="Correct").click()
    page.wait_for_selector(".np-markable mark")
    chosen = page.evaluate(
        """() => { const box = document.querySelector('.np-markable'), before = box.firstChild;
        const range = document.createRange(), two = before.textContent.split(' ').slice(0, 2).join(' ');
        range.setStart(before, 0); range.setEnd(before, two.length);
        getSelection().removeAllRanges(); getSelection().addRange(range);
        box.dispatchEvent(new MouseEvent('mouseup', {bubbles: true})); return two }"""
    )
    words = page.get_by_role("dialog").get_by_role("textbox", name="The right words", exact=True)
    expect(words).to_have_value(" ".join(chosen.split()))
    page.get_by_role("button", name="Save these words").click()
    expect(page.locator("[class*=st-key-judge-]").first).to_contain_text("Corrected by you")
    settled(page)
    page.get_by_role("link", name="Review").first.click()
    page.wait_for_selector("[data-testid=stDataFrame]")
    expect(page.locator(".np-summary")).to_contain_text("1 judgement on 1 question: 1 corrected")
    page.locator("[data-testid=stDataFrame]").first.click(position={"x": 16, "y": 52})
    expect(page.locator(".np-passage mark")).to_have_text(chosen)
    page.wait_for_selector(".np-picture .np-box")
    settled(page)
    page.get_by_role("button", name="Delete 1 judgement …").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 1 judgement").click()
    expect(page.locator(".np-note")).to_contain_text("No feedback yet")


def test_answers_are_exported_with_what_it_takes_to_cite_them(open_page):
    page = open_page(LEASE)
    answer = cards(page).first.locator("h3").text_content()
    page.get_by_role("button", name="Export").click()
    for label, name in (("CSV table", "when-does-the-lease-end.csv"), ("Word", "when-does-the-lease-end.docx")):
        with page.expect_download() as coming:
            page.get_by_role("button", name=label).click()
        assert coming.value.suggested_filename == name
        content = Path(coming.value.path()).read_bytes()
        assert content[:2] == b"PK" if name.endswith("docx") else answer in content.decode("utf-8-sig")


def test_a_link_shows_the_same_elsewhere(open_page):
    page = open_page(LEASE)
    cards(page).nth(1).get_by_role("button", name="Show in document").click()
    page.wait_for_function(
        "!location.search.includes('undefined') && document.querySelector('[class*=st-key-card-2] .np-open')"
    )
    settled(page)
    there = open_page(urlparse(page.url)._replace(scheme="", netloc="").geturl())
    cards(there)
    assert there.locator(".np-card").all_text_contents() == page.locator(".np-card").all_text_contents()
    assert marked(there) == marked(page)
    assert there.locator(".np-source-heading").text_content() == page.locator(".np-source-heading").text_content()


def test_a_service_that_is_down_and_then_empty_says_what_to_do(open_page, address_without_service):
    url, start_service = address_without_service
    page = open_page(f"{LEASE}&answers=3", at=url)
    expect(page.locator(".np-problem")).to_contain_text(
        "The documents are safe. Start the service with: needlepoint serve"
    )
    assert parse_qs(urlparse(page.url).query) == {"q": ["When does the lease end?"], "answers": ["3"]}
    start_service()  # the page finds it by itself
    expect(page.locator(".np-note")).to_contain_text("The collection is empty")
    page.get_by_role("button", name="Add files").click()
    bad = {"name": "bad.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 broken"}
    page.locator("input[type=file]").set_input_files(bad)
    page.wait_for_selector("text=Clear this list")
    expect(page.locator(".np-fates")).to_contain_text("bad.pdf not added: the PDF is damaged")
    page.get_by_role("button", name="Try the examples").click()
    page.wait_for_selector("[data-testid=stDataFrame]")
    expect(page.locator(".np-fates li")).to_have_count(len(list(COLLECTION.iterdir())))


def test_a_folder_is_added_with_its_folders_and_leads_on_to_asking(open_page, tmp_path):
    page = open_page("/collection")
    (tmp_path / "papers" / "2024").mkdir(parents=True)
    (tmp_path / "papers" / "2024" / "crane.txt").write_text("The crane was inspected by Ms Quill.")
    (tmp_path / "papers" / "bad.pdf").write_bytes(b"%PDF-1.7 broken")
    page.get_by_role("radio", name="A folder").click()
    page.locator("input[type=file][webkitdirectory]").set_input_files(tmp_path / "papers")
    page.wait_for_selector("text=Ask these documents")
    expect(page.locator(".st-key-fates > * .np-fates li").first).to_contain_text("bad.pdf not added")
    expect(page.get_by_text("1 file added or already there")).to_be_visible()
    page.get_by_role("button", name="Ask these documents").click()
    page.get_by_role("button", name="Filters", exact=True).click()
    expect(page.get_by_role("checkbox", name="papers/2024 1")).to_be_attached()
    page.get_by_label("Question").fill("Who inspected the crane?")
    page.keyboard.press("Enter")
    assert cards(page).first.locator("h3").text_content() == "Ms Quill"


def test_a_filter_holds_is_in_the_address_and_a_reload_shows_the_same(open_page):
    page = open_page(LEASE)
    cards(page)
    page.get_by_role("button", name="Filters", exact=True).click()
    page.locator(".st-key-facet-type-docx label").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("checkbox", name=re.compile(r"PDF [1-9]"))).to_be_attached()
    page.wait_for_selector(".st-key-chips")
    page.wait_for_url("**type=docx**")
    expect(cards(page).filter(has_not_text=".docx")).to_have_count(0)  # the former answers stay until the new ones come
    before = cards(page).all_text_contents()
    assert before
    assert [text for text in before if ".docx" not in text] == []
    page.reload()
    assert cards(page).all_text_contents() == before
    assert page.get_by_label("Question").input_value() == "When does the lease end?"
    page.get_by_role("button", name=re.compile("^Word")).click()
    page.wait_for_function("!location.search.includes('type=')")


def test_a_file_is_added_asked_and_deleted(open_page):
    page = open_page("/collection")
    page.wait_for_selector("[data-testid=stDataFrame]")
    page.locator("input[type=file]").set_input_files(str(COLLECTION / "incident-report-dunlin.pdf"))
    page.wait_for_selector("text=Clear this list")
    settled(page)
    assert re.search(r"incident-report-dunlin\.pdf added: \d+ passages", page.locator(".np-fates").inner_text())
    page.get_by_role("link", name="Ask").first.click()
    page.get_by_label("Question").fill(SPEED)
    page.keyboard.press("Enter")
    assert cards(page).first.locator("h3").text_content() == "3.1 knots"
    page.wait_for_selector(".np-picture .np-box")
    page.get_by_role("radio", name="Text").click()
    assert marked(page) == "3.1 knots"
    page.get_by_role("link", name="Collection").first.click()
    page.get_by_placeholder("Search names and titles").fill("incident")
    page.wait_for_url("**search=incident**")
    settled(page)
    table = page.locator("[data-testid=stDataFrame]")
    table.click(position={"x": 120, "y": 52})
    expect(page.locator(".np-source-heading h2")).to_have_text("incident-report-dunlin.pdf")
    page.wait_for_url("**document=**")
    settled(page)
    table.click(position={"x": 16, "y": 52})
    page.get_by_role("button", name="Delete 1 document …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("incident-report-dunlin.pdf")
    dialog.get_by_role("button", name="Delete 1 document").click()
    page.wait_for_selector("text=No document matches")


def test_a_document_cannot_harm_the_page(open_page):
    page = open_page("/?q=What+is+the+password+of+the+vault%3F")
    cards(page)
    assert page.evaluate("window.hurt") is None
    assert page.locator(".stMain img:not(.np-sheet img)").count() == 0
    shown = page.locator(".np-source").inner_text()
    assert "<script>window.hurt=1</script><img src=x onerror='window.hurt=1'> $\\frac{a}{b}$ **bold** ![pic](" in shown
    assert "\u202e" not in shown
    assert page.locator(".np-source-heading h2").text_content() == "<img src=x onerror=hurt()> **evil** $x$.txt"
    assert page.locator(".katex, .stMain strong").count() == 0
    assert not overflows(page)


def test_no_answer_is_calm_and_shows_the_nearest(open_page):
    page = open_page("/?q=Who+was+elected+president+of+France+in+2017%3F")
    page.wait_for_selector(".np-note, .np-card")
    settled(page)
    assert "No reliable answer found" in page.locator(".np-note").inner_text()
    assert page.locator(".np-passage").count() >= 1
    page.wait_for_selector(".np-source mark, .np-picture .np-box")  # the words that came nearest, in text or picture


def overflows(page):
    return page.evaluate(
        "(() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth > main.clientWidth })()"
    )


def test_a_phone_shows_the_source_below_its_card(open_page):
    page = open_page(LEASE, width=390, height=844)
    first, second = cards(page).first.bounding_box(), cards(page).nth(1).bounding_box()
    source = page.locator(".np-source").bounding_box()
    assert not overflows(page)
    assert first["y"] + first["height"] <= source["y"]
    assert source["y"] + source["height"] <= second["y"]
    assert first["width"] > 340
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.url.split("?")[0] + "collection")
    page.wait_for_selector("[data-testid=stDataFrame]")
    assert not overflows(page)


SHOWN = [
    ".np-card h3",
    ".np-card blockquote",
    ".np-card mark",
    ".np-where span",
    ".np-score",
    ".np-status",
    ".np-summary",
    ".np-leaf p",
    ".np-source mark",
    ".np-source-heading p",
    "[class*=st-key-show-card] button:not(:disabled) p",
    "[data-testid=stFormSubmitButton] button p",
    "[data-testid=stPopover] button p",
]
CONTRAST = """
selectors => {
  const pixel = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => { pixel.clearRect(0, 0, 1, 1); pixel.fillStyle = colour; pixel.fillRect(0, 0, 1, 1);
    return pixel.getImageData(0, 0, 1, 1).data };
  const linear = value => (value /= 255) <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = rgba(getComputedStyle(node).backgroundColor);
      if (colour[3] > 250) return colour }
    return [255, 255, 255] };
  return selectors.map(selector => {
    const node = document.querySelector(selector);
    if (!node) return [selector, 0];
    const [a, b] = [luminance(rgba(getComputedStyle(node).color)), luminance(ground(node))];
    return [selector, (Math.max(a, b) + .05) / (Math.min(a, b) + .05)] }) }
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(open_page, scheme):
    page = open_page(LEASE, scheme=scheme)
    cards(page)
    ratios = dict(page.evaluate(CONTRAST, SHOWN))
    assert {selector: round(ratio, 1) for selector, ratio in ratios.items() if ratio < 4.5} == {}
