"""Pair the rows of a list with decisions: no field may contradict, and enough of them must agree.

Every field gives a level: 3 the same, 2 the same but less exactly told, 1 compatible and telling, 0 not told on one side, -1 a contradiction. A row and a
decision are paired once each, the surest pairs first, of equal rows the one that stands first; where two decisions fit a row equally well, it stays unmatched and both are named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa
from rapidfuzz import fuzz

from pipeline.knowledge import authorities, read_toml, strings
from pipeline.language.countries import countries_named
from pipeline.language.rates import SPREAD, Rates
from pipeline.language.spelling import tokens_of
from pipeline.match.cells import Body, Sum, Tokens
from pipeline.match.lists import Entry
from pipeline.normalise.keys import significant
from pipeline.normalise.merging import CONVERTED, SAME_TEXT, WINDOW, alike
from pipeline.normalise.respondents import PARTY_WORDS

COLUMNS = (
    "decision_id", "authority_ids", "authority_names", "authority_country", "respondent_names", "amount", "amount_max", "currency", "date", "date_precision",
    "first_reported", "penalty_type", "status", "confidence",
)  # fmt: skip
WEEK = 7
MEASURES = frozenset({"order", "ban", "reprimand", "imprisonment"})
"""Types that are no sum of money."""
SPELLED = 80
"""Likeness of two words, 0 to 100, from which on they may be two spellings of one."""
LEVELS = {
    "respondent": {3: "same", 2: "shorter or abbreviated", 1: "part or other spelling", 0: "not told"},
    "amount": {3: "same", 2: "rounded", 1: "converted", 0: "not told"},
    "authority": {3: "same", 2: "one of several", 1: "related", 0: "not told"},
    "date": {3: "same day", 2: "within a week or month", 1: "near, or in that year", 0: "not told"},
}
"""The fields in their order, and each level in words."""
_WEIGHTS = {"respondent": 3, "amount": 3, "authority": 2, "date": 2}
_MOST = 3 * sum(_WEIGHTS.values())


@dataclass(frozen=True, slots=True)
class Decision:
    """What matching reads of a decision; `days` bound its day (proleptic ordinals), `reported` is that of its first report."""

    row: Mapping[str, Any]
    ids: frozenset[str]
    words: tuple[Tokens, ...]
    names: tuple[Tokens, ...]
    days: tuple[int, int] | None
    reported: int | None

    @property
    def id(self) -> str:
        """The decision's id."""
        return str(self.row["decision_id"])


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the list and a decision: the level of each field, and a score between 0 and 1."""

    entry: Entry
    decision: Decision
    levels: Mapping[str, int]
    score: float


@dataclass(frozen=True, slots=True)
class Matched:
    """The pairs, the rows of the list without one (with the decisions that fit equally well, if any), and the decisions without one."""

    pairs: tuple[Pair, ...]
    unmatched: tuple[tuple[Entry, tuple[str, ...]], ...]
    left: tuple[Decision, ...]


def decisions_of(table: pa.Table) -> list[Decision]:
    """Return the decisions of a release's table as matching reads them."""
    out = []
    for row in table.select(COLUMNS).to_pylist():
        day = row["date"].toordinal() if row["date"] else None
        out.append(
            Decision(
                row,
                frozenset(i for i in row["authority_ids"] if i),
                tuple(t for t in map(tokens_of, row["authority_names"]) if t),
                tuple(t for t in map(tokens_of, row["respondent_names"]) if t),
                None if day is None else (day, day + SPREAD[row["date_precision"] or "day"]),
                row["first_reported"].toordinal() if row["first_reported"] else None,
            )
        )
    return out


def authority_level(body: Body | None, decision: Decision) -> int:
    """Return how well the authority of a row agrees with a decision's."""
    if body is None or not (decision.ids or decision.words):
        return 0
    shared = body.ids & decision.ids
    if shared:
        return 3 if len(body.ids) == len(shared) or len(body.ids) == 1 else 2
    if body.ids and decision.ids:
        known = authorities()
        above = {known[i].parent for i in body.ids} & decision.ids or {known[i].parent for i in decision.ids} & body.ids
        return 1 if above else -1
    shared_words = [short for a in body.words for b in decision.words for short, long_ in (sorted((a, b), key=len),) if set(short) <= set(long_)]  # fmt: skip
    if shared_words:
        return 2 if max(map(len, shared_words)) > 1 else 1
    country = decision.row["authority_country"]
    theirs = body.countries or frozenset(authorities()[i].country for i in body.ids)
    ours = (
        frozenset((country,))
        if country
        else frozenset[str]().union(*map(countries_named, decision.row["authority_names"]))
    )
    return -1 if theirs and ours and not theirs & ours else 0


