"""Find acts and their articles: "Article 5(1)(f) of the GDPR" is `GDPR:5(1)(f)`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.knowledge import KnowledgeError, read_toml, required, strings

LAWS = "rules/laws.toml"


@dataclass(frozen=True, slots=True, order=True)
class LawMention:
    """A law as written: its span and its short form."""

    start: int
    end: int
    value: str


@cache
def _laws() -> tuple[re.Pattern[str], dict[str, str]]:
    by_word: dict[str, str] = {}
    for record in read_toml(LAWS).get("law", []):
        law_id = required(LAWS, record, "id")
        if not strings(LAWS, record, "examples"):
            raise KnowledgeError(LAWS, law_id, "has no example")
        for word in strings(LAWS, record, "words"):
            by_word[word] = law_id
    names = "|".join(re.escape(w) for w in sorted(by_word, key=len, reverse=True))
    article = r"\d{1,4}[a-z]?(?:\(\w{1,4}\)){0,4}"
    unit = r"(?:Articles?|Arts?\.|Sections?|Secs?\.|Regulations?|§§?)"
    return re.compile(
        rf"(?i:{unit}) (?P<articles>{article}(?:(?:, | and | or |, and ){article}){{0,8}}),? (?:of |under )?(?:the )?(?:EU )?(?P<a>{names})(?!\w)|(?<!\w)(?P<b>{names})(?!\w)"
    ), by_word


def find_laws(text: str, offset: int = 0) -> tuple[LawMention, ...]:
    """Return the laws named in `text`; several articles of one act are several mentions with one span."""
    pattern, by_word = _laws()
    out = []
    for match in pattern.finditer(text):
        law = by_word[match.group("a") or match.group("b")]
        articles = re.findall(r"\d{1,4}[a-z]?(?:\(\w{1,4}\)){0,4}", match.group("articles") or "")
        for value in [f"{law}:{a}" for a in articles] or [law]:
            out.append(LawMention(match.start() + offset, match.end() + offset, value))
    return tuple(out)
