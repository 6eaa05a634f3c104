"""What the events amount to: what holds of each row, what reviewers disagree about, which articles were read to the end, what belongs together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.verdicts.events import FIELDS, Event, Value, in_order


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer, or several who agree, said of one row.

    `state` is `open` (fields were corrected, the row not yet settled), `accepted` or `rejected`. `values` holds each field that they settled: all of them once the
    row is accepted. `edited` are the fields whose value is not the machine's. `added` rows were missed by the machine; they and accepted ones carry `anchor`.
    """

    article_id: str
    penalty_id: str
    state: str
    values: Mapping[str, Value]
    edited: frozenset[str]
    spans: Mapping[str, tuple[tuple[int, int], ...]]
    words: Mapping[str, tuple[str, ...]]
    anchor: Mapping[str, Any]
    added: bool
    reason: str | None
    evidence_hash: str | None
    annotators: tuple[str, ...]
    unsure: str | None = None
    """The note of a reviewer who could not tell; such a row waits for the adjudicator."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """What all events amount to: what holds of each row, what reviewers disagree about, which articles were read to the end, and what belongs together."""

    rows: Mapping[str, Verdict] = field(default_factory=dict)
    by_annotator: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    """The verdicts of each reviewer alone, by penalty."""
    judged: Mapping[str, Verdict] = field(default_factory=dict)
    """The verdicts of the adjudicators."""
    open: frozenset[str] = frozenset()
    """Penalties about which reviewers disagree or one is unsure, and no adjudicator has decided: the machine's value stands."""
    finished: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Article → who read it to the end → `blind` or `prefilled`."""
    skipped: Mapping[str, frozenset[str]] = field(default_factory=dict)
    same_decision: tuple[tuple[str, str], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    same_matter: tuple[tuple[str, str], ...] = ()

    @property
    def of_article(self) -> Mapping[str, tuple[Verdict, ...]]:
        """The rows by article."""
        out: dict[str, list[Verdict]] = defaultdict(list)
        for verdict in self.rows.values():
            out[verdict.article_id].append(verdict)
        return {a: tuple(v) for a, v in out.items()}


def live(events: Iterable[Event]) -> list[Event]:
    """Return the events that hold, in order: without those that their reviewer took back, and without the taking back."""
    ordered = in_order(events)
    who = {e.event_id: e.annotator for e in ordered}
    undone = {e.undoes for e in ordered if e.action == "undo" and e.undoes and who.get(e.undoes) == e.annotator}
    return [e for e in ordered if e.action != "undo" and e.event_id not in undone]


_SETTLING = frozenset({"accept", "edit", "add", "reject", "unsure"})


def _after(before: Verdict | None, event: Event) -> Verdict:
    assert event.penalty_id is not None
    row = before or Verdict(
        event.article_id, event.penalty_id, "open", {}, frozenset(), {}, {}, {}, False, None, None, (event.annotator,)
    )
    values, edited, spans, words, anchor = row.values, row.edited, row.spans, row.words, row.anchor
    state, reason = row.state, None
    if event.action in {"edit", "add"}:
        values = {**values, **event.new}
        edited = edited | frozenset(event.new)
        spans = {**{k: v for k, v in spans.items() if k not in event.new}, **event.spans}
        words = {**{k: v for k, v in words.items() if k not in event.new}, **event.words}
        state = "accepted" if event.action == "add" else "open" if state == "rejected" else state
        anchor = {**anchor, **event.anchor}
    elif event.action == "accept":
        values, anchor, state = {**event.new, **{k: values[k] for k in edited}}, {**anchor, **event.anchor}, "accepted"
    elif event.action == "reject":
        state, reason = "rejected", event.reason or "other"
    unsure = (event.note or "?") if event.action == "unsure" else None
    return Verdict(
        row.article_id, row.penalty_id, state, values, edited, spans, words, anchor, row.added or event.action == "add", reason,
        event.evidence_hash or row.evidence_hash, (event.annotator,), unsure,
    )  # fmt: skip


def one_addition(events: Iterable[Event]) -> list[Event]:
    """Return the events in order, with one id for a missed penalty that several reviewers added: of one article, sum (or kind, without a sum) and sentence.

    Additions are paired one to one, those of the same respondents first; an addition that was taken back keeps its place, so that no id changes its meaning.
    """
    ordered = in_order(events)
    added: dict[str, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for event in ordered:
        if event.action == "add" and event.penalty_id is not None:
            added[event.article_id][event.annotator].append(event)
    same: dict[str, str] = {}
    for by_annotator in added.values():
        known: list[Event] = []
        for own in by_annotator.values():
            free, left = list(known), list(own)
            for respondents in (True, False):
                for event in list(left):
                    twin = next((e for e in free if _told_alike(e, event, respondents)), None)
                    if twin is not None and twin.penalty_id is not None and event.penalty_id is not None:
                        same[event.penalty_id] = twin.penalty_id
                        free.remove(twin)
                        left.remove(event)
            known += left
    if not same:
        return ordered
    return [
        replace(
            e, penalty_id=same.get(e.penalty_id or "", e.penalty_id), others=tuple(same.get(o, o) for o in e.others)
        )
        for e in ordered
    ]


def _told_alike(a: Event, b: Event, respondents: bool) -> bool:
    fields = ("amount", "currency") if a.new.get("amount") else ("amount", "penalty_type")
    (a0, a1), (b0, b1) = (
        (int(e.anchor.get("evidence_start") or 0), int(e.anchor.get("evidence_end") or 0)) for e in (a, b)
    )
    if respondents and _plain(a.new.get("respondent_texts")) != _plain(b.new.get("respondent_texts")):
        return False
    return a0 < b1 and b0 < a1 and all(a.new.get(f) == b.new.get(f) for f in fields)


def differing(a: Verdict, b: Verdict) -> tuple[str, ...]:
    """Return the fields in which two verdicts differ; `action` where one rejects the row and the other does not."""
    if "rejected" in {a.state, b.state}:
        return () if a.state == b.state else ("action",)
    both = a.values.keys() & b.values.keys()
    return tuple(f for f in FIELDS if f in both and _plain(a.values[f]) != _plain(b.values[f]))


def _plain(value: Value) -> Any:
    return sorted(" ".join(v.split()).casefold() for v in value) if isinstance(value, list) else value


def fold(events: Iterable[Event]) -> Reviews:
    """Return what events amount to.

    Each reviewer's events make a verdict on each row. An adjudicator's verdict holds; without one, verdicts that do not contradict each other hold together;
    where they do, or one is unsure, none holds.
    """
    alone: dict[str, dict[str, Verdict]] = defaultdict(dict)
    judges: dict[str, Verdict] = {}
    finished: dict[str, dict[str, str]] = defaultdict(dict)
    skipped: dict[str, set[str]] = defaultdict(set)
    pairs: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for event in live(one_addition(events)):
        if event.action in _SETTLING and event.penalty_id is not None:
            if event.adjudicator:
                told = [rows[event.penalty_id] for _, rows in sorted(alone.items()) if event.penalty_id in rows]
                judges[event.penalty_id] = _after(judges.get(event.penalty_id) or agreed(told), event)
            else:
                rows = alone[event.annotator]
                rows[event.penalty_id] = _after(rows.get(event.penalty_id), event)
            if event.action in {"accept", "edit"}:
                pairs["kept"] |= {(min(event.penalty_id, o), max(event.penalty_id, o)): None for o in event.others}
        elif event.action == "finish":
            finished[event.article_id][event.annotator] = event.reading or "prefilled"
        elif event.action == "skip":
            skipped[event.article_id].add(event.annotator)
        elif event.action in {"same_decision", "split", "same_matter"} and event.penalty_id is not None:
            for other in event.others:
                pair = (min(event.penalty_id, other), max(event.penalty_id, other))
                if event.action != "same_matter":  # the last word on a pair holds
                    pairs["split"].pop(pair, None)
                    pairs["same_decision"].pop(pair, None)
                pairs[event.action][pair] = None
    rows_, open_ = _together(alone, judges, finished)
    moved = {p for p, v in rows_.items() if v.edited & {"amount", "currency"}}  # another sum may be another decision's
    kept = {p: None for p in pairs["kept"] if not moved & set(p)}
    same = [p for p in pairs["same_decision"] | kept if p not in pairs["split"]]
    return Reviews(
        rows=rows_,
        by_annotator={a: dict(v) for a, v in alone.items()},
        judged=judges,
        open=frozenset(open_),
        finished={a: dict(v) for a, v in finished.items()},
        skipped={a: frozenset(v) for a, v in skipped.items()},
        same_decision=tuple(same),
        apart=tuple(pairs["split"]),
        same_matter=tuple(pairs["same_matter"]),
    )


def _together(
    alone: Mapping[str, Mapping[str, Verdict]],
    judges: Mapping[str, Verdict],
    finished: Mapping[str, Mapping[str, str]],
) -> tuple[dict[str, Verdict], set[str]]:
    """The verdict that holds of each row, and the rows of which none does."""
    by_row: dict[str, list[Verdict]] = defaultdict(list)
    for annotator in sorted(alone):
        for penalty_id, verdict in alone[annotator].items():
            by_row[penalty_id].append(verdict)
    rows: dict[str, Verdict] = {}
    open_: set[str] = set()
    for penalty_id in sorted({*by_row, *judges}):
        said, judge = by_row.get(penalty_id, []), judges.get(penalty_id)
        if judge is not None and judge.unsure is None and (judge.state != "open" or not said):
            rows[penalty_id] = judge
        elif judge is not None or not said or _contradicted(said, finished):
            open_.add(penalty_id)
        else:
            rows[penalty_id] = _joined(said)
    return rows, open_


def _contradicted(said: list[Verdict], finished: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether reviewers contradict each other about a row, or one is unsure; a row that one added and another, through with the article, did not see, too."""
    if any(v.unsure is not None for v in said) or any(
        differing(a, b) for i, a in enumerate(said) for b in said[i + 1 :]
    ):
        return True
    people = {a for v in said for a in v.annotators}
    return all(v.added and v.state == "accepted" for v in said) and bool(
        finished.get(said[0].article_id, {}).keys() - people
    )


