"""Spellings of news outlets, so that each is counted once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pipeline.knowledge import KnowledgeError, read_toml, required, strings
from pipeline.language.spelling import plain

OUTLETS = "registry/outlets.toml"


@cache
def _generic() -> frozenset[str]:
    return frozenset(w.lower() for w in strings(OUTLETS, read_toml(OUTLETS), "generic"))


def outlet_key(name: str) -> str:
    """Return an outlet's name without case, accents, punctuation and words that say nothing ("www", "co.uk")."""
    bare = re.sub(r"^https?://|/.*$", "", plain(name).strip().lower())
    for ending in sorted((w for w in _generic() if "." in w), key=len, reverse=True):
        bare = bare.removesuffix(f".{ending}")
    words = re.findall(r"\w+", bare)
    return " ".join(w for w in words if w not in _generic()) or bare


@cache
def _known() -> Mapping[str, str]:
    out: dict[str, str] = {}
    for record in read_toml(OUTLETS).get("outlet", []):
        name = required(OUTLETS, record, "name")
        for spelling in (name, *strings(OUTLETS, record, "spellings")):
            key = outlet_key(spelling)
            if out.setdefault(key, name) != name:
                raise KnowledgeError(OUTLETS, name, f"{spelling!r} is a spelling of {out[key]} too")
    return out


@cache
def outlet_of(name: str) -> str:
    """Return the outlet that a spelling stands for: its name in the registry, else the spelling's key."""
    key = outlet_key(name)
    return _known().get(key, key)
