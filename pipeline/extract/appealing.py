"""What an article says of an appeal against each of its penalties: every word on an appeal read with the party that its sentence gives it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.extract.drafts import Draft
from pipeline.extract.reading import Reading, Sentence
from pipeline.language.cues import Cue

_COURT = re.compile(
    r"(?:court of|circuit|federal|u\.s\.) appeal|appeals? (?:court|tribunal|panel|judge|board|commission|committee)",
    re.I,
)
"""A court of that name, which says nothing of an appeal."""
_PRONOUN = re.compile(
    r"(?:But |And |However, |Meanwhile, )?(?:It|He|She|They|The (?:company|firm|bank|group|airline|lender))\b"
)
EARLY = 4
"""The last sentence in which a background penalty is the article's subject where no other sum is."""
OPEN = ("will_appeal", "may_appeal", "not_appealed")
"""What may come after a court's decision."""
SAID = ("will_appeal", "appealed", "not_appealed")
"""What a party says or does about an appeal."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word on an appeal, its sentence, and the respondents (by index) that the sentence gives it; None where it names nobody."""

    sentence: Sentence
    cue: Cue
    whose: frozenset[int] | None


def with_appeals(reading: Reading, drafts: Sequence[Draft]) -> list[Draft]:
    """Return the rows with what the article says of an appeal against each."""
    sides = {frozenset(n.index for n in d.respondents.names) for d in drafts}
    parties = frozenset().union(*sides)
    several = len({s for s in sides if s}) > 1
    words = [
        _Word(s, c, _whose(reading, s, c, parties, several))
        for s in reading.sentences
        for c in s.appeals
        if _real(s, c)
    ]
    monetary = [d for d in drafts if d.anchor is not None]
    told = any(d.role == "current" for d in monetary)
    return [replace(d, appeal=_appeal(d, words, told)) for d in drafts]


def _real(sentence: Sentence, cue: Cue) -> bool:
    """Whether a cue is about an appeal and not only part of a court's name, nor an older matter told in the past perfect."""
    around = sentence.text[max(0, cue.start - sentence.start - 25) : cue.end - sentence.start + 12]
    if cue.value == "appealed" and _COURT.search(around):
        return False
    older = (
        cue.value == "appealed"
        and sentence.number > 4
        and any(c.rule_id == "prior.past_perfect" for c in sentence.prior)
    )
    return not older or bool(re.search(r"\b(?:fine|decision|ruling)\b", sentence.text))


def _whose(
    reading: Reading, sentence: Sentence, cue: Cue, parties: frozenset[int], several: bool
) -> frozenset[int] | None:
    """The respondents in whose sentence a cue stands: those named before it or in it, else right after it; a pronoun's are those of the sentence before.

    Names of others count for nothing: lawyers and spokesmen speak of appeals.
    """
    people = [(m, n) for m, n in sentence.names if n.index in parties]
    named = {n.index for m, n in people if m.start < cue.end} or {n.index for m, n in people if m.start - cue.end < 40}
    if named:
        return frozenset(named)
    if several and _PRONOUN.match(sentence.text):
        before = next((s for s in reading.sentences if s.number == sentence.number - 1), None)
        if before is not None:
            return frozenset(n.index for _, n in before.names if n.index in parties) or None
    return None


def _fits(draft: Draft, word: _Word) -> bool:
    own = {n.index for n in draft.respondents.names}
    return word.whose is None or (bool(own) and own <= word.whose)


def _appeal(draft: Draft, words: Sequence[_Word], told: bool) -> Cue | None:
    """The appeal of a row: for news the first word that is about its respondents, for background that of its own sentence or the next."""
    status, number = draft.standing.status, draft.sentence.number
    news = draft.role == "current" or (draft.anchor is not None and not told and number <= EARLY)
    fitting = [w for w in words if _fits(draft, w) and (status != "agreed" or w.cue.value == "not_appealed")]
    if not news:
        near = [
            w.cue
            for w in fitting
            if w.sentence.number == number or (w.sentence.number == number + 1 and not w.sentence.sums)
        ]
        return near[0] if near else None
    cues = [w.cue for w in fitting]
    if status == "upheld":
        later = next((c for c in cues if c.value != "appealed"), None)
        lost = (
            replace(draft.standing.cue, value="appeal_lost", rule_id="appeals.upheld") if draft.standing.cue else None
        )
        return later or lost
    if status in {"reduced", "annulled"}:
        after = next((c for c in cues if c.value in OPEN), None)
        won = next((c for c in cues if c.value in {"appealed", "appeal_won"}), None)
        return after or (replace(won, value="appeal_won") if won else next(iter(cues), None))
    first = next(iter(cues), None)
    if first is not None and first.value == "may_appeal":  # what is said of it tells more than that it can be done
        return next((c for c in cues if c.value in SAID), first)
    return first
