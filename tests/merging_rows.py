"""The labelled actions of the merging benchmark as rows of `penalties` before merging, and the B-cubed score."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.knowledge import authorities, country_names
from pipeline.normalise import ROWS, Facts
from pipeline.normalise.authorities import choose, form_key, forms
from pipeline.normalise.respondents import respondent_id, respondent_name

ARTICLES = [
    json.loads(line)
    for line in (Path(__file__).parent / "merging" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
]
DECISION = {f"{a['article_id']}/{n}": x["decision"] for a in ARTICLES for n, x in enumerate(a["actions"])}
MATTER = {f"{a['article_id']}/{n}": x["matter"] for a in ARTICLES for n, x in enumerate(a["actions"])}
CHANGES = {x["decision"]: x["changes"] for a in ARTICLES for x in a["actions"] if x.get("changes")}


def blank(**over: Any) -> dict[str, Any]:
    """A row with nothing stated but what `over` says."""
    lists = {f.name for f in ROWS if pa.types.is_list(f.type)}
    row: dict[str, Any] = {f.name: [] if f.name in lists else None for f in ROWS}
    row.update(
        role="current",
        penalty_type="fine",
        status="imposed",
        qualifier="exact",
        evidence="",
        evidence_start=0,
        evidence_end=0,
        confidence=0.5,
    )
    return {**row, **over}


def _authority(name: str, countries: Counter[str]) -> str | None:
    return choose(forms().get(form_key(name), ()), countries)[0]


def labelled_rows() -> list[dict[str, Any]]:
    """The benchmark's actions as rows, authorities resolved as a run resolves them."""
    rows = []
    for a in ARTICLES:
        text = f"{a['title']}\n\n{a['text']}"
        countries = Counter(country_names()[w] for w in re.findall(r"[A-Z][\w.]+", text) if w in country_names())
        told = {x["decision"]: f"{a['article_id']}/{n}" for n, x in enumerate(a["actions"])}
        for n, x in enumerate(a["actions"]):
            ids = [_authority(name, countries) for name in x["authority"]]
            rows.append(
                blank(
                    penalty_id=f"{a['article_id']}/{n}", article_id=a["article_id"], role=x["role"], penalty_type=x["type"], status=x["status"],
                    amount=None if x["amount"] is None else Decimal(str(x["amount"])).quantize(Decimal("0.01")), currency=x["currency"],
                    qualifier=x["qualifier"], per=x["per"], date=date.fromisoformat(f"{x['date']}-01-01"[:10]) if x["date"] else None, date_precision=x["date_precision"],
                    authority_ids=ids, authority_names=[authorities()[i].name if i else name for i, name in zip(ids, x["authority"], strict=True)],
                    authority_texts=x["authority"], authority_country=next((authorities()[i].country for i in ids if i), None),
                    respondent_ids=[respondent_id(r) for r in x["respondents"]], respondent_names=[respondent_name(r) for r in x["respondents"]],
                    respondent_texts=x["respondents"], respondent_labels=["ORG"] * len(x["respondents"]), evidence=x["evidence"],
                    part_of=told.get(x.get("part_of")), changes_id=told.get(x.get("changes")),
                )
            )  # fmt: skip
    return rows


def facts() -> dict[str, Facts]:
    """What the benchmark says of each article."""
    return {a["article_id"]: Facts(date.fromisoformat(a["published"]), a["outlet"], a["article_id"]) for a in ARTICLES}


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as the chain hands them to `normalise`."""
    return pa.Table.from_pylist(rows, schema=ROWS)


def b_cubed(found: Mapping[str, str], gold: Mapping[str, str]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a clustering by B-cubed (Bagga and Baldwin 1998), of the items of `gold`."""
    theirs, ours = defaultdict(set), defaultdict(set)
    for item in gold:
        theirs[found[item]].add(item)
        ours[gold[item]].add(item)
    shared = [(theirs[found[i]], ours[gold[i]]) for i in gold]
    precision = sum(len(a & b) / len(a) for a, b in shared) / len(shared)
    recall = sum(len(a & b) / len(b) for a, b in shared) / len(shared)
    return precision, recall, 2 * precision * recall / (precision + recall)
