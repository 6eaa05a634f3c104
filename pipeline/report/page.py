"""The report as one HTML page: figures, plots, the largest decisions with their words, all rows. It loads nothing and opens offline."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.release import Release
from pipeline.report import plots
from pipeline.report.figures import (
    around_sum,
    authority_label,
    country_label,
    counts,
    flag_counts,
    grouped,
    in_force,
    keys_of,
    outcome_counts,
    violation_label,
    web_link,
)

LARGEST, ROWS, DOTS = 20, 2_000, 1_500
"""Decisions told with their sentence, rows of the page, dots of the timeline; the largest sums come first."""
COUNTED = [
    "decision_id", "lead_authority_id", "lead_authority_country", "event_year", "violations", "flags", "counts_in_sum", "penalty_type", "status", "amount",
    "amount_eur", "date", "first_reported",
]  # fmt: skip
"""What the figures read of every decision; the rest only of those that the page tells."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Line:
    """A decision as the page tells it; the sentence is cut around its sum, `url` is a link to the article or null.

    `first_of` are the keys that no row before it carries: where links lead that no script turns into a filter.
    """

    id: str
    keys: str
    first_of: tuple[str, ...]
    day: str
    authority: str
    respondent: str
    kind: str
    standing: str
    sum: str
    euros: str
    before: str
    words: str
    after: str
    texts: int
    url: str | None
    title: str
    flags: tuple[str, ...]


def _sum(d: Mapping[str, Any]) -> str:
    if d["amount"] is None and d["amount_max"] is None:
        return {"undisclosed": "undisclosed", "unparsed": "not read"}.get(d["amount_state"] or "", "")
    low, high = (None if v is None else f"{v:,.2f}".removesuffix(".00") for v in (d["amount"], d["amount_max"]))
    text = f"{low}–{high}" if low and high and d["qualifier"] == "range" else low or f"up to {high}"
    if low and high and d["qualifier"] != "range":
        text = f"{low} (at most {high})"
    words = {"approx": "about ", "at_least": "at least ", "up_to": "up to "}.get(d["qualifier"] or "", "")
    per = f" a {d['per']}" if d["per"] else ""
    return f"{words if 'up to' not in text else ''}{d['currency'] or ''} {text}{per}".strip()


def _day(d: Mapping[str, Any]) -> str:
    day: date | None = d["date"]
    if day is None:
        return str(d["event_year"] or "")
    return {"year": f"{day:%Y}", "month": f"{day:%Y-%m}", "quarter": f"{day:%Y} Q{(day.month + 2) // 3}"}.get(
        d["date_precision"], day.isoformat()
    )


def _line(d: Mapping[str, Any], urls: Mapping[str, tuple[str | None, str | None]], seen: set[str]) -> Line:
    url, title = urls.get(d["evidence_article_id"], (None, None))
    keys = keys_of(d)
    first_of = tuple(k for k in keys if k not in seen)
    seen.update(keys)
    return Line(
        d["decision_id"], " ".join(keys), first_of, _day(d), ", ".join(d["authority_names"]), ", ".join(d["respondent_names"]),
        d["penalty_type"].replace("_", " "), d["status"], _sum(d), "" if d["amount_eur"] is None else plots.euros(d["amount_eur"]),
        *around_sum(d), d["n_texts"],
        web_link(url), title or d["evidence_article_id"], tuple(d["flags"]),
    )  # fmt: skip


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _inline(name: str) -> tuple[Markup, str]:
    """One of our own files as it goes into the page, and its hash for the page's content security policy."""
    text = (_HERE / name).read_text(encoding="utf-8")
    return Markup(text), base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _on_timeline(d: Mapping[str, Any]) -> bool:
    return bool(d["amount_eur"] and (d["date"] or d["first_reported"]))


def page(release: Release) -> str:
    """Return the page of a release that holds `decisions`, `articles` and `rejects`."""
    table = release.tables["decisions"]
    decisions = table.select(COUNTED).to_pylist()
    order = sorted(
        range(len(decisions)),
        key=lambda i: (
            -in_force(decisions[i]),
            -(decisions[i]["amount_eur"] or Decimal(0)),
            decisions[i]["decision_id"],
        ),
    )
    largest = table.take(order[:ROWS]).to_pylist() if order else []
    articles = release.tables["articles"].select(
        ["article_id", "url", "title", "published", "outlet", "language", "outcome_reason", "outcome"]
    )
    about = articles.to_pylist()
    urls = {a["article_id"]: (a["url"], a["title"]) for a in about}
    days = sorted(a["published"] for a in about if a["published"])
    seen: set[str] = set()
    lines = [_line(d, urls, seen) for d in largest]
    dots = [
        plots.Dot(d["decision_id"], d["date"] or d["first_reported"], d["amount_eur"], f"{', '.join(d['respondent_names']) or 'somebody'}: {plots.euros(d['amount_eur'])}, {_day(d)}")
        for d in largest
        if _on_timeline(d)
    ]  # fmt: skip
    style, script = _inline("page.css"), _inline("page.js")
    return _environment().get_template("page.html.j2").render(
        run=release.run,
        style=style[0], style_hash=style[1], script=script[0], script_hash=script[1],
        days=(days[0], days[-1]) if days else None,
        n_decisions=len(decisions), n_counted=sum(d["counts_in_sum"] for d in decisions),
        total=plots.euros(sum((in_force(d) for d in decisions), Decimal(0))),
        without_euros=sum(d["counts_in_sum"] and d["amount"] is not None and d["amount_eur"] is None for d in decisions),
        n_flagged=sum(bool(d["flags"]) for d in decisions),
        n_articles=len(about), n_extracted=sum(a["outcome"] == "extracted" for a in about),
        by=(
            ("Authorities", grouped(decisions, "authority", authority_label)),
            ("Countries of the authorities", grouped(decisions, "country", country_label)),
            ("Violations", grouped(decisions, "violation", violation_label)),
        ),
        years=grouped(decisions, "year", str, by_key=True).shown,
        largest=[line for line, d in zip(lines, largest, strict=True) if d["counts_in_sum"]][:LARGEST],
        dots=dots[:DOTS], n_dots=sum(map(_on_timeline, decisions)),
        flags=flag_counts(decisions),
        outcomes=outcome_counts(release),
        outlets=counts(a["outlet"] for a in about), languages=counts(a["language"] for a in about),
        rejects=counts(release.tables["rejects"]["code"].to_pylist()),
        lines=lines,
        euros=plots.euros,
        bar=lambda share: Markup(plots.bar(share)), columns=lambda g: Markup(plots.columns(g)),
        stacked=lambda c: Markup(plots.stacked(c)), timeline=lambda d: Markup(plots.timeline(d)),
    )  # fmt: skip
