"""The paragraph that a place of a text stands in, and the line that heads its section."""

from __future__ import annotations

import re
from functools import lru_cache

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


def _heads(line: str) -> bool:
    """Whether a line is as short as a heading and ends as none of a text's sentences does."""
    return bool(line) and len(line.split()) <= HEADING_WORDS and line[-1] not in '.!?,;”"'


def heading_above(text: str, position: int) -> tuple[int, int] | None:
    """Return the bounds of the short line without a full stop that heads the paragraphs around a position ("MICROSOFT"); None where there is none near.
    The title, a text's first line, heads no section."""
    end = text.rfind(BREAK, 0, position)
    for _ in range(FAR_HEADING):
        start = text.rfind(BREAK, 0, end) if end > 0 else -1
        if start < 0:
            return None
        line = text[start:end].strip()
        if _heads(line):
            return start + len(BREAK), end
        end = start
    return None


_RUN_IN = re.compile(
    r"(?:\d{1,2}\. |[A-Z][\w’' -]{1,28}[:?] (?=[A-Z“\"])|[A-Z][A-Z’',/ -]{2,40}(?:\.|:| [—–-]) |[*•■▪–—-] ?[A-Z])"
)
"""How a paragraph opens that is a section of its own: "PALLET WORKS. A man of 23 …", "2. …"."""
_OF_A_DIGEST = re.compile(r"[A-Z][\w’' -]{1,28}\. (?=[A-Z“\"])")
"""How one of a digest may open besides: "Ringtones. The watchdog …"; elsewhere that is a short sentence."""


@lru_cache(maxsize=8)
def sections(text: str, digest: bool) -> tuple[int, ...]:
    """Return where the sections of a round-up, or of a text that calls itself a digest, begin: its paragraphs, but for the first, that are a short line or open
    with one."""
    out: list[int] = []
    start = 0
    for number, paragraph in enumerate(text.split(BREAK)):
        line = paragraph.strip()
        if number and line and (_heads(line) or _RUN_IN.match(line) or (digest and _OF_A_DIGEST.match(line))):
            out.append(start + len(paragraph) - len(paragraph.lstrip()))
        start += len(paragraph) + len(BREAK)
    return tuple(out)
