"""The review page in a browser: whole journeys by keys, by mouse and without JavaScript; accessibility; hostile texts; a server that is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow.parquet as pq
import pytest

from pipeline import chain
from pipeline.settings import Settings
from pipeline.verdicts import read_events
from tests.conftest import ROOT
from tests.test_report_browser import CHROMIUM

pytest.importorskip("starlette", reason="the extra `review` is not installed")
from tests.review_pages import HOSTILE, Form
from tests.test_review import hostile_dump, rerun

pytestmark = pytest.mark.slow
LUMISIGHT = "nl-doorbell-faceprints"
WIDTHS = (1280, 380)


class Server:
    """The page as the command line serves it, over a copy of a run's tables."""

    def __init__(self, run: Path, folder: Path, *options: str) -> None:
        self.out = folder / "processed"
        if not self.out.exists():
            shutil.copytree(run, self.out)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.options = options
        self.start()

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "pipeline",
            "review",
            "--out",
            str(self.out),
            "--port",
            str(self.port),
            *self.options,
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(300):
            try:
                urllib.request.urlopen(self.base + "/static/icon.svg", timeout=1).read()
                return
            except OSError:
                assert self.process.poll() is None, self.process.stdout.read() if self.process.stdout else ""
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def stop(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(20)


@pytest.fixture()
def server(sample_run: Path, tmp_path: Path) -> Iterator[Server]:
    made = Server(sample_run, tmp_path, "--annotator", "ana")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra `browser` is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser: Any, **options: Any) -> tuple[Any, list[str]]:
    """A page, and what it complains of: console messages, script errors, requests to elsewhere."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda m: trouble.append(f"console: {m.text}") if "422" not in m.text else None)
    page.on("pageerror", lambda e: trouble.append(f"error: {e}"))
    page.on("dialog", lambda d: (trouble.append(f"dialog: {d.message}"), d.dismiss()))
    page.on("request", lambda r: trouble.append(f"request: {r.url}") if "127.0.0.1" not in r.url else None)
    return page, trouble


def states(page: Any) -> list[str]:
    return [c.split()[0] for c in page.eval_on_selector_all(".rows .list > li", "els => els.map(e => e.className)")]


def checked(server: Server, added: str) -> None:
    """What every journey leaves in the tables: a corrected sum with the machine's beside it, a row rejected, one added."""
    made = rerun(server.out)
    rows = [r for r in made["penalties"] if r["article_id"] == LUMISIGHT]
    (fine,) = (r for r in rows if r["penalty_type"] == "fine")
    assert (float(fine["amount"]), fine["currency"], fine["review_state"], fine["reviewed_by"]) == (
        800_000,
        "EUR",
        "edited",
        "ana",
    )
    (word,) = (
        w for w in made["evidence"] if w["penalty_id"] == fine["penalty_id"] and w["field"] == "amount" and w["chosen"]
    )
    assert (word["value"], word["machine_value"], word["text"]) == ("EUR 800000", "EUR 1100000", "€800,000")
    (gone,) = made["reviewed_out"]
    assert gone["reason"] == "statistic"
    (new,) = (r for r in rows if r["penalty_type"] == "reprimand")
    assert added in new["evidence"] and new["review_state"] == "edited"
    actions = [e.action for e in read_events(server.out.parent / "reviews.jsonl")]
    assert actions.count("undo") == 1 and actions.count("finish") == 1


def until(page: Any, told: str) -> None:
    """Wait until an expression is true; the browser's own waiting needs `eval`, which the page's policy forbids."""
    for _ in range(100):
        if page.evaluate(told):
            return
        time.sleep(0.05)
    raise AssertionError(told)


def go(page: Any, button: Any) -> None:
    """Press what leads to another page, and wait until it is there."""
    with page.expect_navigation():
        button.click()


def select(page: Any, words: str) -> None:
    """Select words of the article by dragging the mouse over them."""
    page.wait_for_load_state()
    page.wait_for_selector("#text")
    box = page.evaluate(
        """words => {
          const walk = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at); range.setEnd(node, at + words.length);
            node.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
            const r = range.getBoundingClientRect();
            return { x: r.left, y: r.top + r.height / 2, right: r.right };
          }
        }""",
        words,
    )
    page.mouse.move(box["x"] + 0.5, box["y"])
    page.mouse.down()
    page.mouse.move(box["right"] - 0.5, box["y"], steps=6)
    page.mouse.up()


