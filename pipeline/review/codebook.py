"""The codebook: what each field means, with examples, from `models/codebook.toml`. Its version is stored with each event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.knowledge import KnowledgeError, read_toml, required

CODEBOOK = "codebook.toml"


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, what to choose for it, and why."""

    text: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A field: its question, the rule, two examples (one of them a trap), and each value of a closed list in a line."""

    id: str
    label: str
    rule: str
    examples: tuple[Example, ...]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Codebook:
    """The codebook of one version; `entries` by field id."""

    version: str
    entries: Mapping[str, Entry]


@cache
def read_codebook() -> Codebook:
    """Return the codebook. Raises `KnowledgeError` where an entry is incomplete."""
    content = read_toml(CODEBOOK)
    entries = {}
    for record in content["field"]:
        name = required(CODEBOOK, record, "id")
        examples = tuple(
            Example(*(required(CODEBOOK, e, k) for k in ("text", "value", "why"))) for e in record.get("example", [])
        )
        if len(examples) != 2:
            raise KnowledgeError(CODEBOOK, name, "needs two examples")
        entries[name] = Entry(
            name,
            required(CODEBOOK, record, "label"),
            required(CODEBOOK, record, "rule"),
            examples,
            record.get("values", {}),
        )
    return Codebook(required(CODEBOOK, content, "version"), entries)
