"""Exact copies over the whole dump: of equal texts one that reviewers spoke of is kept, else the one with the smallest (published, article_id)."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Copy:
    """A document that repeats another; `kept` is the article that stands for both."""

    article_id: str
    locator: str
    kept: str


def find_copies(
    rows: Iterable[tuple[str, str, date | None, str]], reviewed: Container[str] = frozenset()
) -> list[Copy]:
    """Return the copies among (article_id, locator, published, text hash), whatever their order; `reviewed` are ids of articles that reviewers spoke of."""
    best: dict[str, tuple[bool, date, str, str]] = {}
    listed = [
        (text_hash, (article_id not in reviewed, published or date.max, article_id, locator))
        for article_id, locator, published, text_hash in rows
    ]
    for text_hash, key in listed:
        best[text_hash] = min(best.get(text_hash, key), key)
    return [Copy(key[2], key[3], best[h][2]) for h, key in sorted(listed) if key != best[h]]
