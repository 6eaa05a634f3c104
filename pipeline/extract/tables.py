"""Tables and lists: rows of printed tables, delimited tables and bulleted lines, each with its party and its sums.

Four shapes: blocks between blank lines that close with a sum, as monthly lists of settled penalties print them; lines of cells between bars; cells
between semicolons, with or without line breaks; and lines that open with a name, a colon or dash and a sum. A legend in the table's head says what the
letter after a sum means ("Amount Assessed (A), Settled (S)"), a column's head what its sums are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.language.cues import find_cues

FEWEST = 3
"""Rows that make a table or a list."""
LONGEST = 500
_BLOCK = re.compile(
    r"(?:^|\n[ \t]*\n)(?P<block>[^\n](?:(?!\n[ \t]*\n)[\s\S]){0,600}?[$€£]\s?[\d.,]*\d(?P<letter> [A-Z])?)[ \t]*(?=\n[ \t]*(?:\n|$)|$)"
)
_SUM = re.compile(r"[$€£]\s?[\d.,]*\d")
_PLACE = re.compile(r",\s(?:[A-Z]{2}|[A-Z][a-z]+)(?=\s+(?:\d{4,5}|[A-Z])|\s*$)", re.M)
_GLUED = re.compile(r"(?<=[a-z.,])(?=[A-Z][a-z]+(?: [A-Z][a-z]+)?$)")
_TWO_WORDS = re.compile(
    r"\s(?:(?:East|West|North|South|New|San|Santa|Los|Las|Fort|Ft\.|St\.|Saint|Mount|El|Palo|Salt Lake|Grand|Little|Long) [A-Z][\w.]+|[A-Z][a-z]+ (?:Park|City|Beach|Springs|Heights|Hills|Falls|Grove|Valley|Rapids|Plains|Island|Lake|Creek|Rock|Bluffs))$"
)
_ONE_WORD = re.compile(r"\s[A-Z][\w.’'-]+$")
_BEHALF = re.compile(r"\s+(?:on\s+behalf\s+of|d/?b/?a|formerly|f/?k/?a|doing\s+business\s+as)\b[\s\S]*", re.I)
_LEGEND = re.compile(r"\b(?P<word>settle|assess|impos|propos|consent)\w*\s*\(\s*(?P<letter>[A-Z])\s*\)", re.I)
_MEANS = {"settle": "agreed", "consent": "agreed", "assess": "imposed", "impos": "imposed", "propos": "proposed"}
_MONEY = r"(?:[$€£₹]|[A-Z]{1,3}[$€£]?|Rs\.?)\s?\d[\d.,\u00a0 ]*\d?(?:\s?(?:million|billion|crore|lakh|mln|bln|m|bn|k))?"
_FLOWING = re.compile(
    rf"(?P<name>[A-Z][^;\n]{{1,60}}?);\s(?P<cells>(?:(?:{_MONEY}|-{{1,3}}|–|—|nil|none|n/a)\s?;\s){{1,4}})(?P<year>(?:19|20)\d\d)(?=\s|$)"
)
_HEAD = re.compile(r"(?P<first>[A-Z][a-z]+); (?P<heads>(?:[A-Z][\w ]{2,30}; ){1,4})(?:Year|Date)\b")
_LISTED = re.compile(
    rf"^(?:[-•*–·◦]\s?|\d{{1,2}}[.)]\s)?(?P<name>[^\W_][^:\n|;]{{2,100}}?)\s?(?::| [–—-]) (?P<sum>(?:about |around |some |over |more than |up to )?{_MONEY}|\d[\d.,]*\s?(?:million|billion|crore|lakh)?\s(?:[a-z]+|[A-Z]{{3}})\b)",
    re.M,
)
_ASIDE = re.compile(
    r"\s*[(\[][^()\[\]]*[)\]]?\s*$|, (?:a|an|the|once|former|formerly|owner|maker|director|chief|then|its|his|[A-Z][\w.’ -]+$|for|which|who)\b.*$"
)
_NO_PARTY = re.compile(
    r"(?:total|sum|all|altogether|overall|in all|fine|fines|penalty|penalties|costs?|year|\d{4}|amount|financial penalty|settlement|restitution|disgorgement|interest|revenue|profit|sales)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A row of a table or list, or one cell of it: the span of its sum's surroundings, the span of its party (None where it names nobody), how many cases it
    counts, and its standing, type and year where legend, column or cell tell them."""

    start: int
    end: int
    party: tuple[int, int] | None
    cases: int = 1
    status: str | None = None
    penalty_type: str | None = None
    year: tuple[int, int] | None = None


