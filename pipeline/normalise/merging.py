"""Which penalties of different articles are one decision: same money, same respondent, no other authority, same stage, close in time.

Rows are compared inside blocks (a token of a respondent and the size of the sum), the surest pairs are joined first, and a join is refused where any
two members of the two sides contradict each other. Pairs are taken in an order that depends on the rows alone, so the order of articles does not matter.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz

from pipeline.language.disjoint import Disjoint
from pipeline.normalise.keys import Key, Tokens, magnitude

WINDOW = 45
"""Days that two tellings of one decision may lie apart, by decision date or else by publication."""
SIMILAR = 75
"""Likeness of two words, 0 to 100, from which on they may be two transliterations of one ("Qarnayn", "Qarnain")."""
JOINED = 6
"""Letters that a name must have to be told by them alone."""
SAME_TEXT = 0.005
"""Relative difference of two sums that the last printed digit explains."""
ONE_DIGIT = 0.05
"""The same for sums of one digit that say that they are rough ("about £3 million")."""
CONVERTED = 0.03
"""Relative difference of two sums in different currencies at the day's rate."""
LARGEST_BLOCK = 300
"""Rows of a block that are compared all with all; in larger ones each with its next neighbours in time."""
NEIGHBOURS = 40

Converter = Callable[[float, str, str, int], float | None]
"""(amount, from, to, day) → the amount in the other currency at the day's rate, or null."""


def _stem(token: str) -> str:
    return token.removesuffix("s") if len(token) > 4 else token


@lru_cache(maxsize=200_000)
def alike(a: Tokens, b: Tokens) -> int:
    """Return how sure two names are one: 3 the same, 2 one begins with the other, 1 a part, acronym, surname or another transliteration; 0 different."""
    if not a or not b:
        return 0
    if a == b or "".join(a) == "".join(b):
        return 3
    short, long_ = sorted((a, b), key=lambda t: (len(t), t))
    n = len(short)
    if long_[:n] == short:
        return 2
    if n == 1 and len(long_) > 1 and short[0] in {"".join(t[0] for t in long_), long_[-1]}:
        return 1
    if 1 < n < len(long_):
        stems = [_stem(t) for t in long_]
        if long_[-n:] == short or (stems[0] == _stem(short[0]) and {_stem(t) for t in short} <= set(stems)):
            return 1
        if short[:-1] == long_[: n - 1] and short[-1] == "".join(t[0] for t in long_[n - 1 :]):
            return 1
    if any(len(x[0]) >= JOINED and x[0] in {"".join(y[:k]) for k in range(2, len(y) + 1)} for x, y in ((a, b), (b, a))):
        return 1
    return int(len("".join(short)) >= JOINED and all(_transliterated(x, y) for x, y in zip(short, long_, strict=False)))


def _transliterated(a: str, b: str) -> bool:
    """Whether two words may be one in two scripts' spellings: about as long, and alike ("Qarnayn", "Qarnain")."""
    return abs(len(a) - len(b)) <= 1 and fuzz.ratio(a, b) >= SIMILAR


def same_side(a: Sequence[Tokens], b: Sequence[Tokens]) -> int:
    """Return how sure two lists name one respondent at least: the surest pair."""
    return max((alike(x, y) for x in a for y in b), default=0)


def _rounds(rough: Key, fine: Key) -> bool:
    """Whether the sum with fewer digits is the other one rounded."""
    assert rough.amount is not None and fine.amount is not None
    if rough.digits >= 2 and abs(rough.amount - fine.amount) <= 0.5 * 10 ** (
        len(str(int(rough.amount))) - rough.digits
    ):
        return True
    bounded = {rough.qualifier, fine.qualifier} & {"approx", "at_least", "up_to", "total"}
    return bool(bounded) and abs(rough.amount - fine.amount) <= ONE_DIGIT * fine.amount


