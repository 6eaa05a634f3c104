"""The authority gazetteer: every name, alias and acronym of the registry, found in a text by its tokens.

Names are matched by whole tokens, the longest first; a token that is capitalised in the registry must be so in the text. Acronyms must match to the letter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from pipeline.knowledge import authorities
from pipeline.records import Mention, Span

_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|\w+(?:&\w+)*|[^\w\s]")
_DROPPED = {"the", "'", "’", "-", "–", ",", "."}


@dataclass(slots=True)
class _Node:
    """A trie node over folded tokens; `ends` holds (authority id, capitals needed by token, to the letter or None)."""

    next: dict[str, _Node] = field(default_factory=dict)
    ends: list[tuple[str, tuple[bool, ...], str | None]] = field(default_factory=list)


def _fold(token: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", token) if not unicodedata.combining(c))
    return plain.replace(".", "").casefold() or token


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text) if m.group() not in _DROPPED]


@cache
def _trie() -> _Node:
    root = _Node()
    for authority in authorities().values():
        forms = [
            (form, None)
            for form in (authority.name, *((authority.native,) if authority.native else ()), *authority.aliases)
        ]
        for form, exact in [*forms, *((a, a) for a in authority.acronyms)]:
            node = root
            tokens = [t for t, _, _ in _tokens(form)]
            for token in tokens:
                node = node.next.setdefault(_fold(token), _Node())
            end = (authority.authority_id, tuple(t[0].isupper() for t in tokens), exact)
            if tokens and end not in node.ends:
                node.ends.append(end)
    return root


def find_authorities(text: str, sentences: tuple[Span, ...]) -> tuple[Mention, ...]:
    """Return the mentions of registered authorities, longest first and none overlapping; an ambiguous form carries several ids."""
    out = []
    for sentence in sentences:
        piece = text[sentence.start : sentence.end]
        tokens = _tokens(piece)
        shouted = piece.isupper()
        i = 0
        while i < len(tokens):
            node: _Node | None = _trie()
            best: tuple[int, tuple[str, ...], bool] | None = None
            for j in range(i, len(tokens)):
                node = node.next.get(_fold(tokens[j][0])) if node else None
                if node is None:
                    break
                written = [t for t, _, _ in tokens[i : j + 1]]
                surface = piece[tokens[i][1] : tokens[j][2]]
                ids = [
                    (authority_id, exact is not None)
                    for authority_id, capitals, exact in node.ends
                    if (
                        surface.replace(".", "") == exact.replace(".", "") and not shouted
                        if exact
                        else all(not c or t[0].isupper() for c, t in zip(capitals, written, strict=True))
                    )
                ]
                if ids:
                    best = (j, tuple(dict.fromkeys(a for a, _ in ids)), all(acronym for _, acronym in ids))
            if best is None:
                i += 1
                continue
            j, found, acronym = best
            start, end = sentence.start + tokens[i][1], sentence.start + tokens[j][2]
            out.append(
                Mention(
                    start,
                    end,
                    "AUTHORITY",
                    text[start:end],
                    found,
                    "gazetteer.acronym" if acronym else "gazetteer.name",
                )
            )
            i = j + 1
    return tuple(out)
