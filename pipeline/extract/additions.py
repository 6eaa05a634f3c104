"""Sums that add up to another of the article: a total and its parts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.language.money import Money

MOST_PARTS = 8
"""Parts in a row that may make a total."""
MOST_OTHERS = 14
"""Smaller sums among which pairs and triples that stand apart are sought."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A total's parts, as positions among the sums, and whether they add up to the last digit."""

    parts: tuple[int, ...]
    exact: bool


def additions(sums: Sequence[Money]) -> Mapping[int, Addition]:
    """Return, for each of the distinct `sums` (in the order of the text) that others add up to, its parts: neighbours within what rounding leaves open,
    two or three that stand apart only to the last digit. Rates, ranges and other currencies do not count."""
    out: dict[int, Addition] = {}
    for i, total in enumerate(sums):
        if total.per or total.amount_max:
            continue
        others = [
            j
            for j, money in enumerate(sums)
            if j != i
            and money.amount < total.amount
            and not money.per
            and not money.amount_max
            and set(money.currencies) & set(total.currencies)
        ]
        found = min(_found(total, others, sums), key=lambda a: (not a.exact, len(a.parts), a.parts), default=None)
        if found is not None:
            out[i] = found
    return out


def _found(total: Money, others: Sequence[int], sums: Sequence[Money]) -> Iterable[Addition]:
    for first in range(len(others)):
        added = Decimal(0)
        for last in range(first, min(first + MOST_PARTS, len(others))):
            added += sums[others[last]].amount
            if last > first and _close(added, total):
                yield Addition(tuple(others[first : last + 1]), added == total.amount)
    if len(others) > 2 and _close(sum((sums[j].amount for j in others), Decimal(0)), total):
        yield Addition(tuple(others), False)
    if len(others) <= MOST_OTHERS:
        for count in (2, 3):
            for parts in itertools.combinations(others, count):
                if sum(sums[j].amount for j in parts) == total.amount:
                    yield Addition(parts, True)


def _close(added: Decimal, total: Money) -> bool:
    """Whether a sum of parts is the total as printed: half its last digit off at most, and one per cent; "more than" may leave a whole digit out."""
    off = added - total.amount
    digit = Decimal(10) ** (len(str(int(total.amount))) - len(str(int(total.amount)).rstrip("0")))
    if total.qualifier == "at_least":
        return 0 <= off <= min(digit, total.amount / 20)
    return abs(off) <= max(total.amount / 400, min(digit / 2, total.amount / 100))
