"""The chain: the five stages in their order, through their files (`stage_files`); what the dump no longer has (`kept`); the release at the end.

Each input shard has a key: the hash of what it was made from (the dump's bytes, the code and the rule files that a stage reads, the settings, and the
key of the shard before it). `stages/index.json` holds the keys of the last run; where a key is the same and the files are there, nothing is redone.
Work is cut by position in the input, never by the number of workers, and no clock, hash seed or locale enters a file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock, Timeout
from tqdm import tqdm

from pipeline import clean as cleaning
from pipeline import extract as extraction
from pipeline import ingest as ingestion
from pipeline import ner as naming
from pipeline import normalise as normalisation
from pipeline import release, schema
from pipeline.kept import KEPT, WHOLE, articles_of, keep
from pipeline.knowledge import added_authorities, fingerprint, models_dir
from pipeline.records import Annotated, Article, Document, Evidence, Penalty, Reject, Text
from pipeline.release.place import write_json
from pipeline.settings import Settings
from pipeline.stage_files import content_hash, file_hash, read_records, write_records, write_shard
from pipeline.verdicts import Overrides, OverridesError, ReviewError, Reviews, fold, read_events, read_overrides

STAGES = ("ingest", "clean", "ner", "extract", "normalise")
SAMPLE = "sample"
SHOWN = 8
"""Rejects that a run prints."""
Say = Callable[[str], None]


class ChainError(ValueError):
    """The run cannot start or go on: nothing to read, or a stage's input is missing (exit code 2)."""


class MissingInputsError(ValueError):
    """Files of the last run are gone from the dump, and nothing says what is to become of their articles (exit code 6)."""


class InvariantError(RuntimeError):
    """A promise of the design is broken, for instance the balance of records (exit code 1)."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a run did: records in, what became of each, rows out, whether anything had changed, and the first rejects in words."""

    records: int
    outcomes: Mapping[str, int]
    reject_codes: Mapping[str, int]
    rows: Mapping[str, int]
    changed: bool
    reject_lines: tuple[str, ...] = ()
    without_rate: Mapping[str, int] = field(default_factory=dict)
    """Decisions with a sum that could not be turned into euros, by currency."""
    withdrawn: Mapping[str, int] = field(default_factory=dict)
    """Ids of the release before that are gone, by table."""

    @property
    def reject_share(self) -> float:
        """Rejected records as a share of all."""
        return self.outcomes.get("rejected", 0) / self.records if self.records else 0.0


def _without_rate(decisions: pa.Table) -> dict[str, int]:
    chosen = decisions.filter(pc.equal(decisions["fx_basis"], "none"))
    return dict(sorted(Counter(c or "unknown currency" for c in chosen["currency"].to_pylist()).items()))


def _code_hash(stage: str) -> str:
    """Hash of the code that a stage runs: its own folder and what lies below the stages."""
    here = Path(__file__).parent
    folders = (stage, "language", *(("release", "verdicts") if stage == "normalise" else ()))
    files = [p for folder in folders for p in sorted((here / folder).glob("*.py"))]
    files += [here / f"{name}.py" for name in ("records", "schema", "knowledge", "marked")]
    return content_hash(*(p.read_text(encoding="utf-8") for p in files))


def _model_hash(model: str) -> str:
    shipped = models_dir() / model
    return fingerprint([model]) if (shipped / "config.cfg").exists() else naming.identity(model)


def _stage_hash(stage: str, settings: Settings) -> str:
    reads = {
        "ingest": ingestion.READS, "clean": cleaning.READS, "ner": naming.READS, "extract": extraction.READS, "normalise": normalisation.READS,
    }[stage]  # fmt: skip
    extra = _model_hash(settings.model) if stage == "ner" else ""
    return content_hash(
        stage, _code_hash(stage), fingerprint(reads), settings.shard_size if stage == "ingest" else "", extra
    )


# --- one shard of each stage ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Job:
    """One shard of one stage. `skip` are the locators that `ner` leaves out (copies, clashing ids)."""

    stage: str
    shard: str
    folder: Path
    settings: Settings
    skip: frozenset[str] = frozenset()