def test_a_journey_by_mouse(server: Server, browser: Any) -> None:
    page, trouble = open_page(browser)
    page.goto(server.base)
    go(page, page.get_by_role("link", name="Delete the faceprints"))
    assert states(page) == ["open", "open"]
    select(page, "€800,000")
    go(page, page.locator("#take").get_by_role("button", name="amount", exact=True))
    assert states(page) == ["corrected", "open"]
    go(page, page.get_by_role("button", name="Accept a", exact=True))
    assert states(page) == ["accepted", "open"]
    go(page, page.get_by_role("link", name="Reject"))
    go(page, page.get_by_role("button", name="statistic"))
    assert states(page) == ["accepted", "rejected"]
    go(page, page.get_by_role("link", name="Missed penalty"))
    select(page, "Those slides, which we reported on last year")
    quoted = "document.getElementById('add-words').value === 'Those slides, which we reported on last year'"
    until(page, quoted)
    page.locator("#add-respondent_texts").focus()
    select(page, "LinkedIn")
    until(page, "document.getElementById('add-respondent_texts').value === 'LinkedIn'")
    assert page.evaluate(quoted), "the words went where the cursor was"
    page.get_by_label("kind").select_option("reprimand")
    page.locator("#add-respondent_texts").fill("Lumisight")
    go(page, page.get_by_role("button", name="Add this row"))
    assert sorted(states(page)) == ["accepted", "accepted", "rejected"]
    go(page, page.get_by_role("button", name="Undo"))
    assert states(page) == ["accepted", "rejected"]
    go(page, page.get_by_role("link", name="Missed penalty"))
    select(page, "Those slides, which we reported on last year")
    until(page, quoted)
    page.get_by_label("kind").select_option("reprimand")
    go(page, page.get_by_role("button", name="Add this row"))
    go(page, page.get_by_role("button", name="Nothing else in this article"))
    assert LUMISIGHT not in page.url and "/item?" in page.url
    assert not trouble
    checked(server, "Those slides")


def test_a_journey_by_keys_alone(server: Server, browser: Any) -> None:
    page, trouble = open_page(browser)
    keys = page.keyboard
    page.goto(f"{server.base}/?search=Lumisight")
    keys.press("Enter")
    page.wait_for_url("**/item?**")
    assert states(page) == ["open", "open"]
    # The sum is selected by keys: into the text, on to the words, extend, take.
    keys.press("v")
    for _ in range(900):
        keys.press("ArrowRight")
        if (
            page.evaluate(
                "(() => { const s = getSelection(); return s.focusNode.data.slice(s.focusOffset, s.focusOffset + 8); })()"
            )
            == "€800,000"
        ):
            break
    for _ in range(8):
        keys.press("Shift+ArrowRight")
    keys.press("Enter")
    assert page.locator("#take-words").input_value() == "€800,000"
    assert page.evaluate("document.activeElement.value") == "amount"
    with page.expect_navigation():
        keys.press("Enter")
    assert states(page) == ["corrected", "open"]
    for key, after in (("a", ["accepted", "open"]), ("u", ["corrected", "open"]), ("a", ["accepted", "open"])):
        with page.expect_navigation():
            keys.press(key)
        assert states(page) == after
    with page.expect_navigation():
        keys.press("r")
    with page.expect_navigation():
        keys.press("4")
    assert states(page) == ["accepted", "rejected"]
    with page.expect_navigation():
        keys.press("n")
    until(page, "document.activeElement.id === 'add-words'")
    keys.type("Those slides, which we reported on last year")
    for _ in range(20):
        if page.evaluate("document.activeElement.id") == "add-penalty_type":
            break
        keys.press("Tab")
    keys.type("repr")
    for _ in range(40):
        if page.evaluate("document.activeElement.textContent.trim()") == "Add this row":
            break
        keys.press("Tab")
    with page.expect_navigation():
        keys.press("Enter")
    assert sorted(states(page)) == ["accepted", "accepted", "rejected"]
    with page.expect_navigation():
        keys.press("c")
    assert LUMISIGHT not in page.url
    assert not trouble
    checked(server, "Those slides")


