"""What a row is for and under what; totals and their parts; a changed sum and the one before it."""

from __future__ import annotations

import pytest

import pipeline
from pipeline.language.laws import find_laws


def test_violations_laws_and_case_numbers_of_a_row() -> None:
    frame = pipeline.read(
        "The Data Protection Commission fined Orbeo €8 million on Tuesday for failing to secure its customers' data, a breach of Article 32 of the General Data Protection Regulation (GDPR). "
        "The decision carries the number IN-21-9-1.",
        title="Watchdog fines Orbeo over data breach",
        published="2024-05-15",
    )
    row = frame.iloc[0]
    assert "privacy.security_breach" in list(row["violations"])
    assert list(row["legal_basis"]) == ["GDPR:32"]
    assert list(row["case_numbers"]) == ["IN-21-9-1"]


def test_background_takes_its_own_sentence_alone() -> None:
    frame = pipeline.read(
        "The competition authority fined Orbeo €8 million on Tuesday for fixing prices in a cartel. In 2019 Italy's competition authority had fined Orbeo €2 million for insider trading.",
        title="Orbeo fined over price-fixing cartel",
        published="2024-05-15",
    )
    by_amount = {float(r.amount): list(r.violations) for r in frame.itertuples()}
    assert by_amount[8e6][0] == "competition.cartel" and "finance.insider_trading" not in by_amount[8e6]
    assert by_amount[2e6] == ["finance.insider_trading"]


def test_parts_point_at_their_total() -> None:
    frame = pipeline.read(
        "The European Commission fined three chain makers a combined €60 million on Tuesday. Orbeo SA must pay a fine of €30 million, Mapwise AG a fine of €20 million and Telmira NV a fine of €10 million.",
        title="EU fines chain makers €60 million in cartel case",
        published="2024-05-15",
    )
    total = frame[frame["qualifier"] == "total"]
    assert [float(a) for a in total["amount"]] == [60e6]
    parts = frame[frame["part_of"] == total.iloc[0]["penalty_id"]]
    assert sorted(float(a) for a in parts["amount"]) == [10e6, 20e6, 30e6]


def test_a_changed_sum_points_at_the_old_one() -> None:
    frame = pipeline.read(
        "A Warsaw court on Tuesday cut the fine imposed on Telmira by the Office of Competition and Consumer Protection from 23.1 million zlotys to 8.4 million zlotys.",
        title="Court cuts Telmira fine",
        published="2024-05-15",
    )
    by_amount = {float(r.amount): r for r in frame.itertuples()}
    assert by_amount[8.4e6].changes_id == by_amount[23.1e6].penalty_id


@pytest.mark.parametrize(
    ("text", "laws"),
    [
        ("under GDPR Article 32", ["GDPR:32"]),
        ("the GDPR (Art. 6)", ["GDPR:6"]),
        ("Articles 5, 6 and 13 of the GDPR", ["GDPR:5", "GDPR:6", "GDPR:13"]),
        ("subsection 5 of the GDPR", ["GDPR"]),
        ("a GDPRish rule", []),
        ("Section 13A of the GDPR", ["GDPR:13A"]),
    ],
)
def test_articles_before_and_after_the_act(text: str, laws: list[str]) -> None:
    assert [w.value for w in find_laws(text)] == laws
