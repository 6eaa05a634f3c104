"""Match: somebody's list of decisions against those of a release.

lists      the list's columns by a mapping, its cells read (`cells`)
pairs      which row is which decision
coverage   how much of the list the news tells
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.language.rates import Rates
from pipeline.match.coverage import Share, coverage
from pipeline.match.lists import Entry, ListError, Mapped, read_list, read_mapping
from pipeline.match.pairs import LEVELS, Decision, Matched, decisions_of, match
from pipeline.release import load
from pipeline.release.tables import guarded

__all__ = ["Comparison", "ListError", "compare_list", "read_mapping"]

PAIRS, UNMATCHED, LEFT = "matched.csv", "unmatched_rows.csv", "unmatched_decisions.csv"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of a comparison: the pairs, coverage of the list, notices, and the files that were written."""

    matched: Matched
    shares: tuple[Share, ...]
    notices: tuple[str, ...]
    files: tuple[Path, ...]


def compare_list(
    out: Path, path: Path, mapping: Mapping[str, Mapped], to: Path, order: str | None = None
) -> Comparison:
    """Match the list `path` with the release in `out`; write pairs and what is unmatched on either side to the folder `to`.

    Raises `ListError` and `pipeline.release.NoReleaseError`.
    """
    if path.resolve() in {(to / name).resolve() for name in (PAIRS, UNMATCHED, LEFT)}:
        raise ListError(f"{path} would be overwritten by the results; name another folder with --to")
    told = read_list(path, mapping, order)
    entries, header = told.entries, told.header
    decisions = decisions_of(load(out, ("decisions",)).tables["decisions"])
    matched = match(entries, decisions, Rates())
    to.mkdir(parents=True, exist_ok=True)
    files = (
        _write(
            to / PAIRS,
            ["line", "decision_id", "score", *(f"{field}_agreement" for field in LEVELS), *header, *(f"our_{c}" for c in _OURS)],
            (
                [str(p.entry.line), p.decision.id, f"{p.score:.3f}", *(LEVELS[f][v] for f, v in p.levels.items()), *_cells(p.entry, header), *_ours(p.decision)]
                for p in matched.pairs
            ),
        ),
        _write(
            to / UNMATCHED,
            ["line", "fit_equally_well", *header],
            ([str(e.line), " ".join(ids), *_cells(e, header)] for e, ids in matched.unmatched),
        ),
        _write(to / LEFT, ["decision_id", *_OURS], ([d.id, *_ours(d)] for d in matched.left)),
    )  # fmt: skip
    shares = coverage(entries, (p.entry.line for p in matched.pairs), mapping.get("authority"))
    return Comparison(matched, tuple(shares), told.notices, files)


_OURS = ("authority_names", "respondent_names", "amount", "amount_max", "currency", "date", "penalty_type", "status", "confidence")  # fmt: skip


def _ours(decision: Decision) -> list[str]:
    values = [decision.row[c] for c in _OURS]
    return ["; ".join(v) if isinstance(v, list) else "" if v is None else str(v) for v in values]


def _cells(entry: Entry, header: Sequence[str]) -> list[str]:
    return [entry.row.get(c, "") for c in header]


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(guarded, header))
        writer.writerows([guarded(cell) for cell in row] for row in rows)
    return path
