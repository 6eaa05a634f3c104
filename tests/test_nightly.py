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
from pipeline.release import NoReleaseError, load
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
    with pytest.raises(chain.MissingInputsError, match=r"gone from .*: a\.jsonl\. With --append"):
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


def ids(out: Path) -> list[str]:
    return sorted(a["article_id"] for a in rows(out, "articles"))


def told(*spans: slice) -> list[str]:
    return sorted(a["article_id"] for span in spans for a in ARTICLES[span])


def test_an_empty_night_never_reads_the_sample(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    land(raw / "sample", "wire.jsonl", ARTICLES[8:10])
    land(raw, "day1.jsonl", ARTICLES[:2])
    run(raw, out, "append")
    (raw / "day1.jsonl").unlink()
    run(raw, out, "append")
    assert ids(out) == told(slice(0, 2))
    land(raw, "day2.jsonl", ARTICLES[2:4])
    run(raw, out, "append")
    assert ids(out) == told(slice(0, 4))


def test_an_emptied_folder_is_no_missing_dump(tmp_path: Path) -> None:
    raw, out = tmp_path / "landing", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:2])
    run(raw, out)
    (raw / "a.jsonl").unlink()
    with pytest.raises(chain.MissingInputsError):
        run(raw, out)
    run(raw, out, "append")
    assert ids(out) == told(slice(0, 2))
    land(raw, "a.jsonl", ARTICLES[:2])  # back again: nothing is missing any more
    run(raw, out)
    assert ids(out) == told(slice(0, 2))


@pytest.mark.parametrize("step", ["_ingest_source", "_drop_gone", "_save", "_tables"])
def test_a_run_that_is_stopped_loses_no_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    raw, out = tmp_path / "landing", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:2])
    land(raw, "b.jsonl", ARTICLES[2:4])
    run(raw, out, "append")
    land(raw, "a.jsonl", ARTICLES[4:6])
    land(raw, "b.jsonl", ARTICLES[6:8])
    real, calls = getattr(chain._Run, step), []

    def stop(self: Any, *args: Any) -> Any:
        calls.append(1)
        if len(calls) == (2 if step == "_ingest_source" else 1):
            raise KeyboardInterrupt
        return real(self, *args)

    monkeypatch.setattr(chain._Run, step, stop)
    with pytest.raises(KeyboardInterrupt):
        run(raw, out, "append")
    monkeypatch.undo()
    land(raw, "b.jsonl", ARTICLES[8:9])
    run(raw, out, "append")
    first = told(slice(0, 6), slice(8, 9))
    assert set(first) <= set(ids(out)) <= set(told(slice(0, 9)))
    land(raw, "a.jsonl", ARTICLES[:2])  # the content of the first night once more
    run(raw, out, "append")
    assert set(first) <= set(ids(out))


def test_a_name_that_comes_back_with_other_content(tmp_path: Path) -> None:
    raw, out = tmp_path / "landing", tmp_path / "out"
    land(raw, "daily.jsonl", ARTICLES[:1])
    land(raw, "other.jsonl", ARTICLES[1:2])
    run(raw, out, "append")
    (raw / "daily.jsonl").unlink()
    run(raw, out, "append")
    land(raw, "daily.jsonl", [{**ARTICLES[1], "article_id": "copy"}])
    run(raw, out, "append")
    articles = {a["article_id"]: a for a in rows(out, "articles")}
    assert articles[ARTICLES[0]["article_id"]]["outcome"] == "extracted"
    assert len({a["locator"] for a in articles.values()}) == 3


def test_clear_keeps_what_was_appended_even_if_its_file_is_still_there(tmp_path: Path) -> None:
    raw, out = tmp_path / "landing", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:2])
    run(raw, out, "append")
    (raw / "a.jsonl").unlink()
    chain.clear(out)
    land(raw, "b.jsonl", ARTICLES[2:4])
    run(raw, out, "append")
    assert ids(out) == told(slice(0, 4))


def test_what_a_refused_release_withdrew_can_still_be_kept(tmp_path: Path) -> None:
    raw, out, limits = tmp_path / "landing", tmp_path / "out", tmp_path / "gate.toml"
    text = (ROOT / "models" / "gate.toml").read_text(encoding="utf-8")
    limits.write_text(text.replace("least = 50", "least = 1"), encoding="utf-8")
    land(raw, "a.jsonl", ARTICLES[:2])
    land(raw, "b.jsonl", ARTICLES[2:4])
    run(raw, out)
    (raw / "b.jsonl").unlink()
    command = ["run", "--raw", str(raw), "--out", str(out), "--jobs", "1", "--gate", str(limits)]
    assert CliRunner().invoke(app, [*command, "--prune"]).exit_code == 4
    assert CliRunner().invoke(app, command).exit_code == 6
    assert CliRunner().invoke(app, [*command, "--append"]).exit_code == 0
    assert ids(out) == told(slice(0, 4))


def test_two_runs_never_write_to_one_folder(tmp_path: Path) -> None:
    raw, out = tmp_path / "landing", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:1])
    with chain._alone(out), pytest.raises(chain.ChainError, match="another run"):
        run(raw, out)
    run(raw, out)


def test_a_table_that_is_gone_or_damaged_stops_nobody(tmp_path: Path) -> None:
    raw, out = tmp_path / "landing", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:1])
    run(raw, out)
    good = (out / "penalties.parquet").read_bytes()
    for damage in (lambda p: p.unlink(), lambda p: p.write_bytes(good[:100])):
        damage(out / "penalties.parquet")
        (out / "penalties.csv").unlink(missing_ok=True)
        with pytest.raises(NoReleaseError, match="damaged or gone"):
            load(out, ("penalties",), patience=0.1)
        account, said = run(raw, out)
        assert account.changed
        assert any("nothing was compared" in line for line in said)
        assert (out / "penalties.parquet").read_bytes() == good
    (out / "ledger.parquet").write_bytes(b"PAR1")
    (out / "decisions.csv").unlink()
    with pytest.raises(chain.ChainError, match=r"ledger\.parquet cannot be read"):
        run(raw, out)


def test_rejects_end_a_run_with_3_every_time(tmp_path: Path) -> None:
    raw, out = tmp_path / "landing", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:1])
    with (raw / "a.jsonl").open("a", encoding="utf-8") as file:
        file.write("{\n{\n")
    command = ["run", "--raw", str(raw), "--out", str(out), "--jobs", "1", "--max-rejects", "0.1"]
    assert [CliRunner().invoke(app, command).exit_code for _ in range(2)] == [3, 3]


def test_releases_can_be_switched_on_later_and_outlive_a_clear(tmp_path: Path) -> None:
    raw, out = tmp_path / "landing", tmp_path / "out"
    land(raw, "a.jsonl", ARTICLES[:1])
    run(raw, out)
    run(raw, out, releases=True)
    latest = json.loads((out / "latest.json").read_text(encoding="utf-8"))
    kept = out / latest["path"] / "decisions.csv"
    before = kept.read_bytes()
    with (out / "decisions.csv").open("a", encoding="utf-8") as file:
        file.write("edited")
    assert kept.read_bytes() == before
    chain.clear(out)
    run(raw, out, releases=True)
    again = json.loads((out / "latest.json").read_text(encoding="utf-8"))
    assert again["sequence"] == latest["sequence"] + 1
    assert again["release"] != latest["release"]
    assert json.loads((out / again["path"] / "run.json").read_text(encoding="utf-8"))["sequence"] == again["sequence"]
