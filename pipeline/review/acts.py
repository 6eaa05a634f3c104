"""What a button does: the events that it writes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.language.sentences import split_sentences
from pipeline.records import Document
from pipeline.review.guard import Person
from pipeline.review.items import Row, evidence_hash
from pipeline.review.store import Store
from pipeline.review.taking import FROM_TEXT, Around, TakingError, of_form, taken
from pipeline.review.view import blank_row, overlaid
from pipeline.verdicts.events import FIELDS, LISTS, NEEDED, REASONS, Event, Value, value_error
from pipeline.verdicts.holding import Verdict

Form = Mapping[str, list[str]]
LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Item:
    """An article under review: its text, rows, and what this reviewer said of them."""

    article_id: str
    document: Document
    rows: tuple[Row, ...]
    verdicts: Mapping[str, Verdict]
    blind: bool
    """Whether the reviewer reads it without the machine's rows."""
    finished: str | None

    def row(self, penalty_id: str) -> Row:
        """Return a row, the machine's or an added one. Raises `TakingError` where there is none."""
        found = next((r for r in self.rows if r.penalty_id == penalty_id), None)
        said = self.verdicts.get(penalty_id)
        found = found or (blank_row(said) if said else None)
        if found is None:
            raise TakingError("This row is no longer there; load the page anew.")
        return found

    def around(self, row: Row | None) -> Around:
        """Return what helps to read a value."""
        if row is None:  # a bare "$" is that of the article's other rows
            told = Counter(c for r in self.rows if isinstance(c := r.values.get("currency"), str))
            return Around(self.document.published, None, min(told, key=lambda c: (-told[c], c), default=None))
        now = overlaid(row, self.verdicts.get(row.penalty_id)).values
        return Around(self.document.published, row.authority_country, now.get("currency"), now.get("per"))


@dataclass(frozen=True, slots=True)
class Made:
    """The events of one key, and the row that is in focus afterwards (null: none, the next open one)."""

    events: tuple[Event, ...]
    focus: str | None = None
    onward: bool = False
    """Whether the reviewer is through with the article."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who does something, in which item, and what every event of it carries."""

    store: Store
    person: Person
    item: Item
    nonce: str
    codebook: str

    def event(self, action: str, row: Row | None = None, number: int = 0, **rest: object) -> Event:
        """Return an event; its time is set when it is stored."""
        event = Event(
            f"{self.nonce}.{number}", "-", self.person.name, action, self.item.article_id, row.penalty_id if row else None,
            evidence_hash=(row.evidence_hash or None) if row else None, codebook=self.codebook, adjudicator=self.person.adjudicator,
        )  # fmt: skip
        return replace(event, **rest)  # type: ignore[arg-type]

    def others(self, row: Row, changed: Collection[str] = ()) -> tuple[str, ...]:
        """The rows of other articles that stay with this one in its decision: not where its sum was corrected, for then it may be another decision's."""
        said = self.item.verdicts.get(row.penalty_id)
        if row.decision_id is None or {"amount", "currency"} & {*changed, *(said.edited if said else ())}:
            return ()
        found = self.store.base.execute(
            "SELECT penalty_id FROM i.rows WHERE decision_id = ? AND article_id != ? ORDER BY penalty_id LIMIT 500",
            (row.decision_id, row.article_id),
        )
        return tuple(p for (p,) in found)


def _one(form: Form, name: str) -> str:
    return form.get(name, [""])[0]


def _accept(acting: Acting, row: Row, number: int = 0) -> Event:
    now = overlaid(row, acting.item.verdicts.get(row.penalty_id))
    missing = [f for f in NEEDED if not now.values.get(f)]
    if missing:
        raise TakingError(f"This row lacks its {missing[0].replace('_', ' ')}; edit it first.")
    return acting.event(
        "accept", row, number, new={f: now.values[f] for f in FIELDS}, anchor=row.anchor, others=acting.others(row)
    )


def accept(acting: Acting, form: Form) -> Made:
    """The row is right as it stands."""
    row = acting.item.row(_one(form, "row"))
    return Made((_accept(acting, row),), None)


