"""The table `parties`: one row for each authority and respondent of a decision, with what it did or bore."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.knowledge import authorities
from pipeline.normalise.respondents import country_of, type_of

WITHHELD = "individual"
"""What stands for an individual's name where names of individuals are withheld."""


PARTY_COLUMNS = (
    "decision_id", "status", "authority_ids", "authority_names", "authority_texts", "respondent_ids", "respondent_names", "respondent_texts", "respondent_labels",
)  # fmt: skip
"""What `party_rows` reads of a decision."""


def _capacity(kinds: Sequence[str | None], position: int, status: str) -> str:
    """What a body did: alone it imposed; beside a court it brought the case, and the court imposed or, an agreed sum, approved; several agencies acted jointly."""
    if len(kinds) == 1:
        return "imposed"
    if "court" not in kinds:
        return "joint"
    if kinds[position] != "court":
        return "brought"
    return "approved" if status == "agreed" else "imposed"


_COURT = re.compile(r"\b(?:Court|Tribunal|Judge|Justice [A-Z])\b")


def _kind(authority_id: str | None, name: str) -> str | None:
    """The type of a body in the registry; of one that is not there, `court` by its words, else nothing."""
    if authority_id:
        return authorities()[authority_id].kind
    return "court" if _COURT.search(name) else None


def party_rows(decision: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parties of a decision row, authorities first, each side in its order."""
    ids: list[str | None] = decision["authority_ids"]
    kinds = [_kind(i, name) for i, name in zip(ids, decision["authority_names"], strict=True)]
    for position, (i, name, text) in enumerate(
        zip(ids, decision["authority_names"], decision["authority_texts"], strict=True)
    ):
        yield {
            "decision_id": decision["decision_id"], "side": "authority", "capacity": _capacity(kinds, position, decision["status"]), "position": position,
            "party_id": i, "name": name, "text": text, "type": kinds[position], "country": authorities()[i].country if i else None,
        }  # fmt: skip
    names = decision["respondent_names"]
    labels = decision["respondent_labels"]
    for position, (i, name, text, label) in enumerate(
        zip(decision["respondent_ids"], names, decision["respondent_texts"], labels, strict=True)
    ):
        yield {
            "decision_id": decision["decision_id"], "side": "respondent", "capacity": "joint" if len(names) > 1 else "imposed", "position": position,
            "party_id": i, "name": name, "text": text, "type": type_of(text, label), "country": country_of(text),
        }  # fmt: skip
    if not names:
        yield {
            "decision_id": decision["decision_id"], "side": "respondent", "capacity": "imposed", "position": 0,
            "party_id": None, "name": None, "text": None, "type": "unnamed", "country": None,
        }  # fmt: skip
