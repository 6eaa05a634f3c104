"""How far reviewers agree: Cohen's kappa of two, Krippendorff's alpha of any number, by field.

A unit is a row that at least two reviewers settled; the categories are the values of a field, and for `action` whether the row is one at all. Agreement by
chance is taken from the categories that were used (J. Cohen, "A coefficient of agreement for nominal scales", 1960; K. Krippendorff, "Content Analysis",
nominal data with missing values).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from pipeline.verdicts.events import FIELDS, Value
from pipeline.verdicts.holding import Reviews, Verdict

Unit = Mapping[str, str]
"""Reviewer → category."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement in one field: rows judged at least twice, share of the pairs of judgements that are equal, alpha, and kappa by pair of reviewers. Null where chance alone explains it all."""

    field: str
    units: int
    equal: float
    alpha: float | None
    kappas: tuple[tuple[str, str, int, float | None], ...]


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of paired categories; None where there are none, or where both used one category only."""
    n = len(pairs)
    if not n:
        return None
    seen = sum(a == b for a, b in pairs) / n
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(left[c] * right[c] for c in left) / n**2
    return None if chance == 1 else (seen - chance) / (1 - chance)


def alpha(units: Sequence[Unit]) -> float | None:
    """Return Krippendorff's alpha for nominal data; units with fewer than two judgements do not count. None where only one category was used, or nothing judged twice."""
    together: Counter[tuple[str, str]] = Counter()
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for unit in units:
        if len(unit) < 2:
            continue
        for a, b in permutations(unit.values(), 2):
            together[a, b] += 1
            weights[a, b] += 1 / (len(unit) - 1)
    totals: dict[str, float] = defaultdict(float)
    for (a, _), weight in weights.items():
        totals[a] += weight
    n = sum(totals.values())
    expected = n * n - sum(t * t for t in totals.values())
    if n <= 1 or expected == 0:
        return None
    observed = sum(w for (a, b), w in weights.items() if a != b)
    return 1 - (n - 1) * observed / expected


def _category(value: Value) -> str:
    if isinstance(value, list):
        return "; ".join(sorted(" ".join(v.split()).casefold() for v in value))
    return "" if value is None else value


def _units(verdicts: Mapping[str, Mapping[str, Verdict]], field: str) -> list[Unit]:
    units: dict[str, dict[str, str]] = defaultdict(dict)
    for annotator in sorted(verdicts):
        for penalty_id, v in verdicts[annotator].items():
            if v.unsure is not None or v.state == "open":
                continue
            if field == "action":
                units[penalty_id][annotator] = "no" if v.state == "rejected" else "yes"
            elif v.state == "accepted" and field in v.values:
                units[penalty_id][annotator] = _category(v.values[field])
    return [units[p] for p in sorted(units) if len(units[p]) > 1]


def agreement(said: Reviews) -> list[Agreement]:
    """Return the agreement of all reviewers, field by field; adjudicators do not count."""
    out = []
    for field in ("action", *FIELDS):
        units = _units(said.by_annotator, field)
        pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for unit in units:
            for a, b in combinations(sorted(unit), 2):
                pairs[a, b].append((unit[a], unit[b]))
        all_pairs = [p for found in pairs.values() for p in found]
        out.append(
            Agreement(
                field, len(units), sum(a == b for a, b in all_pairs) / len(all_pairs) if all_pairs else 0.0, alpha(units),
                tuple((a, b, len(found), kappa(found)) for (a, b), found in sorted(pairs.items())),
            )
        )  # fmt: skip
    return out
