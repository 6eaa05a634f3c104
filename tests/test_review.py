"""The review page without a browser: forms, guards, storage, the queue, agreement."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow.parquet as pq
import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")

from pipeline import chain
from pipeline.review import Opening, ReviewSetupError, names_of, open_review
from pipeline.review.agreement import alpha, kappa
from pipeline.review.codebook import read_codebook
from pipeline.review.guard import HEADERS, Person, places, sealed, unsealed
from pipeline.review.items import make_index
from pipeline.review.queue import Choice, next_item, progress
from pipeline.review.store import Store, file_system
from pipeline.review.taking import Around, TakingError, taken
from pipeline.review.view import visible
from pipeline.schema import FLAGS, REJECTIONS
from pipeline.settings import Settings
from pipeline.verdicts import read_events
from pipeline.verdicts.events import FIELDS, VOCABULARIES, Event
from tests.conftest import ROOT
from tests.review_pages import BASE, HOSTILE, Form, Reader, project
from tests.test_verdicts import OTHER, STORY

LUMISIGHT = "nl-doorbell-faceprints"


@pytest.fixture()
def reader(sample_run: Path, tmp_path: Path) -> Reader:
    app, out = project(sample_run, tmp_path)
    made = Reader(app)
    made.out = out  # type: ignore[attr-defined]
    return made


def rerun(out: Path) -> dict[str, list[dict[str, Any]]]:
    chain.run(ROOT / "data" / "raw" / "sample", out, Settings(jobs=1), lambda _: None, accept=True)
    return {
        n: pq.read_table(out / f"{n}.parquet").to_pylist()
        for n in ("penalties", "evidence", "reviewed_out", "decisions")
    }


def events(reader: Reader) -> list[Event]:
    return read_events(reader.out.parent / "reviews.jsonl")  # type: ignore[attr-defined]


def test_a_journey_without_javascript_changes_the_tables(reader: Reader) -> None:
    reader.get("/")
    reader.get("/item", id=LUMISIGHT)
    assert reader.rows() == ["open", "open"]
    text = "€800,000"
    reader.press("take", words=text, field="amount")
    assert reader.rows() == ["corrected", "open"] and "EUR 800,000" in reader.html
    reader.press("accept")
    assert reader.rows() == ["accepted", "open"]
    reader.get("/item", id=LUMISIGHT, row=Form(reader.html).forms[0]["fields"].get("row", [""])[0])
    second = re.findall(r'data-row="(\w+)"', reader.get("/item", id=LUMISIGHT))[0]
    reader.get("/item", id=LUMISIGHT, row=second, do="reject")
    reader.press("statistic", _name="reason")
    assert reader.rows() == ["accepted", "rejected"]
    reader.press("undo")
    assert reader.rows() == ["accepted", "open"]
    reader.get("/item", id=LUMISIGHT, row=second, do="reject")
    reader.press("duplicate", _name="reason")
    reader.get("/item", id=LUMISIGHT, row="none", do="add")
    reader.press(
        "add", words="Those slides, which we reported on last year", role="prior", penalty_type="reprimand", status="imposed", amount="", authority_texts="AP",
        respondent_texts="Lumisight",
    )  # fmt: skip
    assert sorted(reader.rows()) == ["accepted", "accepted", "rejected"]
    reader.press("finish")
    assert reader.url.startswith(f"{BASE}/item") and LUMISIGHT not in reader.url, "on to the next article"
    made = rerun(reader.out)  # type: ignore[attr-defined]
    rows = {(r["penalty_type"], r["review_state"]): r for r in made["penalties"] if r["article_id"] == LUMISIGHT}
    fine, added = rows["fine", "edited"], rows["reprimand", "edited"]
    assert len(rows) == 2 and float(fine["amount"]) == 800_000 and fine["reviewed_by"] == "ana" and fine["flags"] == []
    (word,) = (
        w for w in made["evidence"] if w["penalty_id"] == fine["penalty_id"] and w["field"] == "amount" and w["chosen"]
    )
    assert (word["value"], word["machine_value"], word["text"]) == ("EUR 800000", "EUR 1100000", "€800,000")
    assert (
        added["role"] == "prior" and added["authority_texts"] == ["AP"] and added["evidence"].startswith("Those slides")
    )
    assert [r["reason"] for r in made["reviewed_out"]] == ["duplicate"]
    reader.get("/item", id=LUMISIGHT)  # the page goes on with the new release
    assert sorted(reader.rows()) == ["accepted", "accepted", "rejected"]


def test_the_edit_form_types_what_is_written(reader: Reader) -> None:
    row = re.findall(r'data-row="(\w+)"', reader.get("/item", id=LUMISIGHT))[0]
    reader.get("/item", id=LUMISIGHT, row=row, do="edit")
    reader.press("edit", 422, amount="a lot")
    assert "is no sum of money" in reader.html and 'value="a lot"' in reader.html, "what was typed stays"
    reader.press(
        "edit",
        amount="$2.5m",
        date="2023-11",
        respondent_texts="Lumisight B.V.\nFriendlyFaces, Inc.",
        status="proposed",
    )
    last = events(reader)
    assert [e.action for e in last] == ["edit", "accept"]
    assert last[0].new == {
        "respondent_texts": ["Lumisight B.V.", "FriendlyFaces, Inc."],
        "status": "proposed",
        "amount": "2500000",
        "currency": "USD",
        "date": "2023-11",
    }
    assert last[0].old["currency"] == "EUR" and last[1].new["amount"] == "2500000"
    assert last[0].codebook == read_codebook().version and last[0].evidence_hash


def test_a_candidate_is_taken_and_undone(reader: Reader) -> None:
    reader.get("/item", id=LUMISIGHT)
    before = events(reader)
    reader.press("candidate")
    (event,) = events(reader)[len(before) :]
    assert event.action == "edit" and list(event.new) == ["respondent_texts"]
    reader.press("undo")
    assert reader.rows() == ["open", "open"]


def test_finishing_needs_every_row_settled_and_accepting_the_rest_settles_them(reader: Reader) -> None:
    reader.get("/item", id=LUMISIGHT)
    reader.press("finish", 422)
    assert "2 rows are still open" in reader.html
    reader.press("accept_rest")
    assert reader.rows() == ["accepted", "accepted"] and len(events(reader)) == 2
    reader.press("undo")
    assert reader.rows() == ["open", "open"], "one key, one undo"


def test_an_unsure_row_goes_to_the_adjudicator(sample_run: Path, tmp_path: Path) -> None:
    app, out = project(sample_run, tmp_path, Opening(invite=("ana",), adjudicators=("cleo",)))
    ana, cleo = (Reader(app, cookie(out, Person(n, n == "cleo"))) for n in ("ana", "cleo"))
    row = re.findall(r'data-row="(\w+)"', ana.get("/item", id=LUMISIGHT))[0]
    ana.get("/item", id=LUMISIGHT, row=row, do="unsure")
    ana.press("unsure", note="Is the <b>cap</b> the sum?")
    assert "unsure" in ana.rows()
    assert LUMISIGHT in cleo.get("/", order="waiting")
    cleo.get("/item", id=LUMISIGHT, row=row)
    assert "Is the &lt;b&gt;cap&lt;/b&gt; the sum?" in cleo.html
    cleo.press("accept")
    assert LUMISIGHT not in cleo.get("/", order="waiting")
    assert read_events(out.parent / "reviews.jsonl")[-1].adjudicator


def cookie(out: Path, person: Person) -> dict[str, str]:
    store = Store(out.parent / "reviews.sqlite", out.parent / "reviews.jsonl", make_index(out))
    return {"penalty-ledger": sealed(store.secret(), person, "invited")}


THE_FINE = {
    "words": "fined the start-up €1.1 million",
    "role": "current",
    "penalty_type": "fine",
    "status": "imposed",
    "amount": "€1.1 million",
}
"""What somebody who reads blind fills into the form for the article's fine."""


