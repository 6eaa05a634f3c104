"""Join what the model and the gazetteer found into one list of mentions that do not overlap."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.language.cues import find_cues
from pipeline.records import Mention

_AROUND = re.compile(r"(?:the |U\.?S\.? |United States |UK |EU |federal |state |\w+[’']s |[A-Z]\w+ )?", re.I)
_COMPANY = re.compile(r"\b(?:Inc|Corp|Ltd|LLC|LLP|Plc|PLC|AG|SA|NV|GmbH|Holdings|Capital|Partners|Group|Bancorp|Securities LLC|University|Hospital|Union)\b\.?$")


def _acronym_holds(mention: Mention, model: tuple[Mention, ...], text: str) -> bool:
    """An acronym is taken where the model sees an organisation too, or where the text spells it out ("(FCC)")."""
    seen = any(m.start <= mention.start and mention.end <= m.end and m.label in {"ORG", "AUTHORITY"} for m in model)
    return seen or f"({mention.text})" in text or len(mention.text) >= 5


def _joined(listed: Mention, others: list[Mention]) -> Mention:
    """Return the listed mention, widened to a model's span that only adds a country or "federal" before it, or names a part of the body after it."""
    for other in others:
        if other.start <= listed.start and listed.end <= other.end and (other.start, other.end) != (listed.start, listed.end):
            before, after = other.text[: listed.start - other.start], other.text[listed.end - other.start :]
            if _AROUND.fullmatch(before) and not after:
                return replace(listed, start=other.start, end=other.end, text=other.text)
    return listed


def _by_head(mention: Mention) -> Mention:
    """An ORG whose head word is an authority's ("… Commission", "Court of …") is an AUTHORITY."""
    if mention.label != "ORG" or _COMPANY.search(mention.text):
        return mention
    for cue in find_cues("heads", mention.text):
        rest = mention.text[cue.end :].strip()
        if cue.value == "head" and (not rest or re.match(r"(?:of|for|on|in|to|against)\b", rest)) and mention.text[cue.start].isupper():
            return replace(mention, label="AUTHORITY", rule_id=cue.rule_id)
    return mention


def join_mentions(text: str, model: tuple[Mention, ...], listed: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Return all mentions in order. A registered name beats the model's span, unless it is only part of a company's name ("Bank of England Capital LLC")."""
    out: list[Mention] = []
    for mention in listed:
        if mention.rule_id == "gazetteer.acronym" and not _acronym_holds(mention, model, text):
            continue
        around = [m for m in model if m.start < mention.end and mention.start < m.end]
        if any(_COMPANY.search(m.text) and m.start <= mention.start and m.end > mention.end and m.label != "AUTHORITY" for m in around):
            continue
        out.append(_joined(mention, around))
    taken = [(m.start, m.end) for m in out]
    for mention in model:
        if not any(mention.start < e and s < mention.end for s, e in taken):
            out.append(_by_head(mention))
    return tuple(sorted(out))
