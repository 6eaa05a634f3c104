"""What differs from the release before, cell by cell, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.release.tables import as_text

COMPARED = (schema.DECISIONS, schema.PENALTIES, schema.PARTIES, schema.ARTICLES)
"""The tables whose changes are listed; `evidence` follows from `penalties`."""

Tables = Mapping[str, pa.Table]
_Articles = frozenset[str]
_ROWS = pa.schema([(c.name, pa.string()) for c in schema.CHANGES.columns])


def _keys(table: pa.Table, key: Sequence[str]) -> pa.Array:
    """One string a row; the parts of a key joined by a stroke."""
    parts = [table[k].cast(pa.string()).combine_chunks() for k in key]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "/")


def _differs(a: pa.ChunkedArray, b: pa.ChunkedArray) -> pa.ChunkedArray:
    same = pc.or_(pc.fill_null(pc.equal(a, b), False), pc.and_(pc.is_null(a), pc.is_null(b)))
    return pc.invert(same)


class _Causes:
    """Why a row changed: first the articles that tell it, then what is common to all rows, then the rest of the dump."""

    def __init__(self, old: Tables, new: Tables, parts: Sequence[str]) -> None:
        before, after = (frozenset(t["articles"]["article_id"].to_pylist()) for t in (old, new))
        self.gained, self.lost = after - before, before - after
        self._articles_of = {"old": before, "new": after}
        if len(parts) > 1:
            self.common = "several"
        elif parts:
            self.common = parts[0]
        else:
            self.common = "removed_article" if self.lost and not self.gained else "new_article"
        self._of = {side: self._articles(tables) for side, tables in (("old", old), ("new", new))}

    @staticmethod
    def _articles(tables: Tables) -> Mapping[str, Mapping[str, _Articles]]:
        decisions, penalties = tables["decisions"], tables["penalties"]
        told = {
            d: frozenset(ids)
            for d, ids in zip(decisions["decision_id"].to_pylist(), decisions["article_ids"].to_pylist(), strict=True)
        }
        return {
            "decisions": told,
            "parties": told,
            "penalties": {
                p: frozenset((a,))
                for p, a in zip(penalties["penalty_id"].to_pylist(), penalties["article_id"].to_pylist(), strict=True)
            },
        }

    def _told(self, side: str, table: str, key: str) -> _Articles:
        if table == "articles":
            return self._articles_of[side] & {key}
        return self._of[side][table].get(key.split("/")[0] if table == "parties" else key, frozenset())

    def cause(self, table: str, key: str) -> str:
        """Return the cause of a change of one row."""
        old, new = self._told("old", table, key), self._told("new", table, key)
        if (new - old) & self.gained:
            return "new_article"
        if (old - new) & self.lost:
            return "removed_article"
        return self.common


def changes_between(old: Tables, new: Tables, parts: Sequence[str]) -> pa.Table:
    """Return the rows of `changes`: rows added and removed, and each cell that differs in a column that both releases have.

    `parts` are the causes that apply to the whole run (`rules`, `model`, `registry`, `settings`, `software`, `review`): what differs between the two runs
    besides the dump.
    """
    causes = _Causes(old, new, parts)
    out: list[dict[str, Any]] = []
    for table in COMPARED:
        out += _of_table(table, old[table.name], new[table.name], causes.cause)
    return pa.Table.from_pylist(out, schema=_ROWS)


def _of_table(
    table: schema.Table, old: pa.Table, new: pa.Table, cause: Callable[[str, str], str]
) -> list[dict[str, Any]]:
    if not set(table.key) <= set(old.column_names):
        return []
    old_keys, new_keys = _keys(old, table.key), _keys(new, table.key)
    found = pc.index_in(new_keys, value_set=old_keys)
    out: list[tuple[str, str, str, str | None, str | None]] = [
        (key, "", "removed", None, None)
        for key in old_keys.filter(pc.invert(pc.is_in(old_keys, value_set=new_keys))).to_pylist()
    ]
    out += [(key, "", "added", None, None) for key in new_keys.filter(pc.is_null(found)).to_pylist()]
    both = pc.is_valid(found)
    before, after, keys = old.take(found.drop_null()), new.filter(both), new_keys.filter(both)
    for column in table.columns:
        if column.name in table.key or column.name not in old.column_names:
            continue
        if before[column.name].equals(after[column.name]):
            continue
        a, b = as_text(before[column.name]), as_text(after[column.name])
        differs = _differs(a, b)
        out += [
            (key, column.name, "changed", x, y)
            for key, x, y in zip(
                keys.filter(differs.combine_chunks()).to_pylist(),
                a.filter(differs).to_pylist(),
                b.filter(differs).to_pylist(),
                strict=True,
            )
        ]
    return [
        {
            "table": table.name, "id": key, "column": column or None, "change": change, "old": x, "new": y, "cause": cause(table.name, key),
        }
        for key, column, change, x, y in sorted(out, key=lambda r: r[:3])
    ]  # fmt: skip
