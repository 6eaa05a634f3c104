"""Respondents that the words around a sum point to without naming them in its clause: "He was fined $5,000", a lead's "former trader"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from pipeline.extract.names import Name
from pipeline.extract.parties import Side, may_respond
from pipeline.extract.positions import STRONG, TICKER, nameless_lead
from pipeline.extract.reading import Reading, Sentence, dateline_end

_PRONOUN = re.compile(
    r"\W*(?:(?:And|But|Separately|Meanwhile|Earlier|Later|Instead|Now|In addition|As a result),? )?(?:He|She|he|she)\b"
)
_LATE_PRONOUN = re.compile(
    r"\b(?:fin(?:ed|es|ing)|order(?:ed|s|ing)|told|requir(?:ed|es|ing)|sentenced|bar(?:red|s)|charg(?:ed|es|ing)|made|cost|handed|hit|gave|gives|ask(?:ed|s|ing)|direct(?:ed|s|ing)|stripped|left) (?:him|her(?= (?:to|an?|the|about|nearly|more|up|over|of|for)\b| ?[$€£¥\d]|,))\b[^.;$€£]{0,80}$"
    r"|(?:, |\band |\bbut |\bwhen |\bthat |[”\"] )(?:he|she) (?:(?:also|then|later|has|had|was|will|would|must|is) ){0,3}(?:agreed|consented|ordered|told|pays?|paid|owes?|fined|settled|pleaded|received|got|faces?|forfeit\w*|given|handed)\b[^.;$€£]{0,80}$"
)
"""A pronoun that the sum's own verb takes, within a sentence: "Landrum ordered him to forfeit $1.8m"."""
BACK = 2
"""Sentences before a pronoun's in which its person is sought."""
_CLAUSE = re.compile(r"; |,? (?:while|whereas|but) |, and (?=[A-Z])|(?<=[\dnm]) and (?=[A-Z])")
_TAKES_UP = re.compile(
    rf"(?: ?{TICKER})?(?:,| \(| (?:was|were|is|has|had|have|agreed|admitted|pleaded|settled|will|must|did|neither|denied|also|failed|used|sold|ran|worked)\b)"
)
_SOMEBODY = re.compile(
    r"(?:An?|The) (?:(?:former|ex-\w+|senior|chief|top|[A-Z][\w.’'-]+|[\w-]+-old|[a-z-]+) ){0,4}?(?:managers?|traders?|m[ae]n|wom[ae]n|bankers?|executives?|lawyers?|attorney|doctors?|physician|brokers?|officials?|employee|officer|analyst|advis[eo]r|accountant|founder|owner|director|salesman|dealer|couple|businessman|businesswoman|treasurer|president|engineer|pharmacist|nurse|consultant|programmer|hacker|soldier|teacher|contractor|landlord|driver|pilot|captain|resident)\b"
)
LATE_NAMED = 4
"""The last sentence in which the person is sought whom the lead describes."""


def pointed_to(reading: Reading, sentence: Sentence, start: int, allowed: Sequence[Name]) -> Side | None:
    """Return whom the words around the sum at `start` (document offset) point to, of the `allowed` names; None where they point to nobody."""
    for rule_id, find in (("own_clause", _of_own_clause), ("pronoun", _by_pronoun), ("described", _described)):
        name = find(reading, sentence, start, allowed)
        if name is not None:
            return Side((name,), f"parties.{rule_id}")
    return None


def _people(sentence: Sentence, allowed: Sequence[Name]) -> list[tuple[int, int, Name]]:
    return [(m.start, m.end, n) for m, n in sentence.names if n in allowed and may_respond(n)]


def _of_own_clause(reading: Reading, sentence: Sentence, start: int, allowed: Sequence[Name]) -> Name | None:
    """The name of the sum's clause, in a sentence whose clauses hold one sum and one name each: "A was fined $2m, while B must pay $1m"."""
    sums = [m.start for m in sentence.sums if not m.conversion]
    if len(sums) < 2:
        return None
    bounds = [sentence.start, *(sentence.start + m.end() for m in _CLAUSE.finditer(sentence.text)), sentence.end]
    own: Name | None = None
    seen: list[int] = []
    people = _people(sentence, allowed)
    for left, right in itertools.pairwise(bounds):
        here = [s for s in sums if left <= s < right]
        names = {n.index: n for s, _, n in people if left <= s < right}
        if not here and not names:
            continue
        if len(here) != 1 or len(names) != 1:
            return None
        seen += names
        if start in here:
            own = next(iter(names.values()))
    return own if len(set(seen)) == len(seen) == len(sums) else None


def _by_pronoun(reading: Reading, sentence: Sentence, start: int, allowed: Sequence[Name]) -> Name | None:
    """The person whom "He", "She" or a pronoun of the sum's verb takes up, from the sentence before or the one before that."""
    taken_up = _PRONOUN.match(sentence.text) or _LATE_PRONOUN.search(sentence.text, 0, start - sentence.start)
    if not taken_up or any(s < start for s, _, _ in _people(sentence, allowed)):
        return None
    here = reading.sentences.index(sentence)
    for before in reversed(reading.sentences[max(0, here - BACK) : here]):
        persons = [n for _, _, n in _people(before, allowed) if n.label == "PERSON" and not before.is_title]
        if persons:
            return persons[0]
    return None


def _described(reading: Reading, sentence: Sentence, start: int, allowed: Sequence[Name]) -> Name | None:
    """Whom the second sentence names first, where the lead only describes somebody ("A former trader was fined … Ada Marlow, 41, …")."""
    if sentence.number > 1 or nameless_lead(reading.sentences[:4]) is None:
        return None
    second = next((s for s in reading.sentences if s.number == 2), None)
    lead = next((s for s in reading.sentences if s.number == 1 and not s.is_title), None)
    if second is None or lead is None:
        return None
    people = _people(second, allowed)
    if people and people[0][0] - second.start < 4 and _TAKES_UP.match(second.text, people[0][1] - second.start):
        return people[0][2]
    named_early = any(n.label == "PERSON" for s in reading.sentences if s.number <= 1 for _, n in s.names)
    if _SOMEBODY.match(lead.text, dateline_end(lead.text)) and not named_early:
        after = (s for s in reading.sentences if 1 < s.number <= LATE_NAMED)
        persons = [n for s in after for _, _, n in _people(s, allowed) if n.label == "PERSON"]
        acted_on = (n for n in persons if reading.held.get(n.index, frozenset()) & STRONG)
        return next(acted_on, persons[0] if persons else None)
    return None
