"""Articles merged into decisions and cases: the benchmark, what may be added up, and ids that stay."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.language.rates import Rates
from pipeline.normalise import Ledger, Tables, normalise
from tests.merging_rows import CHANGES, DECISION, MATTER, b_cubed, blank, facts, labelled_rows, table_of

NOTHING = Ledger({}, {})


def merged(rows: list[dict[str, Any]], ledger: Ledger = NOTHING) -> Tables:
    return normalise(table_of(rows), facts(), ledger, Rates())


def column(table: pa.Table, key: str, value: str) -> dict[str, Any]:
    return dict(zip(table[key].to_pylist(), table[value].to_pylist(), strict=True))


@pytest.fixture(scope="module")
def benchmark() -> Tables:
    return merged(labelled_rows())


def test_the_benchmark_is_as_large_as_it_says() -> None:
    assert len(facts()) == 144
    assert len(set(DECISION.values())) == 180
    assert len(set(MATTER.values())) == 103


def test_tellings_of_one_decision_are_merged_and_look_alikes_are_not(benchmark: Tables) -> None:
    found = column(benchmark.penalties, "penalty_id", "decision_id")
    precision, recall, f1 = b_cubed(found, DECISION)
    assert f1 >= 0.95, (precision, recall, f1)
    mixed = defaultdict(set)
    for penalty_id, decision_id in found.items():
        mixed[decision_id].add(DECISION[penalty_id])
    assert [sorted(keys) for keys in mixed.values() if len(keys) > 1] == []


def test_decisions_of_one_case_are_linked(benchmark: Tables) -> None:
    _, _, f1 = b_cubed(column(benchmark.penalties, "penalty_id", "matter_id"), MATTER)
    assert f1 >= 0.87
    members: dict[str, Counter[str]] = defaultdict(Counter)
    for penalty_id, decision_id in column(benchmark.penalties, "penalty_id", "decision_id").items():
        members[decision_id][DECISION[penalty_id]] += 1
    key = {d: c.most_common(1)[0][0] for d, c in members.items()}
    replaced = {key[d]: key[e] for d, e in column(benchmark.decisions, "decision_id", "supersedes_id").items() if e}
    right = sum(CHANGES.get(later) == earlier for later, earlier in replaced.items())
    assert right >= 0.95 * len(replaced)
    assert right >= 0.85 * len(CHANGES)


def test_the_order_of_articles_changes_no_byte(benchmark: Tables) -> None:
    rows = labelled_rows()
    random.Random(5).shuffle(rows)
    again = merged(rows)
    for name in ("penalties", "decisions", "parties", "ledger", "id_map"):
        assert getattr(again, name).equals(getattr(benchmark, name)), name


def test_an_emptied_ledger_gives_the_same_decisions(benchmark: Tables) -> None:
    known = Ledger(
        column(benchmark.ledger, "penalty_id", "decision_id"), column(benchmark.ledger, "decision_id", "matter_id")
    )
    again = merged(labelled_rows(), known)
    assert again.penalties.equals(benchmark.penalties)
    assert again.id_map.num_rows == 0


def sets_of(tables: Tables) -> set[frozenset[str]]:
    out: dict[str, set[str]] = defaultdict(set)
    for penalty_id, decision_id in column(tables.penalties, "penalty_id", "decision_id").items():
        out[decision_id].add(penalty_id)
    return {frozenset(m) for m in out.values()}


@pytest.mark.parametrize("change", ["older article", "corrected name", "renamed body"])
def test_ids_stay_when_articles_come_and_values_are_corrected(change: str) -> None:
    rows = labelled_rows()
    early = (
        [r for r in rows if not r["article_id"].startswith("a-penhallow-notice-wire")]
        if change == "older article"
        else rows
    )
    before = merged(early)
    known = Ledger(
        column(before.ledger, "penalty_id", "decision_id"), column(before.ledger, "decision_id", "matter_id")
    )
    later = [dict(r) for r in rows]
    for row in later:
        if change == "corrected name" and row["article_id"] == "a-penhallow-fine-us":
            row["respondent_names"] = ["Penhallow Patient Records"]
        if change == "renamed body":
            row["authority_names"] = [
                n.upper() if i else n for i, n in zip(row["authority_ids"], row["authority_names"], strict=True)
            ]
    after = merged(later, known)
    old, new = (column(t.penalties, "penalty_id", "decision_id") for t in (before, after))
    assert {p: new[p] for p in old} == old
    old, new = (column(t.penalties, "penalty_id", "matter_id") for t in (before, after))
    assert {p: new[p] for p in old} == old
    assert after.id_map.num_rows == 0


# --- what may be added up: the hard cases -------------------------------------------------------------------------------------------------------


def told(penalty_id: str, article: str, amount: str | None, **over: Any) -> dict[str, Any]:
    plain = {
        "penalty_id": penalty_id, "article_id": article, "amount": None if amount is None else Decimal(amount), "currency": "EUR", "date": date(2024, 5, 14), "date_precision": "day",
        "authority_ids": ["nl-dpa"], "authority_names": ["Dutch Data Protection Authority"], "authority_texts": ["AP"], "authority_country": "NL",
        "respondent_ids": ["r-x"], "respondent_names": ["Mapwise"], "respondent_texts": ["Mapwise"], "respondent_labels": ["ORG"],
    }  # fmt: skip
    return blank(**{**plain, **over})


KESTREL = {"respondent_ids": ["r-k"], "respondent_names": ["Kestrel"], "respondent_texts": ["Kestrel"]}
BOTH = {
    "respondent_ids": ["r-x", "r-k"],
    "respondent_names": ["Mapwise", "Kestrel"],
    "respondent_texts": ["Mapwise", "Kestrel"],
    "respondent_labels": ["ORG", "ORG"],
}
COURT = {
    "authority_ids": ["nl-cbb"],
    "authority_names": ["Trade and Industry Appeals Tribunal"],
    "authority_texts": ["CBb"],
}
HARD = {
    "one fine in three articles": (
        [told("p1", "a1", "12000000.00"), told("p2", "a2", "12000000.00"), told("p3", "a3", "12000000.00", role="prior", date=None, date_precision=None)],
        "12000000.00", "36000000.00",
    ),
    "proposed, imposed, cut on appeal": (
        [
            told("p1", "a1", "20000000.00", status="proposed", date=date(2023, 1, 10)),
            told("p2", "a2", "12000000.00"), told("p3", "a2", "20000000.00", status="proposed", role="prior", date=None, date_precision=None),
            told("p4", "a3", "8000000.00", status="reduced", date=date(2025, 2, 3), changes_id="p5", **COURT), told("p5", "a3", "12000000.00", role="prior", date=None, date_precision=None),
        ],
        "8000000.00", "72000000.00",
    ),
    "a total and its parts": (
        [told("p1", "a1", "30000000.00", qualifier="total", **BOTH), told("p2", "a1", "12000000.00", part_of="p1"), told("p3", "a1", "18000000.00", part_of="p1", **KESTREL)],
        "30000000.00", "60000000.00",
    ),
    "a total of which one part is told": (
        [told("p1", "a1", "30000000.00", qualifier="total", **BOTH), told("p2", "a1", "12000000.00", part_of="p1")],
        "30000000.00", "42000000.00",
    ),
    "fine, daily rate and cap": (
        [told("p1", "a1", "12000000.00"), told("p2", "a1", "50000.00", penalty_type="periodic_penalty", status="conditional", per="day", amount_max=Decimal("2000000.00"))],
        "12000000.00", "12050000.00",
    ),
    "annulled": (
        [told("p1", "a1", "12000000.00"), told("p2", "a2", "12000000.00", status="annulled", date=date(2025, 2, 3), changes_id="p3", **COURT), told("p3", "a2", "12000000.00", role="prior", date=None, date_precision=None)],
        "0", "36000000.00",
    ),
    "a maximum": ([told("p1", "a1", "12000000.00", qualifier="up_to")], "0", "12000000.00"),
    "two firms, one sum each": (
        [told("p1", "a1", "12000000.00"), told("p2", "a1", "12000000.00", **KESTREL)],
        "24000000.00", "24000000.00",
    ),
}  # fmt: skip


def hard(name: str) -> Tables:
    from pipeline.normalise import Facts

    rows, *_ = HARD[name]
    return normalise(
        table_of(rows),
        {r["article_id"]: Facts(r["date"] or date(2025, 3, 1), None, None) for r in rows},
        NOTHING,
        Rates(),
    )


@pytest.mark.parametrize("name", HARD)
def test_sums_are_exact_and_the_naive_ones_are_wrong(name: str, tmp_path: Any) -> None:
    import duckdb

    made = hard(name)
    _, right, naive = HARD[name]
    pq.write_table(made.decisions, tmp_path / "decisions.parquet")
    pq.write_table(made.penalties, tmp_path / "penalties.parquet")
    asked = duckdb.sql(
        f"select coalesce(sum(amount), 0) from '{tmp_path}/decisions.parquet' where counts_in_sum"
    ).fetchone()
    assert asked == (Decimal(right),)
    wrong = duckdb.sql(f"select sum(amount) from '{tmp_path}/penalties.parquet'").fetchone()
    assert wrong == (Decimal(naive),)
    frame = pd.read_parquet(tmp_path / "decisions.parquet", dtype_backend="pyarrow")
    assert frame.loc[frame["counts_in_sum"], "amount"].sum() == Decimal(right)
    assert sum(made.decisions["counts_in_sum"].to_pylist()) >= (Decimal(right) > 0)


def test_what_replaces_what_and_the_sum_before() -> None:
    rows = {r["decision_id"]: r for r in hard("proposed, imposed, cut on appeal").decisions.to_pylist()}
    chain = sorted(rows.values(), key=lambda r: r["amount"])
    assert [r["status"] for r in chain] == ["reduced", "imposed", "proposed"]
    assert [r["is_latest"] for r in chain] == [True, False, False]
    assert chain[0]["supersedes_id"] == chain[1]["decision_id"]
    assert chain[1]["supersedes_id"] == chain[2]["decision_id"]
    assert chain[0]["original_amount"] == Decimal("12000000.00")
    assert len({r["matter_id"] for r in chain}) == 1


QUERIES = re.findall(
    r"```sql\n(.+?)```", (Path(__file__).parents[1] / "docs" / "COOKBOOK.md").read_text(encoding="utf-8"), re.S
)


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_the_cookbook_runs_on_the_sample(query: str, sample_run: Path) -> None:
    import duckdb

    with duckdb.connect() as database:
        for table in ("decisions", "penalties", "parties"):
            database.execute(f"create view {table} as select * from '{sample_run}/{table}.parquet'")
        rows = database.sql(query).fetchall()
        assert rows or "fx_basis = 'none'" in query


def test_a_new_furniture_rule_changes_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import clean as cleaning
    from pipeline.clean import clean
    from pipeline.extract import extract
    from pipeline.ner import annotate, load_names
    from pipeline.records import Document, Text

    body = "Advertisement\n\nThe Dutch Data Protection Authority fined Mapwise €12 million on Tuesday.\n\nRead more: Data watchdog fines Orbeo €12 million\n\nMapwise must also pay €50,000 a day if it goes on."

    def ids() -> list[str]:
        document = clean(Text("a", "a", None, "Watchdog fines Mapwise", date(2024, 5, 15), None, "en", "plain", body))
        assert isinstance(document, Document)
        penalties, _ = extract(document, annotate(document, load_names("en_enforcement")))
        return [p.penalty_id for p in penalties if "Orbeo" not in p.evidence]

    with_rules = ids()
    monkeypatch.setattr(cleaning, "furniture_of", lambda body, title: ())
    assert len(with_rules) == 2
    assert ids() == with_rules
