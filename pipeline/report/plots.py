"""Plots as inline SVG. Lengths along x are per cent of the width, so that text keeps its size on a phone; labels are HTML beside the bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from math import ceil, floor, log10

from pipeline.report.figures import Count, Group

BAR = 10
TOP, COLUMNS, LABELS = 16, 150, 18
TIMELINE = 240
_LEFT, _RIGHT = 9.0, 98.0
"""Per cent of the width that the plane of the timeline spans."""


def euros(amount: Decimal) -> str:
    """Return a sum of euros in short: €1.2bn, €30.5m, €450k, €900."""
    for size, unit in ((Decimal(10**9), "bn"), (Decimal(10**6), "m"), (Decimal(10**3), "k")):
        if amount >= size * Decimal("0.9995"):
            value = amount / size
            return f"€{value:.0f}{unit}" if value >= 100 else f"€{value:.1f}".removesuffix(".0") + unit
    return f"€{amount:.0f}"


def bar(share: float) -> str:
    """Return one bar, `share` of the width long; a thing that is there is never drawn as nothing."""
    width = max(share * 100, 0.4)
    return f'<svg class="bar" width="100%" height="{BAR}" aria-hidden="true"><rect width="{width:.2f}%" height="{BAR}" rx="2"/></svg>'


def columns(groups: Sequence[Group]) -> str:
    """Return a column for each group (a year), with a label under so many of them as fit a phone and the sum over the tallest; each column is a link to its rows."""
    if not groups:
        return ""
    step = 100 / len(groups)
    each = max(1, ceil(len(groups) / 8))
    foot = TOP + COLUMNS
    out = [
        f'<svg class="columns" width="100%" height="{foot + LABELS}" role="img" aria-label="Euros in force by year">'
    ]
    for i, group in enumerate(groups):
        height = max(group.share * COLUMNS, 1.0)
        x = i * step
        out.append(
            f'<a href="#rows:{escape(group.key)}"><title>{escape(group.label)}: {euros(group.euros)}, {group.decisions} decisions</title>'
            f'<rect class="hit" x="{x:.2f}%" y="{TOP}" width="{step:.2f}%" height="{COLUMNS}"/>'
            f'<rect x="{x + step * 0.15:.2f}%" y="{foot - height:.1f}" width="{step * 0.7:.2f}%" height="{height:.1f}"/></a>'
        )
        if i % each == 0:
            out.append(
                f'<text x="{x + step / 2:.2f}%" y="{foot + LABELS - 4}" text-anchor="middle">{escape(group.label)}</text>'
            )
    tallest = max(range(len(groups)), key=lambda i: groups[i].euros)
    middle = min(max((tallest + 0.5) * step, 8), 92)
    out.append(f'<text x="{middle:.2f}%" y="{TOP - 4}" text-anchor="middle">{euros(groups[tallest].euros)}</text>')
    return "".join([*out, "</svg>"])


def stacked(counts: Iterable[Count]) -> str:
    """Return one bar cut into shares, in their order; the legend is HTML beside it."""
    x, out = 0.0, [f'<svg class="stacked" width="100%" height="{BAR * 2}" aria-hidden="true">']
    for count in counts:
        out.append(
            f'<rect class="{escape(count.key)}" x="{x * 100:.2f}%" width="{count.share * 100:.2f}%" height="{BAR * 2}"><title>{escape(count.label)}: {count.n}</title></rect>'
        )
        x += count.share
    return "".join([*out, "</svg>"])


@dataclass(frozen=True, slots=True)
class Dot:
    """A decision on the timeline: its row, day, sum in euros, and words."""

    row: str
    day: date
    euros: Decimal
    label: str


def timeline(dots: Sequence[Dot]) -> str:
    """Return decisions by day and sum (a logarithmic scale, a line a power of ten); each dot is a link to its row."""
    dots = [d for d in dots if d.euros > 0]
    if not dots:
        return ""
    first, last = (f(d.day.toordinal() for d in dots) for f in (min, max))
    span = max(last - first, 1)
    low, high = floor(log10(min(d.euros for d in dots))), ceil(log10(max(d.euros for d in dots)))
    high = max(high, low + 1)

    def x(day: date) -> float:
        return _LEFT + 2 + (day.toordinal() - first) / span * (_RIGHT - _LEFT - 3)

    def y(amount: float) -> float:
        return 10 + (high - amount) / (high - low) * (TIMELINE - 20)

    out = [
        f'<svg class="timeline" width="100%" height="{TIMELINE + LABELS}" role="img" aria-label="Decisions by day and sum">'
    ]
    each = max(1, ceil((high - low) / 8))
    for power in range(low, high + 1, each):
        out.append(f'<line x1="{_LEFT}%" x2="100%" y1="{y(power):.1f}" y2="{y(power):.1f}"/>')
        out.append(f'<text x="0" y="{y(power) + 4:.1f}">{euros(Decimal(10) ** power)}</text>')
    years = [date(year, 1, 1) for year in range(date.fromordinal(first).year, date.fromordinal(last).year + 1)]
    each = max(1, ceil(len(years) / 7))
    placed = -100.0
    for year in years[::each]:
        place = max(x(year), _LEFT + 2)
        if place - placed < 10 or place > _RIGHT - 2:
            continue
        placed = place
        out.append(f'<text x="{place:.2f}%" y="{TIMELINE + LABELS - 4}" text-anchor="middle">{year.year}</text>')
    for dot in dots:
        out.append(
            f'<a href="#{escape(dot.row)}"><title>{escape(dot.label)}</title>'
            f'<circle cx="{x(dot.day):.2f}%" cy="{y(log10(dot.euros)):.1f}" r="5"/></a>'
        )
    return "".join([*out, "</svg>"])
