"""Read the files of a dump: JSON lines, CSV and TSV, parquet, and folders of .txt and .html; .gz and .zst where the format allows.

What cannot be read becomes a `Raw` with a code; the rest of the dump goes on.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from charset_normalizer import from_bytes

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; a longer line is skipped, so that a bomb never fills the memory."""

_LINES, _TABLES, _PAGES = (".jsonl", ".ndjson"), (".csv", ".tsv"), (".txt", ".html", ".htm")
_PACKED = (".gz", ".zst")
csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a dump, or up to a shard's worth of the pages of one folder. `name` is relative to the dump."""

    name: str
    kind: str
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """One record as it stands in the dump, or (with a `code`) what could not be read and why."""

    locator: str
    record: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    message: str = ""
    excerpt: str = ""
    stem: str | None = None
    html: bool = False


def _kind(path: Path) -> str:
    suffixes = [s.lower() for s in path.suffixes]
    last = suffixes[-1] if suffixes else ""
    if last in _PACKED:
        last = suffixes[-2] if len(suffixes) > 1 else ""
        last = last if last in _LINES + _TABLES else ""
    if last in _LINES:
        return "lines"
    if last in _TABLES:
        return "table"
    if last == ".parquet":
        return "parquet"
    return "pages" if last in _PAGES else "unknown"


def unread(raw: Path) -> bool:
    """Return whether `raw` holds no file that a dump could consist of."""
    return not any(True for _ in _files(raw))


def _files(raw: Path) -> Iterator[Path]:
    for path in sorted(raw.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(raw).parts)
        if (
            path.is_file()
            and not hidden
            and path.name.lower() not in {"readme.md", "readme.txt", "readme", "licence", "license"}
        ):
            yield path


def discover(raw: Path, pages_per_source: int) -> list[Source]:
    """Return the sources of a dump, sorted by name; the pages of one folder are cut by position."""
    if raw.is_file():
        return [Source(raw.name, _kind(raw), (raw,))]
    out: list[Source] = []
    pages: dict[Path, list[Path]] = {}
    for path in _files(raw):
        kind = _kind(path)
        if kind == "pages":
            pages.setdefault(path.parent, []).append(path)
        else:
            out.append(Source(path.relative_to(raw).as_posix(), kind, (path,)))
    for folder, files in pages.items():
        for i in range(0, len(files), pages_per_source):
            out.append(
                Source(
                    f"{folder.relative_to(raw).as_posix()}/#{i // pages_per_source}",
                    "pages",
                    tuple(files[i : i + pages_per_source]),
                )
            )
    return sorted(out, key=lambda s: s.name)


