"""One row a decision: of each value the one that its articles support best."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.schema import DECISIONS

_TAKEN = {c.name for c in DECISIONS.columns}


def _agreement(members: list[dict[str, Any]]) -> float | None:
    articles = {m["article_id"]: m["amount"] for m in members}
    if len(articles) < 2:
        return None
    return round(Counter(articles.values()).most_common(1)[0][1] / len(articles), 3)


def decision_rows(rows: list[dict[str, Any]], published: Mapping[str, date | None]) -> list[dict[str, Any]]:
    """Return the rows of `decisions`, sorted by id.

    The best-supported member gives the values: news before background, then the highest confidence, then the earliest report. A date, an appeal
    or a legal basis that it lacks comes from the next best member that has one.
    """
    clusters: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        clusters[row["decision_id"]].append(row)
    out = []
    for decision_id, members in sorted(clusters.items()):
        ranked = sorted(
            members,
            key=lambda m: (
                m["role"] != "current",
                -m["confidence"],
                published.get(m["article_id"]) or date.max,
                m["penalty_id"],
            ),
        )
        best = ranked[0]
        row = {k: v for k, v in best.items() if k in _TAKEN}
        dated = next((m for m in ranked if m["date"]), None)
        if row["date"] is None and dated is not None:
            row.update({k: dated[k] for k in ("date", "date_precision", "date_basis")})
        for name in ("appeal_status", "turnover_percent"):
            row[name] = next((m[name] for m in ranked if m[name] is not None), None)
        for name in ("legal_basis", "case_numbers", "violations"):
            row[name] = next((m[name] for m in ranked if m[name]), [])
        articles = sorted({m["article_id"] for m in members})
        days = [published[a] for a in articles if published.get(a)]
        row.update(
            decision_id=decision_id,
            known_as="news" if any(m["role"] == "current" for m in members) else "background",
            evidence_article_id=best["article_id"],
            n_articles=len(articles),
            article_ids=articles,
            first_reported=min((d for d in days if d), default=None),
            sources_agree=_agreement(members),
        )
        out.append(row)
    return out
