"""The scorers: how weights become probabilities, what a bad file says, and that training learns, repeats itself and serves a run."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from pipeline.evaluate.crossed import Report, crossed_file, headline, read_report, reliability_of, write_report
from pipeline.evaluate.page import accuracy_page
from pipeline.extract.choices import _once, side_odds
from pipeline.extract.names import Name
from pipeline.extract.scorer import NAMES, NONE, Scorer, Scorers, parse_scorer, shipped_scorers
from pipeline.knowledge import KnowledgeError
from pipeline.train import scorers as recipe
from pipeline.train.regression import fit_ranking
from tests.conftest import ROOT
from tests.marked_articles import marked_article

GOLD = ROOT / "tests" / "gold" / "sample.jsonl"


def test_probabilities_are_the_softmax_of_the_weights() -> None:
    scorer = Scorer(("no", "yes"), {"bias": (0.0, 1.0), "fined": (0.0, 2.0), "revenue": (3.0, 0.0)}, {})
    assert scorer.probabilities(["fined", "unknown"])["yes"] == pytest.approx(1 / (1 + math.exp(-3)))
    assert scorer.probabilities(["revenue"])["yes"] == pytest.approx(1 / (1 + math.exp(2)))
    assert sum(scorer.probabilities([]).values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "no scorer"),
        ('{"classes": ["a"]}', "no scorer"),
        ('{"classes": ["a", "b"], "weights": {"f": [1.0]}}', "1 weights for 2 classes"),
    ],
)
def test_a_bad_file_says_where(text: str, reason: str) -> None:
    with pytest.raises(KnowledgeError, match=r"scorers/x\.json") as error:
        parse_scorer("x", text)
    assert reason in str(error.value)


def test_what_ships_is_whole() -> None:
    scorers = shipped_scorers()
    assert set(scorers.by_name) == set(NAMES)
    assert scorers.by_name["action"].classes == ("no", "yes")
    assert set(scorers.by_name["role"].classes) == {"current", "prior"}
    assert 0 < scorers.threshold("record", "flag", 0.0) <= 1


def test_fitting_separates_and_repeats_itself() -> None:
    examples = [(frozenset({"fined", f"x{i}"}), "yes", 1.0) for i in range(20)] + [
        (frozenset({"revenue", f"x{i}"}), "no", 1.0) for i in range(20)
    ]
    first, second = (recipe.fit(examples, 1.0, 3) for _ in range(2))
    assert first == second
    assert first.probabilities(["fined"])["yes"] > 0.9 > 0.1 > first.probabilities(["revenue"])["yes"]
    assert "x1" not in first.weights


def test_an_example_counts_as_often_as_its_weight_says() -> None:
    said = [(frozenset({"paid"}), "yes", 1.0)] * 4 + [(frozenset({"paid"}), "no", 1.0)] * 12
    told = [(frozenset({"paid"}), "yes", 4.0)] + [(frozenset({"paid"}), "no", 3.0)] * 4
    first, second = (recipe.fit(examples, 1.0, 1).probabilities(["paid"])["yes"] for examples in (said, told))
    assert first == pytest.approx(second, abs=0.005)
    assert first < 0.4


def test_a_ranking_weighs_the_candidates_of_one_choice_against_each_other() -> None:
    # "named" is right half of the time, but never where somebody is "fined".
    fined, named, other = frozenset({"fined"}), frozenset({"named"}), frozenset({"other"})
    choices = [([fined, named], [True, False], 1.0)] * 10 + [([named, other], [True, False], 1.0)] * 10
    nothing = [([named], [False], 1.0), ([fined, named], [True, True], 1.0)] * 50
    first, second = (fit_ranking(c, 1.0, 1) for c in (choices, choices + nothing))
    assert first == second
    assert first.rank(fined) > first.rank(named) > first.rank(other)
    assert fit_ranking(nothing, 1.0, 1).rank(named) == 0.0


def test_the_ranking_orders_the_odds() -> None:
    reading = marked_article("[Orbeo](ORG) and [Mapwise](ORG) spoke.", title="T")
    names = list(zip(reading.names, (frozenset({"a"}), frozenset({"b"})), strict=True))
    single = Scorer(("no", "yes"), {"bias": (0.0, 0.0), "a": (0.0, 2.0), "b": (0.0, 1.0)}, {})
    alone = Scorers({"respondents": single})
    ranked = Scorers({"respondents": single, "respondents_rank": Scorer(("rank",), {"bias": (0.0,), "b": (1.0,)}, {})})
    odds, turned = (side_odds(s, "respondents", names) for s in (alone, ranked))
    first, second = (n.index for n, _ in names)
    assert odds[first] > odds[second]
    assert turned == {second: odds[first], first: odds[second]}


@pytest.fixture(scope="module")
def articles() -> list[recipe.GoldArticle]:
    return recipe.read_articles([GOLD])


def test_sums_are_paired_with_gold_actions(articles: list[recipe.GoldArticle]) -> None:
    paired = [action for a in articles for _, action in a.pairs if action is not None]
    gold = [x for a in articles for x in a.gold["actions"] if x["amount"] is not None]
    assert len(paired) >= 0.85 * len(gold)
    assert len({id(p) for p in paired}) == len(paired)


def test_training_on_the_open_gold_set_serves_a_run(articles: list[recipe.GoldArticle], tmp_path: Path) -> None:
    small = recipe.Recipe(recipe.DEFAULT.penalty, rarest=3, folds=2)
    trained = recipe.train_scorers(articles, small)
    recipe.write_scorers(trained.scorers, tmp_path)
    again = Scorers({n: parse_scorer(n, (tmp_path / f"{n}.json").read_text(encoding="utf-8")) for n in NAMES})
    assert again.by_name.keys() == trained.scorers.by_name.keys()
    for name, scorer in again.by_name.items():
        assert scorer.weights == trained.scorers.by_name[name].weights
    rules, crossed = recipe.crossed_parts(trained)["sample"]
    assert crossed.prf["money"].gold == rules.prf["money"].gold == 78
    assert crossed.prf["money"].f1 > 0.5
    assert "| record (F1) |" in recipe.card(trained, 0, small)
    file = crossed_file("sample", trained.of("sample"), trained.given)
    report = Report((file,), (("all", headline(file.scores)),), reliability_of(trained.reliability))
    write_report(report, tmp_path / "crossed.json")
    again_report = read_report(tmp_path / "crossed.json")
    assert again_report is not None
    assert again_report.files[0].scores.prf == file.scores.prf
    assert again_report.files[0].scores.values == file.scores.values
    assert sum(n for _, n, _ in again_report.reliability) == len(trained.reliability)
    page = accuracy_page([], again_report)
    assert "## How far the confidence holds" in page and "| record |" in page


def test_without_scorers_the_rules_decide(articles: list[recipe.GoldArticle]) -> None:
    given = [r for a in articles for r in recipe.given_rows(a, NONE)]
    assert given
    assert all(0 <= r["confidence"] <= 1 for r in given)


def test_ordinary_news_is_read_with_its_known_actions(tmp_path: Path) -> None:
    dump, known = tmp_path / "dump.jsonl", tmp_path / "known.jsonl"
    rows = [
        {
            "article_id": "a",
            "title": "Kestrel fined",
            "text": "The Federal Trade Commission fined Kestrel $5 million. It had revenue of $90 million.",
        },
        {"article_id": "b", "title": "Rain", "text": "It rained."},
    ]
    dump.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    known.write_text(
        json.dumps({"article_id": "a", "type": "fine", "amount": 5e6, "currency": "USD"}) + "\n", encoding="utf-8"
    )
    (article,) = recipe.read_ordinary(dump, known)
    assert {float(c.anchor.money.amount): action is not None for c, action in article.pairs} == {5e6: True, 9e7: False}


def test_a_body_in_two_wordings_stands_once_on_its_side() -> None:
    def name(index: int, text: str, ids: tuple[str, ...]) -> Name:
        return Name(index, "AUTHORITY", text, (), ids)

    names = [name(0, "Kansspelautoriteit", ("nl-ksa",)), name(1, "Dutch gambling authority", ("nl-ksa",)), name(2, "Dutch police", ()), name(3, "the police", ())]  # fmt: skip
    assert [n.index for n in _once(names)] == [0, 2, 3]


def test_rows_go_unflagged_where_they_are_right_often_and_hardly_ever_wrong_in_everyday_news() -> None:
    def judged(right: bool, ordinary: bool = False) -> recipe.Judged:
        return recipe.Judged(frozenset(), right, 0, ordinary, not ordinary)

    # A quarter of those at 0.5, three in four at 0.75 and nine in ten at 0.9 are right.
    gold = [(p, judged(k < n)) for p, n in ((0.5, 10), (0.75, 30), (0.9, 36)) for k in range(40)]
    assert recipe._flag_threshold(gold, 500) == 0.51
    everyday = [(0.8, judged(False, ordinary=True))] * 3
    assert recipe._flag_threshold([*gold, *everyday[:2]], 500) == 0.51
    assert recipe._flag_threshold([*gold, *everyday], 500) == 0.81
    assert recipe._flag_threshold([(p, judged(False)) for p, _ in gold], 500) == 1.0
