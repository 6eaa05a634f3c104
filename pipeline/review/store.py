"""Where reviews are kept: an SQLite file of events that are only ever added, and its twin `reviews.jsonl`, which `normalise` reads.

An event is acknowledged once SQLite has it on disk; the line in `reviews.jsonl` follows at once, and what a crash left out there is written at the next
start. Leases say who has an item open. What is computed from events (who is done with which item) is kept beside them and can be made anew at any time.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock

from pipeline.review.gold import ROUND
from pipeline.review.items import Row, document_of, evidence_hash, row_of
from pipeline.verdicts.events import Event, event_of, line_of, read_events
from pipeline.verdicts.holding import Reviews, fold, found_again, live

LEASE = 15 * 60
"""Seconds that an item stays with the reviewer who opened it."""
BUSY = 30.0
"""Seconds that a writer waits for another one."""
_NETWORK = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb2",
        "smb3",
        "smbfs",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "beegfs",
        "fuse.sshfs",
        "fuse.glusterfs",
        "9p",
        "gpfs",
    ]
)
"""File systems over which SQLite's write-ahead log does not work (https://www.sqlite.org/wal.html): all its users must share memory."""

_LAYOUT = """
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE, time TEXT NOT NULL, annotator TEXT NOT NULL, action TEXT NOT NULL,
  article_id TEXT NOT NULL, penalty_id TEXT, undoes TEXT, line TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_of ON events (article_id, seq);
CREATE INDEX IF NOT EXISTS events_by ON events (annotator, seq);
CREATE TABLE IF NOT EXISTS done (article_id TEXT NOT NULL, annotator TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (article_id, annotator)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS done_by ON done (annotator, at);
CREATE TABLE IF NOT EXISTS passed (article_id TEXT NOT NULL, annotator TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (article_id, annotator)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (article_id TEXT PRIMARY KEY, why TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changed (article_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leases (article_id TEXT NOT NULL, annotator TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (article_id, annotator)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (article_id TEXT NOT NULL, annotator TEXT NOT NULL, PRIMARY KEY (article_id, annotator)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def file_system(path: Path) -> str | None:
    """Return the type of the file system that holds a path; None where the system does not tell."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    place = str(path.absolute())
    best = ("", "")
    for line in mounts:
        _, point, kind, *_ = line.split()
        if (place == point or place.startswith(point.rstrip("/") + "/")) and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1] or None


