"""Choose: which candidates are penalties, in which role and standing, of whom against whom; rules propose, scorers rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from pipeline.extract.acting import Action, acting, is_bench, likeliest
from pipeline.extract.appealing import with_appeals
from pipeline.extract.candidates import Candidate, Subjects, candidates, parties_of, side_names
from pipeline.extract.counted import counted_respondents
from pipeline.extract.dating import NO_DATE, Dating, sum_dating
from pipeline.extract.drafts import Draft, Weighed
from pipeline.extract.features import Guess, Spot, Telling, place, side_features
from pipeline.extract.measures import UNSUMMED, Measure, chosen_measures, find_measures
from pipeline.extract.names import Name
from pipeline.extract.parties import (
    Side,
    acted_on,
    is_filed_with,
    leaves_open,
    stated_side,
)
from pipeline.extract.pointed import pointed_to
from pipeline.extract.positions import beside, share
from pipeline.extract.reading import Reading
from pipeline.extract.scorer import Scorers
from pipeline.extract.standing import CERTAIN_STANDINGS, STATED, Standing, sum_standing
from pipeline.extract.sums import LISTED, is_certain
from pipeline.extract.totals import mark_totals

CERTAIN_ROLES = frozenset(
    {
        "role.old_past_perfect",
        "role.old_act",
        "role.inquiry",
        "role.due",
        "role.changed_from",
        "role.changed",
        "role.beside",
        "role.table",
        "role.roundup",
    }
)
"""Rules of the role that no scorer outvotes: "had fined it in 2021"."""
LINES_OF_LISTS = LISTED | {"sums.table"}
"""Rules of sums that the scorer outvotes only where it is sure: the lines of a list that tells penalties."""
SURE_NONE = 0.3
"""Below these odds not even the line of a list or a periodic penalty is one."""
UNCERTAIN = {
    "role": "role_uncertain",
    "type": "type_uncertain",
    "status": "status_uncertain",
    "authority": "authority_ambiguous",
    "respondents": "respondent_ambiguous",
}
SURE_STATED = 0.9
"""How sure the names are that a sentence gives a sum outright."""
SURE_COUNT = 0.7
"""How sure the names are that an enumeration gives for a count."""
MOST_MEASURES = 60
"""Measures of an article whose parties are sought; the likeliest."""
SURE_MEASURE = 0.7
"""Below this a measure is flagged."""


def draft_rows(reading: Reading, scorers: Scorers) -> tuple[list[Draft], list[tuple[Telling, str]]]:
    """Return the rows of an article and the sums that are none, with their reasons; every sum is in one of the two."""
    about, found, caps, none = candidates(reading)
    drafts: list[Draft] = []
    weighed = [(c, scorers.probabilities("action", c.features)) for c in found]
    told = any(c.penal and _is_action(c, odds, scorers, False) for c, odds in weighed)
    for candidate, odds in weighed:
        if _is_action(candidate, odds, scorers, told):
            drafts += _decide(reading, about, candidate, odds, scorers)
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
    drafts = of_one_case(mark_totals([_changing(d, drafts) for d in drafts]))
    drafts = with_appeals(reading, drafts + _measures(reading, about, scorers, drafts))
    return sorted(drafts, key=lambda d: (d.start, d.end)), none


def _changing(draft: Draft, drafts: Sequence[Draft]) -> Draft:
    """A sum that changes an older one of its sentence ("cut to €3m from €5m"), linked with that."""
    if draft.standing.status not in {"reduced", "increased"}:
        return draft
    older = next((d for d in drafts if "role.changed_from" in d.rule_ids and d.sentence is draft.sentence), None)
    return replace(draft, changes=older.start) if older is not None else draft


def of_one_case(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the rows; the article's current sums whose own sentences name no body act as their total does, or, where the odds gave them nobody, as the
    article's first one. A body that papers are only filed with is not named."""
    news = [d for d in drafts if d.role == "current" and d.authorities]
    first = news[0].authorities if news else None
    totals = {d.start: d.authorities for d in news}

    def case_of(draft: Draft) -> Side | None:
        named = any(
            n.label == "AUTHORITY" and not is_filed_with(t.sentence, m) for t in draft.told for m, n in t.sentence.names
        )
        if draft.role != "current" or named or any(leaves_open(t.sentence) for t in draft.told):
            return None
        return totals.get(draft.part_of) if draft.part_of is not None else first if not draft.authorities else None

    return [_acted_by(d, side) if (side := case_of(d)) else d for d in drafts]


