"""Score names against marked sentences: precision, recall and F1 by label, edges compared without articles and possessives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.marked import Mark

LABELS = ("ORG", "PERSON", "LOC", "LAW")
OF_PIPELINE = {
    "AUTHORITY": "ORG",
    "ORG": "ORG",
    "PERSON": "PERSON",
    "GPE": "LOC",
    "LOC": "LOC",
    "FAC": "LOC",
    "LAW": "LAW",
}


@dataclass(frozen=True, slots=True)
class Score:
    """Right, given and gold spans of one label."""

    label: str
    right: int
    given: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of given spans that are right."""
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        """Share of gold spans that were given."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    def __str__(self) -> str:
        return f"{self.label:10} P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}  ({self.right} right of {self.given} given, {self.gold} gold)"


def _core(text: str, mark: Mark) -> tuple[int, int]:
    surface = text[mark.start : mark.end]
    lead = re.match(r"(?:the|an?)\s+", surface, re.I)
    tail = re.search(r"['’]s?$", surface)
    return mark.start + (lead.end() if lead else 0), mark.end - (len(tail.group()) if tail and len(surface) > 3 else 0)


def marks_of(nlp: Any, text: str) -> tuple[Mark, ...]:
    """Return the names that a pipeline finds in a sentence as marks."""
    return tuple(
        Mark(e.start_char, e.end_char, OF_PIPELINE[e.label_], None, "authority" if e.label_ == "AUTHORITY" else None)
        for e in nlp(text).ents
        if e.label_ in OF_PIPELINE and "[" not in e.text and "]" not in e.text
    )


def score_names(nlp: Any, sentences: Iterable[tuple[str, tuple[Mark, ...]]]) -> list[Score]:
    """Return a score for each of ORG, PERSON, LOC, LAW, and for `authority`."""
    counts = {label: [0, 0, 0] for label in (*LABELS, "authority")}
    for text, gold in sentences:
        found = marks_of(nlp, text)
        for label, count in counts.items():
            a, b = ({_core(text, m) for m in marks if label in {m.label, m.role}} for marks in (gold, found))
            for i, n in enumerate((len(a & b), len(b), len(a))):
                count[i] += n
    return [Score(label, *count) for label, count in counts.items()]
