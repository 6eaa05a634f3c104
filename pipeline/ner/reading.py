"""Which sentences the model reads: all of a common article, of a very long one those that can matter."""

from __future__ import annotations

from pipeline.language.cues import find_cues
from pipeline.language.money import find_money
from pipeline.records import Span

WHOLE = 12_000
"""Characters up to which an article is read whole."""


def worth_reading(text: str, sentences: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the sentences that begin in the first `WHOLE` characters, and beyond them those with money or a penalty word and their neighbours."""
    cued = {i for i, s in enumerate(sentences) if s.start >= WHOLE and _cued(text[s.start : s.end])}
    near = {j for i in cued for j in (i - 1, i, i + 1)}
    return tuple(s for i, s in enumerate(sentences) if s.start < WHOLE or i in near)


def _cued(sentence: str) -> bool:
    return bool(find_money(sentence) or find_cues("penalties", sentence))
