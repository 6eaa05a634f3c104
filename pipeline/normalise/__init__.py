"""Normalise: canonical parties and currencies, checks, articles merged into decisions and cases, sums in euros."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.knowledge import AUTHORITIES, CURRENCIES
from pipeline.language.laws import LAWS
from pipeline.language.rates import Rates, read_rates
from pipeline.language.spelling import LEGAL_FORMS
from pipeline.normalise.authorities import form_key, forms
from pipeline.normalise.checks import CAPS, checked
from pipeline.normalise.confidence import confidence_of
from pipeline.normalise.currency import decide as decide_sign
from pipeline.normalise.decisions import Facts, decisions_table, with_euros
from pipeline.normalise.keys import keys_of
from pipeline.normalise.ledger import assign
from pipeline.normalise.matters import counted, decided, matters
from pipeline.normalise.merging import alike, merge
from pipeline.normalise.outlets import OUTLETS
from pipeline.normalise.parties import PARTY_COLUMNS, party_rows
from pipeline.normalise.redaction import redacted, redacted_words, withheld
from pipeline.normalise.respondents import PARTY_WORDS, canonical, spellings
from pipeline.normalise.reviewed import Labels, Settled, apply_reviews, reviewed_out
from pipeline.normalise.rows import NONE, ROWS, Context, evidence_row, penalty_row
from pipeline.records import Annotated, Penalty
from pipeline.verdicts import Overrides, Reviews

READS = (f"{AUTHORITIES}/*", CURRENCIES, LEGAL_FORMS, PARTY_WORDS, OUTLETS, CAPS, LAWS)

__all__ = [
    "READS",
    "ROWS",
    "Context",
    "Facts",
    "Labels",
    "Ledger",
    "Rates",
    "Settled",
    "Tables",
    "alike",
    "apply_reviews",
    "confidence_of",
    "decide_sign",
    "evidence_row",
    "form_key",
    "forms",
    "normalise",
    "penalty_rows",
    "read_rates",
    "redacted_words",
    "reviewed_out",
]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ids of earlier runs: of each penalty's decision, and of each decision's matter."""

    decisions: Mapping[str, str]
    matters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tables:
    """The output tables that `normalise` makes, as Arrow tables of plain strings."""

    penalties: pa.Table
    decisions: pa.Table
    parties: pa.Table
    ledger: pa.Table
    id_map: pa.Table


def penalty_rows(
    penalties: Iterable[Penalty],
    annotated: Annotated | None,
    published: date | None = None,
    rates: Rates | None = None,
    overrides: Overrides = NONE,
) -> list[Row]:
    """Return the rows of one article's penalties, still without a decision (`decision_id` is empty)."""
    context = Context.of(annotated)
    return checked([penalty_row(penalty, context, overrides) for penalty in penalties], published, rates)


def normalise(
    table: pa.Table,
    facts: Mapping[str, Facts],
    ledger: Ledger,
    rates: Rates,
    redact_individuals: bool = False,
    reviews: Reviews | None = None,
) -> Tables:
    """Return the tables made of all articles' rows.

    `table` holds the rows of `penalty_rows` (`ROWS`), `facts` what is known of each article, `ledger` the ids
    of earlier runs, `reviews` which rows reviewers joined and kept apart. The order of the rows does not matter.
    """
    said = reviews or Reviews()
    table = table.take(pc.sort_indices(table["penalty_id"]))
    keys = list(keys_of(table, {a: f.published for a, f in facts.items()}))
    clusters = merge(keys, rates.convert, said.same_decision, said.apart)
    table = canonical(table, spellings(clusters))
    decisions = decided(clusters)
    found = matters(decisions, said.same_matter)
    status = dict(zip(table["penalty_id"].to_pylist(), table["status"].to_pylist(), strict=True))
    sums = counted(decisions, found, {d.index: status[d.exact.penalty_id] for d in decisions})
    of_penalty, moved = assign([[k.penalty_id for k in c] for c in clusters], ledger.decisions, "d-")
    ids = [of_penalty[c[0].penalty_id] for c in clusters]
    cases: dict[int, list[str]] = {}
    for d in decisions:
        cases.setdefault(found.matter[d.index], []).append(ids[d.index])
    of_decision, moved_matters = assign([sorted(c) for c in cases.values()], ledger.matters, "m-")
    matter_ids = [of_decision[i] for i in ids]
    made = decisions_table(table, decisions, ids, matter_ids, found, sums, facts)
    made = with_euros(made, rates)
    made = made.take(pc.sort_indices(made["decision_id"]))
    penalties = table.append_column(
        "decision_id", pa.array([of_penalty[k] for k in table["penalty_id"].to_pylist()], pa.string())
    )
    penalties = penalties.append_column(
        "matter_id", pa.array([of_decision[of_penalty[k]] for k in table["penalty_id"].to_pylist()], pa.string())
    )
    parties = pa.concat_tables(
        [_PARTIES.empty_table()]
        + [
            pa.Table.from_pylist([p for row in batch.to_pylist() for p in party_rows(row)], schema=_PARTIES)
            for batch in made.select(PARTY_COLUMNS).to_batches(max_chunksize=20_000)
        ]
    )
    if redact_individuals:
        penalties, made, parties = redacted(penalties), redacted(made), withheld(parties)
    known = {**ledger.decisions, **of_penalty}
    cases_known = {**ledger.matters, **of_decision}
    return Tables(
        penalties,
        made,
        parties,
        pa.table(
            {
                "penalty_id": pa.array(sorted(known), pa.string()),
                "decision_id": pa.array([known[p] for p in sorted(known)], pa.string()),
                "matter_id": pa.array([cases_known.get(known[p]) for p in sorted(known)], pa.string()),
            }
        ),
        pa.Table.from_pylist(
            [*moved, *moved_matters], schema=pa.schema([(n, pa.string()) for n in ("old_id", "new_id", "cause")])
        ),
    )


_PARTIES = pa.schema(
    [
        (n, pa.int32() if n == "position" else pa.string())
        for n in ("decision_id", "side", "capacity", "position", "party_id", "name", "text", "type", "country")
    ]
)
