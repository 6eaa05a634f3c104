"""Public offices that a person holds: attorney general, district attorney, U.S. attorney, secretary of state, judge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_KINDS = {
    "attorney general": "attorney general",
    "district attorney": "district attorney",
    "us attorney": "us attorney",
    "secretary of state": "secretary of state",
    "secretary of the commonwealth": "secretary of state",
    "judge": "judge",
    "justice": "judge",
}
_PLACE = r"(?:(?:New|North|South|West|Rhode|San|Los|Santa|St\.|District of|Puerto|Contra) )?[A-Z][\w.-]+"
_PERSON = r"(?:[A-Z][\w.’'-]*[.,]? )*[A-Z][\w’'-]+(?:,? (?:Jr|Sr|II|III)\.?)?"
_BENCH = (
    "District|Bankruptcy|Circuit|Magistrate|Superior Court|Federal|State|High Court|County|Circuit Court|Supreme Court"
)
_TITLE = rf"(?:(?:Chief |Senior |Acting )?(?:U\.?S\.? )?(?:(?:{_BENCH}) ){{0,2}}(?:Judge|Justice(?: of the Peace)?)|(?:[Ss]enior |[Cc]hief |[Rr]esident |[Pp]rincipal ){{0,2}}[Mm]agistrate)"
_BODY = re.compile(
    rf"(?:Office of (?:the )?)?(?P<place>(?:{_PLACE}(?:[’']s)? ){{0,3}}?)(?:State |County |Criminal )?"
    r"(?P<kind>[Aa]ttorney [Gg]eneral|[Dd]istrict [Aa]ttorney|U\.?S\.? [Aa]ttorney|[Ss]ecretary of (?:the )?(?:State|state|Commonwealth))"
    rf"(?P<office>(?:[’']?s)? [Oo]ffice)?(?: (?:for the |for |of the |of |in )(?P<after>(?!the)[\w .]+))?(?: (?P<holder>{_PERSON}))?"
)
_BENCHED = re.compile(
    rf"{_TITLE} (?!Department|Ministry|Dept|Secretary|Minister|Division|Center|Centre)(?P<holder>{_PERSON})"
)
OFFICE_BEFORE = re.compile(
    rf"(?:{_TITLE}|(?:[A-Z][\w-]+ )?(?:[Ss]enior |[Cc]hief |[Rr]esident |[Pp]rincipal ){{0,2}}[Mm]agistrate|(?:{_PLACE} (?:State |County )?)?(?:Acting )?(?:Attorney General|District Attorney|Secretary of (?:the Commonwealth|State))|(?:Manhattan |Brooklyn |Acting )?U\.?S\.? [Aa]ttorney) $"
)
"""What stands right before the name of somebody who holds an office."""
ASSISTANT = re.compile(r"\b(?:[Aa]ssistant|[Dd]eputy|[Aa]ssociate|[Aa]sst\.?) (?:the )?$")
"""What makes the office after it somebody else's: "Assistant District Attorney"."""
NO_PLACE = frozenset({"during", "in", "when", "as", "but", "and", "the", "if", "while", "former", "then", "under", "after", "before", "by", "with", "for", "on", "at", "from", "criminal", "assistant", "deputy", "acting"})  # fmt: skip
"""Words with a capital at the head of a sentence that are no place of an office."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office as written: its kind, the words of its place, the words of its holder's name (both empty where not told), all in lower case."""

    kind: str
    place: frozenset[str]
    holder: tuple[str, ...]


@lru_cache(maxsize=4096)
def read_office(name: str) -> Office | None:
    """Return the office that a name is of ("New York Attorney General Ada Marlow", "Judge Marlow"); None where it is of none."""
    bench = _BENCHED.fullmatch(name)
    if bench:
        return Office("judge", frozenset(), _words(bench["holder"]))
    body = _BODY.fullmatch(name)
    if body is None:
        return None
    kind = _KINDS[body["kind"].lower().replace(".", "").replace("secretary of the state", "secretary of state")]
    place = {w for w in _words(f"{body['place']} {body['after'] or ''}") if w not in NO_PLACE | {"of", "county"}}
    return Office(kind, frozenset(place), _words(body["holder"] or ""))


def _words(text: str) -> tuple[str, ...]:
    return tuple(w for w in re.findall(r"\w+", re.sub(r"[’']s\b", "", text.replace(".", "")).lower()) if len(w) > 1)


def same_office(a: Office, b: Office) -> bool:
    """Whether two wordings may be of one office: one kind, no two places, no two holders; of judges the same person."""
    if a.kind != b.kind:
        return False
    if a.holder and b.holder:
        if a.holder[-1] != b.holder[-1]:
            return False
    elif a.kind == "judge":
        return False
    return not (a.place and b.place) or a.place <= b.place or b.place <= a.place


def holds(office: Office, person: tuple[str, ...]) -> bool:
    """Whether a person's name (its words, lower case) is that of the holder: the same words or the last one."""
    return bool(office.holder) and (person == office.holder or person == office.holder[-1:])
