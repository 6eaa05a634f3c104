"""Hang the sums on the cases: one row for each penalty or measure that the article reports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.extract.features import Guess, Telling, article_features, name_features, place, sum_features
from pipeline.extract.measures import chosen_measures, find_measures
from pipeline.extract.names import Name
from pipeline.extract.parties import (
    NOBODY,
    Case,
    Side,
    as_parties,
    listed_respondent,
    main_case,
    sentence_authorities,
    sentence_respondents,
)
from pipeline.extract.private import is_private, private_sentence
from pipeline.extract.reading import Reading, Sentence
from pipeline.extract.scorer import Scorers
from pipeline.extract.standing import (
    NO_DATE,
    Dating,
    Standing,
    case_dating,
    case_standing,
    changed_sums,
    is_prior,
    is_roundup,
    sum_dating,
    sum_standing,
)
from pipeline.extract.sums import SumReading
from pipeline.language.coordinates import source_span
from pipeline.language.cues import Cue
from pipeline.language.laws import find_laws
from pipeline.language.money import Money, decide_currency
from pipeline.records import Evidence, Party, Penalty

SPECIFIC = ("periodic_penalty", "disgorgement", "redress", "costs", "other")
CERTAIN = frozenset({"conversion", "overlapping", "suspended_part"})
"""Reasons that no other evidence can outweigh."""
STATED = frozenset({"annulled", "upheld", "reduced", "increased", "conditional"})
UNCERTAIN = {
    "role": "role_uncertain",
    "type": "type_uncertain",
    "status": "status_uncertain",
    "authority": "authority_ambiguous",
    "respondents": "respondent_ambiguous",
}
SURE_MEASURE = 0.7
"""Below this a measure is flagged."""
_PRONOUN = re.compile(
    r"\b(?:regulator|watchdog|agency|authority|commission|ministry|department|office|court|body|it had|they had|also)\b",
    re.I,
)
_YEARLY = re.compile(
    r"(?:[-•*] ?)?(?:In )?(?:fiscal |FY ?)?(?:19|20)\d\d\b|(?:fines|penalties|disgorgement|settlements)\b[^.]{0,40}: ",
    re.I,
)
_PLURAL = re.compile(r"\b(?:fines|penalties|settlements|sanctions|recoveries|disgorgement)\b", re.I)
_DEAL = re.compile(r"\b(?:deals?|agreements?|pacts?|accords?)\b", re.I)
_SETTLING = re.compile(
    r"\b(?:settl\w+|charges?|allegations?|prob(?:e|es|ing)|investigat\w+|plea|plead\w*|prosecut\w+|penalt\w+|fine[sd]?|regulators?|attorney general|authorit\w+|violat\w+|SEC|FTC|Justice|government)\b"
)
_TOTAL = re.compile(r"\b(?:total|combined|altogether|in all|overall|collectively|together|aggregate|sum)\b", re.I)


@dataclass(frozen=True, slots=True)
class Draft:
    """A row in the making."""

    told: tuple[Telling, ...]
    anchor: Telling | None
    sentence: Sentence
    start: int
    end: int
    penalty_type: str
    role: str
    standing: Standing
    dating: Dating
    authorities: Side
    respondents: Side
    appeal: Cue | None
    rule_ids: tuple[str, ...]
    flags: tuple[str, ...]
    amount_max: Decimal | None = None
    qualifier: str | None = None
    cap: Telling | None = None
    confidence: float | None = None
    described: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """What title and lead are about, as far as it decides what a sum is: a private matter, the type that its words name (None: no penalty)."""

    private: bool
    penalty_type: str | None
    lists: bool


def _subject(reading: Reading, private: bool) -> Subject:
    early = [c.value for s in reading.sentences if s.number <= 2 for c in s.penalties]
    kind = "fine" if "fine" in early else early[0] if early else None
    listed = [r for s in reading.sentences for r in s.readings if r.value == "listed"]
    return Subject(private, kind, len(listed) > 1)


def _final_reading(sentence: Sentence, sum_reading: SumReading, subject: Subject) -> SumReading:
    """Put what the whole article says over what the words around the sum say: lists and obligations count only where the article tells a penalty."""
    if sum_reading.reason:
        return sum_reading
    private = subject.private
    if (
        _YEARLY.match(sentence.text)
        and _PLURAL.search(sentence.text)
        and not any(n.label in {"ORG", "PERSON"} for _, n in sentence.names)
    ):
        return replace(sum_reading, value="none total_over_cases")
    if sum_reading.value == "listed":
        value = subject.penalty_type if subject.lists and subject.penalty_type else "none no_penalty_word"
        sum_reading = replace(sum_reading, value=value)
    elif sum_reading.value == "settlement" and _DEAL.search(sentence.text) and not _SETTLING.search(sentence.text):
        sum_reading = replace(sum_reading, value="none business_figure")
    elif sum_reading.value == "pay" and subject.penalty_type is None and not sentence.penalties:
        sum_reading = replace(sum_reading, value="none no_penalty_word")
    elif sum_reading.value.startswith("obligation "):
        value = sum_reading.value.removeprefix("obligation ") if subject.penalty_type else "none business_figure"
        sum_reading = replace(sum_reading, value=value)
    if private:
        return replace(sum_reading, value="none private_suit", rule_id="private.article")
    if private_sentence(sentence):
        return replace(sum_reading, value="none private_suit", rule_id="private.sentence")
    return sum_reading


def _same_sum(a: Money, b: Money) -> bool:
    if not set(a.currencies) & set(b.currencies) or a.per != b.per:
        return False
    larger = max(a.amount, b.amount)
    return abs(a.amount - b.amount) <= larger * Decimal("0.005") and (
        a.amount_max == b.amount_max or None in (a.amount_max, b.amount_max)
    )


def _one_sum(a: Telling, b: Telling) -> bool:
    """Whether two tellings are of one penalty: the same sum, not twice in one sentence, and not of two firms that their sentences name."""
    if not _same_sum(a.money, b.money) or a.sentence is b.sentence:
        return False
    if a.reading.rule_id == b.reading.rule_id == "sums.listed":
        return False
    if a.sentence.number <= 1 or b.sentence.number <= 1:
        return True
    left, right = (sentence_respondents(t.sentence, t.money.start) for t in (a, b))
    return not left or not right or bool(set(left.names) & set(right.names))


def _rounded(a: Money, b: Money) -> bool:
    """Whether one figure is the other rounded: fewer digits, less than three per cent apart."""
    if not set(a.currencies) & set(b.currencies) or a.per != b.per or a.amount_max or b.amount_max:
        return False
    digits = sorted(len(str(int(m.amount)).rstrip("0")) for m in (a, b))
    return (
        digits[0] < digits[1]
        and digits[0] <= 3
        and abs(a.amount - b.amount) <= max(a.amount, b.amount) * Decimal("0.03")
    )


def _groups(tellings: list[Telling]) -> list[list[Telling]]:
    """Return the tellings of each sum; a headline's rounded figure joins the exact one of the body."""
    groups: list[list[Telling]] = []
    for told in tellings:
        home = next((g for g in groups if any(_one_sum(told, t) for t in g)), None)
        if home is None:
            groups.append([told])
        else:
            home.append(told)
    for group in list(groups):
        if group[0].sentence.number <= 1 and all(t.sentence.number <= 1 for t in group):
            exact = next(
                (g for g in groups if g is not group and any(_rounded(group[0].money, t.money) for t in g)), None
            )
            if exact is not None:
                exact[:0] = group
                groups.remove(group)
    return groups


