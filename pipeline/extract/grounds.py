"""What a row is for and under what: violations, laws and case numbers, from the sentences that speak of it.

News takes what title, lead and the sum's own sentences say, and the laws and numbers of the whole article, unless that tells several cases;
background and the rows of a list take what their own sentence says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from pipeline.extract.drafts import Draft
from pipeline.extract.reading import Reading, Sentence
from pipeline.extract.standing import is_roundup
from pipeline.language.cues import Cue, find_cues
from pipeline.language.laws import LawMention, find_laws

_Item = TypeVar("_Item")
MOST_VIOLATIONS = 3
EARLY = 3
"""Sentences of the body whose violations are the case's."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a document names: by sentence, in order."""

    violations: tuple[tuple[Sentence, Cue], ...]
    laws: tuple[tuple[Sentence, LawMention], ...]
    numbers: tuple[tuple[Sentence, Cue], ...]
    several: bool


@dataclass(frozen=True, slots=True)
class Grounds:
    """Violations, laws and case numbers of one row, each value once, with the words that say so."""

    violations: tuple[Cue, ...]
    laws: tuple[LawMention, ...]
    numbers: tuple[Cue, ...]


def find_grounds(reading: Reading) -> Found:
    """Return all violations, laws and case numbers of a document; `several` where it tells several cases."""
    sentences = reading.sentences
    return Found(
        tuple((s, c) for s in sentences for c in find_cues("violations", s.text, s.start)),
        tuple((s, w) for s in sentences for w in find_laws(s.text, s.start)),
        tuple((s, c) for s in sentences for c in find_cues("case_numbers", s.text, s.start)),
        bool(reading.blocks) or is_roundup(reading),
    )


def background(drafts: Iterable[Draft]) -> frozenset[int]:
    """Return the sentences that tell background and no news: they say nothing of what the news is for."""
    told = [(d.role, d.sentence.number) for d in drafts]
    return frozenset(n for role, n in told if role == "prior") - {n for role, n in told if role == "current"}


def grounds_of(found: Found, draft: Draft, old: frozenset[int], text: str) -> Grounds:
    """Return what one row is for and under what; `old` are the sentences of background."""
    own = {draft.sentence.number, *(t.sentence.number for t in draft.told)}
    block = _paragraph(text, draft.start)
    alone = draft.role == "prior" or found.several

    def speaks(sentence: Sentence, start: int) -> bool:
        if alone:
            return sentence.number in own or (found.several and block[0] <= start < block[1])
        return sentence.number in own or (sentence.number <= EARLY and sentence.number not in old)

    violations = [c for s, c in found.violations if speaks(s, c.start)]
    violations.sort(key=lambda c: (not any(t.sentence.start <= c.start < t.sentence.end for t in draft.told), c.start))
    laws = [w for s, w in found.laws if not alone or speaks(s, w.start)]
    # "Article 32 of the General Data Protection Regulation (GDPR)": the act alone says nothing more.
    whole = {w.value.split(":")[0] for w in laws if ":" in w.value}
    laws = [w for w in laws if w.value not in whole]
    numbers = [c for s, c in found.numbers if not alone or speaks(s, c.start)]
    return Grounds(
        tuple(_first(violations, lambda c: c.value))[:MOST_VIOLATIONS],
        tuple(_first(laws, lambda w: w.value)),
        tuple(_first(numbers, lambda c: text[c.start : c.end])),
    )


def _first(items: Iterable[_Item], key: Callable[[_Item], str]) -> list[_Item]:
    seen: dict[str, _Item] = {}
    for item in items:
        seen.setdefault(key(item), item)
    return list(seen.values())


def _paragraph(text: str, position: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return start, end if end >= 0 else len(text)
