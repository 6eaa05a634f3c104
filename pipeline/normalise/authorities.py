"""Link an authority as written to the registry; an ambiguous form is decided by the countries that the article names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache

from pipeline.knowledge import authorities

COMMON = frozenset({"US", "GB", "EU"})
"""Countries whose bodies English-language news names without naming the country."""


def choose(registry_ids: tuple[str, ...], countries: Counter[str]) -> tuple[str | None, bool]:
    """Return the registry id (None where there is none) and whether the choice stays ambiguous.

    Of several candidates the one whose country the article names most often is taken. Where it names none of their countries, the only one of a
    country that news leaves out is taken, still as ambiguous; else the id is null.
    """
    known = [i for i in registry_ids if i in authorities()]
    if len(known) <= 1:
        return (known[0] if known else None), False
    ranked = sorted(known, key=lambda i: (-countries[authorities()[i].country], i))
    best, second = (countries[authorities()[i].country] for i in ranked[:2])
    if best > second:
        return ranked[0], False
    common = [i for i in known if authorities()[i].country in COMMON]
    return (common[0] if best == 0 and len(common) == 1 else None), True


@cache
def forms() -> Mapping[str, tuple[str, ...]]:
    """Return the registry ids that each name, alias and acronym may stand for; keys without case, full stops and articles."""
    out: dict[str, set[str]] = defaultdict(set)
    for a in authorities().values():
        for form in (a.name, a.native or a.name, *a.aliases, *a.acronyms):
            out[form_key(form)].add(a.authority_id)
    return {form: tuple(sorted(ids)) for form, ids in out.items()}


def form_key(name: str) -> str:
    """Return a name as `forms` looks it up, without an acronym in brackets after it."""
    name = re.sub(r" \([A-Z][\w.]{0,9}\)$", "", name)
    return " ".join(name.replace(".", "").replace("’", "'").casefold().removeprefix("the ").split())
