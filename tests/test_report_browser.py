"""The report in headless Chromium: three widths, light, dark and printed. Needs the extra `browser` and a Chromium on the machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.report import write_report

pytestmark = pytest.mark.slow
CHROMIUM = next((c for c in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if c), None)
WIDTHS = (1280, 768, 360)

OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('h1, h2, h3, p, li > a > span, svg text, td, .tiles a, blockquote')]
    .filter(e => e.checkVisibility() && !e.closest('details:not([open]) > :not(summary)'))
    .map(e => ({ e, r: e.getBoundingClientRect(), t: e.textContent.trim() })).filter(b => b.t && b.r.width && b.r.height);
  const out = [];
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [a, b] = [boxes[i], boxes[j]];
    if (a.e.contains(b.e) || b.e.contains(a.e)) continue;
    const w = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left), h = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
    if (w > 1 && h > 1) out.push([a.t.slice(0, 40), b.t.slice(0, 40), Math.round(w), Math.round(h)]);
  }
  return out;
}"""
EMPTY = """() => [...document.querySelectorAll('svg')].filter(s => s.getClientRects().length).filter(s => {
  const marks = [...s.querySelectorAll('rect:not(.hit), circle')].map(m => m.getBoundingClientRect());
  return !marks.some(r => r.width > 0 && r.height > 0);
}).length"""
FADED = """() => [...document.querySelectorAll('svg rect:not(.hit), svg circle')].filter(m => {
  const ground = getComputedStyle(document.body).backgroundColor, fill = getComputedStyle(m).fill;
  return fill === ground || fill === 'none';
}).length"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra [browser])")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"])  # fmt: skip
        yield found
        found.close()


@pytest.fixture(scope="module")
def report(sample_run: Path) -> Path:
    return write_report(sample_run, sample_run / "report.html")


def opened(browser: Any, report: Path, width: int, **over: Any) -> tuple[Any, list[str]]:
    """The page in a window, and what it complained of or asked for from elsewhere."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **over)
    page, complaints = context.new_page(), []
    page.on("console", lambda m: complaints.append(f"console: {m.text}"))
    page.on("pageerror", lambda e: complaints.append(f"error: {e}"))
    page.on("request", lambda r: None if r.url.startswith((report.as_uri(), "data:")) else complaints.append(f"asks for {r.url}"))  # fmt: skip
    page.goto(report.as_uri())
    return page, complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overlaps_is_empty_or_loaded(browser: Any, report: Path, width: int, scheme: str) -> None:
    page, complaints = opened(browser, report, width, color_scheme=scheme)
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(EMPTY) == 0
    assert page.evaluate(FADED) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_prints(browser: Any, report: Path, scheme: str) -> None:
    page, complaints = opened(browser, report, 760, color_scheme=scheme)
    page.emulate_media(media="print")
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(EMPTY) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert len(page.pdf()) > 10_000
    assert complaints == []


def test_every_figure_leads_to_its_rows(browser: Any, report: Path) -> None:
    page, complaints = opened(browser, report, 1280)
    targets = page.evaluate(
        "[...new Set([...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href')))]"
    )
    assert len([t for t in targets if t.startswith("#rows:")]) > 20
    for target in targets:
        page.evaluate("h => { location.hash = h }", target)
        if target.startswith("#rows:"):
            page.wait_for_function("() => !document.getElementById('filter').hidden")
            shown = page.evaluate(
                "[...document.querySelectorAll('#all tbody tr:not([hidden])')].map(r => r.dataset.keys.split(' '))"
            )
            assert shown and all(target.removeprefix("#rows:") in keys for keys in shown), target
        else:
            assert page.evaluate("id => document.getElementById(id) !== null", target[1:]), target
    files = page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getAttribute('href') ?? '').filter(h => /^[a-z]+\\.(csv|json)$/.test(h))"
    )
    assert files and all((report.parent / f).exists() for f in files)
    assert complaints == []


def test_without_script_links_lead_to_the_first_row(browser: Any, report: Path) -> None:
    page, _ = opened(browser, report, 1280, java_script_enabled=False)
    hrefs = {a.get_attribute("href") for a in page.query_selector_all("a[href^='#rows:']")}
    ids = {a.get_attribute("id") for a in page.query_selector_all("a[id^='rows:']")}
    assert hrefs and {h[1:] for h in hrefs} <= ids
