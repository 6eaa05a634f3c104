"""How much of a list the news of a dump tells: shares with intervals, by authority, year and size of sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.intervals import wilson
from pipeline.match.lists import Entry, Mapped

_SIZES = ((0, "not told"), (10**4, "under 10,000"), (10**5, "10,000 to 100,000"), (10**6, "100,000 to 1 million"), (10**7, "1 to 10 million"), (10**8, "10 to 100 million"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """Of `n` rows of the list, `matched` were found; `low` and `high` bound the share with 95 % confidence."""

    by: str
    group: str
    n: int
    matched: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that was found, 0 to 1."""
        return self.matched / self.n


def size_of(entry: Entry) -> str:
    """Return the size of an entry's sum in words, in units of its own currency."""
    if entry.sum is None:
        return _SIZES[0][1]
    return next((words for limit, words in _SIZES[1:] if entry.sum.amount < limit), "100 million and more")


def _year(entry: Entry) -> str:
    return str(date.fromordinal(entry.days[0]).year) if entry.days else "not told"


def coverage(entries: Sequence[Entry], found: Iterable[int], authority: Mapped | None) -> list[Share]:
    """Return the shares of the list that were found: in all, by authority as the list writes it, by year and by size of the sum. `found` are lines."""
    lines = frozenset(found)
    order = {words: i for i, (_, words) in enumerate(_SIZES)}
    out = _shares("all", entries, lines, lambda _: "all")
    if authority is not None:
        out += _shares("authority", entries, lines, lambda e: authority.cell(e.row) or "not told")
    out += _shares("year", entries, lines, _year)
    sizes = _shares("size", entries, lines, size_of)
    return out + sorted(sizes, key=lambda s: order.get(s.group, len(order)))


def _shares(by: str, entries: Sequence[Entry], lines: frozenset[int], group: Callable[[Entry], str]) -> list[Share]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for entry in entries:
        count = counts[group(entry)]
        count[0] += 1
        count[1] += entry.line in lines
    return [Share(by, name, n, hit, *wilson(hit, n)) for name, (n, hit) in sorted(counts.items())]
