"""Years that head the lines of a list: "2010 * Telmira: $25 million … 2009 * Orbeo: $10 million"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipeline.extract.reading import Sentence
from pipeline.language.dates import DateMention

FEWEST = 2
"""Headings that make a list one by years: a single year may end the line before."""
_LINE = re.compile(r"\s*[*•▪·]")
_YEAR = re.compile(r"(?:^|(?<=[\s.:]))(?P<year>(?:19[5-9]|20[0-4])\d):?\s*$")
_IN_A_PHRASE = re.compile(
    r"(?:\b(?:in|of|since|from|to|until|by|and|or|during|through|early|late|mid|before|after|for|[A-Z][a-z]{2,8}\.?)|[-–,/]|\d)\s+$"
)


def with_headings(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Return the sentences, those that are lines of a list under a year with that year as their `heading`, which is no date of the line that it trails."""
    trailing = {}
    for before, line in itertools.pairwise(sentences):
        year = _YEAR.search(before.text)
        if _LINE.match(line.text) and year and not _IN_A_PHRASE.search(before.text[: year.start("year")]):
            trailing[before.start] = year
    if len(trailing) < FEWEST:
        return tuple(sentences)
    out: list[Sentence] = []
    heading: DateMention | None = None
    for sentence in sentences:
        year = trailing.get(sentence.start)
        listed = _LINE.match(sentence.text) is not None
        dates = sentence.dates
        if year is not None:
            dates = tuple(d for d in dates if d.start < sentence.start + year.start("year"))
        heading = heading if listed else None
        out.append(replace(sentence, dates=dates, heading=heading) if heading or year else sentence)
        if year is not None:
            start = sentence.start + year.start("year")
            heading = DateMention(start, start + 4, date(int(year["year"]), 1, 1), "year", "year", False)
    return tuple(out)
