"""NER: firms by their legal form, acting states, office-holders, acronyms, and clusters of names."""

from __future__ import annotations

import pytest

from pipeline.extract.names import cluster
from pipeline.language.sentences import split_sentences
from pipeline.marked import parse_marked
from pipeline.ner.firms import find_firms, find_heads
from pipeline.ner.gazetteer import find_authorities
from pipeline.ner.labels import same_labels
from pipeline.ner.mentions import join_mentions
from pipeline.ner.model import strip_edges
from pipeline.ner.repeats import find_repeats
from pipeline.records import Mention, Span


def mention(text: str, surface: str, label: str, *ids: str, rule: str = "ner.X") -> Mention:
    start = text.index(surface)
    return Mention(start, start + len(surface), label, surface, ids, rule)


@pytest.mark.parametrize(
    ("text", "firms"),
    [
        ("Telmira Polska sp. z o.o. was fined. Telmira will appeal.", ["Telmira Polska sp. z o.o.", "Telmira"]),
        ("The fine on Calder & Wharfe Water plc rose.", ["Calder & Wharfe Water plc"]),
        (
            "Brandt & Söhne GmbH, Toroslar Çimento A.Ş. and Papelera Araucanía S.A. paid.",
            ["Brandt & Söhne GmbH", "Toroslar Çimento A.Ş.", "Papelera Araucanía S.A."],
        ),
        ("The judge limited the plan as planned.", []),
        ("It fined OrbeoPay, not McDonald, in SaaS.", ["OrbeoPay"]),
        ("In SaaS it fined OrbeoPay.", ["OrbeoPay"]),
        ("See OrbeoPay.com for more.", []),
    ],
)
def test_firms_by_legal_form(text: str, firms: list[str]) -> None:
    found = find_firms(text, ())
    assert [m.text for m in found] == firms
    assert all(text[m.start : m.end] == m.text for m in found)


def test_a_state_that_is_paid_is_an_authority_and_so_are_those_listed_with_it() -> None:
    text = "The firm will pay Texas, Ohio and Utah $8 million; it has shops in Nevada."
    model = tuple(mention(text, s, "LOC") for s in ("Texas", "Ohio", "Utah", "Nevada"))
    joined = {m.text: m.label for m in join_mentions(text, model, ())}
    assert joined == {"Texas": "AUTHORITY", "Ohio": "AUTHORITY", "Utah": "AUTHORITY", "Nevada": "LOC"}


def test_the_place_of_a_judge_is_no_firm() -> None:
    text = "Bonn Circuit Judge Ada Marlow ruled."
    model = (mention(text, "Bonn Circuit", "ORG"), mention(text, "Ada Marlow", "PERSON"))
    assert [(m.text, m.label) for m in join_mentions(text, model, ())] == [
        ("Bonn Circuit Judge Ada Marlow", "AUTHORITY")
    ]
    text = "Bonn Supreme Court Justice Ada Marlow ruled."
    model = (mention(text, "Bonn Supreme Court", "AUTHORITY"), mention(text, "Ada Marlow", "PERSON"))
    assert [(m.text, m.label) for m in join_mentions(text, model, ())] == [
        ("Bonn Supreme Court", "AUTHORITY"),
        ("Justice Ada Marlow", "AUTHORITY"),
    ]


def test_office_holders_are_authorities_with_their_office() -> None:
    text = "U.S. District Judge Ada Marlow ordered it; lawyer Ben Kestrel objected."
    model = (mention(text, "Ada Marlow", "PERSON"), mention(text, "Ben Kestrel", "PERSON"))
    assert [(m.text, m.label) for m in join_mentions(text, model, ())] == [
        ("U.S. District Judge Ada Marlow", "AUTHORITY"),
        ("Ben Kestrel", "PERSON"),
    ]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("The Dutch Data Protection Authority (AP) fined it.", True),
        ("Photo by Gerald Herbert/AP on Monday.", False),
        ("The FTC fined it.", True),
    ],
)
def test_acronyms_need_support(text: str, taken: bool) -> None:
    surface = "AP" if "AP" in text else "FTC"
    listed = tuple(m for m in find_authorities(text, (Span(0, len(text)),)) if m.text == surface)
    joined = join_mentions(text, (mention(text, surface, "ORG"),), listed)
    assert any(m.text == surface and m.label == "AUTHORITY" for m in joined) is taken