def same_money(a: Key, b: Key, convert: Converter | None) -> int:
    """Return how sure two sums are one: 3 equal, 2 one the other rounded, 1 converted at the day's rate or one not stated; 0 different."""
    if a.per != b.per:
        return 0
    if a.amount is None or b.amount is None:
        if a.amount == b.amount:
            return 3 if a.kind == b.kind else 0
        return int(a.family == b.family and len(a.respondents) == len(b.respondents))
    if a.currency == b.currency:
        if a.amount == b.amount:
            return 3
        if abs(a.amount - b.amount) <= SAME_TEXT * max(a.amount, b.amount):
            return 2
        rough, fine = sorted((a, b), key=lambda k: k.digits)
        return 2 if _rounds(rough, fine) else 0
    if convert is None or a.currency is None or b.currency is None:
        return 0
    day = a.first or b.first or a.published or b.published
    other = convert(a.amount, a.currency, b.currency, day) if day else None
    return int(other is not None and abs(other - b.amount) <= CONVERTED * b.amount)


def same_kind(a: Key, b: Key) -> bool:
    """Whether two types may be one: equal, of one family, or a settlement that another article splits by its nature."""
    if a.amount is None and b.amount is None:
        return a.kind == b.kind
    families = {a.family, b.family}
    return len(families) == 1 or (families == {"sum", "return"} and bool({a.kind, b.kind} & {"settlement", "other"}))


def same_stage(a: Key, b: Key) -> bool:
    """Whether two standings may be those of one decision; a sum in force may be told as imposed though it was reduced to that."""
    return a.stage == b.stage or {a.stage, b.stage} == {2, 3}


def same_body(a: Key, b: Key) -> int:
    """Return how sure two rows tell of one authority: 2 a body in common, 1 one of them names none or names alike; 0 different."""
    if not a.authorities or not b.authorities:
        return 1
    if a.authorities & b.authorities:
        return 2
    return int(any(_same_words(x, y) for x in a.authority_names for y in b.authority_names))


def _same_words(a: Tokens, b: Tokens) -> bool:
    """Whether all words of one body's name, two at least, stand in the other's ("Fair Trade Commission", "Korea Fair Trade Commission")."""
    short, long_ = sorted((set(a), set(b)), key=len)
    return len(short) > 1 and short <= long_


def _interval(key: Key) -> tuple[int | None, int | None]:
    """The days between which a row's decision lies: its date, else before its publication, for news not long before."""
    if key.first is not None:
        return key.first, key.last
    if key.published is None:
        return None, None
    return (key.published - WINDOW if key.role == "current" else None), key.published


def _gap(a: Key, b: Key) -> int | None:
    """Days between the two rows' decisions at least; null where they cannot be one."""
    (a0, a1), (b0, b1) = _interval(a), _interval(b)
    gap = max((a0 or 0) - (b1 if b1 is not None else 10**7), (b0 or 0) - (a1 if a1 is not None else 10**7), 0)
    return gap if gap <= WINDOW else None


def score(a: Key, b: Key, convert: Converter | None) -> tuple[int, int] | None:
    """Return how sure two rows tell one decision, larger is surer, and the days between them; null where they contradict each other."""
    if a.article_id == b.article_id or not same_kind(a, b) or not same_stage(a, b):
        return None
    gap = _gap(a, b)
    if gap is None:
        return None
    body = same_body(a, b)
    if not body:
        return None
    money = same_money(a, b, convert)
    if not money:
        return None
    who = same_side(a.respondents, b.respondents) or min(same_side(a.side, b.side), 1)
    if who == 1 and (body < 2 or money < 2):
        return None
    # Nobody named on one side: only the very same sum of the same body on the same day.
    same_day = a.first is not None and a.first == b.first and a.first == a.last and b.first == b.last
    if not who and (
        (a.respondents and b.respondents)
        or money < 3
        or body < 2
        or not a.amount
        or not same_day
        or min(a.digits, b.digits) < 2
    ):
        return None
    if money + body + who <= 3 and not (a.first is not None and b.first is not None and gap <= 7):
        return None
    dated = (a.first is not None and b.first is not None) + (gap == 0)
    return 4 * money + 3 * who + 2 * body + 2 * dated + (a.stage == b.stage) + 4 * bool(a.numbers & b.numbers), gap