def test_a_blind_reader_sees_no_row_and_is_matched_with_the_machines(reader: Reader) -> None:
    reader.get("/item", **{"id": LUMISIGHT, "from": "order=blind"})
    assert not reader.rows() and "data-label" not in reader.html
    reader.get("/item", **{"id": LUMISIGHT, "from": "order=blind", "do": "add"})
    reader.press(
        "add",
        **THE_FINE,
        respondent_texts="Lumisight",
    )
    assert reader.rows() == ["accepted"]
    reader.press("finish")
    assert [e.reading for e in events(reader) if e.action == "finish"] == ["blind"]
    assert len(reader.rows()) == 2 and "open" in reader.rows(), "now the machine's other row is shown"
    assert len({e.penalty_id for e in events(reader) if e.penalty_id}) == 1
    machine = {r["penalty_id"] for r in pq.read_table(reader.out / "penalties.parquet").to_pylist()}  # type: ignore[attr-defined]
    assert {e.penalty_id for e in events(reader) if e.penalty_id} <= machine, "said of the machine's own row"


def test_who_saw_the_rows_is_no_blind_reader(reader: Reader) -> None:
    reader.get("/item", id=LUMISIGHT)
    reader.get("/item", **{"id": LUMISIGHT, "from": "order=blind"})
    assert len(reader.rows()) == 2


def test_decisions_are_split_and_joined_from_their_page(reader: Reader) -> None:
    rows = pq.read_table(reader.out / "penalties.parquet").to_pylist()  # type: ignore[attr-defined]
    row = next(r for r in rows if r["article_id"] == LUMISIGHT)
    reader.get("/decision", row=row["penalty_id"], at="1")
    reader.press("same_matter")
    (event,) = events(reader)
    assert event.action == "same_matter" and row["penalty_id"] in event.others
    assert "same case, says a reviewer" in reader.html


def test_a_name_is_settled_and_the_choice_taken_back(reader: Reader) -> None:
    reader.get("/names", side="authority")
    assert "Names to settle" in reader.html
    address = parse_qs(urlsplit(Form(reader.html).forms[0]["action"]).query, keep_blank_values=True)
    spelling, country = address["spelling"][0], address["country"][0]
    reader.press("choose", body="Dutch Data Protection Authority / Autoriteit Persoonsgegevens (NL) [nl-dpa]")
    assert re.search(r"concerns \d+ row", reader.html)
    path = reader.out.parent / "registry_overrides.toml"  # type: ignore[attr-defined]
    assert json.dumps(spelling, ensure_ascii=False) in path.read_text(encoding="utf-8")
    reader.press("choose", 422, body="nothing of the kind")
    assert "Choose a body from the list." in reader.html
    reader.get("/names", side="authority")
    reader.press("new", name="Board of Ovens", body_country=country or "XX", kind="other")
    assert "board-of-ovens" in path.read_text(encoding="utf-8")
    assert len([e for e in events(reader) if e.action == "name"]) == 2
    reader.get("/names", side="authority")
    reader.press("take_back")
    reader.press("take_back")
    assert "stands_for" not in path.read_text(encoding="utf-8") and "Ovens" not in path.read_text(encoding="utf-8")


def test_the_first_round_tells_what_careful_readers_wrote(sample_run: Path, tmp_path: Path) -> None:
    app, _ = project(sample_run, tmp_path, Opening(annotator="ana", gold=ROOT / "tests" / "gold" / "sample.jsonl"))
    reader = Reader(app)
    assert "0 of 20 articles read" in reader.get("/round")
    first = re.findall(r'href="(/item\?id=round[^"]+)"', reader.html)[0].replace("&amp;", "&")
    reader.get(first)
    reader.press("finish", 422)
    assert "Then press c once more" in reader.html, "no row at all is a thing to be sure of"
    reader.press("finish")
    assert "1 of 20 articles read" in reader.html and "Careful readers" in reader.html and "sums found" in reader.html
    assert not reader.get("/").count("round:")


# --- who may ask


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {"host": "evil.example"}, 400),
        ("GET", "/", {"host": "127.0.0.1:8765.evil.example"}, 400),
        ("GET", "/", {"host": "127.0.0.1:80"}, 400),
        ("GET", "/", {"host": "localhost:8765"}, 200),
        ("POST", "/act", {}, 403),
        ("POST", "/act", {"origin": "http://evil.example"}, 403),
        ("POST", "/act", {"origin": "null"}, 403),
        ("POST", "/act", {"origin": "http://127.0.0.1:9999"}, 403),
        ("POST", "/act", {"referer": "http://evil.example/x"}, 403),
        ("POST", "/act", {"sec-fetch-site": "cross-site"}, 403),
        ("PUT", "/act", {}, 405),
        ("GET", "/static/../web.py", {}, 404),
        ("GET", "/static/%2e%2e/web.py", {}, 404),
        ("GET", "/item?id=../../etc/passwd", {}, 404),
        ("GET", "/nothing", {}, 404),
    ],
)
def test_foreign_requests_are_refused(
    reader: Reader, method: str, path: str, headers: Mapping[str, str], status: int
) -> None:
    client = reader.client
    client.headers.pop("origin")
    answer = client.request(method, path, headers=dict(headers))
    assert answer.status_code == status
    assert all(answer.headers[k] == v for k, v in HEADERS.items() if k != "cache-control")