def accept_rest(acting: Acting, form: Form) -> Made:
    """All rows that are still open are right."""
    item = acting.item
    rest = [
        r
        for r in item.rows
        if (v := item.verdicts.get(r.penalty_id)) is None or (v.state == "open" and v.unsure is None)
    ]
    if item.blind:
        rest = [r for r in rest if r.penalty_id in item.verdicts]
    if not rest:
        raise TakingError("No row is open.")
    return Made(tuple(_accept(acting, r, n) for n, r in enumerate(rest)))


def reject(acting: Acting, form: Form) -> Made:
    """The row is none, for one of the reasons."""
    reason = _one(form, "reason")
    if reason not in REASONS:
        raise TakingError("Choose why it is no row.")
    row = acting.item.row(_one(form, "row"))
    return Made((acting.event("reject", row, reason=reason, note=_note(form)),))


def _note(form: Form) -> str | None:
    return _one(form, "note").strip()[:LONGEST_NOTE] or None


def unsure(acting: Acting, form: Form) -> Made:
    """The reviewer cannot tell; an adjudicator will."""
    row = acting.item.row(_one(form, "row"))
    return Made((acting.event("unsure", row, note=_note(form) or "no note"),))


def edit(acting: Acting, form: Form) -> Made:
    """Fields are corrected by the edit form; saving it accepts the row, unless only the fields were to be kept."""
    row = acting.item.row(_one(form, "row"))
    now = overlaid(row, acting.item.verdicts.get(row.penalty_id))
    given = of_form(form, acting.item.around(row))
    changed = {f: v for f, v in given.items() if not same_value(v, now.values[f])}
    if any(not given[f] for f in NEEDED if f in given):
        raise TakingError("Role, kind and standing must be given.")
    events = []
    if changed:
        events.append(_edited(acting, row, changed, _spans(acting.item.document, changed, form, row)))
    if "keep_open" not in form:
        whole = {f: {**now.values, **changed}[f] for f in FIELDS}
        events.append(acting.event("accept", row, 1, new=whole, anchor=row.anchor, others=acting.others(row, changed)))
    if not events:
        raise TakingError("Nothing was changed.")
    return Made(tuple(events), None if "keep_open" not in form else row.penalty_id)


def _edited(
    acting: Acting, row: Row, changed: Mapping[str, Value], spans: Mapping[str, tuple[tuple[int, int], ...]]
) -> Event:
    before = overlaid(row, acting.item.verdicts.get(row.penalty_id)).values
    return acting.event(
        "edit",
        row,
        old={f: before[f] for f in changed},
        new=dict(changed),
        spans=dict(spans),
        words=words_of_spans(acting.item.document, spans),
        anchor=row.anchor,
        others=acting.others(row, changed),
    )


def words_of_spans(document: Document, spans: Mapping[str, Sequence[tuple[int, int]]]) -> dict[str, tuple[str, ...]]:
    """Return the words at spans of an article, by field: by them a span is found again where the article comes with other words before it."""
    return {f: tuple(document.text[a:b] for a, b in places) for f, places in spans.items()}


def same_value(a: Value, b: Value) -> bool:
    """Return whether two values say the same; the order of a list does not matter."""
    return sorted(a) == sorted(b) if isinstance(a, list) and isinstance(b, list) else a == b


def _spans(
    document: Document, values: Mapping[str, Value], form: Form, row: Row
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Where the values stand in the article: what was typed, else the value itself, nearest to the row's sentence; left out where they do not."""
    out: dict[str, tuple[tuple[int, int], ...]] = {}
    for field, value in values.items():
        if field in {"authority_texts", "respondent_texts", "case_numbers"} and isinstance(value, list):
            places = [nearest(document.text, v, row.evidence_start) for v in value]
            if places and all(places):
                out[field] = tuple(p for p in places if p)
        elif field in {"amount", "amount_max", "date", "legal_basis"} and value:
            place = nearest(document.text, _one(form, field).strip(), row.evidence_start)
            if place and not _one(form, field).strip().isdigit():
                out[field] = (place,)
    return out


def nearest(text: str, piece: str, to: int) -> tuple[int, int] | None:
    """Return where a piece of text stands nearest to a place, as a whole word; None where it does not."""
    best: int | None = None
    at = text.find(piece) if piece else -1
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(piece) : at + len(piece) + 1]
        whole = not (before.isalnum() and piece[0].isalnum()) and not (after.isalnum() and piece[-1].isalnum())
        if whole and (best is None or abs(at - to) < abs(best - to)):
            best = at
        at = text.find(piece, at + 1)
    return None if best is None else (best, best + len(piece))


