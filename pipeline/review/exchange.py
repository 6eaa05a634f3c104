"""Reviewed and machine-made labels in the formats of other tools, there and back: Label Studio, doccano, spaCy DocBin, marked text.

What travels is an article's text, its rows, and where their values stand. A label is a span with the field as its name and the row that it belongs to. Label Studio
counts code points and writes the words of each label beside it, by which older files that count UTF-16 units are read too; doccano counts UTF-16 units
(doccano/doccano issue 2290).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.marked import Mark, parse_marked, write_marked
from pipeline.review.items import Row, Word, document_of, row_of, words_of
from pipeline.review.store import Store
from pipeline.review.taking import FROM_TEXT, Around, TakingError, taken
from pipeline.review.view import blank_row
from pipeline.verdicts import in_text
from pipeline.verdicts.events import FIELDS, LISTS, Event, Value, value_error
from pipeline.verdicts.holding import fold

FORMATS = ("label-studio", "doccano", "docbin", "marked")
LINE = "\u2029"
"""What parts the articles of a file of marked text, on a line with what travels beside the marks."""


class ExchangeError(ValueError):
    """A file is not what it should be; the message names file and entry."""


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """A span of an article with the field that it is the value of; `row` is a penalty id, empty where the label belongs to no row yet."""

    start: int
    end: int
    field: str
    row: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with its labels. `rows` holds the values of each row, `evidence` the sentence of each, `exported` the labels as they were when the file was written.

    `reviewed` says of an article on its way out that reviewers settled rows of it, on its way back that somebody there submitted it.
    """

    article_id: str
    text: str
    title: str | None
    rows: Mapping[str, Mapping[str, Value]]
    evidence: Mapping[str, tuple[int, int]]
    labels: tuple[Label, ...]
    reviewed: bool
    exported: tuple[Label, ...] = ()

    @property
    def about(self) -> dict[str, Any]:
        """What travels beside text and labels."""
        return {
            "article_id": self.article_id, "title": self.title or "", "rows": self.rows, "evidence": self.evidence, "reviewed": self.reviewed,
            "numbers": {row: n for n, row in enumerate(self.rows, 1)}, "exported": [[x.start, x.end, x.field, x.row] for x in self.labels],
        }  # fmt: skip


def labelled(store: Store, out: Path, all_articles: bool = False) -> Iterator[Labelled]:
    """Yield the articles with rows, as the reviews leave them: the reviewed ones, or all."""
    said = fold(store.events())
    of_article: dict[str, dict[str, Any]] = defaultdict(dict)
    for verdict in said.rows.values():
        of_article[verdict.article_id][verdict.penalty_id] = verdict
    items = store.base.execute(
        "SELECT article_id, title FROM i.items WHERE n_rows > 0 OR article_id IN (SELECT DISTINCT article_id FROM events) ORDER BY article_id"
    )
    for article_id, title in items.fetchall():
        verdicts = of_article.get(article_id, {})
        document = document_of(store.base, out, article_id) if verdicts or all_articles else None
        if document is None:
            continue
        verdicts = {p: in_text(v, document.text) for p, v in verdicts.items()}
        known = [
            row_of(c)
            for (c,) in store.base.execute(
                "SELECT content FROM i.rows WHERE article_id = ? ORDER BY place, penalty_id", (article_id,)
            )
        ]
        rows = [
            *known,
            *(
                b
                for v in verdicts.values()
                if v.penalty_id not in {r.penalty_id for r in known} and (b := blank_row(v))
            ),
        ]
        words = words_of(
            c for (c,) in store.base.execute("SELECT content FROM i.words WHERE article_id = ?", (article_id,))
        )
        kept = [r for r in rows if (v := verdicts.get(r.penalty_id)) is None or v.state != "rejected"]
        yield _labelled(article_id, document.text, title, kept, words, verdicts)


