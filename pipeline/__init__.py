"""Penalty Ledger: articles in, enforcement decisions out.

The flow, each step a folder of this package:

    ingest     dump → articles (light) and the texts that may hold an action
    clean      text → document: page furniture off, offsets kept
    ner        document → sentences and names
    extract    document and names → penalties as written, with the words behind each value
    normalise  penalties → tables: canonical parties and currencies, articles merged into decisions

    release    tables written aside, compared with the last ones, put in place together

`chain` runs them over a dump; it and `release` are the only ones that open files. `read` runs them on one text, `load` reads the tables of a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.release import Release

__all__ = ["load", "read"]


def load(out: Path | str, tables: Sequence[str] = ("decisions", "penalties", "parties")) -> Release:
    """Return tables of one release in the output folder `out` as Arrow tables, with `run.json`; never tables of two releases.

    Waits while a release is being put in place; raises `pipeline.release.NoReleaseError` where there is none.

    >>> load("data/processed").tables["decisions"].to_pandas()  # doctest: +SKIP
    """
    from pipeline.release import load as load_release

    return load_release(Path(out), tables)


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
