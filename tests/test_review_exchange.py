"""Reviews in other tools' formats and back, joined files of reviews, and reviewed articles as gold."""

from __future__ import annotations

import itertools
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

pytest.importorskip("starlette", reason="the extra `review` is not installed")

from pipeline import chain
from pipeline.__main__ import app
from pipeline.evaluate.gold import read_gold
from pipeline.evaluate.scores import given_row, score
from pipeline.marked import parse_marked
from pipeline.review import open_store, write_reviewed_gold
from pipeline.review.exchange import (
    ExchangeError,
    Label,
    Labelled,
    events_of,
    from_docbin,
    from_doccano,
    from_label_studio,
    from_marked,
    from_utf16,
    labelled,
    read_file,
    to_docbin,
    to_doccano,
    to_label_studio,
    to_marked,
    to_utf16,
    write_file,
)
from pipeline.review.gold import labels_of
from pipeline.settings import Settings
from pipeline.verdicts import Event, fold, read_events, values_of
from pipeline.verdicts.events import FIELDS, LISTS
from tests.conftest import ROOT
from tests.test_verdicts import anchor

LUMISIGHT = "nl-doorbell-faceprints"


@pytest.fixture()
def out(sample_run: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_run, tmp_path / "processed")
    return tmp_path / "processed"


def everything(out: Path) -> list[Labelled]:
    return list(labelled(open_store(out, Settings()), out, all_articles=True))


def test_label_studio_and_doccano_give_the_same_labels_back(out: Path, awkward_run: Path, tmp_path: Path) -> None:
    articles = everything(out)
    shutil.copytree(awkward_run, tmp_path / "awkward" / "processed")
    articles += everything(tmp_path / "awkward" / "processed")  # emoji, line ends of Windows, accents apart
    assert len(articles) > 120 and sum(len(a.labels) for a in articles) > 1500
    assert any(ord(c) > 0xFFFF for a in articles for c in a.text)
    for article in articles:
        assert from_label_studio(json.loads(json.dumps(to_label_studio(article)))) == article
        assert from_doccano(json.loads(json.dumps(to_doccano(article)))) == article
    assert list(from_docbin(to_docbin(articles))) == articles


def test_marked_text_gives_the_same_labels_back(out: Path) -> None:
    for article in everything(out):
        marked = to_marked(article)
        assert from_marked(marked, {"text": article.text, **article.about}) == article
        assert parse_marked(marked)[0] == article.text and len(parse_marked(marked)[1]) >= len(article.labels) / 5


def test_a_file_is_read_by_the_rows_it_was_written_with(out: Path, tmp_path: Path) -> None:
    """Rows that were rejected or added since change nothing of what the file says."""
    file = tmp_path / "file"
    write_file(everything(out), "marked", file)
    store = open_store(out, Settings())
    (article,) = (a for a in everything(out) if a.article_id == "in-vihaan-sebi")
    store.add(Event("x.0", "-", "ana", "reject", article.article_id, next(iter(article.rows)), reason="other"))
    ids = itertools.count()
    for read in read_file(file, "marked"):
        assert not list(events_of(read, "ben", lambda: f"e{next(ids)}"))


@pytest.mark.parametrize("format_", ["label-studio", "doccano", "docbin", "marked"])
def test_files_are_read_as_they_were_written(out: Path, tmp_path: Path, format_: str) -> None:
    articles = everything(out)
    file = tmp_path / "file"
    assert write_file(articles, format_, file) == len(articles)
    known = {a.article_id: a for a in articles}
    ids = itertools.count()
    for article in read_file(file, format_):
        before = known[article.article_id]
        assert article == before
        assert not list(events_of(article, "ben", lambda: f"e{next(ids)}")), "nothing was changed there"
        told = list(events_of(article, "ben", lambda: f"e{next(ids)}", all_seen=True))
        assert [e.action for e in told] == ["accept"] * len(before.rows)


