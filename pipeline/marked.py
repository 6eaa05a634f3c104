"""Marked examples: text with Markdown-like marks, `[surface](LABEL: value)` or `[surface](LABEL=role)`.

Rule files, tests and training sentences all write annotated text this way; this module is the only reader and writer of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MARK = re.compile(r"\[([^\[\]]+)\]\(([A-Z][A-Z_]*)(?:=([a-z_]+))?(?:: ?([^()]*(?:\([^()]*\)[^()]*)*))?\)")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One marked span; `start` and `end` are code points of the text without marks, half open."""

    start: int
    end: int
    label: str
    value: str | None = None
    role: str | None = None


def parse_marked(marked: str) -> tuple[str, tuple[Mark, ...]]:
    """Return the text without marks, and its marks in order of position."""
    parts: list[str] = []
    marks: list[Mark] = []
    position = length = 0
    for match in _MARK.finditer(marked):
        before, surface = marked[position : match.start()], match.group(1)
        parts += [before, surface]
        start = length + len(before)
        length = start + len(surface)
        marks.append(Mark(start, length, match.group(2), match.group(4), match.group(3)))
        position = match.end()
    parts.append(marked[position:])
    return "".join(parts), tuple(marks)


def write_marked(text: str, marks: Iterable[Mark]) -> str:
    """Return `text` with `marks` written into it; marks must not overlap (ValueError)."""
    parts: list[str] = []
    position = 0
    for mark in sorted(marks):
        if mark.start < position:
            raise ValueError(f"marks overlap at {mark.start}: {text[mark.start : mark.end]!r}")
        role = f"={mark.role}" if mark.role else ""
        value = f": {mark.value}" if mark.value else ""
        parts.append(f"{text[position : mark.start]}[{text[mark.start : mark.end]}]({mark.label}{role}{value})")
        position = mark.end
    parts.append(text[position:])
    return "".join(parts)
