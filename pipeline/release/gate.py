"""The gate: a release that differs too much from the one before it is not put in place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.knowledge import models_dir

LIMITS = "gate.toml"
JUDGED = ("decisions", "penalties", "parties", "evidence", "articles")
"""The tables that are compared; the others tell of a run, not of the world."""
WITHDRAWN = ("decisions", "penalties", "articles")
_KEYS = {
    "rows": {"fall", "rise", "least"},
    "years": {"fall", "least"},
    "nulls": {"rise", "least"},
    "flags": {"rise", "least"},
    "rejects": {"rise", "least"},
    "withdrawn": {"share", "least"},
}

Limits = Mapping[str, Mapping[str, float]]
Counts = Mapping[str, Any]


class GateError(RuntimeError):
    """A release broke limits; `breaches` has a line for each (exit code 4)."""

    def __init__(self, breaches: tuple[str, ...]) -> None:
        super().__init__("; ".join(breaches))
        self.breaches = breaches


class LimitsError(ValueError):
    """The file of limits is wrong; the message names it (exit code 2)."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the gate compares: figures by table as `run.json` holds them, and records in and rejected."""

    tables: Mapping[str, Counts]
    records: int
    rejected: int


def read_limits(path: Path | None) -> Limits:
    """Return the limits of a file, by default of those that ship; raise `LimitsError` for an unknown or missing key."""
    file = path or models_dir() / LIMITS
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LimitsError(f"{file}: {error}") from error
    if content.keys() != _KEYS.keys():
        raise LimitsError(f"{file}: the sections must be {', '.join(_KEYS)}")
    for section, values in content.items():
        if not isinstance(values, dict) or values.keys() != _KEYS[section]:
            raise LimitsError(f"{file}: [{section}] must hold {', '.join(sorted(_KEYS[section]))}")
        for key, value in values.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise LimitsError(f"{file}: {section}.{key} must be a number of 0 or more")
    return content


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _shares(what: str, name: str, old: Counts, new: Counts, kind: str, limit: Mapping[str, float]) -> Iterator[str]:
    """Lines for the shares of rows (null in a column, or with a flag) that rose by more than the limit."""
    if old["rows"] < limit["least"] or not new["rows"]:
        return
    for key, count in sorted(new[kind].items()):
        if kind == "nulls" and key not in old[kind]:
            continue  # a column that the release before did not have
        before, after = old[kind].get(key, 0) / old["rows"], count / new["rows"]
        if after - before > limit["rise"]:
            yield f"{name}.{key}: {what} rose from {_percent(before)} to {_percent(after)} of the rows (limit {_percent(limit['rise'])} more)"


def breaches(old: Compared, new: Compared, withdrawn: Mapping[str, int], limits: Limits) -> tuple[str, ...]:
    """Return a line for each limit that `new` breaks: table, column, old and new. `withdrawn` counts the ids of each table that are gone."""
    out: list[str] = []
    rows, years, gone, rejects = (limits[k] for k in ("rows", "years", "withdrawn", "rejects"))
    for name in JUDGED:
        if name not in old.tables:
            continue
        a, b = old.tables[name], new.tables[name]
        if a["rows"] >= rows["least"]:
            change = b["rows"] / a["rows"] - 1
            if -change > rows["fall"] or change > rows["rise"]:
                word, limit = ("fell", rows["fall"]) if change < 0 else ("rose", rows["rise"])
                out.append(f"{name}: rows {word} from {a['rows']} to {b['rows']} (limit {_percent(limit)})")
        for year, count in a["years"].items():
            now = b["years"].get(year, 0)
            if year != "none" and count >= years["least"] and 1 - now / count > years["fall"]:
                out.append(f"{name}: rows of {year} fell from {count} to {now} (limit {_percent(years['fall'])})")
        out += _shares("nulls", name, a, b, "nulls", limits["nulls"])
        out += _shares("flag", f"{name}.flags", a, b, "flags", limits["flags"])
        if name in WITHDRAWN and a["rows"] >= gone["least"] and withdrawn[name] / a["rows"] > gone["share"]:
            out.append(
                f"{name}: ids withdrawn: {withdrawn[name]} of the {a['rows']} of the release before, {_percent(withdrawn[name] / a['rows'])} (limit {_percent(gone['share'])})"
            )
    if old.records >= rejects["least"] and new.records:
        before, after = old.rejected / old.records, new.rejected / new.records
        if after - before > rejects["rise"]:
            out.append(
                f"articles.outcome: rejected rose from {_percent(before)} to {_percent(after)} of the records (limit {_percent(rejects['rise'])} more)"
            )
    return tuple(out)
