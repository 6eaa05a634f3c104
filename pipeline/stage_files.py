"""The files between stages: records as parquet, a shard of articles with its texts and rejects, hashes of what they are made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import schema
from pipeline.records import Article, Reject, Text

R = TypeVar("R")


def _write_table(path: Path, table: pa.Table) -> None:
    """Write a parquet file so that it is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    pq.write_table(table, part, compression="zstd", write_page_checksum=True)
    part.replace(path)


def write_records(path: Path, kind: type, records: Iterable[Any]) -> None:
    """Write records as parquet; the file is either whole or not there."""
    names = [f.name for f in fields(kind)]
    rows = [{n: _plain(getattr(r, n)) for n in names} for r in records]
    _write_table(path, pa.Table.from_pylist(rows, schema=schema.arrow_of(kind)))


def _plain(value: Any) -> Any:
    """A record's field as pyarrow takes it: nested records as dicts, tuples as lists."""
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value


def read_records(path: Path, kind: type[R]) -> list[R]:
    """Return the records of a file that `write_records` wrote."""
    return [schema.from_row(kind, row) for row in pq.read_table(path).to_pylist()]


def write_shard(
    folder: Path, shard: str, articles: Iterable[Article], texts: Iterable[Text], rejects: Iterable[Reject]
) -> None:
    """Write what `ingest` made of one shard to the stages' folder."""
    write_records(folder / "articles" / f"{shard}.parquet", Article, articles)
    write_records(folder / "texts" / f"{shard}.parquet", Text, texts)
    write_records(folder / "rejects" / f"ingest-{shard}.parquet", Reject, rejects)


def content_hash(*parts: object) -> str:
    """Return a hash of the parts' texts."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def file_hash(path: Path) -> str:
    """Return a hash of a file's bytes; what is wrong with it where it cannot be read."""
    digest = hashlib.blake2b(digest_size=12)
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        return f"unreadable {type(error).__name__}"
    return digest.hexdigest()
