"""Sanity rules over whole rows, each a flag: sums above a legal cap, parts above their total, days that cannot be, a law of another jurisdiction, a wrong conversion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from pipeline.knowledge import KnowledgeError, authorities, read_toml, required, strings
from pipeline.language.laws import LAWS
from pipeline.language.rates import Rates

CAPS = "registry/caps.toml"
CONVERSION = Decimal("0.05")
"""Relative difference between an article's own conversion and the rate of the day that is flagged."""
ABOVE = Decimal("1.01")
"""How far above a cap, or parts above their total, a sum must lie to be flagged: a conversion or a rounding is no breach."""


@dataclass(frozen=True, slots=True)
class Cap:
    """A legal maximum: of which bodies, in which countries and days.

    `amount` holds for the fine as a whole, or for each of `per`; a `turnover_percent` caps it by a share of turnover. `assessed`: the day of the decision
    counts, else that of the infringement, which articles seldom tell.
    """

    kinds: frozenset[str]
    countries: frozenset[str]
    amount: Decimal | None
    currency: str
    turnover_percent: float | None
    rule: str
    per: str | None
    valid_from: date | None
    valid_to: date | None
    assessed: bool


@cache
def caps() -> Mapping[str, tuple[Cap, ...]]:
    """Return the legal caps of the registry by law."""
    out: dict[str, list[Cap]] = defaultdict(list)
    for record in read_toml(CAPS).get("cap", []):
        cap_id = required(CAPS, record, "id")
        rule = required(CAPS, record, "rule")
        if rule not in {"higher", "amount", "turnover"}:
            raise KnowledgeError(CAPS, cap_id, f"unknown rule {rule!r}")
        for key in ("source", "example", "counterexample"):
            required(CAPS, record, key)
        amount = record.get("amount")
        out[required(CAPS, record, "law")].append(
            Cap(
                frozenset(strings(CAPS, record, "authority_types")), frozenset(strings(CAPS, record, "countries")),
                Decimal(str(amount)) if amount is not None else None, required(CAPS, record, "currency"), record.get("turnover_percent"), rule, record.get("per"),
                _day(record.get("valid_from")), _day(record.get("valid_to")), record.get("date_basis") == "assessment",
            )
        )  # fmt: skip
    return {law: tuple(found) for law, found in out.items()}


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) or value is None else date.fromisoformat(value)


def _laws(row: Mapping[str, Any]) -> set[str]:
    return {law.split(":")[0] for law in row["legal_basis"]}


def _fits(cap: Cap, row: Mapping[str, Any], kinds: set[str], when: date | None) -> bool:
    if (cap.kinds and not cap.kinds & kinds) or row["authority_country"] not in cap.countries:
        return False
    if when and cap.valid_from and when < cap.valid_from:
        return False
    return not (cap.assessed and when and cap.valid_to and when > cap.valid_to)


def exceeds(row: Mapping[str, Any], cap: Cap) -> bool:
    """Whether a row's sum, or the share of turnover that it tells, lies above one cap."""
    if cap.turnover_percent is not None and cap.rule != "amount":
        return bool(row["turnover_percent"] and row["turnover_percent"] > cap.turnover_percent)
    if (
        cap.amount is None
        or row["currency"] != cap.currency
        or cap.per != (row["per"] if cap.per == "violation" else None)
    ):
        return False
    return bool(row["amount"] > cap.amount * ABOVE)


def above_cap(row: Mapping[str, Any], when: date | None) -> bool:
    """Whether a fine lies above every cap that fits its laws, body, country and day; laws without a cap on file allow any sum."""
    if row["penalty_type"] != "fine" or row["amount"] is None:
        return False
    kinds = {authorities()[i].kind for i in row["authority_ids"] if i}
    by_law = [[c for c in caps().get(law, ()) if _fits(c, row, kinds, when)] for law in sorted(_laws(row))]
    return bool(by_law) and all(found and all(exceeds(row, c) for c in found) for found in by_law)


@cache
def _law_countries() -> Mapping[str, frozenset[str]]:
    """The countries of each law: as its file says, else by the country code that its id begins with ("IE-DPA-2018"; "UK" is GB)."""
    known = {a.country for a in authorities().values()}
    out: dict[str, frozenset[str]] = {}
    for law in read_toml(LAWS)["law"]:
        prefix = law["id"].split("-")[0].replace("UK", "GB")
        if law.get("countries") or ("-" in law["id"] and prefix in known):
            out[law["id"]] = frozenset(law.get("countries") or [prefix])
    return out


def foreign_law(row: Mapping[str, Any]) -> bool:
    """Whether a row's body applies only laws of other countries (laws without countries in their file say nothing)."""
    country = row["authority_country"]
    scopes = [s for law in _laws(row) if (s := _law_countries().get(law))]
    return bool(country and scopes) and all(country not in s for s in scopes)


def flags_of(row: Mapping[str, Any], published: date | None) -> Iterator[str]:
    """Yield the flags that one row of `penalties` earns by itself."""
    when = row["date"] or published
    if above_cap(row, when):
        yield "above_legal_cap"
    if row["date"] and published and (row["date"] - published).days > 1:
        yield "date_conflict"
    if foreign_law(row):
        yield "authority_ambiguous"


def wrong_conversion(amount: Decimal, currency: str, told: Decimal, other: str, day: date | None, rates: Rates) -> bool:
    """Whether an article's own conversion ("€1.2bn ($1.3bn)") lies more than 5 % off the rate of the day."""
    if day is None:
        return False
    value = rates.convert(float(amount), currency, other, day.toordinal())
    return value is not None and abs(Decimal(repr(value)) - told) > CONVERSION * told


def _converted_wrongly(row: Mapping[str, Any], published: date | None, rates: Rates) -> bool:
    if not (row["amount"] and row["converted_amount"]):
        return False
    day = row["date"] or published
    return wrong_conversion(
        row["amount"], row["currency"], row["converted_amount"], row["converted_currency"], day, rates
    )


def _overfull(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """The totals of an article whose parts add up to more."""
    totals = {row["penalty_id"]: row for row in rows}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        whole = totals.get(row["part_of"])
        if whole and whole["amount"] and row["amount"] and row["currency"] == whole["currency"]:
            sums[row["part_of"]] += row["amount"]
    return {i for i, parts in sums.items() if parts > totals[i]["amount"] * ABOVE}


def checked(rows: Sequence[dict[str, Any]], published: date | None, rates: Rates | None) -> list[dict[str, Any]]:
    """Return one article's rows with the flags that the sanity rules add."""
    overfull = _overfull(rows)
    out = []
    for row in rows:
        flags = [*row["flags"], *flags_of(row, published)]
        if rates is not None and _converted_wrongly(row, published, rates):
            flags.append("amount_conflict")
        if row["penalty_id"] in overfull:
            flags.append("parts_exceed_total")
        out.append({**row, "flags": list(dict.fromkeys(flags))})
    return out
