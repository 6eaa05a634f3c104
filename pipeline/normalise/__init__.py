"""Normalise: canonical parties and currencies, checks and confidence, articles merged into decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.knowledge import AUTHORITIES, CURRENCIES
from pipeline.language.spelling import LEGAL_FORMS
from pipeline.normalise.confidence import confidence_of
from pipeline.normalise.decisions import decision_rows
from pipeline.normalise.ledger import assign
from pipeline.normalise.merging import merge
from pipeline.normalise.rows import Context, evidence_row, penalty_row
from pipeline.records import Annotated, Evidence, Penalty

READS = (f"{AUTHORITIES}/*", CURRENCIES, LEGAL_FORMS)

__all__ = ["READS", "Tables", "confidence_of", "normalise", "penalty_rows"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of the output tables that `normalise` makes."""

    penalties: list[Row]
    decisions: list[Row]
    evidence: list[Row]
    ledger: list[Row]
    id_map: list[Row]


def penalty_rows(penalties: Iterable[Penalty], annotated: Annotated | None) -> list[Row]:
    """Return the rows of one article's penalties, still without a decision (`decision_id` is empty)."""
    context = Context.of(annotated)
    return [penalty_row(penalty, context) for penalty in penalties]


def normalise(
    rows: list[Row], evidence: Iterable[Evidence], published: Mapping[str, Any], ledger: Mapping[str, str]
) -> Tables:
    """Return the tables made of all articles' rows.

    `published` is the publication date of each article, `ledger` the decision id of each penalty id of earlier runs. The order of the rows
    does not matter.
    """
    rows = sorted(rows, key=lambda r: str(r["penalty_id"]))
    clusters = merge(rows, published)
    ids, id_map = assign(clusters, ledger)
    for row in rows:
        row["decision_id"] = ids[row["penalty_id"]]
    return Tables(
        rows,
        decision_rows(rows, published),
        [evidence_row(e) for e in evidence],
        [{"penalty_id": p, "decision_id": d} for p, d in sorted({**ledger, **ids}.items())],
        id_map,
    )
