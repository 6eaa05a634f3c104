"""The descriptor of a release as a Frictionless data package (specs.frictionlessdata.io, Data Package v1)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline import schema

_TYPES = {"string": "string", "int32": "integer", "double": "number", "bool": "boolean", "date32[day]": "date"}


def _field(column: schema.Column, csv: bool) -> dict[str, Any]:
    listed = pa.types.is_list(column.type)
    if listed:
        kind = "array" if csv else "any"
    elif pa.types.is_decimal(column.type):
        kind = "number"
    else:
        kind = _TYPES[str(column.type)]
    if kind == "integer" and not csv and not column.required:
        kind = "number"  # frictionless reads parquet through pandas, where a column of integers with nulls is one of floats
    field: dict[str, Any] = {"name": column.name, "type": kind, "description": column.meaning}
    if kind == "any":
        field["x-item"] = "string"
    if column.vocabulary and listed:
        field["x-vocabulary"] = list(column.vocabulary)
    if column.unit:
        field["x-unit"] = column.unit
    field["x-type"] = column.type_name
    field["x-measured"] = column.measured
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.vocabulary and not listed:
        constraints["enum"] = list(column.vocabulary)
    if constraints:
        field["constraints"] = constraints
    return field


def _resource(table: schema.Table, csv: bool) -> dict[str, Any]:
    name = table.name.replace("_", "-")
    shape = {"fields": [_field(c, csv) for c in table.columns], "primaryKey": list(table.key)}
    if csv:
        return {
            "name": f"{name}-csv",
            "path": f"{table.name}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "description": f"{table.row}; the CSV twin: lists are JSON, an apostrophe stands before what a spreadsheet would take for a formula",
            "schema": shape,
        }
    return {
        "name": name,
        "path": f"{table.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": table.row,
        "schema": shape,
    }


def data_package() -> dict[str, Any]:
    """Return the descriptor: each table as parquet and as its CSV twin."""
    return {
        "name": "penalty-ledger",
        "version": schema.VERSION,
        "title": "Enforcement decisions told by news articles",
        "resources": [_resource(t, csv) for t in schema.TABLES for csv in (False, True)],
    }
