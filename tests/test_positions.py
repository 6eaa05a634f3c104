"""Where a name stands in its clause, one line a case: who is the respondent by its verbs and nouns."""

from __future__ import annotations

import time

import pytest

from pipeline.extract.aliases import aliases
from pipeline.extract.counted import counted_respondents
from pipeline.extract.names import Name
from pipeline.extract.parties import (
    body_behind,
    captioned,
    court_rules,
    is_bystander,
    is_judge,
    is_official,
    leaves_open,
    only_filed_with,
    sentence_respondents,
    stated_side,
    writes,
)
from pipeline.extract.placing import placed
from pipeline.extract.positions import nameless_lead, positions
from pipeline.extract.reading import Sentence
from tests.marked_articles import marked_article


def sentence_of(marked: str, title: bool = False) -> Sentence:
    return (marked_article(title=marked) if title else marked_article(marked, title="T")).sentences[-1]


@pytest.mark.parametrize(
    ("marked", "respondents"),
    [
        ("[Orbeo](ORG) agreed on Friday to pay $3m.", ["Orbeo"]),
        ("The [FTC](AUTHORITY) fined [Orbeo](ORG) $3m.", ["Orbeo"]),
        ("[Orbeo](ORG) ( ORB.L ) and [Mapwise](ORG) ( MAP.N ) were fined €3m.", ["Orbeo", "Mapwise"]),
        ("[Ada Marlow](PERSON)’s [Orbeo](ORG) was fined €3m.", ["Orbeo"]),
        ("[Wachter Bank](ORG), owned by [Mapwise](ORG), agreed to pay $148 million.", ["Wachter Bank"]),
        ("A former chief executive of [Orbeo](ORG) was sentenced on Wednesday.", []),
        ("Two [Orbeo](ORG) units settled charges.", []),
        ("The office issued a $7,000 penalty to [Mapwise](ORG) for a spill.", ["Mapwise"]),
        ("A judge approved an $18 million settlement with [Philippa Falk](PERSON).", ["Philippa Falk"]),
        ("The agency fined [Orbeo](ORG) for selling users’ data to [Mapwise](ORG).", ["Orbeo"]),
        ("The weather was fine in [Orbeo](ORG).", []),
        ("[Orbeo](ORG) in June agreed to pay $619 million.", ["Orbeo"]),
        ("[Orbeo](ORG) in January said it would pay $158 million to settle the case.", ["Orbeo"]),
        ("[Orbeo](ORG), known as [Sunny Loans](ORG), agreed to pay $2 million.", ["Orbeo"]),
        ("[Ada Marlow](PERSON), chief executive of [Orbeo](ORG), agreed to pay $2 million.", ["Ada Marlow"]),
        ("The office intends to fine the former [Mapwise](ORG) chief executive [Ada Marlow](PERSON) £1.8m.", ["Ada Marlow"]),
        ("The board fined [Mapwise](ORG)'s [Orbeo](ORG) unit $50 million.", ["Orbeo"]),
        ("The last record was set by [Orbeo](ORG), which agreed in June to forfeit $619 million.", ["Orbeo"]),
        ("It echoes the $550 million accord that [Orbeo](ORG) reached last July.", ["Orbeo"]),
        ("The court affirmed a fine of 250,000 euros to be paid by [Orbeo](ORG).", ["Orbeo"]),
        ("DEP issued a $1,000 Penalty to [Ada Marlow](PERSON).", ["Ada Marlow"]),
        ("[Orbeo](ORG) has reached a tentative $4 billion deal with the [FTC](AUTHORITY).", ["Orbeo"]),
        ("[Orbeo](ORG) and its investment arm, [Mapwise](ORG), agreed to pay $5 million.", ["Orbeo", "Mapwise"]),
        ("The office fined [Orbeo](ORG), the firm behind [Tadpole](ORG), $5 million.", ["Orbeo"]),
        ("It revoked the licence of [Orbeo](ORG) and fined the [Hoofddorp](ORG)-based operator €3m.", ["Orbeo"]),
        ("[Wachter](ORG) rival [Orbeo](ORG) avoided trial in 2005, agreeing to a $456 million settlement.", ["Orbeo"]),
        ("[Ada Marlow](PERSON), who was convicted with an aide, [Ben Kestrel](PERSON), of bribery, was also fined $17,000.", ["Ada Marlow"]),
        ("[Ada Marlow](PERSON), 47, and [Ben Kestrel](PERSON), 54, both of [Laguna Falls](ORG), were ordered to pay $100,000.", ["Ada Marlow", "Ben Kestrel"]),
        ("[Ada Marlow](PERSON) received four months' probation and a fine of $100.", ["Ada Marlow"]),
        ("[Orbeo](ORG) announced on [Chatterbox](ORG) that it would close after a judge fined the firm $3m.", []),
    ],
)  # fmt: skip
def test_respondents_of_a_sentence(marked: str, respondents: list[str]) -> None:
    assert [n.name for n in sentence_respondents(sentence_of(marked)).names] == respondents


