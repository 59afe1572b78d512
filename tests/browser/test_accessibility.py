"""Every view in both themes: axe finds nothing; at 200 and 400 % nothing is cut, and the keyboard reaches everything."""

import pytest

from .test_page import LEASE, settled
from .views import VIEWS, axe_findings, furnish

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 900}


@pytest.fixture(scope="module")
def furnished(window, address):
    """The address of a page whose views all have something to show."""
    page = window.new_page()
    page.set_default_timeout(120_000)
    page.goto(address + LEASE)
    furnish(page)
    page.close()
    return address


@pytest.fixture
def show(open_page, furnished):
    """Open a view in its state."""

    def show(name, **how):
        path, prepare = VIEWS[name]
        page = open_page(path, at=furnished, **how)
        prepare(page)
        settled(page)
        return page

    return show


@pytest.mark.parametrize("name", VIEWS)
def test_axe_finds_nothing_in_either_theme(show, name):
    assert axe_findings(show(name, **WIDE)) == []


ZOOMED = ((640, 400), (320, 512))  # a window of 1280 pixels at 200 and at 400 %
CUT = """
() => {
  const main = document.querySelector('[data-testid=stMain]'), found = [];
  const isShown = node => node.checkVisibility({visibilityProperty: true, opacityProperty: true}) && node.getClientRects().length;
  const hasText = node => [...node.childNodes].some(each => each.nodeType === 3 && each.textContent.trim());
  const scrolls = node => { // what may be wider: tables and pictures that scroll by themselves, and text for screen readers
    if (node.closest('[data-testid=stSidebar][inert]')) return true; // the views, behind their button
    for (; node && node !== document.body; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.clipPath !== 'none' || style.clip !== 'auto') return true;
      const isOwn = ['auto', 'scroll'].includes(style.overflowX) && node !== main;
      if (isOwn && node.scrollWidth > node.clientWidth) return true;
    }
    return false };
  const names = node => [...node.classList].filter(name => /^(st|np)/.test(name));
  const told = node => `${node.tagName} ${names(node)}: ${node.textContent.slice(0, 40)}`;
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
  if (main.scrollWidth > main.clientWidth) found.push('the view scrolls sideways');
  for (const node of document.querySelectorAll('body *')) {
    const isField = node.matches('input, textarea'), box = node.getBoundingClientRect();
    if (!isShown(node) || !(isField || node.matches('button') || hasText(node)) || box.width < 2 || scrolls(node)) continue;
    if (box.right > innerWidth + 1 || box.left < -1) found.push(`outside the window: ${told(node)}`);
    const isClipped = ['hidden', 'clip'].includes(getComputedStyle(node).overflowX) && node.scrollWidth > node.clientWidth + 1;
    if (isClipped && !isField) found.push(`cut: ${told(node)}`);
  }
  return found }
"""
TABBABLE = """
() => {
  const isShown = node => node.checkVisibility({visibilityProperty: true}) && node.getClientRects().length;
  const modal = document.querySelector('dialog:modal, [role=dialog], :root[data-filters=drawer-open] .st-key-facets');
  const all = (modal || document).querySelectorAll('a[href], button, input, textarea, select, summary, iframe, [tabindex]');
  const inGroup = '[inert], [role=radiogroup], [role=grid]'; // a group is one step of the Tab key
  const found = [...all].filter(node => node.tabIndex >= 0 && !node.disabled && isShown(node) && !node.closest(inGroup)
    && !['file', 'radio'].includes(node.type));
  found.forEach((node, number) => { node.dataset.tabNumber = number });
  found[0].focus();
  return found.length }
"""
FOCUSED = """
() => {
  const node = document.activeElement, box = node.getBoundingClientRect();
  const isInView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return [node.dataset.tabNumber ?? null, isInView, node.outerHTML.slice(0, 120)] }
"""


@pytest.mark.parametrize("name", VIEWS)
def test_at_200_and_400_percent_and_on_a_phone_nothing_is_cut_and_the_keyboard_reaches_everything(show, name):
    page = show(name, width=ZOOMED[0][0], height=ZOOMED[0][1])
    for width, height in reversed(ZOOMED):
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        assert page.evaluate(CUT) == [], f"{width} pixels wide"
    missing, unseen = untabbed(page)
    assert missing == []
    assert unseen == []
    page.set_viewport_size(PHONE)
    assert axe_findings(page) == []


def untabbed(page):
    """Press Tab through the page; return what it does not reach, and what has the focus out of sight."""
    page.keyboard.press("Shift")  # from here on, a person at the keyboard
    wanted = page.evaluate(TABBABLE)
    reached, unseen = set(), []
    for _ in range(2 * wanted + 20):
        number, is_in_view, told = page.evaluate(FOCUSED)
        if not is_in_view:  # what comes into sight by and by
            page.wait_for_timeout(500)
            number, is_in_view, told = page.evaluate(FOCUSED)
        if number is not None:
            reached.add(int(number))
            unseen += [] if is_in_view else [told]
        if len(reached) == wanted:
            break
        page.keyboard.press("Tab")
    left = [number for number in range(wanted) if number not in reached]
    names = [
        page.locator(f"[data-tab-number='{number}']").first.evaluate("node => node.outerHTML.slice(0, 160)")
        for number in left
    ]
    return names, unseen
