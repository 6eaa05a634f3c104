"""The tables `decisions` and `parties`: of each value the one that the articles of a decision support best.

A decision's columns are taken from the rows of `penalties` by position, a position for each group of columns, so that a million rows stay in Arrow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.knowledge import authorities
from pipeline.language.rates import Rates
from pipeline.normalise.keys import Key
from pipeline.normalise.matters import Decided, Matters
from pipeline.normalise.merging import same_money, same_side
from pipeline.normalise.outlets import outlet_of
from pipeline.normalise.sources import domain_owner

GROUPS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "date_precision", "date_basis"),
    "appeal_status": ("appeal_status",),
    "turnover_percent": ("turnover_percent",),
    "legal_basis": ("legal_basis",),
    "case_numbers": ("case_numbers",),
    "violations": ("violations",),
}
"""Columns whose value may come from another row than the decision's best: the first of the ranked rows that has one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decisions table knows of an article beside its rows."""

    published: date | None
    outlet: str | None
    text_cluster: str | None
    copies: tuple[tuple[str, str | None], ...] = ()
    """(article id, outlet) of its exact copies, which were not read again."""
    links: tuple[str, ...] = ()


def ranked(members: Sequence[Key], facts: Mapping[str, Facts]) -> list[Key]:
    """Return the rows of a decision, best supported first: news before background, sums before none, what a reviewer settled, the more exact, the surer, the earlier."""
    return sorted(
        members,
        key=lambda k: (
            k.role != "current",
            k.amount is None,
            not k.settled,
            -k.digits,
            -k.confidence,
            facts[k.article_id].published or date.max,
            k.penalty_id,
        ),
    )


def _first(keys: Sequence[Key], at: Mapping[str, int], filled: Sequence[bool]) -> int | None:
    return next((at[k.penalty_id] for k in keys if filled[at[k.penalty_id]]), None)


def _filled(table: pa.Table, column: str) -> list[bool]:
    values = table[column]
    if pa.types.is_list(values.type):
        return [bool(n) for n in pc.list_value_length(values).to_pylist()]
    return [bool(v) for v in values.is_valid().to_pylist()]


def _agreement(members: Sequence[Key], facts: Mapping[str, Facts]) -> float | None:
    """The share of the texts (near-copies once) with the commonest sum; null for one text."""
    texts = {
        facts[k.article_id].text_cluster or k.article_id: k.amount for k in sorted(members, key=lambda k: k.penalty_id)
    }
    if len(texts) < 2:
        return None
    return round(Counter(texts.values()).most_common(1)[0][1] / len(texts), 3)


def _conflicts(members: Sequence[Key]) -> list[str]:
    """Flags of a decision whose articles contradict each other in sum or day, or were joined by a surname, a transliteration or a conversion."""
    amounts = {
        k.amount
        for k in members
        if k.amount is not None and k.currency == members[0].currency and k.qualifier in {"exact", "total"}
    }
    digits = {k.digits for k in members if k.amount is not None}
    days = {k.first for k in members if k.first is not None and k.first == k.last}
    out = []
    if len(amounts) > 1 and len(digits) == 1:
        out.append("amount_conflict")
    if days and max(days) - min(days) > 7:
        out.append("date_conflict")
    best = members[0]
    if any(same_side(best.respondents, k.respondents) == 1 or same_money(best, k, None) == 0 for k in members[1:]):
        out.append("merge_uncertain")
    return out


