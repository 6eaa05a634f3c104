"""The article's text out of an HTML page, by trafilatura."""

from __future__ import annotations

import trafilatura

LONGEST_PAGE = 5_000_000


def text_of_html(page: str) -> str | None:
    """Return the main text of a page or of an HTML fragment, paragraphs by line breaks; None where there is none."""
    if len(page) > LONGEST_PAGE:
        return None
    if "<body" not in page[:200_000].lower():
        page = f"<html><body><article>{page}</article></body></html>"
    text: str | None = trafilatura.extract(
        page, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False
    )
    return text or None
