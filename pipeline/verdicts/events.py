"""What reviewers said, as events that are only ever added.

`data/reviews.jsonl` holds one event a line. The review page writes it, `normalise` reads it, and two files are joined by event id. Nothing is overwritten:
an undo is an event too, and what holds now is computed from all of them (`verdicts.fold`).

Values are those of the columns of `penalties`, as JSON: sums as decimal strings ("30500000"), dates as written in ISO 8601 as far as they are known
("2024-05-14", "2024-W20" for a week, "2024-05", "2024-Q2", "2024"), lists as lists of strings, null where the article states nothing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.schema import (
    AMOUNT_STATES,
    APPEALS,
    PENALTY_TYPES,
    PERS,
    QUALIFIERS,
    REJECTIONS,
    ROLES,
    STATUSES,
    VIOLATIONS,
)

Value = str | list[str] | None

VOCABULARIES: Mapping[str, tuple[str, ...]] = {
    "role": ROLES, "penalty_type": PENALTY_TYPES, "status": STATUSES, "qualifier": QUALIFIERS, "per": PERS, "amount_state": AMOUNT_STATES,
    "appeal_status": APPEALS, "violations": VIOLATIONS,
}  # fmt: skip
FIELDS = (
    "role", "authority_texts", "respondent_texts", "penalty_type", "status", "amount", "amount_max", "currency", "qualifier", "per", "amount_state",
    "date", "appeal_status", "legal_basis", "case_numbers", "violations",
)  # fmt: skip
"""The columns of `penalties` that a reviewer settles, in the order of the page."""
LISTS = frozenset({"authority_texts", "respondent_texts", "legal_basis", "case_numbers", "violations"})
NEEDED = ("role", "penalty_type", "status")
"""Fields that every row has."""

ACTIONS = (
    "accept", "edit", "add", "reject", "unsure", "skip", "finish", "undo", "same_decision", "split", "same_matter", "name",
)  # fmt: skip
REASONS = REJECTIONS
"""Why a row is rejected."""
READINGS = ("blind", "prefilled")
"""Whether who finished an article had seen the machine's rows."""


_DATE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d{2})|(\d{2})(?:-(\d{2}))?))?")


