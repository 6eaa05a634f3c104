"""Withhold the names of individuals, where press rules ask for it (setting `redact_individuals`)."""

from __future__ import annotations

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


def withheld(parties: pa.Table) -> pa.Table:
    """Return the table `parties` without the names of individuals."""
    hidden = pc.equal(parties["type"], WITHHELD).fill_null(False)
    for column in ("name", "text"):
        shown = pc.if_else(hidden, WITHHELD, parties[column])
        parties = parties.set_column(parties.column_names.index(column), column, shown)
    return parties
