"""The hard cases, each a short text of our own with the rows that it must give. Known failures are strict xfails with their reason."""

from __future__ import annotations

import pytest

import pipeline

Row = tuple[str, str, str, float | None, str | None]


def rows(text: str, title: str = "", published: str = "2024-05-15") -> list[Row]:
    frame = pipeline.read(text, title=title, published=published)
    return [
        (
            r.role,
            r.penalty_type,
            r.status,
            None if r.amount is None else float(r.amount),
            r.currency if isinstance(r.currency, str) else None,
        )
        for r in frame.itertuples()
    ]


CASES = {
    "told in two currencies, nowhere side by side": (
        "Dutch watchdog fines Mapwise $13 million",
        "AMSTERDAM - The Dutch Data Protection Authority fined Mapwise $13 million on Tuesday over a data breach. The firm had ignored two warnings, the authority said. The fine of €12 million is its largest so far this year.",
        [("current", "fine", "imposed", 12e6, "EUR")],
    ),
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
    "settlement talks": (
        "Kestrel Bank near $410 million settlement with FERC",
        "Kestrel Bank is close to a $410 million settlement with the Federal Energy Regulatory Commission over power trading, people familiar with the talks said on Tuesday.",
        [("current", "settlement", "proposed", 410000000.0, "USD")],
    ),
    "expected fine": (
        "FCC expected to fine Orbeo Radio",
        "The Federal Communications Commission is expected to slap broadcaster Orbeo Radio with a $24 million fine, two officials said on Tuesday.",
        [("current", "fine", "proposed", 24000000.0, "USD")],
    ),
    "appeal dismissed": (
        "Court upholds €8m Orbeo fine",
        "The General Court on Tuesday dismissed Orbeo's appeal and upheld the €8 million fine that the European Commission had imposed in 2019.",
        [("current", "fine", "upheld", 8000000.0, "EUR")],
    ),
    "annulled": (
        "Court annuls Orbeo fine",
        "A Madrid court on Tuesday annulled the €8 million fine that the CNMC imposed on Orbeo in 2019.",
        [("current", "fine", "annulled", 8000000.0, "EUR")],
    ),
    "table": (
        "Competition authority fines road builders",
        "The Competition and Consumer Authority fined three road builders on Tuesday.\n\nFirm | Role | Fine\nOrbeo Oy | leader | EUR 610,000\nMapwise Ky | member | EUR 214,000\nTelmira Oy | member | EUR 40,000",
        [
            ("current", "fine", "imposed", 610000.0, "EUR"),
            ("current", "fine", "imposed", 214000.0, "EUR"),
            ("current", "fine", "imposed", 40000.0, "EUR"),
        ],
    ),
    "bare sums after a first one": (
        "Authority fines soil makers",
        "The French Competition Authority fined Castelo 14.2 million euros on Tuesday. Jouvet was given 3.85 million.",
        [("current", "fine", "imposed", 14200000.0, "EUR"), ("current", "fine", "imposed", 3850000.0, "EUR")],
    ),
    "Hong Kong dollars written as $": (
        "SFC fines Tai Wo Harbour $6.3 million",
        "The Securities and Futures Commission of Hong Kong fined Tai Wo Harbour $6.3 million on Tuesday.",
        [("current", "fine", "imposed", 6300000.0, "HKD")],
    ),
    "sum in words": (
        "CNIL fines Orbeo",
        "The CNIL fined Orbeo twelve million euros on Tuesday for its cookie banner.",
        [("current", "fine", "imposed", 12000000.0, "EUR")],
    ),
    "brought down to": (
        "Tribunal cuts Zeniva penalty",
        "The National Company Law Appellate Tribunal on Tuesday brought the penalty on Zeniva India down to Rs 71.2 crore from Rs 80 crore.",
        [("current", "fine", "reduced", 712000000.0, "INR"), ("prior", "fine", "imposed", 800000000.0, "INR")],
    ),
    "plea and restitution": (
        "Former trader pleads guilty",
        "Former trader Ada Marlow pleaded guilty on Tuesday and agreed to forfeit $3 million and pay $1 million in restitution, the U.S. Attorney's Office in Manhattan said.",
        [("current", "disgorgement", "agreed", 3000000.0, "USD"), ("current", "redress", "agreed", 1000000.0, "USD")],
    ),
    "prison and fine": (
        "Ex-banker jailed",
        "Southwark Crown Court on Tuesday sentenced banker Ada Marlow to five years in prison and fined her £50,000 in a case brought by the Serious Fraud Office.",
        [("current", "imprisonment", "imposed", None, None), ("current", "fine", "imposed", 50000.0, "GBP")],
    ),
    "shares and sales": (
        "FTC fines Orbeo $5m",
        "The Federal Trade Commission fined Orbeo $5 million on Tuesday. Its shares fell 3 percent to $31.20; it has sales of $2 billion.",
        [("current", "fine", "imposed", 5000000.0, "USD")],
    ),
    "fine in passing": (
        "Orbeo opens plant",
        "Orbeo opened a $300 million plant in Ohio on Tuesday. The company, which paid a $4 million fine to the Environmental Protection Agency in 2019, will hire 500 people.",
        [("prior", "fine", "imposed", 4000000.0, "USD")],
    ),
    "sports": (
        "Striker fined",
        "The Football Association fined striker Ian Cole £15,000 on Tuesday for a gesture.",
        [],
    ),
    "yearly total": (
        "Watchdog had a busy year",
        "The Information Commissioner's Office issued fines of £14 million last year, its annual report said on Tuesday.",
        [],
    ),
    "each of two": (
        "CNMC fines managers",
        "Spain's CNMC fined Ana Ruiz and Luis Mora €30,000 each on Tuesday for their part in a cartel.",
        [("current", "fine", "imposed", 30000.0, "EUR"), ("current", "fine", "imposed", 30000.0, "EUR")],
    ),
}
KNOWN_FAILURES: dict[str, str] = {
    "Hong Kong dollars written as $": "a bare $ is American unless the press of the country writes its own dollars so",
    "fine in passing": "an order is read into what the firm itself will do",
}


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