def _open(path: Path) -> BinaryIO:
    if path.suffix.lower() in _PACKED:
        return cast(
            BinaryIO, pa.input_stream(str(path), compression={".gz": "gzip", ".zst": "zstd"}[path.suffix.lower()])
        )
    return path.open("rb")


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines of a stream; None for one that is too long."""
    buffer, skipping = b"", False
    while chunk := stream.read(1 << 20):
        buffer += bytes(chunk)
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            yield None if skipping else line
            skipping = False
        if len(buffer) > LONGEST_LINE:
            buffer, skipping = b"", True
    if skipping:
        yield None
    elif buffer:
        yield buffer


def _excerpt(data: bytes) -> str:
    return data[:400].decode("utf-8", "replace")[:200]


def _read_lines(path: Path, name: str) -> Iterator[Raw]:
    with _open(path) as stream:
        for number, line in enumerate(_lines(stream), 1):
            locator = f"{name}:{number}"
            if line is None:
                yield Raw(locator, code="line_too_long", message=f"a line of more than {LONGEST_LINE} bytes")
                continue
            line = line.strip().removeprefix(b"\xef\xbb\xbf")
            if not line:
                continue
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError as bad:
                    yield Raw(
                        locator,
                        code="bad_encoding",
                        message=f"not UTF-8: {bad.reason} at byte {bad.start}",
                        excerpt=_excerpt(line),
                    )
                else:
                    yield Raw(locator, code="bad_json", message=f"not JSON: {error}", excerpt=_excerpt(line))
                continue
            if isinstance(record, dict):
                yield Raw(locator, record)
            else:
                yield Raw(locator, code="bad_json", message="the line is JSON, but no object", excerpt=_excerpt(line))


def _read_table(path: Path, name: str) -> Iterator[Raw]:
    with _open(path) as stream:
        text = io.TextIOWrapper(cast(Any, stream), encoding="utf-8-sig", errors="surrogateescape", newline="")
        first = text.readline(1 << 20)
        if not first:
            return
        suffixes = [s.lower() for s in path.suffixes]
        delimiter = "\t" if ".tsv" in suffixes else max(",;\t|", key=first.count)
        header = next(csv.reader([first], delimiter=delimiter), [])
        rows = csv.reader(text, delimiter=delimiter)
        number = 0
        while True:
            number += 1
            locator = f"{name}:{number}"
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield Raw(locator, code="bad_csv", message=str(error))
                continue
            if not row:
                continue
            shown = delimiter.join(row)[:200].encode("utf-8", "replace").decode()
            if len(row) != len(header):
                yield Raw(
                    locator,
                    code="field_count",
                    message=f"{len(row)} fields where the header has {len(header)}",
                    excerpt=shown,
                )
            elif any("\udc80" <= c <= "\udcff" for cell in row for c in cell):
                yield Raw(locator, code="bad_encoding", message="not UTF-8", excerpt=shown)
            else:
                yield Raw(locator, dict(zip(header, row, strict=True)))


def _read_parquet(path: Path, name: str) -> Iterator[Raw]:
    number = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=500):
            for record in batch.to_pylist():
                number += 1
                yield Raw(f"{name}:{number}", record)


def _decode(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        best = from_bytes(data).best()
        return str(best) if best else None
    if b"\x00" in data:
        return None
    try:  # what the web takes for English pages that are no UTF-8 (WHATWG Encoding Standard)
        return data.decode("cp1252")
    except UnicodeDecodeError:
        best = from_bytes(data).best()
        return str(best) if best else None


_META = {
    "published": r"(?:article:published_time|datePublished|date|DC\.date\.issued|pubdate)",
    "url": r"og:url",
    "outlet": r"og:site_name",
    "title": r"og:title",
}


def _html_fields(page: str) -> dict[str, str]:
    """Return what the page's own metadata says: meta tags, `<title>`, JSON-LD's datePublished."""
    head = page[:200_000]
    out = {}
    for key, names in _META.items():
        match = re.search(
            rf"""<meta\s[^<>]{{0,300}}?(?:property|name|itemprop)=["']{names}["'][^<>]{{0,300}}?content=["']([^"'<>]{{1,500}})["']""",
            head,
            re.I,
        )
        match = match or re.search(
            rf"""<meta\s[^<>]{{0,300}}?content=["']([^"'<>]{{1,500}})["'][^<>]{{0,300}}?(?:property|name|itemprop)=["']{names}["']""",
            head,
            re.I,
        )
        if match:
            out[key] = match.group(1)
    if "published" not in out and (match := re.search(r'"datePublished"\s*:\s*"([^"]{8,40})"', head)):
        out["published"] = match.group(1)
    if "title" not in out and (
        match := re.search(
            r"<h1\b[^<>]{0,300}>([^<>]{3,400})</h1>|<title\b[^<>]{0,300}>([^<>]{3,400})</title>", head, re.I
        )
    ):
        out["title"] = re.sub(r"\s+", " ", match.group(1) or match.group(2)).strip()
    return {key: html.unescape(value) for key, value in out.items()}


def _read_page(path: Path, name: str) -> Raw:
    data = path.read_bytes()
    if not data.strip():
        return Raw(name, code="empty_file", message="the file is empty")
    text = _decode(data)
    if text is None:
        return Raw(name, code="bad_encoding", message="no encoding fits the file", excerpt=_excerpt(data))
    stem = path.name.rsplit(".", 1)[0]
    if path.suffix.lower() in (".html", ".htm"):
        return Raw(name, {**_html_fields(text), "text": text}, stem=stem, html=True)
    title, _, body = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n").partition("\n")
    if len(title) > 300 or not body.strip():
        title, body = "", text
    return Raw(name, {"title": title.strip(), "text": body.strip("\n")}, stem=stem)


def read_source(source: Source) -> Iterator[Raw]:
    """Yield the records of a source in order; a file that breaks off gives what came before and one `Raw` with a code."""
    if source.kind == "pages":
        folder = source.name.rsplit("/#", 1)[0]
        for path in source.files:
            name = path.name if folder == "." else f"{folder}/{path.name}"
            try:
                yield _read_page(path, name)
            except OSError as error:
                yield Raw(name, code="unreadable_file", message=str(error))
        return
    (path,) = source.files
    if source.kind == "unknown":
        yield Raw(
            source.name,
            code="unknown_format",
            message=f"no reader for {path.name}; known are .jsonl .csv .tsv (.gz, .zst), .parquet, .txt, .html",
        )
        return
    reader = {"lines": _read_lines, "table": _read_table, "parquet": _read_parquet}[source.kind]
    try:
        if path.stat().st_size == 0:
            yield Raw(source.name, code="empty_file", message="the file is empty")
            return
        yield from reader(path, source.name)
    except (OSError, EOFError, pa.ArrowException) as error:
        yield Raw(source.name, code="unreadable_file", message=f"{type(error).__name__}: {error}"[:300])
