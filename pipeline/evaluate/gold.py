"""Gold articles: one JSON object a line, labels as in `tests/gold/README.md`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ACTION_FIELDS = (
    "role", "authority", "respondents", "type", "status", "amount", "amount_max", "currency", "qualifier", "per", "date", "date_precision", "appeal",
)  # fmt: skip


def read_gold(path: Path) -> list[Mapping[str, Any]]:
    """Return the gold articles of a file; ValueError names the line that is none."""
    out = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            article = json.loads(line)
            missing = [f for action in article.get("actions", [{}]) for f in ACTION_FIELDS if f not in action]
            if "article_id" not in article or missing:
                raise ValueError(
                    f"{path}:{number}: no gold article ({'article_id' if 'article_id' not in article else missing[0]} is missing)"
                )
            out.append(article)
    return out
