"""The page of one decision: its rows side by side, joined and kept apart."""

from __future__ import annotations

import json

from starlette.responses import Response

from pipeline.records import Document
from pipeline.review.acts import Acting, Item, paired
from pipeline.review.items import Row, row_of
from pipeline.review.project import Asked, NotThereError, nonce_of, page, redirect
from pipeline.review.store import Store
from pipeline.verdicts.events import FIELDS


def _row(store: Store, penalty_id: str) -> Row:
    found = store.base.execute("SELECT content FROM i.rows WHERE penalty_id = ?", (penalty_id,)).fetchone()
    if found is None:
        raise NotThereError
    return row_of(found[0])


def decision(asked: Asked) -> Response:
    """The rows of one decision side by side, and other decisions that may be the same or of the same case."""
    store = asked.project.store
    of = _row(store, asked.one("row"))
    members = [
        row_of(c)
        for (c,) in store.base.execute(
            "SELECT content FROM i.rows WHERE decision_id = ? ORDER BY penalty_id LIMIT 60", (of.decision_id,)
        )
    ] or [of]
    names_ = [n for m in members for n in m.values["respondent_texts"]][:20]
    near = store.base.execute(
        f"SELECT DISTINCT r.content FROM i.spellings s JOIN i.rows r ON r.penalty_id = s.penalty_id WHERE s.side = 'respondent' AND s.spelling IN ({','.join('?' * len(names_))}) "
        "AND (r.decision_id IS NULL OR r.decision_id != ?) ORDER BY r.penalty_id LIMIT 20",
        (*names_, of.decision_id or ""),
    )  # fmt: skip
    others = [row_of(c) for (c,) in near]
    cards = [*((m, True) for m in members), *((o, False) for o in others)]
    number = min(int(asked.query["at"][:6]), len(cards) - 1) if asked.query.get("at", "")[:6].isdecimal() else 0
    said = store.pairs()
    pairs = {"same decision": said.same_decision, "kept apart": said.apart, "same case": said.same_matter}
    told = {
        row.penalty_id: [
            kind for kind, found in pairs.items() if any(row.penalty_id in p and of.penalty_id in p for p in found)
        ]
        for row, _ in cards
        if row.penalty_id != of.penalty_id
    }
    titles = dict(
        store.base.execute(
            "SELECT article_id, title FROM i.items WHERE article_id IN (SELECT value FROM json_each(?))",
            (json.dumps([r.article_id for r, _ in cards]),),
        )
    )
    for article_id in {r.article_id for r, _ in cards}:
        store.saw_rows(article_id, asked.person.name)
    return page(
        asked,
        "decision",
        of=of,
        cards=cards,
        number=number,
        told=told,
        titles=titles,
        members=len(members),
        fields=FIELDS,
    )


def pair(asked: Asked) -> Response:
    """Rows joined, kept apart, or put into one case."""
    project, store = asked.project, asked.project.store
    of, other = _row(store, asked.one("row")), _row(store, asked.one("other"))
    action = asked.one("do")
    if action not in {"same_decision", "split", "same_matter"}:
        raise NotThereError

    def members(row: Row) -> list[str]:
        found = store.base.execute(
            "SELECT penalty_id FROM i.rows WHERE decision_id = ? ORDER BY penalty_id LIMIT 500", (row.decision_id,)
        )
        return [p for (p,) in found] or [row.penalty_id]

    empty = Document(other.article_id, "", None, None, None, None, None, "", 0, "", (), (), "", (), ())
    acting = Acting(
        store,
        asked.person,
        Item(other.article_id, empty, (), {}, False, None),
        nonce_of(asked),
        project.codebook.version,
    )
    rest = [p for p in members(of) if p != other.penalty_id]
    store.add(paired(acting, action, other, rest))
    return redirect("/decision", row=of.penalty_id, at=asked.one("at"), **{"from": asked.choice.query})