class Store:
    """The events of one project. Safe for the threads of one process; a second process waits for its turn to write."""

    def __init__(self, path: Path, exchange: Path, items: Path, say: Callable[[str], None] = lambda _: None) -> None:
        self.path, self.exchange, self.items, self.say = path, exchange, items, say
        self._behind = False
        self._file_lock = FileLock(exchange.with_name(exchange.name + ".lock"))
        self._local = threading.local()
        self._generation = 0
        self._writing = threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = file_system(path.parent)
        self._journal = "DELETE" if kind in _NETWORK or sys.platform == "cygwin" else "WAL"
        if kind in _NETWORK:
            say(
                f"{path} lies on a network file system ({kind}): reviews are written more slowly there, by one server only."
            )
        self.base.executescript(_LAYOUT)
        self._take_in(read_events(exchange))
        self.count_anew()
        self._write_out()

    # --- connections

    @property
    def base(self) -> sqlite3.Connection:
        """This thread's connection; the index of items is attached as `i`."""
        base: sqlite3.Connection | None = getattr(self._local, "base", None)
        if base is not None and self._local.items != self._generation:
            base.close()
            base = None
        if base is None:
            base = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None, check_same_thread=False)
            base.execute(f"PRAGMA journal_mode = {self._journal}")
            base.execute("PRAGMA synchronous = FULL")
            base.execute("ATTACH DATABASE ? AS i", (str(self.items),))
            self._local.base, self._local.items = base, self._generation
        return base

    def renew(self, items: Path) -> None:
        """Go on with the index of a new release."""
        with self._writing:
            self.items = items
            self._generation += 1
            self.count_anew()

    def alone(self) -> AbstractContextManager[object]:
        """Return what keeps other threads from writing while two questions belong together."""
        return self._writing

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._writing:
            base = self.base
            base.execute("BEGIN IMMEDIATE")
            try:
                yield base
                base.execute("COMMIT")
            except BaseException:
                if base.in_transaction:
                    base.execute("ROLLBACK")
                raise

    # --- events

    def add(self, event: Event) -> bool:
        """Add an event and return whether it was new; an id that is known is not added twice. On disk when this returns."""
        return bool(self.add_all([event]))

    def add_all(self, events: Iterable[Event]) -> list[Event]:
        """Add events in one step; return those that were new, with the times that they got (later than any before).

        All or none: where the first one is known, the same key came twice and nothing is added.
        """
        added: list[Event] = []
        with self._writing, self._file_lock:  # so that no other process writes the same events to the file in between
            with self._changing() as base:
                for event in events:
                    timed = replace(event, time=self._next_time(base))
                    if not self._insert(base, timed):
                        break
                    added.append(timed)
                for article_id in dict.fromkeys(e.article_id for e in added):
                    self._count(base, article_id)
            if added:
                self._append(added)
        return added

    def _append(self, events: list[Event]) -> None:
        """Write events to the file. They are safe already: what cannot be written now is written with the next ones, or at the next start."""
        if self._behind:
            self._write_out()
            return
        try:
            with self.exchange.open("a", encoding="utf-8", newline="\n") as stream:
                stream.write("".join(f"{line_of(e)}\n" for e in events))
        except OSError as error:
            self._fell_behind(error)

    def _fell_behind(self, error: OSError) -> None:
        self._behind = True
        self.say(
            f"{self.exchange} cannot be written ({error}); the reviews are safe in {self.path} and follow as soon as it can"
        )

    @staticmethod
    def _insert(base: sqlite3.Connection, event: Event) -> bool:
        done = base.execute(
            "INSERT OR IGNORE INTO events (event_id, time, annotator, action, article_id, penalty_id, undoes, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (event.event_id, event.time, event.annotator, event.action, event.article_id, event.penalty_id, event.undoes, line_of(event)),
        )  # fmt: skip
        return done.rowcount == 1

    @staticmethod
    def _next_time(base: sqlite3.Connection) -> str:
        now = datetime.now(UTC)
        (last,) = base.execute("SELECT MAX(time) FROM events").fetchone()
        if last and (before := datetime.fromisoformat(last)) >= now:
            now = before + timedelta(microseconds=1)
        return now.isoformat(timespec="microseconds")

    def _take_in(self, events: Iterable[Event]) -> None:
        """Add the events of a file, as they are."""
        with self._changing() as base:
            for event in events:
                self._insert(base, event)

    def _write_out(self) -> None:
        """Add to `reviews.jsonl` every event that it lacks; a last line that a crash tore goes first. Nothing else of the file is touched."""
        with self._writing:
            lines = dict(self.base.execute("SELECT event_id, line FROM events ORDER BY time, event_id"))
            if not lines and not self.exchange.exists():
                return
            try:
                with self._file_lock:
                    self._cut_torn_line()
                    known = {e.event_id for e in read_events(self.exchange)}
                    missing = "".join(f"{line}\n" for event_id, line in lines.items() if event_id not in known)
                    if missing:
                        with self.exchange.open("a", encoding="utf-8", newline="\n") as stream:
                            stream.write(missing)
                            stream.flush()
                            os.fsync(stream.fileno())
            except OSError as error:
                self._fell_behind(error)
                return
            self._behind = False

    def _cut_torn_line(self) -> None:
        if not self.exchange.exists():
            return
        content = self.exchange.read_bytes()
        if content and not content.endswith(b"\n"):
            try:
                event_of(content.rpartition(b"\n")[2].decode("utf-8"))
            except (ValueError, TypeError, AttributeError):
                os.truncate(self.exchange, content.rfind(b"\n") + 1)
            else:  # whole, but for its line end
                with self.exchange.open("ab") as stream:
                    stream.write(b"\n")

    def merge(self, events: Iterable[Event]) -> int:
        """Add the events of another machine, each id once; return how many were new."""
        before = self.n_events()
        self._take_in(events)
        self.count_anew()
        self._write_out()
        return self.n_events() - before

    def n_events(self) -> int:
        """Return how many events there are."""
        (n,) = self.base.execute("SELECT COUNT(*) FROM events").fetchone()
        return int(n)

    def events(self, article_id: str | None = None) -> list[Event]:
        """Return all events, or those of one article, in the order in which they came."""
        query = "SELECT line FROM events" + ("" if article_id is None else " WHERE article_id = ?") + " ORDER BY seq"
        return [event_of(line) for (line,) in self.base.execute(query, () if article_id is None else (article_id,))]

    def pairs(self) -> Reviews:
        """Return what reviewers joined and kept apart by hand; nothing else of what they said."""
        found = self.base.execute(
            "SELECT line FROM events WHERE action IN ('same_decision', 'split', 'same_matter', 'undo') ORDER BY seq"
        )
        return fold(event_of(line) for (line,) in found)

    def last_of(self, annotator: str) -> list[Event]:
        """Return what an undo would take back: the last event of a reviewer that still holds, with those made by the same key."""
        found: list[Event] = []
        undone = {
            u
            for (u,) in self.base.execute(
                "SELECT undoes FROM events WHERE annotator = ? AND undoes IS NOT NULL", (annotator,)
            )
        }
        for (line,) in self.base.execute(
            "SELECT line FROM events WHERE annotator = ? ORDER BY time DESC, event_id DESC", (annotator,)
        ):
            event = event_of(line)
            if event.action in {"undo", "name"} or event.event_id in undone:
                continue
            if found and _key_of(event) != _key_of(found[0]):
                break
            found.append(event)
        return found

    # --- what is computed from events

    def rows(self, article_id: str) -> list[Row]:
        """Return the rows of an article as the release has them, in the order of the text."""
        found = self.base.execute(
            "SELECT content FROM i.rows WHERE article_id = ? ORDER BY place, penalty_id", (article_id,)
        )
        return [row_of(content) for (content,) in found]

    def _count(self, base: sqlite3.Connection, article_id: str) -> None:
        if article_id.startswith(ROUND):
            return  # of the first round: nobody's work
        events = self.events(article_id)
        said = fold(events)
        rows = self.rows(article_id)
        for table in ("done", "passed", "waiting", "changed"):
            base.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
        changed = stale(rows, said) or self._lost(article_id, rows, said, events)
        judges = {a for v in said.judged.values() for a in v.annotators}
        people = {*said.by_annotator, *judges, *said.finished.get(article_id, {})}
        for annotator in sorted(people):
            if is_done(rows, said, annotator, article_id) and not changed:
                (at,) = base.execute(
                    "SELECT MAX(time) FROM events WHERE article_id = ? AND annotator = ?", (article_id, annotator)
                ).fetchone()
                base.execute("INSERT INTO done VALUES (?, ?, ?)", (article_id, annotator, at))
        skips = {e.annotator: e.time for e in live(events) if e.action == "skip"}
        base.executemany("INSERT INTO passed VALUES (?, ?, ?)", [(article_id, a, t) for a, t in sorted(skips.items())])
        if said.open:
            base.execute("INSERT INTO waiting VALUES (?, ?)", (article_id, json.dumps(sorted(said.open))))
        if changed:
            base.execute("INSERT INTO changed VALUES (?)", (article_id,))

    def _lost(self, article_id: str, rows: list[Row], said: Reviews, events: list[Event]) -> bool:
        """Whether something that holds of a row has no row any more: its sentence is gone from the article, and nobody read the article to its end since."""
        known = {r.penalty_id for r in rows}
        missing = [v for p, v in said.rows.items() if p not in known and v.state != "rejected"]
        if not missing:
            return False
        document = document_of(self.base, self.items.parent.parent, article_id)
        if document is None:
            return False
        if any(e.action == "finish" and e.evidence_hash == evidence_hash(document.text) for e in events):
            return False
        return any(
            v.state == "open" or found_again(document.text, str(v.anchor.get("evidence") or ""), 0) is None
            for v in missing
        )

    def count_anew(self) -> None:
        """Compute for every reviewed article who is done with it: after a new release, or when events came from elsewhere."""
        with self._changing() as base:
            for table in ("done", "passed", "waiting", "changed"):
                base.execute(f"DELETE FROM {table}")
            for (article_id,) in base.execute("SELECT DISTINCT article_id FROM events").fetchall():
                self._count(base, article_id)

    # --- leases

    def lease(self, article_id: str, annotator: str, seconds: float = LEASE) -> None:
        """Give an item to a reviewer for a while."""
        with self._changing() as base:
            now = time.time()
            base.execute("DELETE FROM leases WHERE until < ? OR annotator = ?", (now, annotator))
            base.execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", (article_id, annotator, now + seconds))

    def saw_rows(self, article_id: str, annotator: str) -> None:
        """Remember that a reviewer was shown the machine's rows of an article: nothing they say of it later is blind."""
        known = self.base.execute(
            "SELECT 1 FROM seen WHERE article_id = ? AND annotator = ?", (article_id, annotator)
        ).fetchone()
        if not known:
            with self._changing() as base:
                base.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (article_id, annotator))

    def has_seen(self, article_id: str, annotator: str) -> bool:
        """Return whether a reviewer was ever shown the machine's rows of an article."""
        found = self.base.execute("SELECT 1 FROM seen WHERE article_id = ? AND annotator = ?", (article_id, annotator))
        return found.fetchone() is not None

    def secret(self) -> bytes:
        """Return the key that signs cookies and personal links of this project; made once."""
        with self._changing() as base:
            base.execute("INSERT OR IGNORE INTO about VALUES ('secret', ?)", (secrets.token_hex(32),))
            (value,) = base.execute("SELECT value FROM about WHERE key = 'secret'").fetchone()
        return bytes.fromhex(value)


