"""Split a text into sentences with exact bounds: by line breaks and sentence marks, never after known abbreviations."""

from __future__ import annotations

import itertools
import re
from functools import cache

from pipeline.knowledge import read_toml, strings
from pipeline.records import Span

ABBREVIATIONS = "rules/abbreviations.toml"
LONGEST = 1_500
"""A sentence is cut at this many characters, so that no pattern ever sees more."""

_BREAK = re.compile(
    r"\n+|[ \u00a0](?=[*•·][ \u00a0]+[A-Z$€£\"“])|(?<=[.!?…])[\"'”’)\]]{0,2}[ \u00a0\t]+(?=[\"'“‘(\[]{0,2}[A-Z0-9À-ÞŁŚŻŠŽČ€£$¥₹])|(?<=[.!?…])[\"”’)\]]{0,2}[ \u00a0]{2,}"
)


@cache
def _abbreviation() -> re.Pattern[str]:
    words = strings(ABBREVIATIONS, read_toml(ABBREVIATIONS), "words")
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?:^|[^\w])(?:{alternatives}|[A-Z]|(?:[A-Za-z]\.)+[A-Za-z])\.$")


@cache
def _closing_abbreviation() -> re.Pattern[str]:
    """Abbreviations that end a name or a sum and may well end the sentence too, where a new one clearly starts."""
    words = strings(ABBREVIATIONS, read_toml(ABBREVIATIONS), "may_close")
    return re.compile(rf"(?:^|[^\w])(?:{'|'.join(re.escape(word) for word in words)})\.$")


_STARTER = re.compile(
    r"[\"“‘(]?(?:The|A|An|In|On|At|It|Its|He|She|They|But|And|This|That|These|Those|As|If|For|After|Under|However|While|Last|Both|Some|Other|Also|We)\s"
)


WRAPPED = 40
"""Characters that a line must have at least to be taken for one that was broken in the middle of a sentence."""


HARD = 4
"""Lines broken before a small letter from which on a text is taken for one with hard line breaks."""


def _open_line(text: str, end: int) -> bool:
    """Whether the line that ends at `end` is long and has no stop."""
    line = text[text.rfind("\n", 0, end) + 1 : end]
    return len(line) >= WRAPPED and line.rstrip()[-1:] not in ".!?:;…"


def _wrapped(text: str, end: int, start: int, hard: bool) -> bool:
    """Whether a line break stands in the middle of a sentence: after a long line without a stop, before a small letter; in a text of hard breaks before any."""
    return start < len(text) and (hard or text[start].islower()) and _open_line(text, end)


def _has_hard_breaks(text: str) -> bool:
    breaks = (m.start() for m in re.finditer(r"\n(?=[a-z])", text))
    return sum(1 for _ in itertools.islice((b for b in breaks if _open_line(text, b)), HARD)) == HARD


def split_sentences(text: str) -> tuple[Span, ...]:
    """Return the sentences of `text` in order; white space around them is left out, nothing else is."""
    cuts, hard = [0], _has_hard_breaks(text)
    for match in _BREAK.finditer(text):
        if match.group() == "\n" and _wrapped(text, match.start(), match.end(), hard):
            continue
        if "\n" not in match.group():
            before = text[max(0, match.start() - 20) : match.start()]
            if _abbreviation().search(before) and not (
                _closing_abbreviation().search(before) and _STARTER.match(text, match.end())
            ):
                continue
        cuts.append(match.end())
    cuts.append(len(text))
    out = []
    for start, end in itertools.pairwise(cuts):
        while end - start > LONGEST:
            blank = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
            middle = blank if blank > 0 else start + LONGEST
            out.append((start, middle))
            start = middle
        out.append((start, end))
    trimmed = []
    for start, end in out:
        piece = text[start:end]
        left = len(piece) - len(piece.lstrip())
        right = len(piece.rstrip())
        if right > left:
            trimmed.append(Span(start + left, start + right))
    return tuple(trimmed)
