"""Link an authority as written to the registry; an ambiguous form is decided by the countries that the article names."""

from __future__ import annotations

from collections import Counter

from pipeline.knowledge import authorities


def choose(registry_ids: tuple[str, ...], countries: Counter[str]) -> tuple[str | None, bool]:
    """Return the registry id (None where there is none) and whether the choice stays ambiguous.

    Of several candidates the one whose country the article names most often is taken; where two are named equally often, or none is, the choice is
    ambiguous and the id null.
    """
    known = [i for i in registry_ids if i in authorities()]
    if len(known) <= 1:
        return (known[0] if known else None), False
    ranked = sorted(known, key=lambda i: (-countries[authorities()[i].country], i))
    best, second = (countries[authorities()[i].country] for i in ranked[:2])
    return (ranked[0], False) if best > second else (None, True)
