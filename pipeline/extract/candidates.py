"""The sums of an article as candidates: all tellings of a sum together, with what the rules make of it and the features that the scorers read."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.extract.additions import additions
from pipeline.extract.dating import Dating, case_dating, line_date
from pipeline.extract.features import Guess, Spot, Telling, article_features, place, sum_features
from pipeline.extract.names import Name
from pipeline.extract.parties import (
    NOBODY,
    Case,
    Side,
    home_of,
    is_bystander,
    is_official,
    listed_respondent,
    main_case,
    only_filed_with,
    sentence_authorities,
    sentence_respondents,
    writes,
)
from pipeline.extract.private import is_private
from pipeline.extract.reading import Reading, Sentence
from pipeline.extract.standing import (
    CHANGED,
    Standing,
    case_standing,
    changed_sums,
    changes_now,
    is_prior,
    is_roundup,
    is_table,
    paragraph_standing,
    sum_standing,
)
from pipeline.extract.sums import LISTED, MOST_SUMS, OUTCOMES, read_background, read_kind, read_outcome
from pipeline.extract.tellings import CERTAIN, anchor_of, final_reading, grouped, subject_of, without_conversions
from pipeline.language.cues import Cue
from pipeline.language.dates import DateMention

SPECIFIC = ("periodic_penalty", "disgorgement", "redress", "costs", "other")
_PRONOUN = re.compile(
    r"\b(?:regulator|watchdog|agency|authority|commission|ministry|department|office|court|body|it had|they had|also)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sum of the article, all its tellings together, with what the rules make of it and the features that the scorers read."""

    told: tuple[Telling, ...]
    anchor: Telling
    first: Telling
    penal: bool
    guess: Guess
    changed: bool
    features: frozenset[str]

    @property
    def spot(self) -> Spot:
        """Where the sum stands, for those who seek its parties."""
        anchor = self.anchor
        return Spot(anchor.sentence, anchor.money.start, anchor.reading.rule_id, tuple(t.sentence for t in self.told))


@dataclass(frozen=True, slots=True)
class Subjects:
    """What the article is about: its main case with its standing and date, and the features that all its sums share."""

    case: Case
    standing: Standing
    dating: Dating
    private: bool
    shared: frozenset[str]
    payers: frozenset[int] = frozenset()
    """The names (by index) that the rules give a sum to."""


def _subjects(reading: Reading) -> Subjects:
    case, standing = main_case(reading), case_standing(reading)
    return Subjects(
        case,
        standing,
        case_dating(reading),
        is_private(reading),
        article_features(reading, case, standing),
    )


def candidates(reading: Reading) -> tuple[Subjects, list[Candidate], list[Telling], list[tuple[Telling, str]]]:
    """Return what the article is about, its sums as candidates, the caps of rates, and the sums that are none for certain, with their reasons."""
    about = _subjects(reading)
    subject = subject_of(reading, about.private)
    tellings = [
        Telling(s, m, final_reading(s, r, subject, reading.block_at(m.start)))
        for s in reading.sentences
        for m, r in zip(s.sums, s.readings, strict=True)
    ]
    caps = [t for t in tellings if t.reading.value == "cap"]
    certain = [(t, t.reading.reason or "") for t in tellings if t.reading.reason in CERTAIN]
    open_, repeated = without_conversions(
        reading,
        [t for t in tellings if t.reading.value != "cap" and t.reading.reason not in CERTAIN],
        home_of(about.case.authorities),
    )
    crowd = [(t, "crowded") for t in open_[MOST_SUMS:]]
    groups = grouped(open_[:MOST_SUMS])
    marks = _addition_marks(groups)
    found = _in_company([_candidate(reading, about, group, frozenset(marks[i])) for i, group in enumerate(groups)])
    payers = frozenset(n.index for c in found if c.penal for n in c.guess.respondents.names)
    return replace(about, payers=payers), found, caps, certain + repeated + crowd


