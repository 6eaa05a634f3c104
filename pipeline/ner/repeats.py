"""Names that the model saw once and missed elsewhere: the same words, a firm's name without its legal form, a person's surname."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.language.spelling import is_legal_form, without_legal_form
from pipeline.records import Mention

_SHORTEST = 3
"""Letters of a word that may stand for a name."""
_WORDLY = re.compile(r"[\w-]")
_NO_NAME = frozenset(
    ["first", "national", "american", "united", "general", "international", "global", "group", "north", "south", "east", "west", "royal", "central", "federal", "state", "bank", "the", "new", "trust", "capital", "justice", "court",
     "commission", "department", "office", "board", "authority", "agency", "ministry", "council", "committee", "company", "law", "act", "may", "march", "april", "june", "august", "january", "february", "september", "october", "november", "december"]
)  # fmt: skip
"""Words that are never a name by themselves."""


def find_repeats(text: str, taken: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Return the places, not covered by a mention of `taken`, where firms and persons that it holds are named again."""
    labels: dict[str, Counter[str]] = {}
    for mention in taken:
        if mention.label in {"ORG", "PERSON"}:
            for form in _forms(mention):
                labels.setdefault(form, Counter())[mention.label] += 1
        elif mention.rule_id == "mentions.office_holder" and (surname := _surname(mention)):
            labels.setdefault(surname, Counter())["PERSON"] += 1
    lower = frozenset(re.findall(r"[a-z][\w-]*", text))
    covered = bytearray(len(text))
    for mention in taken:
        covered[mention.start : mention.end] = b"\x01" * (mention.end - mention.start)
    out: list[Mention] = []
    for form, counts in sorted(labels.items(), key=lambda item: (-len(item[0]), item[0])):
        if form.lower() in lower:
            continue  # a common word: "Target", "Read"
        label = counts.most_common(1)[0][0]
        for start in _places(text, form):
            end = start + len(form)
            if not any(covered[start:end]):
                covered[start:end] = b"\x01" * (end - start)
                out.append(Mention(start, end, label, form, (), "repeats.name"))
    return tuple(sorted(out))


def _places(text: str, form: str) -> Iterator[int]:
    """Where a form stands as words of its own."""
    start = text.find(form)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(form) : start + len(form) + 1]
        if not (_WORDLY.match(before) or _WORDLY.match(after)):
            yield start
        start = text.find(form, start + len(form))


def _surname(mention: Mention) -> str | None:
    """The surname of somebody who is named with an office, where it may stand for them."""
    word = re.sub(r",? (?:Jr|Sr|II|III)\.?$", "", mention.text).split()[-1]
    fits = len(word) > _SHORTEST and word[0].isupper() and word.lower() not in _NO_NAME
    return word if fits else None


def _forms(mention: Mention) -> list[str]:
    """The ways in which a name may stand again: whole, without its legal form, by the surname."""
    forms = [mention.text]
    if mention.label == "ORG":
        forms.append(without_legal_form(mention.text))
    elif " " in mention.text:
        forms.append(mention.text.split()[-1])
    return [
        f
        for f in dict.fromkeys(forms)
        if len(f) >= _SHORTEST and f[0].isupper() and f.lower() not in _NO_NAME and not is_legal_form(f)
    ]
