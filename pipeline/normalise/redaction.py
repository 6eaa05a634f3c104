"""Withhold the names of individuals, where press rules ask for it (setting `redact_individuals`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.normalise.parties import WITHHELD


def redacted(table: pa.Table) -> pa.Table:
    """Withhold the names of individuals: the names and texts of respondents that are persons, and the evidence that would tell them."""
    hidden = [[label == "PERSON" for label in row] for row in table["respondent_labels"].to_pylist()]
    for column in ("respondent_names", "respondent_texts"):
        values = [
            [WITHHELD if h else v for h, v in zip(hide, row, strict=True)]
            for hide, row in zip(hidden, table[column].to_pylist(), strict=True)
        ]
        table = table.set_column(table.column_names.index(column), column, pa.array(values, pa.list_(pa.string())))
    evidence = [
        WITHHELD if any(hide) else text for hide, text in zip(hidden, table["evidence"].to_pylist(), strict=True)
    ]
    return table.set_column(table.column_names.index("evidence"), "evidence", pa.array(evidence, pa.string()))


def redacted_words(words: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return evidence without the names of individuals: of respondents that are persons, wherever a value or its words hold their name, and of those that were
    weighed and not taken, whose kind nobody decided."""
    firms: set[tuple[str, str]] = set()
    persons: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for text, label in zip(row["respondent_texts"], row["respondent_labels"], strict=True):
            if label == "PERSON":
                persons[row["article_id"]] |= {text, text.split()[-1]}
            else:
                firms.add((row["penalty_id"], text))

    def hidden(word: Mapping[str, Any]) -> bool:
        taken = (word["penalty_id"], " ".join((word["value"] or "").split()))
        told = " ".join(f"{word['value']} {word['text']} {word['machine_value']}".split())
        return (word["field"] == "respondent_texts" and taken not in firms) or any(
            n in told for n in persons[word["article_id"]]
        )

    names = ("value", "text", "machine_value")
    return [{**w, **{k: WITHHELD for k in names if w[k] is not None}} if hidden(w) else dict(w) for w in words]


def withheld(parties: pa.Table) -> pa.Table:
    """Return the table `parties` without the names of individuals."""
    hidden = pc.equal(parties["type"], WITHHELD).fill_null(False)
    for column in ("name", "text"):
        shown = pc.if_else(hidden, WITHHELD, parties[column])
        parties = parties.set_column(parties.column_names.index(column), column, shown)
    return parties