def test_a_journey_without_javascript(server: Server, browser: Any) -> None:
    page, trouble = open_page(browser, java_script_enabled=False)
    page.goto(server.base)
    go(page, page.get_by_role("link", name="Delete the faceprints"))
    page.locator("#take-words").fill("€800,000")
    go(page, page.locator("#take").get_by_role("button", name="amount", exact=True))
    go(page, page.get_by_role("button", name="Accept a", exact=True))
    go(page, page.get_by_role("button", name="Undo"))
    go(page, page.get_by_role("button", name="Accept a", exact=True))
    go(page, page.get_by_role("link", name="Reject"))
    go(page, page.get_by_role("button", name="statistic"))
    go(page, page.get_by_role("link", name="Missed penalty"))
    page.locator("#add-words").fill("Those slides, which we reported on last year")
    page.locator("#add-penalty_type").select_option("reprimand")
    go(page, page.get_by_role("button", name="Add this row"))
    go(page, page.get_by_role("button", name="Nothing else in this article"))
    assert LUMISIGHT not in page.url
    assert not trouble
    checked(server, "Those slides")


def test_keys_are_off_inside_inputs_and_digits_choose_candidates(server: Server, browser: Any) -> None:
    page, _ = open_page(browser)
    page.goto(f"{server.base}/item?id={LUMISIGHT}")
    page.locator("#take-words").click()
    page.keyboard.type("a u c r 1")
    assert states(page) == ["open", "open"] and page.locator("#take-words").input_value() == "a u c r 1"
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("1")
    assert states(page)[0] == "corrected"
    page.keyboard.press("?")
    assert page.locator("#keys").get_attribute("open") is not None


def test_a_selection_behind_emoji_is_exact(browser: Any, tmp_path: Path) -> None:
    """Offsets are code points; the browser counts UTF-16 units."""
    raw = tmp_path / "raw" / "a.jsonl"
    raw.parent.mkdir()
    text = "\U0001f6a8\U0001f4b6 Alarm. The Federal Trade Commission fined Kestrel $5 million on Tuesday \U0001f600. It has sales of $7 million."
    raw.write_text(
        json.dumps({"id": "emoji", "title": "FTC \U0001f6a8 fines Kestrel", "text": text, "published": "2024-05-15"})
        + "\n",
        encoding="utf-8",
    )
    chain.run(raw.parent, tmp_path / "run", Settings(jobs=1), lambda _: None)
    server = Server(tmp_path / "run", tmp_path, "--annotator", "ana")
    page, _ = open_page(browser)
    page.goto(f"{server.base}/item?id=emoji")
    select(page, "$7 million")
    go(page, page.locator("#take").get_by_role("button", name="amount", exact=True))
    server.stop()
    (event,) = read_events(tmp_path / "reviews.jsonl")
    start, end = event.spans["amount"][0]
    assert f"FTC \U0001f6a8 fines Kestrel\n\n{text}"[start:end] == "$7 million" and event.new["amount"] == "7000000"


PAGES: dict[str, str] = {
    "queue": "/", "done": "/?done=1", "item": f"/item?id={LUMISIGHT}", "cut": f"/item?id={LUMISIGHT}&furniture=1", "edit": f"/item?id={LUMISIGHT}&do=edit", "add": f"/item?id={LUMISIGHT}&do=add",
    "reject": f"/item?id={LUMISIGHT}&do=reject", "unsure": f"/item?id={LUMISIGHT}&do=unsure", "many": "/item?id=ch-helvion-dpa-doj-sfo", "decision": "/decision?row=", "names": "/names",
    "respondents": "/names?side=respondent", "codebook": "/codebook?field=status", "progress": "/progress", "round": "/round", "start": "/start",
}  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(sample_run: Path, tmp_path: Path, browser: Any, scheme: str) -> None:
    axe_module = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="the extra `browser` is not installed"
    )
    axe = axe_module.Axe()
    server = Server(sample_run, tmp_path, "--annotator", "ana")
    row = next(
        r["penalty_id"]
        for r in pq.read_table(server.out / "penalties.parquet").to_pylist()
        if r["article_id"] == LUMISIGHT
    )
    found: list[str] = []
    for width in WIDTHS:
        # The browser may run axe although the page's own policy forbids it.
        page, trouble = open_page(
            browser, viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
        )
        for name, path in PAGES.items():
            page.goto(server.base + path + (row if name == "decision" else ""))
            for v in axe.run(page).response["violations"]:
                if v["impact"] in {"serious", "critical"}:
                    found.append(
                        f"{name} {width} {scheme}: {v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0].get('failureSummary', '')[:200]}"
                    )
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert not trouble
    server.stop()
    assert not found, "\n".join(found)