def _labelled(
    article_id: str,
    text: str,
    title: str | None,
    rows: Iterable[Row],
    words: Iterable[Word],
    verdicts: Mapping[str, Any],
) -> Labelled:
    labels: set[Label] = set()
    values: dict[str, Mapping[str, Value]] = {}
    evidence: dict[str, tuple[int, int]] = {}
    for row in rows:
        said = verdicts.get(row.penalty_id)
        values[row.penalty_id] = {**row.values, **(said.values if said else {})}
        evidence[row.penalty_id] = (row.evidence_start, row.evidence_end)
        for field, spans in (said.spans if said else {}).items():
            labels.update(
                Label(a, b, field, row.penalty_id) for a, b in spans if 0 <= a < b <= len(text) and field != "currency"
            )
    for w in words:
        if w.penalty_id in values and w.chosen and w.start is not None and w.end is not None and w.field in FIELDS:
            said = verdicts.get(w.penalty_id)
            if not said or not {w.field} & (said.spans.keys() | said.edited):
                labels.add(Label(w.start, w.end, w.field, str(w.penalty_id)))
    kept = tuple(sorted(labels))
    return Labelled(article_id, text, title or None, values, evidence, kept, bool(verdicts), kept)


# --- offsets


def to_utf16(text: str, place: int) -> int:
    """Return a place in code points as one in UTF-16 units."""
    return place + sum(ord(c) > 0xFFFF for c in text[:place])


def from_utf16(text: str, place: int) -> int:
    """Return a place in UTF-16 units as one in code points."""
    if text.isascii():
        return place
    units = 0
    for i, char in enumerate(text):
        if units >= place:
            return i
        units += 2 if ord(char) > 0xFFFF else 1
    return len(text)


# --- Label Studio (https://labelstud.io/guide/predictions)


def label_studio_config() -> str:
    """Return the labelling configuration that the export fits."""
    fields = "".join(f'<Label value="{f}"/>' for f in FIELDS)
    return f'<View><Labels name="label" toName="text">{fields}</Labels><Text name="text" value="$text" granularity="symbol"/></View>\n'


def to_label_studio(article: Labelled) -> dict[str, Any]:
    """Return an article as a task: what was reviewed as an annotation, what the machine found as a prediction."""
    result = [
        {
            "id": f"r{n}", "from_name": "label", "to_name": "text", "type": "labels", "meta": {"text": [x.row]},
            "value": {"start": x.start, "end": x.end, "text": article.text[x.start : x.end], "labels": [x.field]},
        }
        for n, x in enumerate(article.labels)
    ]  # fmt: skip
    told: dict[str, Any] = (
        {"result": result} if article.reviewed else {"result": result, "model_version": "penalty-ledger"}
    )
    data = {"text": article.text, **article.about}
    return {"data": data, "annotations" if article.reviewed else "predictions": [told]}


def from_label_studio(task: Mapping[str, Any]) -> Labelled:
    """Return the article of a task, with its last annotation that was not skipped, else its last prediction. Raises `ExchangeError`."""
    data = task.get("data", {})
    text = str(data.get("text", ""))
    done = [a for a in task.get("annotations") or [] if not a.get("was_cancelled")]
    given = done or task.get("predictions") or []
    labels = []
    for region in given[-1]["result"] if given else []:
        if region.get("type") != "labels":
            continue
        value = region["value"]
        start, end, words = int(value["start"]), int(value["end"]), value.get("text")
        if words is not None and text[start:end] != words:
            start, end = from_utf16(text, start), from_utf16(text, end)
            if text[start:end] != words:
                raise ExchangeError(
                    f"{data.get('article_id')}: the words {words!r} do not stand where their label says"
                )
        meta = (region.get("meta") or {}).get("text") or [""]
        labels += [
            Label(start, end, str(name), str(meta[0] if isinstance(meta, list) else meta)) for name in value["labels"]
        ]
    return _article(data, text, labels, bool(done))