def _acted_by(draft: Draft, side: Side) -> Draft:
    """The row with the bodies of another one."""
    flags = tuple(f for f in draft.flags if f != "authority_missing")
    return replace(draft, authorities=replace(side, rule_id="parties.of_one_case"), flags=flags)


def _is_action(candidate: Candidate, odds: dict[str, float] | None, scorers: Scorers, told: bool) -> bool:
    """Whether a sum is a penalty: by the scorer, without it by the rules; what the rules read as a periodic penalty is one (too rare in the gold articles).

    `told`: the article tells another penalty in so many words; then a sum without them is likelier one too ("its founder owes €41,500").
    """
    if any(_totals_cases(t) for t in candidate.told):
        return False
    if candidate.penal and (
        candidate.guess.penalty_type == "periodic_penalty" or candidate.anchor.reading.rule_id in LINES_OF_LISTS
    ):
        return odds is None or odds["yes"] >= SURE_NONE
    if odds is None or all(is_certain(t.reading) for t in candidate.told):
        return candidate.penal
    return odds["yes"] >= scorers.threshold("action", action_threshold(candidate.penal, told), 0.5)


def _totals_cases(told: Telling) -> bool:
    """Whether one telling says for certain that its sum is a total over cases: then no other telling makes it a penalty."""
    reading = told.reading
    return (
        reading.reason == "total_over_cases"
        and reading.rule_id.startswith("sums.")
        and reading.rule_id != "sums.table"
        and is_certain(reading)
    )


def action_threshold(penal: bool, told: bool) -> str:
    """Return the name of the threshold that decides about a sum: `penal` by the rules, else in an article that tells a penalty or not."""
    return "by_rule" if penal else "beside" if told else "beyond"


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


def _side(
    reading: Reading,
    about: Subjects,
    spot: Spot,
    guess: Guess,
    side: str,
    scorers: Scorers,
    taken: tuple[Name, ...],
) -> tuple[Side, float, dict[int, float]]:
    """Return one side of a sum or measure, how sure it is, and the odds of each name: the names that the scorer finds likelier than not; without it what the rules chose."""
    chosen = guess.authorities if side == "authority" else guess.respondents
    stated = stated_side(spot.sentence, spot.start, side) if chosen.rule_id != "parties.table" else None
    if stated is not None and not set(stated.names) & set(taken):
        return stated, SURE_STATED, {}
    if chosen.rule_id in {"parties.listed", "parties.table"}:  # a list says outright whose the sum is
        return chosen, SURE_STATED, {}
    names = [n for n in side_names(reading, side) if n not in taken]
    if side == "respondents" and (pointed := pointed_to(reading, spot.sentence, spot.start, names)) is not None:
        return pointed, SURE_STATED, {}
    if side not in scorers.by_name:
        return Side(tuple(n for n in chosen.names if n not in taken), chosen.rule_id), 0.5, {}
    described = side_features(reading, about.case, spot, guess, names, side)
    odds = side_odds(scorers, side, list(zip(names, described, strict=True)))
    action = Action(reading, spot, guess, names, odds)
    if side == "respondents":
        counted = counted_respondents(reading, spot.sentence, spot.start)
        if counted is not None and set(counted.names) <= set(names):
            return counted, SURE_COUNT, odds
    picked = chosen_names(action, side, scorers.by_name[side].thresholds)
    sure = 1.0
    for name in names:
        sure *= odds[name.index] if name in picked else 1 - odds[name.index]
    same = {n.index for n in picked} == {n.index for n in chosen.names}
    return Side(tuple(picked), chosen.rule_id if same and chosen else f"scorers.{side}"), sure, odds


def _once(names: Sequence[Name]) -> list[Name]:
    """Each body once: two names of an article may be two wordings of one registered authority."""
    seen: dict[tuple[str, ...] | int, Name] = {}
    for name in names:
        seen.setdefault(name.registry_ids if len(name.registry_ids) == 1 else name.index, name)
    return list(seen.values())


