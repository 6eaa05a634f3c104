"""Which item comes next: the orders and filters of the queue, as questions to the index."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from pipeline.review.store import Store

ORDERS = {
    "confidence": "least sure first",
    "amount": "largest sum first",
    "random": "random sample, for quality control",
    "blind": "random sample, read without the machine's rows",
    "changed": "changed since review",
    "waiting": "for the adjudicator",
}
"""The orders of the queue, in words."""
_SORT = {
    "confidence": "i.confidence, i.article_id",
    "amount": "i.amount_eur DESC, i.article_id",
    "random": "i.dice, i.article_id",
    "blind": "i.dice, i.article_id",
    "changed": "i.confidence, i.article_id",
    "waiting": "i.confidence, i.article_id",
}
PAGE = 25
"""Items that a page of the queue lists."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reviewer wants to see: an order, and filters by flag, authority and words; `done` shows what they are done with instead."""

    order: str = "confidence"
    flag: str = ""
    authority: str = ""
    search: str = ""
    done: bool = False

    @property
    def query(self) -> str:
        """The choice as it stands in a link; empty where it is the usual one."""
        parts = {k: v for k, v in (("flag", self.flag), ("authority", self.authority), ("search", self.search)) if v}
        if self.order != "confidence":
            parts["order"] = self.order
        if self.done:
            parts["done"] = "1"
        return urlencode(parts)

    @classmethod
    def of(cls, query: str) -> Choice:
        """Return the choice of a link; what it does not know is left out."""
        try:
            got = {k: v[-1] for k, v in parse_qs(query[:2000], max_num_fields=20).items()}
        except ValueError:  # too many fields
            got = {}
        order = got.get("order", "confidence")
        return cls(
            order if order in ORDERS else "confidence",
            got.get("flag", ""),
            got.get("authority", ""),
            got.get("search", ""),
            "done" in got,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as the queue lists it."""

    article_id: str
    title: str
    published: str | None
    outlet: str | None
    n_rows: int
    n_flagged: int
    confidence: float | None
    amount_eur: float | None
    skipped: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reviewer is: items with rows in all, done by anybody, done by them, by them today, and their median time for an item in seconds."""

    items: int
    done: int
    mine: int
    today: int
    seconds: float | None


_COLUMNS = "i.article_id, i.title, i.published, i.outlet, i.n_rows, i.n_flagged, i.confidence, i.amount_eur, p.article_id IS NOT NULL, c.article_id IS NOT NULL"


def _question(choice: Choice, annotator: str, columns: str, open_only: bool) -> tuple[str, list[Any]]:
    """The query for a choice, without its order: what this reviewer has yet to do, or (`open_only` false) all of it."""
    joins = [
        "LEFT JOIN passed p ON p.article_id = i.article_id AND p.annotator = ?",
        "LEFT JOIN changed c ON c.article_id = i.article_id",
        "LEFT JOIN done d ON d.article_id = i.article_id AND d.annotator = ?",
    ]
    values: list[Any] = [annotator, annotator]
    where: list[str] = []
    for kind, tag in (("flag", choice.flag), ("authority", choice.authority)):
        if tag:
            joins.append(
                f"JOIN i.tags t_{kind} ON t_{kind}.kind = '{kind}' AND t_{kind}.tag = ? AND t_{kind}.article_id = i.article_id"
            )
            values.append(tag)
    if choice.order == "waiting":
        joins.append("JOIN waiting w ON w.article_id = i.article_id")
    elif choice.order == "changed":
        where.append("c.article_id IS NOT NULL")
    elif choice.order not in {"random", "blind"}:
        where.append("i.n_rows > 0")
    for word in choice.search.casefold().split()[:8]:
        where.append("(instr(i.searched, ?) > 0 OR lower(i.article_id) = ?)")
        values += [word, word]
    if choice.done:
        where.append("d.article_id IS NOT NULL")
    elif open_only and choice.order != "waiting":
        where.append("d.article_id IS NULL")
        # Somebody else's work: as many reviewers as the item needs are done with it or have it open.
        where.append(
            "(SELECT COUNT(*) FROM (SELECT annotator FROM done WHERE article_id = i.article_id AND annotator != ? UNION "
            "SELECT annotator FROM leases WHERE article_id = i.article_id AND annotator != ? AND until > ?)) <= i.twice"
        )
        values += [annotator, annotator, time.time()]
    if choice.order == "blind":
        where.append("NOT EXISTS (SELECT 1 FROM seen s WHERE s.article_id = i.article_id AND s.annotator = ?)")
        values.append(annotator)
    text = f"SELECT {columns} FROM i.items i {' '.join(joins)}" + (f" WHERE {' AND '.join(where)}" if where else "")
    return text, values


def listed(store: Store, choice: Choice, annotator: str, number: int = 0) -> list[Entry]:
    """Return a page of the queue, counted from 0: one item more than `PAGE` where there are further ones."""
    text, values = _question(choice, annotator, _COLUMNS, open_only=True)
    # What a reviewer skipped stays in the list, marked; `next_item` leaves it for the end.
    found = store.base.execute(
        f"{text} ORDER BY {_SORT[choice.order]} LIMIT ? OFFSET ?", [*values, PAGE + 1, PAGE * number]
    )
    return [Entry(r[0], r[1] or r[0], r[2], r[3], r[4], r[5], r[6], r[7], bool(r[8]), bool(r[9])) for r in found]


def next_item(store: Store, choice: Choice, annotator: str, after: str | None = None) -> str | None:
    """Return the next item for a reviewer; None where the queue is empty. Other articles of the decisions of `after` come first, then what was not skipped."""
    if after is not None and choice.order not in {"random", "blind", "waiting"}:
        text, values = _question(choice, annotator, "i.article_id", open_only=True)
        kin = (
            " AND i.article_id IN (SELECT r.article_id FROM i.rows r WHERE r.decision_id IN (SELECT decision_id FROM i.rows WHERE article_id = ?)) "
            "AND i.article_id != ? AND p.article_id IS NULL"
        )
        found = store.base.execute(
            f"{text}{kin} ORDER BY {_SORT[choice.order]} LIMIT 1", [*values, after, after]
        ).fetchone()
        if found:
            return str(found[0])
    for skipped in (False, True):
        text, values = _question(choice, annotator, "i.article_id", open_only=True)
        more = f" {'AND' if ' WHERE ' in text else 'WHERE'} p.article_id IS {'NOT ' if skipped else ''}NULL AND i.article_id != ?"
        found = store.base.execute(
            f"{text}{more} ORDER BY {'p.at, ' if skipped else ''}{_SORT[choice.order]} LIMIT 1", [*values, after or ""]
        ).fetchone()
        if found:
            return str(found[0])
    return None


def next_leased(store: Store, choice: Choice, annotator: str, after: str | None = None) -> str | None:
    """Return the next item and lease it, so that two who ask at once get two."""
    with store.alone():
        found = next_item(store, choice, annotator, after)
        if found is not None:
            store.lease(found, annotator)
    return found


def progress(store: Store, annotator: str) -> Progress:
    """Return how far a reviewer is. The time for an item runs from the reviewer's last item to this one; breaks of more than 15 minutes are left out."""
    base = store.base
    (items,) = base.execute("SELECT value FROM i.about WHERE key = 'items'").fetchone()
    (done,) = base.execute("SELECT COUNT(DISTINCT article_id) FROM done").fetchone()
    (mine,) = base.execute("SELECT COUNT(*) FROM done WHERE annotator = ?", (annotator,)).fetchone()
    (today,) = base.execute(
        "SELECT COUNT(*) FROM done WHERE annotator = ? AND at >= date('now')", (annotator,)
    ).fetchone()
    times = base.execute(
        "SELECT (julianday(at) - julianday(LAG(at) OVER (ORDER BY at))) * 86400 FROM (SELECT at FROM done WHERE annotator = ? ORDER BY at DESC LIMIT 200)",
        (annotator,),
    )
    lasted = sorted(t for (t,) in times if t is not None and t <= 900)
    return Progress(int(items), done, mine, today, lasted[len(lasted) // 2] if lasted else None)


def tags(store: Store, kind: str, most: int = 200) -> list[tuple[str, int]]:
    """Return the flags or authorities of all items, with how many have them, the commonest first."""
    return [
        (str(tag), int(n))
        for tag, n in store.base.execute(
            "SELECT tag, n FROM i.tag_counts WHERE kind = ? ORDER BY n DESC, tag LIMIT ?",
            (kind, most),
        )
    ]


def waiting_rows(store: Store, article_id: str) -> Sequence[str]:
    """Return the rows of an article that wait for the adjudicator."""
    found = store.base.execute("SELECT why FROM waiting WHERE article_id = ?", (article_id,)).fetchone()
    return tuple(json.loads(found[0])) if found else ()
