"""How names are compared: without accents, case, legal forms and small words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pipeline.knowledge import read_toml, strings

LEGAL_FORMS = "registry/legal_forms.toml"
_SMALL = "the of and for a an in on de la le les du des di del van der und et y"
SMALL_WORDS = frozenset(_SMALL.split())
"""Articles, prepositions and particles that do not tell names apart."""


def plain(text: str) -> str:
    """Return the text without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def printable(text: str) -> str:
    """Return a text as a terminal may print it: on one line, without control characters and marks that turn its direction."""
    return "".join(" " if c.isspace() else c for c in text if c.isprintable() or c.isspace())


@cache
def legal_forms() -> tuple[str, ...]:
    """Return the legal forms of firms, as the registry writes them."""
    return strings(LEGAL_FORMS, read_toml(LEGAL_FORMS), "forms")


@cache
def _legal() -> re.Pattern[str]:
    forms = sorted(legal_forms(), key=len, reverse=True)
    alternatives = "|".join(re.escape(f).replace(r"\.", r"\.?").replace(r"\ ", r"\s") for f in forms)
    return re.compile(rf"(?:,?\s+(?:{alternatives})\.?)+$", re.I)


def without_legal_form(name: str) -> str:
    """Return a firm's name without the legal forms at its end."""
    return _legal().sub("", name).strip(" ,") or name


def is_legal_form(text: str) -> bool:
    """Whether a text is a legal form alone ("S.A. de C.V."), cut off from its firm's name."""
    return without_legal_form(f"Firm {text}") == "Firm"


_DOMAIN = re.compile(r"\w{3}\.(?:com|co\.uk|org|net)\b", re.I)


def tokens_of(name: str) -> tuple[str, ...]:
    """Return the tokens by which names are compared: no accents, case, legal forms, articles or full stops."""
    text = plain(without_legal_form(name)).lower().replace(".", "").replace("&", " and ")
    text = re.sub(r"(?<=\w{3})(?:com|couk|org|net)$", "", text) if "." in name and _DOMAIN.search(name) else text
    text = re.sub(r"['’]s?\b", "", text)
    return tuple(t for t in re.findall(r"\w+", text) if t not in SMALL_WORDS)
