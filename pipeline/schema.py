"""Every column of every table, once: type, unit, vocabulary, meaning, and the figure that measures it.

The parquet schemas, the data package, the contract and the data dictionary are made from `TABLES`; a new column is one line here and a field of the row that
fills it. Stage files need no declaration of their own: `arrow_of` makes their columns from the annotations of a record.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa

VERSION = "0.5.0"
"""Semantic version of the tables: a new column or value is a minor version, a removed or redefined one a major."""

MONEY = pa.decimal128(20, 2)

ROLES = ("current", "prior")
PENALTY_TYPES = (
    "fine", "periodic_penalty", "settlement", "disgorgement", "redress", "costs", "order", "ban", "reprimand", "imprisonment", "other",
)  # fmt: skip
STATUSES = ("proposed", "conditional", "imposed", "agreed", "reduced", "increased", "upheld", "annulled")
QUALIFIERS = ("exact", "approx", "at_least", "up_to", "range", "total")
PERS = ("day", "week", "month", "year", "violation", "person")
AMOUNT_STATES = ("stated", "none_stated", "undisclosed", "unparsed")
PRECISIONS = ("day", "week", "month", "quarter", "year")
DATE_BASES = ("decided", "announced", "dateline", "publication")
APPEALS = ("appealed", "will_appeal", "may_appeal", "not_appealed", "appeal_lost", "appeal_won")
VIOLATIONS = (
    "privacy.security_breach", "privacy.unlawful_processing", "privacy.consent", "privacy.transparency", "privacy.data_subject_rights", "privacy.data_transfer",
    "privacy.children", "privacy.surveillance", "privacy.unsolicited_marketing", "competition.cartel", "competition.abuse_of_dominance",
    "competition.vertical_restraint", "competition.merger_control", "competition.obstruction", "finance.insider_trading", "finance.market_manipulation",
    "finance.investor_fraud", "finance.disclosure", "finance.money_laundering", "finance.sanctions", "finance.mis_selling", "finance.controls",
    "finance.unlicensed_business", "finance.lending", "corruption.bribery", "tax.evasion", "tax.reporting", "consumer.misleading_advertising",
    "consumer.unfair_practice", "consumer.pricing", "consumer.product_safety", "consumer.fraud", "environment.pollution", "environment.waste", "environment.emissions",
    "environment.permits", "safety.workplace", "safety.transport", "safety.food_and_drugs", "safety.infrastructure", "health.fraud", "health.marketing",
    "health.care_quality", "labour.wages", "labour.discrimination", "labour.conditions", "communications.content", "communications.service", "communications.licence",
    "gambling.social_responsibility", "gambling.licence", "energy.market", "energy.service", "crime.hacking", "crime.theft_and_fraud", "crime.other",
    "public.procurement", "public.records", "conduct.obstruction", "conduct.conflict_of_interest",
)  # fmt: skip
OUTCOMES = ("rejected", "screened_out", "duplicate", "no_penalty", "extracted")

SIDES = ("authority", "respondent")
CAPACITIES = ("imposed", "brought", "approved", "joint")
CAUSES = (
    "new_article", "removed_article", "rules", "model", "registry", "review", "settings", "software", "several",
)  # fmt: skip
REVIEW_STATES = ("auto", "accepted", "edited")
REJECTIONS = ("no_action", "private_suit", "legal_maximum", "statistic", "duplicate", "other_story", "other")
FX_BASES = ("day", "period_mean", "publication", "none")

FLAGS: Mapping[str, str] = {
    "amount_conflict": "The sum is told in two ways that do not agree, or the article's own conversion is more than 5 % off the rate of the day.",
    "amount_unparsed": "A sum stood there and could not be read.",
    "amount_rounded": "The sum was finer than a hundredth of the currency and has been rounded.",
    "currency_ambiguous": "The sign names several currencies and nothing in the article decides between them.",
    "several_amounts": "Several sums stand by the same penalty word.",
    "authority_missing": "A public body is named near the penalty and none was taken.",
    "authority_ambiguous": "Several bodies could be meant, the choice between them is weak, or the law belongs to another country than the body.",
    "respondent_missing": "Nobody was found whom the penalty is imposed on.",
    "respondent_ambiguous": "Several names could be the respondent, or the choice between them is weak.",
    "role_uncertain": "The penalty may be news or background; the words do not settle it.",
    "type_uncertain": "No word near the sum says what kind of penalty it is.",
    "status_uncertain": "No word says whether the penalty is proposed, agreed or imposed.",
    "date_missing": "Date words stand by the sum and none could be resolved.",
    "date_conflict": "Two dates are given for the same decision, or its date lies after the article's.",
    "cap_below_rate": "The cap of a periodic penalty is lower than its rate.",
    "parts_exceed_total": "The parts add up to more than the total.",
    "above_legal_cap": "The sum is above the maximum of the law that the article names.",
    "language_unsupported": "The article is not in English and was not read.",
    "merge_uncertain": "The row may belong to another decision: its articles were joined by a surname, a transliteration or a conversion.",
    "low_confidence": "The evidence for the whole row is weak.",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its parquet type, meaning, unit and closed vocabulary, and the accuracy figure that covers it."""

    name: str
    type: pa.DataType
    meaning: str
    vocabulary: tuple[str, ...] = ()
    unit: str | None = None
    required: bool = False
    measured: str = "unmeasured"

    @property
    def type_name(self) -> str:
        """The type as the contract and the data package write it."""
        return "list<string>" if pa.types.is_list(self.type) else str(self.type)

    @property
    def arrow(self) -> pa.DataType:
        """The column's type in parquet: closed vocabularies are dictionary-encoded."""
        return pa.dictionary(pa.int8(), pa.string()) if self.vocabulary and self.type == pa.string() else self.type


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns in order, what a row is, its key, and the column by whose year the gate of releases counts its rows."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    year: str | None = None

    @property
    def arrow(self) -> pa.Schema:
        """The parquet schema."""
        return pa.schema([pa.field(c.name, c.arrow, nullable=not c.required) for c in self.columns])


