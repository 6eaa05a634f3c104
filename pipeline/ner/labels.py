"""One label for one name: what the model calls a firm here and a place or person there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from pipeline.knowledge import country_names
from pipeline.language.countries import us_states
from pipeline.language.spelling import without_legal_form
from pipeline.records import Mention

_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Lord|Judge|Justice)\.? $")
_DATELINE = re.compile(
    r"\)?(?:, [A-Z][\w.]{1,20})?(?:, [A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?(?: ?\([^()]{2,60}\))?,? ?(?:–|—|--|-) "
)
"""What follows the place of a dateline: "SAINT PAUL – ", "LONDON (Reuters) - "."""
_IN = re.compile(r"\b(?:in|of|at|from|near|to|outside|around) (?:the )?$")


def same_labels(mentions: tuple[Mention, ...], text: str) -> tuple[Mention, ...]:
    """Return the mentions with the label of a short form that is a firm's or a person's elsewhere in the text.

    A place that is called as a firm or begins its name ("Southwest" of Southwest Airlines) is the firm, unless it is a country or state or stands after
    "in"; a person that is called so too, unless it is a longer person's surname; a firm of one word that is a person's surname is the person;
    what opens a dateline is a place.
    """
    firms = Counter(m.text for m in mentions if m.label == "ORG")
    places = Counter(m.text for m in mentions if m.label == "LOC")
    plain = {f: without_legal_form(f) for f in firms}
    first = {f.split()[0] for f in firms if " " in f}
    begins = first.union(plain.values())
    of_firm = {f.split()[0] for f in firms if f != plain[f]}.union(plain.values())
    surnames = {m.text.split()[-1] for m in mentions if m.label == "PERSON" and " " in m.text}

    def relabelled(mention: Mention) -> Mention:
        name, before = mention.text, text[max(0, mention.start - 12) : mention.start]
        if mention.registry_ids:
            return mention
        if mention.label in {"ORG", "PERSON"} and name.isupper() and _DATELINE.match(text, mention.end):
            opens = mention.start == 0 or text[mention.start - 1] in "\n("
            return replace(mention, label="LOC", rule_id="labels.dateline") if opens else mention
        if mention.label == "LOC":
            known = name in country_names() or name in us_states()
            firm = (firms[name] and firms[name] >= places[name]) or (name in begins and not _IN.search(before))
            return replace(mention, label="ORG", rule_id="labels.firm") if firm and not known else mention
        if mention.label == "PERSON" and name not in surnames and not _TITLE.search(before):
            named = name in firms or name in of_firm or name != without_legal_form(name)
            return replace(mention, label="ORG", rule_id="labels.firm") if named else mention
        if mention.label == "ORG" and " " not in name and name in surnames:
            return mention if name in first else replace(mention, label="PERSON", rule_id="labels.person")
        return mention

    return tuple(relabelled(m) for m in mentions)
