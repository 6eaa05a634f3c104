"""Which penalties of different articles are one decision: same money, same respondent, no other authority, close in time.

Pairs are compared inside blocks of equal money (or measure) and joined by union-find, so that the order of articles does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rapidfuzz import fuzz

from pipeline.language.spelling import tokens_of

WINDOW = 45
"""Days that two tellings of one decision may lie apart, by decision date or else by publication."""
SIMILAR = 92
_MONETARY = {"fine": "penalty", "settlement": "penalty"}


def _block(row: Mapping[str, Any]) -> tuple[Any, ...]:
    kind = _MONETARY.get(row["penalty_type"], row["penalty_type"])
    if row["amount"] is None:
        return (kind, None)
    amount: Decimal = row["amount"]
    # Two figures per block border: half a per cent of tolerance is checked pair by pair.
    return (kind, row["currency"], round(float(amount), -max(len(str(int(amount))) - 2, 0)))


def _names(row: Mapping[str, Any], side: str) -> list[tuple[str, ...]]:
    return [tokens_of(n) for n in row[f"{side}_names"]]


def _alike(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    if not a or not b:
        return False
    short, long_ = sorted((a, b), key=len)
    return a == b or long_[: len(short)] == short or fuzz.ratio(" ".join(a), " ".join(b)) >= SIMILAR


def _close(a: Mapping[str, Any], b: Mapping[str, Any], published: Mapping[str, date | None]) -> bool:
    if a["date"] and b["date"]:
        if a["date_precision"] == "year" or b["date_precision"] == "year":
            return bool(a["date"].year == b["date"].year)
        return bool(abs((a["date"] - b["date"]).days) <= WINDOW)
    pa, pb = published.get(a["article_id"]), published.get(b["article_id"])
    if a["role"] == "prior" or b["role"] == "prior" or pa is None or pb is None:
        return True
    return abs((pa - pb).days) <= WINDOW


def _one_decision(a: Mapping[str, Any], b: Mapping[str, Any], published: Mapping[str, date | None]) -> bool:
    if a["article_id"] == b["article_id"] or a["per"] != b["per"] or not _close(a, b, published):
        return False
    if a["amount"] is not None and abs(a["amount"] - b["amount"]) > max(a["amount"], b["amount"]) * Decimal("0.005"):
        return False
    ra, rb = _names(a, "respondent"), _names(b, "respondent")
    if not ra or not rb or not any(_alike(x, y) for x in ra for y in rb):
        return False
    if a["authority_names"] and b["authority_names"]:
        known_a, known_b = {i for i in a["authority_ids"] if i}, {i for i in b["authority_ids"] if i}
        if known_a and known_b:
            return bool(known_a & known_b)
        return any(_alike(x, y) for x in _names(a, "authority") for y in _names(b, "authority"))
    return a["amount"] is not None


def merge(rows: list[dict[str, Any]], published: Mapping[str, date | None]) -> list[list[str]]:
    """Return the penalty ids of each decision, every list and the list of lists sorted."""
    parent = {row["penalty_id"]: row["penalty_id"] for row in rows}

    def find(x: str) -> str:
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    blocks: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        blocks[_block(row)].append(row)
    for block in blocks.values():
        for i, a in enumerate(block):
            for b in block[i + 1 :]:
                if _one_decision(a, b, published):
                    left, right = sorted((find(a["penalty_id"]), find(b["penalty_id"])))
                    parent[right] = left
    clusters: dict[str, list[str]] = defaultdict(list)
    for penalty_id in sorted(parent):
        clusters[find(penalty_id)].append(penalty_id)
    return sorted(clusters.values())
