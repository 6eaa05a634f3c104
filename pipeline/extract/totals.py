"""Find the rows whose sum is the total of others."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from pipeline.extract.drafts import Draft

_TOTAL = re.compile(r"\b(?:total|combined|altogether|in all|overall|collectively|together|aggregate|sum)\b", re.I)


def mark_totals(drafts: list[Draft]) -> list[Draft]:
    """Mark a row whose sum is the sum of two or more others of one role as their total."""
    out = list(drafts)
    for role in ("current", "prior"):
        rows = [d for d in out if d.role == role and d.anchor and not d.anchor.money.per]
        for draft in rows:
            assert draft.anchor is not None
            money = draft.anchor.money
            parts = [
                d
                for d in rows
                if d is not draft
                and d.anchor
                and set(d.anchor.money.currencies) & set(money.currencies)
                and d.anchor.money.amount < money.amount
            ]
            added = _adding_up([p.anchor.money.amount for p in parts if p.anchor], money.amount)
            if len(added) < 2:
                continue
            words = any(_TOTAL.search(t.sentence.text) or t.sentence.number <= 1 for t in draft.told)
            if words:
                parts = [parts[i] for i in added]
                largest = max(parts, key=lambda p: p.anchor.money.amount if p.anchor else Decimal(0))
                kind = largest.penalty_type if largest.penalty_type != "other" else draft.penalty_type
                for part in parts:
                    out[out.index(part)] = replace(part, part_of=draft.start)
                out[out.index(draft)] = replace(draft, qualifier="total", penalty_type=kind)
                break
    return out


def _adding_up(parts: list[Decimal], total: Decimal) -> list[int]:
    """The positions of the parts that add up to the total within half a per cent: all of them, or some of the ten largest; none where none do."""
    tolerance = total * Decimal("0.005")
    if abs(sum(parts, Decimal(0)) - total) <= tolerance:
        return list(range(len(parts)))
    reachable: dict[Decimal, tuple[int, ...]] = {Decimal(0): ()}
    for i in sorted(range(len(parts)), key=lambda i: (-parts[i], i))[:10]:
        for sum_, chosen in list(reachable.items()):
            more = sum_ + parts[i]
            if more <= total + tolerance:
                reachable.setdefault(more, (*chosen, i))
                if abs(more - total) <= tolerance:
                    return sorted((*chosen, i))
    return []
