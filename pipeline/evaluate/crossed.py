"""The figures of the scorers' cross-validation as data (`models/scorers/crossed.json`): by gold file, by phenomenon, by part, and how far the confidence holds.

The training writes them, the accuracy page shows them: gold articles that a scorer has learnt from can only be judged out of fold.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.evaluate.scores import Figure, Row, Scores, interval, mistakes, score

BINS = 10


@dataclass(frozen=True, slots=True)
class Crossed:
    """One gold file out of fold: its figures, their intervals, its figures by phenomenon, and its mistakes by kind."""

    name: str
    scores: Scores
    bounds: Mapping[str, tuple[float, float]]
    phenomena: Mapping[str, Scores]
    mistakes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole cross-validation: its files, F1 of money and record and exact sets of names a part left out, and (lowest confidence, rows, right rows) a bin."""

    files: tuple[Crossed, ...]
    parts: tuple[tuple[str, Mapping[str, float]], ...]
    reliability: tuple[tuple[float, int, int], ...]


def crossed_file(name: str, articles: Sequence[Mapping[str, Any]], given: Mapping[str, Sequence[Row]]) -> Crossed:
    """Return the figures of one gold file."""
    by_phenomenon: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for article in articles:
        for phenomenon in article.get("phenomena") or ():
            by_phenomenon[phenomenon].append(article)
    return Crossed(
        name,
        score(articles, given),
        interval(articles, given),
        {p: score(group, given) for p, group in sorted(by_phenomenon.items())},
        dict(mistakes(articles, given).most_common()),
    )


def reliability_of(told: Sequence[tuple[float, bool]]) -> tuple[tuple[float, int, int], ...]:
    """Return, for each tenth of the confidence, its lower end, the rows in it and how many of them are right."""
    counts: Counter[tuple[int, bool]] = Counter((min(int(p * BINS), BINS - 1), right) for p, right in told)
    return tuple((b / BINS, counts[b, True] + counts[b, False], counts[b, True]) for b in range(BINS))


def headline(scores: Scores) -> dict[str, float]:
    """Return the figures by which parts are compared."""
    return {
        "money": scores.prf["money"].f1, "record": scores.prf["record"].f1, "by article": scores.share["by article"], "main": scores.share["main"],
        **{f: scores.share[f"field.{f}"] for f in ("role", "type", "status", "authority", "respondents")},
    }  # fmt: skip


def _plain(scores: Scores) -> dict[str, Any]:
    return {
        "articles": scores.articles,
        "prf": {k: [f.right, f.given, f.gold] for k, f in scores.prf.items()},
        "share": {k: round(v, 4) for k, v in scores.share.items()},
        "values": [[f, v, x.right, x.given, x.gold] for (f, v), x in scores.values.items()],
    }


def _scores(plain: Mapping[str, Any]) -> Scores:
    return Scores(
        plain["articles"],
        {k: Figure(*v) for k, v in plain["prf"].items()},
        plain["share"],
        {(f, v): Figure(*n) for f, v, *n in plain["values"]},
    )


def write_report(report: Report, path: Path) -> None:
    """Write the report as JSON."""
    content = {
        "files": [
            {
                "name": c.name, "scores": _plain(c.scores), "bounds": {k: [round(x, 4) for x in v] for k, v in c.bounds.items()},
                "phenomena": {k: _plain(s) for k, s in c.phenomena.items()}, "mistakes": dict(c.mistakes),
            }
            for c in report.files
        ],
        "parts": [[name, {k: round(v, 4) for k, v in figures.items()}] for name, figures in report.parts],
        "reliability": [list(r) for r in report.reliability],
    }  # fmt: skip
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_report(path: Path) -> Report | None:
    """Return the report that the last training wrote; None where there is none."""
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    return Report(
        tuple(
            Crossed(
                c["name"], _scores(c["scores"]), {k: (v[0], v[1]) for k, v in c["bounds"].items()},
                {k: _scores(s) for k, s in c["phenomena"].items()}, c["mistakes"],
            )
            for c in content["files"]
        ),
        tuple((name, figures) for name, figures in content["parts"]),
        tuple((low, n, right) for low, n, right in content["reliability"]),
    )  # fmt: skip
