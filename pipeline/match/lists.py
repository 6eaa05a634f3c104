"""Read somebody's list of decisions by a mapping of its columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.match.cells import Body, Sum, Tokens, date_order_of, read_body, read_day, read_names, read_sum

FIELDS = ("authority", "respondent", "amount", "currency", "date")
_FIELD = re.compile(rf"\s*({'|'.join(FIELDS)})\s*(==?)\s*(.*?)\s*", re.S)
_ORDERS = {"day": "DMY", "month": "MDY"}


class ListError(ValueError):
    """The list or the mapping cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where a field comes from: a column of the list, or one constant for all rows."""

    column: str | None
    constant: str | None

    def cell(self, row: Mapping[str, str]) -> str:
        """Return the field's text in a row."""
        return self.constant if self.constant is not None else (row.get(self.column or "") or "").strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a list, read: the line of the file that it begins in, its cells, and what they say. Null and empty: not told."""

    line: int
    row: Mapping[str, str]
    body: Body | None
    names: tuple[Tokens, ...]
    sum: Sum | None
    days: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class List:
    """A list: its header, its rows, and notices for who reads the results."""

    header: tuple[str, ...]
    entries: tuple[Entry, ...]
    notices: tuple[str, ...]


def read_mapping(texts: Iterable[str]) -> dict[str, Mapped]:
    """Return the mapping that `FIELD=COLUMN` (a column of the list) and `FIELD==TEXT` (the same for all rows) give, parted by commas or given one by one."""
    out: dict[str, Mapped] = {}
    for text in texts:
        for part in re.split(rf",(?=\s*(?:{'|'.join(FIELDS)})\s*=)", text):
            match = _FIELD.fullmatch(part)
            if not match or not match.group(3):
                raise ListError(f"{part!r} is no mapping; FIELD=COLUMN or FIELD==TEXT with one of {', '.join(FIELDS)}")
            field, sign, value = match.groups()
            if field in out:
                raise ListError(f"{field} is mapped twice")
            out[field] = Mapped(None, value) if sign == "==" else Mapped(value, None)
    if "respondent" not in out or not out.keys() & {"amount", "date"}:
        raise ListError("the mapping needs `respondent`, and `amount` or `date`")
    return out


def _rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The header, and each row with the line that it begins in."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError(f"{path}: not UTF-8") from error
    lines = text.splitlines(keepends=True)
    skipped = 0
    while lines and (not lines[0].strip() or lines[0].lower().startswith("sep=")):
        del lines[0]  # blank lines, and the line by which Excel tells the delimiter
        skipped += 1
    text = "".join(lines)
    delimiter = "\t" if path.suffix.lower() == ".tsv" or "\t" in text.partition("\n")[0] else ","
    if delimiter == "," and text.partition("\n")[0].count(";") > text.partition("\n")[0].count(","):
        delimiter = ";"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    out = []
    try:
        header = [name.strip() for name in next(reader, [])]
        start = reader.line_num + 1
        for cells in reader:
            if any(cells):
                out.append((start + skipped, dict(zip(header, cells, strict=False))))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ListError(f"{path}, line {reader.line_num + skipped}: {error}") from error
    return header, out


def read_list(path: Path, mapping: Mapping[str, Mapped], order: str | None = None) -> List:
    """Return a CSV or TSV file, read.

    `order` is "day" or "month", which of the two stands first in "03/05/2024"; by default what the column's dates show, else the day. Raises `ListError`.
    """
    header, rows = _rows(path)
    for field, mapped in mapping.items():
        if mapped.column is not None and mapped.column not in header:
            raise ListError(
                f"{path} has no column {mapped.column!r} for {field}; it has {', '.join(map(repr, header))}"
            )
        if mapped.column is not None and header.count(mapped.column) > 1:
            raise ListError(f"{path} has {header.count(mapped.column)} columns {mapped.column!r}")
    notices: list[str] = []

    def cell(row: Mapping[str, str], field: str) -> str:
        return mapping[field].cell(row) if field in mapping else ""

    days = [cell(row, "date") for _, row in rows]
    found = _ORDERS[order] if order else date_order_of(days)
    if found is None and any(re.match(r"\s*\d{1,2}/\d{1,2}/", d) for d in days):
        notices.append("dates like 03/05/2024 are read with the day first; --date-order month reads them the other way")
    out = []
    unread = 0
    for line, row in rows:
        amount = cell(row, "amount")
        total = read_sum(amount, cell(row, "currency").upper() or None)
        unread += bool(amount) and total is None and any(c.isdigit() for c in amount)
        span = read_day(cell(row, "date"), found or "DMY")
        authority = cell(row, "authority")
        out.append(
            Entry(
                line,
                row,
                read_body(authority) if authority else None,
                read_names(cell(row, "respondent")),
                total,
                (span[0].toordinal(), span[1].toordinal()) if span else None,
            )
        )
    if unread:
        notices.append(f"{unread} sums could not be read and count as not told")
    return List(tuple(header), tuple(out), tuple(notices))