def test_a_right_origin_with_a_wrong_token_is_refused(sample_run: Path, tmp_path: Path) -> None:
    app, out = project(sample_run, tmp_path, Opening(invite=("ana", "ben")))
    ana, ben = (Reader(app, cookie(out, Person(n))) for n in ("ana", "ben"))
    ana.get("/item", id=LUMISIGHT)
    form = next(f for f in Form(ana.html).forms if ("do", "accept") in f["buttons"])
    ben.send(form["action"], {**form["fields"], "do": "accept"}, 403)
    ana.press("accept", 403, token="0" * 64)
    assert not read_events(out.parent / "reviews.jsonl")


def test_a_name_that_somebody_gave_themselves_opens_nothing_where_links_are_needed(
    sample_run: Path, tmp_path: Path
) -> None:
    app, out = project(sample_run, tmp_path, Opening(annotator=None))
    alone = Reader(app)
    assert "Who are you?" in alone.get("/")
    alone.send("/start", {**Form(alone.html).forms[0]["fields"], "name": "cleo", "adjudicator": "yes"})
    assert "cleo" in alone.html and "(adjudicator)" in alone.html
    invited = Reader(
        open_review(out, Settings(jobs=1), Opening(invite=("ana",)), lambda _: None), dict(alone.client.cookies)
    )
    assert "personal link" in invited.get("/")


def test_a_second_reader_sees_the_machines_values_not_the_first_ones(sample_run: Path, tmp_path: Path) -> None:
    app, out = project(sample_run, tmp_path, Opening(invite=("ana", "ben"), overlap=1.0))
    ana, ben = (Reader(app, cookie(out, Person(n))) for n in ("ana", "ben"))
    first, second = re.findall(r'row=(\w+)"', ana.get("/item", id=LUMISIGHT))[:2]
    ana.press("take", words="€800,000", field="amount")
    ana.press("accept")
    ana.get("/item", id=LUMISIGHT, row=second, do="reject")
    ana.press("statistic", _name="reason")
    rerun(out)
    ben.get("/item", id=LUMISIGHT)
    assert ben.rows() == ["open", "open"] and "EUR 1,100,000" in ben.html and "EUR 40,000" in ben.html
    assert "EUR 800,000" not in ben.html
    ana.get("/item", id=LUMISIGHT, row=first)
    assert (
        ana.rows() == ["accepted", "rejected"] and "EUR 800,000" in ana.html and "machine: <bdi>1,100,000" in ana.html
    )
    assert "changed since review" not in ana.html, "a sum elsewhere in the text is no change of the evidence"


def test_a_changed_sentence_brings_the_article_back(sample_run: Path, tmp_path: Path) -> None:
    app, out = project(sample_run, tmp_path)
    reader = Reader(app)
    reader.get("/item", id=LUMISIGHT)
    reader.press("accept_rest")
    assert LUMISIGHT not in reader.get("/", order="confidence", search="Lumisight")
    path = tmp_path / "reviews.jsonl"
    path.write_text(
        re.sub(r'"evidence_hash": "\w+"', '"evidence_hash": "0000"', path.read_text(encoding="utf-8")), encoding="utf-8"
    )
    (tmp_path / "reviews.sqlite").unlink()
    again = Reader(open_review(out, Settings(jobs=1), Opening(annotator="ana"), lambda _: None))
    assert LUMISIGHT in again.get("/", order="changed") and "changed since review" in again.html
    again.get("/item", id=LUMISIGHT)
    again.press("accept")
    assert LUMISIGHT in again.get("/", order="changed"), "one row is left"
    again.get("/item", id=LUMISIGHT)
    again.press("accept")
    assert LUMISIGHT not in again.get("/", order="changed")


def test_a_form_too_large_or_garbled_is_refused(reader: Reader) -> None:
    assert reader.client.post("/act", content=b"x=" + b"a" * 1_100_000).status_code == 413
    assert reader.client.post("/act", content=b"\xff\xfe").status_code in {400, 403}
    assert reader.client.post("/act", content=b"&".join(b"a=1" for _ in range(600))).status_code == 400


def test_beyond_this_machine_only_by_personal_link(sample_run: Path, tmp_path: Path) -> None:
    with pytest.raises(ReviewSetupError, match="--invite"):
        project(sample_run, tmp_path / "a", Opening(host="0.0.0.0"))
    said: list[str] = []
    opening = Opening(invite=("ana", "Ben Böhm"), public_url="https://review.example.org")
    _, out = project(sample_run, tmp_path / "b", opening)
    app = open_review(out, Settings(jobs=1), opening, said.append)
    links = dict(
        re.findall(
            r"^  (\S.*?)(?: \(adjudicator\))?: (https://review.example.org/join\?key=\S+)$", "\n".join(said), re.M
        )
    )
    assert list(links) == ["ana", "Ben Böhm"]
    reader = Reader(app)
    reader.client.headers.update({"host": "review.example.org", "origin": "https://review.example.org"})
    assert "personal link" in reader.get("/")
    assert reader.client.post("/start", content=b"name=mallory").status_code == 403
    assert reader.client.get("/join?key=" + links["ana"].rpartition("=")[2][:-2] + "00").status_code == 403
    answer = reader.client.get("/join?key=" + links["Ben Böhm"].rpartition("=")[2], follow_redirects=False)
    assert "secure" in answer.headers["set-cookie"].lower() and "httponly" in answer.headers["set-cookie"].lower()
    mine = {"penalty-ledger": answer.headers["set-cookie"].split("=", 1)[1].split(";")[0]}
    inside = Reader(app, mine)
    inside.client.headers.update({"host": "review.example.org", "origin": "https://review.example.org"})
    assert "Ben Böhm" in inside.get("/")


def test_a_cookie_of_somebody_elses_making_is_nobody() -> None:
    secret = b"s" * 32
    good = sealed(secret, Person("ana", True), "cookie")
    assert unsealed(secret, good, "cookie") == Person("ana", True)
    assert unsealed(secret, good, "link") is None and unsealed(b"t" * 32, good, "cookie") is None
    for bad in ("", ".", "x.y", good[:-1], "é" + good, good.replace(".", ".0", 1)):
        assert unsealed(secret, bad, "cookie") is None


