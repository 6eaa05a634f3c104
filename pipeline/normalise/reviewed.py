"""Apply what reviewers said to the rows of an article: values corrected, rows taken out, rows added that the machine missed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.normalise.authorities import form_key, forms
from pipeline.normalise.redaction import redacted
from pipeline.normalise.rows import ROWS, Context, bodies, respondents
from pipeline.verdicts import Overrides, Verdict, columns_of, found_again, in_text, values_of
from pipeline.verdicts.events import FIELDS, LISTS
from pipeline.verdicts.values import written_sum

Row = dict[str, Any]
BY_REVIEW = "review"
"""The rule id of what a reviewer wrote."""

DOUBTS: Mapping[str, frozenset[str]] = {
    "role": frozenset({"role_uncertain"}),
    "penalty_type": frozenset({"type_uncertain"}),
    "status": frozenset({"status_uncertain"}),
    "authority_texts": frozenset({"authority_missing", "authority_ambiguous"}),
    "respondent_texts": frozenset({"respondent_missing", "respondent_ambiguous"}),
    "date": frozenset({"date_missing", "date_conflict"}),
    "amount": frozenset(
        {
            "amount_conflict",
            "amount_unparsed",
            "amount_rounded",
            "several_amounts",
            "above_legal_cap",
            "parts_exceed_total",
        }
    ),
    "amount_max": frozenset({"cap_below_rate"}),
    "currency": frozenset({"currency_ambiguous"}),
}
"""The flags that a field's correction settles; accepting the row settles all."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the names of an article are (`PERSON`, `ORG`, `AUTHORITY`), by the model; `unknown` is what a name is taken for that it did not see."""

    of_mentions: Mapping[str, str]
    unknown: str = "ORG"

    def of(self, name: str, row: Mapping[str, str]) -> str:
        """Return the label of a name that a reviewer wrote: of the row's own name, of a mention, or of a person whose name shares a word with it."""
        known = {**self.of_mentions, **row}
        if name in known:
            return known[name]
        words = {w for w in name.split() if len(w) > 2}
        if any(label == "PERSON" and words & set(text.split()) for text, label in known.items()):
            return "PERSON"
        return self.unknown


@dataclass(frozen=True, slots=True)
class Settled:
    """The rows of an article after review, the words behind them, and the rows that were rejected (as in `reviewed_out`)."""

    rows: list[Row]
    evidence: list[Row]
    out: list[Row]


def apply_reviews(
    rows: Sequence[Row],
    evidence: Sequence[Row],
    verdicts: Sequence[Verdict],
    text: str,
    context: Context,
    overrides: Overrides,
    labels: Labels,
) -> Settled:
    """Return the rows of one article as reviewers settled them; `text` is the article's, `labels` tell what its names are.

    A row that was accepted or added and that the machine does not find is made anew, where its sentence still stands in the text.
    """
    of = {v.penalty_id: in_text(v, text) for v in verdicts}
    kept: list[Row] = []
    out: list[Row] = []
    words = [dict(e) for e in evidence]
    for row in rows:
        verdict = of.pop(row["penalty_id"], None)
        if verdict is None:
            kept.append(row)
        elif verdict.state == "rejected":
            out.append({**row, "reason": verdict.reason, "reviewed_by": ",".join(verdict.annotators)})
            words = _rejected(words, row["penalty_id"], verdict)
        else:
            corrected, words = _corrected(row, words, verdict, text, context, overrides, labels)
            kept.append(corrected)
    for verdict in of.values():
        blank = _anew(verdict, text) if verdict.state == "accepted" else None
        if blank is not None:
            row, words = _corrected(blank, words, verdict, text, context, overrides, labels)
            kept.append(row)
    gone = {row["penalty_id"] for row in out}
    for row in kept:
        for link in ("part_of", "changes_id"):
            if row[link] in gone:
                row[link] = None
    return Settled(kept, words, out)


def reviewed_out(rows: Sequence[Row], redact_individuals: bool) -> pa.Table:
    """Return the table of rejected rows, by id."""
    table = pa.Table.from_pylist(
        sorted(rows, key=lambda r: str(r["penalty_id"])), schema=ROWS.append(pa.field("reason", pa.string()))
    )
    return redacted(table) if redact_individuals else table


def _rejected(words: Sequence[Row], penalty_id: str, verdict: Verdict) -> list[Row]:
    """The evidence after a row was rejected: its sums stay, as sums of no penalty."""
    kept = []
    for word in words:
        if word["penalty_id"] != penalty_id:
            kept.append(word)
        elif word["field"] in {"amount", "amount_max"}:
            kept.append({**word, "penalty_id": None, "rule_id": BY_REVIEW, "reason": f"reviewed_{verdict.reason}"})
    return kept


def _anew(verdict: Verdict, text: str) -> Row | None:
    """A row without values at the place where a reviewer saw one; None where its sentence is gone from the text."""
    anchor = verdict.anchor
    piece, start = str(anchor.get("evidence") or ""), int(anchor.get("evidence_start") or 0)
    at = found_again(text, piece, start) if piece else None
    if at is None:
        return None
    row: Row = {
        name: [] if str(kind).startswith("list") else None for name, kind in zip(ROWS.names, ROWS.types, strict=True)
    }
    has_sum = anchor.get("amount_start") is not None and anchor.get("amount_end") is not None
    return {
        **row,
        "penalty_id": verdict.penalty_id, "article_id": verdict.article_id,
        "evidence": piece, "evidence_start": at, "evidence_end": at + len(piece),
        "amount_start": anchor["amount_start"] + at - start if has_sum else None, "amount_end": anchor["amount_end"] + at - start if has_sum else None,
        "rule_ids": [BY_REVIEW], "confidence": 1.0,
    }  # fmt: skip


