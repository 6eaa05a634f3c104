"""The declared columns, and what is made from them."""

from __future__ import annotations

import itertools
import json
import typing
from dataclasses import fields
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import records, schema
from pipeline.release.contract import breaks, contract, rises, version_needed
from pipeline.release.package import data_package
from tests.conftest import ROOT

RECORDS = [v for v in vars(records).values() if isinstance(v, type) and hasattr(v, "__dataclass_fields__")]


def test_the_written_pages_are_those_of_the_schema() -> None:
    assert (ROOT / "docs" / "DATA_DICTIONARY.md").read_text(encoding="utf-8") == schema.dictionary(), "run `make docs`"
    assert json.loads((ROOT / "docs" / "datapackage.json").read_text(encoding="utf-8")) == data_package(), (
        "run `make docs`"
    )


CONTRACTS = sorted((ROOT / "docs" / "contracts").glob("*.json"), key=lambda p: [int(n) for n in p.stem.split(".")])


def test_a_changed_schema_needs_a_new_version() -> None:
    written = json.loads(CONTRACTS[-1].read_text(encoding="utf-8"))
    assert written["schema"] == schema.VERSION, "run `make docs`"
    assert written == contract(), "give the schema a new version in pipeline/schema.py, then run `make docs`"


@pytest.mark.parametrize(("old", "new"), list(itertools.pairwise(CONTRACTS)), ids=lambda p: p.stem)
def test_versions_rise_as_the_changes_between_them_ask(old: Path, new: Path) -> None:
    a, b = (json.loads(p.read_text(encoding="utf-8")) for p in (old, new))
    assert rises(a["schema"], b["schema"], version_needed(a, b))


def without(column: str) -> dict:
    changed = contract()
    del changed["tables"]["decisions"]["columns"][column]
    return changed


def altered(column: str, **over: object) -> dict:
    changed = contract()
    changed["tables"]["decisions"]["columns"][column].update(over)
    return changed


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        (contract(), []),
        (without("amount"), ["decisions.amount: the column is gone"]),
        (altered("amount", type="double"), ["decisions.amount: type decimal128(20, 2) is now double"]),
        (altered("role", required=False), ["decisions.role: never null before, may be null now"]),
        (altered("role", values=["current"]), ["decisions.role: values prior are gone"]),
        (altered("role", values=["current", "prior", "other"]), []),
    ],
)
def test_what_breaks_a_contract(new: dict, lines: list[str]) -> None:
    assert breaks(contract(), new) == lines


def test_what_a_contract_leaves_out_is_not_checked() -> None:
    part = {"tables": {"decisions": {"columns": {"amount": {}, "role": {"values": ["prior"]}}}}}
    assert breaks(part, contract()) == []
    assert breaks({"tables": {"fines": {"columns": {}}}}, contract()) == ["fines: the table is gone"]


def test_versions_that_changes_need() -> None:
    before, more = contract(), altered("role", values=["current", "prior", "other"])
    assert version_needed(before, contract()) == ""
    assert version_needed(before, more) == "minor"
    assert version_needed(before, without("amount")) == "minor"
    assert version_needed({**before, "schema": "1.2.0"}, without("amount")) == "major"
    assert rises("0.3.0", "0.4.0", "minor")
    assert not rises("0.4.0", "0.4.1", "minor")
    assert not rises("1.4.0", "1.5.0", "major")


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