def read_date(text: str) -> tuple[date, str]:
    """Return the first day and the precision of a date as `values.written_date` writes it; ValueError where it is none."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date; write 2024-05-14, 2024-05, 2024-Q2, 2024-W20 or 2024")
    year, quarter, week, month, day = match.groups()
    if week:
        return date.fromisocalendar(int(year), int(week), 1), "week"
    if quarter:
        return date(int(year), 3 * int(quarter) - 2, 1), "quarter"
    if day:
        return date(int(year), int(month), int(day)), "day"
    return date(int(year), int(month or 1), 1), "month" if month else "year"


def read_sum(text: str) -> Decimal:
    """Return a sum written as a plain decimal number; ValueError where it is none or does not fit the column (18 digits before the point)."""
    if not re.fullmatch(r"\d{1,18}(?:\.\d{1,6})?", text.strip(), re.ASCII):
        raise ValueError(f"{text!r} is no sum")
    return Decimal(text.strip())


READ: Mapping[str, Callable[[str], object]] = {"date": read_date, "amount": read_sum, "amount_max": read_sum}
"""How the text of a field is read; ValueError where it is no value."""


class ReviewError(ValueError):
    """A file of reviews holds a line that is no event; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a reviewer did. `time` is UTC in ISO 8601 with microseconds; spans are code points of the article's text, half open, and
    `words` what stood there.

    `penalty_id` is null for what concerns a whole article. `others` are further penalties: the rest of the row's decision (`accept`, `edit`), or those it is to be
    joined with or kept apart from. `anchor` says where an added row stands: `evidence`, `evidence_start`, `evidence_end`, `amount_start`, `amount_end`.
    `evidence_hash` is of the sentence and sum that were shown, `codebook` the version of the codebook.
    """

    event_id: str
    time: str
    annotator: str
    action: str
    article_id: str
    penalty_id: str | None = None
    old: Mapping[str, Value] = field(default_factory=dict)
    new: Mapping[str, Value] = field(default_factory=dict)
    spans: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    anchor: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    reason: str | None = None
    note: str | None = None
    reading: str | None = None
    undoes: str | None = None
    evidence_hash: str | None = None
    codebook: str | None = None
    adjudicator: bool = False


def _checked(content: Any) -> Event:
    if not isinstance(content, dict):
        raise ValueError("no object")
    known = {f.name for f in fields(Event)}
    if unknown := content.keys() - known:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
    for key in ("event_id", "time", "annotator", "action", "article_id"):
        if not isinstance(content.get(key), str) or (not content[key] and key != "article_id"):
            raise ValueError(f"{key} is missing")
    if content["action"] not in ACTIONS:
        raise ValueError(f"unknown action {content['action']!r}")
    for key in ("old", "new"):
        for name, value in content.get(key, {}).items():
            if content["action"] != "name" and (wrong := value_error(name, value)):
                raise ValueError(wrong)
    if datetime.fromisoformat(content["time"]).tzinfo is None:
        raise ValueError("time has no zone")
    spans = {n: tuple((int(a), int(b)) for a, b in pairs) for n, pairs in content.get("spans", {}).items()}
    words = {n: tuple(map(str, told)) for n, told in content.get("words", {}).items()}
    return Event(**{**content, "spans": spans, "words": words, "others": tuple(content.get("others", ()))})


def value_error(name: str, value: Any) -> str | None:
    """Return what is wrong with a value of a field; None where nothing is."""
    if name not in FIELDS:
        return f"unknown field {name!r}"
    if name in LISTS:
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            return f"{name} must be a list of texts"
    elif value is None:
        return f"{name} must be given" if name in NEEDED else None
    elif not isinstance(value, str):
        return f"{name} must be a text"
    elif name in READ:
        try:
            READ[name](value)
        except ValueError as error:
            return f"{name}: {error}"
    elif name == "currency" and not (len(value) == 3 and value.isascii() and value.isupper()):
        return f"currency: {value!r} is no code of three letters"
    allowed = VOCABULARIES.get(name)
    wrong = [v for v in (value if isinstance(value, list) else [value]) if allowed and v not in allowed]
    return f"{name}: {wrong[0]!r} is none of {', '.join(allowed or ())}" if wrong else None


def event_of(line: str) -> Event:
    """Return the event of a line of a file of reviews; ValueError says what is wrong with it."""
    return _checked(json.loads(line))


def line_of(event: Event) -> str:
    """Return an event as a line of a file of reviews, without what is empty."""
    content = {k: v for k, v in asdict(event).items() if v not in (None, {}, (), False)}
    return json.dumps(content, ensure_ascii=False, separators=(", ", ": "))


def read_events(path: Path) -> list[Event]:
    """Return the events of a file, each id once, in the order of time; none where there is no file. Raises `ReviewError`."""
    if not path.exists():
        return []
    found: dict[str, Event] = {}
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                event = event_of(line)
            except (ValueError, TypeError, AttributeError) as error:
                if not line.endswith("\n"):
                    break  # a crash tore the last line; whoever wrote it has it still, or never acknowledged it
                raise ReviewError(f"{path}:{number}: no review event ({error})") from error
            found.setdefault(event.event_id, event)
    return in_order(found.values())


def joined(paths: Iterable[Path]) -> list[Event]:
    """Return the events of several files, each id once, in the order of time. Raises `ReviewError`, `OSError` where a file is missing."""
    found: dict[str, Event] = {}
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist")
        for event in read_events(path):
            found.setdefault(event.event_id, event)
    return in_order(found.values())


def write_events(path: Path, events: Iterable[Event]) -> None:
    """Write events so that the file is either whole or as it was."""
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    with part.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{line_of(e)}\n" for e in events)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return events by time, of equal times by id."""
    return sorted(events, key=lambda e: (e.time, e.event_id))