def take(acting: Acting, form: Form) -> Made:
    """Text that was selected in the article becomes a field's value; of a list it is added where `more` says so."""
    row = acting.item.row(_one(form, "row"))
    field = _one(form, "field")
    if field not in FROM_TEXT:
        raise TakingError("Choose what the words are.")
    start, end = selection(form, acting.item.document)
    values = taken(field, acting.item.document.text[start:end], acting.item.around(row))
    said = acting.item.verdicts.get(row.penalty_id)
    spans: dict[str, tuple[tuple[int, int], ...]] = {f: ((start, end),) for f in values if f in {field, "currency"}}
    if field in LISTS and "more" in form:
        now = overlaid(row, said).values[field]
        new = values[field]
        assert isinstance(now, list) and isinstance(new, list)
        known = said.spans.get(field, ()) if said else ()
        values = {field: [*now, *(v for v in new if v not in now)]}
        spans = {field: (*known, (start, end))} if len(known) == len(now) else {}
    return Made((_edited(acting, row, values, spans),), row.penalty_id)


def selection(form: Form, document: Document) -> tuple[int, int]:
    """Return the selected span of a form, in code points, without blanks at its ends: by its offsets, else by its words. Raises `TakingError`."""
    words = _one(form, "words").strip()
    try:
        start, end = int(_one(form, "start")), int(_one(form, "end"))
    except ValueError:
        start = end = 0
    if not 0 <= start < end <= len(document.text):
        place = nearest(document.text, words, 0) if words else None
        if place is None:
            raise TakingError(
                "These words do not stand in the article." if words else "Select words in the article first."
            )
        start, end = place
    piece = document.text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    if start >= end:
        raise TakingError("Select words in the article first.")
    return start, end


def candidate(acting: Acting, form: Form) -> Made:
    """Another value that was weighed for a field is the right one."""
    row = acting.item.row(_one(form, "row"))
    field, value = _one(form, "field"), _one(form, "value")
    try:
        start, end = int(_one(form, "start")), int(_one(form, "end"))
    except ValueError:
        start = end = 0
    if field == "amount":
        if not 0 <= start < end <= len(acting.item.document.text):
            raise TakingError("The sum no longer stands there; load the page anew.")
        values = taken(field, acting.item.document.text[start:end], acting.item.around(row))
    elif field in FIELDS:
        values = {field: [value] if field in LISTS else value}
    else:
        raise TakingError("This field is unknown.")
    if wrong := next((w for f, v in values.items() if (w := value_error(f, v))), None):
        raise TakingError(wrong)
    spans = {field: ((start, end),)} if 0 <= start < end <= len(acting.item.document.text) else {}
    return Made((_edited(acting, row, values, spans),), row.penalty_id)