@pytest.mark.parametrize(
    ("marked", "side", "shares"),
    [
        ("It would pay $382 million to the [Justice Department](AUTHORITY) and $177 million to the [SEC](AUTHORITY).", "authority", ["Justice Department", "SEC"]),
        ("It pays a $3.9 million penalty to the [Treasury](AUTHORITY) and disgorges $1.1 million.", "authority", [None, None]),
        ("The [CFTC](AUTHORITY) and the [FCA](AUTHORITY) ordered [Orbeo](ORG) to pay $65 million and £14 million, respectively.", "authority", ["CFTC", "FCA"]),
        ("The office fined [Orbeo](ORG) and [Mapwise](ORG) €5m and €3m respectively.", "respondents", ["Orbeo", "Mapwise"]),
        ("The office fined [Orbeo](ORG) $1.05 million and [Mapwise](ORG) $1 million.", "respondents", ["Orbeo", "Mapwise"]),
        ("Firms fined include [Orbeo](ORG) ($125 million), [Mapwise](ORG) ($35 million) and others.", "respondents", ["Orbeo", "Mapwise"]),
        ("It recommended $59 million for [Orbeo](ORG), $30 million for [Ada Marlow](PERSON) and $2 million for costs.", "respondents", ["Orbeo", "Ada Marlow", None]),
        ("The state part includes $6 million to be paid by [Orbeo](ORG), $5 million by [Mapwise](ORG).", "respondents", ["Orbeo", "Mapwise"]),
        ("It announced a €6m ($7m) fine against [Orbeo](ORG), and a record €13m ($15m) fine against [Mapwise](ORG).", "respondents", ["Orbeo", None, "Mapwise", None]),
        ("It welcomed a €6m fine against [Orbeo](ORG) units.", "respondents", [None]),
        ("[Orbeo](ORG) was fined €3m (£2m; $4m) by the [Rail Office](AUTHORITY).", "authority", ["Rail Office", None, None]),
        ("[Orbeo](ORG) paid €3m by a date that the [Rail Office](AUTHORITY) set.", "authority", [None]),
        ("[Orbeo](ORG) will pay $5 million.", "respondents", [None]),
        ("[Orbeo](ORG) made $5 million in 2020 and was fined $3 million.", "respondents", [None, None]),
    ],
)  # fmt: skip
def test_whose_each_sum_of_a_sentence_is(marked: str, side: str, shares: list[str | None]) -> None:
    sentence = sentence_of(marked)
    stated = [stated_side(sentence, m.start, side) for m in sentence.sums]
    assert [s.names[0].name if s else None for s in stated] == shares


@pytest.mark.parametrize(
    ("title", "respondents"),
    [
        ("[Equimax](ORG) fined $13.5 million over data breach", ["Equimax"]),
        ("[Orbeo](ORG), [Mapwise](ORG) fined 315 million euros", ["Orbeo", "Mapwise"]),
        ("[FAA](AUTHORITY) eyes $162 million in [Kestrel Air](ORG) fines", ["Kestrel Air"]),
    ],
)
def test_headlines(title: str, respondents: list[str]) -> None:
    assert [n.name for n in sentence_respondents(sentence_of(title, title=True)).names] == respondents


