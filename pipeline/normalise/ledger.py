"""Keep decision ids from run to run: the ledger holds the decision that each penalty was first assigned to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence


def _new_id(members: list[str], prefix: str) -> str:
    return prefix + hashlib.blake2b(min(members).encode(), digest_size=8).hexdigest()


def assign(
    clusters: Sequence[Sequence[str]], ledger: Mapping[str, str], prefix: str
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the id of the cluster of each member (a decision's of its penalties, a matter's of its decisions), and the rows of `id_map`.

    A cluster keeps the id that most of its members had (of equally many the smallest); an id that several clusters could keep stays with the one
    that holds most of its members, the others get new ids. A change of a member's id is a `merge` or a `split` in `id_map`.
    """
    claims: list[tuple[int, str, int]] = []
    for index, members in enumerate(clusters):
        votes = Counter(ledger[m] for m in members if m in ledger)
        claims += [(-count, decision_id, index) for decision_id, count in votes.items()]
    chosen: dict[int, str] = {}
    used: set[str] = set()
    for _, decision_id, index in sorted(claims):
        if index not in chosen and decision_id not in used:
            chosen[index] = decision_id
            used.add(decision_id)
    ids: dict[str, str] = {}
    moved: set[tuple[str, str]] = set()
    for index, members in enumerate(clusters):
        decision_id = chosen.get(index) or _new_id(list(members), prefix)
        if index not in chosen and decision_id in used:
            decision_id = _new_id([f"{decision_id}/{min(members)}"], prefix)
        used.add(decision_id)
        for member in members:
            ids[member] = decision_id
            if ledger.get(member, decision_id) != decision_id:
                moved.add((ledger[member], decision_id))
    kept = set(ids.values())
    return ids, [
        {"old_id": old, "new_id": new, "cause": "split" if old in kept else "merge"} for old, new in sorted(moved)
    ]