def _anchor(group: list[Telling]) -> Telling:
    """The telling whose figure counts: the most exact one, in the body before the title."""
    return min(
        group,
        key=lambda t: (
            -len(str(int(t.money.amount)).rstrip("0")),
            t.reading.value in {"pay", "settlement"},
            t.sentence.is_title,
            t.sentence.number,
        ),
    )


def _type_of(group: list[Telling], case: Standing, reading: Reading, role: str) -> str:
    """The type that the tellings name; an open "pay" is what the case is, and a settlement that the article calls a fine is one."""
    values = [t.reading.value for t in group if not t.reading.reason]
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


def _parties(reading: Reading, case: Case, group: list[Telling], anchor: Telling, role: str) -> tuple[Side, Side]:
    sentence, spot = anchor.sentence, anchor.money.start
    early = any(t.sentence.number <= 1 for t in group)
    own_respondents = (
        listed_respondent(sentence, spot)
        if anchor.reading.rule_id == "sums.listed"
        else sentence_respondents(sentence, spot)
    )
    if own_respondents and anchor.reading.rule_id == "sums.listed":
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


def _appeal_of(reading: Reading, draft_sentence: Sentence, role: str, case: Cue | None) -> Cue | None:
    if role == "current":
        return case
    return draft_sentence.appeals[0] if draft_sentence.appeals else None


