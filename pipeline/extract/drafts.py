"""A row in the making."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.extract.dating import Dating
from pipeline.extract.features import Telling
from pipeline.extract.parties import Side
from pipeline.extract.reading import Sentence
from pipeline.extract.standing import Standing
from pipeline.language.cues import Cue


@dataclass(frozen=True, slots=True)
class Weighed:
    """A value that was weighed for a field of a row: its span where words say so, and the probability that it is right; `chosen` where the row took it."""

    field: str
    value: str
    start: int | None
    end: int | None
    odds: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A row in the making."""

    told: tuple[Telling, ...]
    anchor: Telling | None
    sentence: Sentence
    start: int
    end: int
    penalty_type: str
    role: str
    standing: Standing
    dating: Dating
    authorities: Side
    respondents: Side
    rule_ids: tuple[str, ...]
    flags: tuple[str, ...]
    amount_max: Decimal | None = None
    qualifier: str | None = None
    cap: Telling | None = None
    confidence: float | None = None
    described: frozenset[str] = frozenset()
    weighed: tuple[Weighed, ...] = ()
    appeal: Cue | None = None
    part_of: int | None = None
    """Where the sum of its total stands."""
    changes: int | None = None
    """Where the earlier sum that it changes stands."""