@pytest.mark.parametrize(
    ("marked", "label"),
    [
        ("[Southfield](LOC) agreed to pay $7.5 million.", "ORG"),
        ("A firm in [Southfield](LOC) was fined. [Southfield](LOC) agreed to pay.", "LOC"),
        ("[Ireland](LOC) was fined €3m.", "LOC"),
        ("[Texas](LOC) agreed to pay $3m.", "LOC"),
        ("Prices rose in [Southfield](LOC).", "LOC"),
    ],
)
def test_what_pays_is_no_place(marked: str, label: str) -> None:
    assert {n.label for n in placed(marked_article(marked)).names} == {label}


def test_a_long_word_before_a_verb_takes_no_time() -> None:
    start = time.process_time()
    positions(sentence_of(f"[Orbeo](ORG) {'a' * 45}/x was fined $3m."))
    assert time.process_time() - start < 2


def test_an_owner_and_what_it_owns() -> None:
    sentence = sentence_of("[Ada Marlow](PERSON)’s [Orbeo](ORG) was fined €3m.")
    held = {n.name: positions(sentence)[n.index] for _, n in sentence.names}
    assert "possessor" in held["Ada Marlow"] and "payer" not in held["Ada Marlow"]
    assert {"possessed", "payer"} <= held["Orbeo"]


def test_a_lead_that_only_describes_its_subject() -> None:
    assert nameless_lead([sentence_of("A former trader was fined $3m on Tuesday.")]) is not None
    assert nameless_lead([sentence_of("[Ada Marlow](PERSON) was fined $3m on Tuesday.")]) is None


@pytest.mark.parametrize(
    ("sentence", "rules"),
    [
        ("A federal judge on Monday approved the accord.", True),
        ("Orbeo was ordered by a Dublin court to pay €3m.", True),
        ("The agency said the court may approve it.", False),
        ("The regulator fined Orbeo.", False),
    ],
)
def test_a_court_that_rules(sentence: str, rules: bool) -> None:
    assert court_rules(marked_article(sentence)) is rules


def test_the_court_in_the_line_that_names_the_case() -> None:
    reading = marked_article(
        "A judge approved the accord.", "It is the first.", "Orbeo paid.", "It had no comment.",
        "The case is SEC v. Orbeo, [U.S. District Court, Southern District of New York](AUTHORITY: us-sdny), No. 11-01234.",
    )  # fmt: skip
    assert [n.name for n in captioned(reading)] == ["U.S. District Court, Southern District of New York"]


@pytest.mark.parametrize(
    ("sentences", "body"),
    [
        (["The [EU](AUTHORITY) fined Orbeo.", "The [Data Protection Commission](AUTHORITY: ie-dpc) led the case."], "Data Protection Commission"),
        (["The [EU](AUTHORITY) fined Orbeo.", "The [Central Bank of Ireland](AUTHORITY: ie-cbi) had no comment."], "EU"),
        (["The [CNIL](AUTHORITY: fr-cnil) fined Orbeo.", "The [Data Protection Commission](AUTHORITY: ie-dpc) did not."], "CNIL"),
    ],
)  # fmt: skip
def test_the_national_body_behind_the_union(sentences: list[str], body: str) -> None:
    reading = marked_article(*sentences)
    assert body_behind(reading, reading.names[0]).name == body


@pytest.mark.parametrize(
    ("name", "judge", "bystander"),
    [
        ("U.S. District Judge Ada Marlow", True, False),
        ("Justice Ben Kestrel", True, False),
        ("Department of Justice", False, False),
        ("Justice Department", False, False),
        ("AI", False, True),
        ("U.S. Army", False, True),
        ("OpenAI", False, False),
    ],
)
def test_names_by_their_words(name: str, judge: bool, bystander: bool) -> None:
    found = Name(0, "ORG", name, (), ())
    assert (is_judge(found), is_bystander(found)) == (judge, bystander)


def test_a_writer_is_no_party() -> None:
    reading = marked_article(
        "By [Ada Marlow](PERSON) & [Ben Kestrel](PERSON)", "[Ben Kestrel](PERSON) was fined by [Max Roe](PERSON)."
    )
    assert [writes(reading, n) for n in reading.names] == [True, False, False]


