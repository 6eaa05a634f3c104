"""What each sum of a sentence is: a penalty of some type, or none and why. A decision list over the words around the sum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.knowledge import Rule, rules
from pipeline.language.cues import Cue, find_cues
from pipeline.language.money import Money

SUMS = "sums"
KINDS = "kinds"
OUTCOMES = "outcomes"
BACKGROUNDS = "backgrounds"
MOST_SUMS = 400
"""Sums of one article that are weighed; a text with more is a price list or hostile, and the rest are none (`crowded`)."""
NO_WORD = "none no_penalty_word"
LISTED = frozenset({"sums.listed", "sums.listed_for"})
"""Rules of the lines of a list."""
REACH = 500
"""Characters on either side of a sum that are read for it: no sentence is that long, but a list without a full stop is, and hostile text."""


@dataclass(frozen=True, slots=True)
class SumReading:
    """What a sum is: `value` is a penalty type, "pay" (type open), "cap" (of the rate before it), or "none" with the reason.

    `cue_start` and `cue_end` span the words that decided, in the sentence.
    """

    value: str
    rule_id: str
    cue_start: int
    cue_end: int

    @property
    def reason(self) -> str | None:
        """Why the sum is no penalty; None where it is one."""
        return self.value.removeprefix("none ") if self.value.startswith("none") else None


@cache
def _rules(name: str) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The rules of a file, every ¤ that is not written ↑¤ standing for both."""
    return tuple(
        (rule, re.compile(re.sub(r"(?<!↑)¤", "(?:↑?¤)", rule.pattern.pattern), rule.pattern.flags))
        for rule in rules(name)
    )


def _mask(sentence: str, sums: tuple[Money, ...], target: int, offset: int) -> tuple[str, list[int]]:
    """Return the sentence with the target as ¤ and other sums as §, and for each of its characters the place in `sentence`."""
    parts: list[str] = []
    places: list[int] = []
    position = 0
    for i, money in enumerate(sums):
        start, end = money.start - offset, money.end - offset
        if start < position:
            continue
        if money.conversion and i != target:
            opening = sentence.rfind("(", position, start)
            closing = sentence.find(")", end)
            if opening >= 0 and 0 <= closing - end < 40:  # "€400,000 ($455,000) fine" reads as "€400,000 fine"
                kept = len(sentence[position:opening].rstrip()) + position
                parts.append(sentence[position:kept])
                places += range(position, kept)
                position = closing + 1
                if sentence[position : position + 1].isalpha():  # "€400,000 ($455,000)fine"
                    parts.append(" ")
                    places.append(closing)
                continue
        parts.append(sentence[position:start])
        places += range(position, start)
        mark = ("↑¤" if money.qualifier == "up_to" else "¤") if i == target else "§"
        parts.append(mark)
        places += [start] * (len(mark) - 1) + [start]
        position = end
    parts.append(sentence[position:])
    places += range(position, len(sentence) + 1)
    masked = "".join(parts)
    single = [i for i, char in enumerate(masked) if not (char.isspace() and masked[i - 1 : i].isspace())]
    return re.sub(r"\s+", " ", masked), [places[i] for i in single] + places[len(masked) :]


def _masked(sentence: str, sums: tuple[Money, ...], target: int, offset: int) -> tuple[str, list[int], int]:
    """The sentence around a sum, masked, with its places and where it begins."""
    money = sums[target]
    first, end = max(0, money.start - offset - REACH), money.end - offset + REACH
    near = tuple(m for m in sums if first <= m.start - offset and m.end - offset <= end)
    return *_mask(sentence[first:end], near, near.index(money), offset + first), first


def _fitting(name: str, masked: str, spot: int) -> tuple[Rule, re.Match[str]] | None:
    """The first rule of a file with a match around the place `spot` of a masked sentence; None where `spot` is none."""
    for rule, pattern in _rules(name) if spot >= 0 else ():
        for match in pattern.finditer(masked):
            if match.start() <= spot < match.end():
                return rule, match
    return None


