"""Where a name stands in its clause, one line a case: who is the respondent by its verbs and nouns."""

from __future__ import annotations

import pytest

from pipeline.extract.aliases import aliases
from pipeline.extract.names import Name
from pipeline.extract.parties import (
    body_behind,
    captioned,
    court_rules,
    is_bystander,
    is_judge,
    sentence_respondents,
    writes,
)
from pipeline.extract.positions import nameless_lead, positions
from pipeline.extract.reading import Reading, Sentence, read_document
from pipeline.marked import parse_marked
from pipeline.records import Annotated, Document, Mention, Span


def sentence_of(marked: str, title: bool = False) -> Sentence:
    text, marks = parse_marked(marked)
    body = text if title else f"T\n\n{text}"
    shift = len(body) - len(text)
    mentions = tuple(Mention(m.start + shift, m.end + shift, m.label, text[m.start : m.end], (), "test") for m in marks)
    spans = (Span(0, len(text)),) if title else (Span(0, 1), Span(shift, len(body)))
    document = Document(
        article_id="a", locator="a", url=None, title=None, published=None, outlet=None, language=None, text=body, title_end=len(text) if title else 1,
        source_text=body, offset_map=(), links=(), text_hash="", digest=(), furniture=(),
    )  # fmt: skip
    return read_document(document, Annotated("a", spans, mentions), "dmy").sentences[-1]


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
    ],
)
def test_respondents_of_a_sentence(marked: str, respondents: list[str]) -> None:
    assert [n.name for n in sentence_respondents(sentence_of(marked)).names] == respondents


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


def test_an_owner_and_what_it_owns() -> None:
    sentence = sentence_of("[Ada Marlow](PERSON)’s [Orbeo](ORG) was fined €3m.")
    held = {n.name: positions(sentence)[n.index] for _, n in sentence.names}
    assert "possessor" in held["Ada Marlow"] and "payer" not in held["Ada Marlow"]
    assert {"possessed", "payer"} <= held["Orbeo"]


def test_a_lead_that_only_describes_its_subject() -> None:
    assert nameless_lead([sentence_of("A former trader was fined $3m on Tuesday.")]) is not None
    assert nameless_lead([sentence_of("[Ada Marlow](PERSON) was fined $3m on Tuesday.")]) is None


def reading_of(*marked: str) -> Reading:
    """An article without a title whose sentences are given with their names marked; a mark's value is its registry id."""
    body, spans, mentions = "", [], []
    for sentence in marked:
        text, marks = parse_marked(sentence)
        start = len(body)
        body += text + " "
        spans.append(Span(start, start + len(text)))
        mentions += [
            Mention(
                start + m.start, start + m.end, m.label, text[m.start : m.end], (m.value,) if m.value else (), "test"
            )
            for m in marks
        ]
    document = Document(
        article_id="a", locator="a", url=None, title=None, published=None, outlet=None, language=None, text=body, title_end=0,
        source_text=body, offset_map=(), links=(), text_hash="", digest=(), furniture=(),
    )  # fmt: skip
    return read_document(document, Annotated("a", tuple(spans), tuple(mentions)), "dmy")


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
    assert court_rules(reading_of(sentence)) is rules


def test_the_court_in_the_line_that_names_the_case() -> None:
    reading = reading_of(
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
    reading = reading_of(*sentences)
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
    reading = reading_of(
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
    reading = reading_of(sentence)
    by_index = {n.index: n.name for n in reading.names}
    found = {(by_index[i], other.name) for i, others in aliases(reading).items() for other in others}
    assert found == pairs | {(b, a) for a, b in pairs}
