"""One decision in the terminal: its record, the words behind it, and every article that tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

from pipeline.language.spelling import printable
from pipeline.release import Release
from pipeline.report.figures import around_sum
from pipeline.schema import DECISIONS, FLAGS

TABLES = ("decisions", "penalties", "articles")
_APART = {"evidence", "evidence_start", "evidence_end", "amount_start", "amount_end", "article_ids", "flags", "rule_ids", "evidence_article_id"}  # fmt: skip


class UnknownIdError(LookupError):
    """No decision has that id, or several begin with it; the message says which."""


def find(release: Release, decision_id: str) -> Mapping[str, Any]:
    """Return the row of a decision, by its id or the beginning of it; raise `UnknownIdError` where that is none or several."""
    decisions = release.tables["decisions"]
    found = decisions.filter(pc.starts_with(decisions["decision_id"], pattern=decision_id)).to_pylist()
    exact = [d for d in found if d["decision_id"] == decision_id] or found
    if len(exact) != 1:
        listed = ", ".join(d["decision_id"] for d in exact[:5])
        raise UnknownIdError(
            f"{len(exact)} decisions begin with {decision_id!r}: {listed}" if exact else f"no decision {decision_id!r}"
        )
    row: Mapping[str, Any] = exact[0]
    return row


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join("—" if v is None else str(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _words(row: Mapping[str, Any]) -> str:
    """The sentence with its sum between double angle quotes."""
    before, told, after = around_sum(row)
    return printable(f"{before}»{told}«{after}" if told else after)


def shown(release: Release, decision_id: str) -> list[str]:
    """Return lines that tell a decision; `release` holds `decisions`, `penalties` and `articles`."""
    d = find(release, decision_id)
    width = max(len(c.name) for c in DECISIONS.columns)
    lines = [
        f"{c.name:<{width}}  {printable(_value(d[c.name]))}"
        for c in DECISIONS.columns
        if c.name not in _APART and d[c.name] not in (None, [])
    ]
    lines += ["", _words(d), ""]
    lines += [f"{flag}: {FLAGS[flag]}" for flag in d["flags"]]
    penalties, articles = release.tables["penalties"], release.tables["articles"]
    told_by = penalties.filter(pc.equal(penalties["decision_id"], d["decision_id"]))
    members = told_by.to_pylist()
    about = {
        a["article_id"]: a
        for a in articles.filter(
            pc.is_in(articles["article_id"], value_set=pc.unique(told_by["article_id"]))
        ).to_pylist()
    }
    lines += [*([""] if d["flags"] else []), f"told by {len(members)} row{'' if len(members) == 1 else 's'}:"]
    for p in members:
        a = about.get(p["article_id"], {})
        where = ", ".join(str(v) for v in (a.get("published"), a.get("outlet"), a.get("title"), a.get("url")) if v)
        lines += [
            f"  {p['penalty_id']}  {p['role']} {p['status']}  {printable(where or p['article_id'])}",
            f"    {_words(p)}",
        ]
    return lines
