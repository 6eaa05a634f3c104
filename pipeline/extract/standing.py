"""How a penalty stands and whether it is news or background: per case from title and lead, per sum where its own sentence says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pipeline.extract.paragraphs import paragraph_around
from pipeline.extract.reading import Reading, Sentence
from pipeline.extract.sums import OUTCOMES, read_outcome
from pipeline.language.cues import Cue, find_cues
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


CERTAIN_STANDINGS = frozenset(
    {
        "standing.table",
        "standing.talks",
        "standing.sought",
        "standing.settled_later",
        "standing.own_clause",
        "standing.own_paragraph",
        f"standing.{OUTCOMES}",
    }
)
"""Rules of the standing that no scorer outvotes."""
_ACTIVE = re.compile(r"\b(?:fin(?:ed|es)|hits?|levied|slapped|imposed|made (?:\w+ ){1,3}pay)\b")
CLAUSE = 60
"""Characters before a sum within which a verb is that of its clause."""


def settled_later(reading: Reading) -> Standing | None:
    """Return the standing of a case that title and lead tell as imposed and a later sentence as settled ("neither admitted nor denied"); None where none does.

    An old settlement and the cases of a list are none.
    """
    if lists_cases(reading):
        return None
    for sentence in reading.sentences:
        cues = find_cues("settled", sentence.text, sentence.start)
        old = any(not any(c.start <= p.end and p.start < c.end for c in cues) for p in sentence.prior) or any(
            _is_old(m, reading.published) for m in sentence.dates
        )
        if cues and not old:
            return Standing("agreed", "standing.settled_later", cues[0])
    return None


def case_standing(reading: Reading) -> Standing:
    """Return how the main case stands: what title and lead say, changes by a later decision first, then talks, settlements, trials; what they tell as
    imposed and the rest of the text as settled is agreed."""
    standing = _early_standing(reading)
    return (settled_later(reading) if standing.status == "imposed" else None) or standing


def _early_standing(reading: Reading) -> Standing:
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


_PLEA = re.compile(r"\b(?:guilty|plea)\b", re.I)


def paragraph_standing(reading: Reading, sentence: Sentence, case: Standing) -> Standing:
    """Return how the matter of a digest's paragraph stands: agreed where the paragraph says so, else imposed; the case's standing in other articles."""
    bounds = paragraph_around(reading.document.text, sentence.start) if is_digest(reading) else None
    if bounds is None or sentence.number <= 1 or case.status not in {"agreed", "imposed"}:
        return case
    for other in reading.sentences:
        if bounds[0] <= other.start < bounds[1]:
            agreed = (
                c
                for c in other.status
                if c.value == "agreed" and not _PLEA.search(other.text[c.start - other.start : c.end - other.start])
            )
            papers = find_cues("settled", other.text, other.start)
            cue = papers[0] if papers else None if other.prior and other is not sentence else next(agreed, None)
            if cue is not None:
                return Standing("agreed", "standing.own_paragraph", cue)
    return Standing("imposed", "standing.own_paragraph", None)


def sum_standing(sentence: Sentence, spot: int, case: Standing, role: str) -> Standing:
    """Return how one sum stands: the words right beside it, a strong cue of its own sentence, for background its own words alone, else the case's standing."""
    target = next((k for k, m in enumerate(sentence.sums) if m.start == spot), None)
    beside = read_outcome(sentence.text, sentence.sums, target, sentence.start) if target is not None else None
    if beside is not None:
        return Standing(beside.value, f"standing.{OUTCOMES}", beside)  # the cue names the rule
    strong = _nearest(sentence.status, STATED - {"reduced", "increased"}, spot, 90)
    if strong is not None:
        return Standing(strong.value, strong.rule_id, strong)
    own = _nearest(sentence.status, {"proposed", "agreed", "imposed"}, spot, 120)
    sought = next((c for c in sentence.status if c.rule_id in CERTAIN_STANDINGS and abs(c.start - spot) <= 120), None)
    if sought is not None:
        return Standing(sought.value, sought.rule_id, sought)
    before = sentence.text[max(0, spot - sentence.start - CLAUSE) : spot - sentence.start]
    settling = next(
        (c for c in sentence.status if c.value == "agreed" and c.end <= spot and spot - c.start <= CLAUSE + 10), None
    )
    if role == "prior" and settling is None and _ACTIVE.search(before):
        return Standing("imposed", "standing.own_clause", _nearest(sentence.status, {"imposed"}, spot, CLAUSE + 10))
    if role == "current" and settling is not None and case.status == "imposed" and not _ACTIVE.search(before):
        return Standing("agreed", "standing.own_clause", settling)
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


