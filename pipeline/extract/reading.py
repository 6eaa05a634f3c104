"""Everything that is found in a document before anything is decided: sentences with their sums, dates, names and cues."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.extract.names import Name, cluster
from pipeline.extract.sums import MOST_SUMS, SumReading, crowded, read_sum
from pipeline.extract.tables import Block, table_blocks
from pipeline.language.cues import Cue, find_cues
from pipeline.language.dates import DateMention, find_dates
from pipeline.language.money import Money, find_bare, find_money
from pipeline.language.spelling import is_legal_form, tokens_of
from pipeline.records import Annotated, Document, Mention

LEAD = 2
"""Sentences of the body that count as the lead."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the document, offsets in the document. `number` 0 is the title (if there is one), 1 the lead's first."""

    number: int
    start: int
    end: int
    text: str
    sums: tuple[Money, ...]
    readings: tuple[SumReading, ...]
    dates: tuple[DateMention, ...]
    names: tuple[tuple[Mention, Name], ...]
    status: tuple[Cue, ...]
    prior: tuple[Cue, ...]
    appeals: tuple[Cue, ...]
    penalties: tuple[Cue, ...]
    acts: tuple[Cue, ...]
    roles: tuple[Cue, ...]
    heading: DateMention | None = None
    """The year that heads the list whose line this is."""

    def __hash__(self) -> int:
        """A sentence is told from others by its place and text; what was found in it need not be hashed each time that it is looked up."""
        return hash((self.number, self.start, self.text))

    @property
    def is_title(self) -> bool:
        """Whether this is the title."""
        return self.number == 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A document read: what `extract` decides from."""

    document: Document
    published: date | None
    names: tuple[Name, ...]
    sentences: tuple[Sentence, ...]
    blocks: tuple[Block, ...] = ()
    held: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """The positions that each name (by its index) holds in any sentence."""
    trades: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """The trades that each name (by its index) is called by."""

    def block_at(self, position: int) -> Block | None:
        """Return the row of a printed table that a position of the document lies in."""
        return next((b for b in self.blocks if b.start <= position < b.end), None)

    @property
    def title(self) -> Sentence | None:
        """The title, if the article has one."""
        return self.sentences[0] if self.sentences and self.sentences[0].is_title else None

    @property
    def lead(self) -> tuple[Sentence, ...]:
        """The first sentences of the body."""
        return tuple(s for s in self.sentences if 0 < s.number <= LEAD)


_DATELINE = re.compile(
    r"^(?:[A-Z][\w .,'’/-]{2,60}?)?(?:, (?:[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?))? ?\((?P<agency>[A-Z][\w .]{1,30})\) ?[-–—]+ |^[A-Z][A-Z .,'’/-]{3,50}(?:, [A-Za-z .]{2,20})?(?:, (?:[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?|\d{1,2} [A-Z][a-z]{2,8}(?: \d{4})?))?(?: \([\w .]{2,30}\))? ?[-–—]+ "
)


def dateline_end(sentence: str) -> int:
    """Return where the words after a dateline ("BRUSSELS (Reuters) - ") begin; 0 where there is none."""
    match = _DATELINE.match(sentence)
    return match.end() if match else 0


def dateline_date(sentence: str, published: date | None, order: str) -> DateMention | None:
    """Return the date printed in a dateline, if any."""
    end = dateline_end(sentence)
    return next((d for d in find_dates(sentence[:end], published, order) if d.precision == "day"), None)


def _title_mentions(document: Document, found: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Names of the body that stand in the title too, where the model did not see them (headlines write every word with a capital)."""
    title = document.text[: document.title_end]
    out: list[Mention] = []
    candidates = sorted(
        {m.text for m in found if m.start >= document.title_end and m.label in {"ORG", "PERSON"}},
        key=lambda t: (-len(t), t),
    )
    for surface in candidates:
        label = next(m.label for m in found if m.text == surface and m.start >= document.title_end)
        forms = [surface]
        parts = surface.split()
        if label == "PERSON" and len(parts) > 1:
            forms.append(parts[-1])
        elif len(parts) > 1:
            core = tokens_of(surface)
            forms += [
                " ".join(parts[:n])
                for n in range(len(parts) - 1, 0, -1)
                if n > 1 or (len(parts[0]) > 3 and core[:1] and parts[0][0].isupper())
            ]
        for form in forms:
            match = re.search(rf"(?<!\w){re.escape(form)}(?!\w)", title)
            if match and not any(m.start < match.end() and match.start() < m.end for m in (*found, *out)):
                out.append(Mention(match.start(), match.end(), label, form, (), "names.title"))
                break
    return tuple(out)


