"""NER: sentences, names by the spaCy pipeline, authorities by the gazetteer, one list of mentions with exact spans."""

from __future__ import annotations

import re

from pipeline.knowledge import AUTHORITIES
from pipeline.language import money
from pipeline.language.cues import find_cues
from pipeline.language.sentences import ABBREVIATIONS, split_sentences
from pipeline.language.spelling import LEGAL_FORMS
from pipeline.ner.descriptions import DESCRIPTIONS, find_descriptions, find_local
from pipeline.ner.firms import find_firms, find_heads
from pipeline.ner.gazetteer import find_authorities
from pipeline.ner.labels import same_labels
from pipeline.ner.mentions import join_mentions
from pipeline.ner.model import ModelError, Names, identity, load_names
from pipeline.ner.reading import worth_reading
from pipeline.ner.repeats import find_repeats
from pipeline.records import Annotated, Document, Mention, Span

READS = (
    f"{AUTHORITIES}/*",
    ABBREVIATIONS,
    DESCRIPTIONS,
    LEGAL_FORMS,
    "rules/heads.toml",
    "rules/penalties.toml",
    *money.READS,
)

__all__ = ["READS", "ModelError", "Names", "annotate", "identity", "load_names"]

_TICKER = re.compile(r"\( ?[A-Z\d]{1,6}\.[A-Z]{1,3} ?\)")
"""What wire stories put behind a name, no name itself: "( RBS.L )"."""


def _in_ticker(mention: Mention, text: str) -> bool:
    opening = text.rfind("(", max(0, mention.start - 8), mention.start)
    ticker = _TICKER.match(text, opening) if opening >= 0 else None
    return ticker is not None and mention.end < ticker.end()


def annotate(document: Document, names: Names) -> Annotated:
    """Return sentence bounds and mentions of a document; the title is its first sentence, whatever stands in it."""
    title = (Span(0, document.title_end),) if document.title_end else ()
    body = document.text[document.title_end :]
    sentences = title + tuple(
        Span(s.start + document.title_end, s.end + document.title_end) for s in split_sentences(body)
    )
    read = worth_reading(document.text, sentences)
    listed = find_authorities(document.text, sentences)
    described = tuple(
        d
        for d in (*find_descriptions(document.text, sentences), *find_local(document.text, sentences))
        if not any(m.start < d.end and d.start < m.end for m in listed)
    )
    mentions = join_mentions(document.text, names(document.text, read), listed + described)
    heads = find_heads(document.text, mentions)
    mentions = tuple(m for m in mentions if not any(h.start <= m.start and m.end <= h.end for h in heads))
    firms = (*heads, *find_firms(document.text, (*mentions, *heads)))
    repeats = find_repeats(document.text, (*mentions, *firms))
    found = (m for m in (*mentions, *firms, *repeats) if not _in_ticker(m, document.text))
    n_words = sum(len(find_cues("penalties", document.text[s.start : s.end])) for s in sentences)
    return Annotated(
        document.article_id,
        sentences,
        same_labels(tuple(sorted(found)), document.text),
        n_words,
    )