def _article(data: Mapping[str, Any], text: str, labels: Iterable[Label], reviewed: bool) -> Labelled:
    try:
        rows = {str(k): _values(v) for k, v in (data.get("rows") or {}).items()}
        evidence = {str(k): (int(v[0]), int(v[1])) for k, v in (data.get("evidence") or {}).items()}
        exported = tuple(Label(int(a), int(b), str(f), str(r)) for a, b, f, r in data.get("exported") or ())
        kept = tuple(sorted(set(labels)))
        found = Labelled(
            str(data["article_id"]), text, data.get("title") or None, rows, evidence, kept, reviewed, exported
        )
    except ExchangeError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ExchangeError(f"no article of an export ({error!r})") from error
    for label in found.labels:
        if label.field not in FIELDS or not 0 <= label.start < label.end <= len(text):
            raise ExchangeError(f"{found.article_id}: no label of this project: {label.field!r} at {label.start}")
    return found


def _values(given: Mapping[str, Any]) -> dict[str, Value]:
    values: dict[str, Value] = dict(given)
    for name, value in values.items():
        if wrong := value_error(name, value):
            raise ExchangeError(wrong)
    return values


# --- doccano (https://doccano.github.io/doccano): JSON lines, UTF-16 units


def to_doccano(article: Labelled) -> dict[str, Any]:
    """Return an article as a line of doccano's JSONL for sequence labelling; the row stands in the label's name after a `#`, by its number."""
    about = article.about
    label = [
        [to_utf16(article.text, x.start), to_utf16(article.text, x.end), f"{x.field}#{about['numbers'][x.row]}"]
        for x in article.labels
    ]
    return {"text": article.text, "label": label, **about}


def from_doccano(line: Mapping[str, Any]) -> Labelled:
    """Return the article of a line: `label` as exported or imported, or `entities` as doccano writes relations. Raises `ExchangeError`."""
    data = {**(line.get("meta") or {}), **(line.get("Comments") or {}), **line}
    text = str(line.get("text", line.get("data", "")))
    row_of_number = {str(n): str(row) for row, n in (data.get("numbers") or {}).items()}
    spans = line.get("label") or [[e["start_offset"], e["end_offset"], e["label"]] for e in line.get("entities") or []]
    labels = []
    for start, end, name in spans:
        field, _, number = str(name).partition("#")
        place = from_utf16(text, int(start)), from_utf16(text, int(end))
        labels.append(Label(*place, field, row_of_number.get(number, "")))
    return _article(data, text, labels, bool(data.get("reviewed", True)))


# --- spaCy DocBin


