"""Extract: money, dates and penalty words read in their sentences, cases and their parties decided, sums hung on them."""

from __future__ import annotations

from dataclasses import replace

from pipeline.extract.headings import with_headings
from pipeline.extract.penalties import rows
from pipeline.extract.placing import placed
from pipeline.extract.reading import Reading, read_document
from pipeline.extract.scorer import SCORERS, Scorers, shipped_scorers
from pipeline.knowledge import AUTHORITIES, authorities, country_names
from pipeline.language import money
from pipeline.language.dates import date_order
from pipeline.language.laws import LAWS
from pipeline.language.spelling import LEGAL_FORMS
from pipeline.records import Annotated, Document, Evidence, Penalty

READS = (
    f"{AUTHORITIES}/*", LEGAL_FORMS, LAWS, *money.READS, "rules/penalties.toml", "rules/sums.toml", "rules/kinds.toml", "rules/outcomes.toml", "rules/backgrounds.toml", SCORERS, "rules/standing.toml", "rules/settled.toml", "rules/roles.toml", "rules/prior.toml", "rules/appeals.toml", "rules/acts.toml", "rules/private.toml", "rules/bystanders.toml", "rules/measures.toml", "rules/violations.toml", "rules/trades.toml", "rules/case_numbers.toml",
)  # fmt: skip

__all__ = ["READS", "extract", "read"]


def extract(
    document: Document, annotated: Annotated, scorers: Scorers | None = None
) -> tuple[tuple[Penalty, ...], tuple[Evidence, ...]]:
    """Return the penalties that an article reports, as written, and the evidence of every value and of every sum that is none."""
    return rows(read(document, annotated), scorers or shipped_scorers())


def read(document: Document, annotated: Annotated) -> Reading:
    """Return the document with all that its sentences hold, before anything is decided."""
    reading = placed(read_document(document, annotated, date_order(_country(annotated))))
    return replace(reading, sentences=with_headings(reading.sentences))


def _country(annotated: Annotated) -> str | None:
    """The country whose order numeric dates follow: that of the first authority that the registry knows, else of the first place named."""
    for mention in annotated.mentions:
        if len(mention.registry_ids) == 1:
            return authorities()[mention.registry_ids[0]].country
    return next(
        (country_names()[m.text] for m in annotated.mentions if m.label == "LOC" and m.text in country_names()), None
    )
