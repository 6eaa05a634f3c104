"""What firms and persons are called: the trade that their names or the words beside them tell, and the one that a sentence speaks of ("the lender")."""

from __future__ import annotations

import re

from pipeline.extract.names import Name
from pipeline.language.cues import find_cues

TRADES = "trades"
MOST_MENTIONS = 12
"""Mentions of a name whose surroundings are read."""
_BEFORE = re.compile(r"(?:[a-z][a-z-]+ ){1,3}$")
_AFTER = re.compile(r",? (?:(?:an?|the|one of|which|is an?) |\()[^.;,]{0,60}")
_SPOKEN_OF = re.compile(r"\b(?:[Tt]he|[Ii]ts|[Tt]his|[Tt]hat) (?P<what>(?:[\w-]+ ){0,2}[a-z-]+)\b")


def trades_of(name: Name, text: str) -> frozenset[str]:
    """Return the trades that a name's words and the words beside its mentions tell ("Halden Bank", "the lender Halden", "Halden, a lender")."""
    found: set[str] = set()
    for mention in name.mentions[:MOST_MENTIONS]:
        before = _BEFORE.search(text, max(0, mention.start - 45), mention.start)
        after = _AFTER.match(text, mention.end, mention.end + 70)
        for words in (mention.text, before.group() if before else "", after.group() if after else ""):
            found |= {c.value for c in find_cues(TRADES, words)}
    return frozenset(found)


def spoken_of(sentence: str) -> frozenset[str]:
    """Return the trades by which a sentence speaks of somebody without a name ("the lender", "its insurer")."""
    return frozenset(c.value for m in _SPOKEN_OF.finditer(sentence) for c in find_cues(TRADES, m["what"]))
