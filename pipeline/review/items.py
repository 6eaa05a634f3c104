"""The index of what can be reviewed: one item an article, with its rows and the words behind them, made from a release.

It is an SQLite file beside the stage files that may be thrown away at any time; a new release makes a new one. The queue reads it, so that a page costs
the same whatever the dump's size. Texts stay in the stage files.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.language.spelling import tokens_of
from pipeline.normalise import Context, alike, form_key, forms
from pipeline.records import Annotated, Document
from pipeline.release import NoReleaseError, read_run
from pipeline.schema import VERSION as SCHEMA
from pipeline.schema import from_row
from pipeline.stage_files import read_records
from pipeline.verdicts import values_of

FILE = "review-items.sqlite"
MACHINE, MACHINE_WORDS = "machine", "machine_words"
"""Stage files that `normalise` leaves for this index: the rows before reviews, and the evidence of reviewed articles before them."""
VERSION = "5"
"""Of the layout below: an index of another version is made anew."""

LARGEST_BLOCK = 100
"""Names with a word in common that are compared; more of them share a common word, not an owner."""

_LAYOUT = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE items (
  article_id TEXT PRIMARY KEY, shard TEXT NOT NULL, locator TEXT NOT NULL, title TEXT, published TEXT, outlet TEXT, url TEXT, n_rows INTEGER NOT NULL, n_flagged INTEGER NOT NULL,
  confidence REAL, amount_eur REAL, dice INTEGER NOT NULL, twice INTEGER NOT NULL, searched TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE rows (
  penalty_id TEXT PRIMARY KEY, article_id TEXT NOT NULL, place INTEGER NOT NULL, decision_id TEXT, evidence_hash TEXT NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE words (article_id TEXT NOT NULL, content TEXT NOT NULL);
CREATE INDEX words_of ON words (article_id);
CREATE TABLE tags (kind TEXT NOT NULL, tag TEXT NOT NULL, article_id TEXT NOT NULL, PRIMARY KEY (kind, tag, article_id)) WITHOUT ROWID;
CREATE TABLE spellings (side TEXT NOT NULL, spelling TEXT NOT NULL, country TEXT NOT NULL, penalty_id TEXT NOT NULL, article_id TEXT NOT NULL, party_id TEXT, settled INTEGER NOT NULL, sentence TEXT NOT NULL);
"""
_INDICES = """
CREATE TABLE tag_counts AS SELECT kind, tag, COUNT(*) AS n FROM tags GROUP BY kind, tag;
INSERT INTO about SELECT 'items', COUNT(*) FROM items WHERE n_rows > 0;
CREATE INDEX by_confidence ON items (confidence, article_id) WHERE n_rows > 0;
CREATE INDEX by_amount ON items (amount_eur DESC, article_id) WHERE n_rows > 0;
CREATE INDEX by_dice ON items (dice, article_id);
CREATE INDEX rows_in ON rows (decision_id);
CREATE INDEX spelled ON spellings (side, spelling, country);
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `penalties` as the machine made it, or one that a reviewer added. `values` are those that a reviewer settles; offsets are code points of the article's text."""

    penalty_id: str
    article_id: str
    decision_id: str | None
    values: Mapping[str, Any]
    authority_ids: tuple[str | None, ...]
    authority_names: tuple[str, ...]
    respondent_ids: tuple[str | None, ...]
    authority_country: str | None
    flags: tuple[str, ...]
    confidence: float
    evidence: str
    evidence_start: int
    evidence_end: int
    amount_start: int | None
    amount_end: int | None
    rule_ids: tuple[str, ...]
    evidence_hash: str

    @property
    def added(self) -> bool:
        """Whether it is a reviewer's alone: the machine has no such row."""
        return self.rule_ids == ("review",)

    @property
    def anchor(self) -> dict[str, Any]:
        """Where the row stands, as an event tells it."""
        names = ("evidence", "evidence_start", "evidence_end", "amount_start", "amount_end")
        return {n: getattr(self, n) for n in names}


@dataclass(frozen=True, slots=True)
class Word:
    """A row of `evidence`."""

    penalty_id: str | None
    field: str
    position: int
    value: str | None
    machine_value: str | None
    text: str | None
    start: int | None
    end: int | None
    rule_id: str
    rank: int
    chosen: bool
    confidence: float | None
    reason: str | None


_WORD = tuple(Word.__dataclass_fields__)


