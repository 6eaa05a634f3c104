"""The schema as a contract that a data team can hold a release to, and what breaks one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline import schema

Contract = Mapping[str, Any]


class ContractError(ValueError):
    """The file is no contract; the message says why."""


def contract() -> dict[str, Any]:
    """Return the schema as plain data: of each table its key and columns, of each column its type, whether it may be null, and its values."""
    return {
        "schema": schema.VERSION,
        "tables": {
            t.name: {
                "key": list(t.key),
                "columns": {
                    c.name: {
                        "type": c.type_name,
                        "required": c.required,
                        **({"values": list(c.vocabulary)} if c.vocabulary else {}),
                    }
                    for c in t.columns
                },
            }
            for t in schema.TABLES
        },
    }


def _checked(content: Any) -> Mapping[str, Any]:
    tables = content.get("tables") if isinstance(content, dict) else None
    if not isinstance(tables, dict):
        raise ContractError("no `tables`; `penalty-ledger schema --contract` prints a whole contract")
    for name, table in tables.items():
        columns = table.get("columns") if isinstance(table, dict) else None
        if not isinstance(columns, dict) or not all(isinstance(c, dict) for c in columns.values()):
            raise ContractError(f"{name}: no `columns`")
        for column, told in columns.items():
            values = told.get("values", [])
            if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
                raise ContractError(f"{name}.{column}: `values` must be a list of texts")
    return tables


def breaks(asked: Any, given: Contract) -> list[str]:
    """Return what of the contract `asked` the schema `given` no longer keeps, a line each: table, column, old and new.

    A contract may hold fewer tables, columns and properties than the schema; only what it holds is checked. A new table, column or value breaks nothing;
    a column that is gone, another type or key, a value that is gone, and a null where none could be, do.
    """
    out: list[str] = []
    for name, table in _checked(asked).items():
        now = given["tables"].get(name)
        if now is None:
            out.append(f"{name}: the table is gone")
            continue
        if "key" in table and table["key"] != now["key"]:
            out.append(f"{name}: key {table['key']} is now {now['key']}")
        for column, old in table["columns"].items():
            out += _column_breaks(f"{name}.{column}", old, now["columns"].get(column))
    return out


def _column_breaks(name: str, old: Mapping[str, Any], new: Mapping[str, Any] | None) -> list[str]:
    if new is None:
        return [f"{name}: the column is gone"]
    out = []
    if "type" in old and old["type"] != new["type"]:
        out.append(f"{name}: type {old['type']} is now {new['type']}")
    if old.get("required") and not new["required"]:
        out.append(f"{name}: never null before, may be null now")
    gone = [v for v in old.get("values", ()) if v not in new.get("values", ())]
    if gone and "values" in new:
        out.append(f"{name}: values {', '.join(gone)} are gone")
    elif gone:
        out.append(f"{name}: the closed list of values is gone")
    return out


def version_needed(old: Contract, new: Contract) -> str:
    """Return which part of the version has to rise from `old` to `new`: `major` for a break, `minor` for an addition, else an empty string.

    Before 1.0.0 a break is a minor version (semver.org, point 4).
    """
    if breaks(old, new):
        return "minor" if str(old["schema"]).startswith("0.") else "major"
    return "minor" if old["tables"] != new["tables"] else ""


def rises(old: str, new: str, part: str) -> bool:
    """Return whether version `new` is `old` with at least the given part raised."""
    a, b = (tuple(int(n) for n in v.split(".")) for v in (old, new))
    return {"major": b[0] > a[0], "minor": b[:2] > a[:2], "": b >= a}[part]
