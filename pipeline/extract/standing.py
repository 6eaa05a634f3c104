"""How a penalty stands, whether it is news or background, and when: per case from title and lead, per sum where its own sentence says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extract.reading import Reading, Sentence
from pipeline.language.cues import Cue
from pipeline.language.dates import DateMention

_TRIAL = re.compile(r"\b(?:jury|jurors|sentenced?|default judgment|verdict|convicted|found guilty)\b", re.I)
STATED = frozenset({"annulled", "upheld", "reduced", "increased", "conditional"})
"""Standings that a sentence states outright: they outweigh the case's, and no scorer outvotes them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A status and the cue that says so; `cue` is None where it is the default."""

    status: str
    rule_id: str
    cue: Cue | None


def _nearest(cues: tuple[Cue, ...], values: set[str] | frozenset[str], spot: int, reach: int) -> Cue | None:
    near = [(abs((c.start + c.end) // 2 - spot), c) for c in cues if c.value in values]
    near = [n for n in near if n[0] <= reach]
    return min(near, key=lambda n: n[0])[1] if near else None


def case_standing(reading: Reading) -> Standing:
    """Return how the main case stands: what title and lead say, changes by a later decision first, then talks, settlements, trials."""
    title, lead = reading.title, reading.lead
    early = ((title,) if title else ()) + lead
    for sentence in early[:2]:
        changed = next((c for c in sentence.status if c.value in {"annulled", "upheld", "reduced", "increased"}), None)
        if changed and (any(p.value != "settlement" for p in sentence.penalties) or sentence.is_title):
            return Standing(changed.value, changed.rule_id, changed)
    for sentence in early[:2]:
        settled = next((c for c in sentence.status if c.value == "agreed"), None)
        proposed = next((c for c in sentence.status if c.value == "proposed"), None)
        trial = _TRIAL.search(sentence.text)
        if (
            proposed
            and not (settled and settled.start < proposed.start)
            and not re.search(r"\b(?:fined|ordered|imposed)\b", sentence.text)
        ):
            return Standing("proposed", proposed.rule_id, proposed)
        if settled and not trial:
            return Standing("agreed", settled.rule_id, settled)
        imposed = next((c for c in sentence.status if c.value == "imposed"), None)
        if imposed and sentence is not title:
            return Standing("imposed", imposed.rule_id, imposed)
        if imposed and not any(c.value == "agreed" for s in lead for c in s.status):
            return Standing("imposed", imposed.rule_id, imposed)
    for sentence in lead:
        settled = next((c for c in sentence.status if c.value == "agreed"), None)
        if settled:
            return Standing("agreed", settled.rule_id, settled)
    return Standing("imposed", "standing.default", None)


def sum_standing(sentence: Sentence, spot: int, case: Standing, role: str) -> Standing:
    """Return how one sum stands: a strong cue of its own sentence, for background its own words alone, else the case's standing."""
    strong = _nearest(sentence.status, STATED, spot, 90)
    if strong is not None:
        return Standing(strong.value, strong.rule_id, strong)
    own = _nearest(sentence.status, {"proposed", "agreed", "imposed"}, spot, 120)
    if role == "prior":
        settled = _nearest(sentence.status, {"agreed"}, spot, 140)
        chosen = settled if settled and not (own and own.value == "proposed") else own
        return (
            Standing(chosen.value, chosen.rule_id, chosen) if chosen else Standing("imposed", "standing.default", None)
        )
    proposed = _nearest(sentence.status, {"proposed"}, spot, 80)
    if proposed is not None and case.status not in {"agreed"} and not _nearest(sentence.status, {"imposed"}, spot, 40):
        return Standing("proposed", proposed.rule_id, proposed)
    if case.status in {"annulled", "upheld", "reduced", "increased"} and own is not None and sentence.number > 2:
        return Standing(own.value, own.rule_id, own)
    return case


def changed_sums(sentence: Sentence) -> dict[int, str]:
    """Return what each sum of a change is, by its start: "prior" for the old sum ("cut from €5m"), "reduced" or "increased" for the new one ("to €3m")."""
    change = next((c for c in sentence.status if c.value in {"reduced", "increased"}), None)
    if change is None or not any(c.value in {"fine", "settlement"} for c in sentence.penalties):
        return {}
    out = {}
    for money in sentence.sums:
        left = sentence.text[max(0, money.start - sentence.start - 22) : money.start - sentence.start].lower()
        if re.search(r"(?:\bfrom|instead of|down from|up from)(?: an?| the| an (?:initial|original))?\s*$", left):
            out[money.start] = "prior"
        elif re.search(r"\b(?:to|at)(?: an?| the| just| only)?\s*$", left):
            out[money.start] = change.value
    return out


@dataclass(frozen=True, slots=True)
class Dating:
    """When: the mention, and what it is the date of."""

    mention: DateMention | None
    basis: str | None
    rule_id: str


NO_DATE = Dating(None, None, "dating.none")


def case_dating(reading: Reading) -> Dating:
    """Return the date of the main case: the first resolved day of title and lead that is not ahead, a weekday or "today" or a printed date."""
    early = [s for s in reading.sentences if s.number <= 3]
    for sentence in early:
        for mention in sentence.dates:
            if (
                mention.value
                and mention.precision == "day"
                and not mention.ahead
                and mention.shape in {"weekday", "today", "yesterday", "absolute", "iso", "numeric"}
                and (reading.published is None or (reading.published - mention.value).days <= OLD_NEWS)
            ):
                basis = (
                    "announced"
                    if re.search(r"\b(?:said|announc\w+|statement|publish\w+|told)\b", sentence.text)
                    else "decided"
                )
                return Dating(mention, basis, "dating.lead")
    for sentence in early[:2]:
        for mention in sentence.dates:
            if mention.value and mention.shape in {"week", "relative_month"} and not mention.ahead:
                return Dating(mention, "announced", "dating.lead_period")
    for sentence in reading.sentences:
        for mention in sentence.dates if 3 < sentence.number <= LATEST else ():
            if (
                mention.value
                and mention.shape in {"weekday", "today", "yesterday"}
                and not mention.ahead
                and _TOLD.search(sentence.text)
            ):
                return Dating(mention, "announced", "dating.later")
    return NO_DATE


OLD_NEWS = 90
"""Days: a day of the lead that lies further back is not that of the news."""
LATEST = 6
"""The last sentence in which the day of the news is sought, where the lead gives none."""
_TOLD = re.compile(r"\b(?:said|announc\w+|statement|handed down)\b")


def _line_date(sentence: Sentence, resolved: list[DateMention]) -> DateMention | None:
    """The date that a line of a timeline begins with ("August 12, 2010 - The firm agrees …")."""
    if not resolved:
        return None
    first = min(resolved, key=lambda m: m.start)
    after = sentence.text[first.end - sentence.start :]
    begins = first.start - sentence.start <= 3
    return first if begins and re.match(r" ?(?:--?|–|—|:) ", after) else None


def sum_dating(sentence: Sentence, spot: int, case: Dating, role: str) -> Dating:
    """Return the date of one sum: background takes the nearest date of its own sentence, news a day of its sentence or the case's."""
    resolved = [
        m
        for m in sentence.dates
        if m.value and not m.ahead and m.shape not in {"span", "span_month", "span_year", "decade"}
    ]
    if role == "prior":
        if not resolved:
            return NO_DATE
        line = _line_date(sentence, resolved)
        if line is not None:
            return Dating(line, "decided", "dating.line")
        nearest = min(resolved, key=lambda m: (abs(m.start - spot), m.start))
        return Dating(nearest, "decided", "dating.own_sentence")
    days = [m for m in resolved if m.precision == "day"]
    if days and sentence.number > 1:
        nearest = min(days, key=lambda m: (abs(m.start - spot), m.start))
        return Dating(nearest, "decided", "dating.own_day")
    return case


_ROUNDUP = re.compile(
    r"^(?:Factbox|Timeline|List|Highlights|Q&A|Explainer|Round-?up|Digest|Chronology)\b|\b(?:biggest|largest|top \w+|major|recent) (?:\w+ ){0,3}(?:fines|penalties|settlements)\b",
    re.I,
)


def is_roundup(reading: Reading) -> bool:
    """Whether the article is a factbox, timeline or list: what it tells after the lead is background."""
    return bool(reading.title and _ROUNDUP.search(reading.title.text))


def is_prior(
    reading: Reading, sentence: Sentence, spot: int, same_respondent: bool, same_authority: bool
) -> tuple[bool, str, Cue | None]:
    """Return whether a sum is background, by which rule and cue.

    Title and first sentence are news. After that: past perfect or "previously" in the sentence, a year or month that is not the publication's,
    a respondent or an authority that is not the case's.
    """
    if sentence.number <= 1:
        return False, "role.lead", None
    published = reading.published
    near = [c for c in sentence.prior if abs(c.start - spot) < 160]
    cue = next((c for c in near if c.rule_id == "prior.past_perfect"), near[0] if near else None)
    old = next(
        (
            m
            for m in sentence.dates
            if m.value
            and published
            and not m.ahead
            and (published - m.value).days
            > (45 if m.precision in {"day", "week"} else 62 if m.precision == "month" else 366)
        ),
        None,
    )
    if old is None and published is None:
        old = next((m for m in sentence.dates if m.precision == "year" and m.value), None)
    if cue is not None and cue.rule_id == "prior.past_perfect":
        return True, "role.old_past_perfect" if old is not None else cue.rule_id, cue
    if (
        old is not None
        and old.shape not in {"span", "span_month", "span_year"}
        and re.search(
            r"\b(?:fined|paid|agreed|settled|imposed|ordered|fine|penalty|settlement|was|were)\b", sentence.text
        )
    ):
        return True, "role.old_date", None
    if cue is not None:
        return True, cue.rule_id, cue
    if not same_respondent and sentence.number > 3:
        return True, "role.other_respondent", None
    if not same_authority and sentence.number > 4:
        return True, "role.other_authority", None
    return False, "role.default", None
