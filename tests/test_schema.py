"""The declared columns, and what is made from them."""

from __future__ import annotations

import json
import typing
from dataclasses import fields

import pyarrow as pa
import pytest

from pipeline import records, schema
from tests.conftest import ROOT

RECORDS = [v for v in vars(records).values() if isinstance(v, type) and hasattr(v, "__dataclass_fields__")]


def test_the_written_pages_are_those_of_the_schema() -> None:
    assert (ROOT / "docs" / "DATA_DICTIONARY.md").read_text(encoding="utf-8") == schema.dictionary(), "run `make docs`"
    assert json.loads((ROOT / "docs" / "datapackage.json").read_text(encoding="utf-8")) == schema.data_package(), (
        "run `make docs`"
    )


def test_names_are_unique_and_columns_explained() -> None:
    for table in schema.TABLES:
        names = [c.name for c in table.columns]
        assert len(set(names)) == len(names)
        assert set(table.key) <= set(names)
        assert all(c.meaning for c in table.columns)


def test_closed_vocabularies_are_dictionary_encoded() -> None:
    arrow = schema.PENALTIES.arrow
    assert pa.types.is_dictionary(arrow.field("penalty_type").type)
    assert arrow.field("amount").type == pa.decimal128(20, 2)
    assert arrow.field("date").type == pa.date32()
    assert not arrow.field("penalty_id").nullable


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.__name__)
def test_every_record_has_a_parquet_form(record: type) -> None:
    assert schema.arrow_of(record).names == [f.name for f in fields(typing.cast(typing.Any, record))]
