"""Descriptions that identify one body by its country and field: "Rome's competition watchdog", "the Spanish stock market regulator"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pipeline.knowledge import authorities, country_names, read_toml, strings
from pipeline.records import Mention, Span

DESCRIPTIONS = "rules/descriptions.toml"


@cache
def _pattern() -> re.Pattern[str]:
    content = read_toml(DESCRIPTIONS)
    places = "|".join(re.escape(n) for n in sorted(country_names(), key=len, reverse=True))
    fields = "|".join(
        re.escape(w) for words in content["fields"].values() for w in sorted(words, key=len, reverse=True)
    )
    heads = "|".join(re.escape(h) for h in sorted(strings(DESCRIPTIONS, content, "heads"), key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?P<place>{places})(?:[’']s|[’'])? (?:(?:national|federal|state|top|main) )?(?P<field>(?i:{fields})(?: and (?i:{fields}))?)? ?(?P<head>(?i:{heads}))(?!\w)"
    )


@cache
def _types() -> Mapping[str, str]:
    return {word: kind for kind, words in read_toml(DESCRIPTIONS)["fields"].items() for word in words}


@cache
def by_country_and_field(country: str, field: str) -> tuple[str, ...]:
    """Return the ids of a country's authorities of a registry type, sorted."""
    return tuple(sorted(a.authority_id for a in authorities().values() if a.country == country and a.kind == field))


def find_descriptions(text: str, sentences: tuple[Span, ...]) -> tuple[Mention, ...]:
    """Return the descriptions that name a body, with the ids of the country's authorities of that field (none where the field is not said)."""
    out = []
    for sentence in sentences:
        for match in _pattern().finditer(text, sentence.start, sentence.end):
            place, field = match.group("place"), (match.group("field") or "").lower()
            possessive = text[match.end("place") : match.end("place") + 2] in {"'s", "’s"}
            if not field and not possessive and match.group("head").lower() not in {"cartel office", "central bank"}:
                continue
            kind = (
                _types().get(field.split(" and ")[0])
                if field
                else {"cartel office": "competition", "central bank": "central_bank"}.get(match.group("head").lower())
            )
            ids = by_country_and_field(country_names()[place], kind) if kind else ()
            out.append(
                Mention(match.start(), match.end(), "AUTHORITY", match.group(), ids, "descriptions.country_field")
            )
    return tuple(out)
