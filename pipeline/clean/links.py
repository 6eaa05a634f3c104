"""Hyperlinks of an article with their span in its cleaned text. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml.etree import LxmlError

from pipeline.language.coordinates import text_span
from pipeline.records import Link, OffsetRun

MOST_LINKS = 500
"""Links of an article that are kept."""
LONGEST_URL = 2_000
_URL = re.compile(r"https?://[^\s<>\"'\u201c\u201d\u2018\u2019()\[\]]{4,2000}")


def _whole(url: str, base: str | None) -> str | None:
    """The absolute web address, or null where it is none ("javascript:", "mailto:")."""
    try:
        joined = urljoin(base or "", url.strip())
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in {"http", "https"} and parts.netloc and len(joined) <= LONGEST_URL else None


def anchors_of_html(page: str, base: str | None) -> list[tuple[str, str]]:
    """Return (words, address) of the page's links in their order."""
    try:
        tree = lxml.html.document_fromstring(page)
    except (LxmlError, ValueError):
        return []
    out = []
    for element in tree.iter("a"):
        words = " ".join("".join(element.itertext()).split())
        url = _whole(element.get("href") or "", base)
        if words and url:
            out.append((words, url))
    return out[: MOST_LINKS * 4]


def find_links(
    anchors: Iterable[tuple[str, str]], source: str, title_end: int, text: str, runs: tuple[OffsetRun, ...]
) -> tuple[Link, ...]:
    """Return the links whose words stand in the cleaned text, in order: those of the page, found one after the other in `source`, and bare addresses.

    A link whose words were cut with the page's furniture, or that the text does not hold in the page's order, is left out.
    """
    out: list[Link] = []
    here = title_end
    for words, url in anchors:
        at = source.find(words, here)
        if at < 0 or at - here > 20_000:
            continue
        here = at + len(words)
        span = text_span(runs, at, here)
        if span is not None:
            out.append(Link(*span, url))
    taken = [(link.start, link.end) for link in out]
    for match in _URL.finditer(text):
        found = _whole(match.group().rstrip(".,;:!?"), None)
        if found and not any(s < match.end() and match.start() < e for s, e in taken):
            out.append(Link(match.start(), match.start() + len(match.group().rstrip(".,;:!?")), found))
    return tuple(sorted(out, key=lambda link: (link.start, link.end, link.url))[:MOST_LINKS])
