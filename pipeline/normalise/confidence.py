"""How sure a row is, hand-set from what made it: an order for reviewers, no probability yet."""

from __future__ import annotations

from collections.abc import Iterable

START = 0.8
_FLAG_COST = {
    "respondent_missing": 0.30, "authority_missing": 0.25, "authority_ambiguous": 0.15, "currency_ambiguous": 0.2, "type_uncertain": 0.1, "role_uncertain": 0.25,
    "status_uncertain": 0.1, "cap_below_rate": 0.2, "amount_unparsed": 0.4,
}  # fmt: skip
_RULE_COST = {
    "parties.most_frequent": 0.15,
    "role.other_respondent": 0.1,
    "role.other_authority": 0.1,
    "sums.pay": 0.1,
    "sums.charge_demand": 0.2,
    "standing.default": 0.05,
    "prior.earlier": 0.1,
}
LOW = 0.45
"""Below this a row is flagged `low_confidence`."""


def confidence_of(flags: Iterable[str], rule_ids: Iterable[str]) -> float:
    """Return the confidence of a row, 0 to 1, by its flags and the rules that made it."""
    value = START - sum(_FLAG_COST.get(f, 0.1) for f in flags) - sum(_RULE_COST.get(r, 0.0) for r in rule_ids)
    return round(max(value, 0.05), 3)