_S, _L, _I = pa.string(), pa.list_(pa.string()), pa.int32()

_PENALTY_COLUMNS = (
    Column(
        "role",
        _S,
        "`current`: news of the article; `prior`: an earlier, separate action told as background",
        ROLES,
        required=True,
        measured="field.role",
    ),
    Column(
        "authority_ids",
        _L,
        "registry ids of the authorities, null where a name is not in the registry",
        measured="field.authority",
    ),
    Column(
        "authority_names",
        _L,
        "canonical names of the authorities; an unresolved name repeats its text",
        measured="field.authority",
    ),
    Column("authority_texts", _L, "the authorities as written", measured="field.authority"),
    Column(
        "authority_country",
        _S,
        "ISO 3166-1 alpha-2, `EU` or `XX` (other international bodies), of the first authority, from the registry",
    ),
    Column("respondent_ids", _L, "ids of the respondents, null where there is none"),
    Column("respondent_names", _L, "names of the respondents without legal forms", measured="field.respondents"),
    Column("respondent_texts", _L, "the respondents as written", measured="field.respondents"),
    Column("penalty_type", _S, "what kind of penalty or measure", PENALTY_TYPES, required=True, measured="field.type"),
    Column("status", _S, "how it stands according to the article", STATUSES, required=True, measured="field.status"),
    Column(
        "amount",
        MONEY,
        "the sum, or the lower bound of a range, or the rate of a periodic penalty",
        unit="major units of `currency`",
        measured="money",
    ),
    Column(
        "amount_max",
        MONEY,
        "upper bound of a range, or the cap of a periodic penalty",
        unit="major units of `currency`",
        measured="field.qualifier",
    ),
    Column("currency", _S, "ISO 4217", measured="money"),
    Column(
        "converted_amount", MONEY, "the article's own conversion of the sum", unit="major units of `converted_currency`"
    ),
    Column("converted_currency", _S, "ISO 4217"),
    Column(
        "qualifier", _S, "how the sum is bounded; `total`: of rows given apart", QUALIFIERS, measured="field.qualifier"
    ),
    Column("per", _S, "the unit that the sum is a rate of", PERS, measured="field.qualifier"),
    Column("amount_state", _S, "whether a sum is stated; null when not monetary", AMOUNT_STATES),
    Column("date", pa.date32(), "when taken or announced: first day of the period", measured="field.date"),
    Column("date_precision", _S, "how exact `date` is", PRECISIONS, measured="field.date"),
    Column("date_basis", _S, "what the date is the date of", DATE_BASES),
    Column("appeal_status", _S, "what the article says of an appeal", APPEALS, measured="appeal"),
    Column("legal_basis", _L, "laws and articles as `GDPR:5(1)(f)`", measured="field.legal_basis"),
    Column("case_numbers", _L, "dockets, file numbers and ECLI as written", measured="field.case_numbers"),
    Column("violations", _L, "what it is for, at most three, `group.kind`", VIOLATIONS, measured="field.violations"),
    Column("turnover_percent", pa.float64(), "where the penalty is told as a share of turnover", unit="percent"),
)

