"""The paragraph that a place of a text stands in, and the line that heads its section."""

from __future__ import annotations

BREAK = "\n\n"
FEW_PARAGRAPHS = 3
"""A text of no more paragraphs was printed without them."""
HEADING_WORDS = 5
"""Words of a line that heads a section, at most."""
FAR_HEADING = 6
"""Paragraphs that a line heads, at most."""


def paragraph_around(text: str, position: int) -> tuple[int, int] | None:
    """Return the bounds of the paragraph around a position of a text; None where the text has hardly any."""
    if text.count(BREAK) < FEW_PARAGRAPHS:
        return None
    end = text.find(BREAK, position)
    start = text.rfind(BREAK, 0, position)
    return start + len(BREAK) if start >= 0 else 0, end if end >= 0 else len(text)


def heading_above(text: str, position: int) -> tuple[int, int] | None:
    """Return the bounds of the short line without a full stop that heads the paragraphs around a position ("MICROSOFT"); None where there is none near.
    The title, a text's first line, heads no section."""
    end = text.rfind(BREAK, 0, position)
    for _ in range(FAR_HEADING):
        start = text.rfind(BREAK, 0, end) if end > 0 else -1
        if start < 0:
            return None
        line = text[start:end].strip()
        if line and len(line.split()) <= HEADING_WORDS and line[-1] not in '.!?,;”"':
            return start + len(BREAK), end
        end = start
    return None