def decisions_table(
    table: pa.Table,
    decisions: Sequence[Decided],
    ids: Sequence[str],
    matter_ids: Sequence[str],
    found: Matters,
    counted: frozenset[int],
    facts: Mapping[str, Facts],
) -> pa.Table:
    """Return the decisions (plain strings, no euros yet), in the order of `decisions`; `ids` and `matter_ids` are theirs by index."""
    at = {p: i for i, p in enumerate(table["penalty_id"].to_pylist())}
    filled = {name: _filled(table, columns[0]) for name, columns in GROUPS.items()}
    best: list[int] = []
    latest: list[int] = []
    other: dict[str, list[int | None]] = {name: [] for name in GROUPS}
    columns: dict[str, list[Any]] = {name: [] for name in _COMPUTED}
    replaced = set(found.replaces.values())
    for d in decisions:
        order = ranked(d.members, facts)
        best.append(at[order[0].penalty_id])
        latest.append(at[max(order, key=lambda k: (k.settled, k.stage)).penalty_id])
        for name in GROUPS:
            other[name].append(_first(order, at, filled[name]))
        articles = sorted({k.article_id for k in d.members})
        copies = [c for a in articles for c in facts[a].copies]
        bodies = {i for k in d.members for i in k.authorities}
        days = [day for a in articles if (day := facts[a].published)]
        first = min(days, default=None)
        before = found.replaces.get(d.index)
        changed = d.stage == 3 and before is not None and decisions[before].exact.currency == d.exact.currency
        original = decisions[before].exact.amount if changed and before is not None else None
        decided_on = next((k.first for k in order if k.first is not None), None)
        total = found.part_of.get(d.index)
        values = {
            "decision_id": ids[d.index], "matter_id": matter_ids[d.index], "supersedes_id": ids[before] if before is not None else None,
            "part_of": ids[total] if total is not None else None, "is_latest": d.index not in replaced, "counts_in_sum": d.index in counted,
            "known_as": "news" if any(k.role == "current" for k in d.members) else "background",
            "event_year": date.fromordinal(decided_on).year if decided_on is not None else first.year if first else None,
            "original_amount": Decimal(repr(original)).quantize(Decimal("0.01")) if original is not None else None,
            "evidence_article_id": order[0].article_id, "n_articles": len(articles) + len(copies), "article_ids": sorted([*articles, *(c[0] for c in copies)]), "first_reported": first,
            "n_texts": len({facts[a].text_cluster or a for a in articles}),
            "n_outlets": len({outlet_of(o) for o in [*(facts[a].outlet for a in articles), *(c[1] for c in copies)] if o}),
            "primary_source_urls": sorted({url for a in articles for url in facts[a].links if domain_owner(url) & bodies}),
            "sources_agree": _agreement(d.members, facts), "conflicts": _conflicts(order),
        }  # fmt: skip
        for name, value in values.items():
            columns[name].append(value)
    shared = [
        c for c in table.column_names if c not in _COMPUTED and c not in {"penalty_id", "article_id", "changes_id"}
    ]
    whole = table.select(shared).take(pa.array(best, pa.int64()))
    taken = {c: whole[c] for c in shared}
    for rows, group in [*((other[name], group) for name, group in GROUPS.items()), (latest, ("status",))]:
        positions = pa.array(rows, pa.int64())
        for column in group:
            value = table[column].take(positions)
            if pa.types.is_list(value.type):
                value = pc.coalesce(value, pa.scalar([], value.type))
            taken[column] = value
    for name, kind in _COMPUTED.items():
        taken[name] = pa.chunked_array([pa.array(columns[name], kind)])
    conflicts = taken.pop("conflicts").to_pylist()
    flags = [list(dict.fromkeys([*f, *c])) for f, c in zip(taken["flags"].to_pylist(), conflicts, strict=True)]
    taken["flags"] = pa.chunked_array([pa.array(flags, pa.list_(pa.string()))])
    return pa.table(taken)


_COMPUTED: Mapping[str, pa.DataType] = {
    "decision_id": pa.string(), "matter_id": pa.string(), "supersedes_id": pa.string(), "part_of": pa.string(), "is_latest": pa.bool_(),
    "counts_in_sum": pa.bool_(), "known_as": pa.string(), "event_year": pa.int32(), "original_amount": pa.decimal128(20, 2),
    "evidence_article_id": pa.string(), "n_articles": pa.int32(), "article_ids": pa.list_(pa.string()), "first_reported": pa.date32(),
    "n_texts": pa.int32(), "n_outlets": pa.int32(), "sources_agree": pa.float64(), "conflicts": pa.list_(pa.string()), "primary_source_urls": pa.list_(pa.string()),
}  # fmt: skip


def with_euros(made: pa.Table, rates: Rates) -> pa.Table:
    """Append the sums in euros, and the lead parties."""
    columns: dict[str, list[Any]] = {n: [] for n in ("amount_eur", "fx_rate", "fx_date", "fx_basis", *_LEAD)}
    wanted = ["amount", "currency", "date", "date_precision", "first_reported", "authority_ids", "respondent_ids"]
    for batch in made.select(wanted).to_batches(max_chunksize=50_000):
        for row in batch.to_pylist():
            rate = (
                rates.rate(row["currency"], row["date"], row["date_precision"], row["first_reported"])
                if row["amount"] is not None and row["currency"]
                else None
            )
            lead = next((i for i in row["authority_ids"][:1] if i), None)
            values = {
                "amount_eur": rate.euros(row["amount"]) if rate else None, "fx_rate": rate.per_euro if rate else None, "fx_date": rate.day if rate else None,
                "fx_basis": (rate.basis if rate else "none") if row["amount"] is not None else None,
                "lead_authority_id": lead, "lead_authority_type": authorities()[lead].kind if lead else None,
                "lead_authority_country": authorities()[lead].country if lead else None, "lead_respondent_id": next(iter(row["respondent_ids"]), None),
            }  # fmt: skip
            for name, value in values.items():
                columns[name].append(value)
    kinds = {"amount_eur": pa.decimal128(20, 2), "fx_rate": pa.float64(), "fx_date": pa.date32()}
    for name, values_ in columns.items():
        made = made.append_column(name, pa.array(values_, kinds.get(name, pa.string())))
    return made


_LEAD = ("lead_authority_id", "lead_authority_type", "lead_authority_country", "lead_respondent_id")
