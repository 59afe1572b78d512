"""What a person waits for on the page, in a real Chromium: seconds from the click or the address to what is seen.

    python benchmarks/page.py                                   # this checkout
    python benchmarks/page.py --before ../earlier               # an earlier checkout as well, both in turn
    python benchmarks/page.py --documents 500 --uploads 100     # a quick look

Each checkout serves its own page and service on a collection of its own: the example collection for asking, and one of
``--documents`` short contracts for the table and the filters. ``--before`` names a checkout of an earlier version, which runs in
this environment, and takes each round's turn after the other. Times are medians of ``--rounds`` in new windows; adding files is
done once. The machine's other work shows in all figures: read the ratios.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Error, Page, sync_playwright

from needlepoint.cli.ports import free_port

CHECKOUT = Path(__file__).parent.parent
RUN = "from needlepoint.cli.app import main; main()"
QUESTIONS = (  # the same for a reader, but not for the service's memory of replies
    "When does the lease end?",
    "when does the lease end?",
    "When does the Lease end?",
    "When does the lease end",
    "WHEN does the lease end?",
)
PICTURE = "/?q=Who+named+the+new+battery-hybrid+ferry+when+she+was+launched%3F"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
QUIET = "!document.querySelector('[data-testid=stSpinner], [data-testid=stStatusWidget], [data-stale=true], .st-key-working')"
SOURCE = ".np-source mark, .np-source .np-box, .np-picture .np-box"
Times = dict[str, float | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, help="a checkout of an earlier version")
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--uploads", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, len(QUESTIONS) + 1))
    options = parser.parse_args()
    checkouts = {"now": CHECKOUT} | ({"before": options.before.resolve()} if options.before else {})
    with tempfile.TemporaryDirectory(prefix="needlepoint-page-") as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        root = Path(folder)
        _write_contracts(root / "contracts", options.documents)
        _write_contracts(root / "uploads", options.uploads, seed=2)
        measured = _measure(browser, checkouts, root, options)
        browser.close()
    _print(measured)


def _measure(browser: Browser, checkouts: dict[str, Path], root: Path, options: argparse.Namespace) -> dict[str, Times]:
    times: dict[str, Times] = {name: {} for name in checkouts}
    served: dict[str, str] = {}

    def note(measure: Callable[[str], Times], rounds: int) -> None:
        found: dict[str, list[Times]] = {name: [] for name in served}
        for number in range(rounds):
            order = list(served.items())
            for name, url in order if number % 2 else order[::-1]:
                found[name].append(measure(url))
        for name, each in found.items():
            times[name] |= _medians(each)
            for what, value in _medians(each).items():
                print(f"{name}: {what}: {_shown(value)}", file=sys.stderr, flush=True)

    with ExitStack() as stack:
        for name, checkout in checkouts.items():
            served[name] = stack.enter_context(
                _served(checkout, root / f"asked-{name}", CHECKOUT / "examples" / "collection")
            )
            _once(browser, served[name] + PICTURE)  # the reader is loaded, and the page's scripts are compiled
        questions = {url: iter(QUESTIONS) for url in served.values()}
        note(lambda url: _asking(browser, url, next(questions[url])), options.rounds)
        note(lambda url: _turning(browser, url), options.rounds)
        note(lambda url: {f"{options.uploads:,} files added": _uploading(browser, url, root / "uploads")}, 1)
    many = f"{options.documents:,} documents"
    with ExitStack() as stack:
        for name, checkout in checkouts.items():
            served[name] = stack.enter_context(_served(checkout, root / f"many-{name}", root / "contracts"))
            _once(browser, served[name] + "/collection")
        note(lambda url: {f"Collection with {many} shown": _listing(browser, url)}, options.rounds)
        note(lambda url: _filtering(browser, url, many), options.rounds)
    return times


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _asking(browser: Browser, url: str, question: str) -> Times:
    with _window(browser) as page:
        ready = _timed(lambda: (page.goto(url), page.wait_for_selector(".st-key-q :is(input, textarea)")))
        page.wait_for_function(QUIET)
        page.locator(".st-key-q :is(input, textarea)").first.fill(question)
        started = time.perf_counter()
        page.keyboard.press("Enter")
        page.wait_for_selector(".np-card")
        first = time.perf_counter() - started
        page.wait_for_selector(SOURCE, state="attached")
        source = time.perf_counter() - started
        page.wait_for_function(QUIET)
        card = page.locator(".st-key-found [class*='st-key-card-']").nth(1)
        answer = card.locator("h3").text_content()
        shown = "answer => document.querySelector('.np-source mark')?.textContent === answer"
        card.get_by_role("button", name="Show in document").click()
        switched = _timed(lambda: page.wait_for_function(shown, arg=answer))
    return {
        "page ready to type": ready,
        "first card after Enter": first,
        "its source shown after Enter": source,
        "card switched": switched,
    }


def _turning(browser: Browser, url: str) -> Times:
    with _window(browser) as page:
        page.goto(url + PICTURE)
        page.wait_for_selector(".np-picture .np-box", state="attached")
        page.wait_for_function(QUIET)
        number = int(page.get_by_label("Page", exact=True).input_value())
        drawn = """number => [...document.querySelectorAll('.np-picture img')].some(each =>
            each.alt.startsWith(`Page ${number} of`) && each.complete && each.naturalWidth
            && each.getBoundingClientRect().top < innerHeight / 2)"""
        page.get_by_role("button", name="Next page").click()
        return {"page of a PDF turned": _timed(lambda: page.wait_for_function(drawn, arg=number + 1))}


def _uploading(browser: Browser, url: str, folder: Path) -> float | None:
    """Return how long adding all files takes until their outcome is told; None if they are refused."""
    with _window(browser) as page:
        page.goto(url + "/collection")
        page.wait_for_selector("input[type=file]", state="attached")
        page.wait_for_function(QUIET)
        started = time.perf_counter()
        page.locator("input[type=file]").first.set_input_files(sorted(folder.iterdir()))
        added, refused = (
            page.get_by_text("Clear this list"),
            page.locator(".np-problem, [data-testid=stFileUploaderFileErrorMessage]"),
        )
        added.or_(refused).first.wait_for(timeout=600_000)
        return time.perf_counter() - started if added.count() else None


def _listing(browser: Browser, url: str) -> float:
    with _window(browser) as page:
        return _timed(
            lambda: (page.goto(url + "/collection"), page.wait_for_selector("[data-testid=stDataFrame] canvas"))
        )


def _filtering(browser: Browser, url: str, many: str) -> Times:
    """Return how long the counts of filters take; None where no filters stand at the side."""
    asked = f"counts of filters over {many}, by the service"
    between = f"the same within some days, {many}"
    ticked = f"a filter ticked, with {many}, until the counts follow"
    with _window(browser) as page:
        page.goto(url)
        page.wait_for_selector(".st-key-q :is(input, textarea)")
        page.wait_for_function(QUIET)
        if not page.locator(".st-key-facets").count():
            return {asked: None, between: None, ticked: None}
        page.locator("[class*='st-key-facet-date-'] label").first.click()
        seen = _timed(lambda: page.wait_for_selector(".np-draft"))
    service = _service_of(url)
    choices = {"choices": '{"type": ["text"], "date": ["2024", "2023"]}'}
    with httpx.Client(base_url=service) as client:
        counted = _timed(lambda: client.get("/facets/combined", params=choices).raise_for_status())
        days = {**choices, "filters": '{"date": {"$gte": "2010-01-01"}}'}
        within = _timed(lambda: client.get("/facets/combined", params=days).raise_for_status())
    return {asked: counted, between: within, ticked: seen}


_SERVICES: dict[str, str] = {}


def _service_of(url: str) -> str:
    return _SERVICES[url]


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _medians(rounds: list[Times]) -> Times:
    found: Times = {}
    for name in rounds[0]:
        values = [value for each in rounds if (value := each[name]) is not None]
        found[name] = statistics.median(values) if values else None
    return found


def _once(browser: Browser, address: str) -> None:
    with _window(browser) as page:
        page.goto(address)
        page.wait_for_selector(".np-card, [data-testid=stDataFrame] canvas")
        page.wait_for_function(QUIET)


@contextmanager
def _window(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(180_000)
    yield page
    page.close()


@contextmanager
def _served(checkout: Path, store: Path, files: Path) -> Iterator[str]:
    """Index files and serve them with their page until the block ends."""
    environment = os.environ | {"PYTHONPATH": str(checkout / "components"), "NEEDLEPOINT_STORE": str(store)}
    run = [sys.executable, "-c", RUN]
    subprocess.run([*run, "index", str(files)], env=environment, cwd=checkout, check=True, stdout=subprocess.DEVNULL)
    port, service = free_port(), free_port()
    where = f"http://127.0.0.1:{service}"
    commands = [["serve", "--port", str(service)], ["ui", "--port", str(port), "--service", where]]
    processes = [
        subprocess.Popen(
            [*run, *each], env=environment, cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for each in commands
    ]
    url = f"http://127.0.0.1:{port}"
    _SERVICES[url] = where
    try:
        _wait_for(f"{where}/ready")
        _wait_for(f"{url}/_stcore/health")
        yield url
    finally:
        for process in processes:
            process.terminate()
            process.wait(120)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"nothing answers at {url}")


def _write_contracts(folder: Path, number: int, *, seed: int = 1) -> None:
    chance = random.Random(seed)
    folder.mkdir(parents=True)
    for index in range(number):
        year, name = chance.randrange(2005, 2026), chance.choice(("Harbour", "Sound", "Quay", "Berth"))
        text = (
            f"---\ntitle: Contract {index}\nauthor: Author {chance.randrange(400)}\ndate: {year}-03-01\n---\n\n"
            f"# Contract {seed}-{index}\n\n"
            f"This contract with {name} Estates Ltd ends on {chance.randrange(1, 29)} May {year + 5}. "
            f"The annual fee is {chance.randrange(1_000, 90_000):,} euros.\n"
        )
        (folder / f"contract-{seed}-{index:05}.md").write_text(text)


def _print(measured: dict[str, Times]) -> None:
    names = [name for name in ("before", "now") if name in measured]
    print("| A person waits for | " + " | ".join(f"{name}, s" for name in names) + " |")
    print("|---|" + "---:|" * len(names))
    for row in measured["now"]:
        values = [measured[name].get(row) for name in names]
        print(f"| {row} | " + " | ".join(map(_shown, values)) + " |")


if __name__ == "__main__":
    try:
        main()
    except Error as error:
        raise SystemExit(f"the browser failed: {error}") from error
