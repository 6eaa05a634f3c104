"""What a page shows of an article: its text in pieces with the used spans marked, and its rows field by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from pipeline.records import Document
from pipeline.review.items import Row, Word
from pipeline.review.taking import FROM_TEXT
from pipeline.schema import FLAGS
from pipeline.verdicts.events import FIELDS, LISTS, VOCABULARIES, Value
from pipeline.verdicts.holding import Verdict
from pipeline.verdicts.values import written_sum

LABELS: Mapping[str, str] = {
    "role": "role", "authority_texts": "authority", "respondent_texts": "respondent", "penalty_type": "kind", "status": "standing", "amount": "amount",
    "amount_max": "upper bound or cap", "currency": "currency", "qualifier": "how exact", "per": "per", "amount_state": "is a sum stated", "date": "date",
    "appeal_status": "appeal", "legal_basis": "law", "case_numbers": "case number", "violations": "violation",
}  # fmt: skip
"""The fields in a reader's words; those that are marked in the text carry the same label there."""
_TELLS = {
    "authority": "authority_texts", "respondent": "respondent_texts", "amount": "amount", "currency": "currency", "several": "amount", "type": "penalty_type",
    "status": "status", "role": "role", "date": "date", "cap": "amount_max", "parts": "amount", "above": "amount",
}  # fmt: skip
"""The field that a flag doubts, by the first word of the flag."""
_ORDER = (
    "amount",
    "amount_max",
    "authority_texts",
    "respondent_texts",
    "date",
    "status",
    "appeal_status",
    "case_numbers",
    "legal_basis",
    "penalty_type",
    "role",
    "violations",
)
"""Which kind of mark shows where several cover the same words; the others are told in its label."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the article: `start` in code points, the text as it may be shown, the kind of the mark (empty: none), its label, and whether it is of the row in focus.

    `cut` is true for furniture that was cut and stands in no offset.
    """

    start: int
    text: str
    kind: str = ""
    label: str = ""
    own: bool = False
    sentence: bool = False
    first: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another value that was weighed for a field. `key` is the digit that chooses it, null beyond the ninth."""

    key: int | None
    value: str
    shown: str
    text: str | None
    start: int | None
    end: int | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row: its value now, the machine's where that is another one, where it stands, who chose it, and what else was weighed."""

    name: str
    label: str
    value: Value
    machine: str | None
    at: int | None
    rule_id: str | None
    confidence: float | None
    doubts: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @property
    def shown(self) -> str:
        """The value in one line."""
        return shown_value(self.name, self.value)


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as the page shows it. `state` is open, corrected, accepted, rejected or unsure, of this reviewer."""

    penalty_id: str
    number: int
    state: str
    reason: str | None
    note: str | None
    summary: str
    fields: tuple[Field, ...]
    flags: tuple[tuple[str, str], ...]
    confidence: float
    evidence: str
    at: int
    decision_id: str | None
    shared: int
    """Rows of other articles in the same decision."""
    added: bool
    changed: bool

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in {"accepted", "rejected"} and not self.changed


def shown_value(name: str, value: Value) -> str:
    """Return a value in one line: sums with groups of digits, closed vocabularies in words."""
    if name in VOCABULARIES and value:
        told = value if isinstance(value, list) else [value]
        return "; ".join(v.replace(".", ": ").replace("_", " ") for v in told)
    if isinstance(value, list):
        return "; ".join(value)
    if name in {"amount", "amount_max"} and value:
        whole, point, rest = value.partition(".")
        return f"{int(whole):,}{point}{rest}" if whole.isdigit() else value
    return value or ""


def _visible(char: str) -> str:
    """A character as it may be shown: what steers the terminal, the line or its direction becomes a sign of its own. One for one, so that offsets hold."""
    code = ord(char)
    if char in "\n\t":
        return char
    if char == "\r":
        return " "
    if code < 32:
        return chr(0x2400 + code)
    if code == 127:
        return "\u2421"
    if (
        128 <= code < 160
        or code in {0x61C, 0x200E, 0x200F, 0xFEFF, 0x2028, 0x2029}
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
    ):
        return "\u25ab"
    return "\ufffd" if 0xD800 <= code < 0xE000 else char


def visible(text: str | None) -> str:
    """Return a text as it may be shown, character for character."""
    return "".join(map(_visible, text or ""))


def overlaid(row: Row, verdict: Verdict | None) -> Row:
    """Return a row with what a reviewer said of it."""
    if verdict is None or not verdict.values:
        return row
    return replace(row, values={**row.values, **verdict.values})


def blank_row(verdict: Verdict) -> Row | None:
    """Return the row that a reviewer added; None where the verdict is not of an added row."""
    if not verdict.added:
        return None
    values: dict[str, Value] = {n: [] if n in LISTS else None for n in FIELDS}
    anchor = verdict.anchor
    return Row(
        verdict.penalty_id, verdict.article_id, None, {**values, **verdict.values}, (), (), (), None, (), 1.0, str(anchor.get("evidence") or ""),
        int(anchor.get("evidence_start") or 0), int(anchor.get("evidence_end") or 0), anchor.get("amount_start"), anchor.get("amount_end"), ("review",), "",
    )  # fmt: skip


def as_told(row: Row, verdict: Verdict) -> Row:
    """Return a row with what a reviewer told of it alone: nothing of the machine's."""
    values: dict[str, Value] = {n: [] if n in LISTS else None for n in FIELDS}
    return replace(
        row, values={**values, **verdict.values}, authority_ids=(), authority_names=(), respondent_ids=(), flags=(), confidence=1.0, rule_ids=("review",), decision_id=None
    )  # fmt: skip


