"""The accuracy page and the printed summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.evaluate.crossed import Crossed, Report
from pipeline.evaluate.scores import Figure, Scores
from pipeline.intervals import wilson

Part = tuple[str, Scores, Mapping[str, tuple[float, float]]]


def _prf(figure: Figure) -> str:
    return f"P {figure.precision:.3f}  R {figure.recall:.3f}  F1 {figure.f1:.3f}  ({figure.right} right of {figure.given} given, {figure.gold} gold)"


def f1_bounds(figure: Figure) -> tuple[float, float]:
    """Return a 95 % interval of an F1, from those of precision and recall."""
    (p0, p1), (r0, r1) = wilson(figure.right, figure.given), wilson(figure.right, figure.gold)
    return (2 * p0 * r0 / (p0 + r0) if p0 + r0 else 0.0), (2 * p1 * r1 / (p1 + r1) if p1 + r1 else 0.0)


def summary_lines(scores: Scores) -> list[str]:
    """Return the figures as lines, in the order and words of the gold set's scorer."""
    share = scores.share
    return [
        *(
            f"{name:12}{_prf(scores.prf[name])}"
            for name in ("concrete", "money", "record", "record+date", "measures", "appeal")
        ),
        f"{'by article':12}{share['by article']:.3f}",
        f"{'main':12}{share['main']:.3f}",
        "fields      " + "  ".join(f"{k[6:]} {v:.3f}" for k, v in share.items() if k.startswith("field.")),
        f"{'unflagged':12}precision {share['unflagged precision']:.3f}, flagged share {share['flagged share']:.3f}",
    ]


def _figures(name: str, scores: Scores, bounds: Mapping[str, tuple[float, float]], note: str) -> list[str]:
    lines = [f"## `{name}`: {scores.articles} articles", "", note, "", "| figure | P | R | F1 | 95 % | right | given | gold |", "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for key, figure in scores.prf.items():
        span = f"{bounds[key][0]:.3f}–{bounds[key][1]:.3f}" if key in bounds else ""
        lines.append(
            f"| {key} | {figure.precision:.3f} | {figure.recall:.3f} | {figure.f1:.3f} | {span} | {figure.right} | {figure.given} | {figure.gold} |"
        )
    lines += ["", "| share | value | 95 % |", "|---|---|---|"]
    for key, value in scores.share.items():
        span = f"{bounds[key][0]:.3f}–{bounds[key][1]:.3f}" if key in bounds else ""
        lines.append(f"| {key} | {value:.3f} | {span} |")
    lines += ["", "| value | P | R | F1 | 95 % of F1 | right | given | gold |", "|---|---|---|---|---|---|---|---|"]
    for (field, shown), figure in scores.values.items():
        if figure.gold + figure.given and shown != "None":
            low, high = f1_bounds(figure)
            lines.append(
                f"| {field} = {shown} | {figure.precision:.3f} | {figure.recall:.3f} | {figure.f1:.3f} | {low:.3f}–{high:.3f} | {figure.right} | {figure.given} | {figure.gold} |"
            )
    return [*lines, ""]


def _phenomena(files: Sequence[Crossed]) -> list[str]:
    lines = [
        "## By phenomenon", "", "Out of fold, over the open gold articles that show it (an article shows several). Money and record: F1; main: share of articles.", "",
        "| phenomenon | articles | sums | money | record | main | measures |", "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for crossed in files:
        for name, s in crossed.phenomena.items():
            lines.append(
                f"| {name} | {s.articles} | {s.prf['money'].gold} | {s.prf['money'].f1:.3f} | {s.prf['record'].f1:.3f} | {s.share['main']:.3f} | {s.prf['measures'].f1:.3f} |"
            )
    return [*lines, ""]


def _report(report: Report) -> list[str]:
    lines = []
    if report.parts:
        heads = list(report.parts[0][1])
        lines += [
            "## What each part brings", "", "Out of fold on the first gold file, with the part left out, as the last training that measured parts wrote it (the line `all` is of that training); names and roles as exact shares, missed sums counting as wrong.", "",
            f"| | {' | '.join(heads)} |", "|---|" + "---|" * len(heads),
            *(f"| {name} | {' | '.join(f'{figures[h]:.3f}' for h in heads)} |" for name, figures in report.parts), "",
        ]  # fmt: skip
    lines += [
        "## Mistakes by kind", "", "Out of fold, sums of the gold articles and sums that were given.", "",
        *(f"- `{c.name}`: " + ", ".join(f"{kind} {n}" for kind, n in list(c.mistakes.items())[:14]) for c in report.files), "",
        "## How far the confidence holds", "", "Rows given out of fold on gold articles and everyday news, by their confidence (also fitted out of fold), and the share that is wholly right.", "",
        "| confidence | rows | right | share |", "|---|---|---|---|",
        *(f"| {low:.1f}–{low + 0.1:.1f} | {n} | {right} | {right / n if n else 0:.3f} |" for low, n, right in report.reliability), "",
    ]  # fmt: skip
    for crossed in report.files:
        lines += _figures(
            crossed.name,
            crossed.scores,
            crossed.bounds,
            "Out of fold: each article judged by scorers that have not seen it.",
        )
    return lines + _phenomena([c for c in report.files if c.phenomena])


def accuracy_page(parts: Sequence[Part], report: Report | None) -> str:
    """Return `ACCURACY.md`."""
    lines = [
        "# Accuracy", "",
        "Made by `make evaluate`; the figures out of fold are those that the last `make train-scorers` wrote. A record is right where amount, currency, role, type, status, authority and respondents are",
        "all right; a gold action that was not found counts as wrong in every share; lists of values (violations, laws, case numbers) are judged in the rows that were found. Intervals are 95 %, by bootstrap over articles (of",
        "single values: Wilson's on precision and recall). Known failures are the strict xfails of `tests/test_hard_cases.py`.", "",
    ]  # fmt: skip
    if report is not None:
        lines += _report(report)
    for name, scores, bounds in parts:
        note = "A run with what ships. The scorers have learnt from these articles, the rules from their mistakes: see the figures out of fold."
        seen = report is not None and any(c.name == name for c in report.files)
        lines += _figures(f"{name}, as shipped" if seen else name, scores, bounds, note if seen else "A run with what ships; no scorer has seen these articles.")  # fmt: skip
    return "\n".join(lines)
