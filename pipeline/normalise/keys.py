"""What merging reads of a penalty: a slim key, so that a million rows fit into memory without their evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import log10
from typing import Any

import pyarrow as pa

from pipeline.language.rates import SPREAD
from pipeline.language.spelling import tokens_of
from pipeline.normalise.authorities import form_key, forms

Tokens = tuple[str, ...]

COLUMNS = (
    "penalty_id", "article_id", "role", "penalty_type", "status", "amount", "currency", "per", "qualifier", "date", "date_precision",
    "authority_ids", "authority_names", "respondent_names", "respondent_aliases", "part_of", "changes_id", "confidence", "case_numbers", "review_state",
)  # fmt: skip
"""The columns of `penalties` that merging reads."""

STAGES = {
    "proposed": 0,
    "conditional": 1,
    "imposed": 2,
    "agreed": 2,
    "reduced": 3,
    "increased": 3,
    "upheld": 4,
    "annulled": 5,
}
"""Where a standing lies in the life of a case; what is agreed is in force as what is imposed."""
FAMILIES = {"fine": "sum", "settlement": "sum", "other": "sum", "disgorgement": "return", "redress": "return"}
"""Types that articles mix up for one sum; the rest stand by themselves."""


@dataclass(frozen=True, slots=True)
class Key:
    """What decides whether two rows tell the same decision.

    `amount` is in major units, `digits` how many of its digits are significant as printed. `first` and `last` bound the day of the decision (proleptic
    ordinals), null where no date is stated; `published` is the article's day. Names are tokens without accents, case and legal forms.
    """

    penalty_id: str
    article_id: str
    role: str
    kind: str
    stage: int
    amount: float | None
    digits: int
    qualifier: str | None
    currency: str | None
    per: str | None
    first: int | None
    last: int | None
    published: int | None
    authorities: frozenset[str]
    authority_names: tuple[Tokens, ...]
    respondents: tuple[Tokens, ...]
    aliases: tuple[Tokens, ...]
    part_of: str | None
    changes: str | None
    confidence: float
    numbers: frozenset[str]
    settled: bool = False
    """Whether a reviewer accepted or corrected it."""

    @property
    def side(self) -> tuple[Tokens, ...]:
        """The respondents, and the brands and other names that the article gives them."""
        return self.respondents + self.aliases

    @property
    def family(self) -> str:
        """The type, or the family of types that articles mix up."""
        return FAMILIES.get(self.kind, self.kind)


@lru_cache(maxsize=200_000)
def _tokens(name: str) -> Tokens:
    return tokens_of(name)


@lru_cache(maxsize=200_000)
def _all_tokens(names: tuple[str, ...]) -> tuple[Tokens, ...]:
    """The tokens of a side's names; equal sides share one tuple."""
    return tuple(_tokens(n) for n in names)


@lru_cache(maxsize=200_000)
def _bodies(ids: tuple[str | None, ...], names: tuple[str, ...]) -> frozenset[str]:
    """The bodies that names stand for; where that is open, each that a name may, else the name's words in order of the alphabet."""
    out: set[str] = set()
    for authority_id, name in zip(ids, names, strict=True):
        out.update(
            (authority_id,) if authority_id else forms().get(form_key(name)) or (" ".join(sorted(_tokens(name))),)
        )
    return frozenset(out)


def significant(amount: Decimal) -> int:
    """Return how many significant digits a sum is printed with: 2 for 1,200,000, 4 for 12.34 million."""
    return len("".join(map(str, amount.as_tuple().digits)).strip("0")) or 1


def keys_of(table: pa.Table, published: Mapping[str, date | None]) -> Iterator[Key]:
    """Yield the key of each row of a `penalties` table, in its order."""
    for batch in table.select(COLUMNS).to_batches(max_chunksize=50_000):
        for row in batch.to_pylist():
            yield key_of(row, published.get(row["article_id"]))


def key_of(row: Mapping[str, Any], published: date | None) -> Key:
    """Return the key of one row of `penalties`."""
    amount: Decimal | None = row["amount"]
    first = row["date"].toordinal() if row["date"] else None
    return Key(
        row["penalty_id"], row["article_id"], row["role"], row["penalty_type"], STAGES[row["status"]],
        float(amount) if amount is not None else None, significant(amount) if amount else 0, row["qualifier"], row["currency"], row["per"],
        first, None if first is None else first + SPREAD[row["date_precision"] or "day"], published.toordinal() if published else None,
        _bodies(tuple(row["authority_ids"]), tuple(row["authority_names"])),
        _all_tokens(tuple(row["authority_names"])), _all_tokens(tuple(row["respondent_names"])),
        _all_tokens(tuple(row["respondent_aliases"])),
        row["part_of"], row["changes_id"], row["confidence"], frozenset(row["case_numbers"]), row["review_state"] != "auto",
    )  # fmt: skip


def magnitude(amount: float) -> int:
    """Return a step on a logarithmic scale of 4 % a step: sums that are roundings of each other lie at most two apart."""
    return int(log10(max(amount, 1e-9)) / log10(1.04))
