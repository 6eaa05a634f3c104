"""Somebody's list against the decisions: three lists of 120 rows with look-alikes, the cells, coverage, and the box of GDPRhub."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.intervals import wilson
from pipeline.language.rates import Rates
from pipeline.language.spelling import tokens_of
from pipeline.match.cells import date_order_of, read_body, read_day, read_names, read_sum
from pipeline.match.lists import ListError, read_list, read_mapping
from pipeline.match.pairs import Decision, decisions_of, match, name_level
from pipeline.normalise import Ledger, normalise
from pipeline.report.gdprhub import NotGdprError, box
from tests.conftest import ROOT
from tests.merging_rows import DECISION, facts, labelled_rows, table_of
from tests.releases import publish, row, rows

LISTS = ROOT / "tests" / "matching"


@pytest.fixture(scope="module")
def benchmark() -> tuple[list[Decision], dict[str, str]]:
    """The decisions of the merging benchmark, and which of its labels each is."""
    made = normalise(table_of(labelled_rows()), facts(), Ledger({}, {}), Rates())
    members: dict[str, Counter[str]] = defaultdict(Counter)
    for penalty, decision in zip(
        made.penalties["penalty_id"].to_pylist(), made.penalties["decision_id"].to_pylist(), strict=True
    ):
        members[decision][DECISION[penalty]] += 1
    return decisions_of(made.decisions), {d: c.most_common(1)[0][0] for d, c in members.items()}


@pytest.mark.parametrize(
    ("name", "mapping"),
    [
        ("list", "authority=regulator,respondent=firm,amount=fine,date=decided"),
        ("fresh_list", "authority=agency,respondent=defendant,amount=penalty,currency=currency,date=when"),
        ("held_list", "authority=body,respondent=party,amount=sum,date=date"),
    ],
)
def test_lists_with_look_alikes(benchmark: tuple[list[Decision], dict[str, str]], name: str, mapping: str) -> None:
    decisions, label = benchmark
    with (LISTS / f"{name.replace('list', 'pairs')}.csv").open(encoding="utf-8") as file:
        truth = {r["ref"]: r["decision"] for r in csv.DictReader(file)}
    entries = read_list(LISTS / f"{name}.csv", read_mapping([mapping])).entries
    assert len(entries) == len(truth) == 120
    found = match(entries, decisions, Rates()).pairs
    right = sum(label[p.decision.id] == truth[p.entry.row["ref"]] for p in found)
    assert right / len(found) >= 0.98
    assert right / sum(map(bool, truth.values())) >= 0.90
    again = match(entries[::-1], decisions[::-1], Rates()).pairs
    assert {(p.entry.line, p.decision.id) for p in again} == {(p.entry.line, p.decision.id) for p in found}


@pytest.mark.parametrize(
    ("cell", "currency", "expected"),
    [
        ("€30,500,000", None, ("30500000", {"EUR"})), ("EUR 30.5m", None, ("30500000", {"EUR"})), ("30500000", None, ("30500000", set())), ("30500000", "EUR", ("30500000", {"EUR"})),
        ("1.020.000", "EUR", ("1020000", {"EUR"})), ("41,3 mln zł", None, ("41300000", {"PLN"})), ("38 MNOK", None, ("38000000", {"NOK"})), ("Rs. 1,20,00,000", None, ("12000000", {"INR", "PKR", "LKR"})),
        ("R$ 50.312.480,00", None, ("50312480", {"BRL"})), ("2.47m", None, ("2470000", set())), ("unknown", None, None), ("", None, None), ("3 counts", None, None), ("USD -12,700,000", None, None), ("($5,000)", None, None), ("€28m-€36m", None, ("28000000", {"EUR"})), ("€1.4m", "USD", ("1400000", {"EUR"})),
    ],
)  # fmt: skip
def test_sums_of_cells(cell: str, currency: str | None, expected: tuple[str, set[str]] | None) -> None:
    got = read_sum(cell, currency)
    assert (got and (got.amount, got.currencies)) == (expected and (Decimal(expected[0]), frozenset(expected[1])))


@given(st.text(max_size=40))
def test_no_cell_breaks_the_readers(text: str) -> None:
    read_sum(text, "EUR")
    read_day(text, "DMY")
    read_body(text)
    read_names(text)


@pytest.mark.parametrize(
    ("cells", "order"),
    [(["03/05/2024", "24/05/2024"], "DMY"), (["03/05/2024", "05/24/2024"], "MDY"), (["03/05/2024"], None), (["24/05/2024", "05/24/2024"], None), (["2024-05-24"], None)],
)  # fmt: skip
def test_the_order_of_day_and_month_is_that_of_the_column(cells: list[str], order: str | None) -> None:
    assert date_order_of(cells) == order


@pytest.mark.parametrize(
    ("cell", "days"),
    [("2024-05-03", "2024-05-03 2024-05-03"), ("03/05/2024", "2024-05-03 2024-05-03"), ("May 2024", "2024-05-01 2024-05-31"), ("2024", "2024-01-01 2024-12-31"), ("unknown", "")],
)  # fmt: skip
def test_days_of_cells(cell: str, days: str) -> None:
    got = read_day(cell, "DMY")
    assert " ".join(d.isoformat() for d in got or ()) == days


@pytest.mark.parametrize(
    ("cell", "ids"),
    [
        ("ICO (UK)", {"gb-ico"}), ("Datatilsynet (NO)", {"no-dpa"}), ("Hong Kong – SFC", {"hk-sfc"}), ("DPC Ireland", {"ie-dpc"}), ("KSA", {"nl-ksa"}), ("FCA and PRA", {"gb-fca", "gb-pra"}),
        ("Dubai FSA", set()), ("General Court of the EU", {"eu-general-court"}), ("Федеральная антимонопольная служба", {"ru-fas"}), ("Some Board", set()),
    ],
)  # fmt: skip
def test_authorities_of_cells(cell: str, ids: set[str]) -> None:
    assert read_body(cell).ids == ids


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("Caldwell Rhys Investment Mgmt", "Caldwell Rhys Investment Management", 2), ("Murmly Intl. Ltd", "Murmly International", 2), ("Castelverna group", "Gruppo Castelverna", 2),
        ("Gordon Thackrey", "Gordon R. Thackrey", 2), ("Hrisafopoulos Dairy", "Chrysafopoulos Dairy", 1), ("Dún Bradán County Council", "Dún Ruadhán County Council", 0),
        ("Mapwise Ltd", "MAPWISE LIMITED", 3), ("Mapwise", "Orbeo", 0),
    ],
)  # fmt: skip
def test_names(a: str, b: str, level: int) -> None:
    assert name_level(tokens_of(a), tokens_of(b)) == level == name_level(tokens_of(b), tokens_of(a))


def test_names_of_cells() -> None:
    assert {("mapwise",), ("orbeo", "maps")} <= set(read_names("Orbeo Maps (formerly Mapwise Ltd)"))
    assert ("alun", "trevanney") in read_names("Trevanney, Alun")
    assert {("smithfield", "foods"), ("orbeo",)} <= set(read_names("1) Smithfield Foods, Inc. 2) Orbeo"))


def test_mappings() -> None:
    got = read_mapping(["authority==OFAC,respondent=Name", "amount=Penalties, Settlements Total in USD,date=Date"])
    assert {f: m.column or f"={m.constant}" for f, m in got.items()} == {
        "authority": "=OFAC", "respondent": "Name", "amount": "Penalties, Settlements Total in USD", "date": "Date",
    }  # fmt: skip
    for bad in (
        ["fine=x"],
        ["respondent=a"],
        ["respondent=a,amount=b", "amount=c"],
        ["respondent"],
        ["respondent=,amount=b"],
    ):
        with pytest.raises(ListError):
            read_mapping(bad)


def test_intervals_hold_for_small_counts() -> None:
    low, high = wilson(0, 10)
    assert low == 0
    assert high == pytest.approx(0.2775, abs=1e-4)
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_the_command_writes_pairs_and_what_is_left(tmp_path: Path) -> None:
    tables = rows(3)
    for i, d in enumerate(tables["decisions"]):
        d.update(
            respondent_names=[f"Firm {'ABC'[i]} Orbeo"],
            authority_names=["Board"],
            currency="EUR",
            amount=Decimal(12345 + i),
        )
    publish(tmp_path, tables)
    mine = tmp_path / "list.csv"
    mine.write_text('who,sum,year\nFirm A Orbeo,"€12,345",\n=cmd(),€7,2020\nFirm B Orbeo,€99,\n', encoding="utf-8")
    command = [
        "match",
        "--against",
        str(mine),
        "--out",
        str(tmp_path),
        "--map",
        "respondent=who,amount=sum,date=year,authority==Board of trade",
    ]
    done = CliRunner().invoke(app, [*command, "--summary"])
    assert done.exit_code == 0, done.output
    assert "1 of 3 rows matched; 2 decisions are in no row." in done.output
    read: dict[str, list[dict[str, Any]]] = {}
    for name in ("matched", "unmatched_rows", "unmatched_decisions"):
        with (tmp_path / "match" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            read[name] = list(csv.DictReader(file))
    assert [(r["line"], r["decision_id"], r["amount_agreement"]) for r in read["matched"]] == [("2", "d-0", "same")]
    assert [r["who"] for r in read["unmatched_rows"]] == ["'=cmd()", "Firm B Orbeo"]
    assert [r["decision_id"] for r in read["unmatched_decisions"]] == ["d-1", "d-2"]
    assert CliRunner().invoke(app, [*command[:-1], "respondent=nobody,amount=sum"]).exit_code == 2
    assert CliRunner().invoke(app, [*command, "--date-order", "year"]).exit_code == 2


def a_decision(**over: Any) -> dict[str, Any]:
    from pipeline.schema import DECISIONS

    told: dict[str, Any] = {
        "lead_authority_id": "nl-dpa", "authority_names": ["Dutch Data Protection Authority"], "respondent_names": ["Clearview AI"], "penalty_type": "fine", "status": "imposed",
        "amount": Decimal("30500000.00"), "currency": "EUR", "legal_basis": ["GDPR:5(1)(f)", "UKDPA:1"], "evidence": "The Dutch DPA fined Clearview AI €30.5m.",
    }  # fmt: skip
    return row(DECISIONS, **{**told, **over})


def test_a_box_holds_what_is_stated_and_the_words_for_it() -> None:
    words = [{"field": "amount", "text": "€30.5m", "chosen": True}, {"field": "amount", "text": "€1m", "chosen": False}]
    text = box(a_decision(), words, "https://example.org/a|b", "Outlet")
    lines = text.splitlines()
    assert lines[0] == "{{DPAdecisionBOX"
    assert lines[-1] == "}}"
    assert {
        "|DPA_Abbrevation=AP",
        "|DPA_With_Country=AP (Netherlands)",
        "|Fine=30500000",
        "|Currency=EUR",
        "|GDPR_Article_1=Article 5(1)(f) GDPR",
        "|GDPR_Article_Link_1=Article 5 GDPR#1f",
    } <= set(lines)
    assert {
        "|Party_Name_1=Clearview AI",
        "|Date_Decided=",
        "|Year=",
        "|Outcome=",
        "|Original_Source_Link_1=https://example.org/a{{!}}b",
        "|Appeal_To_Status=",
    } <= set(lines)
    assert "<!-- Fine: €30.5m -->" in lines
    assert "<!-- The Dutch DPA fined Clearview AI €30.5m. -->" in lines
    assert "€1m" not in text
    assert "UKDPA" not in text


@pytest.mark.parametrize("text", ["x}}{{evil", "a|Fine=1", "a\n|Fine=1", "--> {{x}} <!--", "<script>", "[[File:x]]"])
def test_no_text_leaves_its_place_in_a_box(text: str) -> None:
    told = box(
        a_decision(respondent_names=[text], evidence=text),
        [{"field": "respondent_texts", "text": text, "chosen": True}],
        None,
        text,
    )
    body = told.removeprefix("{{DPAdecisionBOX").removesuffix("}}\n")
    assert body.count("|Fine=30500000") == 1
    for line in body.splitlines():
        assert (
            not line
            or line.startswith("|")
            or (line.startswith("<!-- ") and line.endswith(" -->") and "-->" not in line[:-3])
        )
        if line.startswith("|"):
            assert "}}" not in line.replace("{{!}}", "")
            assert "<" not in line
    assert sum(line.startswith("|Fine") for line in body.splitlines()) == 1


def test_what_is_no_gdpr_decision_gets_no_box() -> None:
    with pytest.raises(NotGdprError):
        box(a_decision(lead_authority_id="us-ftc", legal_basis=[]), [], None, None)


def test_export_from_the_command_line(sample_run: Path) -> None:
    import pyarrow.parquet as pq

    decisions = pq.read_table(sample_run / "decisions.parquet").to_pylist()
    of_dpa = next(d["decision_id"] for d in decisions if d["lead_authority_type"] == "data_protection" and d["amount"])
    done = CliRunner().invoke(app, ["export", "--to", "gdprhub", of_dpa, "--out", str(sample_run)])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("{{DPAdecisionBOX\n")
    assert CliRunner().invoke(app, ["export", "--to", "gdprhub", "d-none", "--out", str(sample_run)]).exit_code == 2
    assert CliRunner().invoke(app, ["export", "--to", "wiki", of_dpa, "--out", str(sample_run)]).exit_code == 2


def written(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "l.csv"
    path.write_text(text, encoding="utf-8")
    return read_list(path, read_mapping(["respondent=Company,amount=Fine"]))


def test_lists_as_spreadsheets_write_them(tmp_path: Path) -> None:
    told = written(tmp_path, '\ufeffsep=;\n\nCompany;Fine;Note\nMapwise\n\nOrbeo;€5;"two\nlines"\nLast;€6;x\n')
    assert told.header == ("Company", "Fine", "Note")
    assert [(e.line, e.row["Company"]) for e in told.entries] == [(4, "Mapwise"), (6, "Orbeo"), (8, "Last")]
    assert written(tmp_path, "Company,Fine\n").entries == ()


@pytest.mark.parametrize("text", ["Company,Fine,Fine\na,1,2\n", 'Company,Fine\n"a,1\nb,2\n', "", "Firm,Fine\na,1\n"])
def test_lists_that_cannot_be_used_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ListError):
        written(tmp_path, text)


def test_results_never_overwrite_the_list(tmp_path: Path) -> None:
    publish(tmp_path, rows(1))
    mine = tmp_path / "match" / "unmatched_rows.csv"
    mine.parent.mkdir()
    mine.write_text("Company,Fine\nMapwise,€5\n", encoding="utf-8")
    done = CliRunner().invoke(
        app, ["match", "--against", str(mine), "--out", str(tmp_path), "--map", "respondent=Company,amount=Fine"]
    )
    assert done.exit_code == 2
    assert mine.read_text(encoding="utf-8") == "Company,Fine\nMapwise,€5\n"


def test_the_summary_cannot_steer_the_terminal(tmp_path: Path) -> None:
    publish(tmp_path, rows(1))
    mine = tmp_path / "l.csv"
    mine.write_text("Company,Fine,Who\nMapwise,€5,\x1b]0;owned\x07ICO\n", encoding="utf-8")
    command = [
        "match",
        "--against",
        str(mine),
        "--out",
        str(tmp_path),
        "--map",
        "respondent=Company,amount=Fine,authority=Who",
        "--summary",
    ]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert "\x1b" not in done.output and "\x07" not in done.output