def side_odds(scorers: Scorers, side: str, names: Sequence[tuple[Name, frozenset[str]]]) -> dict[int, float]:
    """Return how likely each name (by its index) is on a side: the odds that the scorer of single names gives, in the order in which the ranking of all of them
    puts them (it weighs names against each other, which odds of one name cannot)."""
    odds = {n.index: scorers.by_name[side].probabilities(features)["yes"] for n, features in names}
    ranking = scorers.by_name.get(f"{side}_rank")
    if ranking is None:
        return odds
    ranks = {n.index: ranking.rank(features) for n, features in names}
    ordered = sorted(odds, key=lambda i: (-ranks[i], -odds[i], i))
    return dict(zip(ordered, sorted(odds.values(), reverse=True), strict=True))


def chosen_names(action: Action, side: str, thresholds: Mapping[str, float]) -> list[Name]:
    """Return the names of a side that the odds and what the article says beside them give an action, each body once."""
    near = near_names(action.reading, action.spot, side, action.names, action.odds, thresholds.get("beside", 0.5))
    picked = picked_names(action.names, action.odds, near, thresholds, action.guess.role)
    if side == "authority":
        return _once(acting(action, picked))
    own = acted_on(action.spot.sentence, action.spot.start)
    return _once(own.names if own is not None and set(own.names) <= set(action.names) else picked)


def near_names(
    reading: Reading, spot: Spot, side: str, names: Sequence[Name], odds: Mapping[int, float], least: float
) -> frozenset[int]:
    """Return the names, at least `least` likely, that stand beside the likeliest one: authorities anywhere, respondents where the action is told.

    A court and the agency whose case it decides are beside each other wherever they stand.
    """
    if not names:
        return frozenset()
    best = likeliest(names, odds)
    likely = [n for n in names if n is not best and odds[n.index] >= least]
    if side == "authority":
        return frozenset(
            n.index
            for n in likely
            if is_bench(n) != is_bench(best) or any(beside(s, best, n) for s in reading.sentences)
        )
    return frozenset(n.index for n in likely if any(share(s, best, n) for s in spot.told))


def picked_names(
    names: Sequence[Name],
    odds: Mapping[int, float],
    near: frozenset[int],
    thresholds: Mapping[str, float],
    role: str,
) -> list[Name]:
    """Return the likeliest name of a side, if it is likely enough for an action of that role (`current`, `prior`), with the names that are sure by
    themselves (`yes`) or likely and `near` it (`beside`)."""
    if not names:
        return []
    best = likeliest(names, odds)
    if odds[best.index] < thresholds.get(role, 0.5):
        return []
    yes, together = thresholds.get("yes", 0.8), thresholds.get("beside", 0.5)
    return [n for n in names if n is best or odds[n.index] >= yes or (odds[n.index] >= together and n.index in near)]


