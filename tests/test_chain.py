"""The chain on the sample: balance, spans, conservation, what is redone, equal bytes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline import chain, schema
from pipeline.language.money import find_money
from pipeline.settings import Settings
from tests.conftest import ROOT

SAMPLE = ROOT / "data" / "raw" / "sample"


def table(out: Path, name: str) -> list[dict]:
    return pq.read_table(out / f"{name}.parquet").to_pylist()


def documents(out: Path) -> dict[str, dict]:
    return {
        d["article_id"]: d
        for path in sorted((out / "stages" / "documents").glob("*.parquet"))
        for d in pq.read_table(path).to_pylist()
    }


def test_every_record_is_accounted_for(sample_run: Path) -> None:
    articles = table(sample_run, "articles")
    run = json.loads((sample_run / "run.json").read_text(encoding="utf-8"))
    assert len(articles) == run["records"] == sum(run["outcomes"].values()) == 32
    assert Counter(a["outcome"] for a in articles) == run["outcomes"]
    assert len({a["article_id"] for a in articles}) == len(articles)
    for a in articles:
        assert (a["n_money"] is None) == (a["n_penalty_words"] is None)
        assert a["outcome"] != "extracted" or a["n_penalty_words"] + a["n_money"] > 0
    assert sum(a["n_penalty_words"] or 0 for a in articles) > 100
    with_rows = {p["article_id"] for p in table(sample_run, "penalties")}
    assert with_rows == {a["article_id"] for a in articles if a["outcome"] == "extracted"}


def test_tables_have_the_declared_types(sample_run: Path) -> None:
    for declared in schema.TABLES:
        assert pq.read_schema(sample_run / f"{declared.name}.parquet").equals(declared.arrow)
    frame = pd.read_parquet(sample_run / "decisions.parquet")
    assert isinstance(frame["amount"].dropna().iloc[0], Decimal)
    described = {
        name: kind
        for name, kind, *_ in duckdb.sql(f"describe select * from '{sample_run / 'decisions.parquet'}'").fetchall()
    }
    assert described["amount"] == "DECIMAL(20,2)"
    assert described["date"] == "DATE"
    assert described["authority_ids"] == "VARCHAR[]"


def test_ids_are_unique_and_sorted(sample_run: Path) -> None:
    for name, key in (("penalties", "penalty_id"), ("decisions", "decision_id")):
        ids = [r[key] for r in table(sample_run, name)]
        assert ids == sorted(set(ids))
    evidence = [e["evidence_id"] for e in table(sample_run, "evidence")]
    assert len(evidence) == len(set(evidence))
    assert {p["decision_id"] for p in table(sample_run, "penalties")} == {
        d["decision_id"] for d in table(sample_run, "decisions")
    }


RUNS = ("sample_run", "awkward_run", "gold_run")


@pytest.mark.parametrize("name", RUNS)
def test_every_value_has_its_words(name: str, request: pytest.FixtureRequest) -> None:
    out: Path = request.getfixturevalue(name)
    texts = {k: d["text"] for k, d in documents(out).items()}
    by_field: Counter[tuple[str, str]] = Counter()
    for e in table(out, "evidence"):
        if e["start"] is not None:
            assert texts[e["article_id"]][e["start"] : e["end"]] == e["text"]
        if e["chosen"]:
            by_field[e["penalty_id"], e["field"]] += 1
    for p in table(out, "penalties"):
        text = texts[p["article_id"]]
        assert text[p["evidence_start"] : p["evidence_end"]] == p["evidence"]
        assert p["evidence_start"] <= (p["amount_start"] or p["evidence_start"]) < p["evidence_end"]
        for field in ("authority_texts", "respondent_texts", "legal_basis", "case_numbers", "violations"):
            assert by_field[p["penalty_id"], field] == len(p[field]), (field, p)
        for field in ("date", "appeal_status", "amount", "amount_max", "penalty_type", "status"):
            if p[field] is not None and not (field == "amount_max" and p["qualifier"] in {"range", "total"}):
                assert by_field[p["penalty_id"], field] == 1, (field, p)


def test_candidates_of_doubted_fields(sample_run: Path) -> None:
    """A flagged field offers the other values that were weighed: at most nine, ranked by their confidence, none chosen beyond the row's own."""
    by_field: dict[tuple[str, str], list[dict]] = {}
    for e in table(sample_run, "evidence"):
        if e["penalty_id"] and e["field"] != "amount":
            by_field.setdefault((e["penalty_id"], e["field"]), []).append(e)
    flags = {p["penalty_id"]: p["flags"] for p in table(sample_run, "penalties")}
    others = {k: [e for e in v if not e["chosen"]] for k, v in by_field.items()}
    assert any(others.values())
    for (penalty_id, field), found in by_field.items():
        rest = sorted(others[penalty_id, field], key=lambda e: e["rank"])
        assert len(found) <= max(9, len(found) - len(rest))
        assert [e["confidence"] for e in rest] == sorted((e["confidence"] for e in rest), reverse=True)
        if rest:
            assert flags[penalty_id]