def to_docbin(articles: Iterable[Labelled]) -> bytes:
    """Return articles as a DocBin: the labels as a span group `penalty_ledger` (widened to whole tokens), rows and exact offsets in the documents' user data."""
    import spacy
    from spacy.tokens import DocBin, SpanGroup

    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    binary = DocBin(store_user_data=True)
    for article in articles:
        doc = nlp.make_doc(article.text)
        spans = []
        for label in article.labels:
            span = doc.char_span(label.start, label.end, label=label.field, span_id=label.row, alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc.spans["penalty_ledger"] = SpanGroup(doc, name="penalty_ledger", spans=spans)
        doc.user_data["penalty_ledger"] = json.dumps({"text": article.text, **article.about})
        binary.add(doc)
    return bytes(binary.to_bytes())


def from_docbin(content: bytes) -> Iterator[Labelled]:
    """Yield the articles of a DocBin. A span that covers the tokens of an exported label keeps that label's exact offsets. Raises `ExchangeError`."""
    import spacy
    from spacy.tokens import DocBin

    nlp = spacy.blank("en")
    for doc in DocBin(store_user_data=True).from_bytes(content).get_docs(nlp.vocab):
        data = json.loads(doc.user_data.get("penalty_ledger", "{}"))
        exact = {}
        for start, end, field, row in data.get("exported", []):
            span = doc.char_span(start, end, alignment_mode="expand")
            if span is not None:
                exact[span.start_char, span.end_char, field, row] = (start, end)
        labels = []
        for span in doc.spans.get("penalty_ledger", []):
            key = (span.start_char, span.end_char, span.label_, span.id_)
            start, end = exact.get(key, key[:2])
            labels.append(Label(start, end, span.label_, span.id_))
        yield _article(data, str(data.get("text", doc.text)), labels, bool(data.get("reviewed", True)))


# --- marked text


def to_marked(article: Labelled) -> str:
    """Return an article as marked text: `[surface](FIELD=row)`, rows as letters. Marks cannot overlap: of overlapping labels the longest stays."""
    letter = {row: _letters(n) for n, row in enumerate(article.rows)}
    return write_marked(
        article.text, [Mark(x.start, x.end, x.field.upper(), None, letter[x.row]) for x in _markable(article)]
    )


def _markable(article: Labelled) -> list[Label]:
    """The labels that marks can show: none overlaps another, and none holds a bracket or runs over a line's end."""
    kept: list[Label] = []
    for label in sorted(article.labels, key=lambda x: (x.start - x.end, x)):
        surface = article.text[label.start : label.end]
        if not any(label.start < k.end and k.start < label.end for k in kept) and not set("[]\n") & set(surface):
            kept.append(label)
    return kept


def _letters(n: int) -> str:
    return chr(97 + n) if n < 26 else _letters(n // 26 - 1) + chr(97 + n % 26)


def from_marked(marked: str, data: Mapping[str, Any]) -> Labelled:
    """Return the article of a marked text; `data` is what stood at its head. Raises `ExchangeError` where the text under the marks is another."""
    text, marks = parse_marked(marked)
    if text != data.get("text"):
        raise ExchangeError(f"{data.get('article_id')}: the text under the marks is not the article's")
    letter = {_letters(n): row for n, row in enumerate(data.get("rows") or {})}
    labels = [Label(m.start, m.end, m.label.lower(), letter.get(m.role or "", "")) for m in marks]
    found = _article(data, text, labels, bool(data.get("reviewed", True)))
    hidden = set(found.exported) - set(_markable(replace(found, labels=found.exported)))
    return replace(found, labels=tuple(sorted({*found.labels, *hidden})))


# --- files


def write_file(articles: Iterable[Labelled], format_: str, to: Path) -> int:
    """Write articles to a file in a format; return how many. Label Studio's configuration goes beside it."""
    found = list(articles)
    to.parent.mkdir(parents=True, exist_ok=True)
    if format_ == "label-studio":
        to.write_text(
            json.dumps([to_label_studio(a) for a in found], ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        to.with_suffix(".config.xml").write_text(label_studio_config(), encoding="utf-8")
    elif format_ == "doccano":
        to.write_text("".join(json.dumps(to_doccano(a), ensure_ascii=False) + "\n" for a in found), encoding="utf-8")
    elif format_ == "docbin":
        to.write_bytes(to_docbin(found))
    else:
        with to.open("w", encoding="utf-8", newline="\n") as stream:
            for a in found:
                stream.write(f"{LINE}{json.dumps({'text': a.text, **a.about})}\n{to_marked(a)}\n")
    return len(found)


def read_file(path: Path, format_: str) -> list[Labelled]:
    """Return the articles of a file. Raises `ExchangeError`."""
    try:
        if format_ == "docbin":
            return list(from_docbin(path.read_bytes()))
        content = path.read_bytes().decode("utf-8")
        if format_ == "label-studio":
            tasks = json.loads(content)
            if not isinstance(tasks, list):
                raise ExchangeError("no list of tasks")
            return [from_label_studio(task) for task in tasks]
        if format_ == "doccano":
            return [from_doccano(json.loads(line)) for line in content.split("\n") if line.strip()]
        out = []
        for part in content.split(LINE)[1:]:
            head, _, marked = part.partition("\n")
            out.append(from_marked(marked.removesuffix("\n"), json.loads(head)))
        return out
    except ExchangeError as error:
        raise ExchangeError(f"{path}: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExchangeError(f"{path}: not a file of the format {format_} ({error})") from error


def events_of(
    article: Labelled, annotator: str, event_id: Callable[[], str], all_seen: bool = False
) -> Iterator[Event]:
    """Yield what somebody did in another tool, as the file tells against what was exported: rows whose labels changed are edited, rows that lost all of them rejected.

    A row without a change is accepted only where they looked at everything (`all_seen`): a file does not tell who looked at what. A label that belongs to no row
    is of the row whose sentence stands nearest; one that cannot be read as a value is left out.
    """
    if not article.rows:
        return
    had, has = _by_row(article, article.exported), _by_row(article, article.labels)
    for row, values in article.rows.items():
        if had.get(row) and not has.get(row):
            note = "all its labels were removed in another tool"
            yield Event(event_id(), "-", annotator, "reject", article.article_id, row, reason="other", note=note)
            continue
        changed, spans = _edits(article, values, had.get(row, []), has.get(row, []))
        if not changed and not all_seen:
            continue
        if changed:
            old = {f: values.get(f) for f in changed}
            told = {f: tuple(article.text[a:b] for a, b in places) for f, places in spans.items()}
            yield Event(
                event_id(),
                "-",
                annotator,
                "edit",
                article.article_id,
                row,
                old=old,
                new=changed,
                spans=spans,
                words=told,
            )
        start, end = article.evidence[row]
        anchor = {
            "evidence": article.text[start:end],
            "evidence_start": start,
            "evidence_end": end,
            "amount_start": None,
            "amount_end": None,
        }
        yield Event(
            event_id(), "-", annotator, "accept", article.article_id, row, new={**values, **changed}, anchor=anchor
        )


def _edits(
    article: Labelled, values: Mapping[str, Value], had: Iterable[Label], has: Iterable[Label]
) -> tuple[dict[str, Value], dict[str, tuple[tuple[int, int], ...]]]:
    """The values that changed because their labels did, and where they stand now."""
    currency, per = values.get("currency"), values.get("per")
    around = Around(None, None, currency if isinstance(currency, str) else None, per if isinstance(per, str) else None)
    new: dict[str, Value] = {}
    spans: dict[str, tuple[tuple[int, int], ...]] = {}
    had, has = list(had), list(has)
    for field in FROM_TEXT:
        before = {(x.start, x.end) for x in had if x.field == field}
        now = sorted((x.start, x.end) for x in has if x.field == field)
        if before == set(now) or not now:
            continue
        got = [(place, taken_or_none(field, article.text[slice(*place)], around)) for place in now]
        read = [(place, g) for place, g in got if g is not None]
        if not read:
            continue
        new |= {field: [v for _, g in read for v in (g[field] or ())]} if field in LISTS else read[0][1]
        spans[field] = tuple(place for place, _ in read)
    return {f: v for f, v in new.items() if v != values.get(f)}, spans


def taken_or_none(field: str, text: str, around: Around) -> dict[str, Value] | None:
    """Return the values that a text gives for a field; None where it gives none."""
    try:
        return taken(field, text, around)
    except TakingError:
        return None


def _by_row(article: Labelled, labels: Iterable[Label]) -> dict[str, list[Label]]:
    """Labels by row; one that belongs to none goes to the row whose sentence stands nearest, of those that have labels of their own."""
    out: dict[str, list[Label]] = defaultdict(list)
    loose: list[Label] = []
    for label in labels:
        if label.row in article.rows:
            out[label.row].append(label)
        else:
            loose.append(label)
    rows = list(out) or list(article.rows)
    for label in loose:
        out[min(rows, key=lambda r: (_distance(article.evidence[r], label.start), r))].append(label)
    return out


def _distance(span: tuple[int, int], place: int) -> int:
    return max(span[0] - place, place - span[1] + 1, 0)