def _same(a: Any, b: Any) -> bool:
    return sorted(a) == sorted(b) if isinstance(a, list) and isinstance(b, list) else bool(a == b)


def _corrected(
    row: Row, words: list[Row], verdict: Verdict, text: str, context: Context, overrides: Overrides, labels: Labels
) -> tuple[Row, list[Row]]:
    machine = values_of(row)
    changed = {f: verdict.values[f] for f in FIELDS if f in verdict.values and not _same(verdict.values[f], machine[f])}
    if verdict.state == "open" and not changed:
        return row, words
    new = {**row, **columns_of(changed)}
    if "authority_texts" in changed:
        known = dict(zip(row["authority_texts"], row["authority_ids"], strict=True))
        named = [
            (t, (known[t],) if known.get(t) else forms().get(form_key(t), ()))
            for t in _listed(changed["authority_texts"])
        ]
        new |= bodies(named, context, overrides)[0]
    if "respondent_texts" in changed:
        before = dict(zip(row["respondent_texts"], row["respondent_labels"], strict=True))
        names = _listed(changed["respondent_texts"])
        new |= respondents(names, context, overrides)
        new["respondent_labels"] = [labels.of(n, before) for n in names]
    if "amount" in changed:
        if "amount_state" not in changed:
            told = "none_stated" if new["penalty_type"] in {"fine", "settlement"} else None
            new["amount_state"] = "stated" if new["amount"] is not None else told
        new |= {"converted_amount": None, "converted_currency": None}
        spans = verdict.spans.get("amount")
        new["amount_start"], new["amount_end"] = spans[0] if spans else (None, None)
    if new["amount"] is None:
        new["currency"] = new["amount_max"] = None
    if "date" in changed:
        new["date_basis"] = None
    settled = (
        frozenset(row["flags"])
        if verdict.state == "accepted"
        else frozenset[str]().union(*(DOUBTS.get(f, ()) for f in changed))
    )
    new["flags"] = [f for f in row["flags"] if f not in settled]
    new["review_state"] = "edited" if changed or verdict.added else "accepted"
    new["reviewed_by"] = ",".join(verdict.annotators)
    return new, _evidence(words, new, machine, changed, verdict, text)


def _listed(value: Any) -> list[str]:
    return list(value or ())


def _evidence(
    words: list[Row], row: Row, machine: Mapping[str, Any], changed: Mapping[str, Any], verdict: Verdict, text: str
) -> list[Row]:
    """The words behind a corrected row: of each corrected value the human's, with the machine's beside it."""
    fields = ["amount" if f == "currency" else f for f in changed]
    if verdict.added:  # nothing of the machine's: every value that was given
        fields = [f for f in FIELDS if f != "currency" and verdict.values.get(f)]
    for field in dict.fromkeys(fields):
        own = [w for w in words if w["penalty_id"] == row["penalty_id"] and w["field"] == field and w["chosen"]]
        words = [w for w in words if not any(w is o for o in own)]
        before = [w["value"] for w in sorted(own, key=lambda w: w["position"])]
        if field == "amount":
            before = [f"{machine['currency'] or ''} {machine['amount']}".strip()] if machine["amount"] else []
            now = [f"{row['currency'] or ''} {written_sum(row['amount'])}".strip()] if row["amount"] is not None else []
        elif field == "date":
            now = [row["date"].isoformat()] if row["date"] else []
        else:
            value = verdict.values.get(field)
            now = _listed(value) if field in LISTS else [str(value)] if value is not None else []
            before = before or (
                _listed(machine[field])
                if field in LISTS
                else [str(machine[field])]
                if machine[field] is not None
                else []
            )
        spans = verdict.spans.get(field, ()) or (verdict.spans.get("currency", ()) if field == "amount" else ())
        for position in range(max(len(now), len(before))):
            span = spans[position] if position < len(spans) and position < len(now) else None
            if span is not None and not 0 <= span[0] < span[1] <= len(text):
                span = None
            words.append(
                {
                    "evidence_id": _hash(row["article_id"], row["penalty_id"], field, position), "article_id": row["article_id"], "penalty_id": row["penalty_id"],
                    "field": field, "position": position, "value": now[position] if position < len(now) else None,
                    "machine_value": "" if verdict.added or position >= len(before) else before[position],
                    "text": text[span[0] : span[1]] if span else None, "start": span[0] if span else None, "end": span[1] if span else None,
                    "rule_id": BY_REVIEW, "rank": 1, "chosen": True, "confidence": None, "reason": None,
                }
            )  # fmt: skip
    return words


def _hash(*parts: object) -> str:
    return hashlib.blake2b(
        "\x1f".join(map(str, (*parts, BY_REVIEW))).encode("utf-8", "surrogatepass"), digest_size=10
    ).hexdigest()
