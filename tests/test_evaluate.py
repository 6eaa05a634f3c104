"""The evaluator agrees with the gold set's scorer, and scores of the sample do not fall."""

from __future__ import annotations

import importlib.util
import json
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.evaluate import score
from pipeline.evaluate.agreement import same_name
from pipeline.evaluate.gold import read_gold
from pipeline.evaluate.scores import given_row
from tests.conftest import ROOT

GOLD = ROOT / "tests" / "gold" / "sample.jsonl"


def rows(out: Path) -> dict[str, list[dict]]:
    given: dict[str, list[dict]] = defaultdict(list)
    for row in pq.read_table(out / "penalties.parquet").to_pylist():
        given[row["article_id"]].append(given_row(row))
    return given


def test_figures_agree_with_the_scorer_of_the_gold_set(sample_run: Path, shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("scorer", shared / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    theirs = scorer.score(read_gold(GOLD), scorer.read_predictions(str(sample_run / "penalties.parquet")))
    ours = score(read_gold(GOLD), rows(sample_run))
    for name, figure in ours.prf.items():
        assert (figure.right, figure.given, figure.gold) == tuple(theirs[name][k] for k in ("tp", "pred", "gold")), name
        assert figure.f1 == pytest.approx(theirs[name]["f1"])
    for name, share in ours.share.items():
        key = {
            "by article": "record_by_article",
            "unflagged precision": "unflagged_precision",
            "flagged share": "flagged_share",
        }.get(name, name)
        assert share == pytest.approx(theirs[key]), name
    for (field, value), figure in ours.values.items():
        if value != "None":
            assert figure.right == theirs["values"][field][value]["tp"]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Mapwise Ltd", "Mapwise", True),
        ("Federal Trade Commission", "FTC", True),
        ("U.S. Securities and Exchange Commission", "SEC", True),
        ("Deutsche Bank", "Deutsche Bank AG", True),
        ("Kestrel Bank", "Marlow Bank", False),
        ("Data Protection Commission", "Financial Conduct Authority", False),
    ],
)
def test_names(a: str, b: str, same: bool) -> None:
    assert same_name(a, b) is same
    assert same_name(b, a) is same


def test_gold_of_the_sample_is_whole() -> None:
    gold = read_gold(GOLD)
    dump = {
        json.loads(line)["id"]
        for line in (ROOT / "data/raw/sample/wire.jsonl").read_text(encoding="utf-8").splitlines()
    }
    assert dump <= {a["article_id"] for a in gold}
    assert len(gold) == 32
    for article in gold:
        for action in article["actions"]:
            assert action["evidence"] in f"{article['title']}\n{article['text']}"
            assert (action["currency"] is None) == (action["amount"] is None)


def test_a_bad_gold_file_says_where(tmp_path: Path) -> None:
    (tmp_path / "g.jsonl").write_text('{"article_id": "a", "actions": [{"role": "current"}]}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"g\.jsonl:1"):
        read_gold(tmp_path / "g.jsonl")
