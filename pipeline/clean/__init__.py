"""Clean: HTML to text, page furniture off, offsets kept, language and duplicates found."""

from __future__ import annotations

from pipeline.clean.duplicates import Copy, find_copies
from pipeline.clean.furniture import furniture_of
from pipeline.clean.html import text_of_html
from pipeline.clean.language import language_of
from pipeline.clean.links import anchors_of_html, find_links
from pipeline.clean.near_copies import digest_of, text_clusters
from pipeline.clean.offsets import Builder, hash_of, unescape_runs
from pipeline.records import Document, Reject, Text

READS = ("rules/furniture.toml",)

__all__ = ["READS", "Copy", "clean", "find_copies", "text_clusters"]


def clean(text: Text) -> Document | Reject:
    """Return the cleaned article, or why nothing is left of it.

    `source_text` is title, blank line and the decoded body before furniture was cut; `offset_map` leads from `text` to it.
    """
    body = text_of_html(text.body) if text.markup == "html" else text.body
    if body is None:
        return Reject(text.locator, "clean", "no_body", "no article text was found in the page", text.body[:200])
    title = " ".join((text.title or "").split())
    source = f"{title}\n\n{body}"
    cut = furniture_of(body, title)
    builder = Builder(source)
    builder.keep(0, len(title))
    title_end = len(title)
    builder.write("\n\n")
    for start, end, replacement in unescape_runs(body, cut, markup=text.markup):
        if replacement is None:
            builder.keep(start + len(title) + 2, end + len(title) + 2)
        else:
            builder.write(replacement)
    cleaned, runs = builder.finish(title_end)
    if not cleaned[title_end:].strip() and not title:
        return Reject(text.locator, "clean", "no_body", "nothing but page furniture", text.body[:200])
    anchors = anchors_of_html(text.body, text.url) if text.markup == "html" else ()
    return Document(
        text.article_id, text.locator, text.url, text.title, text.published, text.outlet, language_of(cleaned, text.language),
        cleaned, title_end, source, runs, find_links(anchors, source, title_end, cleaned, runs), hash_of(cleaned), digest_of(cleaned), tuple(sorted({f"{c.rule_id}" for c in cut})),
    )  # fmt: skip
