"""The screen: whether an article may hold an action. Matched on raw text, so that most of a dump is never cleaned or parsed."""

from __future__ import annotations

import re
from functools import cache

from pipeline.knowledge import KnowledgeError, currencies, read_toml, required

SCREEN = "rules/screen.toml"


def _currencies() -> str:
    """Signs, codes and words of the currency registry: a sign that is no letter alone, letters right before a figure, words as they are."""
    signs = {s for c in currencies().values() for s in c.signs}
    words = {w.split()[-1].lower() for c in currencies().values() for w in c.words}
    plain = "|".join(re.escape(s) for s in sorted(signs) if not s[0].isalpha())
    letters = "|".join(re.escape(s) for s in sorted(signs) if s[0].isalpha())
    return rf"|{plain}|\b(?:{letters})[\ \u00a0]?\d|\b(?:{'|'.join(sorted(words))})s?\b"


@cache
def _pattern(name: str) -> re.Pattern[str]:
    source = required(SCREEN, read_toml(SCREEN), name)
    if name == "money":
        source += _currencies()
    try:
        return re.compile(source, re.VERBOSE | (0 if name == "authority" else re.IGNORECASE))
    except re.error as error:
        raise KnowledgeError(SCREEN, name, f"bad pattern: {error}") from error


def _near(text: str, cue: str, partner: str) -> bool:
    """Whether a `partner` stands within the file's `reach` of a `cue`."""
    reach = required(SCREEN, read_toml(SCREEN), "reach", dict)[cue]
    other = _pattern(partner)
    return any(other.search(text, max(0, m.start() - reach), m.end() + reach) for m in _pattern(cue).finditer(text))


def passes_screen(text: str) -> bool:
    """Return whether `text` holds a penalty word near money, or a measure word near an authority word."""
    return _near(text, "penalty", "money") or _near(text, "measure", "authority")