def agreed(said: Sequence[Verdict]) -> Verdict | None:
    """Return what reviewers of one row have in common, as a row that is still open: where an adjudicator begins. None where nobody said anything."""
    kept = [v for v in said if v.state != "rejected"] or list(said)
    if not kept:
        return None
    first = kept[0]
    values = {
        f: v
        for f, v in first.values.items()
        if all(f in o.values and _plain(o.values[f]) == _plain(v) for o in kept) or (first.added and len(kept) == 1)
    }
    if first.added:
        values = {**first.values, **values}
    edited = frozenset(f for f in values if any(f in o.edited for o in kept))
    spans = {f: s for f, s in first.spans.items() if f in values}
    return replace(
        first, state="open", values=values, edited=edited, spans=spans, reason=None, unsure=None, annotators=()
    )


def _joined(said: list[Verdict]) -> Verdict:
    """One verdict of several that do not contradict each other."""
    surest = max(said, key=lambda v: (v.state == "rejected", v.state == "accepted"))
    values: dict[str, Value] = {}
    spans: dict[str, tuple[tuple[int, int], ...]] = {}
    words: dict[str, tuple[str, ...]] = {}
    for v in (*(v for v in said if v is not surest), surest):
        values |= v.values
        spans |= v.spans
        words |= v.words
    edited = frozenset[str]().union(*(v.edited for v in said))
    annotators = tuple(sorted({a for v in said for a in v.annotators}))
    return Verdict(
        surest.article_id, surest.penalty_id, surest.state, values, edited, spans, words, surest.anchor, any(v.added for v in said), surest.reason,
        surest.evidence_hash, annotators,
    )  # fmt: skip


