"""Turn the surface records of `extract` into the rows of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa

from pipeline.knowledge import authorities, country_names
from pipeline.normalise.authorities import choose
from pipeline.normalise.confidence import LOW, confidence_of
from pipeline.normalise.currency import decide, home_of
from pipeline.normalise.respondents import respondent_id, respondent_name
from pipeline.records import Annotated, Evidence, Penalty
from pipeline.schema import PENALTIES
from pipeline.verdicts.overrides import Overrides

CENT = Decimal("0.01")
NONE = Overrides()
ROWS = pa.schema(
    [pa.field(c.name, c.type) for c in PENALTIES.columns if c.name not in {"decision_id", "matter_id"}]
    + [pa.field(name, pa.list_(pa.string())) for name in ("respondent_labels", "respondent_aliases")]
)
"""The rows of `penalties` before merging: plain strings, the labels of the respondents' names, and what else the article calls them."""


@dataclass(frozen=True, slots=True)
class Context:
    """The countries that an article names, by how often: places, and authorities that the registry knows beyond doubt."""

    countries: Counter[str]

    @property
    def country(self) -> str | None:
        """The country that the article names most: by it a choice of a name is limited."""
        return min(self.countries, key=lambda c: (-self.countries[c], c), default=None)

    @classmethod
    def of(cls, annotated: Annotated | None) -> Context:
        """Return the context of an article."""
        counts: Counter[str] = Counter()
        for mention in annotated.mentions if annotated else ():
            if len(mention.registry_ids) == 1:
                counts[authorities()[mention.registry_ids[0]].country] += 2
            elif mention.text in country_names():
                counts[country_names()[mention.text]] += 1
        return cls(counts)


def _money(value: Decimal | None) -> tuple[Decimal | None, bool]:
    if value is None:
        return None, False
    rounded = value.quantize(CENT, rounding=ROUND_HALF_UP)
    return rounded, rounded != value


def bodies(
    parties: Sequence[tuple[str, tuple[str, ...]]], context: Context, overrides: Overrides
) -> tuple[dict[str, Any], bool]:
    """Return the columns of the authorities named so (text and registry ids that it may stand for), and whether the choice of one is doubtful."""
    texts = [" ".join(text.split()) for text, _ in parties]
    ids: list[str | None] = []
    doubtful = False
    for text, (_, registry_ids) in zip(texts, parties, strict=True):
        settled = overrides.choice("authority", text, context.country)
        if settled and settled.stands_for in authorities():
            ids.append(settled.stands_for)
            continue
        chosen, ambiguous = choose(registry_ids, context.countries)
        ids.append(chosen)
        doubtful |= ambiguous and settled is None
    columns = {
        "authority_ids": ids,
        "authority_names": [authorities()[i].name if i else text for i, text in zip(ids, texts, strict=True)],
        "authority_texts": texts,
        "authority_country": next((authorities()[i].country for i in ids if i), None),
    }
    return columns, doubtful


def respondents(names: Sequence[str], context: Context, overrides: Overrides) -> dict[str, Any]:
    """Return the columns of the respondents named so."""
    meant = [overrides.respondent(n, context.country) for n in names]
    return {
        "respondent_ids": [respondent_id(n) for n in meant],
        "respondent_names": [respondent_name(n) for n in meant],
        "respondent_texts": [" ".join(n.split()) for n in names],
    }


def penalty_row(penalty: Penalty, context: Context, overrides: Overrides = NONE) -> dict[str, Any]:
    """Return the row of `penalties` for a surface record, still without a decision."""
    flags = list(penalty.flags)
    named, doubtful = bodies([(a.name, a.registry_ids) for a in penalty.authorities], context, overrides)
    if doubtful:
        flags.append("authority_ambiguous")
    country = named["authority_country"]
    currency = penalty.currency
    if penalty.amount is not None and currency is None:
        if country is None:  # several bodies, or one of several: their countries may still leave one
            ids = (i for a in penalty.authorities for i in a.registry_ids)
            country = home_of(
                penalty.currency_sign or "", {authorities()[i].country for i in ids if i in authorities()}
            )
        currency, ambiguous = decide(penalty.currency_sign or "", country, tuple(context.countries))
        if ambiguous or currency is None:
            flags.append("currency_ambiguous")
    amount, finer = _money(penalty.amount)
    amount_max, finer_max = _money(penalty.amount_max)
    if finer or finer_max:
        flags.append("amount_rounded")
    if (
        penalty.penalty_type == "periodic_penalty"
        and amount is not None
        and amount_max is not None
        and amount_max < amount
    ):
        flags.append("cap_below_rate")
    rule_ids = list(penalty.rule_ids)
    confidence = confidence_of(flags, rule_ids) if penalty.confidence is None else penalty.confidence
    if confidence < LOW:
        flags.append("low_confidence")
    return {
        "penalty_id": penalty.penalty_id, "article_id": penalty.article_id, "part_of": penalty.part_of, "changes_id": penalty.changes_id,
        "role": penalty.role, **named, **respondents([r.name for r in penalty.respondents], context, overrides), "respondent_labels": [r.label for r in penalty.respondents],
        "respondent_aliases": list(penalty.respondent_aliases),
        "penalty_type": penalty.penalty_type, "status": penalty.status, "amount": amount, "amount_max": amount_max, "currency": currency if amount is not None else None,
        "qualifier": penalty.qualifier, "per": penalty.per, "amount_state": penalty.amount_state,
        "converted_amount": _money(penalty.converted_amount)[0], "converted_currency": penalty.converted_currency if penalty.converted_amount is not None else None,
        "date": penalty.date, "date_precision": penalty.date_precision, "date_basis": penalty.date_basis, "appeal_status": penalty.appeal_status,
        "legal_basis": list(penalty.legal_basis), "case_numbers": list(penalty.case_numbers), "violations": list(penalty.violations), "turnover_percent": penalty.turnover_percent,
        "evidence": penalty.evidence, "evidence_start": penalty.evidence_start, "evidence_end": penalty.evidence_end,
        "amount_start": penalty.amount_start, "amount_end": penalty.amount_end,
        "rule_ids": rule_ids, "confidence": confidence, "flags": list(dict.fromkeys(flags)),
        "review_state": "auto", "reviewed_by": None,
    }  # fmt: skip


def evidence_row(evidence: Evidence) -> dict[str, Any]:
    """Return the row of `evidence` for a record."""
    return {**asdict(evidence), "machine_value": None}