def _decide(
    reading: Reading, about: Subjects, candidate: Candidate, action: dict[str, float] | None, scorers: Scorers
) -> list[Draft]:
    """Return the row of a sum (several where each of several respondents owes it); `action` are the odds that it is one."""
    guess, anchor, money = candidate.guess, candidate.anchor, candidate.anchor.money
    role_odds, type_odds, status_odds = (
        scorers.probabilities(n, candidate.features) for n in ("role", "type", "status")
    )
    role = _best("role", role_odds, guess.role, scorers)
    status = _best("status", status_odds, guess.status.status, scorers)
    kind = guess.penalty_type
    if candidate.changed or guess.status.rule_id == "standing.table":
        role, status = guess.role, guess.status.status
    if guess.role_rule in CERTAIN_ROLES:
        role = guess.role
    if guess.status.rule_id in CERTAIN_STANDINGS and role == guess.role:
        status = guess.status.status
    if role != guess.role:
        first = candidate.first
        restated = sum_standing(first.sentence, first.money.start, about.standing, role)
        if restated.rule_id in CERTAIN_STANDINGS and not candidate.changed:
            status, guess = restated.status, replace(guess, status=restated)
        authorities, respondents = parties_of(reading, about.case, list(candidate.told), anchor, role)
        guess = replace(guess, role=role, authorities=authorities, respondents=respondents)
    standing = guess.status if status == guess.status.status else _cued(candidate, status)
    authorities, sure_authorities, authority_odds = _side(
        reading, about, candidate.spot, guess, "authority", scorers, ()
    )
    respondents, sure_respondents, respondent_odds = _side(
        reading, about, candidate.spot, guess, "respondents", scorers, authorities.names
    )
    sentence = anchor.sentence
    block = reading.block_at(money.start)
    dated = next((d for d in sentence.dates if block and block.year and d.start <= block.year[0] < d.end), None)
    when = (
        Dating(dated, "decided", "dating.table") if dated else _dated(candidate, about.dating, role, reading.published)
    )
    sure = {
        "role": role_odds[role] if role_odds else 0.5, "type": type_odds.get(kind, 0.0) if type_odds else 0.5, "status": status_odds.get(status, 0.0) if status_odds else 0.5,
        "authority": sure_authorities, "respondents": sure_respondents,
    }  # fmt: skip
    sure["action"] = action["yes"] if action else 0.5
    flags = []
    if not respondents:
        flags.append("respondent_missing")
    if not authorities and any(n.label == "AUTHORITY" for n in reading.names):
        flags.append("authority_missing")
    sides = {"authority": authorities, "respondents": respondents}
    described = record_features(sure, candidate, sides, (role, kind, status))
    confidence = _record_confidence(described, scorers)
    if confidence is not None and confidence < scorers.threshold("record", "flag", 0.5):
        doubted = sorted(UNCERTAIN, key=lambda name: (sure[name], name))
        flags += [UNCERTAIN[name] for name in doubted if sure[name] < 0.5] or [UNCERTAIN[doubted[0]]]
    rule_ids = (
        anchor.reading.rule_id, guess.role_rule if role == candidate.guess.role else "scorers.role", standing.rule_id,
        *((authorities.rule_id,) if authorities else ()), *((respondents.rule_id,) if respondents else ()),
    )  # fmt: skip
    weighed = (
        *_weighed_classes("role", role_odds, role, candidate), *_weighed_classes("penalty_type", type_odds, kind, candidate),
        *_weighed_classes("status", status_odds, status, candidate),
        *_weighed_names("authority_texts", reading, authority_odds, authorities), *_weighed_names("respondent_texts", reading, respondent_odds, respondents),
    )  # fmt: skip
    draft = Draft(
        candidate.told, anchor, sentence, money.start, money.end, kind, role, standing, when, authorities, respondents,
        tuple(dict.fromkeys(rule_ids)), tuple(dict.fromkeys(flags)), money.amount_max, money.qualifier, None,
        confidence, described, weighed,
    )  # fmt: skip
    if money.per == "person" and len(respondents.names) > 1 and kind != "redress":
        return [replace(draft, respondents=Side((name,), respondents.rule_id)) for name in respondents.names]
    return [draft]


def _dated(candidate: Candidate, case: Dating, role: str, published: date | None) -> Dating:
    """Return the date of a sum: by the sentence of its anchor; for background by the first of its tellings that has one."""
    anchor = candidate.anchor
    if role != "prior":
        told = anchor if anchor.sentence.number > 1 else candidate.first
        return sum_dating(told.sentence, told.money.start, case, role, published)
    dates = (sum_dating(t.sentence, t.money.start, case, role, published) for t in (anchor, *candidate.told))
    return next((d for d in dates if d.mention is not None), NO_DATE)


def _weighed_classes(name: str, odds: dict[str, float] | None, chosen: str, candidate: Candidate) -> list[Weighed]:
    """The classes of a field by their odds, with the nearest cue for a standing."""
    out = []
    for value, odd in sorted((odds or {}).items(), key=lambda item: (-item[1], item[0])):
        cue = _cued(candidate, value).cue if name == "status" else None
        out.append(Weighed(name, value, cue.start if cue else None, cue.end if cue else None, odd, value == chosen))
    return out


def _weighed_names(name: str, reading: Reading, odds: Mapping[int, float], side: Side) -> list[Weighed]:
    by_index = {n.index: n for n in reading.names}
    return [
        Weighed(
            name, by_index[i].name, by_index[i].fullest.start, by_index[i].fullest.end, share, by_index[i] in side.names
        )
        for i, share in sorted(odds.items(), key=lambda item: (-item[1], item[0]))
    ]


def _cued(candidate: Candidate, status: str) -> Standing:
    """The standing that the scorer chose, with the nearest cue for it where the sentences hold one."""
    spot = candidate.first.money.start
    cues = [c for t in candidate.told for c in t.sentence.status if c.value == status]
    return Standing(status, "scorers.status", min(cues, key=lambda c: abs(c.start - spot)) if cues else None)


