"""Measures without a sum: orders, bans, reprimands, prison terms, and fines and settlements whose sum is not told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.extract.features import Guess, Spot, place
from pipeline.extract.parties import Case, Side, sentence_authorities, sentence_respondents
from pipeline.extract.reading import Reading, Sentence
from pipeline.extract.standing import Standing, is_prior, is_roundup, sum_standing
from pipeline.language.cues import Cue, find_cues

ROLES = ("current", "prior")
"""A measure is weighed in both roles, unless a rule is sure of its role."""
SURE_ROLES = frozenset({"role.lead", "role.old_past_perfect"})
UNSUMMED = frozenset({"fine", "settlement"})
"""Measures that are none where their sum is told: then they are a row of that sum."""
SEVERITY = ("imprisonment", "ban", "reprimand", "order", "settlement", "fine")
"""Which measure counts where several stand against one respondent, the gravest first."""
LATE = 20
"""From this sentence on a measure is seldom the article's."""
_MODAL = re.compile(
    r"\b(could|may|might|would|can|if|should|must|will|expected|likely|not|never|no|without|before|after|who|whether)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as told: its cue and sentence, what the rules make of it, and the features that the scorer reads."""

    cue: Cue
    sentence: Sentence
    role: str
    standing: Standing
    respondents: Side
    authorities: Side
    by_rule: bool
    features: frozenset[str]

    @property
    def spot(self) -> Spot:
        """Where the measure stands, for those who seek its parties."""
        return Spot(self.sentence, self.cue.start, self.cue.rule_id, (self.sentence,))

    @property
    def guess(self) -> Guess:
        """What the rules made of it."""
        return Guess(self.role, "", self.standing, self.cue.value, self.authorities, self.respondents)


def _cues(sentence: Sentence) -> list[Cue]:
    """The words of a sentence that tell a measure; a fine or settlement where no sum stands in the sentence.

    A settlement may hide an order in its words ("agreed to a corporate integrity agreement"): where it does not count, the order does.
    """
    cues = find_cues("measures", sentence.text, sentence.start)
    if not sentence.sums or not any(c.value in UNSUMMED for c in cues):
        return list(cues)
    return list(find_cues("measures", sentence.text, sentence.start, without=UNSUMMED))


def find_measures(
    reading: Reading, case: Case, standing: Standing, shared: frozenset[str], private: bool, payers: frozenset[int]
) -> list[Measure]:
    """Return every measure that the article tells, in order; `by_rule` are those that the rules take without a scorer (title to third sentence).

    `payers` are the names (by index) that the rules give a sum to: a measure is likelier against one of those.
    """
    out = []
    for sentence in reading.sentences:
        cues = _cues(sentence)
        for cue in cues:
            own, own_authorities = sentence_respondents(sentence, cue.start), sentence_authorities(sentence)
            same = not own or not case.respondents or bool(set(own.names) & set(case.respondents.names))
            prior, role_rule, _ = is_prior(
                reading,
                sentence,
                cue.start,
                same,
                not own_authorities
                or not case.authorities
                or bool(set(own_authorities.names) & set(case.authorities.names)),
            )
            ruled = "prior" if prior or (is_roundup(reading) and sentence.number > 1) else "current"
            # Title and first sentence are news, and what happened before the past is background, whatever the scorer finds.
            for role in (ruled,) if role_rule in SURE_ROLES else ROLES:
                state = sum_standing(sentence, cue.start, standing, role)
                if state.status in {"reduced", "increased"}:
                    state = Standing("imposed", "standing.default", None)
                respondents = own if own and (role == "prior" or sentence.number > 1) else case.respondents or own
                authorities = own_authorities if role == "prior" else case.authorities or own_authorities
                by_rule = (
                    sentence.number <= 3
                    and role == ruled == "current"
                    and cue.value in {"imprisonment", "ban", "reprimand", "order"}
                    and cue.rule_id in _SAFE
                    and not private
                )
                features = _features(sentence, cue, role, role_rule, state, same, shared, private, len(cues)) | {
                    f"ruled={role == ruled}",
                    f"{role},ruled={role == ruled}",
                    f"{role},{role_rule}",
                    f"{role},{place(sentence)}",
                    f"{role},same={same}",
                    f"pays={_pays(respondents, payers)},{cue.value}",
                    f"own_pays={_pays(own, payers)}",
                }
                out.append(Measure(cue, sentence, role, state, respondents, authorities, by_rule, features))
    return out


def _pays(side: Side, payers: frozenset[int]) -> str:
    """Whether somebody of a side pays a sum of the article."""
    return "nobody" if not side else str(any(n.index in payers for n in side.names))


_SAFE = frozenset({"measures.prison", "measures.ban", "measures.order", "measures.reprimand"})


_OUTRIGHT = frozenset({"measures.prison", "measures.reprimand"})
"""Words that title or first sentence use of nothing else, where an authority is named."""


def _features(
    sentence: Sentence,
    cue: Cue,
    role: str,
    role_rule: str,
    state: Standing,
    same: bool,
    shared: frozenset[str],
    private: bool,
    n: int,
) -> frozenset[str]:
    at = cue.start - sentence.start
    left = sentence.text[max(0, at - 60) : at]
    words = re.findall(r"[A-Za-z’'-]+", sentence.text[at : cue.end - sentence.start].lower())
    out = {
        f"rule={cue.rule_id}",
        f"type={cue.value}",
        f"at={place(sentence)}",
        f"role={role}",
        f"role_rule={role_rule}",
        f"status={state.status}",
        f"same={same}",
        f"private={private}",
    }
    out |= (
        {f"w={w}" for w in words}
        | {f"modal={m.lower()}" for m in _MODAL.findall(left)}
        | {f"own_status={c.value}" for c in sentence.status}
    )
    out |= {
        f"type={cue.value},at={place(sentence)}",
        f"type={cue.value},{role}",
        f"cues={min(n, 3)}",
        f"sums={min(len(sentence.sums), 2)}",
    }
    if any(n.label == "AUTHORITY" for _, n in sentence.names):
        out.add("authority_here")
    if any(n.label == "PERSON" for _, n in sentence.names):
        out.add("person_here")
    if sentence.penalties:
        out.add("penalty_here")
    if sentence.number >= LATE:
        out.add("late")
    before, after = (
        re.findall(r"[A-Za-z’'-]+|[“\"]", left),
        re.findall(r"[A-Za-z’'-]+", sentence.text[cue.end - sentence.start :][:40]),
    )
    out |= {f"l1={w.lower()}" for w in before[-1:]} | {f"r1={w.lower()}" for w in after[:1]}
    return frozenset(
        out
        | {
            f
            for f in shared
            if f.startswith(
                ("case_status", "title_status", "t:", "agency", "no_", "court", "private", "kind", "roundup")
            )
        }
    )


OTHER_ROLE = 0.4
"""How likely a measure must be to be taken in the other role too, of another sentence ("barred in 2011, it was barred again")."""


def chosen_measures(found: Sequence[tuple[Measure, float | None]], least: float) -> list[tuple[Measure, float | None]]:
    """Return, of measures and their odds, one for each role and group of respondents: the likeliest of those above `least`; without a scorer the gravest that the rules take."""
    likeliest: dict[int, float] = defaultdict(float)
    for measure, p in found:
        likeliest[measure.cue.start] = max(likeliest[measure.cue.start], p or 0.0)
    first = [(m, p) for m, p in found if p is None or p >= likeliest[m.cue.start]]
    picked = _best(((m, p) for m, p in first if _taken(m, p, least)), {})
    # Words that are likelier in one role may tell the other, where nothing else does and they are not the same words.
    told = {m.sentence.number for m, _ in picked.values()}
    second = ((m, p) for m, p in found if p is not None and p >= max(least, OTHER_ROLE) and (m, p) not in first)
    picked = _best(((m, p) for m, p in second if m.cue.value == "order" and m.sentence.number not in told), picked)
    return [(m, p) for m, p in sorted(picked.values(), key=lambda x: x[0].cue.start)]


def _taken(measure: Measure, p: float | None, least: float) -> bool:
    outright = (
        measure.by_rule
        and measure.sentence.number <= 1
        and bool(measure.authorities)
        and measure.cue.rule_id in _OUTRIGHT
    )
    return outright or (measure.by_rule if p is None else p >= least)


_Key = tuple[str, tuple[int, ...]]


def _best(
    found: Iterable[tuple[Measure, float | None]], before: Mapping[_Key, tuple[Measure, float | None]]
) -> dict[_Key, tuple[Measure, float | None]]:
    """The likeliest measure of each role and group of respondents, beside those of `before`; of equally likely ones the gravest, then the first."""
    picked: dict[_Key, tuple[Measure, float | None]] = {}
    for measure, p in found:
        key = (measure.role, tuple(sorted(n.index for n in measure.respondents.names)))
        if key not in before and (key not in picked or _rank(measure, p) < _rank(*picked[key])):
            picked[key] = (measure, p)
    return {**before, **picked}


def _rank(measure: Measure, p: float | None) -> tuple[float, int, int]:
    return (-(p or 0.0), SEVERITY.index(measure.cue.value), measure.cue.start)