def _span(match: re.Match[str], places: Sequence[int], first: int) -> tuple[int, int]:
    """Where a match in a masked sentence stands in the sentence; a sum that it ends with is left out."""
    last = match.end() - 1
    while last > match.start() and match.string[last] in "¤§↑ ":
        last -= 1
    return first + places[match.start()], first + places[last] + 1


def _cue_type(match: re.Match[str]) -> str:
    groups = match.groupdict()
    written = groups.get("cue") or groups.get("cue2") or ""
    cues = find_cues("penalties", written)
    return cues[-1].value if cues else "fine"


@cache
def _certain() -> frozenset[str]:
    return frozenset(rule.rule_id for rule in rules(SUMS) if rule.certain) | {
        "sums.table",
        "private.article",
        "private.sentence",
    }


def is_certain(reading: SumReading) -> bool:
    """Return whether what the rules say of a sum holds whatever the scorer finds: by a rule marked `certain` (legal maxima, totals over cases, wages,
    private claims, …), or in a table, which says itself what its rows are."""
    return reading.rule_id in _certain()


def crowded(money: Money, offset: int = 0) -> SumReading:
    """Return the reading of a sum that stands behind the first `MOST_SUMS` of an article."""
    return SumReading("none crowded", "sums.crowded", money.start - offset, money.end - offset)


def read_sum(sentence: str, sums: tuple[Money, ...], target: int, offset: int = 0) -> SumReading:
    """Return what the sum `sums[target]` of `sentence` is; `sums` are all of the sentence's, with spans that count from `offset` earlier."""
    money = sums[target]
    if money.conversion:
        return SumReading("none conversion", "sums.conversion", money.start - offset, money.end - offset)
    masked, places, first = _masked(sentence, sums, target, offset)
    spot = masked.find("¤")
    if spot < 0:
        return SumReading("none overlapping", "sums.overlapping", money.start - offset, money.end - offset)
    previous = sums[target - 1] if target else None
    if (
        previous
        and previous.per
        and money.qualifier == "up_to"
        and money.currencies[0] in previous.currencies
        and money.amount > previous.amount
    ):
        return SumReading("cap", "sums.cap", money.start - offset, money.end - offset)
    fitting = _fitting(SUMS, masked, spot)
    if fitting is None:
        return SumReading(NO_WORD, "sums.no_word", money.start - offset, money.end - offset)
    rule, match = fitting
    value = _cue_type(match) if rule.value == "cue" else rule.value
    if money.per in {"day", "week", "month"} and value != "listed" and not value.startswith("none"):
        value = "periodic_penalty"
    return SumReading(value, rule.rule_id, *_span(match, places, first))


def read_kind(sentence: str, sums: tuple[Money, ...], target: int, offset: int = 0) -> str | None:
    """Return the penalty type that the words right beside the penal sum `sums[target]` name (`models/rules/kinds.toml`); None where they name none."""
    masked, _, _ = _masked(sentence, sums, target, offset)
    fitting = _fitting(KINDS, masked, masked.find("¤"))
    return fitting[0].value if fitting else None


def read_background(sentence: str, sums: tuple[Money, ...], target: int, offset: int = 0) -> str | None:
    """Return whether the sum `sums[target]` is news or background by the words right beside it (`models/rules/backgrounds.toml`); None where they do not say."""
    masked, _, _ = _masked(sentence, sums, target, offset)
    fitting = _fitting(BACKGROUNDS, masked, masked.find("¤"))
    return fitting[0].value if fitting else None


def read_outcome(sentence: str, sums: tuple[Money, ...], target: int, offset: int = 0) -> Cue | None:
    """Return how the sum `sums[target]` stands by the words right beside it (`models/rules/outcomes.toml`); None where they do not say."""
    masked, places, first = _masked(sentence, sums, target, offset)
    fitting = _fitting(OUTCOMES, masked, masked.find("¤"))
    if fitting is None:
        return None
    rule, match = fitting
    start, end = _span(match, places, first)
    return Cue(start + offset, end + offset, rule.value, rule.rule_id)
