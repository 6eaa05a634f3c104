"""Find the cues of a rule file in a text: longest match first, blocked by the file's pseudo cues."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.knowledge import rules


@dataclass(frozen=True, slots=True, order=True)
class Cue:
    """A cue found in a text: its span, the rule that found it and the value that the rule stands for."""

    start: int
    end: int
    value: str
    rule_id: str


def find_cues(name: str, text: str, offset: int = 0, without: frozenset[str] = frozenset()) -> tuple[Cue, ...]:
    """Return the cues of `models/rules/<name>.toml` in `text`, in order, none overlapping another.

    Of overlapping matches the longer wins, then the earlier rule. A match that lies inside a pseudo cue's match is dropped.
    `offset` is added to every span; rules of a value in `without` are not tried.
    """
    found: list[tuple[int, int, int, str, str, bool]] = []
    for order, rule in enumerate(r for r in rules(name) if r.value not in without):
        for match in rule.pattern.finditer(text):
            if match.end() > match.start():
                found.append((match.start(), match.end(), order, rule.value, rule.rule_id, rule.pseudo))
    found.sort(key=lambda f: (-(f[1] - f[0]), f[2], f[0]))
    taken: list[tuple[int, int]] = []
    out: list[Cue] = []
    for start, end, _, value, rule_id, pseudo in found:
        if any(start < e and s < end for s, e in taken):
            continue
        taken.append((start, end))
        if not pseudo:
            out.append(Cue(start + offset, end + offset, value, rule_id))
    return tuple(sorted(out))
