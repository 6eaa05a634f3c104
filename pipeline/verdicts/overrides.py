"""Choices of names: which body or firm a spelling stands for, as reviewers settled it (`data/registry_overrides.toml`).

A choice holds for all rows with that spelling and, where it names one, that country: the country that the article names most. It is made once and
needs no new reading of articles; taking it out of the file undoes it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline.knowledge import AUTHORITY_KINDS, Authority
from pipeline.language.spelling import tokens_of

SIDES = ("authority", "respondent")
DEPENDS = "depends"
"""The choice that a spelling stands for several bodies, and each article decides."""


class OverridesError(ValueError):
    """The file of choices holds what is none; the message names file and entry."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a spelling stands for: `stands_for` is a registry id, `depends`, or (of a respondent) another name."""

    side: str
    spelling: str
    stands_for: str
    country: str | None = None
    annotator: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """An authority that the registry lacks and a reviewer added."""

    authority_id: str
    name: str
    country: str
    kind: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """All choices, and the bodies that reviewers added."""

    choices: tuple[Choice, ...] = ()
    bodies: tuple[Body, ...] = ()
    _of: Mapping[tuple[str, str, str | None], Choice] = field(default_factory=dict, repr=False, compare=False)

    def choice(self, side: str, spelling: str, country: str | None) -> Choice | None:
        """Return the choice for a spelling in an article of a country: that of the country, else the one for all."""
        key = spelling_key(spelling)
        return self._of.get((side, key, country)) or self._of.get((side, key, None))

    def respondent(self, name: str, country: str | None) -> str:
        """Return the name that a name stands for, through further choices; in a circle the first name stands."""
        seen = {spelling_key(name)}
        now = name
        while (c := self.choice("respondent", now, country)) is not None and c.stands_for != DEPENDS:
            if spelling_key(c.stands_for) in seen:
                return c.stands_for if spelling_key(c.stands_for) == spelling_key(now) else name
            seen.add(spelling_key(c.stands_for))
            now = c.stands_for
        return now

    @property
    def authorities(self) -> Mapping[str, Authority]:
        """The added bodies as records of the registry, by id."""
        return {
            b.authority_id: Authority(b.authority_id, b.name, None, (), (), b.kind, b.country, (), ())
            for b in self.bodies
        }


def spelling_key(spelling: str) -> str:
    """Return what two spellings share that differ by case, accents or a legal form alone."""
    return " ".join(tokens_of(spelling)) or spelling.casefold()


def overrides_of(choices: tuple[Choice, ...], bodies: tuple[Body, ...]) -> Overrides:
    """Return choices and bodies ready to be looked up; of two choices for one spelling and country the later holds."""
    return Overrides(choices, bodies, {(c.side, spelling_key(c.spelling), c.country): c for c in choices})


def _entry(path: Path, record: Any, keys: tuple[str, ...], known: frozenset[str]) -> dict[str, str]:
    if not isinstance(record, dict) or not all(isinstance(v, str) and v for v in record.values()):
        raise OverridesError(f"{path}: {record!r} is no entry")
    missing, unknown = [k for k in keys if k not in record], sorted(record.keys() - known)
    if missing or unknown:
        raise OverridesError(
            f"{path}: {record!r}: {missing[0] + ' is missing' if missing else 'unknown key ' + unknown[0]}"
        )
    return record


def read_overrides(path: Path) -> Overrides:
    """Return the choices of a file; none where there is no file. Raises `OverridesError`."""
    if not path.exists():
        return Overrides()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OverridesError(f"{path}: {error}") from error
    known = frozenset(f for f in Choice.__dataclass_fields__), frozenset(f for f in Body.__dataclass_fields__)
    choices = tuple(
        Choice(**_entry(path, r, ("side", "spelling", "stands_for"), known[0])) for r in content.get("name", ())
    )
    bodies = tuple(
        Body(**_entry(path, r, ("authority_id", "name", "country", "kind"), known[1])) for r in content.get("body", ())
    )
    for choice in choices:
        if choice.side not in SIDES:
            raise OverridesError(f"{path}: {choice.spelling!r}: side is authority or respondent")
    for body in bodies:
        if body.kind not in AUTHORITY_KINDS:
            raise OverridesError(f"{path}: {body.authority_id}: unknown kind {body.kind!r}")
    return overrides_of(choices, bodies)


_HEAD = """\
# Which body or firm a spelling stands for, as reviewers settled it. Written by `penalty-ledger review`, read by `normalise`; may be edited by hand.
"""


def write_overrides(path: Path, overrides: Overrides) -> None:
    """Write the choices so that the file is either whole or as it was."""
    lines = [_HEAD]
    for kind, records in (("body", overrides.bodies), ("name", overrides.choices)):
        for record in records:
            lines.append(f"[[{kind}]]")
            lines += [f"{k} = {_quoted(v)}" for k, v in asdict(record).items() if isinstance(v, str)]
            lines.append("")
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.write_text("\n".join(lines), encoding="utf-8")
    part.replace(path)


def _quoted(text: str) -> str:
    """A basic string of TOML: as in JSON, and DEL escaped too."""
    return json.dumps(text.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False).replace("\x7f", "\\u007F")
