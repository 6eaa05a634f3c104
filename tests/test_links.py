"""Hyperlinks and near-copies of articles."""

from __future__ import annotations

import random

import pytest

from pipeline.clean import clean
from pipeline.clean.near_copies import digest_of, text_clusters
from pipeline.normalise.sources import domain_owner
from pipeline.records import Document, Text

PAGE = """<html><body><article><h1>Watchdog fines Mapwise</h1>
<p>The <a href="https://www.ftc.gov/news/1">Federal Trade Commission</a> fined Mapwise $12 million on Tuesday over the way in which it kept the places
that its users had been to, the agency said in <a href="/orders/2">its order</a>. The firm had been warned twice before that.</p>
<p>It is the <a href="javascript:alert(1)">second fine</a> in a year; <a href="mailto:a@b.c">write to us</a> or read https://example.org/background, we said.</p>
</article></body></html>"""


def cleaned(body: str, markup: str = "html") -> Document:
    document = clean(
        Text("a", "a", "https://news.example.com/story", "Watchdog fines Mapwise", None, None, "en", markup, body)
    )
    assert isinstance(document, Document)
    return document


def test_links_of_a_page_stand_at_their_words() -> None:
    document = cleaned(PAGE)
    assert [(document.text[link.start : link.end], link.url) for link in document.links] == [
        ("Federal Trade Commission", "https://www.ftc.gov/news/1"),
        ("its order", "https://news.example.com/orders/2"),
        ("https://example.org/background", "https://example.org/background"),
    ]


def test_bare_addresses_of_plain_text_are_links() -> None:
    document = cleaned("It was fined €5m (https://edpb.europa.eu/x). See also http://[bad and https://a.b/c.", "plain")
    assert [link.url for link in document.links] == ["https://edpb.europa.eu/x", "https://a.b/c"]


@pytest.mark.parametrize(
    ("url", "owners"),
    [
        ("https://www.ftc.gov/news/1", {"us-ftc"}),
        ("https://data.edpb.europa.eu/x", {"eu-edpb"}),
        ("https://notftc.gov/x", set()),
        ("https://ftc.gov.example.com/", set()),
        ("nonsense", set()),
    ],
)
def test_primary_sources_by_domain(url: str, owners: set[str]) -> None:
    assert domain_owner(url) == owners


WORDS = [
    "the",
    "agency",
    "fined",
    "a",
    "firm",
    "over",
    "its",
    "records",
    "and",
    "said",
    "on",
    "Tuesday",
    "that",
    "the",
    "order",
    "would",
    "stand",
    "until",
    "a",
    "court",
    "looked",
    "at",
    "it",
    "again",
    "in",
    "spring",
]


def text(seed: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=220))


def test_near_copies_share_a_cluster_whatever_their_order() -> None:
    story = text(1)
    copy = "NEWSDESK - " + story.rsplit(" ", 12)[0] + " Read more."
    found = [("b", digest_of(copy)), ("a", digest_of(story)), ("c", digest_of(text(2))), ("d", digest_of(""))]
    clusters = text_clusters(found)
    assert clusters == {"a": "a", "b": "a", "c": "c", "d": "d"}
    assert text_clusters(reversed(found)) == clusters
    assert all(-(2**31) <= v < 2**31 for v in digest_of(story))