def _work(job: _Job) -> str:
    """Run one stage on one shard; its only effect is the stage's files."""
    path = {
        name: job.folder / name / f"{job.shard}.parquet"
        for name in ("texts", "documents", "annotated", "penalties", "evidence")
    }
    if job.stage == "clean":
        results = [cleaning.clean(text) for text in read_records(path["texts"], Text)]
        write_records(path["documents"], Document, [r for r in results if isinstance(r, Document)])
        write_records(
            job.folder / "rejects" / f"clean-{job.shard}.parquet", Reject, [r for r in results if isinstance(r, Reject)]
        )
        return job.shard
    documents = read_records(path["documents"], Document)
    if job.stage == "ner":
        names = naming.load_names(job.settings.model)
        read = [d for d in documents if d.locator not in job.skip and d.language == "en"]
        write_records(path["annotated"], Annotated, [naming.annotate(d, names) for d in read])
        return job.shard
    by_id = {a.article_id: a for a in read_records(path["annotated"], Annotated)}
    found = [
        extraction.extract(d, by_id[d.article_id])
        for d in documents
        if d.article_id in by_id and d.locator not in job.skip
    ]
    write_records(path["penalties"], Penalty, [p for penalties, _ in found for p in penalties])
    write_records(path["evidence"], Evidence, [e for _, evidence in found for e in evidence])
    return job.shard


def _run_jobs(jobs: list[_Job], workers: int, title: str) -> None:
    workers = min(workers or os.cpu_count() or 1, len(jobs))
    if workers <= 1:
        for job in tqdm(jobs, desc=title, unit="shard", leave=False):
            _work(job)
        return
    with ProcessPoolExecutor(workers) as pool:
        for _ in tqdm(pool.map(_work, jobs), total=len(jobs), desc=title, unit="shard", leave=False):
            pass


