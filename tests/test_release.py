"""Releases: CSV twins, changes and their causes, the gate, and that readers never see two of them mixed."""

from __future__ import annotations

import csv
import json
import multiprocessing
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import release, schema
from pipeline.__main__ import app
from pipeline.release import BrokenReleaseError, GateError, LimitsError, NoReleaseError
from pipeline.release.place import NEXT, seal
from tests.conftest import ROOT
from tests.releases import publish, rows

csv.field_size_limit(1 << 24)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the files -----------------------------------------------------------------------------------------------------------------------------------


def test_every_table_loads_with_its_types(sample_run: Path) -> None:
    kinds = {"string": "VARCHAR", "int32": "INTEGER", "double": "DOUBLE", "bool": "BOOLEAN", "date32[day]": "DATE", "decimal128(20, 2)": "DECIMAL(20,2)"}  # fmt: skip
    for table in schema.TABLES:
        path = sample_run / f"{table.name}.parquet"
        assert pq.read_schema(path).equals(table.arrow)
        described = {n: k for n, k, *_ in duckdb.sql(f"describe select * from '{path}'").fetchall()}
        for column in table.columns:
            got = described[column.name]
            expected = "VARCHAR[]" if str(column.type).startswith("list") else kinds[str(column.type)]
            assert got == expected or (column.vocabulary and got.startswith("ENUM")), (table.name, column.name, got)
        frame = pd.read_parquet(path, dtype_backend="pyarrow")
        assert [str(frame[c.name].dtype) for c in table.columns if str(c.type).startswith("decimal")] == [
            "decimal128(20, 2)[pyarrow]" for c in table.columns if str(c.type).startswith("decimal")
        ]


def test_csv_twins_say_the_same(sample_run: Path) -> None:
    for table in schema.TABLES:
        told = pq.read_table(sample_run / f"{table.name}.parquet").to_pylist()
        twin = read_csv(sample_run / f"{table.name}.csv")
        assert len(told) == len(twin)
        for row, cells in zip(told, twin, strict=True):
            for name, value in row.items():
                cell = cells[name]
                if isinstance(value, list):
                    assert json.loads(cell) == value
                elif isinstance(value, bool):
                    assert cell == str(value).lower()
                elif isinstance(value, float):
                    assert float(cell) == value
                else:
                    assert cell.removeprefix("'") == ("" if value is None else str(value)).removeprefix("'")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("x","y")\nnext'])
def test_no_cell_of_a_twin_is_a_formula(tmp_path: Path, text: str) -> None:
    publish(tmp_path, rows(1, stamp=text))
    assert read_csv(tmp_path / "articles.csv")[0]["title"] == "'" + text
    assert json.loads(read_csv(tmp_path / "decisions.csv")[0]["authority_names"]) == [text]
    assert pq.read_table(tmp_path / "articles.parquet")["title"].to_pylist() == [text]


def test_run_json_knows_every_file(tmp_path: Path) -> None:
    run = publish(tmp_path, rows(3))
    on_disk = {p.name: p.stat().st_size for p in tmp_path.iterdir() if p.name != "run.json"}
    assert {name: f["bytes"] for name, f in run["files"].items()} == on_disk
    assert run == json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))


def test_equal_tables_are_the_same_release(tmp_path: Path) -> None:
    first, other = publish(tmp_path / "a", rows(3)), publish(tmp_path / "b", rows(3))
    assert first["release"] == other["release"]
    assert publish(tmp_path / "c", rows(3, stamp="b"))["release"] != first["release"]


# --- changes -------------------------------------------------------------------------------------------------------------------------------------


def changes(out: Path) -> list[tuple[Any, ...]]:
    return [tuple(r.values()) for r in pq.read_table(out / "changes.parquet").to_pylist()]