@pytest.mark.parametrize(
    ("text", "persons", "found"),
    [
        ("New York Attorney General Ada Marlow sued.", ["Ada Marlow"], [("New York Attorney General Ada Marlow", ("us-ny-ag",))]),
        ("Attorney General Ada Marlow sued.", ["Ada Marlow"], [("Attorney General Ada Marlow", ())]),
        ("During District Attorney Marlow's tenure.", ["Marlow"], [("District Attorney Marlow", ())]),
        ("Assistant District Attorney Ben Kestrel spoke.", ["Ben Kestrel"], []),
    ],
)  # fmt: skip
def test_offices_with_their_places(text: str, persons: list[str], found: list[tuple[str, tuple[str, ...]]]) -> None:
    model = tuple(mention(text, p, "PERSON") for p in persons)
    joined = join_mentions(text, model, find_authorities(text, (Span(0, len(text)),)))
    assert [(m.text, m.registry_ids) for m in joined if m.label == "AUTHORITY"] == found


@pytest.mark.parametrize(
    ("surfaces", "names"),
    [
        (["New York Attorney General", "Attorney General Ada Marlow", "Marlow"], ["Attorney General Ada Marlow"]),
        (["Texas Attorney General Ada Marlow", "Ohio Attorney General Ben Kestrel"], ["Texas Attorney General Ada Marlow", "Ohio Attorney General Ben Kestrel"]),
        (["U.S. District Judge Ada Marlow", "Judge Marlow"], ["U.S. District Judge Ada Marlow"]),
        (["U.S. District Judge Ada Marlow", "Judge Kestrel"], ["U.S. District Judge Ada Marlow", "Judge Kestrel"]),
        (["Brooklyn District Attorney's Office", "District Attorney Marlow"], ["Brooklyn District Attorney's Office"]),
    ],
)  # fmt: skip
def test_an_office_and_its_holder_are_one(surfaces: list[str], names: list[str]) -> None:
    text = "; ".join(surfaces)
    person = {"Marlow"}
    mentions = tuple(
        Mention(s := text.rindex(f) if f in person else text.index(f), s + len(f), "PERSON" if f in person else "AUTHORITY", f, (), "mentions.office_holder")
        for f in surfaces
    )  # fmt: skip
    assert sorted(n.name for n in cluster(mentions, text)) == sorted(names)


def test_clusters_join_short_forms_acronyms_and_descriptions() -> None:
    text = "Britain's financial watchdog fined Kestrel Bank Plc. The Financial Conduct Authority (FCA) said Kestrel Bank, led by Ada Marlow, erred. Marlow left. The FCA closed the case."
    names = cluster(
        (
            mention(
                text, "Britain's financial watchdog", "AUTHORITY", "gb-fca", "gb-pra", rule="descriptions.country_field"
            ),
            mention(text, "Kestrel Bank Plc", "ORG"),
            mention(text, "Financial Conduct Authority", "AUTHORITY", "gb-fca"),
            mention(text, "FCA", "AUTHORITY", "gb-fca"),
            Mention(
                text.index("said Kestrel Bank") + 5,
                text.index("said Kestrel Bank") + 17,
                "ORG",
                "Kestrel Bank",
                (),
                "ner.ORG",
            ),
            mention(text, "Ada Marlow", "PERSON"),
            Mention(text.index("Marlow left"), text.index("Marlow left") + 6, "PERSON", "Marlow", (), "ner.PERSON"),
        ),
        text,
    )
    assert [(n.name, n.label, len(n.mentions)) for n in names] == [
        ("Financial Conduct Authority", "AUTHORITY", 3),
        ("Kestrel Bank Plc", "ORG", 2),
        ("Ada Marlow", "PERSON", 2),
    ]
    assert names[0].registry_ids == ("gb-fca",)


def test_an_acronym_that_the_model_calls_an_authority_is_one_if_it_is_registered() -> None:
    text = "RBI fined Kestrel Bank; so did QZW."
    model = (mention(text, "RBI", "AUTHORITY"), mention(text, "QZW", "AUTHORITY"))
    joined = join_mentions(text, model, find_authorities(text, (Span(0, len(text)),)))
    assert {m.text: (m.label, m.registry_ids) for m in joined} == {
        "RBI": ("AUTHORITY", ("in-rbi",)),
        "QZW": ("ORG", ()),
    }


