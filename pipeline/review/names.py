"""Names that the registry does not settle: each spelling with the rows that depend on it, and what a reviewer chooses for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from pipeline.knowledge import AUTHORITY_KINDS, Authority, authorities
from pipeline.review.store import Store
from pipeline.verdicts.overrides import (
    DEPENDS,
    Body,
    Choice,
    Overrides,
    overrides_of,
    read_overrides,
    spelling_key,
    write_overrides,
)

MOST = 100
"""Spellings that the page lists."""
SAMPLES = 3


class ChoiceError(ValueError):
    """A choice that cannot be taken; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling that is open: in articles of which country (the one that they name most; empty: none), how many rows have it, and sentences with it."""

    side: str
    text: str
    country: str
    n_rows: int
    now: str | None = None
    """The id that the rows have now, of authorities."""
    samples: tuple[tuple[str, str], ...] = ()
    """(article id, sentence)."""


def open_spellings(store: Store, side: str, overrides: Overrides, most: int = MOST) -> list[Spelling]:
    """Return the spellings of a side that nothing settles, the commonest first: of authorities those without one registry id, of respondents those that look like another name."""
    found = store.base.execute(
        "SELECT spelling, country, COUNT(*) AS n, MIN(party_id) FROM i.spellings WHERE side = ? AND settled = 0 GROUP BY spelling, country ORDER BY n DESC, spelling, country LIMIT ?",
        (side, most + len(overrides.choices)),
    )
    out = [Spelling(side, text, country, n, now) for text, country, n, now in found]
    return [s for s in out if overrides.choice(side, s.text, s.country or None) is None][:most]


def with_samples(store: Store, spelling: Spelling) -> Spelling:
    """Return a spelling with three sentences that hold it."""
    found = store.base.execute(
        "SELECT DISTINCT article_id, sentence FROM i.spellings WHERE side = ? AND spelling = ? AND country = ? ORDER BY article_id LIMIT ?",
        (spelling.side, spelling.text, spelling.country, SAMPLES),
    )
    return replace(spelling, samples=tuple((a, s) for a, s in found))


def rows_of(store: Store, side: str, spelling: str, country: str | None) -> int:
    """Return how many rows a choice concerns: those with this spelling (but for case, accents and legal form), in articles of that country where it names one."""
    key = spelling_key(spelling)
    query = (
        "SELECT spelling, COUNT(*) FROM i.spellings WHERE side = ?"
        + (" AND country = ?" if country else "")
        + " GROUP BY spelling"
    )
    found = store.base.execute(query, (side, country) if country else (side,))
    return sum(n for text, n in found if spelling_key(text) == key)


def alike_names(store: Store, text: str) -> list[str]:
    """Return other names of respondents that a spelling may stand for."""
    words = [w for w in re.findall(r"\w+", text) if len(w) > 3][:3] or [text]
    out: list[str] = []
    for word in words:
        found = store.base.execute(
            "SELECT spelling, COUNT(*) AS n FROM i.spellings WHERE side = 'respondent' AND instr(spelling, ?) > 0 AND spelling != ? GROUP BY spelling ORDER BY n DESC LIMIT 10",
            (word, text),
        )
        out += [s for s, _ in found]
    return list(dict.fromkeys(out))


def choose(path: Path, choice: Choice, body: Body | None = None) -> Overrides:
    """Add a choice to the file, in place of an older one for the same spelling and country; return all. Raises `ChoiceError`."""
    with _alone(path):
        return _choose(path, choice, body)


def _alone(path: Path) -> FileLock:
    """Hold the file of choices: two people may settle names at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path.with_name(path.name + ".lock"))


def _choose(path: Path, choice: Choice, body: Body | None) -> Overrides:
    now = read_overrides(path)
    if body is not None and (body.authority_id in authorities() or body.authority_id in now.authorities):
        raise ChoiceError(f"There is a body called {body.name} in {body.country} already; choose it from the list.")
    known = {*authorities(), *now.authorities, *([body.authority_id] if body else [])}
    if choice.side == "authority" and choice.stands_for not in known | {DEPENDS}:
        raise ChoiceError("Choose a body from the list.")
    rest = [
        c
        for c in now.choices
        if (c.side, spelling_key(c.spelling), c.country) != (choice.side, spelling_key(choice.spelling), choice.country)
    ]
    made = overrides_of((*rest, choice), (*now.bodies, *([body] if body else [])))
    write_overrides(path, made)
    return made


def take_back(path: Path, side: str, spelling: str, country: str | None) -> Choice | None:
    """Take a choice out of the file, with a body that nothing else stands for; return the choice, None where there was none."""
    with _alone(path):
        return _take_back(path, side, spelling, country)


def _take_back(path: Path, side: str, spelling: str, country: str | None) -> Choice | None:
    now = read_overrides(path)
    gone = next((c for c in now.choices if (c.side, c.spelling, c.country) == (side, spelling, country)), None)
    if gone is None:
        return None
    rest = tuple(c for c in now.choices if c is not gone)
    used = {c.stands_for for c in rest}
    write_overrides(path, overrides_of(rest, tuple(b for b in now.bodies if b.authority_id in used)))
    return gone


def new_body(name: str, country: str, kind: str) -> Body:
    """Return a body that the registry lacks, with an id made of country and name. Raises `ChoiceError`."""
    name, country = " ".join(name.split()), country.strip().upper()
    if not name or not re.fullmatch(r"[A-Z]{2}", country) or kind not in AUTHORITY_KINDS:
        raise ChoiceError("A new body needs its name, a country of two letters (EU for the Union) and a kind.")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "body"
    return Body(f"{country.lower()}-x-{slug}", name, country, kind)


def listed(bodies: Sequence[Authority]) -> list[tuple[str, str]]:
    """Return bodies for a list to choose from: (id, name with country)."""
    shown = ((a.authority_id, f"{' / '.join(filter(None, (a.name, a.native)))} ({a.country})") for a in bodies)
    return sorted(shown, key=lambda b: (b[1], b[0]))
