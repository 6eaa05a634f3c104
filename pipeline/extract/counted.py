"""Respondents that a sentence only counts ("two AIG units", "five banks") and another names: the enumeration of as many names."""

from __future__ import annotations

import re

from pipeline.extract.parties import Side, may_respond, sentence_respondents
from pipeline.extract.positions import enumerations
from pipeline.extract.reading import Reading, Sentence

_NUMBERS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}  # fmt: skip
_FIRMS = (
    r"units|subsidiaries|affiliates|arms|divisions|firms|companies|banks|lenders|brokerages|brokers|dealers|institutions|airlines|carriers|insurers|makers|manufacturers|"
    r"drugmakers|carmakers|automakers|retailers|suppliers|producers|operators|utilities|funds|exchanges|platforms|sites|websites|apps|charities|hospitals|councils|trusts|publishers|"
    r"distributors|contractors|groups|businesses|corporations|giants|players|servicers|providers|developers|supermarkets|bookmakers|casinos"
)
_PEOPLE = r"men|women|people|traders|executives|officials|bankers|directors|brothers|employees|defendants|individuals|officers|analysts|managers|advisers|accountants|lawyers|doctors"
_COUNTED = re.compile(
    rf"\b(?P<number>{'|'.join(_NUMBERS)}|\d{{1,2}})(?: of)?(?: the| its)?(?: [\w.’'&-]+){{0,4}}? (?P<kind>{_FIRMS}|{_PEOPLE})\b",
    re.I,
)
REACH = 4
"""Sentences after the sum's in which the names are sought."""
FAR = 20
"""The same for three names and more: as long an enumeration is hardly there by chance."""
BACK = 2
"""Sentences before it."""


def counted_respondents(reading: Reading, sentence: Sentence, spot: int) -> Side | None:
    """Return the names that stand for a count in the clause of the sum at `spot` (document offset); None where it counts nobody, or no enumeration is as long."""
    left = sentence.text[: spot - sentence.start]
    right = sentence.text[spot - sentence.start :][:160]
    found = [m for m in _COUNTED.finditer(left) if len(left) - m.end() < 160] or list(_COUNTED.finditer(right))[:1]
    if not found:
        return None
    number = found[-1]["number"].lower()
    count = _NUMBERS.get(number) or int(number)
    if not 1 < count <= 15:
        return None
    people = bool(re.fullmatch(_PEOPLE, found[-1]["kind"], re.I))
    acted_on = {n.index for n in sentence_respondents(sentence, spot).names}
    if re.match(
        r",? (?:owned|run|operated|controlled) by\b",
        sentence.text[found[-1].end() + (0 if found[-1].string is left else len(left)) :],
    ):
        return None
    reach = FAR if count > 2 else REACH
    near = [s for s in reading.sentences if -BACK <= s.number - sentence.number <= reach]
    for s in sorted(near, key=lambda s: (s.number < sentence.number, abs(s.number - sentence.number))):
        for names in enumerations(s):
            named = tuple(n for n in names if may_respond(n))
            if (
                len(named) == count == len(names)
                and all((n.label == "PERSON") == people for n in named)
                and acted_on <= {n.index for n in named}
            ):
                return Side(named, "parties.counted")
    return None