@pytest.mark.parametrize(
    ("text", "joint", "others", "apart"),
    [
        ("Orbeo & Mapwise fined; Orbeo and later Mapwise paid.", "Orbeo & Mapwise", ("Orbeo", "Mapwise"), ["Orbeo", "Mapwise"]),
        ("Kestrel Energy and Telmira Energy were fined.", "Kestrel Energy and Telmira Energy", (), ["Kestrel Energy", "Telmira Energy"]),
        ("Calder & Wharfe was fined.", "Calder & Wharfe", (), ["Calder & Wharfe"]),
        ("Orbeo, Mapwise fined; later Mapwise paid.", "Orbeo, Mapwise", ("Mapwise",), ["Orbeo", "Mapwise"]),
        ("Orbeo, Ltd was fined; later Orbeo paid.", "Orbeo, Ltd", ("Orbeo",), ["Orbeo, Ltd"]),
        ("Orbeo, Kay, Marl & Pike was fined; later Orbeo paid.", "Orbeo, Kay, Marl & Pike", ("Orbeo",), ["Orbeo, Kay, Marl & Pike"]),
        ("Brandt & Brandt was fined.", "Brandt & Brandt", (), ["Brandt & Brandt"]),
        ("Black and Marlow were charged; Conrad Black and later Ada Marlow paid.", "Black and Marlow", ("Conrad Black", "Ada Marlow"), ["Black", "Marlow"]),
    ],
)  # fmt: skip
def test_two_firms_taken_for_one(text: str, joint: str, others: tuple[str, ...], apart: list[str]) -> None:
    tail = text.index(joint) + len(joint)
    label = "PERSON" if "Ada Marlow" in others else "ORG"
    alone = tuple(Mention(s := text.index(o, tail), s + len(o), label, o, (), f"ner.{label}") for o in others)
    joined = join_mentions(text, (mention(text, joint, "ORG"), *alone), ())
    assert [m.text for m in joined if m.start < tail] == apart
    assert all(text[m.start : m.end] == m.text for m in joined)


@pytest.mark.parametrize(
    ("text", "surfaces", "names"),
    [
        ("StanChart was fined. Standard Chartered paid.", ["StanChart", "Standard Chartered"], ["Standard Chartered"]),
        ("American was fined. American Airlines paid.", ["American", "American Airlines"], ["American Airlines"]),
        (
            "American was fined, American Airlines and American Kestrel were not.",
            ["American", "American Airlines", "American Kestrel"],
            ["American", "American Airlines", "American Kestrel"],
        ),
        ("FedEx sued Telmira.", ["FedEx", "Telmira"], ["FedEx", "Telmira"]),
        (
            "QBM was fined. Quillpond Business Machines Corp will appeal.",
            ["QBM", "Quillpond Business Machines Corp"],
            ["Quillpond Business Machines Corp"],
        ),
        ("BofA was fined. Bank of America Corp paid.", ["BofA", "Bank of America Corp"], ["Bank of America Corp"]),
        ("Citi was fined. Citigroup Inc paid.", ["Citi", "Citigroup Inc"], ["Citigroup Inc"]),
        ("Meta was fined. Metaverse Ltd paid.", ["Meta", "Metaverse Ltd"], ["Meta", "Metaverse Ltd"]),
    ],
)
def test_blends_and_first_words_of_firms(text: str, surfaces: list[str], names: list[str]) -> None:
    found = cluster(tuple(sorted(mention(text, s, "ORG") for s in surfaces)), text)
    assert [n.name for n in found] == names
    assert [n.index for n in found] == list(range(len(found)))


