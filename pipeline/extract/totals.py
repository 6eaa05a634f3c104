"""Find the rows whose sum is the total of others."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from pipeline.extract.additions import additions
from pipeline.extract.drafts import Draft
from pipeline.extract.parties import Side

_TOTAL = re.compile(
    r"\b(?:total|combined|altogether|in all|overall|collectively|together|aggregate|sum|includ(?:es?|ing)|compris\w+|consists? of|made up of)\b",
    re.I,
)


def mark_totals(drafts: list[Draft]) -> list[Draft]:
    """Mark, of rows with a sum, those whose sum is that of two or more others as their total; the parts of a total that is news are news too."""
    out = sorted(drafts, key=lambda d: (d.start, d.end))
    found = additions([d.anchor.money for d in out if d.anchor])
    for i in sorted(found, key=lambda i: -len(found[i].parts)):
        total, parts = out[i], found[i].parts
        told = any(_TOTAL.search(t.sentence.text) or t.sentence.number <= 1 for t in total.told)
        if not told or any(out[j].part_of is not None for j in parts):
            continue
        for j in parts:
            out[j] = replace(out[j], part_of=total.start, role=total.role if total.role == "current" else out[j].role)
        members = [out[j] for j in parts]
        largest = max(members, key=lambda p: p.anchor.money.amount if p.anchor else Decimal(0))
        kind = largest.penalty_type if largest.penalty_type != "other" else total.penalty_type
        out[i] = replace(total, qualifier="total", penalty_type=kind, respondents=_of_all(total, members))
    return out


def _of_all(total: Draft, parts: list[Draft]) -> Side:
    """The respondents of a total: all those of its parts, where these are of several."""
    named = {n.index: n for p in parts for n in p.respondents.names}
    sides = {frozenset(n.index for n in p.respondents.names) for p in parts}
    if len(sides) < 2 or not all(p.respondents for p in parts):
        return total.respondents
    return Side(tuple(named[i] for i in sorted(named)), "parties.of_parts")
