"""Which countries a piece of text names: by name, demonym or seat city of the registry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pipeline.knowledge import authorities, country_names

UNION = frozenset({"EU", "E.U.", "European Union"})
"""The Union's own names."""


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.])(?:{'|'.join(re.escape(n) for n in sorted(country_names(), key=len, reverse=True))})(?!\w)"
    )


def countries_named(text: str) -> frozenset[str]:
    """Return the countries (ISO 3166-1 alpha-2, or EU) that the text names, case kept ("US", never "us")."""
    return frozenset(country_names()[m.group()] for m in _pattern().finditer(text))


@cache
def us_states() -> Mapping[str, str]:
    """The registry id of each US state's attorney general by the state's name: a state acts through its attorney general."""
    tail = " Attorney General"
    return {
        a.name.removesuffix(tail): a.authority_id
        for a in authorities().values()
        if a.country == "US" and a.name.endswith(tail) and a.authority_id.endswith("-ag")
    }