@pytest.mark.parametrize(
    ("surfaces", "ids", "names"),
    [
        (["Norlandish Data Protection Agency", "Data Protection Authority", "DPA"], ("nn-dpa",), ["Norlandish Data Protection Agency"]),
        (["Norlandish Data Protection Agency", "Rail Authority"], ("nn-dpa",), ["Norlandish Data Protection Agency", "Rail Authority"]),
        (["Norlandish Data Protection Agency", "Data Protection Authority"], (), ["Norlandish Data Protection Agency", "Data Protection Authority"]),
    ],
)  # fmt: skip
def test_a_body_without_its_country(surfaces: list[str], ids: tuple[str, ...], names: list[str]) -> None:
    text = "; ".join(surfaces)
    mentions = [mention(text, s, "AUTHORITY", *(ids if i == 0 else ())) for i, s in enumerate(surfaces)]
    assert [n.name for n in cluster(tuple(mentions), text)] == names


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ([("Kansbureau", "nl-ksa"), ("KBQ", "nl-ksa")], ["Kansbureau"]),
        ([("Fair Trade Office", ""), ("FTO", "us-ftc")], ["Fair Trade Office"]),
        ([("Fair Trade Office", ""), ("QZW", "us-ftc")], ["Fair Trade Office", "QZW"]),
        ([("FTO", "us-ftc"), ("Fair Trade Office", "nl-ksa")], ["Fair Trade Office"]),
        ([("Data Protection Authority", ""), ("NDPA", "nl-ksa"), ("Norlandish Data Protection Agency", "fr-cnil")], ["Norlandish Data Protection Agency"]),
        ([("Autorité de la concurrence", "fr-adlc"), ("France's antitrust authority", "fr-adlc")], ["Autorité de la concurrence"]),
    ],
)  # fmt: skip
def test_one_body_under_two_names(marked: list[tuple[str, str]], names: list[str]) -> None:
    text = "; ".join(s for s, _ in marked)
    mentions = tuple(mention(text, s, "AUTHORITY", *([i] if i else [])) for s, i in marked)
    assert [n.name for n in cluster(mentions, text)] == names


def test_a_first_word_alone_has_no_vote_on_what_a_name_is() -> None:
    text = "Appellate rules. The Appellate Division ruled."
    given = (mention(text, "Appellate", "ORG"), mention(text, "Appellate Division", "AUTHORITY"))
    assert [(n.name, n.label) for n in cluster(given, text)] == [("Appellate Division", "AUTHORITY")]


@pytest.mark.parametrize(
    ("text", "marked", "names"),
    [
        (
            "The European Commission won. The European Union's highest court agreed with the European Union.",
            [("European Commission", "AUTHORITY", "eu-commission"), ("European Union's highest court", "AUTHORITY", "eu-cjeu"), ("European Union", "AUTHORITY", "")],
            ["European Commission", "European Union's highest court"],
        ),
        (
            "The General Court erred. The Court said so. The Court of Justice agreed.",
            [("General Court", "AUTHORITY", "eu-general-court"), ("Court", "AUTHORITY", ""), ("Court of Justice", "AUTHORITY", "eu-cjeu")],
            ["General Court", "Court of Justice"],
        ),
        (
            "The Pentagon paid Pentagon Capital Management Plc.",
            [("Pentagon", "AUTHORITY", "us-dod"), ("Pentagon Capital Management Plc", "ORG", "")],
            ["Pentagon", "Pentagon Capital Management Plc"],
        ),
    ],
)  # fmt: skip
def test_bodies_that_only_begin_alike_stay_apart(
    text: str, marked: list[tuple[str, str, str]], names: list[str]
) -> None:
    mentions, here = [], 0
    for surface, label, body in marked:
        start = text.index(surface, here)
        # "European Union" stands in the text again after the court's name.
        start = text.rindex(surface) if surface == "European Union" else start
        mentions.append(Mention(start, start + len(surface), label, surface, (body,) if body else (), "test"))
        here = start + len(surface)
    assert [n.name for n in cluster(tuple(sorted(mentions)), text)] == names


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("It reached a settlement with New York over its fees.", True),
        ("It reached a settlement with New York regulators over its fees.", False),
        ("It has settled with Washington over its fees.", False),
        ("It has settled with the State of Washington over its fees.", True),
    ],
)
def test_a_state_or_only_where_somebody_is(text: str, acts: bool) -> None:
    state = "New York" if "New York" in text else "Washington"
    joined = join_mentions(text, (mention(text, state, "LOC"),), ())
    assert any(m.rule_id == "mentions.acting_state" for m in joined) is acts