def _case_appeal(reading: Reading) -> Cue | None:
    """The appeal of the main case: the last word on it that is not about a court of that name."""
    found = []
    for sentence in reading.sentences:
        for cue in sentence.appeals:
            around = sentence.text[max(0, cue.start - sentence.start - 25) : cue.end - sentence.start + 12]
            if (
                re.search(
                    r"(?:court of|circuit|federal|u\.s\.) appeal|appeals? (?:court|tribunal|panel|judge)", around, re.I
                )
                and cue.value == "appealed"
            ):
                continue
            if (
                any(c.rule_id == "prior.past_perfect" for c in sentence.prior)
                and sentence.number > 4
                and cue.value in {"appealed"}
                and not re.search(r"\b(?:fine|decision|ruling)\b", sentence.text)
            ):
                continue
            found.append(cue)
    return found[0] if found else None


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


@dataclass(frozen=True, slots=True)
class Subjects:
    """What the article is about: its main case with its standing, date and appeal, and the features that all its sums share."""

    case: Case
    standing: Standing
    dating: Dating
    appeal: Cue | None
    private: bool
    shared: frozenset[str]


def _subjects(reading: Reading) -> Subjects:
    case, standing = main_case(reading), case_standing(reading)
    return Subjects(
        case,
        standing,
        case_dating(reading),
        _case_appeal(reading),
        is_private(reading),
        article_features(reading, case, standing),
    )


def candidates(reading: Reading) -> tuple[Subjects, list[Candidate], list[Telling], list[tuple[Telling, str]]]:
    """Return what the article is about, its sums as candidates, the caps of rates, and the sums that are none for certain, with their reasons."""
    about = _subjects(reading)
    subject = _subject(reading, about.private)
    tellings = [
        Telling(s, m, _final_reading(s, r, subject))
        for s in reading.sentences
        for m, r in zip(s.sums, s.readings, strict=True)
    ]
    caps = [t for t in tellings if t.reading.value == "cap"]
    certain = [(t, t.reading.reason or "") for t in tellings if t.reading.reason in CERTAIN]
    open_, repeated = _without_conversions(
        reading, [t for t in tellings if t.reading.value != "cap" and t.reading.reason not in CERTAIN]
    )
    return about, [_candidate(reading, about, group) for group in _groups(open_)], caps, certain + repeated


def draft_rows(reading: Reading, scorers: Scorers) -> tuple[list[Draft], list[tuple[Telling, str]]]:
    """Return the rows of an article and the sums that are none, with their reasons; every sum is in one of the two."""
    about, found, caps, none = candidates(reading)
    drafts: list[Draft] = []
    for candidate in found:
        if _is_action(candidate, scorers):
            drafts += _decide(reading, about, candidate, scorers)
        else:
            none += [(t, t.reading.reason or "unlikely") for t in candidate.told]
    for cap in caps:
        rates = [
            i
            for i, d in enumerate(drafts)
            if d.anchor and d.anchor.money.per and d.anchor.sentence.number == cap.sentence.number
        ]
        if rates:
            drafts[rates[-1]] = replace(drafts[rates[-1]], cap=cap, amount_max=cap.money.amount)
        else:
            none.append((cap, "cap_without_rate"))
    drafts = _totals(drafts)
    return sorted(drafts + _measures(reading, about, scorers, drafts), key=lambda d: (d.start, d.end)), none


