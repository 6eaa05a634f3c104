"""Small releases for tests: tables of a few rows that carry a stamp."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import release, schema
from pipeline.release import Publication, TableFile, read_limits

BLANKS: dict[str, Any] = {"string": "x", "int32": 1, "double": 0.5, "bool": True, "date32[day]": date(2024, 5, 14)}


def row(table: schema.Table, **over: Any) -> dict[str, Any]:
    """A row with something in each column that must hold something."""
    out: dict[str, Any] = {}
    for column in table.columns:
        if pa.types.is_list(column.type):
            out[column.name] = []
        elif not column.required:
            out[column.name] = None
        else:
            out[column.name] = column.vocabulary[0] if column.vocabulary else BLANKS[str(column.type)]
    return {**out, **over}


def rows(
    n: int, stamp: str = "a", articles: int | None = None, years: int = 1, **over: Any
) -> dict[str, list[dict[str, Any]]]:
    """The tables of `n` decisions, each told by one article; `stamp` stands in each row."""
    ids = range(n)
    years_of = {i: 2020 + i % years for i in ids}
    return {
        "decisions": [
            row(schema.DECISIONS, decision_id=f"d-{i}", article_ids=[f"a{i}"], authority_names=[stamp], event_year=years_of[i],
                amount=Decimal(100 + i), **over) for i in ids
        ],
        "penalties": [
            row(schema.PENALTIES, penalty_id=f"p-{i}", decision_id=f"d-{i}", article_id=f"a{i}", authority_names=[stamp], amount=Decimal(100 + i), **over)
            for i in ids
        ],
        "parties": [row(schema.PARTIES, decision_id=f"d-{i}", position=0, text=stamp) for i in ids],
        "evidence": [row(schema.EVIDENCE, evidence_id=f"e-{i}", penalty_id=f"p-{i}", text=stamp) for i in ids],
        "articles": [
            row(schema.ARTICLES, article_id=f"a{i}", locator=f"a{i}", title=stamp, published=date(2020 + i % years, 1, 1))
            for i in range(n if articles is None else articles)
        ],
        "reviewed_out": [],
        "rejects": [],
        "ledger": [row(schema.LEDGER, penalty_id=f"p-{i}", decision_id=f"d-{i}") for i in ids],
        "id_map": [],
    }  # fmt: skip


def publish(
    out: Path,
    tables: dict[str, list[dict[str, Any]]],
    *,
    accept: bool = False,
    keep: bool = False,
    compare: bool = True,
    rejected: int = 0,
    **run: str,
) -> dict[str, Any]:
    """Put the tables in place as a release; return its `run.json`."""
    folder = release.start(out)
    figures = {}
    for name, content in tables.items():
        file = TableFile(folder, schema.table(name))
        file.write(content)
        figures[name] = file.close()
    records = len(tables["articles"])
    about = {
        "penalty_ledger": "0", "schema": schema.VERSION, "records": records, "outcomes": {"rejected": rejected, "extracted": records - rejected},
        **dict.fromkeys(release.CAUSES, "same"), **run,
    }  # fmt: skip
    return release.publish(out, folder, about, figures, Publication(read_limits(None), accept, keep, compare))
