"""The values that reviewers settle, as text, and the columns of `penalties` that they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.verdicts.events import FIELDS, LISTS, Value

_DATE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d{2})|(\d{2})(?:-(\d{2}))?))?")


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


def read_date(text: str) -> tuple[date, str]:
    """Return the first day and the precision of a date as `written_date` writes it; ValueError where it is none."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date; write 2024-05-14, 2024-05, 2024-Q2, 2024-W20 or 2024")
    year, quarter, week, month, day = match.groups()
    if week:
        return date.fromisocalendar(int(year), int(week), 1), "week"
    if quarter:
        return date(int(year), 3 * int(quarter) - 2, 1), "quarter"
    if day:
        return date(int(year), int(month), int(day)), "day"
    return date(int(year), int(month or 1), 1), "month" if month else "year"


def written_sum(amount: Decimal | None) -> str | None:
    """Return a sum as text, without an exponent or zeros at its end."""
    if amount is None:
        return None
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_sum(text: str) -> Decimal:
    """Return a sum written as a plain decimal number; ValueError where it is none or does not fit the column (18 digits before the point)."""
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    if not amount.is_finite() or amount < 0 or amount >= Decimal(10) ** 18:
        raise ValueError(f"{text!r} is no sum")
    return amount


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
