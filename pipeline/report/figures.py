"""The figures of a report, from the tables of one release."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.knowledge import authorities, country_names
from pipeline.release import Release
from pipeline.schema import FLAGS, OUTCOMES

Row = Mapping[str, Any]
SHOWN = 12
"""Bars of a plot; the rest is told as one line."""


@dataclass(frozen=True, slots=True)
class Group:
    """One bar: decisions that share something, and the euros of those among them that count.

    `key` is what a row of the page carries to be found ("country=GB"). `share` is of the largest bar, 0 to 1.
    """

    key: str
    label: str
    euros: Decimal
    decisions: int
    share: float


@dataclass(frozen=True, slots=True)
class Groups:
    """The largest groups, how many more there are, and the euros of those."""

    shown: tuple[Group, ...]
    more: int
    more_euros: Decimal


@dataclass(frozen=True, slots=True)
class Count:
    """A counted thing: its key, words for it, how many, and the share of all, 0 to 1."""

    key: str
    label: str
    n: int
    share: float


def country_label(code: str) -> str:
    """Return the English name of a country code of the registry, else the code."""
    return next((name for name, country in country_names().items() if country == code), code)


def web_link(url: str | None) -> str | None:
    """Return the address where it is one of the web, else null: a `javascript:` link of a dump leads nowhere."""
    return url if url and url.startswith(("https://", "http://")) else None


def around_sum(row: Row) -> tuple[str, str, str]:
    """Return the sentence of a row cut around its sum: what stands before it, the sum as written, what stands after; a measure has only the last."""
    text, start = row["evidence"], row["evidence_start"]
    if row["amount_start"] is None:
        return "", "", text
    a, b = row["amount_start"] - start, row["amount_end"] - start
    return text[:a], text[a:b], text[b:]


def authority_label(authority_id: str) -> str:
    """Return the name of a registered authority, else the id."""
    known = authorities().get(authority_id)
    return known.name if known else authority_id


def violation_label(code: str) -> str:
    """Return a violation code in words: "privacy: security breach"."""
    return code.replace(".", ": ").replace("_", " ")


def keys_of(decision: Row) -> tuple[str, ...]:
    """Return the keys by which the figures of the page find a decision's row."""
    keys = [
        f"authority={decision['lead_authority_id']}" if decision["lead_authority_id"] else "",
        f"country={decision['lead_authority_country']}" if decision["lead_authority_country"] else "",
        f"year={decision['event_year']}" if decision["event_year"] else "",
        *(f"violation={v}" for v in decision["violations"]),
        *(f"flag={f}" for f in decision["flags"]),
        "flagged" if decision["flags"] else "unflagged",
        "counted" if decision["counts_in_sum"] else "",
        f"type={decision['penalty_type']}",
        f"status={decision['status']}",
    ]
    return tuple(k for k in keys if k)


def in_force(decision: Row) -> Decimal:
    """Return the euros by which a decision counts: 0 where it does not count or has no rate."""
    euros: Decimal | None = decision["amount_eur"] if decision["counts_in_sum"] else None
    return euros or Decimal(0)


def grouped(
    decisions: Iterable[Row], kind: str, label: Callable[[str], str], by_key: bool = False, shown: int = SHOWN
) -> Groups:
    """Return the groups of one kind of key, largest euros first (`by_key`: all, in the order of their keys)."""
    euros: dict[str, Decimal] = defaultdict(Decimal)
    count: Counter[str] = Counter()
    for decision in decisions:
        for key in keys_of(decision):
            if key.startswith(f"{kind}="):
                euros[key] += in_force(decision)
                count[key] += 1
    order = sorted(count) if by_key else sorted(count, key=lambda k: (-euros[k], -count[k], k))
    top = max(euros.values(), default=Decimal(0))
    groups = [
        Group(k, label(k.partition("=")[2]), euros[k], count[k], float(euros[k] / top) if top else 0.0) for k in order
    ]
    head, rest = (groups, []) if by_key else (groups[:shown], groups[shown:])
    return Groups(tuple(head), len(rest), sum((g.euros for g in rest), Decimal(0)))


def flag_counts(decisions: Iterable[Row]) -> tuple[tuple[Count, str], ...]:
    """Return how many decisions carry each flag, commonest first, each with the sentence that explains it."""
    rows = list(decisions)
    counted = Counter(f for d in rows for f in d["flags"])
    return tuple(
        (Count(f"flag={f}", f.replace("_", " "), n, n / len(rows)), FLAGS[f])
        for f, n in sorted(counted.items(), key=lambda kv: (-kv[1], kv[0]))
    )


def outcome_counts(release: Release) -> tuple[Count, ...]:
    """Return what became of the records of the dump, in the order of the chain."""
    outcomes = Counter(release.tables["articles"]["outcome"].to_pylist())
    total = sum(outcomes.values())
    return tuple(Count(o, o.replace("_", " "), outcomes[o], outcomes[o] / total) for o in OUTCOMES if outcomes[o])


def counts(values: Iterable[str | None], shown: int = SHOWN) -> tuple[Count, ...]:
    """Return the commonest values, each with its share of all."""
    counted = Counter(v for v in values if v)
    total = sum(counted.values())
    ordered = sorted(counted.items(), key=lambda kv: (-kv[1], kv[0]))[:shown]
    return tuple(Count(v, v, n, n / total) for v, n in ordered)
