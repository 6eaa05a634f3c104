"""Page furniture of plain text: whole lines that are no part of the article, by the rules of `models/rules/furniture.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.knowledge import rules

_LINE = re.compile(r"[^\n]+")
_GAP = re.compile(r"(?:[ \t]*\r?\n)*")


@dataclass(frozen=True, slots=True)
class Furniture:
    """A stretch of the body that is cut, and the rule that says so."""

    start: int
    end: int
    rule_id: str


def _after(body: str, end: int) -> int:
    """Where the line breaks after a cut line end, so that no gap is left."""
    gap = _GAP.match(body, end)
    return gap.end() if gap else end


def furniture_of(body: str, title: str) -> tuple[Furniture, ...]:
    """Return the stretches of `body` to cut, in order: single lines, the repeated title, and what follows "Recent Stories" and the like.

    A `rest` line cuts what follows only where some text stands before it; else it cuts itself.
    """
    out: list[Furniture] = []
    seen_text = False
    for match in _LINE.finditer(body):
        line = match.group().strip()
        if not line or len(line) > 400:
            seen_text = seen_text or bool(line)
            continue
        if title and not seen_text and " ".join(line.split()) == title:
            out.append(Furniture(match.start(), _after(body, match.end()), "furniture.repeated_title"))
            continue
        # The longest pattern could match twice; the first rule of the file that fits is enough.
        rule = next((r for r in rules("furniture") if r.pattern.fullmatch(line)), None)
        if rule is None:
            seen_text = seen_text or len(line) > 60
        elif rule.value == "rest" and seen_text:
            out.append(Furniture(match.start(), len(body), rule.rule_id))
            break
        else:
            out.append(Furniture(match.start(), _after(body, match.end()), rule.rule_id))
    return tuple(out)