def test_changes_of_rows_and_values(tmp_path: Path) -> None:
    tables = rows(3)
    publish(tmp_path, tables)
    assert changes(tmp_path) == []
    later = rows(4)
    del later["decisions"][0], later["penalties"][0], later["parties"][0], later["evidence"][0], later["articles"][0]
    later["decisions"][0].update(amount=Decimal("99.50"), flags=["low_confidence"])
    publish(tmp_path, later)
    found = [c for c in changes(tmp_path) if c[0] == "decisions"]
    assert found == [
        ("decisions", "d-0", None, "removed", None, None, "removed_article"),
        ("decisions", "d-1", "amount", "changed", "101.00", "99.50", "new_article"),
        ("decisions", "d-1", "flags", "changed", "[]", '["low_confidence"]', "new_article"),
        ("decisions", "d-3", None, "added", None, None, "new_article"),
    ]
    assert ("parties", "d-3/authority/0", None, "added", None, None, "new_article") in changes(tmp_path)


@pytest.mark.parametrize("cause", release.CAUSES)
def test_causes_that_apply_to_the_whole_run(tmp_path: Path, cause: str) -> None:
    publish(tmp_path, rows(2))
    publish(tmp_path, rows(2, stamp="b"), **{cause: "another"})
    assert {c[-1] for c in changes(tmp_path)} == {cause}
    publish(tmp_path, rows(2, stamp="c"), rules="new", model="new")
    assert {c[-1] for c in changes(tmp_path)} == {"several"}


def test_a_row_that_a_new_article_tells_is_no_matter_of_rules(tmp_path: Path) -> None:
    publish(tmp_path, rows(2, articles=2))
    tables = rows(2, stamp="b", articles=3)
    tables["decisions"][0]["article_ids"] = ["a0", "a2"]
    publish(tmp_path, tables, rules="new")
    causes = {(c[0], c[1]): c[-1] for c in changes(tmp_path)}
    assert causes["decisions", "d-0"] == "new_article"
    assert causes["decisions", "d-1"] == "rules"
    assert causes["articles", "a2"] == "new_article"


# --- the gate ------------------------------------------------------------------------------------------------------------------------------------


def fewer(n: int) -> dict[str, list[dict[str, Any]]]:
    """A release of 100 of which `n` rows of evidence are left."""
    tables = rows(100)
    tables["evidence"] = tables["evidence"][:n]
    return tables


def more_evidence() -> dict[str, list[dict[str, Any]]]:
    tables = rows(100)
    tables["evidence"] = [{**e, "evidence_id": f"{e['evidence_id']}-{n}"} for e in tables["evidence"] for n in range(6)]
    return tables


def without_amounts() -> dict[str, list[dict[str, Any]]]:
    tables = rows(100)
    for d in tables["decisions"][:20]:
        d["amount"] = None
    return tables


def flagged() -> dict[str, list[dict[str, Any]]]:
    tables = rows(100)
    for p in tables["penalties"][:15]:
        p["flags"] = ["low_confidence"]
    return tables


def less_of_a_year() -> dict[str, list[dict[str, Any]]]:
    tables = rows(100)
    for d in tables["decisions"][:25]:
        d["event_year"] = 1999
    return tables


def renamed() -> dict[str, list[dict[str, Any]]]:
    tables = rows(100)
    for d, p, t in zip(tables["decisions"][:6], tables["penalties"], tables["parties"], strict=False):
        d["decision_id"] = p["decision_id"] = t["decision_id"] = d["decision_id"] + "-new"
    return tables


TRIPPED = [
    (fewer(89), {}, "evidence: rows fell from 100 to 89 (limit 10.0 %)"),
    (more_evidence(), {}, "evidence: rows rose from 100 to 600 (limit 400.0 %)"),
    (less_of_a_year(), {}, "decisions: rows of 2020 fell from 100 to 75 (limit 20.0 %)"),
    (without_amounts(), {}, "decisions.amount: nulls rose from 0.0 % to 20.0 % of the rows (limit 10.0 % more)"),
    (flagged(), {}, "penalties.flags.low_confidence: flag rose from 0.0 % to 15.0 % of the rows (limit 10.0 % more)"),
    (
        rows(100),
        {"rejected": 6},
        "articles.outcome: rejected rose from 0.0 % to 6.0 % of the records (limit 5.0 % more)",
    ),
    (renamed(), {}, "decisions: ids withdrawn: 6 of the 100 of the release before, 6.0 % (limit 5.0 %)"),
]


