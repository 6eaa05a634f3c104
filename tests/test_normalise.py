"""Normalise: currencies, ambiguous authorities, merging, the ledger."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.authorities import choose
from pipeline.normalise.currency import decide
from pipeline.normalise.ledger import assign
from pipeline.normalise.merging import merge
from pipeline.normalise.respondents import respondent_id, respondent_name


@pytest.mark.parametrize(
    ("sign", "country", "named", "code", "ambiguous"),
    [
        ("$", "US", (), "USD", False),
        ("$", "AU", (), "AUD", False),
        ("$", None, (), "USD", False),
        ("$", "MX", ("MX",), "USD", False),
        ("Rs", "PK", (), "PKR", False),
        ("Rs", None, ("IN",), "INR", False),
        ("kr", "SE", (), "SEK", False),
        ("¤¤", "SE", (), None, True),
    ],
)
def test_currency(sign: str, country: str | None, named: tuple[str, ...], code: str | None, ambiguous: bool) -> None:
    assert decide(sign, country, named) == (code, ambiguous)


def test_ambiguous_acronyms_are_decided_by_the_countries_named_or_left_open() -> None:
    ids = ("us-sec", "ph-sec")
    assert choose(ids, Counter({"US": 3, "PH": 1})) == ("us-sec", False)
    assert choose(ids, Counter({"US": 1, "PH": 1})) == (None, True)
    assert choose(ids, Counter()) == (None, True)
    assert choose(("us-sec",), Counter()) == ("us-sec", False)
    assert choose((), Counter()) == (None, False)


def test_spellings_of_one_respondent_share_an_id() -> None:
    assert len({respondent_id(n) for n in ("Brandt & Söhne GmbH", "Brandt and Sohne", "BRANDT & SÖHNE")}) == 1
    assert respondent_id("Brandt") != respondent_id("Brant")
    assert respondent_name("Kestrel  Loop\nPty Ltd") == "Kestrel Loop"


def row(i: int, **over: Any) -> dict[str, Any]:
    plain = {
        "penalty_id": f"p{i}", "article_id": f"a{i}", "role": "current", "penalty_type": "fine", "per": None, "amount": Decimal("12000000.00"), "currency": "EUR",
        "date": date(2024, 5, 14), "date_precision": "day", "respondent_names": ["Mapwise"], "authority_ids": ["nl-dpa"], "authority_names": ["Dutch Data Protection Authority"],
    }  # fmt: skip
    return {**plain, **over}


ROWS = [
    row(1),
    row(2, respondent_names=["Mapwise Europe"], amount=Decimal("12010000.00")),
    row(3, authority_ids=[None], authority_names=["Dutch privacy watchdog"], date=None, date_precision=None),
    row(4, respondent_names=["Kestrel"]),
    row(5, amount=Decimal("13000000.00")),
    row(6, date=date(2022, 1, 1), date_precision="year"),
    row(7, authority_ids=["fr-cnil"], authority_names=["CNIL"]),
    row(8, currency="USD"),
]
PUBLISHED = {f"a{i}": date(2024, 5, 15) for i in range(1, 9)}


def test_merging_joins_tellings_and_keeps_look_alikes_apart() -> None:
    clusters = merge(ROWS, PUBLISHED)
    assert ["p1", "p2"] in clusters
    assert all(len(c) == 1 for c in clusters if "p1" not in c)


@given(st.permutations(ROWS))
def test_merging_does_not_depend_on_order(rows: list[dict[str, Any]]) -> None:
    assert merge(rows, PUBLISHED) == merge(ROWS, PUBLISHED)


def test_ids_are_kept_and_changes_are_listed() -> None:
    first, none = assign([["p1", "p2"], ["p3"]], {})
    assert none == []
    again, none = assign([["p0", "p1", "p2"], ["p3"]], first)
    assert again["p0"] == again["p1"] == first["p1"]
    assert none == []
    joined, moved = assign([["p1", "p2", "p3"]], first)
    assert set(joined.values()) == {first["p1"]}
    assert moved == [{"old_id": first["p3"], "new_id": first["p1"], "cause": "merge"}]
    parted, moved = assign([["p1"], ["p2"], ["p3"]], first)
    assert len(set(parted.values())) == 3
    assert [m["cause"] for m in moved] == ["split"]


def test_ids_do_not_depend_on_the_order_of_clusters() -> None:
    clusters = [[f"p{i}", f"q{i}"] for i in range(20)]
    ids, _ = assign(clusters, {})
    random.Random(1).shuffle(clusters)
    assert assign(clusters, {})[0] == ids
