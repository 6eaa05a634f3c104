"""A benchmark of merging: generated rows, without evidence, normalised and merged; how time grows with their number."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import log2
from typing import Any

import pyarrow as pa

from pipeline.knowledge import authorities
from pipeline.language.rates import Rates
from pipeline.normalise import ROWS, Facts, Ledger, normalise
from pipeline.normalise.respondents import respondent_id

BATCH = 20_000
_SYLLABLES = [
    "an",
    "bar",
    "cel",
    "dor",
    "el",
    "fen",
    "gor",
    "hal",
    "is",
    "jun",
    "kal",
    "lor",
    "mir",
    "nov",
    "or",
    "pel",
    "quin",
    "ras",
    "sol",
    "tor",
    "ul",
    "ver",
    "wex",
    "yor",
    "zan",
]
_ENDINGS = ["", " Ltd", " plc", " Group", " Holdings", " Inc", " AG", " SA"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one size took: rows, decisions, seconds, and the peak of the process's memory so far in GiB."""

    rows: int
    decisions: int
    seconds: float
    peak: float


def _told(rng: random.Random, number: int) -> Iterator[dict[str, Any]]:
    """Yield the tellings of one made-up decision: as many as decisions have in news, most one to three, few dozens."""
    body = _bodies()[min(int(rng.expovariate(0.01)), len(_bodies()) - 1)]
    name = "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))).title()
    amount = Decimal(rng.randint(1, 999)) * 10 ** rng.randint(3, 7)
    day = date(2005, 1, 1) + timedelta(days=rng.randrange(7_000))
    for copy in range(min(1 + int(rng.paretovariate(1.3)), 60)):
        written = name + rng.choice(_ENDINGS)
        yield {
            "penalty_id": f"p{number:09d}-{copy:02d}", "article_id": f"a{number:09d}-{copy:02d}", "role": "current" if rng.random() < 0.7 else "prior",
            "authority_ids": [body.authority_id], "authority_names": [body.name], "authority_texts": [body.name], "authority_country": body.country,
            "respondent_ids": [respondent_id(written)], "respondent_names": [name], "respondent_texts": [written], "respondent_labels": ["ORG"], "respondent_aliases": [],
            "penalty_type": rng.choice(["fine", "fine", "fine", "settlement"]), "status": "imposed", "amount": amount, "currency": "USD", "qualifier": "exact", "amount_state": "stated",
            "date": day if rng.random() < 0.6 else None, "date_precision": "day", "date_basis": "announced", "legal_basis": [], "case_numbers": [], "violations": [],
            "evidence": "", "evidence_start": 0, "evidence_end": 0, "rule_ids": [], "confidence": round(rng.random(), 4), "flags": [], "published": day + timedelta(days=rng.randrange(20)),
        }  # fmt: skip


def _bodies() -> list[Any]:
    return sorted(authorities().values(), key=lambda a: a.authority_id)


def generated(rows: int, seed: int = 3) -> tuple[pa.Table, dict[str, Facts]]:
    """Return a table of at least `rows` rows as the chain hands them to `normalise`, and the facts of their articles."""
    rng = random.Random(seed)
    tables: list[pa.Table] = []
    batch: list[dict[str, Any]] = []
    facts: dict[str, Facts] = {}
    number = made = 0
    while made < rows:
        for row in _told(rng, number):
            facts[row["article_id"]] = Facts(row.pop("published"), None, None)
            batch.append(row)
            made += 1
        number += 1
        if len(batch) >= BATCH or made >= rows:
            tables.append(pa.Table.from_pylist(batch, schema=ROWS))
            batch = []
    return pa.concat_tables(tables), facts


def measure(rows: int) -> Measured:
    """Normalise and merge generated rows and return what it took."""
    table, facts = generated(rows)
    start = time.perf_counter()
    made = normalise(table, facts, Ledger({}, {}), Rates())
    seconds = time.perf_counter() - start
    return Measured(
        table.num_rows, made.decisions.num_rows, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    )


def growth(small: Measured, large: Measured) -> float:
    """Return how much more time the larger size took than n log n would: 1 is just that, below is better."""
    expected = (large.rows * log2(large.rows)) / (small.rows * log2(small.rows))
    return large.seconds / small.seconds / expected
