"""Normalise: currencies, ambiguous authorities, merging, the ledger."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.knowledge import authorities
from pipeline.language.money import find_money
from pipeline.language.rates import Rates, RatesError, read_rates
from pipeline.normalise import Facts, Ledger, normalise
from pipeline.normalise.authorities import choose
from pipeline.normalise.checks import caps, checked, exceeds, flags_of, wrong_conversion
from pipeline.normalise.currency import decide
from pipeline.normalise.keys import key_of, significant
from pipeline.normalise.ledger import assign
from pipeline.normalise.merging import alike, merge
from pipeline.normalise.outlets import outlet_of
from pipeline.normalise.respondents import country_of, respondent_id, respondent_name, spellings, type_of
from tests.merging_rows import blank, table_of
from tests.test_rules import toml


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
    assert choose(ids, Counter()) == ("us-sec", True)
    assert choose(("kr-sfc", "hk-sfc"), Counter()) == (None, True)
    assert choose(("us-sec",), Counter()) == ("us-sec", False)
    assert choose((), Counter()) == (None, False)


def test_spellings_of_one_respondent_share_an_id() -> None:
    assert len({respondent_id(n) for n in ("Brandt & Söhne GmbH", "Brandt and Sohne", "BRANDT & SÖHNE")}) == 1
    assert respondent_id("Brandt") != respondent_id("Brant")
    assert respondent_name("Kestrel  Loop\nPty Ltd") == "Kestrel Loop"


def row(i: int, **over: Any) -> dict[str, Any]:
    plain = {
        "penalty_id": f"p{i}", "article_id": f"a{i}", "amount": Decimal("12000000.00"), "currency": "EUR",
        "date": date(2024, 5, 14), "date_precision": "day", "respondent_names": ["Mapwise"], "authority_ids": ["nl-dpa"], "authority_names": ["Dutch Data Protection Authority"],
        "authority_texts": ["AP"], "authority_country": "NL",
    }  # fmt: skip
    return blank(**{**plain, **over})


ROWS = [
    row(1),
    row(2, respondent_names=["Mapwise Europe"], amount=Decimal("12010000.00")),
    row(3, authority_ids=[None], authority_names=["Belgian privacy watchdog"], date=None, date_precision=None),
    row(4, respondent_names=["Kestrel"]),
    row(5, amount=Decimal("13000000.00")),
    row(6, date=date(2022, 1, 1), date_precision="year"),
    row(7, authority_ids=["fr-cnil"], authority_names=["CNIL"]),
    row(8, currency="USD"),
]
DAY = date(2024, 5, 15)


def clusters(rows: list[dict[str, Any]]) -> list[list[str]]:
    return [[k.penalty_id for k in c] for c in merge([key_of(r, DAY) for r in rows], Rates().convert)]


def test_merging_joins_tellings_and_keeps_look_alikes_apart() -> None:
    found = clusters(ROWS)
    assert ["p1", "p2"] in found
    assert all(len(c) == 1 for c in found if "p1" not in c)


@given(st.permutations(ROWS))
def test_merging_does_not_depend_on_order(rows: list[dict[str, Any]]) -> None:
    assert clusters(rows) == clusters(ROWS)


@pytest.mark.parametrize(
    ("a", "b", "sure"),
    [
        (("mapwise",), ("mapwise",), 3),
        (("deutsche", "bank"), ("deutschebank",), 3),
        (("penhallow",), ("penhallow", "patient", "records"), 2),
        (("banque", "orsat"), ("orsat",), 1),
        (("gordon", "r", "thackrey"), ("gordon", "thackrey"), 1),
        (("qarnayn", "capital"), ("qarnain", "capital", "difc"), 1),
        (("lan", "yue", "keji"), ("lanyue", "technology"), 1),
        (("hs",), ("health", "systems"), 1),
        (("lindqvist", "moore", "securities"), ("lindquist", "moore", "financial"), 0),
        (("tarrant", "home", "surveys"), ("tarrant", "home", "solutions"), 0),
        (("karagol",), ("karagoller",), 0),
        (("wensley", "vale", "council"), ("wensley", "vale", "hospitals"), 0),
        (("dermot", "hallisey"), ("conor", "hallisey"), 0),
        (("kestrel", "bank"), ("mistral", "bank"), 0),
        ((), ("mapwise",), 0),
    ],
)
def test_names_that_may_be_one(a: tuple[str, ...], b: tuple[str, ...], sure: int) -> None:
    assert alike(a, b) == alike(b, a) == sure


@pytest.mark.parametrize(
    ("amount", "digits"),
    [("1200000.00", 2), ("12340000.00", 4), ("0.05", 1), ("100.00", 1), ("1234500.00", 5)],
)
def test_significant_digits(amount: str, digits: int) -> None:
    assert significant(Decimal(amount)) == digits


@pytest.mark.parametrize(
    ("a", "b", "one"),
    [
        ({"amount": "3000000.00", "qualifier": "approx"}, {"amount": "2968500.00"}, True),
        ({"amount": "1200000.00"}, {"amount": "1234500.00"}, True),
        ({"amount": "1200000.00"}, {"amount": "1290000.00"}, False),
        ({"amount": "3000000.00"}, {"amount": "2900000.00"}, False),
        ({"amount": "1080000.00", "currency": "USD"}, {"amount": "1000000.00"}, True),
        ({"amount": "1000000.00", "currency": "USD"}, {"amount": "1000000.00"}, False),
        ({"amount": "1035000.00", "currency": "USD"}, {"amount": "1000000.00"}, False),
    ],
)
def test_sums_that_may_be_one(a: dict[str, Any], b: dict[str, Any], one: bool) -> None:
    first, second = (row(i, **{**x, "amount": Decimal(x["amount"])}) for i, x in enumerate((a, b)))
    assert (clusters([first, second]) == [["p0", "p1"]]) is one


def test_a_brand_that_one_article_explains_joins_the_article_that_knows_no_firm() -> None:
    firm = row(1, respondent_names=["Quillpond"], respondent_aliases=["Tadpole Junction"])
    brand = row(2, respondent_names=["Tadpole Junction"])
    assert clusters([firm, brand]) == [["p1", "p2"]]
    assert clusters([row(1, respondent_names=["Quillpond"]), brand]) == [["p1"], ["p2"]]
    assert clusters([firm, row(2, respondent_names=["Tadpole Junction"], amount=Decimal("9000000.00"))]) == [
        ["p1"],
        ["p2"],
    ]


def test_the_surnames_of_a_firm_and_a_person_stay_apart() -> None:
    def key(*name: str) -> Any:
        return key_of(row(1, respondent_names=[" ".join(name)]), DAY)

    found = spellings(
        [
            [key("Thackrey"), key("Thackrey", "Pell")],
            [key("Thackrey"), key("Gordon", "Thackrey")],
            [key("Orbeo"), key("Orbeo", "Labs")],
        ]
    )
    assert found == {("orbeo",): ("orbeo", "labs")}


@pytest.mark.parametrize("example", toml("registry/party_words.toml")["example"], ids=lambda e: e["name"])
def test_types_of_respondents(example: dict[str, str]) -> None:
    assert type_of(example["name"], "ORG") == example["type"]


@pytest.mark.parametrize(
    ("name", "country"),
    [("Telmira Sp. z o.o.", "PL"), ("Oranje BV", None), ("Kestrel Oyj", "FI"), ("Orbeo Inc.", None), ("Orbeo", None)],
)
def test_countries_by_legal_form(name: str, country: str | None) -> None:
    assert country_of(name) == country


@pytest.mark.parametrize("record", toml("registry/outlets.toml")["outlet"], ids=lambda r: r["name"])
def test_spellings_of_outlets(record: dict[str, Any]) -> None:
    assert {outlet_of(s) for s in (record["name"], record["example"], *record["spellings"])} == {record["name"]}


def test_an_unknown_outlet_is_compared_by_its_words() -> None:
    assert outlet_of("www.severnwire.co.uk") == outlet_of("SevernWire.com") == "severnwire"


def test_parents_stand_in_the_registry_without_circles() -> None:
    for a in authorities().values():
        seen, here = {a.authority_id}, a.parent
        while here is not None:
            assert here not in seen
            seen.add(here)
            here = authorities()[here].parent
    assert authorities()["us-nhtsa"].parent == "us-dot"


# --- rates ---------------------------------------------------------------------------------------------------------------------------------------


def test_rates_of_the_day_of_a_period_and_of_the_report() -> None:
    rates = Rates()
    # ECB euro foreign exchange reference rates: USD 1.0804 on 14 May 2024 (a Tuesday), the same rate serves the next holiday.
    day = rates.rate("USD", date(2024, 5, 14), "day", None)
    assert day is not None
    assert (round(day.per_euro, 4), day.basis) == (1.0796, "day")
    year = rates.rate("USD", date(2024, 1, 1), "year", None)
    assert year is not None
    assert (round(year.per_euro, 2), year.basis) == (1.08, "period_mean")
    january = rates.rate("TRY", date(2021, 1, 1), "day", None)
    mean = rates.rate("TRY", date(2021, 1, 1), "year", None)
    assert january is not None
    assert mean is not None
    assert mean.per_euro / january.per_euro - 1 > 0.1
    report = rates.rate("GBP", None, None, date(2024, 5, 18))
    assert report is not None
    assert report.basis == "publication"
    assert rates.rate("AED", date(2024, 5, 14), "day", None) is None
    assert rates.rate("GBP", None, None, None) is None
    euro = rates.rate("EUR", date(2024, 5, 14), "day", None)
    assert euro is not None
    assert euro.euros(Decimal("12.34")) == Decimal("12.34")
    undated = rates.rate("EUR", None, None, None)
    assert undated is not None
    assert (undated.per_euro, undated.day) == (1.0, None)


def test_a_file_of_rates_adds_what_the_bank_does_not_quote(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("currency,date,per_euro\nAED,2024-05-13,3.96\nUSD,2024-05-14,2\n", encoding="utf-8")
    rates = read_rates(file)
    assert rates.per_euro("AED", date(2024, 5, 14)) == 3.96
    assert rates.per_euro("AED", date(2024, 6, 14)) is None
    assert rates.per_euro("USD", date(2024, 5, 15)) == 2
    file.write_text("currency,date,per_euro\nAED,14.5.2024,3.96\n", encoding="utf-8")
    with pytest.raises(RatesError, match="line 2"):
        read_rates(file)


# --- checks --------------------------------------------------------------------------------------------------------------------------------------


CAP_RECORDS = [r for r in toml("registry/caps.toml")["cap"] if r.get("per") in {None, "violation"}]


@pytest.mark.parametrize("record", CAP_RECORDS, ids=lambda r: r["id"])
@pytest.mark.parametrize("key", ["example", "counterexample"])
def test_legal_caps(record: dict[str, Any], key: str) -> None:
    sums = find_money(record[key])
    share = (
        float(sums[0].amount / sums[1].amount * 100)
        if "turnover_percent" in record and record["rule"] != "amount" and len(sums) > 1
        else None
    )
    told = row(1, amount=sums[0].amount, currency=record["currency"], per=record.get("per"), turnover_percent=share)
    cap = next(
        c
        for c in caps()[record["law"]]
        if c.amount == (Decimal(str(record["amount"])) if "amount" in record else None)
        and c.rule == record["rule"]
        and c.per == record.get("per")
        and c.turnover_percent == record.get("turnover_percent")
        and c.currency == record["currency"]
    )
    assert exceeds(told, cap) is (key == "example")


@pytest.mark.parametrize(
    ("over", "flags"),
    [
        ({"legal_basis": ["UK-DPA-1998"], "authority_ids": ["gb-ico"], "authority_country": "GB", "currency": "GBP", "amount": Decimal("900000.00"), "date": date(2016, 5, 1)}, ["above_legal_cap"]),
        ({"legal_basis": ["GDPR:5"], "authority_country": "NL"}, []),
        ({"legal_basis": ["GDPR:5"], "authority_country": "US", "authority_ids": ["us-sec"]}, ["authority_ambiguous"]),
        ({"date": date(2024, 5, 20)}, ["date_conflict"]),
        ({}, []),
    ],
)  # fmt: skip
def test_flags_of_a_row(over: dict[str, Any], flags: list[str]) -> None:
    assert list(flags_of(row(1, **over), DAY)) == flags


def test_a_conversion_that_is_far_off_the_rate() -> None:
    rates = Rates()
    assert not wrong_conversion(Decimal(1000000), "EUR", Decimal(1080000), "USD", DAY, rates)
    assert wrong_conversion(Decimal(1000000), "EUR", Decimal(1300000), "USD", DAY, rates)
    assert not wrong_conversion(Decimal(1000000), "EUR", Decimal(1300000), "AED", DAY, rates)


def test_parts_that_exceed_their_total_and_a_wrong_conversion() -> None:
    rows = [
        row(1, qualifier="total"),
        row(2, amount=Decimal("9000000.00"), part_of="p1"),
        row(
            3,
            amount=Decimal("4000000.00"),
            part_of="p1",
            converted_amount=Decimal("9000000.00"),
            converted_currency="USD",
        ),
    ]
    assert [r["flags"] for r in checked(rows, DAY, Rates())] == [["parts_exceed_total"], [], ["amount_conflict"]]


def test_names_of_individuals_can_be_withheld() -> None:
    rows = [
        row(
            1,
            respondent_names=["Ada Marlow"],
            respondent_texts=["Ada Marlow"],
            respondent_ids=["r-1"],
            respondent_labels=["PERSON"],
            evidence="Ada Marlow was fined.",
        ),
        row(
            2,
            respondent_texts=["Mapwise"],
            respondent_ids=["r-2"],
            respondent_labels=["ORG"],
            evidence="Mapwise was fined.",
        ),
    ]
    made = normalise(
        table_of(rows),
        {r["article_id"]: Facts(DAY, None, None) for r in rows},
        Ledger({}, {}),
        Rates(),
        redact_individuals=True,
    )
    for table in (made.penalties, made.decisions, made.parties):
        assert "Marlow" not in str(table.to_pylist())
    assert "Mapwise was fined." in made.penalties["evidence"].to_pylist()


def test_ids_are_kept_and_changes_are_listed() -> None:
    first, none = assign([["p1", "p2"], ["p3"]], {}, "d-")
    assert none == []
    again, none = assign([["p0", "p1", "p2"], ["p3"]], first, "d-")
    assert again["p0"] == again["p1"] == first["p1"]
    assert none == []
    joined, moved = assign([["p1", "p2", "p3"]], first, "d-")
    assert set(joined.values()) == {first["p1"]}
    assert moved == [{"old_id": first["p3"], "new_id": first["p1"], "cause": "merge"}]
    parted, moved = assign([["p1"], ["p2"], ["p3"]], first, "d-")
    assert len(set(parted.values())) == 3
    assert [m["cause"] for m in moved] == ["split"]


def test_ids_do_not_depend_on_the_order_of_clusters() -> None:
    clusters = [[f"p{i}", f"q{i}"] for i in range(20)]
    ids, _ = assign(clusters, {}, "d-")
    random.Random(1).shuffle(clusters)
    assert assign(clusters, {}, "d-")[0] == ids