def _is_action(candidate: Candidate, scorers: Scorers) -> bool:
    """Whether a sum is a penalty: by the scorer, without it by the rules."""
    odds = scorers.probabilities("action", candidate.features)
    return candidate.penal if odds is None else odds["yes"] >= scorers.threshold("action", "yes", 0.5)


def _without_conversions(reading: Reading, penal: list[Telling]) -> tuple[list[Telling], list[tuple[Telling, str]]]:
    """Take out sums that only repeat another in a second currency: what stands in brackets after it somewhere ("Meta fined $414 million" in a headline)."""
    converted = [m for s in reading.sentences for m in s.sums if m.conversion]
    repeated = [t for t in penal if any(_same_sum(t.money, m) or _rounded(t.money, m) for m in converted)]
    return [t for t in penal if t not in repeated], [(t, "conversion") for t in repeated]


def _candidate(reading: Reading, about: Subjects, group: list[Telling]) -> Candidate:
    penal = [t for t in group if not t.reading.reason]
    group = penal + [t for t in group if t.reading.reason]
    spoken = penal or group
    anchor, first = _anchor(spoken), min(spoken, key=lambda t: t.sentence.number)
    case = about.case
    own, own_authorities = sentence_respondents(first.sentence, first.money.start), sentence_authorities(first.sentence)
    prior, role_rule, _ = is_prior(
        reading, first.sentence, first.money.start,
        not own or bool(set(own.names) & set(case.respondents.names)) or not case.respondents,
        not own_authorities or bool(set(own_authorities.names) & set(case.authorities.names)),
    )  # fmt: skip
    if first.sentence.number > 1 and is_roundup(reading):
        prior, role_rule = True, "role.roundup"
    role = "prior" if prior else "current"
    state = sum_standing(first.sentence, first.money.start, about.standing, role)
    change = next((c for t in spoken for c in [changed_sums(t.sentence).get(t.money.start)] if c), None)
    if change == "prior":
        role, role_rule, state = "prior", "role.changed_from", Standing("imposed", "standing.changed_from", None)
    elif change is not None:
        state = Standing(
            change, "standing.changed_to", next((c for c in first.sentence.status if c.value == change), None)
        )
    elif state.status in {"reduced", "increased"} and any(changed_sums(t.sentence) for t in spoken):
        state = Standing("imposed", "standing.default", None)
    kind = _type_of(spoken, about.standing, reading, role)
    if kind == "periodic_penalty" and state.status not in {"proposed", "annulled", "upheld", "reduced"}:
        state = Standing("conditional", "standing.periodic", None)
    authorities, respondents = _parties(reading, case, spoken, anchor, role)
    guess = Guess(role, role_rule, state, kind, authorities, respondents)
    features = sum_features(reading, case, spoken, anchor, guess, about.shared)
    return Candidate(tuple(group), anchor, first, bool(penal), guess, change is not None, features)


def _best(name: str, odds: dict[str, float] | None, rule: str, scorers: Scorers) -> str:
    """The likeliest class, the rule's choice having a vote of its own; without a scorer the rule's choice.

    A standing that a sentence states outright (annulled, upheld, reduced, increased, conditional) is the rules' alone: it is rare in the gold articles.
    """
    if odds is None or rule in STATED:
        return rule
    votes = {
        c: p + (scorers.threshold(name, "rule_vote", 0.0) if c == rule else 0.0)
        for c, p in odds.items()
        if c not in STATED
    }
    return max(sorted(votes), key=lambda c: votes[c])


def side_names(reading: Reading, side: str) -> list[Name]:
    """Return the names that may be on a side."""
    labels = {"AUTHORITY"} if side == "authority" else {"ORG", "PERSON"}
    return [n for n in reading.names if n.label in labels]


