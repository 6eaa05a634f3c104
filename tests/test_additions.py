"""Totals and their parts by their sums alone, one line a case, and the rows that they make."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.additions import additions
from pipeline.language.money import Money, find_money


def sums(text: str) -> list[Money]:
    return list(find_money(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$850,000 in all: $500,000 and $350,000", {0: ((1, 2), True)}),
        ("€89.3m: €58.3m, €24.917m and €6.1m", {0: ((1, 2, 3), False)}),  # within what rounding leaves open
        ("$1.3 million for $630,000 and $678,000", {0: ((1, 2), False)}),
        ("more than $26 million: $13.68 million and $13.1 million", {0: ((1, 2), False)}),
        ("$26 million: $13.68 million and $13.1 million", {}),
        ("$500,000 and $350,000, together $850,000", {2: ((0, 1), True)}),
        ("$1.92 billion; $1.25 billion, a loss of $327 million, $670 million", {0: ((1, 3), True)}),  # apart, but to the last digit
        ("€850,000: $500,000 and $350,000", {}),
        ("$850,000: $500,000 a day and $350,000", {}),
        ("$9 million, of which $7 million", {}),
        ("$5 million", {}),
    ],
)  # fmt: skip
def test_what_adds_up(text: str, found: dict[int, tuple[tuple[int, ...], bool]]) -> None:
    assert {i: (a.parts, a.exact) for i, a in additions(sums(text)).items()} == found


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=8))
def test_neighbours_always_add_up_to_their_sum(parts: list[int]) -> None:
    text = f"${sum(parts):,} in all: " + ", ".join(f"${p:,}" for p in parts)
    money = sums(text)
    found = additions(money)[0]
    assert found.exact and sum((money[j].amount for j in found.parts), Decimal(0)) == money[0].amount


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("For each week after that, the company will owe €40,000.", "week"),
        ("For every further day the firm must pay €5,000.", "day"),
        ("It was fined for each day that it filmed. It has €5,000.", None),
        ("For each customer it will pay €5,000.", None),
        ("It will pay €5,000.", None),
    ],
)
def test_a_rate_that_is_told_ahead(text: str, per: str | None) -> None:
    assert [m.per for m in sums(text)] == [per]
