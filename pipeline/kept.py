"""Articles that the dump no longer has and a run by `--append` keeps: those of files that were overwritten, and of folders that lost some of their pages.

Files that are gone as a whole need nothing of this: their shards stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.records import Article, Reject, Text
from pipeline.stage_files import content_hash, read_records, write_shard

KEPT = "@kept"
"""Name of their source in the index of a run."""
WHOLE, ARTICLES = "file", "articles"
"""What `kept` says in an entry of the index: a source that is gone as a whole, or single articles."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An article that the dump no longer has, with its text and rejects, as `ingest` read it when it was there."""

    article: Article
    text: Text | None
    rejects: tuple[Reject, ...]

    def at(self, locator: str) -> Kept:
        """The same under another locator."""
        return Kept(
            replace(self.article, locator=locator),
            replace(self.text, locator=locator) if self.text else None,
            tuple(replace(r, locator=locator) for r in self.rejects),
        )


def articles_of(folder: Path, entry: Mapping[str, Any], present: Container[str]) -> list[Kept]:
    """Return the articles of a source as the last run read it, from its `entry` in the index.

    Where an article's file is still `present` (with other content), its locator gets a mark of the content that it stood in.
    """
    out = []
    tag = "" if entry.get("kept") == ARTICLES else f"@{entry['content'][:6]}"
    for shard in entry["shards"]:
        if not (folder / "articles" / f"{shard}.parquet").exists():
            continue
        texts = {t.locator: t for t in read_records(folder / "texts" / f"{shard}.parquet", Text)}
        rejects = defaultdict(list)
        for reject in read_records(folder / "rejects" / f"ingest-{shard}.parquet", Reject):
            rejects[reject.locator].append(reject)
        for article in read_records(folder / "articles" / f"{shard}.parquet", Article):
            if article.outcome == "rejected":
                continue
            file, _, place = article.locator.rpartition(":")
            locator = f"{file}{tag}:{place}" if file in present else article.locator
            out.append(Kept(article, texts.get(article.locator), tuple(rejects[article.locator])).at(locator))
    return out


def keep(
    folder: Path, left: Iterable[Kept], now: Container[str], old: Mapping[str, Any] | None, shard_size: int
) -> dict[str, Any]:
    """Write those of the articles `left` whose id is not delivered again (`now`) as a source of their own; return its entry for the index, empty where there is none.

    `old` is the entry of the last run; where it holds the same, nothing is written.
    """
    rest = sorted((k for k in left if k.article.article_id not in now), key=lambda k: k.article.locator)
    if not rest:
        return {}
    content = content_hash(*(f"{k.article.locator} {k.article} {k.text}" for k in rest))
    if old and old["content"] == content:
        return {KEPT: dict(old)}
    shards: list[str] = []
    for i in range(0, len(rest), shard_size):
        part = rest[i : i + shard_size]
        shards.append(f"kept-{content[:6]}-{len(shards):05d}")
        write_shard(
            folder,
            shards[-1],
            [k.article for k in part],
            [k.text for k in part if k.text],
            [r for k in part for r in k.rejects],
        )
    files = {k.article.locator: "" for k in rest}
    entry = {"key": content, "content": content, "files": files, "shards": shards, "mapping": {}, "kept": ARTICLES}
    return {KEPT: entry}