_EVIDENCE_COLUMNS = (
    Column("evidence", _S, "the sentence that carries the sum or measure", required=True),
    Column("evidence_start", _I, "its first character in the article's text", unit="code points", required=True),
    Column("evidence_end", _I, "the character after its last", unit="code points", required=True),
    Column("amount_start", _I, "first character of the sum; null for a measure", unit="code points"),
    Column("amount_end", _I, "the character after its last", unit="code points"),
    Column("rule_ids", _L, "the rules that made the row", required=True),
    Column(
        "confidence",
        pa.float64(),
        "that the whole record is right, 0 to 1, fitted out of fold on gold articles; of a measure without a sum: that it is one; the machine's also where a reviewer settled the row, 1 of rows that a reviewer added",
        required=True,
    ),
    Column("flags", _L, "reasons for a review", tuple(FLAGS), required=True),
    Column(
        "review_state",
        _S,
        "`auto`: nobody reviewed it; `accepted`: a reviewer found it right; `edited`: a reviewer corrected or added it",
        REVIEW_STATES,
        required=True,
    ),
    Column("reviewed_by", _S, "the reviewers, joined by commas"),
)

PENALTIES = Table(
    "penalties", "one penalty or measure that one article reports", ("penalty_id",),
    (
        Column("penalty_id", _S, "hash of article, anchor surface and its ordinal", required=True),
        Column("article_id", _S, "the article", required=True),
        Column("decision_id", _S, "the decision that it was merged into", required=True),
        Column("matter_id", _S, "the case of that decision", required=True),
        Column("part_of", _S, "`penalty_id` of the total that it is a part of, within the article"),
        Column("changes_id", _S, "`penalty_id` of the earlier sum that it changes, within the article"),
        *_PENALTY_COLUMNS,
        *_EVIDENCE_COLUMNS,
    ),
    year="date",
)  # fmt: skip

DECISIONS = Table(
    "decisions", "one penalty of one authority on one respondent group, merged over articles", ("decision_id",),
    (
        Column("decision_id", _S, "kept in the ledger from the first run that saw it", required=True),
        Column("matter_id", _S, "its case: what was proposed, imposed and changed on appeal, and what was ordered beside it", required=True),
        Column("supersedes_id", _S, "the decision of the case that it replaced"),
        Column("part_of", _S, "the decision that is the total which this one is a part of"),
        Column("is_latest", pa.bool_(), "whether nothing later in the case replaced it", required=True),
        Column("counts_in_sum", pa.bool_(), "true for the one row that stands for each sum in force: what may be added up", required=True),
        Column("known_as", _S, "`news`: some article reports it as current; `background`: known only as a prior action", ("news", "background"), required=True),
        *_PENALTY_COLUMNS,
        Column("event_year", _I, "the year of `date`, else of the first report"),
        Column("amount_eur", MONEY, "`amount` in euros", unit="EUR"),
        Column("fx_rate", pa.float64(), "the rate used: ECB reference rates, or the file of rates that the run was given", unit="`currency` for one euro"),
        Column("fx_date", pa.date32(), "its day; the first of a period"),
        Column("fx_basis", _S, "`day`: of the decision's day; `period_mean`: mean of its week, month or year; `publication`: of the first report's day; `none`: no rate", FX_BASES),
        Column("original_amount", MONEY, "the sum before a reduction or increase", unit="major units of `currency`"),
        Column("lead_authority_id", _S, "registry id of the first authority"),
        Column("lead_authority_type", _S, "its type"),
        Column("lead_authority_country", _S, "its country"),
        Column("lead_respondent_id", _S, "id of the first respondent"),
        Column("evidence_article_id", _S, "the article whose offsets `evidence_start` and the like are", required=True),
        *_EVIDENCE_COLUMNS,
        Column("n_articles", _I, "articles that tell it, every copy counted", required=True),
        Column("n_texts", _I, "those articles, near-copies counted once", required=True),
        Column("n_outlets", _I, "outlets that they appeared in", required=True),
        Column("article_ids", _L, "those articles", required=True),
        Column("first_reported", pa.date32(), "the earliest publication date among them"),
        Column("primary_source_urls", _L, "links of those articles that lead to a web domain of an authority of the decision"),
        Column("sources_agree", pa.float64(), "share of the texts with the commonest amount; null for one text", unit="0 to 1"),
    ),
    year="event_year",
)  # fmt: skip

