"""Decisions of one case: proposed, imposed, changed on appeal; which replaces which, which is part of which, and which one may add up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.knowledge import authorities
from pipeline.language.disjoint import Disjoint
from pipeline.normalise.keys import Key
from pipeline.normalise.merging import same_body, same_money, same_side

ADDS_UP = 0.01
"""Relative difference of a total and the sum of its parts that rounding explains."""
LONGEST_CASE = 1500
"""Days between a proposed penalty and what came of it, at most, where no article tells both."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as the rows that tell it say: the member with the most exact sum, its stage and day, and the rows themselves."""

    index: int
    members: tuple[Key, ...]
    exact: Key
    day: int | None

    @property
    def stage(self) -> int:
        """Where it stands in the life of its case."""
        return self.exact.stage


def decided(clusters: Sequence[Sequence[Key]]) -> list[Decided]:
    """Return the decisions of clustered rows, in their order."""
    out = []
    for index, members in enumerate(clusters):
        exact = max(
            members,
            key=lambda k: (
                k.amount is not None,
                k.settled,
                k.role == "current",
                k.digits,
                len(k.respondents),
                k.penalty_id,
            ),
        )
        dated = [k.first for k in members if k.first is not None] or [
            k.published for k in members if k.published is not None and k.role == "current"
        ]
        out.append(Decided(index, tuple(members), exact, min(dated, default=None)))
    return out


def _court(key: Key) -> bool:
    return any(i in authorities() and authorities()[i].kind == "court" for i in key.authorities)


def _one_case(a: Key, b: Key) -> bool:
    """Whether two rows tell of the same body (or a court that reviews it) and of one respondent at least."""
    return bool(same_side(a.respondents, b.respondents)) and bool(same_body(a, b) or _court(a) or _court(b))


def _may_follow(later: Key, earlier: Key) -> bool:
    """Whether one row stands later in the life of a case than the other; what is conditional (a periodic penalty) neither replaces nor is replaced."""
    return later.per == earlier.per and later.stage > earlier.stage and 1 not in {later.stage, earlier.stage}


def _follows(later: Key, earlier: Key) -> bool:
    """Whether the article's words make one row the outcome of the other: imposed after proposed, changed after imposed."""
    if not _may_follow(later, earlier) or not _one_case(later, earlier):
        return False
    return later.kind == earlier.kind or later.family == earlier.family == "sum" or later.amount is None


def _by_article(decisions: Sequence[Decided]) -> Mapping[str, list[tuple[Decided, Key]]]:
    rows = Counter(key.article_id for d in decisions for key in d.members)
    out: dict[str, list[tuple[Decided, Key]]] = defaultdict(list)
    for d in decisions:
        for key in d.members:
            if rows[key.article_id] > 1:
                out[key.article_id].append((d, key))
    return {a: out[a] for a in sorted(out)}


MOST_TOLD = 60
"""Rows of an article whose pairs are looked at."""


@dataclass(frozen=True, slots=True)
class Matters:
    """What holds decisions together, by their index: the matter of each, what each replaces, and the total that each is part of."""

    matter: Mapping[int, int]
    replaces: Mapping[int, int]
    part_of: Mapping[int, int]


def matters(decisions: Sequence[Decided], same: Sequence[tuple[str, str]] = ()) -> Matters:
    """Return the cases of the decisions; `same` are pairs of penalty ids that reviewers put into one case."""
    cases: Disjoint[int] = Disjoint()
    named = {p for d in decisions for k in d.members for p in (k.part_of, k.changes) if p is not None}
    named |= {p for pair in same for p in pair}
    at = {k.penalty_id: d for d in decisions for k in d.members if k.penalty_id in named}
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    totals: dict[int, Counter[int]] = defaultdict(Counter)

    def join(a: int, b: int) -> None:
        x, y = sorted((cases.find(a), cases.find(b)))
        cases.put(y, under=x)

    for one, other in same:
        if one in at and other in at:
            join(at[one].index, at[other].index)
    for d in decisions:
        for key in d.members:
            if key.part_of in at and at[key.part_of] is not d:
                totals[d.index][at[key.part_of].index] += 1
                join(d.index, at[key.part_of].index)
            if key.changes in at and at[key.changes] is not d:
                votes[d.index][at[key.changes].index] += 3
                join(d.index, at[key.changes].index)
    for told in _by_article(decisions).values():
        for n, (d, a) in enumerate(told[:MOST_TOLD]):
            for e, b in told[n + 1 : MOST_TOLD]:
                if d is e:
                    continue
                if a.role == b.role == "current" and _one_case(a, b):
                    join(d.index, e.index)
                for x, later, y, earlier in ((d, a, e, b), (e, b, d, a)):
                    if earlier.role == "prior" and _follows(later, earlier):
                        join(x.index, y.index)
                        votes[x.index][y.index] += 1
    _open_proposals(decisions, votes, join)
    groups: dict[int, list[Decided]] = defaultdict(list)
    for d in decisions:
        groups[cases.find(d.index)].append(d)
    replaces: dict[int, int] = {}
    for group in groups.values():
        replaces.update(_replaced(group, votes))
    part_of = {i: min(c, key=lambda t: (-c[t], t)) for i, c in totals.items()}
    return Matters({d.index: cases.find(d.index) for d in decisions}, replaces, part_of)