def amount_level(told: Sum | None, decision: Decision, convert: Callable[[float, str, str, int], float | None]) -> int:
    """Return how well the sum of a row agrees with a decision's: digits of a rounded sum decide how near is near enough, a conversion is by the day's rate."""
    amount, upper, currency = (decision.row[c] for c in ("amount", "amount_max", "currency"))
    ours = [a for a in (amount, upper) if a is not None]
    if told is not None and decision.row["penalty_type"] in MEASURES:
        return -1
    if told is None or not ours:
        return 0
    if told.amount_max is not None and len(ours) == 2:
        return 3 if (told.amount, told.amount_max) == tuple(ours) and (not told.currencies or currency in told.currencies) else -1  # fmt: skip
    theirs = [a for a in (told.amount, told.amount_max) if a is not None]
    if not told.currencies or currency in told.currencies:
        best = -1
        for x in theirs:
            for y in ours:
                if x == y:
                    best = max(best, 3)
                elif abs(x - y) <= float(max(x, y)) * SAME_TEXT or _rounds(x, y) or _rounds(y, x):
                    best = max(best, 2)
        return best
    day = decision.days[0] if decision.days else decision.reported
    for code in sorted(told.currencies):
        for x in theirs:
            other = convert(float(x), code, currency, day) if day and currency else None
            if other is not None and any(_near(other, float(y), float(x)) for y in ours):
                return 1
    return -1


def _rounds(rough: Any, fine: Any) -> bool:
    """Whether a sum of two digits at least is another one rounded to its last digit."""
    digits = significant(rough)
    return digits >= 2 and abs(rough - fine) <= 0.5 * 10 ** (len(str(int(rough))) - digits)


def _near(converted: float, ours: float, told: float) -> bool:
    """Whether a converted sum is ours: up to the day's rate, and to the last digit that the list told."""
    digits = len(str(int(told)).rstrip("0")) or 1
    rounding = 0.5 * 10 ** (len(str(int(told))) - digits) / told if digits >= 2 else 0.0
    return abs(converted - ours) <= (CONVERTED + rounding) * ours


def date_level(days: tuple[int, int] | None, decision: Decision) -> int:
    """Return how well the day of a row agrees with a decision's, else with that of its first report."""
    ours = decision.days
    if ours is None and decision.reported is not None:
        ours = (decision.reported - WINDOW, decision.reported)
    if days is None or ours is None:
        return 0
    gap = max(days[0] - ours[1], ours[0] - days[1], 0)
    if gap:
        return 2 if gap <= WEEK else 1 if gap <= WINDOW else -1
    exact = days[0] == days[1] and ours[0] == ours[1]
    return 3 if exact else 2 if days[1] - days[0] <= 31 else 1


def respondent_level(names: Sequence[Tokens], decision: Decision) -> int:
    """Return how well the respondent of a row agrees with one of a decision's."""
    if not names or not decision.names:
        return 0
    return max(name_level(a, b) for a in names for b in decision.names) or -1


@cache
def _group_words() -> frozenset[str]:
    return frozenset(strings(PARTY_WORDS, read_toml(PARTY_WORDS), "group"))


def name_level(a: Tokens, b: Tokens) -> int:
    """Return 3 for the same name, 2 for one that is the other's beginning, abbreviation or the same without a middle or a word for "group", 1 for other
    parts, acronyms, surnames and transliterations, 0 for another name. Other spellings must be closer than within merging, where more is known."""
    level = alike(a, b)
    if level >= 2:
        return level
    short, long_ = sorted((a, b), key=len)
    if len(short) > 1 and sorted(a) == sorted(b):
        return 2
    if len(short) > 1 and short[0] == long_[0] and short[-1] == long_[-1] and set(short) <= set(long_):
        return 2
    plain = [tuple(t for t in name if t not in _group_words()) for name in (a, b)]
    if plain != [a, b] and all(plain) and alike(*plain) >= 3:
        return 2
    if _abbreviated(a, b) or _abbreviated(b, a):
        return 2
    if len(short) > 1 and {short[0], short[-1]} == {long_[0], long_[-1]} and set(short) <= set(long_):
        return 1
    if level and len(a) == len(b):
        return int(all(x == y or fuzz.ratio(x, y) >= SPELLED for x, y in zip(a, b, strict=True)))
    return level