@pytest.mark.parametrize("name", RUNS)
def test_no_sum_vanishes(name: str, request: pytest.FixtureRequest) -> None:
    """Each sum of an article is told once in `evidence`: as a telling of a penalty's sum or cap, or as none, with the reason."""
    out: Path = request.getfixturevalue(name)
    told = Counter(
        (e["article_id"], e["start"], e["end"])
        for e in table(out, "evidence")
        if e["field"] in {"amount", "amount_max"}
    )
    assert told
    split = {
        (p["article_id"], p["amount_start"])
        for p, n in Counter((p["article_id"], p["amount_start"]) for p in table(out, "penalties")).items()
        if n > 1
        for p in [{"article_id": p[0], "amount_start": p[1]}]
    }
    annotated = {
        a["article_id"]: a
        for path in sorted((out / "stages" / "annotated").glob("*.parquet"))
        for a in pq.read_table(path).to_pylist()
    }
    for article_id, document in documents(out).items():
        if article_id not in annotated:
            continue
        for sentence in annotated[article_id]["sentences"]:
            for money in find_money(document["text"][sentence["start"] : sentence["end"]], sentence["start"]):
                n = told[article_id, money.start, money.end]
                assert n == 1 or (n > 1 and (article_id, money.start) in split), (
                    article_id,
                    document["text"][money.start : money.end],
                )
    assert all(e["reason"] for e in table(out, "evidence") if e["penalty_id"] is None)


def run(raw: Path, out: Path, **flags: object) -> tuple[chain.Account, list[str]]:
    said: list[str] = []
    account = chain.run(raw, out, Settings(jobs=1, shard_size=5, **flags), said.append)  # type: ignore[arg-type]
    assert account is not None
    return account, said


def stage_times(out: Path) -> dict[str, int]:
    """When each file of a stage was written; `machine` is made with the tables."""
    files = [p for p in (out / "stages").glob("*/*.parquet") if p.parent.name != "machine"]
    return {p.relative_to(out).as_posix(): p.stat().st_mtime_ns for p in files}


@pytest.fixture
def small_dump(tmp_path: Path) -> Path:
    raw = tmp_path / "dump"
    shutil.copytree(SAMPLE / "texts", raw / "texts")
    shutil.copy(SAMPLE / "releases.csv", raw)
    return raw