def add(acting: Acting, form: Form) -> Made:
    """A penalty or measure that the machine missed. In an article that is read blind it may be one that the machine found: then it is said of that row."""
    item = acting.item
    values: dict[str, Value] = {n: [] if n in LISTS else None for n in FIELDS}
    values |= of_form(form, item.around(None))
    if any(not values[f] for f in NEEDED):
        raise TakingError("Role, kind and standing must be given.")
    if values["amount"] and not values["qualifier"]:
        values["qualifier"] = "exact"
    if not values["amount_state"]:
        told = "none_stated" if values["penalty_type"] in {"fine", "settlement"} else None
        values["amount_state"] = "stated" if values["amount"] else told
    start, end = selection(form, item.document)
    sentence = next((s for s in split_sentences(item.document.text) if s.start <= start < s.end), None)
    left, right = (min(sentence.start, start), max(sentence.end, end)) if sentence else (start, end)
    penalty_id = hashlib.blake2b(
        f"{item.article_id}\x1f{acting.nonce}".encode("utf-8", "surrogatepass"), digest_size=10
    ).hexdigest()
    evidence = item.document.text[left:right]
    anchor = {"evidence": evidence, "evidence_start": left, "evidence_end": right}
    blank = Row(
        penalty_id,
        item.article_id,
        None,
        values,
        (),
        (),
        (),
        None,
        (),
        1.0,
        evidence,
        left,
        right,
        None,
        None,
        ("review",),
        "",
    )
    spans = _spans(item.document, values, form, blank)
    place = spans.get("amount")
    anchor |= {"amount_start": place[0][0] if place else None, "amount_end": place[0][1] if place else None}
    twin = _twin(item, values) if item.blind else None
    if twin is not None:
        edited = acting.event(
            "edit",
            twin,
            old={},
            new=values,
            spans=spans,
            words=words_of_spans(item.document, spans),
            anchor=twin.anchor,
            others=acting.others(twin),
        )
        return Made(
            (edited, acting.event("accept", twin, 1, new=values, anchor=twin.anchor, others=acting.others(twin)))
        )
    return Made(
        (
            acting.event(
                "add", blank, new=values, spans=spans, words=words_of_spans(item.document, spans), anchor=anchor
            ),
        )
    )


def _twin(item: Item, values: Mapping[str, Value]) -> Row | None:
    """The machine's row that a blind reader means: the only one of that sum, or without a sum of that kind, of which nothing was said yet."""
    wanted = ("amount", "currency") if values["amount"] else ("amount", "penalty_type")
    found = [
        r for r in item.rows if r.penalty_id not in item.verdicts and all(r.values[f] == values[f] for f in wanted)
    ]
    return found[0] if len(found) == 1 else None


def skip(acting: Acting, form: Form) -> Made:
    """The article is left for later."""
    return Made((acting.event("skip"),), onward=True)


def finish(acting: Acting, form: Form) -> Made:
    """Nothing else is in the article: every action of it has its row."""
    item = acting.item
    if item.blind:
        if not item.verdicts and "sure" not in form:
            raise TakingError("No penalty or measure at all in this article? Then press c once more.")
        return Made(
            (acting.event("finish", reading="blind", evidence_hash=evidence_hash(item.document.text)),), onward=True
        )
    left = [
        r
        for r in item.rows
        if (v := item.verdicts.get(r.penalty_id)) is None or v.state == "open" or v.unsure is not None
    ]
    if left:
        raise TakingError(
            f"{len(left)} row{'s are' if len(left) > 1 else ' is'} still open: accept or reject {'them' if len(left) > 1 else 'it'} first."
        )
    return Made(
        (acting.event("finish", reading="prefilled", evidence_hash=evidence_hash(item.document.text)),), onward=True
    )


def undo(store: Store, person: Person, nonce: str, codebook: str) -> list[Event]:
    """Return the events that take back a reviewer's last key; none where there is nothing to take back."""
    return [
        Event(
            f"{nonce}.{n}",
            "-",
            person.name,
            "undo",
            e.article_id,
            e.penalty_id,
            undoes=e.event_id,
            codebook=codebook,
            adjudicator=person.adjudicator,
        )
        for n, e in enumerate(store.last_of(person.name))
    ]


def paired(acting: Acting, action: str, row: Row, others: Sequence[str]) -> Event:
    """Return the event that joins a row with others or keeps it apart from them."""
    return acting.event(action, row, others=tuple(others))


ACTS = {
    "accept": accept, "accept_rest": accept_rest, "reject": reject, "edit": edit, "take": take, "candidate": candidate, "add": add, "unsure": unsure, "skip": skip,
    "finish": finish,
}  # fmt: skip
"""The buttons of an article's page."""

__all__ = ["ACTS", "Acting", "Form", "Item", "Made", "paired", "undo"]