def decisions(reading: Reading, scorers: Scorers) -> list[tuple[frozenset[str], int]]:
    """Return the record features of each monetary row of an article, with the row's position among its rows (for fitting the confidence)."""
    drafts, _ = draft_rows(reading, scorers)
    return [(draft.described, position) for position, draft in enumerate(drafts) if draft.anchor]


def record_features(
    sure: Mapping[str, float], candidate: Candidate, sides: Mapping[str, Side], labels: Sequence[str]
) -> frozenset[str]:
    """Return the features of the whole record's confidence: how sure each choice is, in tenths, where the sum stands, by which rules its sides were found
    and how many names they have, and the `labels` of its role, type and status."""
    product = 1.0
    for value in sure.values():
        product *= value
    out = {f"{name}={min(int(value * 10), 9)}" for name, value in sure.items()}
    out |= {f"product={min(int(product * 10), 9)}", f"first={place(candidate.first.sentence)}"}
    out.add(f"rule={candidate.anchor.reading.rule_id}")
    for name, side in sides.items():
        out |= {f"{name}_by={side.rule_id if side else 'nobody'}", f"n_{name}={min(len(side.names), 3)}"}
    return frozenset(out | {f"is={label}" for label in labels})


def _record_confidence(described: frozenset[str], scorers: Scorers) -> float | None:
    """The probability that the whole record is right, fitted out of fold; None without scorers."""
    odds = scorers.probabilities("record", described)
    return None if odds is None else round(odds["yes"], 4)


def _measures(reading: Reading, about: Subjects, scorers: Scorers, monetary: list[Draft]) -> list[Draft]:
    """Return the measures without a sum: one for each role and group of respondents."""
    least = scorers.threshold("measure", measure_threshold(monetary), 0.5)
    out = []
    for measure, sure in chosen_measures(weighed_measures(reading, about, scorers, least), least):
        told = {n.index for d in monetary if d.role == measure.role for n in d.respondents.names}
        if measure.cue.value in UNSUMMED and (
            told & {n.index for n in measure.respondents.names} or not measure.respondents
        ):
            continue
        cue = measure.cue
        when = (
            about.dating
            if measure.role == "current"
            else sum_dating(measure.sentence, cue.start, NO_DATE, "prior", reading.published)
        )
        flags = () if measure.respondents else ("respondent_missing",)
        if sure is not None and sure < SURE_MEASURE:
            flags = (*flags, "low_confidence")
        made_by = tuple(dict.fromkeys((cue.rule_id, measure.standing.rule_id)))
        out.append(
            Draft(
                (), None, measure.sentence, cue.start, cue.end, cue.value, measure.role, measure.standing, when, measure.authorities, measure.respondents,
                made_by, flags, None, None, None, sure,
            )
        )  # fmt: skip
    return out


def measure_threshold(monetary: Sequence[Draft]) -> str:
    """Return the name of the threshold that decides about measures: in an article that tells a sum that somebody pays, or not."""
    return "beside" if any(d.respondents for d in monetary) else "yes"


def weighed_measures(
    reading: Reading, about: Subjects, scorers: Scorers, least: float
) -> list[tuple[Measure, float | None]]:
    """Return every measure that the article tells with its odds; those at least `least` likely with the parties that the scorers find."""
    found = find_measures(reading, about.case, about.standing, about.shared, about.private, about.payers)
    odds = [p["yes"] if (p := scorers.probabilities("measure", m.features)) else None for m in found]
    likely = sorted((i for i, p in enumerate(odds) if p is None or p >= least), key=lambda i: (-(odds[i] or 0.0), i))
    for i in likely[:MOST_MEASURES]:
        found[i] = _with_parties(reading, about, found[i], scorers)
    left_out = set(likely[MOST_MEASURES:])
    return [(m, p) for i, (m, p) in enumerate(zip(found, odds, strict=True)) if i not in left_out]


def _with_parties(reading: Reading, about: Subjects, measure: Measure, scorers: Scorers) -> Measure:
    """The measure with the parties that the scorers find likeliest."""
    authorities, _, _ = _side(reading, about, measure.spot, measure.guess, "authority", scorers, ())
    respondents, _, _ = _side(reading, about, measure.spot, measure.guess, "respondents", scorers, authorities.names)
    return replace(measure, authorities=authorities, respondents=respondents)