def _abbreviated(short: Tokens, long_: Tokens) -> bool:
    """Whether each word of a name stands for a word of another, or for some by their initials, in their order: "Univ. Hospitals NHS FT"."""
    if not short or not long_:
        return not short and not long_
    word = short[0]
    if _abbreviates(word, long_[0]) and _abbreviated(short[1:], long_[1:]):
        return True
    n = len(word)
    return 1 < n <= len(long_) and word == "".join(t[0] for t in long_[:n]) and _abbreviated(short[1:], long_[n:])


def _abbreviates(short: str, long_: str) -> bool:
    """Whether a word is another one, its beginning, or what is left of it without some letters: univ, mgmt, intl, st."""
    if short == long_:
        return True
    if not 2 <= len(short) <= 5 or len(short) >= len(long_) or short[0] != long_[0]:
        return False
    letters = iter(long_)
    return long_.startswith(short) or (short[-1] == long_[-1] and all(letter in letters for letter in short))


def _enough(levels: Mapping[str, int], bodies: bool) -> bool:
    """Whether a pair's levels are enough to be one decision; `bodies` says that both name an authority."""
    who, sum_, body, day = (levels[f] for f in ("respondent", "amount", "authority", "date"))
    if min(levels.values()) < 0:
        return False
    if bodies and body == 0:  # two bodies are named and nothing says that they are one
        return who >= 2 and sum_ >= 2 and day == 3
    if who >= 2:
        return (sum_ > 0 and (body > 0 or day > 0)) or (body > 0 and day > 0)
    if who == 1:  # a part of the name, a surname, another spelling: all the rest must agree
        return body >= 1 and ((sum_ >= 2 and day >= 1) or (sum_ == 0 and body == day == 3))
    return sum_ == 3 and body >= 2 and day >= 2


def compare(entry: Entry, decision: Decision, convert: Callable[[float, str, str, int], float | None]) -> Pair | None:
    """Return the pair of a row and a decision; null where they contradict each other or too little agrees."""
    levels = {
        "respondent": respondent_level(entry.names, decision),
        "amount": amount_level(entry.sum, decision, convert),
        "authority": authority_level(entry.body, decision),
        "date": date_level(entry.days, decision),
    }
    if not _enough(levels, entry.body is not None and bool(decision.ids or decision.words)):
        return None
    return Pair(entry, decision, levels, sum(_WEIGHTS[f] * v for f, v in levels.items()) / _MOST)


def _words(names: Iterable[Tokens]) -> set[str]:
    out: set[str] = set()
    for name in names:
        out |= {*(t[:4] for t in name), "".join(t[0] for t in name), "".join(name)[:6]}
    return out


def match(entries: Sequence[Entry], decisions: Sequence[Decision], rates: Rates) -> Matched:
    """Return which row of the list is which decision; the order in which they are given does not matter."""
    lookup: dict[str, list[int]] = defaultdict(list)
    for i, decision in enumerate(decisions):
        for word in _words(decision.names) or {""}:
            lookup[word].append(i)
    found: list[Pair] = []
    for entry in entries:
        near = {i for word in (*_words(entry.names), "") for i in lookup.get(word, ())}
        found += [p for i in sorted(near) if (p := compare(entry, decisions[i], rates.convert)) is not None]
    best: dict[int, list[Pair]] = defaultdict(list)
    for pair in sorted(found, key=lambda p: (-p.score, p.entry.line, p.decision.id)):
        best[pair.entry.line].append(pair)
    taken: set[str] = set()
    pairs: dict[int, Pair] = {}
    doubtful: dict[int, tuple[str, ...]] = {}
    for pair in sorted(found, key=lambda p: (-p.score, p.entry.line, p.decision.id)):
        line = pair.entry.line
        if line in pairs or line in doubtful or pair.decision.id in taken:
            continue
        equal = [p for p in best[line] if p.score == pair.score and p.decision.id not in taken]
        if len(equal) > 1:
            doubtful[line] = tuple(p.decision.id for p in equal)
            continue
        pairs[line] = pair
        taken.add(pair.decision.id)
    return Matched(
        tuple(pairs[line] for line in sorted(pairs)),
        tuple((e, doubtful.get(e.line, ())) for e in entries if e.line not in pairs),
        tuple(d for d in decisions if d.id not in taken),
    )
