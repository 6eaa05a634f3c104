"""The first round: gold articles that a newcomer reads blind, with what careful readers wrote after each."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.responses import Response

from pipeline.evaluate.agreement import FIELDS as SCORED
from pipeline.evaluate.scores import score
from pipeline.records import Document
from pipeline.review.gold import ROUND, labels_of
from pipeline.review.project import Asked, NotThereError, Project, page
from pipeline.verdicts.holding import fold

ROUND_ARTICLES = 20


def round_document(project: Project, article_id: str) -> Document:
    """Return an article of the round. Raises `NotThereError`."""
    found = next((a for a in project.gold if f"{ROUND}{a['article_id']}" == article_id), None)
    if found is None:
        raise NotThereError
    title = str(found.get("title") or "")
    text = f"{title}\n\n{found['text']}" if title else str(found["text"])
    published = date.fromisoformat(found["published"]) if found.get("published") else None
    return Document(
        article_id,
        "",
        found.get("url"),
        title,
        published,
        found.get("outlet"),
        "en",
        text,
        len(title),
        text,
        (),
        (),
        "",
        (),
        (),
    )


def first_round(asked: Asked) -> Response:
    """The first round: gold articles read blind; after each what the gold says, and a figure by field over those done so far."""
    project, me = asked.project, asked.person
    if not project.gold:
        raise NotThereError
    said = fold(e for e in project.store.events() if e.article_id.startswith(ROUND) and e.annotator == me.name)
    done = [a for a in project.gold if me.name in said.finished.get(f"{ROUND}{a['article_id']}", {})]
    left = [a for a in project.gold if a not in done]
    given: dict[str, list[dict[str, Any]]] = {}
    for verdict in said.rows.values():
        labels = labels_of(verdict.values, str(verdict.anchor.get("evidence") or ""))
        row = {
            **labels,
            "authority": [[n] for n in labels["authority"]],
            "respondents": [[n] for n in labels["respondents"]],
            "flags": [],
            "confidence": 1.0,
        }
        if verdict.state == "accepted":
            given.setdefault(verdict.article_id.removeprefix(ROUND), []).append(row)
    shown = next((a for a in done if f"{ROUND}{a['article_id']}" == asked.query.get("after")), None)
    figures = score(done, given) if done else None
    return page(
        asked, "round", done=len(done), all=len(project.gold), next=f"{ROUND}{left[0]['article_id']}" if left else None, shown=shown,
        mine=given.get(str(shown["article_id"]), []) if shown else [], figures=figures, scored=list(SCORED), gold_fields=("role", "type", "status", "amount", "amount_max", "currency", "qualifier", "per", "authority", "respondents", "date", "appeal"),
    )  # fmt: skip
