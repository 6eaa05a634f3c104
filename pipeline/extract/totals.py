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
            if len(parts) < 2 or not _adds_up([p.anchor.money.amount for p in parts if p.anchor], money.amount):
                continue
            words = any(_TOTAL.search(t.sentence.text) or t.sentence.number <= 1 for t in draft.told)
            if words:
                largest = max(parts, key=lambda p: p.anchor.money.amount if p.anchor else Decimal(0))
                kind = largest.penalty_type if largest.penalty_type != "other" else draft.penalty_type
                out[out.index(draft)] = replace(draft, qualifier="total", penalty_type=kind)
                break
    return out


def _adds_up(parts: list[Decimal], total: Decimal) -> bool:
    """Whether all parts, or all but some of the smallest set of up to twelve, add up to the total within half a per cent."""
    tolerance = total * Decimal("0.005")
    if abs(sum(parts, Decimal(0)) - total) <= tolerance:
        return True
    reachable = {Decimal(0)}
    for part in sorted(parts, reverse=True)[:10]:
        reachable |= {r + part for r in reachable if r + part <= total + tolerance}
        if any(abs(r - total) <= tolerance for r in reachable):
            return True
    return False
