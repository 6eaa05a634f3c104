"""Evaluate: run the chain on gold articles and score what comes out."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.evaluate.crossed import read_report
from pipeline.evaluate.gold import read_gold
from pipeline.evaluate.page import accuracy_page, summary_lines
from pipeline.evaluate.scores import given_row, interval, score
from pipeline.knowledge import models_dir
from pipeline.settings import Settings

__all__ = ["evaluate_files", "rows_of_gold", "score"]


def rows_of_gold(articles: Sequence[Mapping[str, Any]], settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that a run gives on gold articles, by article id, in the terms of the labels. The run sees title, text and metadata alone."""
    from pipeline import chain

    given: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump" / "gold.jsonl"
        dump.parent.mkdir()
        seen = ("article_id", "url", "outlet", "published", "title", "text")
        dump.write_text(
            "".join(json.dumps({k: a.get(k) for k in seen}, ensure_ascii=False) + "\n" for a in articles),
            encoding="utf-8",
        )
        chain.run(dump.parent, Path(folder) / "out", settings, lambda _: None)
        for row in pq.read_table(Path(folder) / "out" / "penalties.parquet").to_pylist():
            given[row["article_id"]].append(given_row(row))
    return given


def evaluate_files(files: Sequence[Path], settings: Settings, page: Path | None) -> str:
    """Score a run on each gold file, write the accuracy page where `page` is given, and return the figures as text."""
    parts, shown = [], []
    for file in files:
        everything = read_gold(file)
        # Who saw the machine's rows first is no independent judge of them.
        articles = [a for a in everything if a.get("reading") != "prefilled"]
        if len(articles) < len(everything):
            shown.append(
                f"{file}: {len(everything) - len(articles)} articles were read with the machine's rows in view and do not count"
            )
        if not articles:
            raise ValueError(f"{file}: no article that counts")
        given = rows_of_gold(articles, settings)
        scores, bounds = score(articles, given), interval(articles, given)
        parts.append((file.stem, scores, bounds))
        shown += [f"== {file}: {scores.articles} articles", *summary_lines(scores)]
    if page is not None:
        report = read_report(models_dir() / "scorers" / "crossed.json")
        page.write_text(accuracy_page(parts, report), encoding="utf-8")
        shown.append(f"written to {page}")
    return "\n".join(shown)