def _addition_marks(groups: Sequence[list[Telling]]) -> Mapping[int, set[str]]:
    """Features of the sums (by their group) that are the total of others or a part of one."""
    order = sorted(range(len(groups)), key=lambda i: min(t.money.start for t in groups[i]))
    sums = [anchor_of([t for t in groups[i] if not t.reading.reason] or groups[i]) for i in order]
    marks: dict[int, set[str]] = defaultdict(set)
    for i, addition in additions([t.money for t in sums]).items():
        fit = "exact" if addition.exact else "near"
        early = place(min(groups[order[i]], key=lambda t: t.sentence.number).sentence)
        penal = sum(not sums[j].reading.reason for j in addition.parts)
        marks[order[i]] |= {"is_total", f"is_total,{fit}", f"is_total,{early}", f"is_total,penal={min(penal, 2)}"}
        part = {"is_part", f"is_part,{fit}", f"is_part,{early}", f"is_part,penal={not sums[i].reading.reason}"}
        for j in addition.parts:
            marks[order[j]] |= part
    return marks


LARGEST, SMALLEST = 3, -4
"""Powers of ten between which a sum's share of the largest penalty is told apart."""


def _in_company(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with features of the sums that the rules read as penalties beside each: how many, how large, how far, in which currency."""
    out = []
    for candidate in found:
        penal = [c for c in found if c.penal and c is not candidate]
        share = len(penal) / max(len(found) - 1, 1)
        marks = {f"n_penal={min(len(penal), 4)}", f"share_penal={int(share * 4)},{min(len(found), 3)}"}
        if penal:
            money = candidate.anchor.money
            largest = max(c.anchor.money.amount for c in penal)
            power = round(math.log10(money.amount / largest)) if money.amount and largest else SMALLEST
            apart = min(abs(c.first.sentence.number - candidate.first.sentence.number) for c in penal)
            alike = any(set(c.anchor.money.currencies) & set(money.currencies) for c in penal)
            marks |= {f"of_largest={max(SMALLEST, min(power, LARGEST))}", f"penal_apart={min(apart, 4)}", f"penal_currency={alike}"}  # fmt: skip
        out.append(replace(candidate, features=candidate.features | marks))
    return out


_IN_TIME = re.compile(
    r"\b(?:if|unless|until|should|per|each|every|daily|weekly|monthly|days?|weeks?|months?|delay\w*|comply|complied|periodic|coercive)\b",
    re.I,
)


def _kind(told: Telling) -> str | None:
    sums = told.sentence.sums
    return read_kind(told.sentence.text, sums, sums.index(told.money), told.sentence.start)


FRESH = 2
"""Days that the news of an article is old at most."""


def _days_ago(reading: Reading, mention: DateMention) -> int:
    """How many days before publication a day or a past year lies that the text names; 0 where it names none."""
    if not mention.value or not reading.published or mention.ahead:
        return 0
    told = mention.precision == "day" or mention.value.year < reading.published.year
    return (reading.published - mention.value).days if told else 0


def _background(told: Telling) -> str | None:
    sums = told.sentence.sums
    return read_background(told.sentence.text, sums, sums.index(told.money), told.sentence.start)


def _outcome(told: Telling) -> Cue | None:
    sums = told.sentence.sums
    return read_outcome(told.sentence.text, sums, sums.index(told.money), told.sentence.start)


def _whose(about: Subjects, state: Standing, spoken: list[Telling], role: str) -> Standing:
    """The standing that an open "paid" takes its type from: the case's, for background that its sentence tells as imposed its own."""
    settled = any(c.value == "agreed" for t in spoken for c in t.sentence.status)
    own = state.status == "agreed" or (state.status == "imposed" and not settled)
    return state if role == "prior" and own else about.standing


_OTHER_PARTS = re.compile(r"\b(?:restitution|disgorgement|costs|refunds?|redress|compensation)\b")


_CALLS_FINES = re.compile(r"\b(?:fines|penalties)\b[^.:]{0,40}:$")
_BULLET = re.compile(r"\s*[•*·–—-]")
FARTHEST_HEAD = 3000
"""Characters before a list's line in which the line above the list is sought."""


def _heads_fines(reading: Reading, told: Telling) -> bool:
    """Whether a sum stands in a list under a line that calls what follows fines ("agreed to pay the following civil penalties:")."""
    start = told.money.start
    own, *above = reversed(reading.document.text[max(0, start - FARTHEST_HEAD) : start].split("\n"))
    if not _BULLET.match(own):
        return False
    head = next((line.strip() for line in above if line.strip() and not _BULLET.match(line)), "")
    return bool(_CALLS_FINES.search(head)) and not _OTHER_PARTS.search(head)


def _type_of(group: list[Telling], case: Standing, reading: Reading, role: str) -> str:
    """The type that the tellings name; an open "pay" is what the case is, and a settlement that the article calls a fine is one."""
    values = [t.reading.value for t in group if not t.reading.reason]
    if any(_heads_fines(reading, t) for t in group):
        return "fine"
    kind = next((k for t in group if (k := _kind(t)) is not None), None)
    if kind is not None:
        return kind
    if "periodic_penalty" in values and not any(t.money.per or _IN_TIME.search(t.sentence.text) for t in group):
        values = ["fine" if v == "periodic_penalty" else v for v in values]  # Finland's "penalty payments" are fines
    if not values and any(t.money.per in {"day", "week", "month"} for t in group):
        return "periodic_penalty"  # the scorer found what no rule calls a penalty
    for specific in SPECIFIC:
        if specific in values and values.count(specific) * 2 >= len(values):
            return specific
    if "fine" in values:
        return "fine"
    if next((v for v in values if v in SPECIFIC), None):
        return next(v for v in values if v in SPECIFIC)
    near = [c.value for t in group for c in t.sentence.penalties if abs(c.start - t.money.start) < 120]
    early = [c.value for s in reading.sentences if s.number <= 2 for c in s.penalties] if role == "current" else []
    if "fine" in near or early.count("fine") > 1 or ("fine" in early and "settlement" not in near):
        return "fine"
    if "settlement" in values or "settlement" in near:
        return "settlement"
    return "settlement" if case.status == "agreed" else "fine"


def parties_of(reading: Reading, case: Case, group: list[Telling], anchor: Telling, role: str) -> tuple[Side, Side]:
    """Return the sides that the rules give a sum: its own sentence where that names them, else those of the case (background: only where words point to it)."""
    sentence, spot = anchor.sentence, anchor.money.start
    early = any(t.sentence.number <= 1 for t in group)
    own_respondents = (
        listed_respondent(sentence, spot) if anchor.reading.rule_id in LISTED else sentence_respondents(sentence, spot)
    )
    if own_respondents and anchor.reading.rule_id in LISTED:
        respondents = own_respondents
    elif role == "current" and early:
        respondents = case.respondents or own_respondents
    elif own_respondents:
        respondents = own_respondents
    else:
        respondents = case.respondents
    own_authorities = sentence_authorities(sentence)
    if role == "prior":
        before = next((s for s in reading.sentences if s.number == sentence.number - 1), None)
        if own_authorities:
            authorities = own_authorities
        elif (
            is_roundup(reading)
            or _PRONOUN.search(sentence.text)
            or (
                before is not None
                and set(respondents.names) & set(case.respondents.names)
                and re.match(r"(?:It|The|They)\b", sentence.text)
            )
        ):
            authorities = case.authorities
        else:
            authorities = NOBODY
    elif own_authorities and not set(own_authorities.names) & set(case.authorities.names) and not early:
        authorities = own_authorities
    else:
        authorities = case.authorities or own_authorities
    both = {n.index for n in authorities.names}
    return authorities, Side(tuple(n for n in respondents.names if n.index not in both), respondents.rule_id)


def _candidate(reading: Reading, about: Subjects, group: list[Telling], marks: frozenset[str]) -> Candidate:
    penal = [t for t in group if not t.reading.reason]
    group = penal + [t for t in group if t.reading.reason]
    spoken = penal or group
    anchor, first = anchor_of(spoken), min(spoken, key=lambda t: t.sentence.number)
    case = about.case
    own, own_authorities = sentence_respondents(first.sentence, first.money.start), sentence_authorities(first.sentence)
    prior, role_rule, _ = is_prior(
        reading, first.sentence, first.money.start,
        not own or bool(set(own.names) & set(case.respondents.names)) or not case.respondents,
        not own_authorities or not case.authorities or bool(set(own_authorities.names) & set(case.authorities.names)),
    )  # fmt: skip
    if first.sentence.number > 1 and is_roundup(reading) and not _of_the_day(reading, first.sentence):
        # Where nothing in the sentence says when, the scorer may find it news.
        prior, role_rule = (
            True,
            "role.roundup" if first.sentence.dates or first.sentence.prior else "role.roundup_undated",
        )
    if not role_rule.startswith("role.roundup"):
        said = {b for t in spoken if (b := _background(t)) is not None}
        if said == {"current"} and any(_days_ago(reading, m) > FRESH for t in spoken for m in t.sentence.dates):
            said = set()  # "on Friday", told on Tuesday: another matter
        if len(said) == 1 and not (first.sentence.number <= 1 and said == {"prior"}):
            prior, role_rule = "prior" in said, "role.beside"
    role = "prior" if prior else "current"
    standing = paragraph_standing(reading, first.sentence, about.standing) if role == "current" else about.standing
    state = sum_standing(first.sentence, first.money.start, standing, role)
    if state.rule_id != f"standing.{OUTCOMES}":
        later = next((o for t in group if (o := _outcome(t)) is not None and o.value in {"annulled", "upheld"}), None)
        if later is not None:
            state = Standing(later.value, f"standing.{OUTCOMES}", later)
    change = next((c for t in spoken for c in [changed_sums(t.sentence).get(t.money.start)] if c), None)
    if change == "prior":
        role, role_rule, state = "prior", "role.changed_from", Standing("imposed", "standing.changed_from", None)
    elif change is not None:
        state = Standing(
            change, "standing.changed_to", next((c for c in first.sentence.status if c.value == change), None)
        )
    elif state.status in {"reduced", "increased"} and any(changed_sums(t.sentence) for t in spoken):
        state = Standing("imposed", "standing.default", None)
    if (
        role == "prior"
        and change != "prior"
        and state.status in CHANGED
        and state.cue is not None
        and state.rule_id in {"standing.outcomes", "standing.changed_to"}
    ):
        told_in = next((t.sentence for t in group if t.sentence.start <= state.cue.start < t.sentence.end), None)
        if told_in is not None and changes_now(reading, told_in, state.cue.start):
            role, role_rule = "current", "role.changed"
    block = reading.block_at(anchor.money.start)
    kind = (block.penalty_type if block else None) or _type_of(
        spoken, _whose(about, state, spoken, "current" if role_rule.startswith("role.other") else role), reading, role
    )
    threatened = state.cue is not None and reading.document.text[state.cue.start : state.cue.start + 3].lower() == "fac"
    if kind == "periodic_penalty" and (threatened or state.status not in {"proposed", "annulled", "upheld", "reduced"}):
        state = Standing("conditional", "standing.periodic", None)
    authorities, respondents = parties_of(reading, case, spoken, anchor, role)
    if block is not None:
        named = [n for n in reading.names if block.party and any(m.start == block.party[0] for m in n.mentions)]
        respondents = Side(tuple(named), "parties.table")
        role, role_rule = (
            ("prior", "role.roundup")
            if (is_roundup(reading) or is_table(reading)) and block.status != "proposed"
            else ("current", "role.table")
        )
        if block.status or role == "prior":
            state = Standing(block.status or "imposed", "standing.table", None)
    guess = Guess(role, role_rule, state, kind, authorities, respondents)
    features = sum_features(reading, case, spoken, anchor, guess, about.shared) | marks
    return Candidate(tuple(group), anchor, first, bool(penal), guess, change is not None, features)


def _of_the_day(reading: Reading, sentence: Sentence) -> bool:
    """Whether a line of a timeline is that of the day of publication."""
    line = line_date(sentence)
    return bool(line and line.value and reading.published and abs((reading.published - line.value).days) <= 3)


def side_names(reading: Reading, side: str) -> list[Name]:
    """Return the names that may be on a side."""
    if side == "authority":
        return [n for n in reading.names if n.label == "AUTHORITY" and not only_filed_with(reading, n)]
    return [
        n
        for n in reading.names
        if n.label in {"ORG", "PERSON"} and not (is_bystander(n) or writes(reading, n) or is_official(reading, n))
    ]