_ROUNDUP = re.compile(
    r"^(?:Factbox|Timeline|List|Highlights|Q&A|Explainer|Round-?up|Digest|Chronology)\b(?!.*\b(?:by the numbers|breaks? down|terms of|details of)\b)|\b(?:biggest|largest|top \w+|major|recent) (?:\w+ ){0,3}(?:fines|penalties|settlements)\b",
    re.I,
)


def is_roundup(reading: Reading) -> bool:
    """Whether the article is a factbox, timeline or list: what it tells after the lead is background."""
    return bool(reading.title and _ROUNDUP.search(reading.title.text))


_DIGEST = re.compile(
    r"\b(?:in brief|briefs?|digest|notebook|round-?up|in the courts|the week in|disciplinary actions|the docket)\b",
    re.I,
)
_TABLE = re.compile(r"^Table\b|\bin one table\b", re.I)


def is_digest(reading: Reading) -> bool:
    """Whether the article tells several matters as news, each in a paragraph of its own."""
    return bool(reading.title and _DIGEST.search(reading.title.text))


def is_table(reading: Reading) -> bool:
    """Whether the title calls the article a table of what was decided: its rows are background."""
    return bool(reading.title and _TABLE.search(reading.title.text))


def lists_cases(reading: Reading) -> bool:
    """Whether the article tells the cases of several: a round-up, a digest, a table."""
    return is_roundup(reading) or is_digest(reading) or is_table(reading)


_PENAL_TITLE = re.compile(
    r"\b(?:fin(?:e|es|ed|ing)|penalt\w+|settle\w*|pa(?:y|ys|id)|su(?:e|es|ed)|deal|pact|ban(?:s|ned)?|order\w*|sanction\w*|charge[sd]?|plea\w*|jail\w*|sentenc\w+|guilty)\b|[$€£]\s?\d",
    re.I,
)
_PAST_ACT = re.compile(r"\b(?:was fined|paid|agreed|settled|imposed|levied|admitted)\b")


def asks_questions(reading: Reading) -> bool:
    """Whether the title tells an inquiry and no penalty: then penalties that the text tells are background."""
    title = reading.title
    return title is not None and not _PENAL_TITLE.search(title.text) and any(c.value == "inquiry" for c in title.roles)


def _is_old(mention: DateMention, published: date | None) -> bool:
    """Whether a date lies so far back that what it dates is no news."""
    if not mention.value or not published or mention.ahead:
        return False
    days = 45 if mention.precision in {"day", "week"} else 62 if mention.precision == "month" else 366
    return (published - mention.value).days > days


_OF_PERSON = re.compile(
    r"\b(?:who|which|that) (?:was |had )?(?:left|joined|bought|acquired|founded|retired|ran|merged|resigned)\b[^,]{0,40}$"
)
_REVISITED = re.compile(
    r"\b(?:annul\w*|quash\w*|overturn\w*|scraps?|voids?|approv\w+|appeal\w*|uph[eo]ld\w*|review\w*|rubber|may face|factbox|timeline)\b",
    re.I,
)
_BOUND = r"(?:fined|paid|penali[sz]ed|disciplined|censured|sentenced|sanctioned|hit|slapped|agreed to pay|agreed to a|settled|imposed|levied|handed|reached an? [\w$ .]{0,30}?(?:settlement|deal))"
_OPENS = re.compile(r"\W*(?:(?:But|And|Back|Earlier|Separately),? ?)?(?:in |on )?", re.I)
_ACTED_THEN = re.compile(rf"(?![^.;]{{0,140}}?\b(?:will|would|is to|has|have)\b)[^.;]{{0,140}}?\b{_BOUND}\b")
_ACTED_IN = re.compile(rf"\b{_BOUND}\b(?P<between>[^;]{{0,90}}?)\b(?:in|on|last|back in)\s*$")
_OF_CAUSE = re.compile(
    r"\b(?:for|over|after|relating|related|to clients|who|which|that|during|aftermath|of the|since|from|stemming|violat\w+|sold|between)\b|, and\b"
)
_NOUN_OF_YEAR = re.compile(r" (?:settlement|consent (?:order|decree)|fine|penalty) (?:with|of|against|over|from)\b")