PARTIES = Table(
    "parties", "one authority or respondent of a decision", ("decision_id", "side", "position"),
    (
        Column("decision_id", _S, "the decision", required=True),
        Column("side", _S, "whether it acts or bears", SIDES, required=True),
        Column("capacity", _S, "of an authority: it `imposed` alone or as the court, `brought` the case to a court, a court `approved` what was agreed, several acted as `joint`; of a respondent: `joint` where several bear one sum", CAPACITIES, required=True),
        Column("position", _I, "place on its side, from 0; the first is the lead", required=True),
        Column("party_id", _S, "registry id of an authority (null where it is not registered), id of a respondent"),
        Column("name", _S, "canonical name; null where articles name nobody"),
        Column("text", _S, "as written in the article of the evidence"),
        Column("type", _S, "of an authority its type in the registry; of a respondent company, public_body, individual, non_profit or unnamed"),
        Column("country", _S, "of an authority from the registry; of a respondent only where its legal form tells it"),
    ),
)  # fmt: skip

EVIDENCE = Table(
    "evidence", "the words behind one value; or a sum that is no penalty (`penalty_id` null) and why", ("evidence_id",),
    (
        Column("evidence_id", _S, "hash of its place", required=True),
        Column("article_id", _S, "the article", required=True),
        Column("penalty_id", _S, "the penalty; null for a sum that is none"),
        Column("field", _S, "the column of `penalties` that the value stands in", required=True),
        Column("position", _I, "place in a list column, from 0", required=True),
        Column("value", _S, "the value"),
        Column("machine_value", _S, "where a reviewer corrected it: what the machine had written, empty where it had nothing; else null"),
        Column("text", _S, "the words; null where the value is inferred from the article's metadata"),
        Column("start", _I, "first character in the article's text", unit="code points"),
        Column("end", _I, "the character after the last", unit="code points"),
        Column("rule_id", _S, "the rule that chose it", required=True),
        Column("rank", _I, "1 for a value that the row took; from 2 the others that were weighed, likeliest first (of flagged fields, at most nine a field)", required=True),
        Column("chosen", pa.bool_(), "whether the row took it", required=True),
        Column("confidence", pa.float64(), "probability that the value is right, 0 to 1; null where a rule alone decides"),
        Column("reason", _S, "why a sum is no penalty"),
    ),
)  # fmt: skip

REVIEWED_OUT = Table(
    "reviewed_out", "a row of `penalties` that a reviewer rejected", ("penalty_id",),
    (
        Column("penalty_id", _S, "hash of article, anchor surface and its ordinal", required=True),
        Column("article_id", _S, "the article", required=True),
        Column("reason", _S, "why it is no row", REJECTIONS, required=True),
        *_PENALTY_COLUMNS,
        *(c for c in _EVIDENCE_COLUMNS if c.name != "review_state"),
    ),
)  # fmt: skip

ARTICLES = Table(
    "articles", "one article of the dump", ("article_id",),
    (
        Column("article_id", _S, "the dump's id, the file's stem, or a hash of url and text", required=True),
        Column("locator", _S, "file and position in the dump", required=True),
        Column("url", _S, "as given"),
        Column("title", _S, "as given"),
        Column("published", pa.date32(), "the printed local day"),
        Column("outlet", _S, "as given"),
        Column("language", _S, "ISO 639-1; found in articles that passed the screen, else as given"),
        Column("outcome", _S, "what became of it", OUTCOMES, required=True),
        Column("outcome_reason", _S, "why"),
        Column("screen_score", pa.float64(), "1 where the screen lets it pass", required=True),
        Column("text_cluster", _S, "the smallest `article_id` of the articles with nearly the same text; null where the screen stopped it"),
        Column("n_money", _I, "sums in its text; null where it was not read: stopped by the screen, a copy, in another language"),
        Column("n_penalty_words", _I, "words for penalties in its sentences; null where it was not read"),
    ),
    year="published",
)  # fmt: skip

REJECTS = Table(
    "rejects", "a record, or part of one, that a stage could not use", ("locator", "stage", "code"),
    (
        Column("locator", _S, "file and position in the dump", required=True),
        Column("stage", _S, "the stage", ("ingest", "clean", "ner", "extract", "normalise"), required=True),
        Column("code", _S, "what is wrong", required=True),
        Column("message", _S, "the same in words", required=True),
        Column("excerpt", _S, "its first 200 characters", required=True),
    ),
)  # fmt: skip

LEDGER = Table(
    "ledger", "the decision and case that a penalty stands in, kept from run to run", ("penalty_id",),
    (
        Column("penalty_id", _S, "the penalty", required=True),
        Column("decision_id", _S, "its decision", required=True),
        Column("matter_id", _S, "the case of that decision"),
    ),
)  # fmt: skip