def _side(
    reading: Reading,
    about: Subjects,
    candidate: Candidate,
    guess: Guess,
    side: str,
    scorers: Scorers,
    taken: tuple[Name, ...],
) -> tuple[Side, float]:
    """Return one side of a sum and how sure it is: the names that the scorer finds likelier than not; without it what the rules chose."""
    chosen = guess.authorities if side == "authority" else guess.respondents
    if chosen.rule_id == "parties.listed":  # a list says outright whose the sum is
        return chosen, 0.9
    names = [n for n in side_names(reading, side) if n not in taken]
    odds: dict[int, float] = {}
    for name in names:
        found = scorers.probabilities(
            side,
            name_features(
                reading, about.case, candidate.told, candidate.anchor, guess, guess.role, name, side, len(names)
            ),
        )
        if found is None:
            return Side(tuple(n for n in chosen.names if n not in taken), chosen.rule_id), 0.5
        odds[name.index] = found["yes"]
    least = scorers.threshold(side, "yes", 0.5)
    picked = [n for n in names if odds[n.index] >= least]
    if not picked and odds:
        best = max(names, key=lambda n: (odds[n.index], -n.index))
        picked = [best] if odds[best.index] >= scorers.threshold(side, "alone", 0.5) else []
    sure = 1.0
    for name in names:
        sure *= odds[name.index] if name in picked else 1 - odds[name.index]
    same = {n.index for n in picked} == {n.index for n in chosen.names}
    return Side(tuple(picked), chosen.rule_id if same and chosen else f"scorers.{side}"), sure


def _decide(reading: Reading, about: Subjects, candidate: Candidate, scorers: Scorers) -> list[Draft]:
    """Return the row of a sum (several where each of several respondents owes it)."""
    guess, anchor, money = candidate.guess, candidate.anchor, candidate.anchor.money
    role_odds, type_odds, status_odds = (
        scorers.probabilities(n, candidate.features) for n in ("role", "type", "status")
    )
    role = _best("role", role_odds, guess.role, scorers)
    status = _best("status", status_odds, guess.status.status, scorers)
    kind = guess.penalty_type
    if candidate.changed:
        role, status = guess.role, guess.status.status
    if role != guess.role:
        authorities, respondents = _parties(reading, about.case, list(candidate.told), anchor, role)
        guess = replace(guess, role=role, authorities=authorities, respondents=respondents)
    standing = guess.status if status == guess.status.status else _cued(candidate, status)
    authorities, sure_authorities = _side(reading, about, candidate, guess, "authority", scorers, ())
    respondents, sure_respondents = _side(reading, about, candidate, guess, "respondents", scorers, authorities.names)
    sentence = anchor.sentence
    when = sum_dating(
        sentence if role == "prior" or sentence.number > 1 else candidate.first.sentence,
        money.start,
        about.dating,
        role,
    )
    sure = {
        "role": role_odds[role] if role_odds else 0.5, "type": type_odds.get(kind, 0.0) if type_odds else 0.5, "status": status_odds.get(status, 0.0) if status_odds else 0.5,
        "authority": sure_authorities, "respondents": sure_respondents,
    }  # fmt: skip
    action = scorers.probabilities("action", candidate.features)
    sure["action"] = action["yes"] if action else 0.5
    flags = []
    if not respondents:
        flags.append("respondent_missing")
    if not authorities and any(n.label == "AUTHORITY" for n in reading.names):
        flags.append("authority_missing")
    confidence = record_confidence(sure, candidate, scorers)
    if confidence is not None and confidence < scorers.threshold("record", "flag", 0.5):
        doubted = sorted(UNCERTAIN, key=lambda name: (sure[name], name))
        flags += [UNCERTAIN[name] for name in doubted if sure[name] < 0.5] or [UNCERTAIN[doubted[0]]]
    rule_ids = (
        anchor.reading.rule_id, guess.role_rule if role == candidate.guess.role else "scorers.role", standing.rule_id,
        *((authorities.rule_id,) if authorities else ()), *((respondents.rule_id,) if respondents else ()),
    )  # fmt: skip
    draft = Draft(
        candidate.told, anchor, sentence, money.start, money.end, kind, role, standing, when, authorities, respondents,
        _appeal_of(reading, sentence, role, about.appeal), tuple(dict.fromkeys(rule_ids)), tuple(dict.fromkeys(flags)), money.amount_max, money.qualifier, None,
        confidence, record_features(sure, candidate),
    )  # fmt: skip
    if money.per == "person" and len(respondents.names) > 1 and kind != "redress":
        return [replace(draft, respondents=Side((name,), respondents.rule_id)) for name in respondents.names]
    return [draft]