def found_again(text: str, words: str, near: int) -> int | None:
    """Return where words stand nearest to a place of a text; None where they do not."""
    if text[near : near + len(words)] == words:
        return near
    best: int | None = None
    at = text.find(words) if words else -1
    while at >= 0:
        if best is None or abs(at - near) < abs(best - near):
            best = at
        at = text.find(words, at + 1)
    return best


def in_text(verdict: Verdict, text: str) -> Verdict:
    """Return a verdict with its spans where their words stand now: an article may have come again with other words before them. What is gone is left out."""
    anchor = verdict.anchor
    old = int(anchor.get("evidence_start") or 0)
    now = found_again(text, str(anchor.get("evidence") or ""), old)
    moved = now - old if now is not None else 0
    spans: dict[str, tuple[tuple[int, int], ...]] = {}
    for field_, places in verdict.spans.items():
        told = verdict.words.get(field_, ())
        if len(told) != len(places):  # without words only what has not moved can be trusted
            if not moved and all(0 <= a < b <= len(text) for a, b in places):
                spans[field_] = places
            continue
        found = [(found_again(text, w, a + moved), len(w)) for w, (a, _) in zip(told, places, strict=True)]
        kept = tuple((a, a + n) for a, n in found if a is not None)
        if len(kept) == len(places):
            spans[field_] = kept
    return replace(verdict, spans=spans)
