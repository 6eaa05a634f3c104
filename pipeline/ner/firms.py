"""Firms where the model does not see them: by their legal form ("Telmira Polska sp. z o.o.", and then "Telmira" wherever it stands), at the head of a
list's line ("* Telmira Marketing: $16 million")."""

from __future__ import annotations

import re
from functools import cache

from pipeline.language.money import find_money
from pipeline.language.spelling import legal_forms, without_legal_form
from pipeline.records import Mention

_SHORTEST = 5
"""Letters of a name's first word that may stand for the whole name."""
_COMMON = frozenset(
    {
        "first",
        "national",
        "american",
        "united",
        "general",
        "international",
        "global",
        "group",
        "north",
        "south",
        "royal",
        "central",
        "banco",
        "banque",
        "grupo",
    }
)


@cache
def _pattern() -> re.Pattern[str]:
    forms = [
        f
        for f in legal_forms()
        if len(f.replace(".", "")) > 2
        or f
        in {
            "AG",
            "SA",
            "S.A",
            "NV",
            "N.V",
            "BV",
            "B.V",
            "AB",
            "KK",
            "LP",
            "Oy",
            "AS",
            "A/S",
            "A.Ş",
            "AŞ",
            "a.s",
            "S.L",
            "A.S",
        }
    ]
    forms = [
        f
        for f in forms
        if f.lower() not in {"company", "private", "limited", "incorporated", "corporation", "san", "tic"}
        and not f.startswith(("&", "and"))
    ]
    ends = "|".join(re.escape(f).replace(r"\ ", r"[ \u00a0]") for f in sorted(forms, key=len, reverse=True))
    word = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w&’'-]*\.?"
    return re.compile(
        rf"(?<![\w.])(?P<name>{word}(?:[ \u00a0](?:{word}|&|and|de|of|di|und|y|e|ve|\([A-Z]\w+\))){{0,5}}),?[ \u00a0](?:{ends})(?![\w])\.?"
    )


_CAMEL = re.compile(
    r"(?<![\w@#./&-])(?!(?:Mc|Mac|De|La|Di|Du|Le|Fitz|Van)[A-Z]|(?:WiFi|SaaS|PaaS|DeFi|PhD|LLaMA)\b)[A-Z][a-z]+(?:[A-Z][a-z]*){1,2}(?![\w/@]|\.\w)"
)
"""A word with a capital inside ("OpenAI"), as only firms and products write theirs; some persons do ("McDonald")."""


def is_camel(name: str) -> bool:
    """Return whether a name is one word with a capital inside."""
    return bool(_CAMEL.fullmatch(name))


def find_firms(text: str, taken: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Return the firms that their legal form or a capital inside a word shows and no mention of `taken` covers, and the places where their names stand alone."""
    out: list[Mention] = []

    def free(start: int, end: int) -> bool:
        return not any(m.start < end and start < m.end for m in (*taken, *out))

    for match in _pattern().finditer(text):
        start, end = match.start(), match.end()
        end -= text[end - 1] == "." and not re.search(r"\w\.\w\.$|\b(?:Inc|Corp|Ltd|Co)\.$", match.group())
        if free(start, end):
            out.append(Mention(start, end, "ORG", text[start:end], (), "firms.legal_form"))
    for match in _CAMEL.finditer(text):
        if free(match.start(), match.end()):
            out.append(Mention(match.start(), match.end(), "ORG", match.group(), (), "firms.camel"))
    for firm in tuple(out):
        name = without_legal_form(firm.text)
        first = name.split()[0]
        shorts = [name] if " " in name else []
        if len(first) >= _SHORTEST and first.lower() not in _COMMON:
            shorts.append(first)
        for short in shorts:
            for match in re.finditer(rf"(?<!\w){re.escape(short)}(?!\w)", text):
                if free(match.start(), match.end()):
                    out.append(Mention(match.start(), match.end(), "ORG", short, (), "firms.short"))
    return tuple(sorted(out))


_HEAD = re.compile(
    r"(?:^|[\n*•▪;])[ \t]*(?:[-•*–▪]|\d{1,2}[.)])?[ \t]*(?P<name>[A-Z][\w&.’'-]*(?: (?:[A-Z][\w&.’'-]*|of|and|de|&|\([A-Z]\w+\))){0,6})(?: \([^()]{1,40}\))?(?:: | [–—-] | \.\.+ ?)(?:a |fined |about |up to |more than )?$"
)
_NO_HEAD = re.compile(
    r"\b(?:Total|Fines?|Penalt(?:y|ies)|Settlements?|Amount|Year|Date|Sum|Cost|Costs|Price|Revenue|Budget|Result|Reason|Update|Maximum|Minimum|Violations?|Article|Section|Sanctions?|Disgorgement|Restitution|Interest|Authority|Sector|Country|Value)\b|^(?:[A-Z]{2,3}|\d.*)$",
    re.I,
)


def find_heads(text: str, taken: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Return the firms that open a line before its sum and that no mention of `taken` covers but an acronym that only begins them ("CMS Marketing: $16 million")."""
    out = []
    for money in find_money(text):
        head = _HEAD.search(text, max(0, money.start - 90), money.start)
        if head is None or _NO_HEAD.search(head["name"]):
            continue
        start, end = head.span("name")
        around = [m for m in taken if m.start < end and start < m.end]
        if all(m.label == "AUTHORITY" and m.start == start and m.end < end for m in around):
            out.append(Mention(start, end, "ORG", text[start:end], (), "firms.head"))
    return tuple(out)
