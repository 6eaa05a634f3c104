"""When a value is right: names that mean the same, sums equal to the last printed digit, dates within their precision."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.language.spelling import SMALL_WORDS

_LEGAL = (
    "inc incorporated corp corporation co company companies ltd limited plc llc llp lp sa ag nv bv "
    "gmbh se spa srl ab asa oyj kk group holdings holding international"
)
_GENERIC = SMALL_WORDS | frozenset(_LEGAL.split())
_COUNTRIES = (
    "irish:ireland dutch:netherlands danish:denmark finnish:finland norwegian:norway swedish:sweden "
    "french:france german:germany italian:italy spanish:spain polish:poland greek:greece "
    "british:britain austrian:austria belgian:belgium swiss:switzerland portuguese:portugal "
    "romanian:romania hungarian:hungary czech:czechia korean:korea japanese:japan indian:india "
    "turkish:turkey brazilian:brazil canadian:canada australian:australia mexican:mexico "
    "chinese:china russian:russia american:us norways:norway irelands:ireland"
)
_DEMONYMS = dict(pair.split(":") for pair in _COUNTRIES.split())
_PLACES = frozenset({"of", "the", "and", "for", "us", "uk", "eu"})
_BROAD = (
    "office commission authority agency department ministry board court state federal national "
    "district attorney general us uk eu european data protection financial services bank securities "
    "exchange trade supreme high appeals"
)
_WEAK = _GENERIC | frozenset(_BROAD.split())
TOLERANCE = 0.005


def _tokens(name: str) -> list[str]:
    name = unicodedata.normalize("NFKD", name)
    name = "".join(c for c in name if not unicodedata.combining(c)).lower()
    name = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", name).replace("u.s.", "us").replace("&", " and ")
    name = re.sub(r"\bdpa\b", "data protection authority", re.sub(r"['’]s\b", "", name))
    return re.findall(r"\w+", name)


def _acronym_of(short: list[str], long_: list[str]) -> bool:
    if len(short) != 1 or len(short[0]) < 2:
        return False
    dropped: tuple[frozenset[str], ...] = (
        frozenset(),
        frozenset({"us", "uk", "eu"}),
        frozenset({"of", "the", "and", "for"}),
        _PLACES,
        _GENERIC | _PLACES,
    )
    initials = {"".join(t[0] for t in long_ if t not in drop) for drop in dropped}
    return short[0] in initials or f"us{short[0]}" in initials


def same_name(a: str, b: str) -> bool:
    """Whether two names mean one body: equal without legal forms, an acronym, contained with a distinctive word, or six tenths of the words shared."""
    ta, tb = _tokens(a), _tokens(b)
    ka, kb = [t for t in ta if t not in _GENERIC] or ta, [t for t in tb if t not in _GENERIC] or tb
    if not ka or not kb:
        return False
    if ka == kb or "".join(ka) == "".join(kb) or _acronym_of(ka, tb) or _acronym_of(kb, ta):
        return True
    sa, sb = {_DEMONYMS.get(t, t) for t in ka}, {_DEMONYMS.get(t, t) for t in kb}
    if (sa <= sb or sb <= sa) and (sa & sb) - _WEAK:
        return True
    return len(sa & sb) / len(sa | sb) >= 0.6 and not (sa - sb - _WEAK and sb - sa - _WEAK)


def names_right(gold: list[str], given: list[list[str]]) -> bool:
    """Whether each gold name is met by a given name of its own and none is left over; a given name holds alternatives."""
    if len(gold) != len(given):
        return False
    same = [[any(same_name(g, form) for form in forms) for forms in given] for g in gold]

    def assign(i: int, free: frozenset[int]) -> bool:
        return i == len(gold) or any(same[i][j] and assign(i + 1, free - {j}) for j in free)

    return assign(0, frozenset(range(len(given))))


def same_number(a: float | None, b: float | None) -> bool:
    """Whether two sums agree within half a per cent (the last printed digit); two missing ones agree."""
    if a is None or b is None:
        return a is None and b is None
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


_SHOWN = {"day": 10, "week": 10, "month": 7, "quarter": 7, "year": 4}


def date_right(gold: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether a date agrees within the precision of the gold date."""
    if gold["date"] is None or given["date"] is None:
        return gold["date"] is None and given["date"] is None
    n = _SHOWN[gold["date_precision"]]
    return bool(gold["date"][:n] == given["date"][:n] and given["date_precision"] in (None, gold["date_precision"]))


Test = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
FIELDS: Mapping[str, Test] = {
    "role": lambda g, p: g["role"] == p["role"],
    "type": lambda g, p: g["type"] == p["type"],
    "status": lambda g, p: g["status"] == p["status"],
    "qualifier": lambda g, p: (
        g["qualifier"] == p["qualifier"] and same_number(g["amount_max"], p["amount_max"]) and g["per"] == p["per"]
    ),
    "authority": lambda g, p: names_right(g["authority"], p["authority"]),
    "respondents": lambda g, p: names_right(g["respondents"], p["respondents"]),
    "date": date_right,
    "appeal": lambda g, p: g["appeal"] == p["appeal"],
}
RECORD = ("role", "type", "status", "authority", "respondents")
