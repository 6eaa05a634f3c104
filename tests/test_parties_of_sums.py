"""Whose a sum is, when it was and how it stands: articles of a few marked sentences, each with the one thing that it must show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from pipeline.extract.acting import Action, acting
from pipeline.extract.appealing import with_appeals
from pipeline.extract.candidates import candidates
from pipeline.extract.choices import of_one_case
from pipeline.extract.dating import NO_DATE, case_dating, sum_dating
from pipeline.extract.drafts import Draft
from pipeline.extract.features import Guess, Spot, Telling
from pipeline.extract.headings import with_headings
from pipeline.extract.paragraphs import heading_above, paragraph_around
from pipeline.extract.parties import NOBODY, Side, home_of, stated_side
from pipeline.extract.placing import placed
from pipeline.extract.pointed import pointed_to
from pipeline.extract.reading import Reading
from pipeline.extract.standing import (
    Standing,
    asks_questions,
    case_standing,
    changes_now,
    is_digest,
    old_act,
    paragraph_standing,
    settled_later,
)
from pipeline.extract.tellings import grouped, without_conversions
from pipeline.extract.totals import mark_totals
from pipeline.extract.trades import spoken_of, trades_of
from tests.marked_articles import marked_article

PUBLISHED = date(2024, 5, 15)


def article(*marked: str, title: str | None = None) -> Reading:
    return placed(marked_article(*marked, title=title, published=PUBLISHED))


def people(reading: Reading) -> list:
    return [n for n in reading.names if n.label in {"ORG", "PERSON"}]


@pytest.mark.parametrize(
    ("sentences", "pointed"),
    [
        (["[Orbeo](ORG) fired [Ada Marlow](PERSON).", "She was fined $5,000."], ["Ada Marlow"]),
        (["[Ada Marlow](PERSON) sued.", "It rained.", "But she must pay $5,000."], ["Ada Marlow"]),
        (["[Orbeo](ORG) grew.", "He was fined $5,000."], [None]),
        (
            ["[Orbeo](ORG) was fined $3m, while [Kestrel](ORG) must pay $2m."],
            ["Orbeo", "Kestrel"],
        ),
        (["[Orbeo](ORG) was fined $3m and owes $2m, while [Kestrel](ORG) was warned."], [None, None]),
        (
            ["A former trader was fined $5,000 on Tuesday.", "[Ada Marlow](PERSON), 41, agreed to the sum."],
            ["Ada Marlow"],
        ),
        (
            ["A former trader of [Orbeo](ORG) agreed to pay $5,000.", "The case of [Ada Marlow](PERSON) is closed."],
            ["Ada Marlow"],
        ),
        (["A refinery was fined $5,000.", "The manager is [Ada Marlow](PERSON)."], [None]),
        (["[Ada Marlow](PERSON) wept.", "The judge ordered her to forfeit $5,000."], ["Ada Marlow"]),
        (["[Ada Marlow](PERSON) wept.", "The judge, who knew him, kept $5,000."], [None]),
        (["[Ada Marlow](PERSON) wept.", "The judge ordered her company to forfeit $5,000."], [None]),
    ],
)
def test_pointed_to(sentences: list[str], pointed: list[str | None]) -> None:
    reading = article(*sentences)
    found = [pointed_to(reading, s, m.start, people(reading)) for s in reading.sentences for m in s.sums]
    assert [side.names[0].name if side else None for side in found] == pointed


def guess(role: str = "current", status: str = "imposed", rule: str = "role.default") -> Guess:
    return Guess(role, rule, Standing(status, "standing.default", None), "fine", NOBODY, NOBODY)


def action_of(reading: Reading, odds: Sequence[float], made: Guess) -> Action:
    told = next(s for s in reversed(reading.sentences) if s.sums)
    names = [n for n in reading.names if n.label == "AUTHORITY"]
    spot = Spot(told, told.sums[-1].start, "sums.fined", (told,))
    return Action(reading, spot, made, names, {n.index: p for n, p in zip(names, odds, strict=True)})


@pytest.mark.parametrize(
    ("sentences", "odds", "picked", "made", "acting_names"),
    [
        # The body that the sum went to, whatever else is likely.
        (
            ["The [Texas Court](AUTHORITY) sat.", "[Orbeo](ORG) paid a fine of $3m to the [Plant Agency](AUTHORITY)."],
            (0.9, 0.1), [0], guess(), ["Texas Court", "Plant Agency"],
        ),
        (
            ["The [Rail Office](AUTHORITY) knew.", "[Orbeo](ORG) paid the [Plant Agency](AUTHORITY) $3m."],
            (0.9, 0.1), [0], guess(), ["Plant Agency"],
        ),
        # A court that changed a penalty acts on the case of an agency.
        (
            ["The [Bonn Court](AUTHORITY) cut the fine that the [Rail Office](AUTHORITY) set to $3m."],
            (0.6, 0.2), [0], guess(status="reduced"), ["Bonn Court", "Rail Office"],
        ),
        # A court of appeal is no party of what nothing changed.
        (
            ["The [Rail Office](AUTHORITY) fined [Orbeo](ORG) $3m, said the [Court of Appeals](AUTHORITY)."],
            (0.6, 0.6), [0, 1], guess(), ["Rail Office"],
        ),
        # Background that bodies without a name imposed.
        (
            ["The [Rail Office](AUTHORITY) fined [Orbeo](ORG).", "Before that, British regulators had fined it $3m."],
            (0.6,), [0], guess("prior"), [],
        ),
        # A plea is the prosecutor's case, however unlikely the odds.
        (
            ["[Orbeo](ORG) pleaded guilty to dumping.", "The [Bonn Court](AUTHORITY) took $3m, said the [Bonn County District Attorney](AUTHORITY)."],
            (0.6, 0.01), [0], guess(), ["Bonn Court", "Bonn County District Attorney"],
        ),
        # Each section of a round-up has its own body.
        (
            ["News.\n\nLIFTS. The [Rail Board](AUTHORITY) barred [Orbeo](ORG).\n\nPILLS. The [Pill Board](AUTHORITY) barred [Ada Marlow](PERSON).\n\n", "TEAS. The [Tea Board](AUTHORITY) took $3m from her."],
            (0.9, 0.3, 0.1), [0], guess(), ["Tea Board"],
        ),
        # A county's circuit court tries, it hears no appeals; a lone court gave what "a judge" ordered.
        (
            ["The case was heard in [Quill County Circuit Court](AUTHORITY).", "[Quill](STATE) sued.", "A state judge ordered [Orbeo](ORG) to pay $2m."],
            (0.1, 0.6), [1], guess(), ["Quill County Circuit Court", "Quill"],
        ),
        # The court in which a judge sits stands for the judge; a court that only got the papers does not act.
        (
            ["[Judge Ada Marlow](AUTHORITY) sat in [Quill District Court](AUTHORITY).", "She fined [Orbeo](ORG) $2m, as the [Rail Office](AUTHORITY) asked."],
            (0.6, 0.1, 0.2), [0], guess(), ["Quill District Court", "Rail Office"],
        ),
        (
            ["A decree lodged in [Quill District Court](AUTHORITY) has [Orbeo](ORG) pay $2m.", "The [Rail Office](AUTHORITY) sued for $2m."],
            (0.6, 0.6), [0, 1], guess(), ["Rail Office"],
        ),
        # "The board" takes up the board named before.
        (
            ["The [Rail Board](AUTHORITY) met.", "The [Tea Office](AUTHORITY) sat.", "The board fined [Orbeo](ORG) $2m."],
            (0.1, 0.6), [1], guess(), ["Rail Board"],
        ),
        # All states of a list act together where the odds gave one; two are no coalition.
        (
            ["[Orbeo](ORG) will settle with three states: [Ohio](STATE), [Utah](STATE) and [Iowa](STATE).", "It pays $3m."],
            (0.6, 0.1, 0.1), [0], guess(), ["Ohio", "Utah", "Iowa"],
        ),
        (
            ["[Orbeo](ORG) will settle with [Ohio](STATE) and [Utah](STATE).", "It pays $3m."],
            (0.6, 0.1), [0], guess(), ["Ohio"],
        ),
        # A judge stands for the court only where no court is named.
        (
            ["[Judge Ada Marlow](AUTHORITY) of the [Bonn Court](AUTHORITY) fined [Orbeo](ORG) $3m."],
            (0.6, 0.6), [0, 1], guess(), ["Bonn Court"],
        ),
    ],
)  # fmt: skip
def test_acting(
    sentences: list[str], odds: tuple[float, ...], picked: list[int], made: Guess, acting_names: list[str]
) -> None:
    action = action_of(article(*sentences), odds, made)
    assert [n.name for n in acting(action, [action.names[i] for i in picked])] == acting_names


def test_of_two_agencies_the_one_that_the_sentence_names_alone() -> None:
    lead = "The [Rail Office](AUTHORITY) and the [Tea Office](AUTHORITY) settled with [Orbeo](ORG)."
    for told, acts in (
        ("The [Tea Office](AUTHORITY) took $3m.", ["Tea Office"]),
        ("It paid $3m, the [Tea Office](AUTHORITY) said.", ["Rail Office", "Tea Office"]),
    ):
        reading = article(lead, "It rained.", told)
        action = action_of(reading, (0.6, 0.6), guess())
        assert [n.name for n in acting(action, action.names)] == acts


def test_a_department_acts_with_the_agency_of_it_that_speaks() -> None:
    reading = article(
        "The [Department of Transportation](AUTHORITY: us-dot) fined [Orbeo](ORG) $2m, the [FAA](AUTHORITY: us-faa) said."
    )
    action = action_of(reading, (0.9, 0.1), guess())
    assert [n.name for n in acting(action, action.names[:1])] == ["Department of Transportation", "FAA"]


@pytest.mark.parametrize(
    ("sentence", "bodies"),
    [
        ("It paid $5m and $9m to settle allegations by the [SEC](AUTHORITY).", [None, ["SEC"]]),
        ("It has a $4m deal with the [Rail Office](AUTHORITY) and the [Tea Office](AUTHORITY).", [["Rail Office", "Tea Office"]]),
        ("[Judge Ada Marlow](AUTHORITY) threw out its $285m settlement with the [SEC](AUTHORITY).", [None]),
    ],
)  # fmt: skip
def test_the_bodies_that_a_settlement_is_with(sentence: str, bodies: list[list[str] | None]) -> None:
    line = article(sentence).sentences[0]
    sides = [stated_side(line, m.start, "authority") for m in line.sums]
    assert [[n.name for n in side.names] if side else None for side in sides] == bodies


def test_a_lead_that_counts_bodies_takes_those_named_soon() -> None:
    reading = article(
        "[Orbeo](ORG) will pay $3m to settle federal and state charges.",
        "The [Rail Office](AUTHORITY) and the [Plant Agency](AUTHORITY) spoke of greed.",
    )
    spot = Spot(reading.sentences[0], reading.sentences[0].sums[0].start, "sums.pay", (reading.sentences[0],))
    names = [n for n in reading.names if n.label == "AUTHORITY"]
    action = Action(reading, spot, guess(), names, {n.index: p for n, p in zip(names, (0.6, 0.2), strict=True)})
    lead = replace(spot.sentence, number=1)
    action = replace(action, spot=replace(spot, sentence=lead, told=(lead,)))
    assert [n.name for n in acting(action, names[:1])] == ["Rail Office", "Plant Agency"]


def draft(reading: Reading, number: int, role: str = "current", status: str = "imposed") -> Draft:
    sentence = reading.sentences[number]
    money, read = sentence.sums[0], sentence.readings[0]
    side = Side(tuple(n for _, n in sentence.names if n.label in {"ORG", "PERSON"}), "test")
    told = Telling(sentence, money, read)
    cue = next((c for c in sentence.status if c.value == status), None)
    return Draft(
        (told,), told, sentence, money.start, money.end, "fine", role, Standing(status, "standing.test", cue),
        sum_dating(sentence, money.start, case_dating(reading), role, PUBLISHED), NOBODY, side, (), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sentences", "rows", "appeals"),
    [
        (["[Orbeo](ORG) was fined $3m.", "It will appeal."], [(0, "current", "imposed")], ["will_appeal"]),
        (
            ["[Orbeo](ORG) was fined $3m.", "[Kestrel](ORG) was fined $2m.", "[Kestrel](ORG) will appeal."],
            [(0, "current", "imposed"), (1, "current", "imposed")],
            [None, "will_appeal"],
        ),
        (["[Orbeo](ORG) agreed to pay $3m.", "It has appealed."], [(0, "current", "agreed")], [None]),
        (["The court cut the fine on [Orbeo](ORG) to $3m.", "Orbeo had appealed."], [(0, "current", "reduced")], ["appeal_won"]),
        (["A court upheld the fine of $3m on [Orbeo](ORG)."], [(0, "current", "upheld")], ["appeal_lost"]),
        (
            ["[Orbeo](ORG) was fined $3m.", "In 2019 [Kestrel](ORG) was fined $2m.", "It appealed the fine."],
            [(0, "current", "imposed"), (1, "prior", "imposed")],
            [None, "appealed"],
        ),
        (["[Orbeo](ORG) was fined $3m.", "The Court of Appeals is in Bonn."], [(0, "current", "imposed")], [None]),
        # What is said of an appeal tells more than that one can be filed.
        (["[Orbeo](ORG) was fined $3m.", "The decision is not final.", "It will appeal."], [(0, "current", "imposed")], ["will_appeal"]),
    ],
)  # fmt: skip
def test_appeals_are_those_of_the_row(
    sentences: list[str], rows: list[tuple[int, str, str]], appeals: list[str | None]
) -> None:
    reading = article(*sentences, title="News")
    drafts = with_appeals(reading, [draft(reading, n + 1, role, status) for n, role, status in rows])
    assert [d.appeal.value if d.appeal else None for d in drafts] == appeals


@pytest.mark.parametrize(
    ("sentences", "day"),
    [
        (["[Orbeo](ORG) was fined $3m on Tuesday."], "2024-05-14"),
        (["The office said on Tuesday it had fined [Orbeo](ORG) $3m.", "The order was signed on May 7."], "2024-05-07"),
        (["[Orbeo](ORG) was fined $3m for a spill on May 3, 2012."], None),
        (["[Orbeo](ORG) was fined $3m.", "It is bad.", "It is sad.", "It is mad.", "The office announced it on Monday."], "2024-05-13"),
    ],
)  # fmt: skip
def test_day_of_the_case(sentences: list[str], day: str | None) -> None:
    mention = case_dating(article(*sentences, title="News")).mention
    assert (str(mention.value) if mention else None) == day


@pytest.mark.parametrize(
    ("sentence", "role", "day"),
    [
        ("[Orbeo](ORG) was fined $3m in 2019.", "prior", "2019-01-01"),
        ("August 12, 2010 - [Orbeo](ORG) agrees to pay $3m", "prior", "2010-08-12"),
        ("The deal comes two weeks after [Orbeo](ORG) agreed to pay $3m.", "prior", "2024-04-29"),
        ("[Orbeo](ORG) was fined $3m for violations in 2019.", "prior", None),
        ("[Orbeo](ORG) had already agreed to pay $3m.", "current", None),
    ],
)
def test_day_of_a_sum(sentence: str, role: str, day: str | None) -> None:
    reading = article("The office spoke on Tuesday.", "It is mad.", sentence, title="News")
    told = reading.sentences[-1]
    dating = sum_dating(told, told.sums[0].start, case_dating(reading), role, PUBLISHED)
    assert (str(dating.mention.value) if dating.mention and dating.mention.value else None) == day


@pytest.mark.parametrize(
    ("sentences", "years"),
    [
        (["2010", "* [Orbeo](ORG): $3m for spills 2009", "* [Kestrel](ORG): $2m for lies"], ["2010", "2009"]),
        # A year in a phrase heads nothing, and one year alone may end its line.
        (["2010", "* [Orbeo](ORG): $3m for spills in 2009", "* [Kestrel](ORG): $2m for lies"], ["2009", None]),
    ],
)
def test_years_that_head_lines(sentences: list[str], years: list[str | None]) -> None:
    reading = article(*sentences, title="Factbox: Fines")
    lines = [s for s in with_headings(reading.sentences) if s.sums]
    found = [sum_dating(s, s.sums[0].start, NO_DATE, "prior", PUBLISHED).mention for s in lines]
    assert [str(m.value)[:4] if m else None for m in found] == years


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("* [Orbeo](ORG) and trader [Ada Marlow](PERSON): $3m for helping [Kestrel](ORG)", [["Orbeo", "Ada Marlow"]]),
        ("[Ada Marlow](PERSON) on the fine of rival [Orbeo](ORG): $3m is low", [None]),
        ("[Orbeo](ORG) and [Kestrel](ORG) were fined $3m and $2m.", [["Orbeo"], ["Kestrel"]]),
        ("[Orbeo](ORG) and [Kestrel](ORG) were fined $3m over a spill of $2m.", [None, None]),
        ("It recommended $3m for [Orbeo](ORG), $2m for [Kestrel](ORG).", [["Orbeo"], ["Kestrel"]]),
    ],
)
def test_whom_a_sentence_gives_its_sums(sentence: str, named: list[list[str] | None]) -> None:
    line = article(sentence).sentences[0]
    sides = [stated_side(line, m.start, "respondents") for m in line.sums]
    assert [[n.name for n in side.names] if side else None for side in sides] == named


def test_the_body_that_a_fine_comes_from() -> None:
    line = article(
        "It drew a €20m penalty from [Norland's Data Board](AUTHORITY) and took €3m from the [Rail Office](AUTHORITY)."
    ).sentences[0]
    sides = [stated_side(line, m.start, "authority") for m in line.sums]
    assert [side.names[0].name if side else None for side in sides] == ["Norland's Data Board", None]


def tellings(reading: Reading) -> list[Telling]:
    return [Telling(s, m, r) for s in reading.sentences for m, r in zip(s.sums, s.readings, strict=True)]


@pytest.mark.parametrize(
    ("sentences", "sums"),
    [
        # One penalty told twice, and a headline's round figure.
        (["[Orbeo](ORG) was fined $3m.", "It is bad.", "The $3m fine is high."], 1),
        (["[Orbeo](ORG) was fined $554 million.", "It is bad.", "It is sad.", "It paid a fine of $553.9 million."], 1),
        # Two lines of a list are of two firms; a figure of three digits is no round one of a sum 14 million lower; "over $3m" is not less than that.
        (["* [Orbeo](ORG): $3m for spills", "It is bad.", "* [Kestrel](ORG): $3m for lies"], 2),
        (["[Orbeo](ORG) was fined $553 million.", "It is bad.", "It is sad.", "It paid a fine of $538.6 million."], 2),
        (
            ["[Orbeo](ORG) was fined over $3 million.", "It is bad.", "It is sad.", "It paid a fine of $2.98 million."],
            2,
        ),
    ],
)
def test_tellings_of_one_sum(sentences: list[str], sums: int) -> None:
    assert len(grouped(tellings(article("It is news.", "It is so.", *sentences, title="News")))) == sums


@pytest.mark.parametrize(
    ("title", "repeated"),
    [
        ("Office fines Orbeo $1 million", ["$1 million"]),
        ("Office fines Orbeo $2 million", []),
    ],
)
def test_a_headline_in_another_currency_is_a_conversion(title: str, repeated: list[str]) -> None:
    reading = article("[Orbeo](ORG) was fined 925,000 euros.", title=title)
    _, none = without_conversions(reading, tellings(reading), "EUR")
    assert [reading.document.text[t.money.start : t.money.end] for t, _ in none] == repeated


def test_sums_of_one_case_take_its_bodies() -> None:
    reading = article(
        "The [Rail Office](AUTHORITY) fined [Orbeo](ORG) $3m.",
        "[Kestrel](ORG) pays $2m.",
        "[Bexley](ORG) pays $1m, say papers filed with the [Bonn Court](AUTHORITY).",
        "The [Plant Agency](AUTHORITY) fined [Marlow](ORG) $4m.",
        "Regulators fined [Telmira](ORG) $5m.",
        "The [Plant Agency](AUTHORITY) fined [Quill](ORG) $6m.",
        title="News",
    )
    names = {n.name: n for n in reading.names}
    sides = [("Rail Office",), (), ("Bonn Court",), ("Plant Agency",), (), ()]
    drafts = [
        replace(draft(reading, n + 1), authorities=Side(tuple(names[x] for x in side), "test"))
        for n, side in enumerate(sides)
    ]
    drafts[1] = replace(drafts[1], flags=("authority_missing", "low_confidence"))
    drafts[2] = replace(drafts[2], part_of=drafts[0].start)
    acted = of_one_case(drafts)
    assert [[n.name for n in d.authorities.names] for d in acted] == [
        ["Rail Office"], ["Rail Office"], ["Rail Office"], ["Plant Agency"], [], [],
    ]  # fmt: skip
    assert acted[1].flags == ("low_confidence",)


def test_a_total_within_a_total() -> None:
    reading = article(
        "[Orbeo](ORG) and others pay $17.5m.",
        "It includes $12m to settle.",
        "[Orbeo](ORG) pays $7m.",
        "[Kestrel](ORG) pays $5m.",
        "Costs are $5.5m.",
        title="News",
    )
    drafts = [draft(reading, n) for n in range(1, 6)]
    marked = mark_totals(drafts)
    assert [d.qualifier for d in marked] == ["total", "total", None, None, None]


def test_sums_are_described_by_the_penalties_beside_them() -> None:
    reading = article("[Orbeo](ORG) was fined $3m.", "[Kestrel](ORG) got $300,000.", title="News")
    first, second = (c.features for c in candidates(reading)[1])
    assert {"n_penal=0", "share_penal=0,2"} <= first
    assert {"n_penal=1", "of_largest=-1", "penal_apart=1", "penal_currency=True", "before=got"} <= second


TEXT = "News\n\nORBEO\n\nIt was fined $3m in May, a large sum.\n\nIt paid.\n\nKestrel paid too, in a long line that ends here"


@pytest.mark.parametrize(
    ("place", "heading", "paragraph"),
    [
        ("$3m", "ORBEO", "It was fined $3m in May, a large sum."),
        ("It paid", "ORBEO", "It paid."),
        ("News", None, "News"),
    ],
)
def test_paragraphs_and_the_lines_above_them(place: str, heading: str | None, paragraph: str) -> None:
    position = TEXT.index(place)
    above, around = heading_above(TEXT, position), paragraph_around(TEXT, position)
    assert (TEXT[slice(*above)] if above else None) == heading
    assert around is not None and TEXT[slice(*around)] == paragraph
    assert paragraph_around("One.\n\nTwo.", 0) is None


@pytest.mark.parametrize(
    ("sentence", "trades", "told"),
    [
        ("The lender [Orbeo](ORG) was fined.", {"bank"}, {"bank"}),
        ("The hedge fund [Orbeo](ORG) was fined.", {"broker"}, {"broker"}),
        ("[Orbeo](ORG), an airline, sued [Kestrel Bank](ORG).", {"airline"}, set()),
        ("[Orbeo](ORG) and [Kestrel Bank](ORG) agreed to pay a bank.", set(), set()),
        ("[Orbeo](ORG) sold its stores.", set(), {"retailer"}),
    ],
)
def test_trades(sentence: str, trades: set[str], told: set[str]) -> None:
    reading = article(sentence)
    orbeo = next(n for n in reading.names if n.name == "Orbeo")
    assert trades_of(orbeo, reading.document.text) == trades == reading.trades[orbeo.index]
    assert spoken_of(reading.sentences[0].text) == told


@pytest.mark.parametrize(
    ("title", "sentences", "status"),
    [
        ("Office fines Orbeo $3m", ["[Orbeo](ORG) was fined $3m.", "It neither admitted nor denied the charges."], "agreed"),
        ("Office fines Orbeo $3m", ["[Orbeo](ORG) was fined $3m.", "It denied the charges."], "imposed"),
        ("Factbox: biggest fines", ["[Orbeo](ORG) was fined $3m.", "It neither admitted nor denied the charges."], "imposed"),
        ("Court annuls Orbeo fine", ["A court annulled the $3m fine on [Orbeo](ORG)."], "annulled"),
    ],
)  # fmt: skip
def test_standing_of_the_case(title: str, sentences: list[str], status: str) -> None:
    reading = article(*sentences, title=title)
    assert case_standing(reading).status == status
    assert (settled_later(reading) is not None) == (status == "agreed")


@pytest.mark.parametrize(
    ("title", "sentence", "old"),
    [
        ("Orbeo sues", "In 2011 [Orbeo](ORG) paid a $3m fine.", True),
        ("Orbeo sues", "[Orbeo](ORG) was fined $3m in 2019.", True),
        ("Orbeo sues", "[Orbeo](ORG) was fined $3m for what it sold in 2019.", False),
        ("Orbeo sues", "Since 2011 [Orbeo](ORG) paid $3m.", False),
        ("Court annuls Orbeo fine", "[Orbeo](ORG) was fined $3m in 2019.", False),
    ],
)
def test_old_acts(title: str, sentence: str, old: bool) -> None:
    reading = article(sentence, title=title)
    assert old_act(reading, reading.sentences[-1]) is old


@pytest.mark.parametrize(
    ("title", "questions", "digest"),
    [
        ("Watchdog probes Orbeo", True, False),
        ("Watchdog fines Orbeo after probe", False, False),
        ("In brief: Orbeo fined, Kestrel cleared", False, True),
    ],
)
def test_kinds_of_titles(title: str, questions: bool, digest: bool) -> None:
    reading = article("[Orbeo](ORG) spoke.", title=title)
    assert (asks_questions(reading), is_digest(reading)) == (questions, digest)


@pytest.mark.parametrize(
    ("title", "paragraphs", "status"),
    [
        ("In brief: fines", ["Some settled.", "LIFTS. [Orbeo](ORG) was fined $2m.", "It rained.", "It snowed."], "imposed"),
        ("In brief: fines", ["News.", "[Orbeo](ORG) agreed to settle and pays $2m.", "It rained.", "It snowed."], "agreed"),
        ("Orbeo settles", ["News.", "[Orbeo](ORG) was asked.", "It pays $2m.", "It snowed."], "agreed"),
    ],
)  # fmt: skip
def test_standing_by_the_paragraph_of_a_digest(title: str, paragraphs: list[str], status: str) -> None:
    reading = article("The bulletin is out.", *(f"{p}\n\n" for p in paragraphs), title=title)
    case = Standing("agreed", "standing.case", None)
    assert paragraph_standing(reading, next(s for s in reading.sentences if s.sums), case).status == status


@pytest.mark.parametrize(
    ("sentence", "news"),
    [
        ("The court quashed the $2m imposed in 2019.", True),
        ("The court quashed the 2019 fine of $2m.", True),
        ("In 2019 the court quashed the $2m.", False),
        ("The court quashed the $2m, and in 2019 the board left.", False),
    ],
)
def test_a_change_of_an_old_fine_is_news(sentence: str, news: bool) -> None:
    reading = article(sentence, title="Orbeo")
    told = reading.sentences[-1]
    assert changes_now(reading, told, told.start + told.text.index("quashed")) is news


@pytest.mark.parametrize(
    ("head", "kind"), [("following civil penalties", "fine"), ("amounts below to settle charges", "settlement")]
)
def test_lines_under_a_head_that_calls_them_fines(head: str, kind: str) -> None:
    reading = article(
        f"The firms agreed to pay the {head}:\n\n- Orbeo: $2m\n- Kestrel: $3m", title="Firms settle charges"
    )
    assert [c.guess.penalty_type for c in candidates(reading)[1]] == [kind, kind]


def test_the_currency_at_home_needs_a_body_that_is_certain() -> None:
    reading = article("The [SEC](AUTHORITY: us-sec) and the [Rail Office](AUTHORITY) spoke.")
    names = {n.name: n for n in reading.names}
    assert home_of(Side((names["SEC"],), "test")) == "USD"
    assert home_of(Side((names["Rail Office"],), "test")) is None