@pytest.mark.parametrize(
    "text", ["Brennholm ASA was fined.", "Under the Bank Secrecy Act (BSA) it was fined; the BSA is strict."]
)
def test_acronyms_of_firms_and_acts_are_no_bodies(text: str) -> None:
    surface = "ASA" if "ASA" in text else "BSA"
    listed = tuple(m for m in find_authorities(text, (Span(0, len(text)),)) if m.text == surface)
    assert listed
    joined = join_mentions(text, (mention(text, surface, "ORG"),), listed)
    assert not any(m.label == "AUTHORITY" and m.text == surface for m in joined)


@pytest.mark.parametrize(
    ("text", "surface", "label", "again"),
    [
        ("Sharp Corp will pay. Earlier Sharp lost.", "Sharp Corp", "ORG", ["Sharp"]),
        ("Target Corp will pay. It missed a target; Target lost.", "Target Corp", "ORG", []),
        ("Ada Marlow will pay, Marlow said.", "Ada Marlow", "PERSON", ["Marlow"]),
        ("Marlow will pay, Marlow said.", "Marlow", "PERSON", ["Marlow"]),
        ("The Bank Corp will pay. Bank of Bonn lost.", "Bank Corp", "ORG", []),
        ("Kestrel will pay, a Kestrel-like firm said.", "Kestrel", "ORG", []),
    ],
)
def test_names_seen_once_are_found_again(text: str, surface: str, label: str, again: list[str]) -> None:
    assert [m.text for m in find_repeats(text, (mention(text, surface, label),))] == again


@pytest.mark.parametrize(
    ("marked", "labels"),
    [
        ("[Southwest Airlines](ORG) fell. [Southwest](LOC) will pay.", ["ORG", "ORG"]),
        ("[Southwest Airlines](ORG) flies in [Southwest](LOC) again.", ["ORG", "LOC"]),
        ("[Texas Instruments](ORG) fell. [Texas](LOC) sued.", ["ORG", "LOC"]),
        ("[Ada Lagow](PERSON) sued. [Lagow](ORG) won.", ["PERSON", "PERSON"]),
        ("[Epson Devices Corp](ORG) paid. [Epson](PERSON) said so.", ["ORG", "ORG"]),
        ("[Epson Devices Corp](ORG) paid. Mr [Epson](PERSON) said so.", ["ORG", "PERSON"]),
        ("[SAINT PAUL](ORG) – The state sued.", ["LOC"]),
        ("The state sued [UBS](ORG) – again.", ["ORG"]),
        ("([SAINT PAUL](PERSON))\nThe state sued.", ["LOC"]),
        ("The [Lakeford](PERSON)-based group paid; [Lakeford](ORG) is far.", ["LOC", "LOC"]),
        ("A firm of [Lakeford](ORG), S.D., paid.", ["LOC"]),
        ("[Lakeford](ORG), Texas, paid.", ["ORG"]),
        ("It sued [OrbeoPay](LOC) in May.", ["ORG"]),
        ("The Rail Office ([ZQF](ORG))\nfined it.", ["ORG"]),
        ("City Road Police ([CRP](ORG)) fined it, [CRP](ORG) said.", ["ORG", "ORG"]),
        (
            "[City Road Police](AUTHORITY) ([CRP](ORG)) fined it, [CRP](ORG) said.",
            ["AUTHORITY", "AUTHORITY", "AUTHORITY"],
        ),
        ("The [Rail Office](AUTHORITY) ([Orbeo](ORG) said so) fined it.", ["AUTHORITY", "ORG"]),
        ("A [Mapwise](ORG)-based scam cost [Mapwise](ORG) much; [Mapwise](ORG) sued.", ["ORG", "ORG", "ORG"]),
    ],
)
def test_one_label_for_one_name(marked: str, labels: list[str]) -> None:
    text, marks = parse_marked(marked)
    given = tuple(Mention(m.start, m.end, m.label, text[m.start : m.end], (), "ner.X") for m in marks)
    assert [m.label for m in same_labels(given, text)] == labels