def _cued(candidate: Candidate, status: str) -> Standing:
    """The standing that the scorer chose, with the nearest cue for it where the sentences hold one."""
    spot = candidate.first.money.start
    cues = [c for t in candidate.told for c in t.sentence.status if c.value == status]
    return Standing(status, "scorers.status", min(cues, key=lambda c: abs(c.start - spot)) if cues else None)


def decisions(reading: Reading, scorers: Scorers) -> list[tuple[frozenset[str], int]]:
    """Return the record features of each monetary row of an article, with the row's position among its rows (for fitting the confidence)."""
    drafts, _ = draft_rows(reading, scorers)
    return [(draft.described, position) for position, draft in enumerate(drafts) if draft.anchor]


def record_features(sure: Mapping[str, float], candidate: Candidate) -> frozenset[str]:
    """Return the features of the whole record's confidence: how sure each choice is, in tenths, and where the sum stands."""
    product = 1.0
    for value in sure.values():
        product *= value
    steps = {f"{name}={min(int(value * 10), 9)}" for name, value in sure.items()}
    return frozenset(
        steps
        | {
            f"product={min(int(product * 10), 9)}",
            f"first={place(candidate.first.sentence)}",
            f"rule={candidate.anchor.reading.rule_id}",
        }
    )


def record_confidence(sure: Mapping[str, float], candidate: Candidate, scorers: Scorers) -> float | None:
    """Return the calibrated probability that the whole record is right; None without scorers."""
    odds = scorers.probabilities("record", record_features(sure, candidate))
    return None if odds is None else round(odds["yes"], 4)


def _totals(drafts: list[Draft]) -> list[Draft]:
    """Mark a row whose sum is the sum of two or more others of one role as their total."""
    out = list(drafts)
    for role in ("current", "prior"):
        rows = [d for d in out if d.role == role and d.anchor and not d.anchor.money.per]
        for draft in rows:
            assert draft.anchor is not None
            money = draft.anchor.money
            parts = [
                d
                for d in rows
                if d is not draft
                and d.anchor
                and set(d.anchor.money.currencies) & set(money.currencies)
                and d.anchor.money.amount < money.amount
            ]
            if len(parts) < 2 or not _adds_up([p.anchor.money.amount for p in parts if p.anchor], money.amount):
                continue
            words = any(_TOTAL.search(t.sentence.text) or t.sentence.number <= 1 for t in draft.told)
            if words:
                largest = max(parts, key=lambda p: p.anchor.money.amount if p.anchor else Decimal(0))
                kind = largest.penalty_type if largest.penalty_type != "other" else draft.penalty_type
                out[out.index(draft)] = replace(draft, qualifier="total", penalty_type=kind)
                break
    return out


def _adds_up(parts: list[Decimal], total: Decimal) -> bool:
    """Whether all parts, or all but some of the smallest set of up to twelve, add up to the total within half a per cent."""
    tolerance = total * Decimal("0.005")
    if abs(sum(parts, Decimal(0)) - total) <= tolerance:
        return True
    reachable = {Decimal(0)}
    for part in sorted(parts, reverse=True)[:10]:
        reachable |= {r + part for r in reachable if r + part <= total + tolerance}
        if any(abs(r - total) <= tolerance for r in reachable):
            return True
    return False