def summary(values: Mapping[str, Value]) -> str:
    """Return a row in one line: kind, sum, who against whom."""
    sum_ = (
        f"{values.get('currency') or ''} {shown_value('amount', values.get('amount'))}".strip()
        if values.get("amount")
        else ""
    )
    who = " → ".join(
        filter(None, (shown_value("", values.get("authority_texts")), shown_value("", values.get("respondent_texts"))))
    )
    parts = [
        values.get("status"),
        values.get("penalty_type"),
        sum_,
        who,
        "background" if values.get("role") == "prior" else "",
    ]
    return " · ".join(str(p) for p in parts if p)


def row_views(
    rows: Sequence[Row], words: Iterable[Word], verdicts: Mapping[str, Verdict], shared: Mapping[str, int]
) -> list[RowView]:
    """Return the rows of an article as a reviewer sees them, in the order of the text; `shared` counts the other articles' rows in each row's decision."""
    of_row: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        if word.penalty_id is not None:
            of_row[word.penalty_id].append(word)
    known = {r.penalty_id for r in rows}
    added = [blank for v in verdicts.values() if v.penalty_id not in known and (blank := blank_row(v)) is not None]
    ordered = sorted([*rows, *added], key=lambda r: (r.evidence_start, r.penalty_id))
    return [
        _row_view(number, row, of_row[row.penalty_id], verdicts.get(row.penalty_id), shared.get(row.penalty_id, 0))
        for number, row in enumerate(ordered, 1)
    ]


def _row_view(number: int, row: Row, words: Sequence[Word], verdict: Verdict | None, shared: int) -> RowView:
    state, reason, note = "open", None, None
    if verdict is not None:
        state = (
            "unsure"
            if verdict.unsure is not None
            else "corrected"
            if verdict.state == "open" and verdict.edited
            else verdict.state
        )
        reason, note = verdict.reason, verdict.unsure
    now = overlaid(row, verdict)
    doubts: dict[str, list[str]] = defaultdict(list)
    for flag in row.flags:
        doubts[_TELLS.get(flag.partition("_")[0], "")].append(FLAGS[flag])
    spans = verdict.spans if verdict else {}
    return RowView(
        row.penalty_id, number, state, reason, note, summary(now.values),
        tuple(_field(name, row, now, words, tuple(doubts.get(name, ())), spans) for name in FIELDS), tuple((f, FLAGS[f]) for f in row.flags),
        row.confidence, row.evidence, row.evidence_start, row.decision_id, shared, verdict is not None and verdict.added,
        verdict is not None and verdict.evidence_hash is not None and bool(row.evidence_hash) and verdict.evidence_hash != row.evidence_hash,
    )  # fmt: skip