def _open_proposals(
    decisions: Sequence[Decided], votes: dict[int, Counter[int]], join: Callable[[int, int], None]
) -> None:
    """Link a proposed penalty to what the same body later imposed on the same respondent, where each is the only one of its kind."""
    by_body: dict[tuple[str, str], list[Decided]] = defaultdict(list)
    for d in decisions:
        if d.exact.family == "sum" and d.exact.per is None and d.stage in {0, 2} and d.exact.qualifier != "total":
            for body in d.exact.authorities:
                for name in filter(None, d.exact.respondents):
                    by_body[body, name[0]].append(d)
    for _, found in sorted(by_body.items()):
        proposed, imposed = ([d for d in found if d.stage == s] for s in (0, 2))
        if len(proposed) != 1 or len(imposed) != 1:
            continue
        (p,), (i,) = proposed, imposed
        if (
            same_side(p.exact.respondents, i.exact.respondents) < 2
            or p.day is None
            or i.day is None
            or not 0 < i.day - p.day <= LONGEST_CASE
        ):
            continue
        if p.exact.amount is not None and i.exact.amount is not None and i.exact.amount > p.exact.amount * 1.01:
            continue
        votes[i.index][p.index] += 1
        join(i.index, p.index)


def _fits(later: Decided, earlier: Decided) -> bool:
    a, b = later.exact, earlier.exact
    if not _may_follow(a, b) or not same_side(a.respondents, b.respondents):
        return False
    if a.kind != b.kind and not (a.family == b.family == "sum"):
        return False
    if a.amount is None or b.amount is None or a.currency != b.currency:
        return True
    if a.stage == 4:
        return bool(same_money(a, b, None))
    return a.stage != 3 or a.amount != b.amount


def _replaced(group: Sequence[Decided], votes: Mapping[int, Counter[int]]) -> dict[int, int]:
    """Return, for each decision of a case that replaces an earlier one, that one: by what articles say, else the latest of the stage before."""
    out: dict[int, int] = {}
    taken: set[int] = set()
    for d in sorted(group, key=lambda d: (d.stage, d.day or 0, d.index)):
        fitting = [e for e in group if e is not d and e.index not in taken and _fits(d, e)]
        if not fitting:
            continue
        said = votes.get(d.index, Counter())
        best = max(
            fitting,
            key=lambda e: (
                said[e.index] > 2,
                same_side(d.exact.respondents, e.exact.respondents),
                (e.exact.qualifier == "total") == (d.exact.qualifier == "total"),
                e.stage,
                same_money(d.exact, e.exact, None) if d.stage >= 4 else 0,
                said[e.index],
                len(e.exact.respondents) == len(d.exact.respondents),
                e.exact.kind == d.exact.kind,
                e.day or 0,
                -e.index,
            ),
        )
        out[d.index] = best.index
        taken.add(best.index)
    return out


IN_FORCE = frozenset({2, 3, 4})


def counted(decisions: Sequence[Decided], found: Matters, status: Mapping[int, str]) -> frozenset[int]:
    """Return the decisions whose sums one may add up: in force, replaced by nothing, no rate and no bound; of a total and its parts one or the other."""
    replaced = set(found.replaces.values())
    sums = {
        d.index: d
        for d in decisions
        if d.exact.amount is not None and d.exact.currency and d.stage in IN_FORCE and status.get(d.index) != "conditional"
        and d.index not in replaced and d.exact.kind != "periodic_penalty" and d.exact.per is None and d.exact.qualifier != "up_to"
    }  # fmt: skip
    parts: dict[int, list[int]] = defaultdict(list)
    for part, total in found.part_of.items():
        parts[total].append(part)
    out: set[int] = set()
    seen: set[int] = set()

    def take(index: int) -> None:
        if index in seen:
            return
        seen.add(index)
        inside = [p for p in parts.get(index, ()) if p in sums and p not in seen]
        if inside and _add_up([sums[p].exact for p in inside], sums[index].exact):
            for p in sorted(inside):
                take(p)
        else:
            out.add(index)
            _leave(index, parts, seen)

    for index in sorted(sums, key=lambda i: (found.part_of.get(i) in sums, i)):
        take(index)
    return frozenset(out)


def _leave(index: int, parts: Mapping[int, Sequence[int]], seen: set[int]) -> None:
    """The parts of a sum that is counted whole are not counted again."""
    for part in parts.get(index, ()):
        if part not in seen:
            seen.add(part)
            _leave(part, parts, seen)


def _add_up(parts: Sequence[Key], total: Key) -> bool:
    amounts = [k.amount for k in parts if k.amount is not None and k.currency == total.currency]
    return (
        len(amounts) == len(parts)
        and total.amount is not None
        and abs(sum(amounts) - total.amount) <= ADDS_UP * total.amount
    )
