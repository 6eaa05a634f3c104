"""Runs night after night over a landing folder: what happens to articles whose files are gone."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import chain
from pipeline.__main__ import app
from pipeline.settings import Settings
from tests.conftest import ROOT
from tests.merging_rows import ARTICLES


def run(raw: Path, out: Path, missing: str = "refuse", **flags: Any) -> tuple[chain.Account, list[str]]:
    said: list[str] = []
    account = chain.run(raw, out, Settings(jobs=1, missing=missing, **flags), said.append, accept=True)
    assert account is not None
    return account, said


def land(raw: Path, name: str, articles: list[dict[str, Any]]) -> None:
    """Put a file of articles into the landing folder: JSON lines, or a folder of texts where the name ends with a stroke."""
    raw.mkdir(parents=True, exist_ok=True)
    if name.endswith("/"):
        (raw / name).mkdir(exist_ok=True)
        for a in articles:
            (raw / name / f"{a['article_id']}.txt").write_text(f"{a['title']}\n\n{a['text']}", encoding="utf-8")
        return
    lines = [
        json.dumps({k: a[k] for k in ("article_id", "url", "outlet", "published", "title", "text")}) for a in articles
    ]
    (raw / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return pq.read_table(out / f"{name}.parquet").to_pylist()


def without_ids(out: Path) -> dict[str, Any]:
    """All tables but those that tell of the runs; a decision's id is the set of its penalties' ids, a case's that of its decisions'."""
    members, cases = defaultdict(set), defaultdict(set)
    for p in rows(out, "penalties"):
        members[p["decision_id"]].add(p["penalty_id"])
        cases[p["matter_id"]].add(p["penalty_id"])
    named = {k: "+".join(sorted(v)) for k, v in [*members.items(), *cases.items()]}
    out_: dict[str, Any] = {}
    for name in ("decisions", "penalties", "parties", "evidence", "articles", "rejects"):
        out_[name] = sorted(
            json.dumps(
                {c: named.get(v, v) if isinstance(v, str) else v for c, v in row.items()}, default=str, sort_keys=True
            )
            for row in rows(out, name)
        )
    return out_


def nights(tmp_path: Path, n: int, per_night: int) -> None:
    """`n` nights of a folder that holds the files of the last three nights, with some articles delivered a second time, against one run over all files."""
    raw, whole, out = tmp_path / "landing", tmp_path / "whole", tmp_path / "out"
    files: list[str] = []
    for night in range(n):
        start = night * per_night
        fresh = ARTICLES[start : start + per_night] + ARTICLES[max(0, start - 2) : start]
        name = f"night-{night:02d}.jsonl" if night % 3 else f"night-{night:02d}/"
        land(raw, name, fresh)
        land(whole, name, fresh)
        files.append(name)
        if len(files) > 3:
            old = raw / files[-4]
            for path in sorted(old.rglob("*"), reverse=True) if old.is_dir() else [old]:
                path.unlink()
            if old.is_dir():
                old.rmdir()
        run(raw, out, "append")
    run(whole, tmp_path / "once")
    one, nightly = without_ids(tmp_path / "once"), without_ids(out)
    assert {name: len(v) for name, v in one.items()} == {name: len(v) for name, v in nightly.items()}
    assert one == nightly


def test_a_few_nights_by_append_give_what_one_run_gives(tmp_path: Path) -> None:
    nights(tmp_path, 5, 3)


@pytest.mark.slow
def test_thirty_nights_by_append_give_what_one_run_gives(tmp_path: Path) -> None:
    nights(tmp_path, 30, 4)


def test_a_run_refuses_when_files_are_gone(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:2])
    land(raw, "b.jsonl", ARTICLES[2:4])
    run(raw, out)
    before = (out / "run.json").read_bytes()
    (raw / "a.jsonl").unlink()
    with pytest.raises(chain.MissingInputsError, match=r"1 files .*: a\.jsonl\. With --append"):
        run(raw, out)
    assert (out / "run.json").read_bytes() == before
    done = CliRunner().invoke(app, ["run", "--raw", str(raw), "--out", str(out), "--jobs", "1"])
    assert done.exit_code == 6
    assert CliRunner().invoke(app, ["run", "--raw", str(raw), "--out", str(out), "--append", "--prune"]).exit_code == 2


def test_append_keeps_and_prune_withdraws(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:2])
    land(raw, "b.jsonl", ARTICLES[2:4])
    run(raw, out)
    first = without_ids(out)
    (raw / "a.jsonl").unlink()
    _, said = run(raw, out, "append")
    assert any("their articles stay" in line for line in said)
    assert without_ids(out) == first
    again, _ = run(raw, out, "append")
    assert not again.changed
    with pytest.raises(chain.MissingInputsError):  # what earlier runs kept does not vanish by forgetting a flag
        run(raw, out)
    pruned, said = run(raw, out, "prune")
    assert any("withdrawn" in line for line in said)
    assert {a["article_id"] for a in rows(out, "articles")} == {a["article_id"] for a in ARTICLES[2:4]}
    assert pruned.withdrawn["articles"] == 2
    removed = {c["id"] for c in rows(out, "changes") if c["table"] == "articles" and c["change"] == "removed"}
    assert removed == {a["article_id"] for a in ARTICLES[:2]}
    assert {c["cause"] for c in rows(out, "changes") if c["change"] == "removed"} == {"removed_article"}


def test_a_file_that_is_overwritten_every_night(tmp_path: Path) -> None:
    """`latest.jsonl` holds other articles each night: by append those of the nights before stay, and what is delivered again stands once."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    for start in (0, 2, 4):
        land(raw, "latest.jsonl", ARTICLES[start : start + 4])
        run(raw, out, "append")
    articles = rows(out, "articles")
    assert sorted(a["article_id"] for a in articles) == sorted(a["article_id"] for a in ARTICLES[:8])
    assert len({a["locator"] for a in articles}) == 8
    land(raw, "latest.jsonl", ARTICLES[:2])  # the first ones once more
    run(raw, out, "append")
    assert sorted(a["article_id"] for a in rows(out, "articles")) == sorted(a["article_id"] for a in ARTICLES[:8])
    land(raw, "latest.jsonl", ARTICLES[:2])
    run(raw, out, "prune")
    assert len(rows(out, "articles")) == 2


