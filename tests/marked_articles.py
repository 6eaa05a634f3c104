"""Articles of a few sentences with their names marked, read without a model."""

from __future__ import annotations

from datetime import date

from pipeline.extract.reading import Reading, read_document
from pipeline.marked import parse_marked
from pipeline.records import Annotated, Document, Mention, Span


def marked_article(*marked: str, title: str | None = None, published: date | None = None) -> Reading:
    """Return an article whose sentences are given with their names marked; a mark's value is its registry id, STATE the label of a US state that acts. A title has
    number 0."""
    body, spans, mentions = "", [], []
    for sentence in ([title] if title is not None else []) + list(marked):
        text, marks = parse_marked(sentence)
        start = len(body)
        body += text + ("\n\n" if title is not None and not spans else " ")
        spans.append(Span(start, start + len(text)))
        for m in marks:
            ids = (m.value,) if m.value else ()
            label, rule = ("AUTHORITY", "mentions.acting_state") if m.label == "STATE" else (m.label, "test")
            mentions.append(Mention(start + m.start, start + m.end, label, text[m.start : m.end], ids, rule))
    document = Document(
        article_id="a", locator="a", url=None, title=None, published=published, outlet=None, language=None, text=body, title_end=spans[0].end if title is not None else 0,
        source_text=body, offset_map=(), links=(), text_hash="", digest=(), furniture=(),
    )  # fmt: skip
    return read_document(document, Annotated("a", tuple(spans), tuple(mentions)), "MDY")
