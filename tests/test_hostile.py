"""Hostile articles: made to be slow, or to break out of a cell. Each must be read in seconds and give exact spans."""

from __future__ import annotations

import time

import pytest

import pipeline

SLOW = {
    "one word": "fined " * 3000,
    "capitals": "A " * 8000,
    "sums": "$1 " * 3000,
    "paying": ("to pay " * 200 + ". ") * 10,
    "abbreviations": "U.S. " * 4000,
    "brackets": "( " * 8000,
    "prepositions": "the court ordered of of of in in fines penalties " * 400 + "€5m",
    "dates": "May 1 " * 3000,
    "digits": "1,000," * 5000,
    "orders": "The Data Board ordered Orbeo Ltd to stop and fined Ada Marlow. " * 600,
    "blanks": " " * 50_000 + "fined €5m",
}
SECONDS = 20


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_no_text_is_slow(text: str) -> None:
    start = time.process_time()  # not of the clock: a busy machine is no slow rule
    frame = pipeline.read(text, title="Watchdog fines Kestrel €5m")
    assert time.process_time() - start < SECONDS
    assert len(frame) <= 400


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "<script>alert(1)</script>", "+1+cmd|' /C calc'!A0", "Kestrel\u202eknab"]
)
def test_text_is_kept_as_data(name: str) -> None:
    text = f"The Federal Trade Commission fined {name} Corp $5 million on Tuesday. It was fined $5 million."
    frame = pipeline.read(text, title="FTC fines a firm $5 million", published="2024-05-15")
    for row in frame.itertuples():
        assert row.evidence in f"FTC fines a firm $5 million\n\n{text}"