def test_clear_never_loses_what_only_earlier_runs_hold(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:2])
    run(raw, out)
    land(raw, "b.jsonl", ARTICLES[2:4])
    (raw / "a.jsonl").unlink()
    run(raw, out, "append")
    both = without_ids(out)
    chain.clear(out)
    assert not (out / "decisions.parquet").exists()
    run(raw, out, "append")
    assert without_ids(out) == both
    assert {a["article_id"] for a in rows(out, "articles")} == {a["article_id"] for a in ARTICLES[:4]}


def test_an_article_that_is_delivered_twice_counts_once(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:1])
    land(raw, "b.jsonl", ARTICLES[:1])
    run(raw, out)
    outcomes = [(a["outcome"], a["outcome_reason"]) for a in rows(out, "articles")]
    assert ("duplicate", "delivered again, same id and text") in outcomes
    assert {d["n_articles"] for d in rows(out, "decisions")} == {1}


def test_ones_own_dump_after_the_sample_is_no_missing_file(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    land(raw / "sample", "a.jsonl", ARTICLES[:2])
    run(raw, out)
    land(raw, "own.jsonl", ARTICLES[2:3])
    account, _ = run(raw, out)
    assert account.records == 1
    assert rows(out, "changes") == []  # nothing to compare with


def test_the_gate_ends_a_run_with_4(tmp_path: Path) -> None:
    raw, out, limits = tmp_path / "raw", tmp_path / "out", tmp_path / "gate.toml"
    text = (ROOT / "models" / "gate.toml").read_text(encoding="utf-8")
    limits.write_text(text.replace("least = 50", "least = 1"), encoding="utf-8")
    land(raw, "a.jsonl", ARTICLES[:4])
    run(raw, out)
    before = {p.name: p.read_bytes() for p in out.glob("*.*")}
    land(raw, "a.jsonl", ARTICLES[:1])
    command = ["run", "--raw", str(raw), "--out", str(out), "--jobs", "1", "--gate", str(limits)]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 4
    assert "articles: rows fell from 4 to 1" in refused.output
    assert {p.name: p.read_bytes() for p in out.glob("*.*") if p.is_file()} == before
    assert CliRunner().invoke(app, command).exit_code == 4  # not forgotten by the next run
    assert CliRunner().invoke(app, [*command, "--accept"]).exit_code == 0
    assert len(rows(out, "articles")) == 1


def test_a_file_of_the_release_that_is_gone_is_written_again(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:1])
    run(raw, out)
    before = {p.name: p.read_bytes() for p in out.glob("*.csv") if p.stem != "changes"}
    (out / "decisions.csv").unlink()
    account, _ = run(raw, out)
    assert account.changed
    assert {p.name: p.read_bytes() for p in out.glob("*.csv") if p.stem != "changes"} == before