def evidence_hash(evidence: str) -> str:
    """Return the hash of the sentence that a reviewer was shown for a row."""
    return hashlib.blake2b(evidence.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def dice_of(article_id: str) -> int:
    """Return a number that depends on the id alone: the order of the random sample, and which items are judged twice."""
    return int.from_bytes(hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big")


def _row(row: Mapping[str, Any], decision_id: str | None) -> Row:
    return Row(
        row["penalty_id"], row["article_id"], decision_id, values_of(row), tuple(row["authority_ids"]), tuple(row["authority_names"]),
        tuple(row["respondent_ids"]), row["authority_country"], tuple(row["flags"]), row["confidence"], row["evidence"], row["evidence_start"], row["evidence_end"],
        row["amount_start"], row["amount_end"], tuple(row["rule_ids"]),
        evidence_hash(row["evidence"]),
    )  # fmt: skip


def _plain(row: Row) -> str:
    return json.dumps({name: getattr(row, name) for name in Row.__dataclass_fields__}, ensure_ascii=False)


def row_of(content: str) -> Row:
    """Return a row as the index holds it."""
    made = json.loads(content)
    return Row(
        **{
            **made,
            **{n: tuple(made[n]) for n in ("authority_ids", "authority_names", "respondent_ids", "flags", "rule_ids")},
        }
    )


def _rows_of(out: Path, table: str, columns: Iterable[str] | None = None) -> Iterator[dict[str, Any]]:
    file = pq.ParquetFile(out / f"{table}.parquet")
    for batch in file.iter_batches(batch_size=2_000, columns=list(columns) if columns else None):
        yield from batch.to_pylist()


def index_file(out: Path) -> Path:
    """Return where the index of the release in `out` lies."""
    return out / "stages" / FILE


def make_index(out: Path, overlap: float = 0.0) -> Path:
    """Make the index of the release in `out`, unless it is there already; return its file. Raises `NoReleaseError` where there is no release.

    `overlap` is the share of the items that two reviewers judge.
    """
    run = read_run(out)
    if run is None:
        raise NoReleaseError(f"{out} holds no tables; run `make extract` first")
    if run["schema"] != SCHEMA:
        raise NoReleaseError(f"the tables in {out} are of another version ({run['schema']}); run `make extract` first")
    about = {"release": run["release"], "version": VERSION, "overlap": str(overlap)}
    path = index_file(out)
    if about.items() <= _about(path).items():
        return path
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    base = sqlite3.connect(part)
    try:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.executescript(_LAYOUT)
        _fill(base, out, overlap)
        base.executescript(_INDICES)
        base.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        base.execute("ANALYZE")
        base.commit()
    finally:
        base.close()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    part.replace(path)
    return path


def is_current(out: Path) -> bool:
    """Return whether the index is of the release in `out`, whatever share of the items it gives to two reviewers."""
    run, about = read_run(out), _about(index_file(out))
    return run is not None and about.get("release") == run["release"] and about.get("version") == VERSION


def _about(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    base = sqlite3.connect(path)
    try:
        return dict(base.execute("SELECT key, value FROM about"))
    except sqlite3.DatabaseError:
        return {}
    finally:
        base.close()


def _fill(base: sqlite3.Connection, out: Path, overlap: float) -> None:
    euros = {d["decision_id"]: d["amount_eur"] for d in _rows_of(out, "decisions", ("decision_id", "amount_eur"))}
    decision = {p["penalty_id"]: p["decision_id"] for p in _rows_of(out, "penalties", ("penalty_id", "decision_id"))}
    base.executemany(
        "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?, ?)",
        (
            (r.penalty_id, r.article_id, r.evidence_start, r.decision_id, r.evidence_hash, _plain(r))
            for r in _machine_and_added(out, decision)
        ),
    )
    base.execute("CREATE INDEX rows_of ON rows (article_id, place)")
    _words(base, out)
    base.execute("CREATE INDEX party_of ON spellings (party_id)")
    shards: dict[str, str] = {}
    for path in sorted((out / "stages" / "annotated").glob("*.parquet")):
        for annotated in read_records(path, Annotated):
            shards[annotated.article_id] = path.stem
            _spellings(base, annotated, _rows_in(base, annotated.article_id))
    columns = ("article_id", "locator", "title", "published", "outlet", "url", "outcome")
    for article in _rows_of(out, "articles", columns):
        if article["article_id"] in shards and article["outcome"] in {"extracted", "no_penalty"}:
            rows = _rows_in(base, article["article_id"])
            _item(base, article, shards[article["article_id"]], rows, euros, int(overlap * 2**48))
    _look_alikes(base)


def _look_alikes(base: sqlite3.Connection) -> None:
    """Open the spellings of respondents that look like another name with an id of its own ("Brightwater", "Brightwater Grain Holdings")."""
    blocks: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    found = base.execute(
        "SELECT party_id, MIN(spelling) FROM spellings WHERE side = 'respondent' AND party_id IS NOT NULL GROUP BY party_id ORDER BY party_id"
    )
    for party_id, spelling in found.fetchall():
        tokens = tokens_of(spelling)
        for word in {tokens[0], tokens[-1]} if tokens else ():
            blocks.setdefault(word, []).append((party_id, tokens))
    open_ = {
        i
        for block in blocks.values()
        if len(block) <= LARGEST_BLOCK
        for n, (a, x) in enumerate(block)
        for b, y in block[n + 1 :]
        if a != b and alike(x, y)
        for i in (a, b)
    }
    base.executemany(
        "UPDATE spellings SET settled = 0 WHERE side = 'respondent' AND party_id = ?", [(i,) for i in sorted(open_)]
    )


def _machine_and_added(out: Path, decision: Mapping[str, str]) -> Iterator[Row]:
    """The rows as the machine made them (not as reviewers left them: a second one is not to see what the first one said), and those that only reviewers saw."""
    seen: set[str] = set()
    for path in sorted((out / "stages" / MACHINE).glob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(batch_size=2_000):
            for row in batch.to_pylist():
                seen.add(row["penalty_id"])
                yield _row(row, decision.get(row["penalty_id"]))
    for row in _rows_of(out, "penalties"):
        if row["penalty_id"] not in seen:
            yield _row(row, row["decision_id"])


def _rows_in(base: sqlite3.Connection, article_id: str) -> list[Row]:
    found = base.execute("SELECT content FROM rows WHERE article_id = ? ORDER BY place, penalty_id", (article_id,))
    return [row_of(content) for (content,) in found]


def _item(
    base: sqlite3.Connection,
    article: Mapping[str, Any],
    shard: str,
    rows: list[Row],
    euros: Mapping[str, Any],
    limit: int,
) -> None:
    article_id = article["article_id"]
    sums = [euros[r.decision_id] for r in rows if r.decision_id and euros.get(r.decision_id) is not None]
    dice = dice_of(article_id)
    names = {n for r in rows for n in (*r.authority_names, *r.values["respondent_texts"], *r.values["authority_texts"])}
    base.execute(
        "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id, shard, article["locator"], article["title"], None if article["published"] is None else article["published"].isoformat(), article["outlet"], article["url"],
            len(rows), sum(bool(r.flags) for r in rows), min((r.confidence for r in rows), default=None), float(max(sums)) if sums else None,
            dice, int(dice < limit), " ".join([article["title"] or "", *sorted(names)]).casefold(),
        ),
    )  # fmt: skip
    tags = {("flag", f) for r in rows for f in r.flags} | {("authority", n) for r in rows for n in r.authority_names}
    base.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?, ?)", [(k, t, article_id) for k, t in sorted(tags)])


def _words(base: sqlite3.Connection, out: Path) -> None:
    """The evidence of each article as one entry; the table has the rows of an article one after the other. Of reviewed articles it is the machine's."""
    last: str | None = None
    gathered: list[dict[str, Any]] = []
    reviewed: set[str] = set()

    def flush() -> None:
        if last is not None:
            base.execute("INSERT INTO words VALUES (?, ?)", (last, json.dumps(gathered, ensure_ascii=False)))

    def gather(words: Iterable[dict[str, Any]]) -> None:
        nonlocal last, gathered
        for word in words:
            if word["article_id"] != last:
                flush()
                last, gathered = word["article_id"], []
            gathered.append({n: word[n] for n in _WORD})
        flush()
        last, gathered = None, []

    for path in sorted((out / "stages" / MACHINE_WORDS).glob("*.parquet")):
        words = pq.read_table(path).to_pylist()
        reviewed.update(w["article_id"] for w in words)
        gather(words)
    gather(w for w in _rows_of(out, "evidence") if w["article_id"] not in reviewed)


def words_of(contents: Iterable[str]) -> tuple[Word, ...]:
    """Return the evidence of an article as the index holds it."""
    return tuple(Word(**w) for content in contents for w in json.loads(content))


def _spellings(base: sqlite3.Connection, annotated: Annotated, rows: list[Row]) -> None:
    """How each row writes its parties, with the country that its article names most, and whether the registry's body is beyond doubt."""
    country = (Context.of(annotated).country if rows else None) or ""
    for row in rows:
        if row.added:
            continue  # its names are a reviewer's
        sides = (
            ("authority", "authority_texts", row.authority_ids),
            ("respondent", "respondent_texts", row.respondent_ids),
        )
        for side, field, ids in sides:
            for text, party_id in zip(row.values[field], ids, strict=True):
                # Of an authority: one body of the registry, and no other that is called so.
                settled = party_id is not None and (side == "respondent" or len(forms().get(form_key(text), ())) <= 1)
                base.execute(
                    "INSERT INTO spellings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (side, text, country, row.penalty_id, row.article_id, party_id, int(settled), row.evidence),
                )


def document_of(base: sqlite3.Connection, out: Path, article_id: str) -> Document | None:
    """Return the cleaned article of an item from its stage file; None where there is none. `base` has the index attached as `i`."""
    found = base.execute("SELECT shard, locator FROM i.items WHERE article_id = ?", (article_id,)).fetchone()
    if found is None:
        return None
    shard, locator = found
    path = out / "stages" / "documents" / f"{shard}.parquet"
    if not path.exists():
        return None
    rows = pq.read_table(path, filters=[("locator", "=", locator)]).to_pylist()
    return from_row(Document, rows[0]) if rows else None
