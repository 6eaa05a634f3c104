"""Reviewed articles as gold: those that somebody read to the end, with the rows that hold, in the labels of the gold files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.records import Document
from pipeline.verdicts.events import Event, Value, read_date
from pipeline.verdicts.holding import Reviews, Verdict, fold, found_again, live, one_addition
from pipeline.verdicts.values import written_date

ROUND = "round:"
"""What the ids of the articles of the first round begin with; they are gold already."""


def labels_of(values: Mapping[str, Value], evidence: str) -> dict[str, Any]:
    """Return settled values as one action of a gold article."""
    date, precision = None, None
    if isinstance(values.get("date"), str):
        day, precision = read_date(str(values["date"]))
        date = (
            day.isoformat()
            if precision == "week"
            else written_date(day, "month" if precision == "quarter" else precision)
        )

    def number(name: str) -> float | int | None:
        value = values.get(name)
        if not isinstance(value, str):
            return None
        return int(value) if value.isdigit() else float(value)

    amount = number("amount")
    return {
        "role": values.get("role"), "authority": list(values.get("authority_texts") or ()), "respondents": list(values.get("respondent_texts") or ()),
        "type": values.get("penalty_type"), "status": values.get("status"), "amount": amount, "amount_max": number("amount_max"),
        "currency": values.get("currency") if amount is not None else None, "qualifier": values.get("qualifier") or "exact", "per": values.get("per"),
        "date": date, "date_precision": precision, "appeal": values.get("appeal_status"), "evidence": evidence,
        "violations": list(values.get("violations") or ()), "legal_basis": list(values.get("legal_basis") or ()), "case_numbers": list(values.get("case_numbers") or ()),
    }  # fmt: skip


def read_to_the_end(events: Iterable[Event]) -> Iterator[tuple[str, str, tuple[str, ...], list[Verdict]]]:
    """Yield the articles that are gold: id, `blind` or `prefilled`, who read them, and the rows that hold.

    An article that somebody read blind is gold as it stood when they were done; what was said after they saw the machine's rows is not blind. One about which
    reviewers disagree is none until the adjudicator has decided.
    """
    by_article: dict[str, list[Event]] = {}
    for event in events:
        if event.article_id and not event.article_id.startswith(ROUND):
            by_article.setdefault(event.article_id, []).append(event)
    for article_id in sorted(by_article):
        holding = live(one_addition(by_article[article_id]))
        ends = [e for e in holding if e.action == "finish"]
        if not ends:
            continue
        blind = next((e for e in ends if e.reading == "blind"), None)
        said = fold(holding)
        if blind is not None:
            then = fold(
                e
                for e in holding
                if e.annotator == blind.annotator and (e.time, e.event_id) <= (blind.time, blind.event_id)
            )
            rows = [_judged(v, said) for v in then.rows.values()]
            if then.open - said.judged.keys():
                continue  # the reader was unsure, and nobody has decided
            rows += [said.judged[p] for p in sorted(then.open)]
            kept = [v for v in rows if v is not None and v.state == "accepted"]
            yield article_id, "blind", (blind.annotator,), _ordered(kept)
        elif not said.open:
            people = tuple(sorted(said.finished.get(article_id, {})))
            yield article_id, "prefilled", people, _ordered(v for v in said.rows.values() if v.state == "accepted")


def _judged(verdict: Verdict, said: Reviews) -> Verdict | None:
    """A blind reader's row, as the adjudicator left it where there was one."""
    judge = said.judged.get(verdict.penalty_id)
    return judge if judge is not None and judge.state != "open" and judge.unsure is None else verdict


def _ordered(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda v: (int(v.anchor.get("evidence_start") or 0), v.penalty_id))


def gold_articles(events: Iterable[Event], document: Callable[[str], Document | None]) -> Iterator[dict[str, Any]]:
    """Yield the gold articles of reviews; `document` finds the cleaned article of an id, and one that is gone is left out.

    `main` is null: reviewers do not say which action the headline is about. Null where a position of the headline would be a guess.
    """
    for article_id, reading, people, verdicts in read_to_the_end(events):
        found = document(article_id)
        if found is None or not all(_stands(v, found.text) for v in verdicts):
            continue  # gone, or come again with another text
        actions = [labels_of(v.values, str(v.anchor.get("evidence") or "")) for v in verdicts]
        yield {
            "article_id": article_id, "stratum": "reviewed", "source": "penalty-ledger review", "reading": reading, "annotators": list(people),
            "url": found.url, "outlet": found.outlet, "published": found.published.isoformat() if found.published else None, "title": found.title,
            "text": found.text[found.title_end :].lstrip("\n"), "concrete": bool(actions), "main": None, "actions": actions,
        }  # fmt: skip


def _stands(verdict: Verdict, text: str) -> bool:
    evidence = str(verdict.anchor.get("evidence") or "")
    return not evidence or found_again(text, evidence, int(verdict.anchor.get("evidence_start") or 0)) is not None


def write_gold(articles: Iterable[Mapping[str, Any]], to: Path) -> tuple[int, int]:
    """Write gold articles as JSON lines; return how many, and how many of them were read blind."""
    n = blind = 0
    part = to.with_name(to.name + ".part")
    to.parent.mkdir(parents=True, exist_ok=True)
    with part.open("w", encoding="utf-8", newline="\n") as stream:
        for article in articles:
            stream.write(json.dumps(article, ensure_ascii=False) + "\n")
            n += 1
            blind += article["reading"] == "blind"
    part.replace(to)
    return n, blind


__all__ = ["ROUND", "gold_articles", "labels_of", "read_to_the_end", "write_gold"]