def _key_of(event: Event) -> str:
    """What the events of one key share; one that came from elsewhere stands alone."""
    return event.event_id.rpartition(".")[0] or event.event_id


def is_done(rows: Iterable[Row], said: Reviews, annotator: str, article_id: str) -> bool:
    """Return whether a reviewer is done with an article: settled every row of it; of one without rows, read it to its end."""
    finished = said.finished.get(article_id, {}).get(annotator)
    verdicts = {
        **said.by_annotator.get(annotator, {}),
        **{p: v for p, v in said.judged.items() if annotator in v.annotators},
    }
    settled = {p for p, v in verdicts.items() if v.state != "open" and v.unsure is None}
    needed = {r.penalty_id for r in rows if not r.added}
    return needed <= settled and bool(needed or finished)


def stale(rows: Iterable[Row], said: Reviews) -> bool:
    """Return whether the sentence of a settled row is no longer one that any of its reviewers was shown."""
    shown: dict[str, set[str]] = {}
    for verdicts in (*said.by_annotator.values(), said.judged):
        for penalty_id, verdict in verdicts.items():
            if verdict.evidence_hash is not None:
                shown.setdefault(penalty_id, set()).add(verdict.evidence_hash)
    return any(r.penalty_id in shown and r.evidence_hash not in shown[r.penalty_id] for r in rows)
