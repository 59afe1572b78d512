"""Hundreds of files at once: the browser bundles them for the uploader, and the page tells of each of them."""

import pytest
from playwright.sync_api import expect

from .test_page import settled

DROP = """
async (names) => {
  const zone = document.querySelector('[data-testid=stFileUploaderDropzone]');
  const fileOf = path => new File([`The mast of ${path} is 12 metres high.`], path.split('/').at(-1));
  const fileEntry = path => ({ isFile: true, fullPath: '/' + path, file: done => done(fileOf(path)) });
  const paths = names.map(name => 'ships/' + name);
  const folder = { isFile: false, isDirectory: true, fullPath: '/ships', createReader: () => {
    let at = 0;
    return { readEntries: done => { done(paths.slice(at, at + 100).map(fileEntry)); at += 100 } } } };
  const event = new DragEvent('drop', { bubbles: true, cancelable: true });
  const items = [{ webkitGetAsEntry: () => folder }];
  Object.defineProperty(event, 'dataTransfer', { value: { items, files: [], types: ['Files'] } });
  zone.dispatchEvent(event) }
"""


@pytest.fixture
def collection(open_page):
    page = open_page("/collection")
    page.wait_for_selector("input[type=file]", state="attached")
    settled(page)
    return page


def outcome(page):
    page.get_by_text("Clear this list").wait_for(timeout=240_000)
    return page.locator(".st-key-fates .np-summary").text_content()


def clear(page):
    page.get_by_role("button", name="Clear this list").click()
    expect(page.get_by_text("Clear this list")).to_have_count(0)
    settled(page)


def test_hundreds_of_files_are_sent_at_once_and_each_is_told(collection, tmp_path):
    page = collection
    files = [tmp_path / f"berth-{number}.txt" for number in range(250)]
    for number, file in enumerate(files):
        file.write_text(f"Berth {number} is let to boat {number}.\n")
    sent = []
    page.on("request", lambda request: request.method == "PUT" and sent.append(request.url))
    page.locator("input[type=file]").first.set_input_files(files)
    assert outcome(page) == "250 files added"
    assert len(sent) == 1
    expect(page.locator("input[type=file]").first).to_be_enabled()
    clear(page)
    page.locator("input[type=file]").first.set_input_files(files[:2])  # and a few afterwards, as ever
    assert outcome(page) == "0 files added · 2 already there"
    clear(page)


def test_a_folder_that_is_dropped_keeps_its_paths(collection):
    page = collection
    page.evaluate(DROP, [f"hull-{number}.txt" for number in range(130)])
    assert outcome(page) == "130 files added"
    page.goto(page.url.partition("/collection")[0] + "/?q=How+high+is+the+mast+of+ships%2Fhull-77.txt%3F")
    page.wait_for_selector(".np-card, .np-note")
    expect(page.locator(".st-key-facets")).to_contain_text("ships")


def test_after_stop_the_rest_is_left_out(collection, tmp_path):
    page = collection
    files = [tmp_path / f"crane-{number}.txt" for number in range(350)]
    for number, file in enumerate(files):
        file.write_text(f"Crane {number} lifts {number} tonnes.\n" * 400)
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Stop").click()
    told = outcome(page)
    assert told.startswith("Stopped.")
    assert "not added" in told
    expect(page.locator("input[type=file]").first).to_be_enabled()
