"""One output table on its way out: parquet and its CSV twin, written batch by batch, with the figures that the gate compares."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pipeline.schema import Table

FORMULA = r"^[=+\-@\t\r＝＋－＠]"
"""A text that begins so is a formula to a spreadsheet (OWASP, "CSV Injection"); in the CSV twin an apostrophe stands before it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one table: rows, rows by year, rows in which a column is null (or an empty list), rows with a flag."""

    rows: int
    years: Mapping[str, int]
    nulls: Mapping[str, int]
    flags: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return the figures as they stand in `run.json`."""
        return asdict(self)


def shaped(content: pa.Table | Iterable[Mapping[str, Any]], table: Table) -> pa.Table:
    """Return rows, or an Arrow table of plain strings, as the schema declares the table."""
    if not isinstance(content, pa.Table):
        names = [c.name for c in table.columns]
        return pa.Table.from_pylist([{n: row.get(n) for n in names} for row in content], schema=table.arrow)
    columns = []
    for declared in table.arrow:
        column = content[declared.name].combine_chunks()
        if pa.types.is_dictionary(declared.type) and not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        columns.append(column.cast(declared.type))
    return pa.table(columns, schema=table.arrow)


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as strings, null where it is null: lists as JSON, dates as ISO 8601, decimals with their places."""
    if pa.types.is_list(column.type):
        return pa.chunked_array(
            [[None if v is None else json.dumps(v, ensure_ascii=False) for v in column.to_pylist()]], pa.string()
        )
    return column.cast(pa.string())


def guarded(cell: str) -> str:
    """Return a text as it may stand in a cell of a CSV file: with an apostrophe before what would be a formula."""
    return f"'{cell}" if re.match(FORMULA, cell) else cell


def _csv_columns(table: pa.Table) -> pa.Table:
    out = []
    for column in table.columns:
        text = as_text(column)
        if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
            formula = pc.match_substring_regex(text, FORMULA)
            text = pc.if_else(formula, pc.binary_join_element_wise("'", text, ""), text)
        out.append(text)
    return pa.table(out, names=table.column_names)


def figures_of(table: Table, rows: pa.Table) -> Figures:
    """Return the figures of rows that the schema declares."""
    years: Counter[str] = Counter()
    nulls: Counter[str] = Counter()
    flags: Counter[str] = Counter()
    for column in table.columns:
        values = rows[column.name]
        empty = values.null_count
        if pa.types.is_list(column.type):
            empty += pc.sum(pc.equal(pc.list_value_length(values), 0)).as_py() or 0
        nulls[column.name] += empty
        if column.name == "flags":
            flags.update(pc.list_flatten(values).to_pylist())
        if column.name == table.year:
            found = pc.year(values) if pa.types.is_date(column.type) else values
            years.update("none" if y is None else str(y) for y in found.to_pylist())
    return Figures(rows.num_rows, dict(sorted(years.items())), dict(nulls), dict(sorted(flags.items())))


def _together(a: Figures, b: Figures) -> Figures:
    def sums(x: Mapping[str, int], y: Mapping[str, int]) -> dict[str, int]:
        return {k: x.get(k, 0) + y.get(k, 0) for k in {**x, **y}}

    years, flags = (dict(sorted(sums(x, y).items())) for x, y in ((a.years, b.years), (a.flags, b.flags)))
    return Figures(a.rows + b.rows, years, sums(a.nulls, b.nulls), flags)


class TableFile:
    """A table that is written to a folder as `NAME.parquet` and `NAME.csv`; the files are whole once it is closed."""

    def __init__(self, folder: Path, table: Table) -> None:
        self.table = table
        self._parquet = pq.ParquetWriter(
            folder / f"{table.name}.parquet", table.arrow, compression="zstd", write_page_checksum=True
        )
        names = pa.schema([(c.name, pa.string()) for c in table.columns])
        self._csv = pa_csv.CSVWriter(folder / f"{table.name}.csv", names)
        self._figures = figures_of(table, table.arrow.empty_table())

    def write(self, content: pa.Table | list[dict[str, Any]]) -> None:
        """Add rows."""
        rows = shaped(content, self.table)
        if not rows.num_rows:
            return
        self._parquet.write_table(rows)
        self._csv.write_table(_csv_columns(rows))
        self._figures = _together(self._figures, figures_of(self.table, rows))

    def close(self) -> Figures:
        """End the files; return the figures of the table."""
        self._parquet.close()
        self._csv.close()
        return self._figures
