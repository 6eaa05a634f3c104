"""The currency of a sum whose sign names several, by the home currency of the authority's country."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pipeline.knowledge import currencies, home_currency


@cache
def candidates(sign: str) -> tuple[str, ...]:
    """Return the ISO 4217 codes that a sign or word may stand for, likeliest first."""
    word = sign.lower()
    return tuple(
        c.code
        for c in currencies().values()
        if sign in c.signs
        or word in {w.lower() for w in c.words}
        or word.removesuffix("s") in {w.lower() for w in c.words}
    )


def home_of(sign: str, countries: Iterable[str]) -> str | None:
    """Return the one of some countries whose home currency `sign` may stand for; None where none or several fit."""
    fitting = {c for c in countries if home_currency().get(c) in candidates(sign)}
    return fitting.pop() if len(fitting) == 1 else None


def decide(sign: str, country: str | None, named: tuple[str, ...]) -> tuple[str | None, bool]:
    """Return the code of a sum written with `sign`, and whether it is ambiguous.

    The home currency of the authority's country decides; without an authority, "$" in an article that names no other country with a dollar
    (`named` are the countries that the article names) is the first candidate; else the code is null.
    """
    codes = candidates(sign)
    home = home_currency().get(country or "")
    if home in codes:
        return home, False
    if not codes:
        return None, True
    hints = {home_currency().get(c) for c in named}
    fitting = [code for code in codes if code in hints]
    if len(fitting) == 1:
        return fitting[0], False
    if not fitting:
        return codes[0], codes[0] != "USD"
    return (codes[0] if codes[0] in fitting else None), True
