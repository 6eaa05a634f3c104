"""Lead offsets of the cleaned text back to the text before furniture was cut."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.records import OffsetRun


def source_span(runs: Iterable[OffsetRun], start: int, end: int) -> tuple[int, int] | None:
    """Return where `text[start:end]` stands in the source; None where its ends were not taken over from it."""
    first = last = None
    for run in runs:
        if run.text_start <= start < run.text_start + run.length:
            first = start - run.text_start + run.source_start
        if run.text_start < end <= run.text_start + run.length:
            last = end - run.text_start + run.source_start
    return (first, last) if first is not None and last is not None else None


def text_span(runs: tuple[OffsetRun, ...], start: int, end: int) -> tuple[int, int] | None:
    """Return where `source_text[start:end]` stands in the cleaned text; null where some of it was cut or rewritten."""
    for run in runs:
        if run.source_start <= start and end <= run.source_start + run.length:
            return run.text_start + start - run.source_start, run.text_start + end - run.source_start
    return None
