"""One frozen `Settings`, read from `penalty-ledger.toml` and overridden by flags. An unknown key is an error."""

from __future__ import annotations

import dataclasses
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class SettingsError(ValueError):
    """The settings file or a flag is wrong; the message names it."""


HOW = frozenset({"jobs", "max_rejects", "missing", "gate", "releases", "reviews", "overrides"})
"""Settings that say how a run goes about it, not what comes out; of files of reviews the content counts, not the path."""
MISSING = ("refuse", "append", "prune")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may be told. What is named in `HOW` changes no table; the rest is hashed into what decides a redo.

    `model` is `en_enforcement` (the pipeline that ships), the name of an installed spaCy pipeline, or a folder.
    `max_rejects` is the largest share of rejected records that still counts as a good run (exit code 3 above it). `redact_individuals` withholds the names
    of respondents that are persons. `rates` is a CSV file (currency, date, per_euro) put over the ECB's rates. `missing` says what a run does when files of the
    last run are gone from the dump: `refuse`, `append` (their articles stay) or `prune` (they are withdrawn). `gate` is a file of limits that a release must
    keep, by default `models/gate.toml`; with `releases` each release also stays in a folder of its own. `reviews` is the file of what reviewers said and
    `overrides` that of their choices of names; by default `reviews.jsonl` and `registry_overrides.toml` in the folder above the tables.
    """

    model: str = "en_enforcement"
    shard_size: int = 1000
    jobs: int = 0
    max_rejects: float = 1.0
    redact_individuals: bool = False
    rates: str = ""
    missing: str = "refuse"
    gate: str = ""
    releases: bool = False
    reviews: str = ""
    overrides: str = ""

    def reviews_file(self, out: Path) -> Path:
        """Return the file of what reviewers said of the tables in `out`."""
        return Path(self.reviews) if self.reviews else out.absolute().parent / "reviews.jsonl"

    def overrides_file(self, out: Path) -> Path:
        """Return the file of reviewers' choices of names."""
        return Path(self.overrides) if self.overrides else out.absolute().parent / "registry_overrides.toml"

    def fingerprint(self) -> str:
        """Return a hash of the settings that change tables."""
        shown = {k: v for k, v in dataclasses.asdict(self).items() if k not in HOW}
        return hashlib.blake2b(repr(sorted(shown.items())).encode(), digest_size=8).hexdigest()


def read_settings(path: Path | None, **flags: Any) -> Settings:
    """Return the settings of a TOML file (default: `penalty-ledger.toml` where it exists) with `flags` that are not None put over them."""
    file = path or Path("penalty-ledger.toml")
    content: dict[str, Any] = {}
    if path or file.exists():
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{file}: {error}") from error
    known = {f.name: type(f.default) for f in dataclasses.fields(Settings)}
    for key, value in content.items():
        if key not in known:
            raise SettingsError(f"{file}: unknown key {key!r}; known are {', '.join(sorted(known))}")
        if not isinstance(value, known[key]) and not (known[key] is float and isinstance(value, int)):
            raise SettingsError(f"{file}: {key} must be {known[key].__name__}")
    content.update({k: v for k, v in flags.items() if v is not None})
    if content.get("missing", "refuse") not in MISSING:
        raise SettingsError(f"{file}: missing must be one of {', '.join(MISSING)}")
    return Settings(**content)