@pytest.mark.parametrize(
    ("sentence", "pairs"),
    [
        ("[Quillpond](ORG), the maker of [Tadpole Junction](ORG), was fined.", {("Quillpond", "Tadpole Junction")}),
        ("[Tadpole Junction](ORG), an app made by [Quillpond](ORG), was fined.", {("Tadpole Junction", "Quillpond")}),
        ("[Nyvik Finans](ORG) (formerly [Fjordlan](ORG)) was fined.", {("Nyvik Finans", "Fjordlan")}),
        ("[Quillpond](ORG), which trades as [Tadpole](ORG), was fined.", {("Quillpond", "Tadpole")}),
        ("[Tadpole](ORG)'s owner [Quillpond](ORG) was fined.", {("Tadpole", "Quillpond")}),
        ("[Quillpond](ORG) and [Tadpole](ORG) were fined.", set()),
        ("[Quillpond](ORG), a rival of [Tadpole](ORG), was fined.", set()),
        ("[Quillpond](ORG) bought shares of [Tadpole](ORG).", set()),
    ],
)
def test_other_names_of_a_firm(sentence: str, pairs: set[tuple[str, str]]) -> None:
    reading = marked_article(sentence)
    by_index = {n.index: n.name for n in reading.names}
    found = {(by_index[i], other.name) for i, others in aliases(reading).items() for other in others}
    assert found == pairs | {(b, a) for a, b in pairs}


@pytest.mark.parametrize(
    ("sentences", "names"),
    [
        (["Two units of a bank will pay $7 million.", "The units, [Orbeo](ORG) and [Mapwise](ORG), agreed."], ["Orbeo", "Mapwise"]),
        (["It fined three banks - [Orbeo](ORG), [Britain](LOC)'s [Mapwise](ORG) and [Wachter](ORG) - $2 million."], ["Orbeo", "Mapwise", "Wachter"]),
        (["Three banks will pay $7 million.", "[Orbeo](ORG) and [Mapwise](ORG) agreed."], None),
        (["Two traders will pay $7 million.", "[Orbeo](ORG) and [Mapwise](ORG) agreed."], None),
        (["[Wachter](ORG) will pay $7 million for two of its firms.", "[Orbeo](ORG) and [Mapwise](ORG) failed."], None),
        (["Three firms owned by [Wachter](ORG) will pay $7 million.", "[Orbeo](ORG), [Mapwise](ORG) and [Telmira](ORG) agreed."], None),
        (["It will pay $7 million.", "[Orbeo](ORG) and [Mapwise](ORG) agreed."], None),
    ],
)  # fmt: skip
def test_respondents_that_are_only_counted(sentences: list[str], names: list[str] | None) -> None:
    reading = marked_article(*sentences)
    sentence = reading.sentences[0]
    side = counted_respondents(reading, sentence, sentence.sums[0].start)
    assert (side and [n.name for n in side.names]) == names


@pytest.mark.parametrize(
    ("sentence", "official", "filed"),
    [
        ("Treasury Secretary [Ada Marlow](PERSON) said [Orbeo](ORG) would pay.", True, False),
        ("[Ada Marlow](PERSON) was fined.", False, False),
        ("President [Ada Marlow](PERSON) was fined.", False, False),
        ("It said in a filing with the [SEC](AUTHORITY: us-sec) that it would pay.", False, True),
        ("The [SEC](AUTHORITY: us-sec) fined it.", False, False),
    ],
)
def test_names_that_are_no_party(sentence: str, official: bool, filed: bool) -> None:
    reading = placed(marked_article(sentence))
    name = reading.names[0]
    assert is_official(reading, name) is official
    assert (name.label == "AUTHORITY" and only_filed_with(reading, name)) is filed


@pytest.mark.parametrize(
    ("sentence", "open_"),
    [
        ("It agreed to pay $1.5 billion to U.S. and British regulators.", True),
        ("It agreed to pay the [FCA](AUTHORITY: gb-fca), other regulators said.", False),
        ("It agreed to pay $1.5 billion.", False),
    ],
)
def test_bodies_that_are_left_open(sentence: str, open_: bool) -> None:
    assert leaves_open(marked_article(sentence).sentences[0]) is open_


def test_a_legal_form_alone_is_no_name() -> None:
    reading = marked_article("[Orbeo](ORG), [S.A. de C.V.](ORG) and [Mapwise](ORG) were fined.")
    assert [n.name for n in reading.names] == ["Orbeo", "Mapwise"]