def old_act(reading: Reading, sentence: Sentence) -> bool:
    """Return whether a sentence binds an old date to a penal verb or noun: "In 2011 it paid", "was fined €3m in 2019", "its 2020 settlement with"."""
    if reading.title is not None and _REVISITED.search(reading.title.text):
        return False
    text = sentence.text
    for mention in sentence.dates:
        if not _is_old(mention, reading.published):
            continue
        start, end = mention.start - sentence.start, mention.end - sentence.start
        preposition = re.match(r"(?:(?:back )?in|on|last) ", text[start:end], re.I)
        left = text[: start + (preposition.end() if preposition else 0)]
        if re.match(r"(?:since|until|by)\b", text[start:end], re.I) or re.search(r"\bsince $", left):
            continue
        if _OPENS.fullmatch(left) and _ACTED_THEN.match(text, end):
            return True
        acted = _ACTED_IN.search(left)
        if (acted and not _OF_CAUSE.search(acted["between"])) or _NOUN_OF_YEAR.match(text, end):
            return True
    return False


def is_prior(
    reading: Reading, sentence: Sentence, spot: int, same_respondent: bool, same_authority: bool
) -> tuple[bool, str, Cue | None]:
    """Return whether a sum is background, by which rule and cue.

    Title and first sentence are news. After that: past perfect or "previously" in the sentence, a year or month that is not the publication's,
    a respondent or an authority that is not the case's.
    """
    if sentence.number >= 1 and old_act(reading, sentence):
        return True, "role.old_act", None
    if 0 < sentence.number <= 3 and asks_questions(reading) and _PAST_ACT.search(sentence.text):
        return True, "role.inquiry", None
    if sentence.number <= 1:
        return False, "role.lead", None
    published = reading.published
    near = [c for c in sentence.prior if abs(c.start - spot) < 160]
    cue = next((c for c in near if c.rule_id == "prior.past_perfect"), near[0] if near else None)
    old = next(
        (
            m
            for m in sentence.dates
            if _is_old(m, published) and not _OF_PERSON.search(sentence.text[: m.start - sentence.start])
        ),
        None,
    )
    if old is None and published is None:
        old = next((m for m in sentence.dates if m.precision == "year" and m.value), None)
    if cue is not None and cue.rule_id == "prior.past_perfect":
        return True, "role.old_past_perfect" if old is not None else cue.rule_id, cue
    due = next(
        (c for c in sentence.roles if c.value == "due" and c.end <= spot <= c.start + 70),
        None,
    )
    if due is not None:
        return False, "role.due", due
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
    if is_digest(reading):
        return False, "role.default", None
    if not same_respondent and sentence.number > 3:
        return True, "role.other_respondent", None
    if not same_authority and sentence.number > 4:
        return True, "role.other_authority", None
    return False, "role.default", None


CHANGED = frozenset({"annulled", "upheld", "reduced", "increased"})
_OF_OLD_ACT = re.compile(
    r"(?:\b(?:imposed|levied|handed|issued|set|written|ordered|adopted|given|fined|fine|penalty|sanction|decision|ruling|order|joined)\b[^,;]{0,30}|\b(?:that|which|who|when|whose)\b[^;]{0,80})$"
)
_DATES_A_NOUN = re.compile(r"(?:[’']s)? (?:fine|penalty|resolution|decision|ruling|order|sanction|judgment)|[’']s\b")


def changes_now(reading: Reading, sentence: Sentence, start: int) -> bool:
    """Whether a change that a sentence tells from `start` on ("annulled the 2012 decision", "cut the fine that it had set in 2013") is news: what is old
    in the sentence tells of the penalty that is changed."""
    if is_roundup(reading):
        return False
    text = sentence.text
    if re.search(r"\brecently\b", text[: start - sentence.start]):
        return False
    dated = [(m.start, m.end) for m in sentence.dates]  # these are weighed below
    if any(
        (c.start < start or (c.rule_id == "prior.past_perfect" and c.start - start < 4))
        and not any(a <= c.start < b or c.start <= a < c.end for a, b in dated)
        for c in sentence.prior
    ):
        return False
    for mention in sentence.dates:
        if not _is_old(mention, reading.published):
            continue
        left, right = text[: mention.start - sentence.start], text[mention.end - sentence.start :]
        if mention.start < start or not (
            _OF_OLD_ACT.search(left[start - sentence.start :]) or _DATES_A_NOUN.match(right)
        ):
            return False
    return True
