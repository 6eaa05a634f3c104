"""Descriptions that identify one body by its country and field: "Rome's competition watchdog", "the Spanish stock market regulator"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pipeline.knowledge import authorities, country_names, read_toml, strings
from pipeline.language.countries import us_states
from pipeline.records import Mention, Span

DESCRIPTIONS = "rules/descriptions.toml"


@cache
def _pattern() -> re.Pattern[str]:
    content = read_toml(DESCRIPTIONS)
    places = "|".join(re.escape(n) for n in sorted({*country_names(), *us_states()}, key=len, reverse=True))
    fields = "|".join(
        re.escape(w) for words in content["fields"].values() for w in sorted(words, key=len, reverse=True)
    )
    heads = "|".join(re.escape(h) for h in sorted(strings(DESCRIPTIONS, content, "heads"), key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?P<place>{places})(?:[’']s|[’'])? (?:(?:national|federal|state|top|main) )?(?P<field>(?i:{fields})(?: and (?i:{fields}))?)? ?(?P<head>(?i:{heads})|(?<=tax )authorities)(?!\w)"
    )


@cache
def _types() -> Mapping[str, str]:
    return {word: kind for kind, words in read_toml(DESCRIPTIONS)["fields"].items() for word in words}


@cache
def by_country_and_field(country: str, field: str) -> tuple[str, ...]:
    """Return the ids of a country's authorities of a registry type, sorted."""
    return tuple(sorted(a.authority_id for a in authorities().values() if a.country == country and a.kind == field))


def _bodies(place: str, kind: str) -> tuple[str, ...]:
    """The ids of a type of authorities of a country or a US state."""
    country = country_names().get(place, "US")
    attorney_general = us_states().get(place) if country == "US" else None
    ids = by_country_and_field(country, kind)
    return ids if attorney_general is None else tuple(i for i in ids if i.startswith(attorney_general[:6]))


_PLACE = r"(?P<place>(?!(?:An?|The|This|That|In|On|At|US|UK|EU|European|Supreme|Federal|Court|Judge|Justice|After|Before|When|While|Its|His|Her|Their|Two|Three|But|And)\b)[A-Z][\w’'-]+(?: (?:[A-Z][\w’'-]+|de|du|di|la)){0,2})"
_KIND = r"(?:federal|provincial|judicial|district|regional|city|crown|county|circuit|appeals?|intermediate people[’']s|people[’']s|administrative|commercial|criminal|civil|higher regional|high|labou?r|state|magistrates?[’']?s?[’']?|superior|local|municipal|economic|tax|bankruptcy)"


@cache
def _local() -> re.Pattern[str]:
    """Courts and prosecutors named by their place, the head in small letters: "Fort Pierce federal court", "public prosecutor's office in Duesseldorf"."""
    prosecutor = r"(?:(?:public|state|federal|chief|local) )?prosecutor[s’']{1,2}s? office"
    return re.compile(
        rf"(?<![\w’'.-])(?:{_PLACE} (?:{_KIND} ){{1,2}}(?:court|tribunal)|{_PLACE.replace('place', 'seat')} (?:magistrates|{prosecutor})"
        rf"|(?:{_KIND} ){{1,2}}(?:court|tribunal) (?:of|in|at) {_PLACE.replace('place', 'town')}|{prosecutor} (?:of|in|for) {_PLACE.replace('place', 'city')}"
        rf"|Tribunal (?:of|de|di) {_PLACE.replace('place', 'site')}|[Mm]agistrates (?:in|at) {_PLACE.replace('place', 'bench')}|{_PLACE.replace('place', 'forum')} Intermediate People[’']s Court)(?![\w’'-])"
    )


_DEMONYM = re.compile(
    r"[A-Z][a-z]+(?:ish|ese|ian|ean|can)|French|Dutch|German|Swiss|Greek|Czech|Thai|Icelandic|Iraqi|Israeli|Pakistani|Welsh|Filipino"
)


def find_local(text: str, sentences: tuple[Span, ...]) -> tuple[Mention, ...]:
    """Return the courts and prosecutors that are named by their place; a country ("a French court") leaves open which one is meant."""
    out = []
    for sentence in sentences:
        for match in _local().finditer(text, sentence.start, sentence.end):
            place = next(p for p in match.groups() if p)
            if _DEMONYM.fullmatch(place):
                continue
            out.append(Mention(match.start(), match.end(), "AUTHORITY", match.group(), (), "descriptions.local"))
    return tuple(out)


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
            ids = _bodies(place, kind) if kind else ()
            out.append(
                Mention(match.start(), match.end(), "AUTHORITY", match.group(), ids, "descriptions.country_field")
            )
    return tuple(out)