_BYLINE = re.compile(
    r"\W{0,3}(?:by|written by|posted by|reporting by|updated|published|photo|image|enlarge|source|contact|from|date|case|for immediate release|press release|news release)\b",
    re.I,
)


def is_heading(text: str, title: str) -> bool:
    """Whether a line of the body is no sentence of the story: a byline, a date, a label, a caption, or the title over again."""
    words = text.split()
    lower = sum(w[0].islower() for w in words)
    if title.strip() and len(title) > 20 and text.strip().casefold().startswith(title.strip().casefold()):
        return True
    if len(words) <= 12 and _BYLINE.match(text) and not re.search(r"[.!?][”\"’]?$", text.strip()):
        return True
    return lower < 2 and len(words) <= 8 and not find_money(text)


def read_document(document: Document, annotated: Annotated, order: str) -> Reading:
    """Return the document with all that its sentences hold; `order` is that of its numeric dates."""
    elsewhere = {(m.start, m.end) for m in annotated.mentions if m.label in {"LOC", "AUTHORITY"}}
    blocks = table_blocks(document.text)
    # A list of states or agencies tells who gets the money.
    if 2 * sum(b.party in elsewhere for b in blocks) >= len(blocks):
        blocks = ()
    spans = {b.party for b in blocks if b.party}
    known = {(m.start, m.end) for m in annotated.mentions if m.label in {"ORG", "PERSON"}}
    parties = [Mention(*s, "ORG", document.text[slice(*s)], (), "names.table") for s in sorted(spans - known)]
    kept = [
        m
        for m in annotated.mentions
        if not any(m.start < p.end and p.start < m.end for p in parties)
        and not (m.label in {"ORG", "PERSON"} and is_legal_form(m.text))
    ]
    mentions = tuple(sorted((*kept, *parties, *_title_mentions(document, annotated.mentions))))
    names = cluster(tuple(m for m in mentions if m.label != "LAW"), document.text)
    by_mention = [(m, name) for name in names for m in name.mentions]
    sentences = []
    published = document.published
    unit = next(iter(find_money(document.text)), None)
    number = -1 if document.title_end else 0
    heading = False
    weighed = 0
    tells = False
    since = 9
    early = False
    for span in annotated.sentences:
        text = document.text[span.start : span.end]
        # A heading shares the number of the sentence that it stands above: bylines and dates are not what an article opens with.
        number += not heading
        heading = number > 0 and is_heading(text, document.text[: document.title_end])
        if number == 1 and published and (printed := dateline_date(text, published, order)) and printed.value:
            published = printed.value if abs((printed.value - published).days) <= 7 else published
        sums = find_money(text, span.start)
        unit = next((m for m in reversed(sums) if not m.conversion), unit)
        penalties, status = find_cues("penalties", text, span.start), find_cues("standing", text, span.start)
        tells_before, tells = tells, bool(penalties or status)
        early = early or (number <= 2 and any(c.value in {"fine", "settlement", "disgorgement"} for c in penalties))
        since = 0 if any(not m.conversion for m in sums) else since + 1
        if unit is not None:
            sums = tuple(
                sorted(
                    (*sums, *find_bare(text, sums, unit, tells or tells_before or (early and since <= 3), span.start))
                )
            )
        sentences.append(
            Sentence(
                number, span.start, span.end, text, sums,
                tuple(
                    read_sum(text, sums, k, span.start) if weighed + k < MOST_SUMS else crowded(m, span.start)
                    for k, m in enumerate(sums)
                ),
                find_dates(text, published, order, span.start),
                tuple(sorted(((m, n) for m, n in by_mention if span.start <= m.start and m.end <= span.end), key=lambda p: p[0].start)),
                status,
                find_cues("prior", text, span.start),
                find_cues("appeals", text, span.start),
                penalties,
                find_cues("acts", text, span.start),
                find_cues("roles", text, span.start),
            )
        )  # fmt: skip
        weighed += len(sums)
    return Reading(document, published, names, tuple(sentences), blocks)
