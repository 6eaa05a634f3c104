"""When an action was taken or announced: the day of the main case from title and lead, that of one sum from its own sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.extract.reading import Reading, Sentence
from pipeline.language.dates import DateMention


@dataclass(frozen=True, slots=True)
class Dating:
    """When: the mention, and what it is the date of."""

    mention: DateMention | None
    basis: str | None
    rule_id: str


NO_DATE = Dating(None, None, "dating.none")
OLD_NEWS = 90
"""Days: a day of the lead that lies further back is not that of the news."""
RECENT = 14
"""Days before the announcement within which the decision itself is sought."""
EARLY, LATEST = 3, 12
"""The last sentence of the lead, and the last one in which the day of the news is sought where the lead gives none."""
_WRITTEN = frozenset({"absolute", "iso", "numeric"})
_SPOKEN = frozenset({"weekday", "today", "yesterday"})
_PERIODS = frozenset({"span", "span_days", "span_month", "span_year", "decade"})
_TOLD = re.compile(r"\b(?:said|announc\w+|statement|handed down)\b")
_NEWS = re.compile(
    r"\b(?:said|announc\w+|statement|told|report\w*|publish\w+|released|fil(?:ed|ing)|charged|sued?|suit|decision|decided|ruling|ruled|accord|pact|agreement|deal|issued|judgments?)\b"
)
_ACTED_BEFORE = re.compile(
    r"\b(?:charged|fined|released|filed|ordered|ruled|published|issued|agreed|settled|imposed|confirmed|disclosed|approved|sentenced|unveiled)\b[^.;]{0,40}$"
)
_DECIDED_BEFORE = re.compile(
    r"\b(?:orders?|judge?ments?|decisions?|rulings?|settlements?|agreements?|verdict|deal|penalty|fine|complaint|lawsuit|consent \w+|notice)\b[^.;,]{0,30}\b(?:filed|entered|signed|dated|issued|handed down|approved|reached|imposed|of)\b[^.;,]{0,14}$"
    r"|\b(?:agreed|settled|pleaded guilty|pled guilty|fined|ordered|sentenced|ruled|entered an? \w+|approved|signed|imposed|levied|slapped|accepted the \w+)(?: \w+){0,3} $",
    re.I,
)
_DECIDED_AFTER = re.compile(
    r",? (?:agreed|fined|ordered|sentenced|ruled|imposed|approved|settled|accepted|upheld|cut|reduced|pleaded)\b|[’']s (?:decision|ruling|order|judgment|settlement|agreement|fine|verdict|plea|sentenc\w+)"
)
_PREPOSITION = re.compile(r"(?:on|in|since|until|of|by|during|from|last|late|early)\b ?", re.I)
_OFFENCE_BEFORE = re.compile(
    r"\b(?:since|until|dat(?:ing|es?) (?:back )?(?:to|from)|stem\w* from|starting|beginning|events (?:in|of)|compared with|ended?|ending|closed|(?:acquired|bought|left|joined|founded|listed)\b[^,;.]{0,40} in"
    r"|violat(?:ions?|ed)\b[^,;.]{0,60} (?:in|on|from)|misconduct (?:in|from)|breach\w*[^,;.]{0,40} (?:in|on|of)|occurr\w+[^,;.]{0,20}|happened[^,;.]{0,20}|took place[^,;.]{0,20}|(?:explosion|blast|spill|accident|blackout) (?:in|on|of))(?: (?:early|late|mid|the|in|on))?[ -]*$",
    re.I,
)
_OFFENCE_AFTER = re.compile(
    r" (?:[A-Z][\w-]+ ){0,3}(?:(?:security|data|oil|mine|plant|financial|credit|refinery|presidential|deadly|massive|major|power|chemical|global|privacy|pipeline|gas|rail|train|plane) ){0,2}"
    r"(?:blackout|failure|incident|breach|breaches|spill|disaster|explosion|blast|accident|crisis|election|elections|meltdown|crash|scandal|merger|acquisition|purchase|takeover|treaty|tax|promise|pledge|campaign|hack|attack|leak|derailment|collapse|fire|flood|recall|murder|death|audit)\b"
)
_ALREADY = re.compile(
    r"\b(?:previously (?:announced|agreed|paid|fined)|already (?:been )?(?:paid|agreed|settled|fined|pledged)|(?:originally|initially|earlier|previously) (?:sought|proposed|agreed|fined|paid)|had (?:sought|asked|demanded|proposed|agreed|paid|been fined|offered|originally|initially))\b"
)
_COMES_AFTER = re.compile(
    r"\b(?:com(?:es?|ing)|came) (?:just |only |less than |almost |nearly |about )?(?P<n>an?|one|two|three|\d{1,2}) (?P<unit>day|week|month|year)s? after\b"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_CLAUSE = re.compile(r";|, (?:while|but|which|who|when|where|after|before)\b| after | when | because | over | for ")
CLAUSE_APART = 60
"""Characters that each clause between a date and a sum counts for."""


def of_offence(sentence: Sentence, mention: DateMention) -> bool:
    """Return whether a date tells when the offence or another event was, not the action ("violations in 2014", "since May", "the 2003 blackout")."""
    if mention.shape in _SPOKEN:
        return False
    start, end = mention.start - sentence.start, mention.end - sentence.start
    preposition = _PREPOSITION.match(sentence.text, start, end)
    left = sentence.text[max(0, start - 70) : preposition.end() if preposition else start]
    return bool(_OFFENCE_BEFORE.search(left) or _OFFENCE_AFTER.match(sentence.text, end))


def _is_day(mention: DateMention, shapes: frozenset[str], published: date | None) -> bool:
    """Whether a mention is a day of the news: of one of these shapes, not ahead, not long ago."""
    return (
        mention.value is not None
        and mention.precision == "day"
        and not mention.ahead
        and mention.shape in shapes
        and (published is None or (published - mention.value).days <= OLD_NEWS)
    )


def _decided(sentence: Sentence, mention: DateMention) -> bool:
    """Whether the words beside a day say that the decision was taken on it ("an order filed on Friday", "agreed on Monday to pay")."""
    start, end = mention.start - sentence.start, mention.end - sentence.start
    preposition = _PREPOSITION.match(sentence.text, start, end)
    left = sentence.text[max(0, start - 90) : preposition.end() if preposition else start]
    return bool(_DECIDED_BEFORE.search(left) or _DECIDED_AFTER.match(sentence.text, end))


def _tells(sentence: Sentence) -> bool:
    """Whether a sentence tells the news: by a sum, a word of penalties or standing, or a verb of telling."""
    return bool(sentence.sums or sentence.penalties or sentence.status or sentence.acts or _NEWS.search(sentence.text))


def case_dating(reading: Reading) -> Dating:
    """Return the date of the main case: the day of the decision where title and lead tell it, else that on which they tell the news, else their week or
    month, else the day of a later sentence that tells it."""
    early = [s for s in reading.sentences if s.number <= EARLY]
    days = [
        (s, m)
        for s in early
        for m in s.dates
        if _is_day(m, _WRITTEN | _SPOKEN, reading.published) and not of_offence(s, m)
    ]
    told = next(((s, m) for s, m in days if s.is_title or _tells(s)), None) or (days[0] if days else None)
    if told is not None:
        return _decision_before(reading, *told) or Dating(
            told[1], "announced" if re.search(r"\b(?:said|announc\w+|statement|publish\w+|told)\b", told[0].text) else "decided", "dating.lead"
        )  # fmt: skip
    for sentence in early[:2]:
        for mention in sentence.dates:
            if mention.value and mention.shape in {"week", "relative_month"} and not mention.ahead:
                return Dating(mention, "announced", "dating.lead_period")
    for sentence in reading.sentences:
        for mention in sentence.dates if EARLY < sentence.number <= LATEST else ():
            if _is_day(mention, _SPOKEN, reading.published) and (
                _TOLD.search(sentence.text)
                or ((sentence.sums or sentence.penalties) and _tells(sentence) and (sentence.status or sentence.acts))
                or _ACTED_BEFORE.search(sentence.text[: mention.start - sentence.start])
            ):
                return Dating(mention, "announced", "dating.later")
    return NO_DATE


def _decision_before(reading: Reading, sentence: Sentence, announced: DateMention) -> Dating | None:
    """The day of the decision itself, where the lead's day is only that of the announcement and one shortly before is told as the decision's."""
    if _decided(sentence, announced):
        return None
    for other in reading.sentences:
        for mention in other.dates if 0 < other.number <= EARLY + 1 else ():
            if (
                _is_day(mention, frozenset({"weekday", "absolute", "yesterday"}), reading.published)
                and mention.value and announced.value and timedelta() < announced.value - mention.value <= timedelta(days=RECENT)
                and _decided(other, mention)
            ):  # fmt: skip
                return Dating(mention, "decided", "dating.decision")
    return None


def line_date(sentence: Sentence) -> DateMention | None:
    """Return the date that a line of a timeline begins with ("August 12, 2010 - The firm agrees …")."""
    resolved = _resolved(sentence)
    if not resolved:
        return None
    first = min(resolved, key=lambda m: m.start)
    after = sentence.text[first.end - sentence.start :]
    begins = first.start - sentence.start <= 3
    return first if begins and re.match(r" ?(?:--?|–|—|:) ", after) else None


def _resolved(sentence: Sentence) -> list[DateMention]:
    return [m for m in sentence.dates if m.value and not m.ahead and m.shape not in _PERIODS]


def _apart(sentence: Sentence, mention: DateMention, spot: int) -> tuple[int, int]:
    """How far a date stands from a sum, clauses between them counting more; then its place."""
    between = sentence.text[min(mention.end, spot) - sentence.start : max(mention.start, spot) - sentence.start]
    return abs(mention.start - spot) + CLAUSE_APART * len(_CLAUSE.findall(between)), mention.start


def sum_dating(sentence: Sentence, spot: int, case: Dating, role: str, published: date | None) -> Dating:
    """Return the date of one sum: background takes the nearest date of its own sentence, news a day of its sentence or the case's."""
    resolved = [m for m in _resolved(sentence) if not of_offence(sentence, m)]
    line = line_date(sentence) or (sentence.heading if not resolved else None)
    if role == "prior":
        if line is not None:
            return Dating(line, "decided", "dating.line")
        counted = _counted_back(sentence, spot, case, published)
        if counted is not None or not resolved:
            return counted or NO_DATE
        return Dating(min(resolved, key=lambda m: _apart(sentence, m, spot)), "decided", "dating.own_sentence")
    days = [m for m in resolved if m.precision == "day"]
    if days and sentence.number > 1:
        return Dating(min(days, key=lambda m: _apart(sentence, m, spot)), "decided", "dating.own_day")
    if line is not None and sentence.number > 1:
        return Dating(line, "decided", "dating.line")
    if case.mention is not None and _ALREADY.search(sentence.text[: spot - sentence.start][-90:]):
        return NO_DATE
    return case


def _counted_back(sentence: Sentence, spot: int, case: Dating, published: date | None) -> Dating | None:
    """The date of a sum told as so long before the news: "The deal comes two weeks after Orbeo agreed to pay €3m"."""
    match = next((m for m in _COMES_AFTER.finditer(sentence.text) if 0 <= spot - sentence.start - m.end() <= 160), None)
    if match is None:
        return None
    days = [m.value for m in _resolved(sentence) if m.precision == "day" and m.end <= sentence.start + match.start()]
    base = days[-1] if days else case.mention.value if case.mention else published
    if base is None:
        return None
    n = _COUNTS.get(match["n"]) or int(match["n"])
    unit = match["unit"]
    months = base.year * 12 + base.month - 1 - n
    value = {
        "day": base - timedelta(days=n),
        "week": base - timedelta(days=base.weekday() + 7 * n),
        "month": date(months // 12, months % 12 + 1, 1),
        "year": date(base.year - n, 1, 1),
    }[unit]
    span = DateMention(sentence.start + match.start("n"), sentence.start + match.end(), value, unit, "after", False)
    return Dating(span, "decided", "dating.counted_back")