@pytest.mark.parametrize(
    ("tables", "run", "line"), TRIPPED, ids=[t[2].split(":")[0] + t[2].split(":")[1][:8] for t in TRIPPED]
)
def test_each_limit_keeps_the_old_tables(tmp_path: Path, tables: Any, run: dict[str, Any], line: str) -> None:
    publish(tmp_path, rows(100))
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(GateError) as error:
        publish(tmp_path, tables, **run)
    assert line in error.value.breaches
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == before
    assert (tmp_path / "refused" / "decisions.parquet").exists()
    accepted = publish(tmp_path, tables, accept=True, **run)
    assert line in accepted["gate"]["accepted"]
    assert not (tmp_path / "refused").exists()


def test_small_changes_and_small_tables_pass(tmp_path: Path) -> None:
    publish(tmp_path, rows(100))
    publish(tmp_path, fewer(90))
    publish(tmp_path / "small", rows(40))
    publish(tmp_path / "small", rows(4))
    publish(tmp_path, rows(1), compare=False)


def test_a_bad_file_of_limits_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    good = (ROOT / "models" / "gate.toml").read_text(encoding="utf-8")
    for bad in ("[rows]", good.replace("fall = 0.10", "fal = 0.10"), good.replace("rise = 4.0", "rise = -1"), "no"):
        file.write_text(bad, encoding="utf-8")
        with pytest.raises(LimitsError, match=r"gate\.toml"):
            release.read_limits(file)


# --- in place ------------------------------------------------------------------------------------------------------------------------------------


def test_a_broken_table_is_not_put_in_place(tmp_path: Path) -> None:
    first = publish(tmp_path, rows(3))
    twice, lost = rows(3), rows(3)
    twice["penalties"][1]["penalty_id"] = twice["penalties"][0]["penalty_id"]
    lost["penalties"][1]["decision_id"] = "d-nowhere"
    for tables, words in ((twice, "penalty_id is not unique"), (lost, "d-nowhere is no decision_id")):
        with pytest.raises(BrokenReleaseError, match=words):
            publish(tmp_path, tables)
        assert release.load(tmp_path).run == first


def test_a_run_that_is_stopped_on_the_way_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, rows(2))
    real, moved = Path.replace, []

    def stop(self: Path, target: Any) -> Path:
        if self.parent.name == NEXT and self.suffix == ".parquet":
            moved.append(self.name)
            if len(moved) == 3:
                raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, rows(2, stamp="b"))
    monkeypatch.undo()
    with pytest.raises(NoReleaseError):  # neither the old release nor the new one is whole
        release.load(tmp_path, patience=0.05)
    release.finish(tmp_path)
    assert {
        n for names in release.load(tmp_path).tables["decisions"]["authority_names"].to_pylist() for n in names
    } == {"b"}


def test_what_is_not_sealed_is_never_put_in_place(tmp_path: Path) -> None:
    first = publish(tmp_path, rows(2))
    release.start(tmp_path)  # a run that was stopped before its tables were whole
    release.finish(tmp_path)
    assert release.load(tmp_path).run == first
    assert seal(release.start(tmp_path), {"schema": "x"}, first)["sequence"] == 2


def _release_often(out: Path, n: int) -> None:
    for i in range(n):
        publish(out, rows(20, stamp=f"s{i % 7}"), keep=True, accept=True)