def _measures(reading: Reading, about: Subjects, scorers: Scorers, monetary: list[Draft]) -> list[Draft]:
    """Return the measures without a sum: one for each role and group of respondents."""
    found = find_measures(reading, about.case, about.standing, about.shared, about.private)
    odds = [scorers.probabilities("measure", m.features) for m in found]
    chosen = chosen_measures(found, [o["yes"] if o else None for o in odds], scorers.threshold("measure", "yes", 0.5))
    out = []
    for measure, sure in chosen:
        told = {n.index for d in monetary if d.role == measure.role for n in d.respondents.names}
        if measure.cue.value in {"fine", "settlement"} and (
            told & {n.index for n in measure.respondents.names} or not measure.respondents
        ):
            continue
        cue = measure.cue
        when = about.dating if measure.role == "current" else sum_dating(measure.sentence, cue.start, NO_DATE, "prior")
        flags = () if measure.respondents else ("respondent_missing",)
        if sure is not None and sure < SURE_MEASURE:
            flags = (*flags, "low_confidence")
        made_by = tuple(dict.fromkeys((cue.rule_id, measure.standing.rule_id)))
        out.append(
            Draft(
                (), None, measure.sentence, cue.start, cue.end, cue.value, measure.role, measure.standing, when, measure.authorities, measure.respondents,
                _appeal_of(reading, measure.sentence, measure.role, about.appeal), made_by, flags, None, None, None, sure,
            )
        )  # fmt: skip
    return out


def _hash(*parts: object) -> str:
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _ordinal(reading: Reading, start: int, surface: str) -> int:
    """How many times the anchor's surface stands before it in the text before furniture was cut."""
    span = source_span(reading.document.offset_map, start, start + len(surface))
    text, place = (reading.document.source_text, span[0]) if span else (reading.document.text, start)
    return text.count(surface, 0, place)


def rows(reading: Reading, scorers: Scorers) -> tuple[tuple[Penalty, ...], tuple[Evidence, ...]]:
    """Return the penalties of an article as written, and the words behind each value; sums that are no penalty are in the evidence alone."""
    drafts, none = draft_rows(reading, scorers)
    all_sums = tuple(m for s in reading.sentences for m in s.sums)
    penalties: list[Penalty] = []
    evidence: list[Evidence] = []
    seen: dict[str, int] = {}
    for draft in drafts:
        penalty = _penalty(reading, draft, all_sums, seen)
        penalties.append(penalty)
        evidence += _evidence(reading, draft, penalty)
    text = reading.document.text
    for told, reason in none:
        money = told.money
        value = f"{money.currencies[0] if len(money.currencies) == 1 else money.sign} {money.amount}"
        evidence.append(
            _word(reading, None, "amount", 0, value, money.start, money.end, told.reading.rule_id, reason, text)
        )
    return tuple(penalties), tuple(evidence)


def _penalty(reading: Reading, draft: Draft, all_sums: tuple[Money, ...], seen: dict[str, int]) -> Penalty:
    document = reading.document
    surface = document.text[draft.start : draft.end]
    if draft.anchor:
        surface = document.text[draft.anchor.money.amount_start : draft.anchor.money.amount_end]
    penalty_id = _hash(document.article_id, surface, _ordinal(reading, draft.start, surface))
    seen[penalty_id] = seen.get(penalty_id, 0) + 1
    if seen[penalty_id] > 1:  # one sum for each of several respondents: told by one anchor
        penalty_id = _hash(penalty_id, seen[penalty_id])
    money = decide_currency(draft.anchor.money, all_sums, None) if draft.anchor else None
    mention = draft.dating.mention
    laws = tuple(dict.fromkeys(law.value for law in find_laws(document.text))) if draft.role == "current" else ()
    percent = _turnover(draft.sentence.text) if draft.anchor else None
    return Penalty(
        penalty_id, document.article_id, draft.role, as_parties(draft.authorities), as_parties(draft.respondents), draft.penalty_type, draft.standing.status,
        money.amount if money else None, draft.amount_max, money.currencies[0] if money and len(money.currencies) == 1 else None,
        money.sign if money and len(money.currencies) > 1 else None, draft.qualifier, money.per if money else None, "stated" if money else "undisclosed" if draft.penalty_type in {"fine", "settlement"} else None,
        mention.value if mention else None, mention.precision if mention else None, draft.dating.basis if mention else None,
        draft.appeal.value if draft.appeal else None, laws, percent, draft.sentence.text, draft.sentence.start, draft.sentence.end,
        money.start if money else None, money.end if money else None, draft.rule_ids, draft.flags, draft.confidence, None, None,
    )  # fmt: skip