@pytest.mark.parametrize("url", ["ftp://x", "review.example.org", "https://x/path", "https://u@x", "https://"])
def test_a_public_address_is_a_web_address(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        places("127.0.0.1", 8765, url)


def test_names_of_annotators() -> None:
    assert names_of(["a, b", "c"]) == ("a", "b", "c")
    with pytest.raises(ReviewSetupError):
        names_of(["a,a"])


# --- hostile texts


class Elements(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.shown = ""
        self._typed = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self._typed = tag == "textarea"  # what may be edited stands there as it is
        self.found += [f"@{k}" for k, _ in attrs]
        self.found += [
            f"href {v}" for k, v in attrs if k in {"href", "src", "action"} and v and not v.startswith(("/", "#"))
        ]

    def handle_data(self, data: str) -> None:
        self.shown += "" if self._typed else data

    def handle_endtag(self, tag: str) -> None:
        self._typed = False


ALLOWED = [
    "html",
    "head",
    "meta",
    "title",
    "link",
    "script",
    "body",
    "header",
    "nav",
    "a",
    "p",
    "main",
    "section",
    "div",
    "span",
    "mark",
    "del",
    "h1",
    "h2",
    "h3",
    "ol",
    "ul",
    "li",
    "form",
    "input",
    "button",
    "kbd",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "dl",
    "dt",
    "dd",
    "strong",
    "bdi",
    "label",
    "textarea",
    "select",
    "option",
    "blockquote",
    "progress",
    "datalist",
    "br",
]


def hostile_dump(folder: Path) -> Path:
    """Articles with a payload in every field, the payload also standing as the respondent's name."""
    raw = folder / "raw" / "hostile.jsonl"
    raw.parent.mkdir(parents=True)
    lines = []
    for n, payload in enumerate(HOSTILE):
        text = f"The Federal Trade Commission fined {payload} Corp $5 million on Tuesday. Kestrel {payload} Inc must pay £{n + 1} million. {payload}"
        article = {
            "article_id": f"a{n} {payload}",
            "title": f"FTC fines {payload} $5 million",
            "text": text,
            "outlet": payload,
            "url": f"https://x.example/{payload}",
            "published": "2024-05-15",
        }
        lines.append(json.dumps(article) + "\n")
    raw.write_text("".join(lines), encoding="utf-8")
    return raw.parent


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    chain.run(hostile_dump(folder), folder / "out", Settings(jobs=1), lambda _: None)
    return folder / "out"


def test_hostile_texts_stay_text_on_every_page(hostile_run: Path, tmp_path: Path) -> None:
    assert len(HOSTILE) == 60
    app, out = project(hostile_run, tmp_path, Opening(annotator='ana"><script>alert(1)</script>'))
    reader = Reader(app)
    articles = [a for a in pq.read_table(out / "articles.parquet").to_pylist() if a["outcome"] == "extracted"]
    assert len(articles) >= 55
    rows = pq.read_table(out / "penalties.parquet").to_pylist()
    pages = ["/", "/names", "/names?side=respondent", "/progress", "/codebook"]
    for number, path in enumerate(pages):
        check(reader.get(path), number)
    for a in articles:
        check(reader.get("/item", id=a["article_id"]), 0)
        check(reader.get("/item", id=a["article_id"], do="edit", furniture="1"), 0)
    for payload, row in zip(HOSTILE, rows, strict=False):
        reader.get("/item", id=row["article_id"], row=row["penalty_id"], do="edit")
        reader.press("edit", respondent_texts=payload.replace("\x0b", " ") or "x", case_numbers=f"No {payload}")
        check(reader.get("/item", id=row["article_id"], row=row["penalty_id"]), 0)
        check(reader.get("/decision", row=row["penalty_id"]), 0)


def check(html: str, number: int) -> None:
    page = Elements(html)
    tags = {f for f in page.found if not f.startswith(("@", "href "))}
    assert tags <= set(ALLOWED)
    assert page.found.count("script") == 1 and page.found.count("link") == 2
    assert not [f for f in page.found if f.startswith("@on") or f == "@style"]
    assert not [f for f in page.found if f.startswith("href ")]
    assert "49" not in re.sub(r"\d*49\d+|\d+49\d*|[\w.:/=-]*49[\w.:/=-]*", "", page.shown)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200e\u200f]", page.shown)


def test_a_text_is_shown_character_for_character() -> None:
    text = "a\u202eb\x00\r\n\t\U0001f4b6\ud800"
    assert len(visible(text)) == len(text) and visible(text)[6:8] != "" and "\u202e" not in visible(text)


# --- storage and queue


def some_event(n: int, annotator: str, article: str, penalty: str) -> Event:
    return Event(f"{annotator}-{n}", "-", annotator, "reject", article, penalty, reason="other")


def make_store(sample_run: Path, tmp_path: Path, overlap: float = 0.0) -> Store:
    return Store(
        tmp_path / "reviews.sqlite", tmp_path / "reviews.jsonl", make_index(_copied(sample_run, tmp_path), overlap)
    )


def _copied(sample_run: Path, tmp_path: Path) -> Path:
    out = tmp_path / "processed"
    if not out.exists():
        shutil.copytree(sample_run, out)
    return out


def test_eight_annotators_at_once_lose_and_double_nothing(sample_run: Path, tmp_path: Path) -> None:
    store = make_store(sample_run, tmp_path)
    rows = pq.read_table(tmp_path / "processed" / "penalties.parquet").to_pylist()

    def work(annotator: str) -> None:
        for n in range(100):
            row = rows[n % len(rows)]
            event = some_event(n, annotator, row["article_id"], row["penalty_id"])
            assert store.add(event)
            assert not store.add(event), "sent twice"

    threads = [threading.Thread(target=work, args=(f"coder{i}",)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    kept = store.events()
    assert len(kept) == len({e.event_id for e in kept}) == 800
    assert [e.event_id for e in read_events(tmp_path / "reviews.jsonl")] == [e.event_id for e in kept]
    assert len({e.time for e in kept}) == 800, "every event later than the one before"


def test_what_the_file_lacks_or_has_more_is_put_right_at_the_start(sample_run: Path, tmp_path: Path) -> None:
    store = make_store(sample_run, tmp_path)
    store.add_all([some_event(n, "ana", LUMISIGHT, f"p{n}") for n in range(3)])
    path = tmp_path / "reviews.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    other = lines[0].replace('"ana-0"', '"ben-7"').replace('"ana"', '"ben"')
    path.write_text(lines[2] + other, encoding="utf-8")
    again = make_store(sample_run, tmp_path)
    assert {e.event_id for e in again.events()} == {"ana-0", "ana-1", "ana-2", "ben-7"}
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4


def test_the_queue_leaves_others_work_alone(sample_run: Path, tmp_path: Path) -> None:
    store = make_store(sample_run, tmp_path)
    first = next_item(store, Choice(), "ana")
    assert first is not None
    store.lease(first, "ana")
    assert next_item(store, Choice(), "ana") == first and next_item(store, Choice(), "ben") != first
    store.lease(first, "ana", seconds=-1)
    assert next_item(store, Choice(), "ben") == first, "a lease ends"
    for row in store.rows(first):
        store.add(Event(f"x{row.penalty_id}", "-", "ana", "reject", first, row.penalty_id, reason="other"))
    assert next_item(store, Choice(), "ben") not in {first, None} and progress(store, "ana").mine == 1


def test_a_share_of_the_items_is_judged_twice(sample_run: Path, tmp_path: Path) -> None:
    store = make_store(sample_run, tmp_path, overlap=1.0)
    first = next_item(store, Choice(), "ana")
    assert first is not None
    store.lease(first, "ana")
    assert next_item(store, Choice(), "ben") == first
    store.lease(first, "ben")
    assert next_item(store, Choice(), "cleo") != first, "twice, not thrice"


def test_what_was_skipped_comes_last(sample_run: Path, tmp_path: Path) -> None:
    store = make_store(sample_run, tmp_path)
    first = next_item(store, Choice(), "ana")
    assert first is not None
    store.add(Event("s", "-", "ana", "skip", first))
    assert next_item(store, Choice(), "ana") != first


@pytest.mark.parametrize(
    "choice", [Choice(o) for o in ("confidence", "amount", "random", "blind", "changed", "waiting")]
)
def test_every_order_survives_its_link(choice: Choice) -> None:
    assert Choice.of(choice.query) == choice
    assert Choice.of("order=%3Cscript%3E&page=1").order == "confidence"


def test_the_file_system_of_a_path_is_told(tmp_path: Path) -> None:
    assert file_system(tmp_path) is None or isinstance(file_system(tmp_path), str)


# --- agreement


def test_alpha_of_a_published_example() -> None:
    """Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), C: four observers, twelve units, nominal data: 0.743."""
    table = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]
    units: list[dict[str, str]] = [{} for _ in range(12)]
    for n, line in enumerate(table):
        for unit, value in zip(units, line.split(), strict=True):
            if value != ".":
                unit[f"observer {n}"] = value
    assert alpha(units) == pytest.approx(0.743, abs=0.0005)
    assert alpha([{"a": "x", "b": "x"}]) is None and alpha([]) is None


def test_kappa_of_a_known_table() -> None:
    """Fifty judgements of two readers, 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: kappa 0.40."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("x", "x")]) is None and kappa([]) is None


# --- values


@pytest.mark.parametrize(
    ("field", "text", "country", "values"),
    [
        (
            "amount",
            "€30.5m",
            None,
            {"amount": "30500000", "currency": "EUR", "amount_max": None, "qualifier": "exact", "per": None},
        ),
        (
            "amount",
            "more than $2 million a day",
            "AU",
            {"amount": "2000000", "currency": "AUD", "qualifier": "at_least", "per": "day", "amount_max": None},
        ),
        ("amount", "30,500,000", None, {"amount": "30500000"}),
        ("amount_max", "£1m", None, {"amount_max": "1000000", "currency": "GBP"}),
        ("date", "2024-Q2", None, {"date": "2024-Q2"}),
        ("date", "14 May 2024", None, {"date": "2024-05-14"}),
        ("legal_basis", "Article 5(1)(f) of the GDPR", None, {"legal_basis": ["GDPR:5(1)(f)"]}),
        ("respondent_texts", "Mapwise\nB.V.", None, {"respondent_texts": ["Mapwise B.V."]}),
    ],
)
def test_selected_words_become_values(field: str, text: str, country: str | None, values: Mapping[str, Any]) -> None:
    assert taken(field, text, Around(None, country)) == values


@pytest.mark.parametrize(("field", "text"), [("amount", "a lot"), ("date", "soon"), ("amount", " ")])
def test_words_that_are_no_value_are_told(field: str, text: str) -> None:
    with pytest.raises(TakingError):
        taken(field, text, Around())


def test_the_codebook_has_every_field_and_value() -> None:
    entries = read_codebook().entries
    assert set(FIELDS) - {"amount_max", "amount_state"} <= entries.keys()
    for name in ("role", "penalty_type", "status", "qualifier", "per", "appeal_status"):
        assert tuple(entries[name].values) == VOCABULARIES[name]
    assert tuple(entries["reject"].values) == REJECTIONS


def test_every_flag_is_told_by_a_field() -> None:
    from pipeline.review.view import _TELLS

    assert {f for f in FLAGS if f.partition("_")[0] not in _TELLS} == {
        "language_unsupported",
        "merge_uncertain",
        "low_confidence",
    }


def test_on_a_network_file_system_the_journal_is_a_safe_one(
    sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("pipeline.review.store.file_system", lambda _: "nfs4")
    store = Store(
        tmp_path / "reviews.sqlite", tmp_path / "reviews.jsonl", make_index(_copied(sample_run, tmp_path)), said.append
    )
    assert "network file system (nfs4)" in said[0]
    assert store.base.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert store.add(some_event(1, "ana", LUMISIGHT, "p"))


FIRST_PAGE = """
import re, sys, time
from pathlib import Path
from starlette.testclient import TestClient
from pipeline.review import Opening, open_review
from pipeline.settings import Settings
client = TestClient(open_review(Path(sys.argv[1]), Settings(), Opening(annotator="ana"), print), base_url="http://127.0.0.1:8765")
home, onward = [], []
for order in ("confidence", "amount", "random"):
    for _ in range(9):
        start = time.perf_counter()
        page = client.get("/", params={"order": order})
        home.append(time.perf_counter() - start)
        assert page.status_code == 200 and page.text.count("/item?id=") == 25
        start = time.perf_counter()
        assert client.get("/next", params={"from": "order=" + order}, follow_redirects=False).headers["location"].startswith("/item?id=")
        onward.append(time.perf_counter() - start)
memory = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print("measured", sorted(home)[len(home) // 2] + sorted(onward)[len(onward) // 2], int(memory[1]) // 1024 if memory else 0)
"""


@pytest.mark.slow
def test_the_first_page_of_a_long_queue_is_no_slower(tmp_path: Path) -> None:
    """100,000 items against 1,000: at most ten times the time, in one run; memory is that of the process, index made before."""
    from tests.releases import publish, rows

    seconds, memory = {}, {}
    for n in (1_000, 100_000):
        out = tmp_path / str(n) / "processed"
        tables = rows(n)
        publish(out, {**tables, "articles": [{**a, "outcome": "extracted"} for a in tables["articles"]]})
        annotated(out, n)
        make_index(out)
        told = subprocess.run(
            [sys.executable, "-c", FIRST_PAGE, str(out)], cwd=ROOT, check=True, capture_output=True, text=True
        )
        _, time_, mib = next(line for line in told.stdout.splitlines() if line.startswith("measured")).split()
        seconds[n], memory[n] = float(time_), int(mib)
    print(
        f"first page: {seconds[1_000] * 1000:.2f} ms of 1,000 items, {seconds[100_000] * 1000:.2f} ms of 100,000; MiB: {memory}"
    )
    assert seconds[100_000] <= 10 * seconds[1_000]
    assert memory[100_000] <= memory[1_000] + 50


def annotated(out: Path, n: int) -> None:
    """The stage files that the index reads, for `n` articles."""
    from pipeline.records import Annotated
    from pipeline.stage_files import write_records

    for k in range(0, n, 1000):
        write_records(
            out / "stages" / "annotated" / f"s{k:06d}.parquet",
            Annotated,
            [Annotated(f"a{i}", (), ()) for i in range(k, min(k + 1000, n))],
        )


# --- what went wrong once


def texts(reader: Reader) -> list[str]:
    return re.findall(r'aria-current="true"><bdi>([^<]*)', reader.html)


def test_an_undo_takes_back_one_key_whatever_the_name(sample_run: Path, tmp_path: Path) -> None:
    app, _ = project(sample_run, tmp_path, Opening(annotator="dr. ana"))
    reader = Reader(app)
    for article in (LUMISIGHT, "ch-helvion-dpa-doj-sfo"):
        reader.get("/item", id=article)
        reader.press("accept_rest")
    reader.press("undo")
    reader.get("/item", id=LUMISIGHT)
    assert reader.rows() == ["accepted", "accepted"]


def test_the_same_button_twice_is_one_and_another_button_is_another(reader: Reader) -> None:
    reader.get("/item", id=LUMISIGHT)
    html = reader.html
    reader.press("accept")
    reader.html = html
    reader.press("accept")
    assert [e.action for e in events(reader)] == ["accept"]
    reader.html = html  # the browser's Back, and then another choice
    reader.press("skip")
    assert [e.action for e in events(reader)] == ["accept", "skip"]
    reader.get("/item", id=LUMISIGHT)
    html = reader.html
    reader.press("undo")
    reader.html = html
    reader.press("undo")
    assert [e.action for e in events(reader)] == ["accept", "skip", "undo"]


def test_accepting_the_rest_leaves_unsure_rows_to_the_adjudicator(reader: Reader) -> None:
    row = re.findall(r'data-row="(\w+)"', reader.get("/item", id=LUMISIGHT))[0]
    reader.get("/item", id=LUMISIGHT, row=row, do="unsure")
    reader.press("unsure", note="?")
    reader.get("/item", id=LUMISIGHT)
    reader.press("accept_rest")
    assert sorted(reader.rows()) == ["accepted", "unsure"]


def test_a_blind_page_tells_nothing_of_the_machines(reader: Reader) -> None:
    blind = {"id": LUMISIGHT, "from": "order=blind"}
    reader.get("/item", **blind, do="add")
    reader.press(
        "add",
        **THE_FINE,
    )
    row = re.findall(r"row=(\w{20})", reader.html)[0]
    reader.get("/item", **blind, row=row)
    assert texts(reader) == ["imposed · fine · EUR 1,100,000"]
    assert (
        "machine:" not in reader.html
        and "candidates" not in reader.html
        and "sums.fined" not in reader.html
        and 'data-key="d"' not in reader.html
    )
    assert "Confidence" not in reader.get("/", order="blind")


def test_a_corrected_sum_leaves_its_decision_free(tmp_path: Path) -> None:
    raw = tmp_path / "raw" / "dump.jsonl"
    raw.parent.mkdir()
    told = {"a1": ("FTC fines Kestrel Maps $30.5 million", STORY), "a2": ("Kestrel Maps to pay $30.5 million", OTHER)}
    lines = [
        json.dumps({"id": i, "title": t, "text": x, "published": "2024-05-15"}) + "\n" for i, (t, x) in told.items()
    ]
    raw.write_text("".join(lines), encoding="utf-8")
    chain.run(raw.parent, tmp_path / "run", Settings(jobs=1), lambda _: None)
    app, out = project(tmp_path / "run", tmp_path)
    row = next(
        r
        for r in pq.read_table(out / "penalties.parquet").to_pylist()
        if r["article_id"] == "a2" and r["amount"] == 30_500_000
    )
    reader = Reader(app)
    assert "told by 2 articles" in reader.get("/item", id="a2", row=row["penalty_id"])
    fields: dict[str, str]
    for fields, pinned in ({"status": "proposed"}, True), ({"amount": "€77m"}, False):
        reader.get("/item", id="a2", row=row["penalty_id"], do="edit")
        reader.press("edit", **fields)
        assert all(bool(e.others) is pinned for e in read_events(tmp_path / "reviews.jsonl")[-2:])


def test_violations_are_cleared_and_an_untouched_form_is_no_correction(reader: Reader) -> None:
    store = Store(reader.out.parent / "reviews.sqlite", reader.out.parent / "reviews.jsonl", make_index(reader.out))  # type: ignore[attr-defined]
    rows = [
        r
        for (a,) in store.base.execute("SELECT article_id FROM i.items WHERE n_rows > 0").fetchall()
        for r in store.rows(a)
    ]
    told = next(r for r in rows if len(r.values["violations"]) > 1)
    for row in rows[:20]:
        reader.get("/item", id=row.article_id, row=row.penalty_id, do="edit")
        reader.press("edit")
        assert [e.action for e in events(reader) if e.penalty_id == row.penalty_id] == ["accept"], row.article_id
    reader.get("/item", id=told.article_id, row=told.penalty_id, do="edit")
    reader.press("edit", violations=[""])
    assert events(reader)[-2].new == {"violations": []}


@pytest.mark.parametrize("text", ["30,5", "1.234,56", "500.000", "1e9", "٣٠", "-5"])
def test_sums_that_could_mean_several_things_are_refused(text: str) -> None:
    with pytest.raises(TakingError, match="30500000 or"):
        taken("amount", text, Around())


def test_a_sign_is_taken_for_the_rows_currency() -> None:
    assert taken("amount", "$5 million", Around(None, "US", "AUD"))["currency"] == "AUD"
    assert taken("amount", "€5 million", Around(None, "US", "AUD"))["currency"] == "EUR"


@pytest.mark.parametrize(("field", "value"), [("date", "someday"), ("shoe", "1"), ("status", "eaten")])
def test_a_candidate_that_is_no_value_is_refused(reader: Reader, field: str, value: str) -> None:
    reader.get("/item", id=LUMISIGHT)
    reader.press("candidate", 422, field=field, value=value, start="", end="")
    assert not events(reader)


def test_odd_addresses_are_no_errors(reader: Reader) -> None:
    for path in (
        "/?page=" + "9" * 5000,
        "/?page=x",
        "/?" + "&".join(f"a{i}=1" for i in range(40)),
        "/item?id=&row=x",
        "/decision?row=",
        "/names?side=x&spelling=%00",
    ):
        assert reader.client.get(path).status_code in {200, 404}, path


def test_who_is_no_longer_invited_comes_in_no_more(sample_run: Path, tmp_path: Path) -> None:
    said: list[str] = []
    _, out = project(sample_run, tmp_path, Opening(invite=("ana", "mallory")))
    both = open_review(out, Settings(jobs=1), Opening(invite=("ana", "mallory")), said.append)
    link = next(line.partition("key=")[2] for line in said if "mallory" in line)
    inside = Reader(both)
    inside.client.get("/join", params={"key": link})
    assert "mallory" in inside.get("/")
    now = Reader(
        open_review(out, Settings(jobs=1), Opening(invite=("ana",)), lambda _: None), dict(inside.client.cookies)
    )
    assert "personal link" in now.get("/") and now.client.get("/join", params={"key": link}).status_code == 403


def two_and_a_judge(sample_run: Path, tmp_path: Path) -> tuple[Reader, Reader, Reader, Path]:
    app, out = project(sample_run, tmp_path, Opening(invite=("ana", "ben"), adjudicators=("cleo",), overlap=1.0))
    ana, ben, cleo = (Reader(app, cookie(out, Person(n, n == "cleo"))) for n in ("ana", "ben", "cleo"))
    return ana, ben, cleo, out


def test_an_adjudicator_begins_with_what_reviewers_agree_on(sample_run: Path, tmp_path: Path) -> None:
    ana, ben, cleo, out = two_and_a_judge(sample_run, tmp_path)
    row = re.findall(r'data-row="(\w+)"', ana.get("/item", id=LUMISIGHT))[0]
    for reader, day in ((ana, "2023-11-14"), (ben, "2023-11-15")):
        reader.get("/item", id=LUMISIGHT, row=row, do="edit")
        reader.press("edit", amount="€900,000", date=day)
    cleo.get("/item", id=LUMISIGHT, row=row)
    assert "they differ in" in cleo.html and "EUR 900,000" in cleo.html
    cleo.get("/item", id=LUMISIGHT, row=row, do="edit")
    cleo.press("edit", date="2023-11-15")
    (made,) = (r for r in rerun(out)["penalties"] if r["penalty_id"] == row)
    assert (float(made["amount"]), str(made["date"]), made["reviewed_by"]) == (900_000, "2023-11-15", "cleo")


def add_reprimand(reader: Reader) -> None:
    reader.get("/item", id=LUMISIGHT, row="none", do="add")
    reader.press(
        "add",
        words="Those slides, which we reported on last year",
        role="prior",
        penalty_type="reprimand",
        status="imposed",
        amount="",
    )


def test_a_penalty_that_two_add_is_one_and_what_one_alone_saw_waits(sample_run: Path, tmp_path: Path) -> None:
    ana, ben, cleo, out = two_and_a_judge(sample_run, tmp_path)
    for reader in (ana, ben):
        reader.get("/item", id=LUMISIGHT)
        reader.press("accept_rest")
    add_reprimand(ana)
    ben.get("/item", id=LUMISIGHT)
    assert "reprimand" not in "".join(re.findall(r"<li class.*?</li>", ben.html, re.S)), "ben does not see it"
    ben.press("finish")
    assert LUMISIGHT in cleo.get("/", order="waiting"), "ben is through and did not see it"
    cleo.get("/item", id=LUMISIGHT)
    assert "reprimand" in "".join(re.findall(r"<li class.*?</li>", cleo.html, re.S))
    add_reprimand(ben)
    assert LUMISIGHT not in cleo.get("/", order="waiting")
    made = [r for r in rerun(out)["penalties"] if r["article_id"] == LUMISIGHT and r["penalty_type"] == "reprimand"]
    assert [r["reviewed_by"] for r in made] == ["ana,ben"]


def test_an_adjudicator_is_done_with_what_they_judged(sample_run: Path, tmp_path: Path) -> None:
    app, _ = project(sample_run, tmp_path, Opening(annotator="cleo", adjudicator=True))
    cleo = Reader(app)
    cleo.get("/item", id=LUMISIGHT)
    cleo.press("accept_rest")
    cleo.press("finish")
    assert LUMISIGHT in cleo.get("/", done="1") and "1</strong> of" in cleo.html


def test_what_cannot_be_written_to_the_file_follows_later(
    sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(sample_run, tmp_path)
    said: list[str] = []
    store.say = said.append
    store.add(some_event(1, "ana", LUMISIGHT, "p1"))
    path, aside = tmp_path / "reviews.jsonl", tmp_path / "aside"
    path.rename(aside)
    path.mkdir()  # no file can be written there now
    assert store.add(some_event(2, "ana", LUMISIGHT, "p2")) and "cannot be written" in said[0]
    path.rmdir()
    aside.rename(path)
    store.add(some_event(3, "ana", LUMISIGHT, "p3"))
    assert [e.event_id for e in read_events(path)] == ["ana-1", "ana-2", "ana-3"]


def test_a_torn_last_line_costs_nothing(sample_run: Path, tmp_path: Path) -> None:
    store = make_store(sample_run, tmp_path)
    store.add_all([some_event(1, "ana", LUMISIGHT, "p1")])
    store.add_all([some_event(2, "ana", LUMISIGHT, "p2")])
    path = tmp_path / "reviews.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    assert [e.event_id for e in read_events(path)] == ["ana-1"], "a run goes on without it"
    make_store(sample_run, tmp_path)
    assert [e.event_id for e in read_events(path)] == ["ana-1", "ana-2"]


def test_two_servers_and_a_command_write_one_file(sample_run: Path, tmp_path: Path) -> None:
    stores = [make_store(sample_run, tmp_path) for _ in range(3)]

    def work(n: int) -> None:
        for k in range(30):
            stores[n].add(some_event(k, f"coder{n}", LUMISIGHT, f"p{k}"))
            if k % 10 == 0:
                make_store(sample_run, tmp_path)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    make_store(sample_run, tmp_path)
    lines = (tmp_path / "reviews.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len({json.loads(line)["event_id"] for line in lines}) == 90


def test_names_settled_at_once_are_all_kept(tmp_path: Path) -> None:
    from pipeline.review import names
    from pipeline.verdicts import Choice as Name
    from pipeline.verdicts import read_overrides

    path = tmp_path / "registry_overrides.toml"
    threads = [
        threading.Thread(target=names.choose, args=(path, Name("respondent", f"Firm {n}", "Firm"))) for n in range(12)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(read_overrides(path).choices) == 12


def test_a_rate_keeps_its_cap_and_another_sum_loses_it() -> None:
    assert "amount_max" not in taken("amount", "€40,000 a week", Around(None, None, None, "week"))
    assert taken("amount", "€3.25 million", Around(None, None, None, "week")) == {
        "amount": "3250000", "currency": "EUR", "amount_max": None, "qualifier": "exact", "per": None,
    }  # fmt: skip


def test_what_was_added_stays_on_the_adjudicators_page(sample_run: Path, tmp_path: Path) -> None:
    ana, ben, cleo, out = two_and_a_judge(sample_run, tmp_path)
    for reader in (ana, ben):
        reader.get("/item", id=LUMISIGHT)
        reader.press("take", words="€800,000", field="amount")
        reader.press("accept_rest")
    add_reprimand(ana)
    ben.get("/item", id=LUMISIGHT)
    ben.press("finish")
    for _ in range(3):
        cleo.get("/item", id=LUMISIGHT)
        cleo.press("accept")
    cleo.get("/item", id=LUMISIGHT)
    assert cleo.rows() == ["accepted"] * 3
    made = rerun(out)
    fine = next(r for r in made["penalties"] if r["article_id"] == LUMISIGHT and r["amount"] == 800_000)
    assert fine["amount_start"] is not None and fine["reviewed_by"] == "cleo"
    words = {
        w["field"]: w["text"]
        for w in made["evidence"]
        if w["penalty_id"] == fine["penalty_id"] and w["rule_id"] == "review"
    }
    assert words["amount"] == "€800,000"


def test_eight_who_ask_at_once_get_eight_articles(sample_run: Path, tmp_path: Path) -> None:
    from pipeline.review.queue import next_leased

    store = make_store(sample_run, tmp_path)
    got: list[str | None] = []
    threads = [
        threading.Thread(target=lambda n=n: got.append(next_leased(store, Choice(), f"coder{n}"))) for n in range(8)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(set(got)) == 8


def test_skipped_articles_come_round_in_turn(sample_run: Path, tmp_path: Path) -> None:
    store = make_store(sample_run, tmp_path)
    items = [a for (a,) in store.base.execute("SELECT article_id FROM i.items WHERE n_rows > 0")]
    for n, article in enumerate(items):
        store.add(Event(f"s{n}", "-", "ana", "skip", article))
    seen, last = [], items[-1]
    for n in range(4):
        last = next_item(store, Choice(), "ana", last) or ""
        seen.append(last)
        store.add(Event(f"t{n}", "-", "ana", "skip", last))
    assert len(set(seen)) == 4


def test_the_first_round_is_nobodys_work(sample_run: Path, tmp_path: Path) -> None:
    app, out = project(sample_run, tmp_path, Opening(annotator="ana", gold=ROOT / "tests" / "gold" / "sample.jsonl"))
    reader = Reader(app)
    reader.get("/round")
    reader.get(re.findall(r'href="(/item\?id=round[^"]+)"', reader.html)[0].replace("&amp;", "&"))
    reader.press("finish", 422)
    reader.press("finish")
    store = Store(out.parent / "reviews.sqlite", out.parent / "reviews.jsonl", make_index(out))
    assert progress(store, "ana").mine == 0


def test_an_undo_goes_by_time_and_imports_stand_alone(sample_run: Path, tmp_path: Path) -> None:
    store = make_store(sample_run, tmp_path)
    store.add_all([some_event(n, "ana", LUMISIGHT, f"p{n}") for n in range(3)])
    assert [e.event_id for e in store.last_of("ana")] == ["ana-2"]
    old = Event("laptop.0", "2020-01-01T00:00:00.000000+00:00", "ana", "reject", LUMISIGHT, "p9", reason="other")
    store.merge([old])
    assert [e.event_id for e in store.last_of("ana")] == ["ana-2"]


def test_search_finds_ids_in_capitals(sample_run: Path, tmp_path: Path) -> None:
    from pipeline.review.queue import listed

    store = make_store(sample_run, tmp_path)
    assert [e.article_id for e in listed(store, Choice(search="NL-DOORBELL-faceprints"), "ana")] == [LUMISIGHT]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"date": "2024-13-40"}, "is no date"), ({"date": "2099-01-01"}, "Date: 2099-01-01 lies long after"), ({"currency": "ZZZ"}, "Currency: “ZZZ” is none"),
        ({"amount_max": "5"}, "Upper bound or cap: it is below"), ({"penalty_type": ""}, "Kind must be given"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_are_refused_in_the_forms_words(
    reader: Reader, fields: Mapping[str, str], told: str
) -> None:
    row = re.findall(r'data-row="(\w+)"', reader.get("/item", id=LUMISIGHT))[0]
    reader.get("/item", id=LUMISIGHT, row=row, do="edit")
    reader.press("edit", 422, **fields)
    assert told in reader.html and not events(reader)


def test_a_bare_sign_is_that_of_the_articles_other_rows(reader: Reader) -> None:
    store = Store(reader.out.parent / "reviews.sqlite", reader.out.parent / "reviews.jsonl", make_index(reader.out))  # type: ignore[attr-defined]
    article = next(
        a
        for (a,) in store.base.execute("SELECT article_id FROM i.items")
        if any(r.values["currency"] == "AUD" for r in store.rows(a))
    )
    reader.get("/item", id=article, do="add")
    reader.press(
        "add",
        words="The Federal Court in Melbourne",
        role="current",
        penalty_type="costs",
        status="imposed",
        amount="$1.9m",
    )
    assert events(reader)[-1].new["currency"] == "AUD" and events(reader)[-1].new["amount_state"] == "stated"


def test_an_undo_says_what_it_took_back(reader: Reader) -> None:
    reader.get("/item", id=LUMISIGHT)
    reader.press("undo")
    assert "nothing to take back" in reader.html
    reader.press("accept_rest")
    reader.press("undo")
    assert "Taken back: accept" in reader.html


def test_a_blind_article_is_done_when_the_machines_rows_are_settled_too(reader: Reader) -> None:
    store = Store(reader.out.parent / "reviews.sqlite", reader.out.parent / "reviews.jsonl", make_index(reader.out))  # type: ignore[attr-defined]
    reader.get("/item", **{"id": LUMISIGHT, "from": "order=blind"})
    reader.press("finish", 422)
    reader.press("finish")
    assert reader.rows() == ["open", "open"] and progress(store, "ana").mine == 0
    reader.press("accept_rest")
    assert progress(store, "ana").mine == 1