def test_what_was_done_in_label_studio_becomes_reviews(out: Path, tmp_path: Path) -> None:
    (article,) = (a for a in everything(out) if a.article_id == LUMISIGHT)
    fine, other = (next(r for r, v in article.rows.items() if v["amount"] == amount) for amount in ("1100000", "40000"))
    task = to_label_studio(article)
    task["annotations"] = task.pop("predictions")
    result = task["annotations"][0]["result"]
    at = article.text.index("€800,000")
    for region in result:
        if region["meta"]["text"] == [fine] and region["value"]["labels"] == ["amount"]:
            region["value"] |= {"start": at, "end": at + 8, "text": "€800,000"}
    result[:] = [r for r in result if r["meta"]["text"] != [other]]
    name = article.text.index("FriendlyFaces")
    result.append(
        {
            "id": "new",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": name, "end": name + 13, "labels": ["case_numbers"]},
        }
    )
    file = tmp_path / "export.json"
    file.write_text(json.dumps([task]), encoding="utf-8")
    done = CliRunner().invoke(
        app, ["review", "import", str(file), "--from", "label-studio", "--annotator", "ben", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    events = read_events(tmp_path / "reviews.jsonl")
    said = fold(events)
    assert said.rows[other].state == "rejected"
    assert said.rows[fine].values["amount"] == "800000" and said.rows[fine].spans["amount"] == ((at, at + 8),)
    assert [e.action for e in events if e.penalty_id == fine] == ["edit", "accept"]
    exported = CliRunner().invoke(
        app, ["review", "export", str(tmp_path / "again.json"), "--to", "label-studio", "--out", str(out)]
    )
    assert exported.exit_code == 0 and "1 articles" in exported.output
    (again,) = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert {r["meta"]["text"][0] for r in again["annotations"][0]["result"]} == {fine}


def test_older_label_studio_files_count_in_utf16(out: Path) -> None:
    text = "\U0001f6a8 The FTC fined Kestrel $5 million."
    article = Labelled(
        "a",
        text,
        None,
        {"p": {}},
        {"p": (0, len(text))},
        (Label(text.index("$"), text.index("$") + 10, "amount", "p"),),
        True,
    )
    task = to_label_studio(article)
    value = task["annotations"][0]["result"][0]["value"]
    value |= {"start": to_utf16(text, value["start"]), "end": to_utf16(text, value["end"])}
    assert from_label_studio(task).labels == article.labels
    value |= {"start": 0, "end": 3}
    with pytest.raises(ExchangeError, match="do not stand"):
        from_label_studio(task)


def test_offsets_are_converted_there_and_back() -> None:
    text = "a\U0001f6a8b\U0001f4b6\U0001f4b6c"
    assert [to_utf16(text, i) for i in range(len(text) + 1)] == [0, 1, 3, 4, 6, 8, 9]
    assert all(from_utf16(text, to_utf16(text, i)) == i for i in range(len(text) + 1))


@pytest.mark.parametrize(
    ("format_", "content"),
    [
        ("label-studio", "{}"),
        ("label-studio", '[{"data": {}}]'),
        ("doccano", "[1]"),
        ("docbin", "x"),
        ("marked", "\u2029nobody\ntext\n"),
        ("marked", '\u2029{"text": "x"}\ny\n'),
    ],
)
def test_a_file_of_something_else_is_refused(out: Path, tmp_path: Path, format_: str, content: str) -> None:
    file = tmp_path / "file"
    file.write_text(content, encoding="utf-8")
    done = CliRunner().invoke(
        app, ["review", "import", str(file), "--from", format_, "--annotator", "ben", "--out", str(out)]
    )
    assert done.exit_code == 2 and "penalty-ledger:" in done.output and not read_events(tmp_path / "reviews.jsonl")


def test_files_of_two_machines_are_joined_and_contradictions_wait(out: Path, tmp_path: Path) -> None:
    row = next(r for r in pq.read_table(out / "penalties.parquet").to_pylist() if r["article_id"] == LUMISIGHT)

    def event(n: int, who: str, **new: Any) -> str:
        from pipeline.verdicts.events import line_of

        return (
            line_of(
                Event(
                    f"e{n}",
                    f"2026-01-0{n}T00:00:00.000000+00:00",
                    who,
                    "accept",
                    LUMISIGHT,
                    row["penalty_id"],
                    new={**values_of(row), **new},
                )
            )
            + "\n"
        )

    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    a.write_text(event(1, "ana"), encoding="utf-8")
    b.write_text(event(1, "ana") + event(2, "ben", status="proposed"), encoding="utf-8")
    done = CliRunner().invoke(app, ["review", "merge", str(a), str(b), "--to", str(tmp_path / "reviews.jsonl")])
    assert (
        done.exit_code == 0
        and "2 events of 2 reviewers" in done.output
        and "1 rows wait for the adjudicator" in done.output
    )
    chain.run(ROOT / "data" / "raw" / "sample", out, Settings(jobs=1), lambda _: None, accept=True)
    (kept,) = (r for r in pq.read_table(out / "penalties.parquet").to_pylist() if r["penalty_id"] == row["penalty_id"])
    assert kept["review_state"] == "auto" and kept["status"] == row["status"], "nothing holds until somebody decides"
    missing = CliRunner().invoke(app, ["review", "merge", str(tmp_path / "c.jsonl")])
    assert missing.exit_code == 2


# --- gold


def finished(out: Path, reading: str) -> None:
    """Somebody accepts every row of an article and adds one, then reads it to its end; a blind reader accepts a further row afterwards."""
    store = open_store(out, Settings())
    rows = [r for r in pq.read_table(out / "penalties.parquet").to_pylist() if r["article_id"] == LUMISIGHT]
    text = next(a.text for a in everything(out) if a.article_id == LUMISIGHT)
    ids = itertools.count()

    def accept(row: dict[str, Any]) -> Event:
        place = {n: row[n] for n in ("evidence", "evidence_start", "evidence_end", "amount_start", "amount_end")}
        return Event(
            f"g{next(ids)}", "-", "ana", "accept", LUMISIGHT, row["penalty_id"], new=values_of(row), anchor=place
        )

    first, second = rows
    store.add(accept(first))
    if reading == "prefilled":
        store.add(accept(second))
    added = {**values_of(first), "amount": None, "currency": None, "penalty_type": "order", "date": "2023-W46"}
    store.add(
        Event(f"g{next(ids)}", "-", "ana", "add", LUMISIGHT, "new", new=added, anchor=anchor(text, "What went wrong"))
    )
    store.add(Event(f"g{next(ids)}", "-", "ana", "finish", LUMISIGHT, reading=reading))
    if reading == "blind":
        store.add(accept(second))


@pytest.mark.parametrize(("reading", "sums"), [("blind", [1_100_000, None]), ("prefilled", [1_100_000, 40_000, None])])
def test_articles_read_to_the_end_become_gold(out: Path, tmp_path: Path, reading: str, sums: list[int | None]) -> None:
    finished(out, reading)
    assert write_reviewed_gold(out, Settings(), tmp_path / "gold.jsonl") == (1, int(reading == "blind"))
    (article,) = read_gold(tmp_path / "gold.jsonl")
    assert (article["reading"], article["annotators"], article["concrete"]) == (reading, ["ana"], True)
    assert sorted((a["amount"] for a in article["actions"]), key=str) == sorted(sums, key=str)
    (order,) = (a for a in article["actions"] if a["type"] == "order")
    assert (order["date"], order["date_precision"], order["evidence"]) == ("2023-11-13", "week", "What went wrong")
    given = [given_row(r) for r in pq.read_table(out / "penalties.parquet").to_pylist() if r["article_id"] == LUMISIGHT]
    assert score([article], {LUMISIGHT: given}).prf["money"].recall == 1.0


def test_prefilled_articles_do_not_count_in_the_accuracy(out: Path, tmp_path: Path) -> None:
    finished(out, "prefilled")
    write_reviewed_gold(out, Settings(), tmp_path / "gold.jsonl")
    done = CliRunner().invoke(
        app, ["evaluate", "--gold", str(tmp_path / "gold.jsonl"), "--page", str(tmp_path / "page.md")]
    )
    assert done.exit_code == 2 and "no article that counts" in done.output


def test_labels_are_those_of_the_guidelines() -> None:
    values = {
        "amount": "1000000.5",
        "amount_max": "2000000",
        "currency": "EUR",
        "date": "2024-Q2",
        "role": "current",
        "penalty_type": "fine",
        "status": "imposed",
    }
    labels = labels_of(values, "x")
    assert (labels["amount"], labels["amount_max"], labels["date"], labels["date_precision"], labels["qualifier"]) == (
        1000000.5,
        2000000,
        "2024-04",
        "quarter",
        "exact",
    )
    assert labels_of({**values, "amount": None}, "x")["currency"] is None


def blind(store: Any, who: str, *events: Event) -> None:
    store.add_all([*events, Event(f"{who}-end", "-", who, "finish", LUMISIGHT, reading="blind")])


def addition(who: str, text: str, **values: Any) -> Event:
    new = {
        **dict.fromkeys(FIELDS),
        **{f: [] for f in LISTS},
        "role": "current",
        "penalty_type": "reprimand",
        "status": "imposed",
        **values,
    }
    return Event(
        f"{who}-add", "-", who, "add", LUMISIGHT, f"row-{who}", new=new, anchor=anchor(text, "What went wrong")
    )


def gold_of(out: Path, tmp_path: Path) -> list[Any]:
    write_reviewed_gold(out, Settings(), tmp_path / "gold.jsonl")
    return list(read_gold(tmp_path / "gold.jsonl"))


def test_gold_leaves_out_what_nobody_holds(out: Path, tmp_path: Path) -> None:
    text = next(a.text for a in everything(out) if a.article_id == LUMISIGHT)
    store = open_store(out, Settings())
    blind(store, "ana", addition("ana", text), Event("ana-q", "-", "ana", "unsure", LUMISIGHT, "row-ana", note="?"))
    assert gold_of(out, tmp_path) == [], "unsure, and nobody has decided"
    store.add(
        Event("cleo-a", "-", "cleo", "accept", LUMISIGHT, "row-ana", new=addition("ana", text).new, adjudicator=True)
    )
    assert [a["type"] for g in gold_of(out, tmp_path) for a in g["actions"]] == ["reprimand"]


def test_a_judge_rejects_what_two_added(out: Path, tmp_path: Path) -> None:
    text = next(a.text for a in everything(out) if a.article_id == LUMISIGHT)
    store = open_store(out, Settings())
    store.add(addition("ana", text))
    blind(store, "ben", addition("ben", text))
    store.add(Event("cleo-r", "-", "cleo", "reject", LUMISIGHT, "row-ana", reason="other", adjudicator=True))
    (article,) = gold_of(out, tmp_path)
    assert article["actions"] == []


def test_gold_whose_sentence_is_gone_is_left_out(out: Path, tmp_path: Path) -> None:
    text = next(a.text for a in everything(out) if a.article_id == LUMISIGHT)
    store = open_store(out, Settings())
    lost = addition("ana", text)
    blind(store, "ana", replace(lost, anchor={**lost.anchor, "evidence": "It stood there before the update."}))
    assert gold_of(out, tmp_path) == []
