"""Exact copies over the whole dump: of equal texts the one with the smallest (published, article_id) is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Copy:
    """A document that repeats another; `kept` is the article that stands for both."""

    article_id: str
    locator: str
    kept: str


def find_copies(rows: Iterable[tuple[str, str, date | None, str]]) -> list[Copy]:
    """Return the copies among (article_id, locator, published, text hash), whatever their order."""
    best: dict[str, tuple[date, str, str]] = {}
    listed = [
        (text_hash, (published or date.max, article_id, locator)) for article_id, locator, published, text_hash in rows
    ]
    for text_hash, key in listed:
        best[text_hash] = min(best.get(text_hash, key), key)
    return [Copy(key[1], key[2], best[h][1]) for h, key in sorted(listed) if key != best[h]]