@pytest.mark.slow
def test_readers_never_see_two_releases_mixed(tmp_path: Path) -> None:
    """During 200 releases one reader loads what is in place, another follows `latest.json`, a third opens single files as any program would."""
    publish(tmp_path, rows(20, stamp="s0"), keep=True)
    writer = multiprocessing.get_context("spawn").Process(target=_release_often, args=(tmp_path, 200))
    writer.start()
    seen: set[int] = set()
    kept: set[str] = set()
    files = 0
    while writer.is_alive():
        got = release.load(tmp_path, ("decisions", "penalties", "parties", "evidence"))
        stamps = {
            n
            for t in ("decisions", "penalties")
            for names in got.tables[t]["authority_names"].to_pylist()
            for n in names
        }
        stamps |= set(got.tables["parties"]["text"].to_pylist()) | set(got.tables["evidence"]["text"].to_pylist())
        assert len(stamps) == 1
        seen.add(got.run["sequence"])
        latest = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
        home = tmp_path / latest["path"]
        assert json.loads((home / "run.json").read_text(encoding="utf-8"))["release"] == latest["release"] == home.name
        assert pq.read_table(home / "decisions.parquet")["authority_names"].to_pylist() == pq.read_table(home / "penalties.parquet")["authority_names"].to_pylist()  # fmt: skip
        kept.add(latest["release"])
        assert pd.read_parquet(tmp_path / "decisions.parquet").shape[0] == 20
        assert len(read_csv(tmp_path / "penalties.csv")) == 20
        files += 1
    writer.join()
    assert writer.exitcode == 0
    assert len(seen) > 20, "the reader saw too few releases to say anything"
    assert release.load(tmp_path).run["sequence"] == 201
    assert len(kept) > 3 and files > 20


# --- what the docs say ---------------------------------------------------------------------------------------------------------------------------

NIGHTLY = (ROOT / "docs" / "NIGHTLY.md").read_text(encoding="utf-8")


def test_the_merge_of_the_docs_brings_a_warehouse_up_to_date(tmp_path: Path) -> None:
    (merge,) = [q for q in re.findall(r"```sql\n(.+?)```", NIGHTLY, re.S) if "merge into" in q]
    publish(tmp_path, rows(5))
    with duckdb.connect() as database:
        database.execute("create schema warehouse")
        view = f"select * from '{tmp_path / 'decisions.parquet'}'"
        database.execute(f"create table warehouse.decisions as {view}")
        later = rows(7, stamp="b")
        for name in ("decisions", "penalties", "parties", "evidence", "ledger"):
            del later[name][0]
        publish(tmp_path, later)
        database.execute(f"create view decisions as {view}")
        database.execute(merge)
        in_both = "select * from warehouse.decisions intersect all select * from decisions"
        assert len(database.sql(in_both).fetchall()) == 6 == len(database.sql("from warehouse.decisions").fetchall())


def test_the_other_query_of_the_docs_runs(tmp_path: Path) -> None:
    (query,) = [q for q in re.findall(r"```sql\n(.+?)```", NIGHTLY, re.S) if "merge into" not in q]
    publish(tmp_path, rows(2))
    publish(tmp_path, rows(3))
    with duckdb.connect() as database:
        database.execute(f"create view changes as select * from '{tmp_path / 'changes.parquet'}'")
        assert ("new_article", "decisions", "added", 1) in database.sql(query).fetchall()


def test_frictionless_finds_the_package_valid(sample_run: Path, tmp_path: Path) -> None:
    publish(tmp_path, rows(3))
    publish(tmp_path, rows(4))  # with changes, whose key may hold a null
    for folder in (sample_run, tmp_path):
        report = frictionless.validate(str(folder / "datapackage.json"))
        assert report.valid, [e.message for task in report.tasks for e in task.errors][:5]
        assert report.stats["tasks"] == 2 * len(schema.TABLES)


def test_the_command_line_checks_a_contract(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["schema", "--contract"])
    file = tmp_path / "contract.json"
    file.write_text(printed.output, encoding="utf-8")
    assert CliRunner().invoke(app, ["schema", "--check", str(file)]).exit_code == 0
    content = json.loads(printed.output)
    content["tables"]["decisions"]["columns"]["fine"] = {"type": "double"}
    file.write_text(json.dumps(content), encoding="utf-8")
    broken = CliRunner().invoke(app, ["schema", "--check", str(file)])
    assert broken.exit_code == 5
    assert "decisions.fine: the column is gone" in broken.output
    for values in (3, [1]):
        file.write_text(
            json.dumps({"tables": {"decisions": {"columns": {"role": {"values": values}}}}}), encoding="utf-8"
        )
        assert CliRunner().invoke(app, ["schema", "--check", str(file)]).exit_code == 2
    file.write_text("[]", encoding="utf-8")
    assert CliRunner().invoke(app, ["schema", "--check", str(file)]).exit_code == 2
