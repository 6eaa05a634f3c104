"""Firms that an article calls by a brand, a former name or a trading name too, where it says so: "Quillpond, the maker of Tadpole Junction"."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping

from pipeline.extract.names import Name
from pipeline.extract.reading import Reading

_BEHIND = "owner|operator|maker|publisher|provider|developer|company|firm|group|parent|business|startup"
_SAYS_SO = re.compile(
    rf",? (?:which (?:is )?)?(?:the |an? )?(?:[\w-]+ ){{0,3}}(?:{_BEHIND})(?: company)? (?:of|behind|that (?:owns|runs|operates|makes)) (?:the )?(?:[a-z-]+ ){{0,3}}[\"“]?"
    r"|,? ?\(?(?:which |that )?(?:owns|runs|operates|makes|publishes|trades as|trading as|does business as|doing business as|formerly(?: known as| called)?|previously(?: known as| called)?|(?:better |also )?known as|(?:now|since) (?:called|renamed)|renamed|d/b/a|dba) (?:the )?(?:[a-z-]+ ){0,2}[\"“]?"
    r"|,? (?:which is |an? (?:[a-z-]+ ){1,3})?(?:owned|operated|run|made|published|developed|provided) by (?:the )?(?:[a-z-]+ ){0,2}"
    rf"|[’']s? (?:{_BEHIND})(?: company| firm)?,? "
)
"""What stands between two names of one business: owner and brand, old name and new."""


def aliases(reading: Reading) -> Mapping[int, tuple[Name, ...]]:
    """Return, for each name that the article connects so with others, those (by its index, in order)."""
    found: dict[int, dict[int, Name]] = defaultdict(dict)
    for sentence in reading.sentences:
        firms = [(m, n) for m, n in sentence.names if n.label in {"ORG", "PERSON"}]
        for (a, one), (b, other) in itertools.pairwise(firms):
            between = sentence.text[a.end - sentence.start : b.start - sentence.start]
            if one.index != other.index and _SAYS_SO.fullmatch(between):
                found[one.index][other.index] = other
                found[other.index][one.index] = one
    return {i: tuple(names[j] for j in sorted(names)) for i, names in found.items()}
