"""The values that reviewers settle, as text, and the columns of `penalties` that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.verdicts.events import FIELDS, LISTS, Value, read_date, read_sum


def written_date(day: date | None, precision: str | None) -> str | None:
    """Return a date as far as it is known, in ISO 8601; quarters as 2024-Q2."""
    if day is None:
        return None
    if precision == "year":
        return f"{day.year:04d}"
    if precision == "quarter":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    if precision == "month":
        return f"{day.year:04d}-{day.month:02d}"
    if precision == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    return day.isoformat()


def written_sum(amount: Decimal | None) -> str | None:
    """Return a sum as text, without an exponent or zeros at its end."""
    if amount is None:
        return None
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def values_of(row: Mapping[str, Any]) -> dict[str, Value]:
    """Return the settled fields of a row of `penalties`."""
    out: dict[str, Value] = {}
    for name in FIELDS:
        value = row.get(name)
        if name in LISTS:
            out[name] = [str(v) for v in value or ()]
        elif name == "date":
            out[name] = written_date(value, row.get("date_precision"))
        elif name in {"amount", "amount_max"}:
            out[name] = written_sum(value)
        else:
            out[name] = value
    return out


def columns_of(values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the columns of `penalties` that settled values stand for, but for those of the parties; ValueError where a text is no value of its field."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if name in {"authority_texts", "respondent_texts"}:
            continue
        if name == "date":
            day, precision = read_date(value) if isinstance(value, str) else (None, None)
            out |= {"date": day, "date_precision": precision}
        elif name in {"amount", "amount_max"}:
            out[name] = read_sum(value).quantize(Decimal("0.01")) if isinstance(value, str) else None
        else:
            out[name] = value
    return out
