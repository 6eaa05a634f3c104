"""Sums without a currency: read beside penalty words, and where the words around tell of penalties wherever they count nothing."""

from __future__ import annotations

import pytest

from pipeline.language.money import find_bare, find_money

EUROS = find_money("€1m")[0]


@pytest.mark.parametrize(
    ("text", "told", "sums"),
    [
        ("It was fined 3 million.", False, ["3 million"]),
        ("A 30k fine is low.", False, ["30k"]),
        ("Jouvet was given 3.85 million.", True, ["3.85 million"]),
        ("Jouvet was given 3.85 million.", False, []),
        ("It owes about 2 million a day, up to 10 million.", True, ["about 2 million a day", "up to 10 million"]),
        # What counts something is no sum, nor is a number of a link.
        ("It has 3 million users, 2 million in-the-money options and 5 million barrels.", True, []),
        ("See example.org/meta-hit-with-13-billion-fine and example.org/13-billion-fine today.", True, []),
        # More than anybody can owe.
        ("It was fined 999999999999999 billion.", True, []),
        ("Paid: €2 million.", True, []),
    ],
)
def test_bare_sums(text: str, told: bool, sums: list[str]) -> None:
    found = find_bare(text, find_money(text), EUROS, told)
    assert [text[m.start : m.end] for m in found] == sums
    assert all(m.currencies == ("EUR",) and text[m.amount_start].isdigit() for m in found)


def test_spans_count_from_the_offset() -> None:
    (near,), (far,) = (find_bare("It was fined 3 million.", (), EUROS, True, offset) for offset in (0, 100))
    assert (far.start, far.end, far.amount) == (near.start + 100, near.end + 100, near.amount)