def _addressed(text: str) -> tuple[int, int] | None:
    """The span of the party that a block opens with: what stands before its town and state."""
    place = _PLACE.search(text)
    if place is None:
        return None
    head = text[: place.start()]
    glued = _GLUED.search(head)
    town = glued or _TWO_WORDS.search(head) or _ONE_WORD.search(head)
    head = head[: town.start()] if town else head
    head = _BEHALF.sub("", head).rstrip(" ,\n")
    return (0, len(head)) if len(head) > 2 and head[0].isalnum() and not head[0].isdigit() else None


def _printed(text: str) -> Iterator[Block]:
    legend = {m["letter"].upper(): _MEANS[m["word"].lower()] for m in _LEGEND.finditer(text)}
    for match in _BLOCK.finditer(text):
        block = match["block"]
        if len(block) > LONGEST or len(_SUM.findall(block)) != 1:
            continue
        start = match.start("block")
        count = re.match(r"\d{1,4}(?=\s)", block)
        party = None if count else _addressed(block)
        status = legend.get((match["letter"] or "").strip())
        if party or (status and count):
            shifted = (start + party[0], start + party[1]) if party else None
            yield Block(start, match.end("block"), shifted, int(count.group()) if count else 1, status)


def _type_of(head: str) -> str | None:
    cues = find_cues("penalties", head)
    return cues[-1].value if cues else None


def _named(cell: str, start: int) -> tuple[int, int] | None:
    """The span of the name that a cell or line opens with, without what describes it; None for a total or a heading."""
    name = _ASIDE.sub("", cell).strip()
    at = cell.find(name) if name else -1
    if at < 0 or len(name) < 2 or name[0].islower() or _NO_PARTY.match(name):
        return None
    return (start + at, start + at + len(name))


def _standing_of(cell: str) -> str | None:
    return next((c.value for c in find_cues("standing", cell)), None)


def _barred(text: str) -> Iterator[Block]:
    lines = [(m.start(), m.group()) for m in re.finditer(r"[^\n]+", text)]
    heads: list[str] = []
    for start, line in lines:
        cells = line.split("|")
        if len(cells) < 3:
            heads = []
            continue
        if len(heads) != len(cells):
            heads = cells
            continue
        party = _named(cells[0], start)
        position = start + len(cells[0]) + 1
        for head, cell in zip(heads[1:], cells[1:], strict=True):
            kind = _type_of(head)
            if kind and re.search(r"\d", cell):
                yield Block(position, position + len(cell), party, penalty_type=kind)
            position += len(cell) + 1


def _flowing(text: str) -> Iterator[Block]:
    head = _HEAD.search(text)
    heads = [h.strip() for h in head["heads"].split(";")[:-1]] if head else []
    for match in _FLOWING.finditer(text, head.end() if head else 0):
        name = re.sub(r"^(?:Year|Date|(?:19|20)\d\d)\s+", "", match["name"])
        start = match.end("name") - len(name)
        position = match.start("cells")
        for i, cell in enumerate(match["cells"].split(";")[:-1]):
            kind = _type_of(heads[i]) if i < len(heads) else None
            if re.search(r"\d", cell):
                yield Block(
                    position, position + len(cell), _named(name, start), 1, _standing_of(name), kind, match.span("year")
                )
            position += len(cell) + 1


def _listed(text: str) -> Iterator[Block]:
    # The first line is the title: "CNMC paints a line: €41.6m in fines" is no row of a list.
    for match in _LISTED.finditer(text, max(text.find("\n"), 0)):
        party = _named(match["name"], match.start("name"))
        if party is not None:
            yield Block(match.start("sum"), match.end("sum"), party)


def table_blocks(text: str) -> tuple[Block, ...]:
    """Return the rows of the tables and lists of a text, in order (offsets in `text`); of each shape only where at least three rows name a party."""
    out: list[Block] = []
    for shape in (_printed, _barred, _flowing, _listed):
        found = [b for b in shape(text) if not any(b.start < o.end and o.start < b.end for o in out)]
        if len({b.party for b in found if b.party is not None}) >= FEWEST:
            out += found
    return tuple(sorted(out, key=lambda b: b.start))
