"""Ingest: read each record of a dump once, map its columns, screen its raw text.

Writes one light row for every article, and the text only of those that may hold an action. One bad record costs one record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.ingest.columns import COLUMNS, Mapped, map_columns
from pipeline.ingest.screen import SCREEN, passes_screen
from pipeline.ingest.sources import Raw, Source, discover, read_source, unread
from pipeline.knowledge import CURRENCIES
from pipeline.records import Article, Reject, Text

READS = (COLUMNS, SCREEN, CURRENCIES)
LONGEST_TEXT = 1_000_000
"""Code points; a longer body is no article but a bomb or a whole archive in one record."""

__all__ = ["READS", "Ingested", "Source", "discover", "ingest", "unread"]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one record became: a light row always (outcome `rejected` where it cannot be used), its text if it passed the screen, rejects."""

    article: Article
    text: Text | None
    rejects: tuple[Reject, ...]
    mapping: tuple[tuple[str, str], ...] = ()


def _rejected(raw: Raw, code: str, message: str, excerpt: str) -> Ingested:
    reject = Reject(raw.locator, "ingest", code, message, excerpt[:200])
    article = Article(raw.locator, raw.locator, None, None, None, None, None, "rejected", code, 0.0)
    return Ingested(article, None, (reject,))


def _one(raw: Raw) -> Ingested:
    if raw.code:
        return _rejected(raw, raw.code, raw.message, raw.excerpt)
    mapped: Mapped = map_columns(raw.record)
    body = mapped.body
    if not body and not mapped.title:
        return _rejected(raw, "no_text", "no column holds a title or text", str(raw.record)[:200])
    if len(body) > LONGEST_TEXT:
        return _rejected(raw, "text_too_long", f"{len(body)} characters; {LONGEST_TEXT} are read at most", body)
    article_id = mapped.article_id or raw.stem or mapped.hashed_id()
    rejects = []
    if mapped.published is None and mapped.published_text:
        rejects.append(
            Reject(
                raw.locator,
                "ingest",
                "bad_published",
                "the publication date cannot be read and is left out",
                mapped.published_text[:200],
            )
        )
    passed = passes_screen(f"{mapped.title or ''}\n{body}")
    article = Article(
        article_id, raw.locator, mapped.url, mapped.title, mapped.published, mapped.outlet, mapped.language,
        None if passed else "screened_out", None if passed else "no money near a penalty word, no measure near an authority", float(passed),
    )  # fmt: skip
    markup = "html" if raw.html or mapped.looks_like_html() else "plain"
    text = Text(
        article_id,
        raw.locator,
        mapped.url,
        mapped.title,
        mapped.published,
        mapped.outlet,
        mapped.language,
        markup,
        body,
    )
    return Ingested(article, text if passed else None, tuple(rejects), mapped.used)


def ingest(source: Source) -> Iterator[Ingested]:
    """Yield what each record of `source` became, in the order of the source."""
    for raw in read_source(source):
        yield _one(raw)