ID_MAP = Table(
    "id_map", "the id of a decision or case that had to change: its members now stand in another one", ("old_id", "new_id"),
    (
        Column("old_id", _S, "the id that is no more, or that lost members", required=True),
        Column("new_id", _S, "the decision that they stand in now", required=True),
        Column("cause", _S, "merge or split", ("merge", "split"), required=True),
    ),
)  # fmt: skip

CHANGES = Table(
    "changes", "a row or a value that differs from the release before", ("table", "id", "change", "column"),
    (
        Column("table", _S, "the table: decisions, penalties, parties or articles", ("decisions", "penalties", "parties", "articles"), required=True),
        Column("id", _S, "its key; the parts of a key are joined by `/`", required=True),
        Column("column", _S, "the column of a changed value; null for a row"),
        Column("change", _S, "what happened to the row or value", ("added", "removed", "changed"), required=True),
        Column("old", _S, "the value before, lists as JSON; null where it was null, and for rows"),
        Column("new", _S, "the value now"),
        Column("cause", _S, "a new or changed article tells it or the dump around it changed; an article is gone; else what changed between the runs: rules, the model and its scorers, the registry, a review, settings, the software, or several of these", CAUSES, required=True),
    ),
)  # fmt: skip

TABLES: tuple[Table, ...] = (
    DECISIONS, PENALTIES, PARTIES, EVIDENCE, ARTICLES, REVIEWED_OUT, REJECTS, LEDGER, ID_MAP, CHANGES,
)  # fmt: skip


def table(name: str) -> Table:
    """Return the table of that name; raise `KeyError` where there is none."""
    return {t.name: t for t in TABLES}[name]


def _arrow_type(annotation: Any) -> pa.DataType:
    plain: dict[Any, pa.DataType] = {
        str: pa.string(), int: pa.int32(), float: pa.float64(), bool: pa.bool_(), date: pa.date32(), Decimal: pa.decimal128(38, 6),
    }  # fmt: skip
    if annotation in plain:
        return plain[annotation]
    if isinstance(annotation, types.UnionType):
        (inner,) = (a for a in typing.get_args(annotation) if a is not type(None))
        return _arrow_type(inner)
    if typing.get_origin(annotation) is tuple:
        return pa.list_(_arrow_type(typing.get_args(annotation)[0]))
    if dataclasses.is_dataclass(annotation):
        return pa.struct(list(arrow_of(typing.cast(type, annotation))))
    raise TypeError(f"no parquet type for {annotation!r}")


@cache
def arrow_of(record: type) -> pa.Schema:
    """Return the parquet schema of a record class of `records`."""
    hints = typing.get_type_hints(record)
    return pa.schema([pa.field(f.name, _arrow_type(hints[f.name])) for f in dataclasses.fields(record)])


def _build(annotation: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(annotation, types.UnionType):
        (annotation,) = (a for a in typing.get_args(annotation) if a is not type(None))
    if typing.get_origin(annotation) is tuple:
        inner = typing.get_args(annotation)[0]
        return tuple(_build(inner, item) for item in value)
    if dataclasses.is_dataclass(annotation):
        return from_row(typing.cast(type, annotation), value)
    return value


R = typing.TypeVar("R")


def from_row(record: type[R], row: Mapping[str, Any]) -> R:
    """Return the record that a row of its parquet file holds."""
    hints = typing.get_type_hints(record)
    return record(**{name: _build(hints[name], row[name]) for name in hints})


def dictionary() -> str:
    """Return the data dictionary as Markdown."""
    lines = [
        "# Data dictionary", "",
        f"Schema version {VERSION}. Null means *not stated*, never zero. Made from `pipeline/schema.py` by `make docs`.", "",
    ]  # fmt: skip
    for table in TABLES:
        lines += [
            f"## `{table.name}`",
            "",
            f"One row is {table.row}. Key: {', '.join(f'`{k}`' for k in table.key)}.",
            "",
        ]
        lines += ["| column | type | null | meaning | values | measured by |", "|---|---|---|---|---|---|"]
        for c in table.columns:
            kind = f"{c.type}" if not pa.types.is_list(c.type) else "list of string"
            unit = f" ({c.unit})" if c.unit else ""
            values = " ".join(f"`{v}`" for v in c.vocabulary) if c.name != "flags" else "see Flags"
            lines.append(
                f"| `{c.name}` | {kind} | {'no' if c.required else 'yes'} | {c.meaning}{unit} | {values} | {c.measured} |"
            )
        lines.append("")
    lines += [
        "## Flags",
        "",
        "| flag | meaning |",
        "|---|---|",
        *(f"| `{name}` | {text} |" for name, text in FLAGS.items()),
        "",
    ]
    return "\n".join(lines)