def _field(
    name: str,
    row: Row,
    now: Row,
    words: Sequence[Word],
    doubts: tuple[str, ...],
    spans: Mapping[str, tuple[tuple[int, int], ...]],
) -> Field:
    own = [w for w in words if w.field == ("amount" if name == "currency" else name)]
    chosen = [w for w in own if w.chosen]
    first = next((w for w in chosen if w.position == 0), None)
    machine = "; ".join(w.machine_value for w in chosen if w.machine_value) or None
    moved = now.values[name] != row.values[name]
    if moved:
        machine = shown_value(name, row.values[name]) or "nothing"
    at = spans[name][0][0] if spans.get(name) else first.start if first and not moved else None
    candidates: list[Candidate] = []
    for w in sorted((w for w in own if not w.chosen and w.value and name != "currency"), key=lambda w: w.rank):
        sign, _, amount = (w.value or "").rpartition(" ")
        if name == "amount" and amount.replace(".", "").isdigit():
            if written_sum(Decimal(amount)) == now.values["amount"]:
                continue  # another telling of the same sum
            shown = f"{sign} {shown_value('amount', written_sum(Decimal(amount)))}".strip()
        else:
            shown = shown_value(name, w.value)
        key = len(candidates) + 1 if len(candidates) < 9 else None
        candidates.append(Candidate(key, w.value or "", shown, w.text, w.start, w.end, w.confidence))
    return Field(
        name,
        LABELS[name],
        now.values[name],
        machine,
        at,
        first.rule_id if first else None,
        first.confidence if first else None,
        doubts,
        tuple(candidates),
    )


def pieces(
    document: Document,
    rows: Sequence[RowView],
    words: Iterable[Word],
    verdicts: Mapping[str, Verdict],
    focus: str | None,
    furniture: bool,
) -> list[Piece]:
    """Return the article's text in pieces: the spans of the rows' values marked, the sentence of the row in focus, and with `furniture` what was cut."""
    text = document.text
    marks: dict[tuple[int, int], set[tuple[str, bool]]] = defaultdict(set)
    shown = {r.penalty_id for r in rows if r.state != "rejected"}
    for word in words:
        if (
            word.chosen
            and word.start is not None
            and word.end is not None
            and word.penalty_id in shown
            and word.field in _ORDER
        ):
            said = verdicts.get(word.penalty_id or "")
            if said is None or not {word.field} & (said.spans.keys() | said.edited):
                marks[word.start, word.end].add((word.field, word.penalty_id == focus))
    for penalty_id, verdict in verdicts.items():
        for field, spans in verdict.spans.items():
            for start, end in spans:
                if penalty_id in shown and field in _ORDER:
                    marks[start, end].add((field, penalty_id == focus))
    sentence = next(((r.at, r.at + len(r.evidence)) for r in rows if r.penalty_id == focus), (0, 0))
    valid = {s: m for s, m in marks.items() if 0 <= s[0] < s[1] <= len(text)}
    bounds = sorted({0, len(text), *(b for s in valid for b in s), *(b for b in sentence if b <= len(text))})
    cuts = dict(_cut(document)) if furniture else {}
    bounds = sorted({*bounds, *(c for c in cuts if c <= len(text))})
    covering = sorted(valid.items())
    out: list[Piece] = []
    starts_seen: set[tuple[int, int]] = set()
    for start, end in pairwise(bounds):
        if start in cuts:
            out.append(Piece(start, visible(cuts[start]), cut=True))
        over = [(span, kinds) for span, kinds in covering if span[0] <= start and end <= span[1]]
        fields = {f for _, kinds in over for f, _ in kinds}
        own = any(o for _, kinds in over for _, o in kinds)
        kind = next((f for f in _ORDER if f in fields), "")
        new = [span for span, _ in over if span not in starts_seen]
        starts_seen.update(new)
        label = " + ".join(LABELS[f] for f in _ORDER if f in fields) if new else ""
        out.append(
            Piece(
                start,
                visible(text[start:end]),
                kind,
                label,
                own,
                sentence[0] <= start and end <= sentence[1],
                bool(new),
            )
        )
    if len(text) in cuts:
        out.append(Piece(len(text), visible(cuts[len(text)]), cut=True))
    return out


def _cut(document: Document) -> Iterable[tuple[int, str]]:
    """The stretches of the text before furniture was cut that the cleaned text lacks, each with the place in the cleaned text where it stood."""
    runs = sorted(document.offset_map, key=lambda r: r.source_start)
    last_source, last_text = 0, 0
    for run in runs:
        gone = document.source_text[last_source : run.source_start]
        if gone.strip():
            yield run.text_start, gone
        last_source, last_text = run.source_start + run.length, run.text_start + run.length
    rest = document.source_text[last_source:]
    if rest.strip():
        yield last_text, rest


SELECTABLE = tuple((name, LABELS[name]) for name in FROM_TEXT)