@dataclass(slots=True)
class _Cluster:
    """Rows that are one decision so far, and what another one must agree with."""

    members: list[Key]
    articles: set[str] = field(default_factory=set)
    first: int | None = None
    """The latest first day of its dated rows, and the earliest last one: as far apart as any two of them."""
    last: int | None = None

    sides: set[tuple[Tokens, ...]] = field(default_factory=set)

    @property
    def exact(self) -> Key:
        """The member whose sum has the most digits, before it one that a reviewer settled."""
        return max(
            self.members, key=lambda m: (m.amount is not None, m.settled, m.digits, m.first is not None, m.penalty_id)
        )


def _of(key: Key) -> _Cluster:
    return _Cluster([key], {key.article_id}, key.first, key.last, {key.side} if key.respondents else set())


def _agree(a: _Cluster, b: _Cluster, convert: Converter | None) -> bool:
    """Whether no two members of the clusters contradict each other, as far as the telling members say."""
    if not a.articles.isdisjoint(b.articles):
        return False
    if (
        a.first is not None
        and b.first is not None
        and a.last is not None
        and b.last is not None
        and max(a.first, b.first) - min(a.last, b.last) > WINDOW
    ):
        return False
    x, y = a.exact, b.exact
    if not same_money(x, y, convert) or (x.amount is not None and y.amount is not None and not same_stage(x, y)):
        return False
    if not all(same_side(n, m) for n in a.sides for m in b.sides):
        return False
    bodies = [frozenset[str]().union(*(k.authorities for k in c.members[:50])) for c in (a, b)]
    return (
        not (bodies[0] and bodies[1])
        or bool(bodies[0] & bodies[1])
        or any(same_body(p, q) for p in a.members[:5] for q in b.members[:5] if p.authorities and q.authorities)
    )


def _join(a: _Cluster, b: _Cluster) -> _Cluster:
    large, small = (a, b) if len(a.members) >= len(b.members) else (b, a)
    large.members += small.members
    large.articles |= small.articles
    large.sides |= small.sides
    large.first = max((d for d in (large.first, small.first) if d is not None), default=None)
    large.last = min((d for d in (large.last, small.last) if d is not None), default=None)
    return large


def _block_words(name: Tokens) -> set[str]:
    """What a name is looked up by: its first word, its letters run together, its initials, its last word."""
    words = {name[0], "".join(name)}
    if len(name) > 1:
        words |= {"".join(t[0] for t in name), name[-1]}
    return words


def _lookup(key: Key) -> set[str]:
    return {w for name in key.side if name for w in _block_words(name)}


def _mixed(keys: Sequence[Key]) -> tuple[set[str], set[str]]:
    """The words under which some sum of a family is not stated, and those under which sums of several currencies stand."""
    unstated: set[str] = set()
    currency: dict[str, str | None] = {}
    several: set[str] = set()
    for key in keys:
        for word in _lookup(key):
            if key.amount is None:
                if key.family == "sum":
                    unstated.add(word)
            elif currency.setdefault(word, key.currency) != key.currency:
                several.add(word)
    return unstated, several


def _blocks(keys: Sequence[Key], convert: Converter | None) -> Iterator[list[int]]:
    """Yield lists of positions of rows that may be one decision."""
    unstated, several = _mixed(keys)
    blocks: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for i, key in enumerate(keys):
        words = _lookup(key)
        steps: list[tuple[object, ...]] = [(key.kind,)]
        if key.amount is not None:
            step = magnitude(key.amount)
            steps = [(key.currency, step), (key.currency, step + 1)]
        for word in sorted(words):
            for s in steps:
                blocks[(word, *s)].append(i)
            if key.family == "sum" and word in unstated:
                blocks[(word, "unstated")].append(i)
            if (
                word in several
                and convert is not None
                and key.amount is not None
                and key.currency
                and (day := key.first or key.published)
            ):
                euros = convert(key.amount, key.currency, "EUR", day)
                for step in () if euros is None else (magnitude(euros), magnitude(euros) + 1):
                    blocks[(word, "any", step)].append(i)
        if key.amount is not None and key.digits > 1 and not words:
            for body in sorted(key.authorities):
                blocks[("@", body, key.currency, key.amount)].append(i)
    nameless = {name for name in blocks if name[0] == "@"}
    for i, key in enumerate(keys if nameless else ()):
        for body in sorted(key.authorities) if key.respondents else ():
            place: tuple[object, ...] = ("@", body, key.currency, key.amount)
            if place in nameless:
                blocks[place].append(i)
    for name in sorted((n for n, positions in blocks.items() if len(positions) > 1), key=str):
        yield blocks.pop(name)


