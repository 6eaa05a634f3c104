"""One label for one name: what the model calls a firm here and a place or person there."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from functools import cache

from pipeline.knowledge import country_names
from pipeline.language.countries import us_states
from pipeline.language.spelling import without_legal_form
from pipeline.ner.firms import is_camel
from pipeline.records import Mention

_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Lord|Judge|Justice)\.? $")
_DATELINE = re.compile(
    r"\)?(?:, [A-Z][\w.]{1,20})?(?:, [A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?(?: ?\([^()]{2,60}\))?,? ?(?:–|—|--|-) "
)
"""What follows the place of a dateline: "SAINT PAUL – ", "LONDON (Reuters) - "."""
_ALONE = re.compile(r"\)[ \t]*(?:[–—-]|\n|$)")
"""What follows the place of a dateline that stands in brackets: "(SAINT PAUL)"."""
_IN = re.compile(r"\b(?:in|of|at|from|near|to|outside|around) (?:the )?$")


_ABBREVIATED = r"Ala|Ariz|Ark|Calif|Colo|Conn|Del|D\.C|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|N\.[CDHJMY]|Okla|Ore|Pa|R\.I|S\.[CD]|Tenn|Tex|Vt|Va|Wash|W\.Va|Wis|Wyo"


OFTEN = 2
"""Mentions as a firm beyond which a name is no town's ("a Facebook-based scam")."""


@cache
def _of_a_state() -> re.Pattern[str]:
    """A comma and a state or country, as they follow a town's name."""
    names = "|".join(re.escape(n) for n in sorted({*country_names(), *us_states()}, key=len, reverse=True))
    return re.compile(rf", (?:(?:{_ABBREVIATED})\.|(?:{names})(?=[,.;-]| \())")


def _is_town(mention: Mention, text: str) -> bool:
    """Whether the words around a name say that it is a town's: "the Ravenna-based group", "in Sioux Falls, S.D."."""
    if mention.registry_ids or mention.text != without_legal_form(mention.text):
        return False
    if text.startswith("-based ", mention.end):
        return True
    return bool(_IN.search(text[max(0, mention.start - 12) : mention.start]) and _of_a_state().match(text, mention.end))


_ACRONYM = re.compile(r"[A-Z]{2,6}")


def same_labels(mentions: tuple[Mention, ...], text: str) -> tuple[Mention, ...]:
    """Return the mentions with the label of a short form that is a firm's or a person's elsewhere in the text.

    A place that is called as a firm or begins its name ("Southwest" of Southwest Airlines) is the firm, unless it is a country or state or stands after
    "in"; a person that is called so too, unless it is a longer person's surname; a firm of one word that is a person's surname is the person;
    an acronym that is once called a body ("the stock market regulator AMF", "City Traffic Police (CTP)") is one everywhere;
    what opens a dateline is a place, and so is the town of a "town-based" firm and what stands after "in" and before its state or country.
    """
    labelled = Counter((m.text, m.label) for m in mentions)
    towns = {
        m.text
        for m in mentions
        if m.label in {"ORG", "PERSON"} and _is_town(m, text) and labelled[m.text, "ORG"] <= OFTEN
    }
    mentions = tuple(replace(m, label="LOC", rule_id="labels.town") if m.text in towns and not m.registry_ids else m for m in mentions)  # fmt: skip
    firms = Counter(m.text for m in mentions if m.label == "ORG")
    places = Counter(m.text for m in mentions if m.label == "LOC")
    plain = {f: without_legal_form(f) for f in firms}
    first = {f.split()[0] for f in firms if " " in f}
    begins = first.union(plain.values())
    of_firm = {f.split()[0] for f in firms if f != plain[f]}.union(plain.values())
    surnames = {m.text.split()[-1] for m in mentions if m.label == "PERSON" and " " in m.text}
    bodies = {m.text for m in mentions if m.rule_id == "mentions.called_a_body"} | {
        short.text
        for body, short in itertools.pairwise(mentions)
        if body.label == "AUTHORITY"
        and _ACRONYM.fullmatch(short.text)
        and text[body.end : short.start] == " ("
        and text.startswith(")", short.end)
    }

    def relabelled(mention: Mention) -> Mention:
        name, before = mention.text, text[max(0, mention.start - 12) : mention.start]
        if mention.registry_ids:
            return mention
        in_brackets = re.fullmatch(r"\n?\(", text[max(0, mention.start - 2) : mention.start]) and _ALONE.match(
            text, mention.end
        )
        dateline = name.isupper() and (in_brackets or _DATELINE.match(text, mention.end))
        if mention.label in {"ORG", "PERSON", "AUTHORITY"} and dateline:
            opens = mention.start == 0 or text[mention.start - 1] in "\n("
            return replace(mention, label="LOC", rule_id="labels.dateline") if opens else mention
        if mention.label == "LOC" and name not in towns:
            known = name in country_names() or name in us_states()
            firm = (
                is_camel(name)
                or (firms[name] and firms[name] >= places[name])
                or (name in begins and not _IN.search(before))
            )
            return replace(mention, label="ORG", rule_id="labels.firm") if firm and not known else mention
        if mention.label == "PERSON" and name not in surnames and not _TITLE.search(before):
            named = name in firms or name in of_firm or name != without_legal_form(name)
            return replace(mention, label="ORG", rule_id="labels.firm") if named else mention
        if mention.label == "ORG" and name in bodies:
            return replace(mention, label="AUTHORITY", rule_id="labels.called_a_body")
        if mention.label == "ORG" and " " not in name and name in surnames:
            return mention if name in first else replace(mention, label="PERSON", rule_id="labels.person")
        return mention

    return tuple(relabelled(m) for m in mentions)
