"""Sums in euros at the reference rate of the European Central Bank, from the table that the package CurrencyConverter carries (nothing is fetched).

A rate of a period below day precision is the mean of the period's daily rates: a year at 1 January's rate would be off by 7 to 26 % (ECB, 2010–2024).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from currency_converter import CurrencyConverter, RateNotFoundError

SPREAD = {"day": 0, "week": 6, "month": 30, "quarter": 91, "year": 365}
"""Days after the first of a period that its last one lies."""
SOURCE = "ECB euro foreign exchange reference rates"
STALE = 10
"""Days that the last known rate may lie before the day in question (long holidays, the end of the table)."""
CENT = Decimal("0.01")


class RatesError(ValueError):
    """A rates file is wrong; the message names the file and line."""


@cache
def _ecb() -> Any:
    return CurrencyConverter(fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known")


@cache
def _daily(currency: str, day: date) -> float | None:
    """Units of `currency` for one euro on a day by the ECB; null where it gave none."""
    if currency == "EUR":
        return 1.0
    bounds = _ecb().bounds.get(currency)
    if bounds is None or not bounds.first_date <= day <= bounds.last_date + timedelta(days=STALE):
        return None
    try:
        return 1.0 / float(_ecb().convert(1.0, currency, "EUR", min(day, bounds.last_date)))
    except (RateNotFoundError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of a currency for one euro, its day (the first of a period; null for euros of no known day) and where it comes from: day, period_mean or publication."""

    per_euro: float
    day: date | None
    basis: str

    def euros(self, amount: Decimal) -> Decimal:
        """Return an amount in euros, to the cent."""
        return (amount / Decimal(repr(self.per_euro))).quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Rates:
    """Rates by currency and day: those of a file of one's own first, then the ECB's."""

    own: Mapping[str, tuple[tuple[date, float], ...]] = field(default_factory=dict)

    def per_euro(self, currency: str, day: date) -> float | None:
        """Return units of `currency` for one euro on a day; null where nobody gives a rate within ten days before."""
        for known, value in reversed(self.own.get(currency, ())):
            if known <= day:
                return value if (day - known).days <= STALE else _daily(currency, day)
        return _daily(currency, day)

    def rate(self, currency: str, when: date | None, precision: str | None, published: date | None) -> Rate | None:
        """Return the rate for a decision: of its day, the mean of its period, else of the day of publication; null where there is none."""
        if currency == "EUR":
            return Rate(1.0, when or published, "day" if when else "publication")
        if when is None:
            found = self.per_euro(currency, published) if published else None
            return Rate(found, published, "publication") if found and published else None
        span = SPREAD[precision or "day"]
        if span == 0:
            found = self.per_euro(currency, when)
            return Rate(found, when, "day") if found else None
        mean = self._mean(currency, when, span)
        return Rate(mean, when, "period_mean") if mean else None

    def _mean(self, currency: str, first: date, span: int) -> float | None:
        days = [first + timedelta(days=n) for n in range(span)]
        found = [v for d in days if d.weekday() < 5 and (v := self.per_euro(currency, d)) is not None]
        return sum(found) / len(found) if found else None

    def convert(self, amount: float, source: str, target: str, day: int) -> float | None:
        """Return an amount in another currency at the rate of a day (proleptic ordinal); null where a rate is missing."""
        a, b = self.per_euro(source, date.fromordinal(day)), self.per_euro(target, date.fromordinal(day))
        return amount / a * b if a and b else None


def read_rates(path: Path | None) -> Rates:
    """Return the rates of a CSV file with the columns currency, date (YYYY-MM-DD) and per_euro (units of the currency for one euro), over the ECB's."""
    if path is None:
        return Rates()
    own: dict[str, list[tuple[date, float]]] = defaultdict(list)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                try:
                    value = float(row["per_euro"])
                    own[row["currency"].strip().upper()].append((date.fromisoformat(row["date"].strip()), value))
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    raise RatesError(
                        f"{path}, line {number}: needs currency, date (YYYY-MM-DD) and per_euro ({error!r})"
                    ) from error
                if not 0 < value < 1e9:
                    raise RatesError(f"{path}, line {number}: per_euro must be above 0")
    except (OSError, UnicodeDecodeError) as error:
        raise RatesError(f"{path}: {error}") from error
    return Rates({currency: tuple(sorted(days)) for currency, days in sorted(own.items())})
