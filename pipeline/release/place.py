"""Put a release in place so that a reader sees the old one or the new one, never some tables of each.

The files are written to `.next/` beside the tables. Its `run.json` comes last and says that the release is whole and has passed its checks. Then
`run.json` of the old release goes, the new files are renamed over the old ones, and the new `run.json` comes last. Who reads `run.json`, then the tables,
then `run.json` again and finds it unchanged, has read one release; `load` does that. A run that is stopped on the way is finished by the next one.
With `keep`, each release also stays in `releases/ID/`, which never changes, and `latest.json` names the newest.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import schema

NEXT, REFUSED, RELEASES = ".next", "refused", "releases"
RUN, LATEST, PACKAGE = "run.json", "latest.json", "datapackage.json"
PATIENCE = 60.0
"""Seconds that `load` waits for a release that is being put in place."""
_REFERENCES = (
    ("penalties", "decision_id", "decisions", "decision_id"),
    ("parties", "decision_id", "decisions", "decision_id"),
    ("evidence", "penalty_id", "penalties", "penalty_id"),
)


class BrokenReleaseError(RuntimeError):
    """A written table is not what the schema declares, or refers to rows that are not there (exit code 1)."""


class NoReleaseError(LookupError):
    """A folder holds no release that could be read."""


@dataclass(frozen=True, slots=True)
class Release:
    """The tables of one release and what `run.json` says of it."""

    run: Mapping[str, Any]
    tables: Mapping[str, pa.Table]


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file so that it is either whole or not there."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(path)


def read_run(out: Path) -> dict[str, Any] | None:
    """Return `run.json` of the release in `out`; None where there is none, or it is being replaced."""
    try:
        content = json.loads((out / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and "release" in content else None


def start(out: Path) -> Path:
    """Return an empty folder for the files of the next release; first finish one that was stopped while it was put in place."""
    finish(out)
    folder = out / NEXT
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def check(folder: Path) -> None:
    """Read the written tables once more: declared types, whole pages, keys that are there once, references that lead somewhere; else raise `BrokenReleaseError`."""
    for table in schema.TABLES:
        file = pq.ParquetFile(folder / f"{table.name}.parquet", page_checksum_verification=True)
        if not file.schema_arrow.equals(table.arrow):
            raise BrokenReleaseError(f"{table.name}: the types are not those of the schema")
        rows = sum(batch.num_rows for batch in file.iter_batches())
        keys = file.read(columns=list(table.key))
        if rows != keys.num_rows or keys.group_by(list(table.key)).aggregate([]).num_rows != rows:
            raise BrokenReleaseError(f"{table.name}: {', '.join(table.key)} is not unique")
    for name, column, of, key in _REFERENCES:
        values = pq.read_table(folder / f"{name}.parquet", columns=[column])[column].drop_null()
        known = pq.read_table(folder / f"{of}.parquet", columns=[key])[key]
        lost = values.filter(pc.invert(pc.is_in(values, value_set=known.combine_chunks())))
        if len(lost):
            raise BrokenReleaseError(f"{name}.{column}: {lost[0].as_py()} is no {key} of {of}")


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def seal(folder: Path, run: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Write `run.json` into the folder of the next release, which from then on is to be put in place; return its content.

    `release` is a hash of all files and of their place in the sequence, `sequence` counts the releases of the folder, `files` has bytes and BLAKE2b-128 of each.
    """
    files = {p.name: {"bytes": p.stat().st_size, "blake2b": _hash(p)} for p in sorted(folder.iterdir())}
    previous, sequence = before["release"] if before else None, _last_sequence(folder.parent, before) + 1
    digest = hashlib.blake2b(json.dumps([files, previous, sequence], sort_keys=True).encode(), digest_size=6)
    content = {**run, "release": digest.hexdigest(), "previous": previous, "sequence": sequence, "files": files}
    write_json(folder / RUN, content)
    return content


def _last_sequence(out: Path, before: Mapping[str, Any] | None) -> int:
    """The number of the last release; where the tables were cleared, `latest.json` still knows it."""
    try:
        latest = int(json.loads((out / LATEST).read_text(encoding="utf-8"))["sequence"])
    except (OSError, ValueError, KeyError, TypeError):
        latest = 0
    return max(latest, int(before["sequence"]) if before else 0)


def finish(out: Path, keep: bool = False) -> None:
    """Put the sealed release of `.next/` in place; do nothing where there is none. `keep` also leaves it in `releases/`, and names it in `latest.json`."""
    folder = out / NEXT
    sealed = read_run(folder)
    if sealed is None:
        return
    if keep:
        _keep(out, folder, sealed)
    (out / RUN).unlink(missing_ok=True)
    for path in sorted(folder.iterdir()):
        if path.name != RUN:
            path.replace(out / path.name)
    (folder / RUN).replace(out / RUN)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(out / REFUSED, ignore_errors=True)


def keep(out: Path) -> None:
    """Leave a copy of the release in place in `releases/` and name it in `latest.json`."""
    run = read_run(out)
    if run is not None:
        _keep(out, out, run)


def _keep(out: Path, folder: Path, sealed: Mapping[str, Any]) -> None:
    home = out / RELEASES / sealed["release"]
    if not home.exists():
        part = home.with_name(f".{home.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name in (*sealed["files"], RUN):
            shutil.copy2(folder / name, part / name)
        part.rename(home)
    write_json(
        out / LATEST,
        {
            "release": sealed["release"],
            "sequence": sealed["sequence"],
            "schema": sealed["schema"],
            "path": f"{RELEASES}/{sealed['release']}",
        },
    )


def refuse(out: Path) -> Path:
    """Lay the files of a release that the gate refused aside, for looking; return their folder."""
    aside = out / REFUSED
    shutil.rmtree(aside, ignore_errors=True)
    (out / NEXT).rename(aside)
    return aside


def load(
    out: Path, tables: Sequence[str] = ("decisions", "penalties", "parties"), patience: float = PATIENCE
) -> Release:
    """Return tables of one release as Arrow tables.

    While a release is being put in place it waits, at most `patience` seconds; then, and where there is none, it raises `NoReleaseError`.
    """
    until = time.monotonic() + patience
    while True:
        run = read_run(out)
        if run is not None:
            try:
                found = {name: pq.read_table(out / f"{name}.parquet", memory_map=False) for name in tables}
            except (OSError, pa.ArrowException) as error:
                if read_run(out) == run:
                    raise NoReleaseError(f"{out}: a table of the release is damaged or gone ({error})") from error
            else:
                if read_run(out) == run:
                    return Release(run, found)
        elif (
            read_run(out / NEXT) is None and read_run(out) is None
        ):  # looked at once more: it may have come into place just now
            raise NoReleaseError(f"{out} holds no tables; run `make extract` first")
        if time.monotonic() > until:
            raise NoReleaseError(f"{out}: the tables are being replaced; try again, or run `make extract` to finish")
        time.sleep(0.02)
