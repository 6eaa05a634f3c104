"""Suits between private parties: their sums are no penalties."""

from __future__ import annotations

import re

from pipeline.extract.parties import is_court
from pipeline.extract.reading import Reading, Sentence
from pipeline.language.cues import find_cues

_PUBLIC = re.compile(
    r"\b(?:regulators?|watchdogs?|authorit(?:y|ies)|prosecutors?|attorneys?[- ]general|district attorneys?|D\.?A\.?|A\.?G\.?|agency|agencies|commission|ministry|department|government|officials|police|"
    r"ombudsman|U\.S\. attorney|(?:federal|states?)(?! (?:(?:supreme|superior|district|circuit) )?(?:court|judge|appeals|jury|farm|street|trooper|university)))\b",
    re.I,
)


_SUIT_SETTLED = re.compile(
    r"\b(?:settl|resolv)\w+\b[^.;]{0,80}\b(?:lawsuits?|suits?|litigation|claims?|cases?)\b", re.I
)


def _names_agency(sentence: Sentence) -> bool:
    return any(n.label == "AUTHORITY" and not is_court(n) for _, n in sentence.names)


def is_private(reading: Reading) -> bool:
    """Whether the article tells a private matter.

    It does where title or first sentence use the words of a private suit and no word of a fine; where title to third sentence use such words and no
    agency stands there; where title or first sentence are about a body of sport; and where no public body is mentioned at all.
    """
    early = [s for s in reading.sentences if s.number <= 3]
    first = [s for s in early if s.number <= 1]
    strong = any(c.value == "strong" for s in first for c in find_cues("private", s.text))
    sports = any(c.value == "sports" for s in first for c in find_cues("private", s.text))
    if sports and not any(n.registry_ids for s in early for _, n in s.names if n.label == "AUTHORITY"):
        return True
    if strong and not any(c.value == "fine" for s in first for c in s.penalties):
        return True
    suit = any(_SUIT_SETTLED.search(s.text) for s in first)
    if suit and not any(_names_agency(s) or _PUBLIC.search(s.text) for s in early if s.number <= 2):
        return True
    private = any(find_cues("private", s.text) for s in early)
    if private and not any(_names_agency(s) for s in early) and not any(_PUBLIC.search(s.text) for s in first):
        return True
    return names_no_body(reading)


def names_no_body(reading: Reading) -> bool:
    """Whether an article has no word of a public body at all: a weak sign of a private matter."""
    return not any(
        _PUBLIC.search(s.text)
        or any(n.label == "AUTHORITY" for _, n in s.names)
        or re.search(r"\b(?:court|judge|fined|DPAs?|penalty (?:order|notice))\b", s.text)
        for s in reading.sentences
    )


def private_sentence(sentence: Sentence) -> bool:
    """Whether the sentence tells a private suit and names no public body."""
    words = bool(find_cues("private", sentence.text)) or (
        sentence.number > 1 and bool(_SUIT_SETTLED.search(sentence.text))
    )
    return words and not _names_agency(sentence) and not _PUBLIC.search(sentence.text)
