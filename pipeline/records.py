"""The frozen records that pass between stages, each stage's output in one place.

A stage is a function from records to records; `chain` writes and reads them as parquet, whose columns are made from the
annotations below (`schema.arrow_of`). Offsets are Unicode code points, half open. Money is in major units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Reject:
    """One record, or part of one, that a stage could not use."""

    locator: str
    stage: str
    code: str
    message: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Article:
    """The light row of every article of the dump; no text. `outcome` is null until a later stage decides it."""

    article_id: str
    locator: str
    url: str | None
    title: str | None
    published: date | None
    outlet: str | None
    language: str | None
    outcome: str | None
    outcome_reason: str | None
    screen_score: float


@dataclass(frozen=True, slots=True)
class Text:
    """The raw text of an article that passed the screen. `markup` is `plain` or `html`."""

    article_id: str
    locator: str
    url: str | None
    title: str | None
    published: date | None
    outlet: str | None
    language: str | None
    markup: str
    body: str


@dataclass(frozen=True, slots=True)
class OffsetRun:
    """`length` characters that stand at `text_start` of the cleaned text and at `source_start` of the text before furniture was cut."""

    text_start: int
    source_start: int
    length: int


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink of the article: where its words stand in the cleaned text, and where it leads."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Document:
    """A cleaned article. `text` is title, blank line, body; `source_text` the decoded text before furniture was cut."""

    article_id: str
    locator: str
    url: str | None
    title: str | None
    published: date | None
    outlet: str | None
    language: str | None
    text: str
    title_end: int
    source_text: str
    offset_map: tuple[OffsetRun, ...]
    links: tuple[Link, ...]
    text_hash: str
    digest: tuple[int, ...]
    furniture: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A name in the text. `label` is AUTHORITY, ORG, PERSON, LOC or LAW; `registry_ids` are the authorities that this form may name."""

    start: int
    end: int
    label: str
    text: str
    registry_ids: tuple[str, ...]
    rule_id: str


@dataclass(frozen=True, slots=True)
class Annotated:
    """Sentence bounds and names of one document, in order of position, and how many penalty words its sentences hold."""

    article_id: str
    sentences: tuple[Span, ...]
    mentions: tuple[Mention, ...]
    n_penalty_words: int = 0


@dataclass(frozen=True, slots=True)
class Party:
    """An authority or respondent of a penalty: the name as written, its span, the registry ids that it may stand for and the label of its mentions."""

    name: str
    start: int
    end: int
    registry_ids: tuple[str, ...]
    rule_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Penalty:
    """One penalty or measure that one article reports, as written (the surface record of `extract`).

    `currency` is null and `currency_sign` kept where a sign names several currencies ("$"). `source_anchor` is the ordinal of the anchor's
    surface in the text before furniture was cut; with the surface it makes the `penalty_id`.
    """

    penalty_id: str
    article_id: str
    role: str
    authorities: tuple[Party, ...]
    respondents: tuple[Party, ...]
    penalty_type: str
    status: str
    amount: Decimal | None
    amount_max: Decimal | None
    currency: str | None
    currency_sign: str | None
    qualifier: str | None
    per: str | None
    amount_state: str | None
    date: date | None
    date_precision: str | None
    date_basis: str | None
    appeal_status: str | None
    legal_basis: tuple[str, ...]
    case_numbers: tuple[str, ...]
    violations: tuple[str, ...]
    turnover_percent: float | None
    evidence: str
    evidence_start: int
    evidence_end: int
    amount_start: int | None
    amount_end: int | None
    rule_ids: tuple[str, ...]
    flags: tuple[str, ...]
    confidence: float | None
    part_of: str | None
    changes_id: str | None
    converted_amount: Decimal | None
    converted_currency: str | None
    respondent_aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words behind one value of one penalty; or, with `penalty_id` null, a sum that is no penalty and why (`reason`)."""

    evidence_id: str
    article_id: str
    penalty_id: str | None
    field: str
    position: int
    value: str | None
    text: str | None
    start: int | None
    end: int | None
    rule_id: str
    rank: int
    chosen: bool
    confidence: float | None
    reason: str | None
