"""Suits between private parties: their sums are no penalties."""

from __future__ import annotations

import re

from pipeline.extract.parties import is_court
from pipeline.extract.reading import Reading, Sentence
from pipeline.language.cues import find_cues

_PUBLIC = re.compile(
    r"\b(?:regulators?|watchdogs?|authorit(?:y|ies)|prosecutors?|attorneys? general|agency|agencies|commission|ministry|department|government|officials|police|ombudsman|U\.S\. attorney|federal|state)\b",
    re.I,
)


def is_private(reading: Reading) -> bool:
    """Whether the article tells a private matter: no authority but courts named early beside words of a private suit, or no public body at all."""
    early = [s for s in reading.sentences if s.number <= 3]
    agencies = [n for n in reading.names if n.label == "AUTHORITY" and not is_court(n)]
    early_agency = any(n.label == "AUTHORITY" and not is_court(n) for s in early for _, n in s.names)
    if any(find_cues("private", s.text) for s in early) and not early_agency and not any(_PUBLIC.search(s.text) for s in early if s.number <= 1):
        return True
    anybody = any(n.label == "AUTHORITY" for n in reading.names) or any(_PUBLIC.search(s.text) or re.search(r"\b(?:court|judge|fined)\b", s.text) for s in reading.sentences)
    return not agencies and not anybody


def private_sentence(sentence: Sentence) -> bool:
    """Whether the sentence tells a private suit and names no agency."""
    return bool(find_cues("private", sentence.text)) and not any(n.label == "AUTHORITY" and not is_court(n) for _, n in sentence.names) and not _PUBLIC.search(sentence.text)
