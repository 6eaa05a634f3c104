"""The page of one article, and what its buttons do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from starlette.responses import Response

from pipeline.review.acts import ACTS, Acting, Item, undo
from pipeline.review.gold import ROUND
from pipeline.review.items import document_of, words_of
from pipeline.review.project import Asked, NotThereError, nonce_of, page, redirect
from pipeline.review.round_page import round_document
from pipeline.review.taking import TakingError
from pipeline.review.view import LABELS, SELECTABLE, as_told, pieces, row_views, summary
from pipeline.schema import REJECTIONS
from pipeline.verdicts import in_text
from pipeline.verdicts.events import FIELDS, LISTS, NEEDED, VOCABULARIES
from pipeline.verdicts.holding import Reviews, Verdict, agreed, differing, fold


def _item(asked: Asked, article_id: str) -> Item:
    """The article with its rows as this reviewer sees them. Raises `NotThereError`."""
    project, me = asked.project, asked.person
    said = fold(project.store.events(article_id))
    mine = _judging(said) if me.adjudicator else said.by_annotator.get(me.name, {})
    finished = said.finished.get(article_id, {}).get(me.name)
    if article_id.startswith(ROUND):
        return Item(article_id, round_document(project, article_id), (), mine, True, finished)
    document = document_of(project.store.base, project.out, article_id)
    if document is None:
        raise NotThereError
    blind = asked.choice.order == "blind" and finished is None and not project.store.has_seen(article_id, me.name)
    # A row that somebody else added is their judgement; only the adjudicator sees it.
    rows = tuple(r for r in project.store.rows(article_id) if not r.added or r.penalty_id in mine or me.adjudicator)
    mine = {p: in_text(v, document.text) for p, v in mine.items()}
    return Item(article_id, document, rows, mine, blind, finished)


def _judging(said: Reviews) -> Mapping[str, Verdict]:
    """The rows as an adjudicator finds them: as judged, else with what reviewers agree on, rows that they added among them."""
    by_row: dict[str, list[Verdict]] = defaultdict(list)
    for verdicts in said.by_annotator.values():
        for penalty_id, verdict in verdicts.items():
            by_row[penalty_id].append(verdict)
    found = {p: v for p, told in by_row.items() if (v := agreed(told)) is not None}
    return {**found, **said.judged}


def item(asked: Asked, error: str | None = None) -> Response:
    """One article: its text with the used words marked, its rows, and the row in focus field by field."""
    project, store, me = asked.project, asked.project.store, asked.person
    article_id = asked.one("id")
    found = _item(asked, article_id)
    in_round = article_id.startswith(ROUND)
    if not found.blind:
        store.saw_rows(article_id, me.name)
    if not in_round:
        store.lease(article_id, me.name)
    rows = found.rows
    if found.blind:  # one's own rows as one told them, although the machine may have them too
        rows = tuple(as_told(r, v) for r in rows if (v := found.verdicts.get(r.penalty_id)))
    words = words_of(
        c for (c,) in store.base.execute("SELECT content FROM i.words WHERE article_id = ?", (article_id,))
    )
    shared = {
        p: int(n)
        for p, n in store.base.execute(
            "SELECT r.penalty_id, (SELECT COUNT(*) FROM i.rows o WHERE o.decision_id = r.decision_id AND o.article_id != r.article_id) FROM i.rows r WHERE r.article_id = ?",
            (article_id,),
        )
    }
    views = row_views(rows, () if found.blind else words, found.verdicts, {} if found.blind else shared)
    wanted = asked.one("row")
    focus = next((v for v in views if v.penalty_id == wanted), None)
    if focus is None and wanted != "none":
        focus = next((v for v in views if not v.settled), None)
    at = views.index(focus) if focus else -1
    mode = asked.query.get("do", "") or asked.one("do")
    others = _others(asked, article_id) if me.adjudicator else {}
    return page(
        asked, "item", 422 if error else 200, item=found, rows=views, focus=focus, error=error, told=asked.query.get("told", ""), mode=mode, in_round=in_round,
        before=views[at - 1] if at > 0 else None, after=views[at + 1] if 0 <= at < len(views) - 1 else None,
        pieces=pieces(found.document, views, () if found.blind else words, found.verdicts, focus.penalty_id if focus else None, "furniture" in asked.query),
        left=sum(not v.settled for v in views), fields=FIELDS, lists=LISTS, needed=NEEDED, vocabularies=VOCABULARIES, reasons=REJECTIONS, selectable=SELECTABLE,
        codebook=project.codebook, form=asked.form, furniture="furniture" in asked.query, others=others, furnished=bool(found.document.furniture),
    )  # fmt: skip


def _others(asked: Asked, article_id: str) -> dict[str, list[tuple[str, str, str | None, str]]]:
    """For the adjudicator: what each reviewer said of each row — who, what, why or note, and the row in one line."""
    said = fold(asked.project.store.events(article_id))
    out: dict[str, list[tuple[str, str, str | None, str]]] = {}
    for annotator, verdicts in sorted(said.by_annotator.items()):
        for penalty_id, v in verdicts.items():
            state = "unsure" if v.unsure is not None else v.state
            out.setdefault(penalty_id, []).append((annotator, state, v.unsure or v.reason, summary(v.values)))
    for penalty_id, told in out.items():
        verdicts_ = [v[penalty_id] for v in said.by_annotator.values() if penalty_id in v]
        fields = sorted({f for n, a in enumerate(verdicts_) for b in verdicts_[n + 1 :] for f in differing(a, b)})
        if fields:
            told.append(("they differ in", ", ".join(LABELS.get(f, f) for f in fields), None, ""))
    return out


def in_words(error: str) -> str:
    """Return a message with a field's label in place of its column."""
    name, colon, rest = error.partition(":")
    name, _, more = name.partition(" ")
    if name not in LABELS:
        return error
    label = LABELS[name]
    return f"{label[0].upper()}{label[1:]}{' ' + more if more else ''}{colon}{rest}"


def act(asked: Asked) -> Response:
    """What a button of an article does."""
    project, store, me = asked.project, asked.project.store, asked.person
    nonce = nonce_of(asked)
    article_id, back = asked.one("id"), asked.choice.query
    if asked.one("do") == "undo":
        events = undo(store, me, nonce, project.codebook.version)
        added = store.add_all(events)
        if added:
            article_id = added[0].article_id
        told = next((e.action for e in store.events(article_id) if added and e.event_id == added[0].undoes), "nothing")
        row = added[0].penalty_id or "" if added else asked.one("row")
        return redirect("/item", id=article_id, row=row, told=told, **{"from": back}) if article_id else redirect("/")
    made_by = ACTS.get(asked.one("do"))
    if made_by is None:
        raise NotThereError
    found = _item(asked, article_id)
    try:
        made = made_by(Acting(store, me, found, nonce, project.codebook.version), asked.form)
    except TakingError as error:
        return item(asked, in_words(str(error)))
    store.add_all(made.events)
    if made.onward and article_id.startswith(ROUND):
        return redirect("/round", after=article_id) if made.events[0].action == "finish" else redirect("/round")
    if made.onward and made.events[0].action == "finish" and found.blind:
        return redirect(
            "/item", id=article_id, row="none", **{"from": back}
        )  # now with the machine's rows beside one's own
    if made.onward:
        return redirect("/next", after=article_id, **{"from": back})
    return redirect("/item", id=article_id, row=made.focus or "", **{"from": back})