def _pairs(keys: Sequence[Key], block: list[int]) -> Iterator[tuple[int, int]]:
    if len(block) <= LARGEST_BLOCK:
        for n, i in enumerate(block):
            for j in block[n + 1 :]:
                yield i, j
        return
    ordered = sorted(block, key=lambda i: (keys[i].first or keys[i].published or 0, keys[i].penalty_id))
    for n, i in enumerate(ordered):
        for j in ordered[n + 1 : n + 1 + NEIGHBOURS]:
            yield i, j


def _scored(keys: Sequence[Key], convert: Converter | None) -> np.ndarray:
    """Return the pairs that may be one decision, the surest first, then those closest in time; a pair of positions i < j is the number i * n + j."""
    n = len(keys)
    found = array("q")
    for block in _blocks(keys, convert):
        found.extend(min(i, j) * n + max(i, j) for i, j in _pairs(keys, block))
    pairs, sure, gaps = np.unique(np.frombuffer(found, np.int64)), array("q"), array("q")
    kept = array("q")
    for pair in pairs.tolist():
        weighed = score(keys[pair // n], keys[pair % n], convert)
        if weighed is not None:
            kept.append(pair)
            sure.append(-weighed[0])
            gaps.append(weighed[1])
    order = np.lexsort((np.frombuffer(kept, np.int64), np.frombuffer(gaps, np.int64), np.frombuffer(sure, np.int64)))
    return np.frombuffer(kept, np.int64)[order]


def merge(
    keys: Sequence[Key],
    convert: Converter | None = None,
    same: Sequence[tuple[str, str]] = (),
    apart: Sequence[tuple[str, str]] = (),
) -> list[list[Key]]:
    """Return the rows of each decision, every list and the list of lists in order of penalty ids.

    `same` and `apart` are pairs of penalty ids that reviewers joined, whatever their values say, and kept apart.
    """
    keys = sorted(keys, key=lambda k: k.penalty_id)
    n = len(keys)
    groups: Disjoint[int] = Disjoint()
    clusters: dict[int, _Cluster] = {}
    at = {k.penalty_id: i for i, k in enumerate(keys)} if same or apart else {}
    foes: dict[str, set[str]] = defaultdict(set)
    for x, y in apart:
        foes[x].add(y)
        foes[y].add(x)

    def join(i: int, j: int, forced: bool = False) -> None:
        a, b = sorted((groups.find(i), groups.find(j)))
        if a == b:
            return
        left, right = (clusters.get(c) or _of(keys[c]) for c in (a, b))
        if _kept_apart(left, right, foes) or not (forced or _agree(left, right, convert)):
            return
        groups.put(b, under=a)
        clusters.pop(b, None)
        clusters[a] = _join(left, right)

    for x, y in sorted(same):
        if x in at and y in at:
            join(at[x], at[y], forced=True)
    for pair in _scored(keys, convert).tolist() if n > 1 else ():
        join(pair // n, pair % n)
    return [
        sorted(clusters[i].members, key=lambda k: k.penalty_id) if i in clusters else [keys[i]]
        for i in range(n)
        if groups.find(i) == i
    ]


def _kept_apart(a: _Cluster, b: _Cluster, foes: Mapping[str, set[str]]) -> bool:
    """Whether reviewers keep any two members of the clusters apart."""
    if not foes:
        return False
    others = {k.penalty_id for k in b.members}
    return any(not others.isdisjoint(foes.get(k.penalty_id, ())) for k in a.members)