def test_hostile_texts_run_nothing(browser: Any, tmp_path: Path) -> None:
    chain.run(hostile_dump(tmp_path), tmp_path / "run", Settings(jobs=1), lambda _: None)
    server = Server(tmp_path / "run", tmp_path, "--annotator", "ana<img src=x onerror=alert(1)>")
    rows = pq.read_table(server.out / "penalties.parquet").to_pylist()
    page, trouble = open_page(browser)
    page.add_init_script("window.ran = 0; window.alert = () => { window.ran += 1; };")
    for path in ("/", "/names", "/names?side=respondent", "/progress"):
        page.goto(server.base + path)
        assert page.evaluate("window.ran") == 0
    for payload, row in zip(HOSTILE, rows, strict=False):
        # The payload as a value of the row too, by the form.
        page.goto(f"{server.base}/item?{urlencode({'id': row['article_id'], 'row': row['penalty_id'], 'do': 'edit'})}")
        page.locator("#edit-respondent_texts").fill(payload)
        page.locator("#edit-case_numbers").fill(f"No. {payload}")
        go(page, page.get_by_role("button", name="Save only"))
        assert not trouble, payload
        page.goto(f"{server.base}/decision?row={quote(row['penalty_id'])}")
        assert page.evaluate("window.ran") == 0 and page.url.startswith(server.base)
    server.stop()
    assert not trouble


# --- many at once, and a server that is killed


def act(port: int, cookie: str, path: str, data: dict[str, Any] | None = None) -> tuple[int, str]:
    link = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "cookie": cookie,
        "origin": f"http://127.0.0.1:{port}",
        "content-type": "application/x-www-form-urlencoded",
    }
    link.request("POST" if data else "GET", path, urlencode(data, doseq=True) if data else None, headers)
    answer = link.getresponse()
    return answer.status, answer.read().decode()


def invited(folder: Path, run: Path, names: list[str]) -> tuple[Server, dict[str, str]]:
    server = Server(run, folder, "--invite", ",".join(names))
    assert server.process.stdout is not None
    cookies: dict[str, str] = {}
    for line in server.process.stdout:
        if "/join?key=" in line:
            name, _, url = line.strip().partition(": ")
            link = HTTPConnection("127.0.0.1", server.port)
            link.request("GET", url.partition(str(server.port))[2])
            cookies[name] = (link.getresponse().getheader("set-cookie") or "").split(";")[0]
        if len(cookies) == len(names):
            break
    return server, cookies


def judge(
    server: Server,
    name: str,
    cookie: str,
    rows: list[dict[str, Any]],
    sent: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Reject one row after the other, each form sent as the page gives it; what the server acknowledged is told by `sent`."""
    for row in rows:
        if stop.is_set():
            return
        try:
            _, html = act(
                server.port,
                cookie,
                f"/item?{urlencode({'id': row['article_id'], 'row': row['penalty_id'], 'do': 'reject'})}",
            )
            form = next(f for f in Form(html).forms if ("reason", "other") in f["buttons"])
            status, _ = act(server.port, cookie, form["action"], {**form["fields"], "reason": "other"})
        except (OSError, StopIteration):
            return
        if status == 303:
            sent(f"{name}-{form['fields']['nonce'][0]}")


@pytest.mark.parametrize("killed", [False, True], ids=["in peace", "killed"])
def test_eight_annotators_of_a_hundred_decisions(sample_run: Path, tmp_path: Path, killed: bool) -> None:
    names = [f"coder{i}" for i in range(8)]
    server, cookies = invited(tmp_path, sample_run, names)
    rows = pq.read_table(server.out / "penalties.parquet").to_pylist()
    hundred = [rows[n % len(rows)] for n in range(100)]
    known: set[str] = set()
    stop = threading.Event()
    threads = [threading.Thread(target=judge, args=(server, n, cookies[n], hundred, known.add, stop)) for n in names]
    for t in threads:
        t.start()
    if killed:
        for _ in range(3):
            time.sleep(2.5)
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            for t in threads:
                t.join()
            server.start()
            threads = [
                threading.Thread(target=judge, args=(server, n, cookies[n], hundred, known.add, stop)) for n in names
            ]
            for t in threads:
                t.start()
        time.sleep(1)
        stop.set()
    for t in threads:
        t.join()
    server.stop(signal.SIGKILL if killed else signal.SIGTERM)
    server.start()  # what a crash kept from the file is written at the start
    server.stop()
    kept = [e.event_id for e in read_events(tmp_path / "reviews.jsonl")]
    lines = (tmp_path / "reviews.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(kept) == len(set(kept)), "none doubled"
    pressed = {e.rpartition(".")[0][:-8] for e in kept}  # an id is name, nonce and a hash of the form, and its number
    assert known <= pressed, f"{len(known - pressed)} acknowledged events are lost"
    assert killed or len(kept) == len(known) == 800
    assert len(known) > 50
