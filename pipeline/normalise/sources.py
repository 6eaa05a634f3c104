"""Primary sources: which authorities' web domains a link leads to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from pipeline.knowledge import authorities


@cache
def _domains() -> Mapping[str, frozenset[str]]:
    out: dict[str, set[str]] = defaultdict(set)
    for a in authorities().values():
        for domain in a.domains:
            out[domain.lower()].add(a.authority_id)
    return {domain: frozenset(ids) for domain, ids in out.items()}


@cache
def domain_owner(url: str) -> frozenset[str]:
    """Return the authorities on whose domain (or a part of it) an address lies."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    owners = (_domains().get(".".join(labels[i:])) for i in range(len(labels) - 1))
    return next((o for o in owners if o), frozenset())