@pytest.mark.parametrize(
    ("text", "taken", "heads"),
    [
        ("* Kestrel Marketing: $16 million for spoofing", {"Kestrel": "AUTHORITY"}, ["Kestrel Marketing"]),
        ("Fined:\nMapwise and Sons: €3m\nTotal: €5m", {}, ["Mapwise and Sons"]),
        ("* Kestrel Bank: $16 million", {"Kestrel Bank": "ORG"}, []),
        ("The board said of Orbeo: $16 million is a lot.", {}, []),
    ],
)
def test_firms_at_the_head_of_a_line(text: str, taken: dict[str, str], heads: list[str]) -> None:
    known = tuple(mention(text, surface, label) for surface, label in taken.items())
    assert [m.text for m in find_heads(text, known)] == heads


@pytest.mark.parametrize(
    ("text", "surface", "given", "label"),
    [
        ("It fined Lakeside Restaurant.", "Lakeside Restaurant", "LOC", "ORG"),
        ("It flooded Lakeside Park.", "Lakeside Park", "LOC", "LOC"),
        ("The French stock market regulator ZQF fined it.", "ZQF", "ORG", "AUTHORITY"),
        ("The French maker ZQF fined it.", "ZQF", "ORG", "ORG"),
        ("The stock market regulator, the ZQF, fined it.", "ZQF", "ORG", "AUTHORITY"),
        ("The DPA fined it.", "DPA", "AUTHORITY", "AUTHORITY"),
        ("QME Group Exchange fined Orbeo for it.", "QME Group Exchange", "ORG", "AUTHORITY"),
        ("QME Group Exchange fined by the board.", "QME Group Exchange", "ORG", "ORG"),
        ("The Central Bank fined it.", "Central Bank", "AUTHORITY", "AUTHORITY"),
        ("It paid $7 million to Arkansas.", "Arkansas", "LOC", "AUTHORITY"),
        ("A judge in Arkansas fined it.", "Arkansas", "LOC", "LOC"),
        ("It was sued; the State of Arkansas won.", "State of Arkansas", "LOC", "AUTHORITY"),
        ("A man in the State of Arkansas won.", "State of Arkansas", "LOC", "LOC"),
        ("It fined Norland Parcel Service.", "Norland Parcel Service", "AUTHORITY", "ORG"),
        ("A coalition led by Arkansas sued.", "Arkansas", "LOC", "AUTHORITY"),
        ("Other states whose regulators led the talks were Arkansas and Iowa.", "Arkansas", "LOC", "AUTHORITY"),
        ("It settled with the attorney generals of Arkansas and Iowa.", "Arkansas", "LOC", "AUTHORITY"),
        ("The states were glad. It sells tea in Arkansas.", "Arkansas", "LOC", "LOC"),
        ("An Arkansas lawsuit said so.", "Arkansas", "LOC", "AUTHORITY"),
        ("Arkansas sued the firm.", "Arkansas", "LOC", "AUTHORITY"),
        ("Arkansas lawyers sued the firm.", "Arkansas", "LOC", "LOC"),
    ],
)
def test_labels_by_the_words_beside_a_name(text: str, surface: str, given: str, label: str) -> None:
    assert [m.label for m in join_mentions(text, (mention(text, surface, given),), ())] == [label]


def test_a_line_broken_inside_a_name_does_not_end_the_sentence_of_a_text_with_hard_breaks() -> None:
    line = "the office said on Tuesday that the firm had to pay\n"
    text = line * 5 + "a fine of $21.4 million to the U.S. Occupational\nSafety and Health Administration, it said."
    assert text[split_sentences(text)[-1].start :].endswith("Occupational\nSafety and Health Administration, it said.")
    short = "He owes a fine of $21.4 million to the U.S. Occupational\nSafety counts."
    assert len(split_sentences(short)) == 2


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("Constellation Friday", "Constellation"),
        ("Mapwise Corp MPWS", "Mapwise Corp"),
        ("Mapwise MPWS.N", "Mapwise"),
        ("Mapwise USA", "Mapwise USA"),
        ("the Mapwise's", "Mapwise"),
    ],
)
def test_edges_of_what_the_model_marks(surface: str, name: str) -> None:
    start, end = strip_edges(surface, 0, len(surface))
    assert surface[start:end] == name


def test_a_legal_form_is_no_surname_and_a_state_no_body() -> None:
    text = "Marmara A.Ş. paid; so did Ege A.Ş. The State won."
    assert find_repeats(text, (mention(text, "Marmara A.Ş.", "PERSON"),)) == ()
    assert join_mentions(text, (mention(text, "State", "AUTHORITY"),), ()) == ()