_PERCENT = re.compile(
    r"(\d{1,2}(?:\.\d{1,2})?) ?(?:%|per ?cent|percent) of (?:its |the (?:company|firm|group|bank)[’']s |their |his )?(?:(?:global|worldwide|annual|total|net|gross|average|world|local|Polish|Indian|domestic|\w+-year|\d{4}) )*(?:turnover|revenues?|sales|income)",
    re.I,
)


def _turnover(sentence: str) -> float | None:
    match = _PERCENT.search(sentence)
    if match is None or re.search(
        r"\b(?:up to|maximum|can|could|may|might|as much as)\b", sentence[: match.start()], re.I
    ):
        return None
    return float(match.group(1))


def _word(
    reading: Reading,
    penalty_id: str | None,
    name: str,
    position: int,
    value: str | None,
    start: int | None,
    end: int | None,
    rule_id: str,
    reason: str | None,
    text: str,
    chosen: bool = True,
) -> Evidence:
    article_id = reading.document.article_id
    evidence_id = _hash(article_id, penalty_id, name, position, start, end, rule_id)
    return Evidence(
        evidence_id,
        article_id,
        penalty_id,
        name,
        position,
        value,
        text[start:end] if start is not None else None,
        start,
        end,
        rule_id,
        1 if chosen else 2,
        chosen,
        reason,
    )


def _evidence(reading: Reading, draft: Draft, penalty: Penalty) -> Iterable[Evidence]:
    """Yield the words behind each value of a row; other tellings of its sum are candidates that were not chosen."""
    text = reading.document.text

    def word(
        name: str,
        value: str | None,
        start: int | None,
        end: int | None,
        rule_id: str,
        position: int = 0,
        chosen: bool = True,
    ) -> Evidence:
        return _word(reading, penalty.penalty_id, name, position, value, start, end, rule_id, None, text, chosen)

    if draft.anchor:
        for position, told in enumerate(sorted(draft.told, key=lambda t: t is not draft.anchor)):
            value = f"{penalty.currency or penalty.currency_sign} {told.money.amount}"
            yield word(
                "amount", value, told.money.start, told.money.end, told.reading.rule_id, position, told is draft.anchor
            )
        offset = draft.anchor.sentence.start
        yield word(
            "penalty_type",
            draft.penalty_type,
            draft.anchor.reading.cue_start + offset,
            draft.anchor.reading.cue_end + offset,
            draft.anchor.reading.rule_id,
        )
    else:
        yield word("penalty_type", draft.penalty_type, draft.start, draft.end, draft.rule_ids[0])
    if draft.cap:
        yield word(
            "amount_max", f"{draft.amount_max}", draft.cap.money.start, draft.cap.money.end, draft.cap.reading.rule_id
        )
    cue = draft.standing.cue
    yield word(
        "status", draft.standing.status, cue.start if cue else None, cue.end if cue else None, draft.standing.rule_id
    )
    if draft.dating.mention:
        mention = draft.dating.mention
        yield word("date", f"{mention.value}", mention.start, mention.end, draft.dating.rule_id)
    if draft.appeal:
        yield word("appeal_status", draft.appeal.value, draft.appeal.start, draft.appeal.end, draft.appeal.rule_id)
    sides: tuple[tuple[str, tuple[Party, ...]], ...] = (
        ("authority_texts", penalty.authorities),
        ("respondent_texts", penalty.respondents),
    )
    for name, parties in sides:
        for position, party in enumerate(parties):
            yield word(name, party.name, party.start, party.end, party.rule_id, position)
    if penalty.legal_basis:
        found = {law.value: law for law in find_laws(text)}
        for position, value in enumerate(penalty.legal_basis):
            yield word("legal_basis", value, found[value].start, found[value].end, "laws.words", position)
