"""The hard cases, each a short text of our own with the rows that it must give. Known failures are strict xfails with their reason."""

from __future__ import annotations

import pytest

import pipeline

Row = tuple[str, str, str, float | None, str | None]


def rows(text: str, title: str = "", published: str = "2024-05-15") -> list[Row]:
    frame = pipeline.read(text, title=title, published=published)
    return [
        (r.role, r.penalty_type, r.status, None if r.amount is None else float(r.amount), r.currency)
        for r in frame.itertuples()
    ]


CASES = {
    "fine and periodic penalty with cap": (
        "Data watchdog fines Kestrel Loop €12m",
        "The Dutch Data Protection Authority fined Kestrel Loop €12 million on Tuesday. It must also pay €50,000 a day, up to €2 million, if it does not stop.",
        [("current", "fine", "imposed", 12e6, "EUR"), ("current", "periodic_penalty", "conditional", 50000, "EUR")],
    ),
    "reduced on appeal": (
        "Court cuts Telmira fine",
        "A Warsaw court on Tuesday cut the fine imposed on Telmira by the Office of Competition and Consumer Protection from 23.1 million zlotys to 8.4 million zlotys.",
        [("prior", "fine", "imposed", 23.1e6, "PLN"), ("current", "fine", "reduced", 8.4e6, "PLN")],
    ),
    "statutory maximum with only a reprimand": (
        "Watchdog reprimands Mapwise over data breach",
        "The Information Commissioner's Office reprimanded Mapwise on Tuesday over a data breach. The office can fine firms up to £17.5 million or 4% of turnover.",
        [("current", "reprimand", "imposed", None, None)],
    ),
    "proposed": (
        "FAA proposes $739,000 fine against Cascade Heron Air",
        "The Federal Aviation Administration on Tuesday proposed a civil penalty of $739,000 against Cascade Heron Air for flying with worn brakes.",
        [("current", "fine", "proposed", 739000, "USD")],
    ),
    "bracketed conversion": (
        "South Korea fines Seorim 21 billion won",
        "The Korea Fair Trade Commission fined Seorim Display 21 billion won ($17.7 million) on Tuesday.",
        [("current", "fine", "imposed", 21e9, "KRW")],
    ),
    "crore": (
        "CCI fines Vihaan Rs 18.42 crore",
        "The Competition Commission of India imposed a penalty of Rs 18.42 crore on Vihaan Agritech on Tuesday.",
        [("current", "fine", "imposed", 184200000, "INR")],
    ),
    "German figure": (
        "Cartel office fines Hollmann",
        "“Das Bußgeld beträgt 1,5 Mio. Euro”, Germany's Federal Cartel Office said after it fined Hollmann GmbH 1,5 Mio. Euro.",
        [("current", "fine", "imposed", 1.5e6, "EUR")],
    ),
    "business figures beside the fine": (
        "Verdonnet fined €41m",
        "The French Competition Authority fined Verdonnet €41 million on Tuesday. The company had revenue of €2.3 billion last year and bought a rival for €300 million.",
        [("current", "fine", "imposed", 41e6, "EUR")],
    ),
    "negation": (
        "Watchdog clears Mapwise",
        "Mapwise was not fined on Tuesday after the Information Commissioner's Office closed its inquiry into the £5 million app.",
        [],
    ),
    "fine as an adjective": (
        "Fine weekend ahead",
        "It will be fine on Saturday, and a fine lunch costs £12 at the fine old inn.",
        [],
    ),
    "private lawsuit": (
        "Jury awards inventor $45 million in pump case",
        "A jury awarded inventor Ada Marlow $45 million in damages in her patent lawsuit against Kestrel Pumps on Tuesday.",
        [],
    ),
    "older fine quoted": (
        "Irish watchdog fines Orbeo €8m",
        "The Data Protection Commission fined Orbeo €8 million on Tuesday. In 2021 Italy's competition authority had fined Orbeo €4.2 million.",
        [("current", "fine", "imposed", 8e6, "EUR"), ("prior", "fine", "imposed", 4.2e6, "EUR")],
    ),
    "settlement": (
        "Brightwater to pay $9.5 million to settle SEC charges",
        "Brightwater Grain agreed to pay $9.5 million to settle Securities and Exchange Commission charges without admitting or denying them, the agency said on Tuesday.",
        [("current", "settlement", "agreed", 9.5e6, "USD")],
    ),
    "suspended part": (
        "Broadcaster fined R8 million",
        "South Africa's ICASA fined Zebo FM R8 million on Tuesday, of which R3 million was suspended.",
        [("current", "fine", "imposed", 8e6, "ZAR")],
    ),
}
KNOWN_FAILURES: dict[str, str] = {}


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        pytest.param(
            *case,
            id=name,
            marks=[pytest.mark.xfail(reason=KNOWN_FAILURES[name], strict=True)] if name in KNOWN_FAILURES else [],
        )
        for name, case in CASES.items()
    ],
)
def test_hard_case(title: str, text: str, expected: list[Row]) -> None:
    assert rows(text, title) == expected


CLEARVIEW_LIKE = {
    ("current", "fine", "imposed", 30500000.0, "EUR"),
    ("current", "periodic_penalty", "conditional", 5100000.0, "EUR"),
    ("prior", "fine", "imposed", 20000000.0, "EUR"),
}


def test_the_article_of_the_readme(shared) -> None:
    title, _, text = (shared / "articles" / "clearview-dutch-dpa.txt").read_text(encoding="utf-8").partition("\n")
    frame = pipeline.read(text, title=title)
    assert {
        (r.role, r.penalty_type, r.status, float(r.amount), r.currency) for r in frame.itertuples()
    } == CLEARVIEW_LIKE
    by_amount = {float(r.amount): r for r in frame.itertuples()}
    assert by_amount[30500000].appeal_status == "not_appealed"
    assert by_amount[30500000].authority_names == ["Dutch Data Protection Authority"]
    assert by_amount[30500000].respondent_names == ["Clearview AI"]
    assert by_amount[5100000].qualifier == "up_to"
    prior = by_amount[20000000]
    assert "CNIL" in prior.authority_texts[0] or prior.authority_ids == ["fr-cnil"]
    assert (str(prior.date), prior.date_precision) == ("2022-01-01", "year")