def test_only_what_changed_is_redone(small_dump: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, _ = run(small_dump, out)
    before, tables = stage_times(out), (out / "decisions.parquet").read_bytes()
    second, _ = run(small_dump, out)
    assert first.changed
    assert not second.changed
    assert stage_times(out) == before
    (small_dump / "texts" / "zz-new.txt").write_text(
        "Mapwise fined €12m\n\nThe Information Commissioner’s Office fined Mapwise €12m on 3 May 2024.",
        encoding="utf-8",
    )
    third, _ = run(small_dump, out)
    after = stage_times(out)
    assert third.changed
    assert third.records == first.records + 1
    assert all(after[name] == when for name, when in before.items() if "releases" in name)
    assert any(name not in after for name in before if "texts" in name)
    (small_dump / "texts" / "zz-new.txt").unlink()
    fourth, _ = run(small_dump, out, missing="prune")
    assert fourth.records == first.records
    assert (out / "decisions.parquet").read_bytes() == tables


def test_a_changed_rule_file_redoes_only_the_stages_that_read_it(
    small_dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run(small_dump, out)
    before = stage_times(out)
    hashed = chain.fingerprint
    monkeypatch.setattr(
        chain, "fingerprint", lambda names: hashed(names) + ("changed" if "rules/sums.toml" in names else "")
    )
    account, _ = run(small_dump, out)
    after = stage_times(out)
    assert account.changed
    changed = {name.split("/")[1] for name, when in before.items() if after[name] != when}
    assert changed == {"penalties", "evidence"}


def test_stages_declare_the_rule_files_that_they_read(small_dump: Path, tmp_path: Path) -> None:
    """Run each stage in a process of its own and compare the files that it opened with what it declares."""
    out = tmp_path / "out"
    run(small_dump, out)
    for stage in chain.STAGES:
        code = (
            "import sys, json; from pathlib import Path; from pipeline import knowledge, chain; import importlib; from pipeline.settings import Settings\n"
            "seen = set(); real = knowledge.read_toml.__wrapped__\n"
            "import functools\n"
            "knowledge.read_toml = functools.cache(lambda name: (seen.add(name), real(name))[1])\n"
            "for m in list(sys.modules.values()):\n"
            "    if getattr(m, '__name__', '').startswith('pipeline.') and hasattr(m, 'read_toml'): m.read_toml = knowledge.read_toml\n"
            f"r = chain._Run(Path({str(small_dump)!r}), Path({str(out)!r}), Settings(jobs=1, shard_size=5), lambda _: None)\n"
            f"r.index.pop({stage!r}, None); (r.out / 'decisions.csv').unlink(missing_ok=True)\n"
            f"getattr(r, {stage!r})()\n"
            f"print(json.dumps([sorted(seen), list(importlib.import_module('pipeline.{stage}').READS)]))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        seen, declared = json.loads(done.stdout.splitlines()[-1])
        folders = tuple(d[:-1] for d in declared if d.endswith("/*"))
        assert [s for s in seen if s not in declared and not s.startswith(folders or ("-",))] == [], stage


def test_copies_clashes_and_other_languages_are_marked(tmp_path: Path) -> None:
    text = "The Information Commissioner’s Office fined Mapwise Ltd £12m on 3 May 2024 for mapping houses without asking anybody."
    german = "Die Behörde hat gegen die Mapwise GmbH am Dienstag ein Bußgeld von 5 Millionen Euro verhängt, weil sie ohne Erlaubnis Häuser vermessen hatte. Fine, penalty, sanction."
    rows = [
        {"id": "a", "title": "Mapwise fined", "text": text, "date": "2024-05-04"},
        {"id": "b", "title": "Mapwise fined", "text": text.upper().lower(), "date": "2024-05-05"},
        {
            "id": "a",
            "title": "Another story",
            "text": "The Serious Fraud Office fined Kestrel Ltd £3m on 3 May 2024 after a long inquiry into its books.",
            "date": "2024-05-06",
        },
        {"id": "d", "title": "Mapwise muss zahlen", "text": german, "date": "2024-05-06"},
        {"id": "e", "title": "Rain", "text": "It rained.", "date": "2024-05-06"},
    ]
    raw = tmp_path / "dump"
    raw.mkdir()
    (raw / "a.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    run(raw, tmp_path / "out")
    articles = {a["locator"]: a for a in table(tmp_path / "out", "articles")}
    got = [(articles[f"a.jsonl:{i}"]["outcome"], articles[f"a.jsonl:{i}"]["outcome_reason"]) for i in range(1, 6)]
    assert got[0] == ("extracted", None)
    assert got[1] == ("duplicate", "same text as a")
    assert got[2] == ("rejected", "id_collision")
    assert got[3] == ("no_penalty", "language_unsupported")
    assert got[4][0] == "screened_out"


def cli(*args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *args],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
    )


def test_same_bytes_under_other_seed_locale_zone_and_workers(small_dump: Path, tmp_path: Path) -> None:
    outs = []
    for i, (env, jobs) in enumerate(
        [
            ({"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}, "1"),
            ({"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}, "2"),
        ]
    ):
        out = tmp_path / f"out{i}"
        done = cli("run", "--raw", str(small_dump), "--out", str(out), "--jobs", jobs, env=env)
        assert done.returncode == 0, done.stderr
        outs.append({p.name: p.read_bytes() for p in sorted(out.glob("[!.]*.*"))})
    assert outs[0] == outs[1]
    assert len(outs[0]) == 2 * len(schema.TABLES) + 2


def test_exit_codes(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = cli("run", "--raw", str(tmp_path / "empty"), "--out", str(tmp_path / "o1"))
    assert done.returncode == 2
    assert "holds no article files" in done.stderr
    assert cli("run", "--raw", str(tmp_path / "missing"), "--out", str(tmp_path / "o1")).returncode == 2
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "x.jsonl").write_bytes(b"{\n{\n")
    done = cli("run", "--raw", str(tmp_path / "bad"), "--out", str(tmp_path / "o2"))
    assert done.returncode == 0
    assert "bad_json 2" in done.stdout
    assert (
        cli("run", "--raw", str(tmp_path / "bad"), "--out", str(tmp_path / "o3"), "--max-rejects", "0.5").returncode
        == 3
    )
    (tmp_path / "s.toml").write_text("jbos = 3\n")
    done = cli("run", "--raw", str(tmp_path / "bad"), "--config", str(tmp_path / "s.toml"))
    assert done.returncode == 2
    assert "unknown key 'jbos'" in done.stderr


def test_clear_keeps_the_ledger(small_dump: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(small_dump, out)
    ids = {d["decision_id"] for d in table(out, "decisions")}
    chain.clear(out)
    assert [p.name for p in out.iterdir() if not p.name.startswith(".")] == ["ledger.parquet"]
    run(small_dump, out)
    assert {d["decision_id"] for d in table(out, "decisions")} == ids
