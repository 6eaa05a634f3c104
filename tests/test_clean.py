"""Clean: furniture off, offsets that lead back, copies and languages."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean, find_copies
from pipeline.language.coordinates import source_span
from pipeline.records import Document, Reject, Text

ARTICLE = (
    "The Data Board has fined Mapwise Ltd €12m for mapping houses without asking.\r\n\r\nShare Story:\r\n\r\nMapwise &amp; Sons said it would appeal — “we disagree”.\r\n\r\n\r\n\r\n"
    "Recent Stories\r\n\r\nKestrel Bank fined £5m over alerts\r\nA decade ago, banks had no alerts at all."
)


def cleaned(body: str, title: str | None = "Mapwise fined €12m", markup: str = "plain") -> Document:
    document = clean(Text("a1", "x:1", None, title, date(2024, 5, 15), None, None, markup, body))
    assert isinstance(document, Document)
    return document


def assert_offsets(document: Document) -> None:
    for run in document.offset_map:
        assert (
            document.text[run.text_start : run.text_start + run.length]
            == document.source_text[run.source_start : run.source_start + run.length]
        )


def test_furniture_is_cut_and_offsets_lead_back() -> None:
    document = cleaned(ARTICLE)
    assert document.text == (
        "Mapwise fined €12m\n\nThe Data Board has fined Mapwise Ltd €12m for mapping houses without asking.\n\nMapwise & Sons said it would appeal — “we disagree”."
    )
    assert document.furniture == ("furniture.recent_stories", "furniture.share")
    assert_offsets(document)
    start = document.text.index("“we disagree”")
    span = source_span(document.offset_map, start, start + 13)
    assert span is not None
    assert document.source_text[span[0] : span[1]] == "“we disagree”"


def test_a_replaced_character_has_no_place_in_the_source() -> None:
    document = cleaned(ARTICLE)
    at = document.text.index("& Sons")
    assert source_span(document.offset_map, at, at + 1) is None


def test_the_title_repeated_in_the_body_is_cut() -> None:
    assert (
        cleaned("Mapwise fined €12m\n\nThe Data Board fined it.").text
        == "Mapwise fined €12m\n\nThe Data Board fined it."
    )


def test_html() -> None:
    page = (
        "<html><body><nav><a href='/'>Home</a></nav><article><h1>Mapwise fined €12m</h1>"
        + "".join(
            f"<p>The Data Board has fined Mapwise Ltd €12m, it said in part {i} of its notice.</p>" for i in range(4)
        )
        + "</article></body></html>"
    )
    document = cleaned(page, markup="html")
    assert document.text.count("The Data Board has fined") == 4
    assert "<" not in document.text
    assert_offsets(document)


def test_a_page_without_text_is_rejected() -> None:
    result = clean(Text("a1", "x:1", None, None, None, None, None, "html", "<html><body></body></html>"))
    assert isinstance(result, Reject)
    assert result.code == "no_body"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "The regulator fined the bank five million euros on Tuesday because it had failed to watch its clients.",
            "en",
        ),
        (
            "Die Behörde hat gegen die Bank am Dienstag ein Bußgeld von fünf Millionen Euro verhängt, weil sie ihre Kunden nicht überwacht hatte und Fristen verstrichen.",
            "de",
        ),
        (
            "La CNIL a infligé mardi une amende de cinq millions d’euros à la banque pour avoir manqué à ses obligations de surveillance des clients pendant plusieurs années.",
            "fr",
        ),
    ],
)
def test_language(text: str, language: str) -> None:
    assert cleaned(text, title="").language == language


def test_copies_do_not_depend_on_order() -> None:
    rows = [
        ("b", "2", date(2024, 1, 2), "h"),
        ("a", "1", date(2024, 1, 2), "h"),
        ("c", "3", date(2024, 1, 1), "h"),
        ("d", "4", None, "other"),
        ("e", "5", None, "h"),
    ]
    expected = {("a", "c"), ("b", "c"), ("e", "c")}
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert {(c.article_id, c.kept) for c in find_copies(rows)} == expected


PIECES = [
    "€12m",
    "\r\n",
    "\n\n\n\n",
    "Share Story:",
    "Recent Stories",
    "\u00a0",
    "Zürich",
    "👍🏽",
    "&amp;",
    "&#8364;",
    "fined",
    " ",
    "\n",
    "Read more: x y z",
    "e\u0301",
    "\x00",
    "The Data Board said",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(["", "Mapwise fined €12m"]))
@settings(max_examples=200, deadline=None)
def test_offsets_hold_on_any_text(pieces: list[str], title: str) -> None:
    result = clean(Text("a1", "x:1", None, title, None, None, None, "plain", "".join(pieces)))
    if isinstance(result, Document):
        assert_offsets(result)
        assert "\r" not in result.text
        assert "\x00" not in result.text