def _listed(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


# --- the run -------------------------------------------------------------------------------------------------------------------------------------


class _Run:
    """One run over a dump: the index of the last one, and what has been redone."""

    def __init__(self, raw: Path, out: Path, settings: Settings, say: Say, accept: bool = False) -> None:
        self.raw, self.out, self.settings, self.say, self.accept = raw, out, settings, say, accept
        self.folder = out / "stages"
        self.index: dict[str, Any] = self._last_index()
        self.redone: Counter[str] = Counter()
        self._spoken: tuple[Reviews, Overrides] | None = None

    def _last_index(self) -> dict[str, Any]:
        try:
            content = json.loads((self.folder / "index.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(content, dict) or any("files" not in e for e in content.get("ingest", {}).values()):
            return {}  # of an older version
        return content

    def _save(self, stage: str, entries: Mapping[str, Any]) -> None:
        self.index[stage] = dict(entries)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_json(self.folder / "index.json", self.index)

    def sources(self) -> list[ingestion.Source]:
        if not self.raw.exists():
            raise ChainError(f"{self.raw} does not exist")
        found = ingestion.discover(self.raw, self.settings.shard_size)
        own = [s for s in found if not s.name.startswith(f"{SAMPLE}/")]
        had_own = bool(self.index.get("ingest")) and not self.index.get("sample")
        if had_own and not own:
            return []  # an empty night; the sample never stands in for one's own dump
        if own and len(own) < len(found) and self.raw.name == "raw":
            found = own
        elif found and not own and (self.raw / SAMPLE).is_dir():
            self.say(
                f"{self.raw} holds nothing but the sample dump; reading that. Put your own files into {self.raw} and run again."
            )
        if not found and not self.index.get("ingest"):
            raise ChainError(f"{self.raw} holds no article files (.jsonl .csv .tsv .parquet .txt .html)")
        return found

    def ingest(self) -> None:
        # What a run withdrew whose release the gate refused is still told by the tables.
        last: dict[str, Any] = {**self.index.get("withdrawn", {}), **self.index.get("ingest", {})}
        sources = self.sources()
        of_sample = self._is_sample(sources)
        left_sample = bool(self.index.get("sample")) and not of_sample
        present = {self._name(path): path for source in sources for path in source.files}
        gone = [] if left_sample else self._gone(last, present)
        append = self.settings.missing == "append" and not left_sample
        if gone and self.settings.missing == "refuse":
            raise MissingInputsError(
                f"gone from {self.raw} since the last run: {_listed(gone)}. "
                "With --append their articles stay in the tables; with --prune they are withdrawn."
            )
        if gone:
            what = "their articles stay" if append else "their articles are withdrawn"
            self.say(f"Gone since the last run: {_listed(gone)}; {what}.")
        entries, changed = self._planned(sources, last)
        whole = {
            n: e for n, e in last.items() if n not in entries and n != KEPT and not present.keys() & e["files"].keys()
        }
        parted = [n for n in last if n not in whole and (n not in entries or n in {s.name for s in changed})]
        left = [k for n in parted for k in articles_of(self.folder, last[n], present)] if append else []
        for source in tqdm(changed, desc="ingest", unit="file", leave=False):
            entries[source.name].update(self._ingest_source(source, entries[source.name]["key"]))
        self.redone["ingest"] += len(changed)
        if append:
            entries |= {name: {**entry, "kept": WHOLE} for name, entry in whole.items()}
            now = {a["article_id"] for e in entries.values() for shard in e["shards"] for a in self._light(shard)}
            entries |= keep(self.folder, left, now, last.get(KEPT), self.settings.shard_size)
        withdrawn = {} if append or left_sample else {n: e for n, e in last.items() if n not in entries}
        self.index |= {"sample": of_sample, "append": append, "withdrawn": withdrawn}
        self._save("ingest", entries)
        self._drop_gone({s for e in (*entries.values(), *withdrawn.values()) for s in e["shards"]})

    def _planned(
        self, sources: list[ingestion.Source], last: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[ingestion.Source]]:
        """The entries of the sources in the index, and those sources that have to be read, whose entries still lack their shards."""
        stage_hash = _stage_hash("ingest", self.settings)
        entries: dict[str, Any] = {}
        changed: list[ingestion.Source] = []
        for source in sources:
            files = {self._name(path): file_hash(path) for path in source.files}
            content = content_hash(*(f"{path.name} {files[self._name(path)]}" for path in source.files))
            key = content_hash(stage_hash, source.name, content)
            old = last.get(source.name)
            if (
                old
                and old["key"] == key
                and all((self.folder / "articles" / f"{s}.parquet").exists() for s in old["shards"])
            ):
                entries[source.name] = {k: v for k, v in old.items() if k != "kept"}
            else:
                entries[source.name] = {"key": key, "content": content, "files": files}
                changed.append(source)
        return entries, changed

    def _is_sample(self, sources: list[ingestion.Source]) -> bool:
        """Whether a run reads nothing but the dump that ships."""
        if self.raw.name == SAMPLE and self.raw.absolute().parent.name == "raw":
            return True
        return bool(sources) and all(s.name.startswith(f"{SAMPLE}/") for s in sources)

    def _name(self, path: Path) -> str:
        return path.name if self.raw.is_file() else path.relative_to(self.raw).as_posix()

    @staticmethod
    def _gone(last: Mapping[str, Any], present: Mapping[str, Path]) -> list[str]:
        """The files of the last run, and those that earlier runs kept, which the dump no longer has; kept articles as one."""
        gone = {f for n, entry in last.items() if n != KEPT for f in entry["files"] if f not in present}
        kept = [f"{len(last[KEPT]['files'])} articles kept from earlier runs"] if KEPT in last else []
        return [*sorted(gone), *kept]

    def _ingest_source(self, source: ingestion.Source, key: str) -> dict[str, Any]:
        slug = re.sub(r"[^A-Za-z0-9]+", "-", source.name).strip("-")[:60]
        # The key stands in the names of the shards: those of the last run stay whole until the index names the new ones.
        name = f"{slug}-{content_hash(source.name)[:6]}-{key[:8]}"
        shards: list[str] = []
        mapping: dict[str, str] = {}
        batch: list[ingestion.Ingested] = []

        def flush() -> None:
            shard = f"{name}-{len(shards):05d}"
            write_shard(
                self.folder,
                shard,
                [r.article for r in batch],
                [r.text for r in batch if r.text],
                [x for r in batch for x in r.rejects],
            )
            shards.append(shard)
            batch.clear()

        for result in ingestion.ingest(source):
            if result.mapping and not mapping:
                mapping = dict(result.mapping)
                shown = ", ".join(f"{field} ← {column}" for field, column in mapping.items())
                self.say(f"  {source.name}: {shown}")
            batch.append(result)
            if len(batch) == self.settings.shard_size:
                flush()
        if batch or not shards:
            flush()
        return {"shards": shards, "mapping": mapping}

    def _drop_gone(self, shards: set[str]) -> None:
        """Remove the stage files of shards that the dump no longer has."""
        for path in self.folder.glob("*/*.parquet"):
            if re.sub(r"^(?:ingest|clean)-", "", path.stem) not in shards:
                path.unlink()

    def shards(self) -> list[tuple[str, str]]:
        """The shards of the dump in order, each with the key of its texts."""
        if "ingest" not in self.index:
            raise ChainError(f"{self.out} holds no ingested articles; run `ingest` first")
        return [
            (shard, content_hash(entry["key"], shard))
            for _, entry in sorted(self.index["ingest"].items())
            for shard in entry["shards"]
        ]

    def _stage(
        self, stage: str, outputs: tuple[str, ...], upstream: Mapping[str, str], skip: Mapping[str, frozenset[str]]
    ) -> dict[str, str]:
        """Run a stage on the shards whose key has changed; return the keys of all."""
        stage_hash = _stage_hash(stage, self.settings)
        last = self.index.get(stage, {})
        keys = {shard: content_hash(stage_hash, key, *sorted(skip.get(shard, ()))) for shard, key in upstream.items()}
        jobs = [
            _Job(stage, shard, self.folder, self.settings, skip.get(shard, frozenset()))
            for shard, key in keys.items()
            if last.get(shard) != key or not all((self.folder / o / f"{shard}.parquet").exists() for o in outputs)
        ]
        if jobs:
            _run_jobs(jobs, self.settings.jobs, stage)
        self.redone[stage] += len(jobs)
        self._save(stage, keys)
        return keys

    def _upstream(self, stage: str) -> dict[str, str]:
        """The keys of the shards that a stage reads, which the stages before it must have made."""
        before = STAGES[STAGES.index(stage) - 1]
        if before == "ingest":
            return dict(self.shards())
        keys: dict[str, str] = self.index.get(before, {})
        missing = [shard for shard, _ in self.shards() if shard not in keys]
        if missing:
            raise ChainError(f"{self.out} holds no output of `{before}` for {missing[0]}; run `{before}` first")
        return {shard: keys[shard] for shard, _ in self.shards()}

    def clean(self) -> None:
        self._stage("clean", ("documents",), self._upstream("clean"), {})

    def ner(self) -> None:
        self._stage("ner", ("annotated",), self._upstream("ner"), self._skipped())

    def extract(self) -> None:
        self._stage("extract", ("penalties", "evidence"), self._upstream("extract"), self._skipped())

    def _documents(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        columns = ["article_id", "locator", "published", "text_hash", "language"]
        for shard, _ in self.shards():
            yield shard, pq.read_table(self.folder / "documents" / f"{shard}.parquet", columns=columns).to_pylist()

    def _judged(self) -> tuple[dict[str, str], dict[str, str]]:
        """The one global step of `clean`: locators of exact copies (with the kept article) and of records whose id another article has."""
        documents = [row for _, rows in self._documents() for row in rows]
        copies = cleaning.find_copies(
            ((d["article_id"], d["locator"], d["published"], d["text_hash"]) for d in documents), self._reviewed()
        )
        by_locator = {c.locator: c.kept for c in copies}
        first: dict[str, tuple[Any, str]] = {}
        articles = [
            a
            for shard, _ in self.shards()
            for a in pq.read_table(
                self.folder / "articles" / f"{shard}.parquet", columns=["article_id", "locator", "published", "outcome"]
            ).to_pylist()
        ]
        twice = [locator for locator, n in Counter(a["locator"] for a in articles).items() if n > 1]
        if twice:
            raise InvariantError(f"two articles have the locator {twice[0]!r}")
        usable = [a for a in articles if a["outcome"] != "rejected" and a["locator"] not in by_locator]
        for a in usable:
            key = (str(a["published"] or "9999"), a["locator"])
            first[a["article_id"]] = min(first.get(a["article_id"], key), key)
        clashes = {a["locator"]: a["article_id"] for a in usable if first[a["article_id"]][1] != a["locator"]}
        return by_locator, clashes

    def _skipped(self) -> dict[str, frozenset[str]]:
        copies, clashes = self._judged()
        return {
            shard: frozenset(r["locator"] for r in rows if r["locator"] in copies or r["locator"] in clashes)
            for shard, rows in self._documents()
        }

    def normalise(self) -> Account:
        upstream = self._upstream("normalise")
        key = content_hash(
            _stage_hash("normalise", self.settings),
            self.settings.fingerprint(),
            self._rates_hash(),
            self._reviews_hash(),
            *(f"{s} {k}" for s, k in upstream.items()),
            *(k for _, k in self.shards()),
        )
        release.finish(self.out, self.settings.releases)
        last = release.read_run(self.out)
        if last and last.get("key") == key and all((self.out / name).exists() for name in last["files"]):
            if self.settings.releases:
                release.keep(self.out)
            self._forget_withdrawn()
            return Account(last["records"], last["outcomes"], last["reject_codes"], last["rows"], False)
        account = self._tables(key)
        self._forget_withdrawn()
        self.redone["normalise"] += 1
        return account

    def _forget_withdrawn(self) -> None:
        """What a run withdrew is gone for good once its release is in place."""
        if self.index.get("withdrawn"):
            self.index["withdrawn"] = {}
            self._save("ingest", self.index["ingest"])
            self._drop_gone({shard for shard, _ in self.shards()})

    def _tables(self, key: str) -> Account:
        """Read every shard, merge over all of them, write the tables. Evidence goes through shard by shard; the rest stays in Arrow."""
        copies, clashes = self._judged()
        said, overrides = self._said()
        with added_authorities(overrides.authorities):
            return self._made(key, copies, clashes, said, overrides)

    def _reviewed(self) -> frozenset[str]:
        """The articles that reviewers spoke of: of exact copies such a one is kept."""
        said, _ = self._said()
        return frozenset({*said.of_article, *said.finished})

    def _said(self) -> tuple[Reviews, Overrides]:
        """What reviewers said, and their choices of names; read once a run."""
        if self._spoken is not None:
            return self._spoken
        try:
            said = fold(read_events(self.settings.reviews_file(self.out)))
            self._spoken = said, read_overrides(self.settings.overrides_file(self.out))
            return self._spoken
        except (ReviewError, OverridesError, OSError) as error:
            raise ChainError(str(error)) from error

    def _made(
        self, key: str, copies: Mapping[str, str], clashes: Mapping[str, str], said: Reviews, overrides: Overrides
    ) -> Account:
        rates = normalisation.read_rates(Path(self.settings.rates) if self.settings.rates else None)
        languages: dict[str, str] = {}
        digests: list[tuple[str, tuple[int, ...]]] = []
        links: dict[str, tuple[str, ...]] = {}
        for shard, _ in self.shards():
            columns = ["article_id", "locator", "language", "digest", "links"]
            for d in pq.read_table(self.folder / "documents" / f"{shard}.parquet", columns=columns).to_pylist():
                languages[d["locator"]] = d["language"]
                digests.append((self._told_id(d, copies, clashes), tuple(d["digest"])))
                links[d["article_id"]] = tuple(dict.fromkeys(link["url"] for link in d["links"]))
        clusters = cleaning.text_clusters(digests)
        published: dict[str, Any] = {
            a["article_id"]: a["published"]
            for shard, _ in self.shards()
            for a in self._light(shard)
            if a["locator"] not in clashes and a["locator"] not in copies
        }
        limits = release.read_limits(Path(self.settings.gate) if self.settings.gate else None)
        folder = release.start(self.out)
        evidence = release.TableFile(folder, schema.EVIDENCE)
        parts: list[pa.Table] = []
        n_money: Counter[str] = Counter()
        n_penalty_words: dict[str, int] = {}
        failed: dict[str, str] = {}
        rejects: list[Reject] = []
        verdicts = said.of_article
        reviewed_out: list[dict[str, Any]] = []
        for shard, _ in tqdm(self.shards(), desc="normalise", unit="shard", leave=False):
            annotated = {
                a.article_id: a for a in read_records(self.folder / "annotated" / f"{shard}.parquet", Annotated)
            }
            by_article: dict[str, list[Penalty]] = defaultdict(list)
            for penalty in read_records(self.folder / "penalties" / f"{shard}.parquet", Penalty):
                by_article[penalty.article_id].append(penalty)
            rows = {
                article_id: normalisation.penalty_rows(
                    penalties, annotated.get(article_id), published.get(article_id), rates, overrides
                )
                for article_id, penalties in by_article.items()
            }
            found = read_records(self.folder / "evidence" / f"{shard}.parquet", Evidence)
            words = [normalisation.evidence_row(e) for e in found]
            texts = self._texts(shard, annotated.keys() & verdicts.keys(), copies.keys() | clashes.keys())
            self._keep_machines(shard, rows, [w for w in words if w["article_id"] in texts])
            for article_id in sorted(texts):
                settled = normalisation.apply_reviews(
                    rows.get(article_id, []),
                    [w for w in words if w["article_id"] == article_id],
                    verdicts[article_id],
                    texts[article_id],
                    normalisation.Context.of(annotated[article_id]),
                    overrides,
                    normalisation.Labels(
                        {" ".join(m.text.split()): m.label for m in annotated[article_id].mentions},
                        "PERSON" if self.settings.redact_individuals else "ORG",
                    ),
                )
                rows[article_id] = settled.rows
                words = [*(w for w in words if w["article_id"] != article_id), *settled.evidence]
                reviewed_out += settled.out
            parts.append(pa.Table.from_pylist([r for a in rows.values() for r in a], schema=normalisation.ROWS))
            if self.settings.redact_individuals:
                words = normalisation.redacted_words(words, [r for a in rows.values() for r in a])
            evidence.write(words)
            n_money.update(dict.fromkeys(annotated, 0))
            n_penalty_words.update({a.article_id: a.n_penalty_words for a in annotated.values()})
            n_money.update(e.article_id for e in found if e.field in {"amount", "amount_max"})
            for stage in ("ingest", "clean"):
                part = read_records(self.folder / "rejects" / f"{stage}-{shard}.parquet", Reject)
                rejects += part
                failed.update({r.locator: r.code for r in part if stage == "clean"})
        table = pa.concat_tables(parts) if parts else normalisation.ROWS.empty_table()
        with_rows = set(table["article_id"].to_pylist())
        emptied = {r["article_id"] for r in reviewed_out}
        articles: list[dict[str, Any]] = []
        copied: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
        for shard, _ in self.shards():
            for a in read_records(self.folder / "articles" / f"{shard}.parquet", Article):
                row = {f.name: getattr(a, f.name) for f in fields(a)}
                row["language"] = languages.get(a.locator, a.language)
                row["n_money"] = n_money.get(a.article_id) if a.locator in languages else None
                row["n_penalty_words"] = n_penalty_words.get(a.article_id) if a.locator in languages else None
                if a.outcome is None:
                    row["outcome"], row["outcome_reason"] = _outcome(a, copies, clashes, failed, languages, with_rows)
                if row["outcome"] == "no_penalty" and a.article_id in emptied:
                    row["outcome_reason"] = "a reviewer rejected all its rows"
                if a.locator in clashes:
                    rejects.append(
                        Reject(
                            a.locator,
                            "clean",
                            "id_collision",
                            f"another article of the dump has the id {a.article_id!r}; give articles unique ids",
                            (a.title or "")[:200],
                        )
                    )
                    row["outcome"], row["outcome_reason"] = "rejected", "id_collision"
                row["article_id"] = self._told_id(row, copies, clashes)
                if a.locator in copies and copies[a.locator] != a.article_id and a.locator not in clashes:
                    copied[copies[a.locator]].append((row["article_id"], a.outlet))
                row["text_cluster"] = clusters.get(row["article_id"])
                articles.append(row)
        facts = {
            a["article_id"]: normalisation.Facts(
                a["published"],
                a["outlet"],
                a["text_cluster"],
                tuple(copied.get(a["article_id"], ())),
                links.get(a["article_id"], ()),
            )
            for a in articles
            if a["article_id"] in with_rows and a["outcome"] == "extracted"
        }
        made = normalisation.normalise(table, facts, self._ledger(), rates, self.settings.redact_individuals, said)
        content: dict[str, Any] = {
            "decisions": made.decisions, "penalties": made.penalties, "parties": made.parties, "articles": articles,
            "reviewed_out": normalisation.reviewed_out(reviewed_out, self.settings.redact_individuals),
            "rejects": [{f.name: getattr(r, f.name) for f in fields(r)} for r in rejects], "ledger": made.ledger, "id_map": made.id_map,
        }  # fmt: skip
        outcomes = Counter(a["outcome"] for a in articles)
        if sum(outcomes[o] for o in schema.OUTCOMES) != len(articles):
            raise InvariantError(
                f"{len(articles)} records came in, {sum(outcomes.values())} are accounted for: {dict(outcomes)}"
            )
        figures = {"evidence": evidence.close()}
        for name, rows in content.items():
            file = release.TableFile(folder, schema.table(name))
            file.write(rows)
            figures[name] = file.close()
        codes = dict(sorted(Counter(r.code for r in rejects).items()))
        before = release.read_run(self.out)
        sealed = release.publish(
            self.out,
            folder,
            {
                **self._versions(),
                "key": key,
                "records": len(articles),
                "outcomes": dict(sorted(outcomes.items())),
                "reject_codes": codes,
                "without_rate": _without_rate(made.decisions),
            },
            figures,
            release.Publication(
                limits,
                self.accept,
                self.settings.releases,
                compare=not self.left_sample(before),
            ),
        )
        if sealed["previous"] and not sealed["compared"] and not self.left_sample(before):
            self.say("The tables of the release before cannot be read: nothing was compared with them.")
        return Account(
            len(articles),
            sealed["outcomes"],
            codes,
            sealed["rows"],
            True,
            tuple(f"{r.locator}: {r.code}: {r.message}" for r in rejects[:SHOWN]),
            sealed["without_rate"],
            sealed["withdrawn"],
        )

    def left_sample(self, before: Mapping[str, Any] | None) -> bool:
        """Whether the release before told of the sample alone and this one does not."""
        return bool(before and before["sample"] and not self.index["sample"])

    def _keep_machines(self, shard: str, rows: Mapping[str, list[dict[str, Any]]], words: list[dict[str, Any]]) -> None:
        """Keep the rows of a shard as the machine made them, and the words behind those that reviewers spoke of: what the review page shows."""
        for name, made in (
            ("machine", pa.Table.from_pylist([r for a in rows.values() for r in a], schema=normalisation.ROWS)),
            ("machine_words", pa.Table.from_pylist(words, schema=schema.EVIDENCE.arrow) if words else None),
        ):
            path = self.folder / name / f"{shard}.parquet"
            if made is None:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            pq.write_table(made, part)
            part.replace(path)

    def _texts(self, shard: str, article_ids: Collection[str], skipped: Collection[str]) -> dict[str, str]:
        """The cleaned texts of some articles of a shard; records that were not read (`skipped` locators) may have the id of one that was."""
        if not article_ids:
            return {}
        rows = pq.read_table(
            self.folder / "documents" / f"{shard}.parquet",
            columns=["article_id", "locator", "text"],
            filters=[("article_id", "in", sorted(article_ids))],
        ).to_pylist()
        return {r["article_id"]: r["text"] for r in rows if r["locator"] not in skipped}

    def _light(self, shard: str) -> list[dict[str, Any]]:
        columns = ["article_id", "locator", "published"]
        rows: list[dict[str, Any]] = pq.read_table(
            self.folder / "articles" / f"{shard}.parquet", columns=columns
        ).to_pylist()
        return rows

    @staticmethod
    def _told_id(row: Mapping[str, Any], copies: Mapping[str, str], clashes: Mapping[str, str]) -> str:
        """The id that an article has in the tables: the dump's, or its locator where another article has that one."""
        locator = str(row["locator"])
        return locator if locator in clashes or copies.get(locator) == row["article_id"] else str(row["article_id"])

    def _ledger(self) -> normalisation.Ledger:
        file = self.out / "ledger.parquet"
        try:
            rows = pq.read_table(file).to_pylist() if file.exists() else []
        except (OSError, pa.ArrowException) as error:
            raise ChainError(
                f"{file} cannot be read ({error}); restore it from a copy, or remove it: ids of decisions are then made anew"
            ) from error
        return normalisation.Ledger(
            {r["penalty_id"]: r["decision_id"] for r in rows},
            {r["decision_id"]: r["matter_id"] for r in rows if r.get("matter_id")},
        )

    def _versions(self) -> dict[str, Any]:
        """What a release was made from, for `run.json`; the hashes tell what changed between two of them."""
        version = metadata.version("penalty-ledger")
        return {
            "penalty_ledger": version, "schema": schema.VERSION, "software": content_hash(version, *(_code_hash(stage) for stage in STAGES)),
            "model": content_hash(naming.identity(self.settings.model), fingerprint(["scorers"])), "names_model": naming.identity(self.settings.model),
            "rules": fingerprint(["rules/*"]), "registry": fingerprint(["registry/*", "registry/authorities/*"]), "review": self._reviews_hash(),
            "settings": content_hash(self.settings.fingerprint(), self._rates_hash()), "sample": self.index["sample"],
            "inputs": {
                name: {"content": e["content"], "shards": len(e["shards"]), "mapping": e["mapping"], "kept": bool(e.get("kept"))}
                for name, e in self.index["ingest"].items()
            },
        }  # fmt: skip

    def _reviews_hash(self) -> str:
        """Hash of what reviewers said; empty where nobody said anything."""
        files = [self.settings.reviews_file(self.out), self.settings.overrides_file(self.out)]
        return (
            content_hash(*(file_hash(f) if f.exists() else "" for f in files)) if any(f.exists() for f in files) else ""
        )

    def _rates_hash(self) -> str:
        return file_hash(Path(self.settings.rates)) if self.settings.rates else ""


def _outcome(
    article: Article,
    copies: Mapping[str, str],
    clashes: Mapping[str, str],
    failed: Mapping[str, str],
    languages: Mapping[str, str],
    with_rows: set[str],
) -> tuple[str, str | None]:
    """The outcome of an article that passed the screen, and why: the first that applies."""
    locator = article.locator
    if locator in failed:
        return "rejected", failed[locator]
    if locator in clashes:
        return "rejected", "id_collision"
    if locator in copies:
        again = copies[locator] == article.article_id
        return "duplicate", "delivered again, same id and text" if again else f"same text as {copies[locator]}"
    if languages.get(locator) != "en":
        return "no_penalty", "language_unsupported"
    if article.article_id in with_rows:
        return "extracted", None
    return "no_penalty", "no sum or measure of an authority was found"


def run(
    raw: Path, out: Path, settings: Settings, say: Say, stages: tuple[str, ...] = STAGES, accept: bool = False
) -> Account | None:
    """Run `stages` in their order on the dump `raw`, writing to `out`; return the account of the run if `normalise` is among them.

    `accept` lets a release pass that breaks the limits of the gate.
    """
    with _alone(out):
        run_ = _Run(raw, out, settings, say, accept)
        account = None
        for stage in stages:
            result = getattr(run_, stage)()
            account = result if isinstance(result, Account) else account
    if account is not None:
        account = replace(account, changed=bool(sum(run_.redone.values())))
    return account


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold the output folder: two runs that write to it at once would tear each other's files."""
    out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / ".lock", timeout=0):
            yield
    except Timeout:
        raise ChainError(f"another run is writing to {out}; wait until it is done") from None


def clear(out: Path) -> list[str]:
    """Remove the outputs of a run; return what was removed.

    The ledger of ids stays, and so do articles that only an earlier run still holds (`--append`).
    """
    if not out.is_dir():
        return []
    with _alone(out):
        return _cleared(out)


def _cleared(out: Path) -> list[str]:
    index = _Run(out, out, Settings(), print).index
    kept = {n: e for n, e in index.get("ingest", {}).items() if index.get("append") or e.get("kept")}
    shards = {s for entry in kept.values() for s in entry["shards"]}
    gone = []
    for path in [
        *(
            out / f"{t.name}.{kind}"
            for t in schema.TABLES
            for kind in ("parquet", "csv")
            if t.name != "ledger" or kind == "csv"
        ),
        *(out / name for name in ("datapackage.json", "run.json", "report.html")),
    ]:
        if path.exists():
            path.unlink()
            gone.append(path.name)
    for name in (".next", "refused", "stages"):
        if not (out / name).is_dir():
            continue
        gone.append(f"{name}/")
        if name == "stages" and kept:
            for path in (out / name).glob("*/*.parquet"):
                stem = path.stem.removeprefix("ingest-")
                if stem not in shards or path.parent.name not in {"articles", "texts", "rejects"}:
                    path.unlink()
            write_json(out / name / "index.json", {"ingest": kept, "sample": False, "append": True})
        else:
            shutil.rmtree(out / name)
    return gone
