"""Build the cleaned text and, with it, the map of its offsets to the text that it was made from."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Iterator

from pipeline.clean.furniture import Furniture
from pipeline.records import OffsetRun

_REPLACED = re.compile(
    r"\r\n?|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});|\n(?:[ \t\u00a0]*\n){2,}|\x00|[\ud800-\udfff]"
)


class Builder:
    """Collects kept stretches of a source and written-in text; `finish` gives the text and the runs that are equal in both."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._runs: list[OffsetRun] = []
        self._length = 0

    def keep(self, start: int, end: int) -> None:
        """Take `source[start:end]` over."""
        if end <= start:
            return
        last = self._runs[-1] if self._runs else None
        if last and last.text_start + last.length == self._length and last.source_start + last.length == start:
            self._runs[-1] = OffsetRun(last.text_start, last.source_start, last.length + end - start)
        else:
            self._runs.append(OffsetRun(self._length, start, end - start))
        self._parts.append(self._source[start:end])
        self._length += end - start

    def write(self, text: str) -> None:
        """Write text that the source does not hold in this form."""
        self._parts.append(text)
        self._length += len(text)

    def finish(self, shortest: int) -> tuple[str, tuple[OffsetRun, ...]]:
        """Return text and runs, white space at the end left out (but not below `shortest` characters)."""
        text = "".join(self._parts)
        length = max(len(text.rstrip()), shortest)
        runs = [
            OffsetRun(r.text_start, r.source_start, min(r.length, length - r.text_start))
            for r in self._runs
            if r.text_start < length
        ]
        return text[:length], tuple(runs)


def unescape_runs(body: str, cut: Iterable[Furniture], markup: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield what becomes of each stretch of `body`: (start, end, None) is kept, (start, end, text) replaced; what is cut is left out.

    Line ends become "\\n", longer gaps one blank line, entities of plain text their character, and what no text can hold "\\ufffd".
    """
    position = 0
    for piece in (*cut, Furniture(len(body), len(body), "")):
        for match in _REPLACED.finditer(body, position, piece.start):
            found = match.group()
            if found.startswith("&"):
                replacement = html.unescape(found) if markup == "plain" else found
                if replacement == found:
                    continue
            else:
                replacement = "\n" if found[0] == "\r" else "\n\n" if found[0] == "\n" else "\ufffd"
            yield position, match.start(), None
            yield match.start(), match.end(), replacement
            position = match.end()
        yield position, piece.start, None
        position = piece.end


def hash_of(text: str) -> str:
    """Return the hash by which exact copies are found; case and white space do not count."""
    return hashlib.blake2b(
        " ".join(text.casefold().split()).encode("utf-8", "surrogatepass"), digest_size=12
    ).hexdigest()
