"""Rows of tables and lists: whose sum, how it stands, of which type; and what is no table."""

from __future__ import annotations

import pytest

import pipeline
from pipeline.extract.tables import table_blocks

PRINTED = """Civil penalties, amounts assessed (A) or settled (S)

Kestrel Loop Intercontinental Franklin Park, IL
60131 Cuba 2000 Exports No $1,085.00 S

Mapwise & Sons, LLC on
behalf of Orbeo CorporationWest Milwaukee, WI
53219 Iran 1995 Exports Yes $51,700.00 S

Bank of Telmira New York, NY
10036 Iran 2001 Funds transfer No $7,000.00 A

12 Cuba Travel-related transactions $9,150.00 S"""
BARRED = """Who paid what

Company | Product | Penalty
Ypsilon Markets | detergents | €500,000
Verdonnet (Paris) | paper | €200,000
Hollmann GmbH | oil | €95,000
Total | | €795,000"""
FLOWING = "Factbox: fines The list: Company; Civil Penalty; Disgorgement; Year Kestrel (proposed); $435 million; $34.9 million; 2012 Orbeo; $3.9 million; ---; 2011 Mapwise; $4 million; $160,000; 2010"
LISTED = """Cartel fined

The penalties are:

Şekerci Gıda (settled): TL 214.9 mln
• Orbeo Oy: EUR 610,000
2. Mapwise, maker of maps: about €40,000. It had kept the maps."""

Row = tuple[str | None, str, int, str | None, str | None]


def rows(text: str) -> list[Row]:
    return [
        (b.party and text[slice(*b.party)], text[b.start : b.end].split("  ")[-1].strip()[-16:], b.cases, b.status, b.penalty_type)
        for b in table_blocks(text)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PRINTED, [
            ("Kestrel Loop Intercontinental", "s No $1,085.00 S", 1, "agreed", None),
            ("Mapwise & Sons, LLC", "Yes $51,700.00 S", 1, "agreed", None),
            ("Bank of Telmira", "r No $7,000.00 A", 1, "imposed", None),
            (None, "ions $9,150.00 S", 12, "agreed", None),
        ]),
        (BARRED, [
            ("Ypsilon Markets", "€500,000", 1, None, "fine"), ("Verdonnet", "€200,000", 1, None, "fine"),
            ("Hollmann GmbH", "€95,000", 1, None, "fine"), (None, "€795,000", 1, None, "fine"),
        ]),
        (FLOWING, [
            ("Kestrel", "$435 million", 1, "proposed", "fine"), ("Kestrel", "$34.9 million", 1, "proposed", "disgorgement"),
            ("Orbeo", "$3.9 million", 1, None, "fine"), ("Mapwise", "$4 million", 1, None, "fine"), ("Mapwise", "$160,000", 1, None, "disgorgement"),
        ]),
        (LISTED, [
            ("Şekerci Gıda", "TL 214.9 mln", 1, None, None), ("Orbeo Oy", "EUR 610,000", 1, None, None), ("Mapwise", "about €40,000.", 1, None, None),
        ]),
        ("Two only\n\nOrbeo: €3m\nMapwise: €2m", []),
        ("Prices\n\nIt costs more: €3m\nTotal: €5m\nsecond: €2m", []),
        ("", []),
    ],
)  # fmt: skip
def test_rows_of_tables(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected


def test_a_list_gives_each_firm_its_own_row() -> None:
    text = "The watchdog fined three road builders on Tuesday.\n\nOrbeo Oy: EUR 610,000\nMapwise Ky: EUR 214,000\nTelmira Oy: EUR 40,000\n"
    frame = pipeline.read(text, title="Competition authority fines road builders", published="2024-05-15")
    assert [(list(r.respondent_texts), float(r.amount), r.penalty_type) for r in frame.itertuples()] == [
        (["Orbeo Oy"], 610000.0, "fine"),
        (["Mapwise Ky"], 214000.0, "fine"),
        (["Telmira Oy"], 40000.0, "fine"),
    ]


def test_a_row_of_several_cases_is_no_penalty() -> None:
    frame = pipeline.read(PRINTED, title="OFAC civil penalties: enforcement information", published="2005-01-07")
    found = {(tuple(r.respondent_texts), float(r.amount), r.status) for r in frame.itertuples() if r.amount is not None}
    assert found == {
        (("Kestrel Loop Intercontinental",), 1085.0, "agreed"),
        (("Mapwise & Sons, LLC",), 51700.0, "agreed"),
        (("Bank of Telmira",), 7000.0, "imposed"),
    }
