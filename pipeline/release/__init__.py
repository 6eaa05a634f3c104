"""Release: tables written aside, compared with the release before, checked, and put in place together.

start        an empty folder for the next release
TableFile    a table as parquet with its CSV twin
publish      changes → check → gate → run.json → in place
load         the tables of one release, for readers
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import schema
from pipeline.release.changes import COMPARED, changes_between
from pipeline.release.gate import Compared, GateError, LimitsError, breaches, read_limits
from pipeline.release.package import data_package
from pipeline.release.place import (
    PACKAGE,
    BrokenReleaseError,
    NoReleaseError,
    Release,
    check,
    finish,
    keep,
    load,
    read_run,
    refuse,
    seal,
    start,
    write_json,
)
from pipeline.release.tables import Figures, TableFile, figures_of

__all__ = [
    "BrokenReleaseError",
    "Figures",
    "GateError",
    "LimitsError",
    "NoReleaseError",
    "Publication",
    "Release",
    "TableFile",
    "data_package",
    "finish",
    "keep",
    "load",
    "publish",
    "read_limits",
    "read_run",
    "start",
]

CAUSES = ("rules", "model", "registry", "settings", "software", "review")
"""The keys of `run.json` that hold hashes of what changes tables besides the dump; each is a cause in `changes`."""


@dataclass(frozen=True, slots=True)
class Publication:
    """How a release is to be put in place: the limits of the gate, whether it is let pass all the same, whether a copy stays in `releases/`, and
    whether there is a release before it to compare with (not after the sample dump)."""

    limits: Mapping[str, Mapping[str, float]]
    accept: bool = False
    keep: bool = False
    compare: bool = True


def publish(
    out: Path, folder: Path, run: Mapping[str, Any], figures: Mapping[str, Figures], how: Publication
) -> dict[str, Any]:
    """Put the tables in `folder` in place in `out`, with `run` as the beginning of `run.json`; return its whole content.

    Raises `GateError` (the old tables stay, the new ones lie in `refused/`) and `BrokenReleaseError`.
    """
    before = read_run(out)
    old = _readable(out) if before and how.compare else None
    new = _compared(folder)
    file = TableFile(folder, schema.CHANGES)
    if old and before:
        file.write(changes_between(old, new, [c for c in CAUSES if before.get(c) != run.get(c)]))
    all_figures = {**figures, "changes": file.close()}
    write_json(folder / PACKAGE, data_package())
    check(folder)
    content = {
        **run,
        "rows": {name: f.rows for name, f in all_figures.items()},
        "figures": {name: f.as_json() for name, f in all_figures.items()},
        "withdrawn": _withdrawn(old, new),
        "compared": old is not None,
    }
    broken: tuple[str, ...] = ()
    if old and before:
        # What reviewers rejected is gone on purpose: the release before is judged without it.
        wanted = _without_rejected(old, folder)
        figures_before = {**before["figures"], **_counted(old, wanted, before["figures"])}
        broken = breaches(
            _figures({**before, "figures": figures_before}),
            _figures({**content, "figures": _unreviewed(content["figures"], new)}),
            _withdrawn(wanted, new),
            how.limits,
        )
    if broken and not how.accept:
        refuse(out)
        raise GateError(broken)
    content["gate"] = {"limits": how.limits, "accepted": list(broken)}
    sealed = seal(folder, content, before)
    finish(out, how.keep)
    return sealed


def _readable(out: Path) -> dict[str, pa.Table] | None:
    """The tables in place; null where somebody removed or damaged one."""
    try:
        return _compared(out)
    except (OSError, pa.ArrowException):
        return None


def _compared(folder: Path) -> dict[str, pa.Table]:
    return {t.name: pq.read_table(folder / f"{t.name}.parquet") for t in COMPARED}


def _without_rejected(old: Mapping[str, pa.Table], folder: Path) -> Mapping[str, pa.Table]:
    """The tables of the release before without the rows that reviewers have rejected since, and the decisions that nothing else tells."""
    rejected = pq.read_table(folder / "reviewed_out.parquet", columns=["penalty_id"])["penalty_id"].combine_chunks()
    gone = pc.is_in(old["penalties"]["penalty_id"], value_set=rejected)
    if not pc.any(gone).as_py():
        return old
    penalties = old["penalties"].filter(pc.invert(gone))
    told = penalties["decision_id"].combine_chunks()
    kept = {
        name: old[name].filter(pc.is_in(old[name]["decision_id"], value_set=told)) for name in ("decisions", "parties")
    }
    return {**old, **kept, "penalties": penalties}


def _counted(old: Mapping[str, pa.Table], wanted: Mapping[str, pa.Table], figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of those tables of the release before from which rows were left out; of `evidence` the same share of its rows."""
    out: dict[str, Any] = {}
    for table in COMPARED:
        if wanted[table.name] is not old[table.name] and set(table.arrow.names) <= set(old[table.name].column_names):
            out[table.name] = figures_of(table, wanted[table.name]).as_json()
    if "penalties" in out and "evidence" in figures:
        share = wanted["penalties"].num_rows / old["penalties"].num_rows
        out["evidence"] = {**figures["evidence"], "rows": int(figures["evidence"]["rows"] * share)}
    return out


def _unreviewed(figures: Mapping[str, Any], new: Mapping[str, pa.Table]) -> dict[str, Any]:
    """The figures without the rows whose flags are gone because a reviewer settled them."""
    out = dict(figures)
    for name in ("decisions", "penalties"):
        reviewed = pc.sum(pc.not_equal(new[name]["review_state"].cast(pa.string()), "auto")).as_py() or 0
        nulls = dict(out[name]["nulls"])
        nulls["flags"] = max(nulls["flags"] - reviewed, 0)
        out[name] = {**out[name], "nulls": nulls}
    return out


def _withdrawn(old: Mapping[str, pa.Table] | None, new: Mapping[str, pa.Table]) -> dict[str, int]:
    """How many ids of the release before are gone, by table."""
    out = {}
    for table in COMPARED:
        if old and len(table.key) == 1:
            ids = old[table.name][table.key[0]]
            known = new[table.name][table.key[0]].combine_chunks()
            out[table.name] = len(ids) - (pc.sum(pc.is_in(ids, value_set=known)).as_py() or 0)
    return out


def _figures(run: Mapping[str, Any]) -> Compared:
    return Compared(run["figures"], run["records"], run["outcomes"].get("rejected", 0))
