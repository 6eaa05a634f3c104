"""Penalty Ledger: articles in, enforcement decisions out.

The flow, each step a folder of this package:

    ingest     dump → articles (light) and the texts that may hold an action
    clean      text → document: page furniture off, offsets kept
    ner        document → sentences and names
    extract    document and names → penalties as written, with the words behind each value
    normalise  penalties → tables: canonical parties and currencies, articles merged into decisions

`chain` runs them over a dump and is the only module that opens files; `read` runs them on one text.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read"]


def read(
    text: str, title: str | None = None, published: date | str | None = None, model: str = "en_enforcement"
) -> pd.DataFrame:
    """Return the penalties that one text reports, a row each, with the columns of the table `penalties`.

    `text` is plain text or HTML, `published` a date or an ISO date; without it "on Tuesday" stays unresolved. `decision_id` is null: one text is merged
    with nothing. Raises ValueError where nothing but page furniture is left of the text.

    >>> read("The Data Board fined Mapwise €12m on Tuesday.", published="2024-05-15")  # doctest: +SKIP
    """
    import pandas as pd

    from pipeline.clean import clean
    from pipeline.extract import extract
    from pipeline.ingest.columns import map_columns
    from pipeline.ner import annotate, load_names
    from pipeline.normalise import penalty_rows
    from pipeline.records import Reject, Text
    from pipeline.schema import PENALTIES

    mapped = map_columns({"text": text, "title": title, "published": published})
    markup = "html" if mapped.looks_like_html() else "plain"
    document = clean(
        Text(mapped.hashed_id(), "text", None, mapped.title, mapped.published, None, None, markup, mapped.body)
    )
    if isinstance(document, Reject):
        raise ValueError(document.message)
    annotated = annotate(document, load_names(model))
    penalties, _ = extract(document, annotated)
    rows = penalty_rows(penalties, annotated)
    return pd.DataFrame([{**row, "decision_id": None} for row in rows], columns=[c.name for c in PENALTIES.columns])
