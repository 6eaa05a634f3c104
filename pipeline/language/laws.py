"""Find acts and their articles: "Article 5(1)(f) of the GDPR" is `GDPR:5(1)(f)`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.knowledge import KnowledgeError, read_toml, required, strings

LAWS = "rules/laws.toml"
_ARTICLE = r"\d{1,4}[A-Za-z]?(?:\(\w{1,4}\)){0,5}"
_UNIT = r"(?<!\w)(?i:articles?|arts?\.?|sections?|secs?\.|ss?\.|regulations?|regs?\.|rules?|§§?)[ \u00a0]?"
_SEVERAL = rf"(?P<articles>{_ARTICLE}(?:(?:, | and | or |, and | & ){_ARTICLE}){{0,8}})"
_BEFORE = re.compile(rf"{_UNIT}{_SEVERAL},?[ \u00a0](?:of |under |in )?(?:the |[A-Z][a-z]+[’']s )?(?:EU |UK )?$")
_AFTER = re.compile(rf",?[ \u00a0]\(?{_UNIT}{_SEVERAL}\)?(?!\w)")
_WORD = re.compile(r"\w+")
REACH = 90
"""Characters before an act in which its articles are sought."""


@dataclass(frozen=True, slots=True, order=True)
class LawMention:
    """A law as written: its span and its short form."""

    start: int
    end: int
    value: str


@cache
def _laws() -> dict[str, tuple[tuple[str, str], ...]]:
    """The wordings of all acts with their ids, by first word, the longest first."""
    by_first: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for record in read_toml(LAWS).get("law", []):
        law_id = required(LAWS, record, "id")
        if not strings(LAWS, record, "examples"):
            raise KnowledgeError(LAWS, law_id, "has no example")
        for wording in strings(LAWS, record, "words"):
            first = _WORD.match(wording)
            if first is None:
                raise KnowledgeError(LAWS, law_id, f"{wording!r} does not begin with a word")
            by_first[first.group()].append((wording, law_id))
    return {first: tuple(sorted(found, key=lambda f: (-len(f[0]), f))) for first, found in by_first.items()}


def _acts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the acts of a text in order, none inside another."""
    position = 0
    for word in _WORD.finditer(text):
        start = word.start()
        if start < position:
            continue
        for wording, law_id in _laws().get(word.group(), ()):
            end = start + len(wording)
            if text.startswith(wording, start) and not (end < len(text) and (text[end].isalnum() or text[end] == "_")):
                yield start, end, law_id
                position = end
                break


def find_laws(text: str, offset: int = 0) -> tuple[LawMention, ...]:
    """Return the laws named in `text`; several articles of one act are several mentions with one span. Articles may stand before the act or after it."""
    out = []
    for start, end, law_id in _acts(text):
        left = max(0, start - REACH)
        before = _BEFORE.search(text[left:start])
        after = None if before else _AFTER.match(text, end)
        named = before or after
        first = left + before.start() if before else start
        last = after.end() if after else end
        articles = re.findall(_ARTICLE, named["articles"]) if named else []
        for value in [f"{law_id}:{a}" for a in articles] or [law_id]:
            out.append(LawMention(first + offset, last + offset, value))
    return tuple(out)
