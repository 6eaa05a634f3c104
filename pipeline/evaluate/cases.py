"""Score the readers of money and dates on tables of cases, and list the misses."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipeline.language.dates import find_dates
from pipeline.language.money import find_money

_QUALIFIERS = {"more_than": "at_least", "record": "exact", "each": "exact", "": "exact"}
_PERS = {
    "each": "person",
    "per_day": "day",
    "per_week": "week",
    "per_month": "month",
    "per_year": "year",
    "per_violation": "violation",
}


def _cases(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def money_right(case: Mapping[str, str]) -> tuple[bool, str]:
    """Return whether the sums of a case are read right (amounts, currencies, first qualifier and unit), and what was read."""
    found = find_money(case["text"])
    given = [(amount, m.currencies[0]) for m in found for amount in (m.amount, m.amount_max) if amount is not None]
    amounts, currencies = (case[k].split("|") if case[k] else [] for k in ("expected_amounts", "expected_currencies"))
    expected = [(Decimal(a), c) for a, c in zip(amounts, currencies, strict=True)]
    right = sorted(given) == sorted(expected)
    wanted = case["qualifier"]
    if right and found and wanted not in {"vague", "not_money"}:
        per = _PERS.get(wanted)
        qualifier = "exact" if per else _QUALIFIERS.get(wanted, wanted)
        right = (found[0].per == per) if per else found[0].qualifier == qualifier
    return right, ", ".join(
        f"{m.amount}{f'..{m.amount_max}' if m.amount_max else ''} {m.currencies[0]} {m.qualifier} {m.per or ''}".strip()
        for m in found
    )


def _expected_date(written: str, precision: str) -> tuple[date, str] | None:
    if not written:
        return None
    start = written.split("/")[0]
    if "-W" in start:
        year, week = start.split("-W")
        return date.fromisocalendar(int(year), int(week), 1), "week"
    if "-Q" in start:
        return date(int(start[:4]), int(start[-1]) * 3 - 2, 1), "quarter"
    if "-H" in start or precision == "range":
        return date(int(start[:4]), 1, 1), "year"
    return date.fromisoformat(start + {10: "", 7: "-01", 4: "-01-01"}[len(start)]), {10: "day", 7: "month", 4: "year"}[
        len(start)
    ]


def date_right(case: Mapping[str, str]) -> tuple[bool, str]:
    """Return whether the date of a case is read right with its precision, and what was read."""
    order = "DMY" if case["dialect"] == "dmy" else "MDY"
    found = [(m.value, m.precision) for m in find_dates(case["sentence"], date.fromisoformat(case["pub_date"]), order)]
    expected = _expected_date(case["expected"], case["precision"])
    return found == ([expected] if expected else []), ", ".join(f"{v} {p}" for v, p in found)


def score_cases(folder: Path) -> Iterator[str]:
    """Yield the share of cases that are right for money and dates, and each miss."""
    for name, test, shown in (("money", money_right, "text"), ("date", date_right, "sentence")):
        cases = _cases(folder / f"{name}_cases.csv")
        results = [(case, *test(case)) for case in cases]
        right = sum(ok for _, ok, _ in results)
        yield f"{name}: {right} of {len(cases)} right ({right / max(len(cases), 1):.3f})"
        for case, ok, found in results:
            if not ok:
                yield f"  miss: {case[shown]}\n        read: {found or 'nothing'}"
