"""Recipe of the scorers: softmax regressions over the features of `extract`, fitted on gold articles, judged by cross-validation over articles.

An article's sums are paired with its gold actions by amount and currency; a paired sum is an action, and its gold labels are what the other scorers
learn. Everything that is tuned (thresholds, the confidence of the whole record) sees only out-of-fold predictions.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.clean import clean
from pipeline.evaluate.agreement import names_right, same_name, same_number
from pipeline.evaluate.gold import read_gold
from pipeline.evaluate.scores import Scores, given_row, right_records, score
from pipeline.extract import read
from pipeline.extract.acting import Action
from pipeline.extract.candidates import Candidate, Subjects, candidates, side_names
from pipeline.extract.choices import action_threshold, chosen_names, decisions, side_odds, weighed_measures
from pipeline.extract.features import Guess, Spot, side_features
from pipeline.extract.measures import Measure, chosen_measures, find_measures
from pipeline.extract.names import Name
from pipeline.extract.penalties import rows
from pipeline.extract.reading import Reading
from pipeline.extract.scorer import NAMES, Scorer, Scorers
from pipeline.ingest.columns import read_published
from pipeline.ingest.screen import passes_screen
from pipeline.knowledge import authorities
from pipeline.ner import Names, annotate, load_names
from pipeline.normalise import penalty_rows
from pipeline.records import Annotated, Reject, Text
from pipeline.train.regression import Choice, Example, fit, fit_ranking

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of the fit: strength of the quadratic penalty a scorer, rarest feature kept, folds, seed of the folds."""

    penalty: Mapping[str, float]
    rarest: int = 3
    folds: int = 5
    seed: int = 1
    without: tuple[str, ...] = ()
    """Features that begin so are left out (to see what they bring)."""
    written: float = 0.5
    """What an example of the articles written for the project counts beside one of real news (the first gold file): they are denser on purpose, and many."""


DEFAULT = Recipe(
    {
        "action": 10.0,
        "role": 10.0,
        "type": 10.0,
        "status": 30.0,
        "authority": 12.0,
        "respondents": 12.0,
        "measure": 10.0,
        "record": 60.0,
        "rank": 6.0,
    }
)
PARTS = {
    "a name's place in its clause": ("own:", "title:", "s1:", "s2-3:", "before:", "ever:", "introduced"),
    "what the rest of the document says": ("t:", "title_", "s1_", "lead_", "case", "n_agencies", "n_respondents", "rank=", "in=", "mentions=", "agency_", "court", "roundup", "length=", "settled_later", "no_admission",
                                           "title:", "s1:", "s2-3:", "ever:", "introduced", "first=", "told=", "largest_of_lead", "below_lead", "private_early"),
    "the rules' own choice": ("rule", "by=", "status_rule", "role_rule", "has=", "value="),
}  # fmt: skip
"""Parts of the features, by how their names begin, for measuring what each brings."""
UNFLAGGED_PRECISION = 0.77
"""Share of unflagged rows that must be wholly right, out of fold, by the fitted curve: three in four, and a little for what the curve may err."""
EQUALLY_GOOD = 0.005
"""Differences of the F1 of money that count as none."""
NAMES_EQUALLY_GOOD = 0.01
"""The same of the share of right names on real news: some seven actions in as many hundred."""
LITTLE_WORSE = 0.02
"""What the F1 of measures may lose for fewer false ones in everyday news."""
FALSE_UNFLAGGED = 0.005
"""False rows without a flag that an article of everyday news that passed the screen may give."""
SURE_NAME = 0.8
"""From this probability on a name is on its side whoever else is."""
RULE_VOTE = 0.2
"""What the rules' own choice of role and status counts beside the scorer's probabilities."""


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """A gold article read by the pipeline: its labels, and its sums with the gold action that each was paired with (None: no action)."""

    source: str
    gold: Mapping[str, Any]
    annotated: Annotated
    reading: Reading
    about: Subjects
    pairs: tuple[tuple[Candidate, Mapping[str, Any] | None], ...]
    weight: float = 1.0
    """What its examples count beside others."""

    @property
    def is_rare(self) -> bool:
        """Whether the article was chosen for something rare in it."""
        return str(self.gold.get("stratum", "")).startswith("rare")


def _read(source: str, gold: Mapping[str, Any], names: Names) -> GoldArticle | None:
    """Return an article read as a run reads it; None where nothing is left of it."""
    text = Text(
        str(gold["article_id"]), "gold", gold.get("url"), gold.get("title"), read_published(gold.get("published")), gold.get("outlet"), None, "plain", gold["text"]
    )  # fmt: skip
    document = clean(text)
    if isinstance(document, Reject):
        return None
    annotated = annotate(document, names)
    reading = read(document, annotated)
    about, found, _, _ = candidates(reading)
    return GoldArticle(source, gold, annotated, reading, about, tuple(_paired(found, gold["actions"])))


def read_articles(files: Sequence[Path], model: str = "en_enforcement") -> list[GoldArticle]:
    """Return the gold articles of the files, read by the pipeline as a run reads them."""
    names = load_names(model)
    return [
        article for file in files for gold in read_gold(file) if (article := _read(file.stem, gold, names)) is not None
    ]


def read_ordinary(dump: Path, known: Path, model: str = "en_enforcement") -> list[GoldArticle]:
    """Return the articles of an everyday dump that pass the screen, with the actions that somebody who read the rows of a run found in them.

    `known` holds a line for each such action: article_id, type, amount (null: a measure), currency. What is not in it is no action.
    """
    by_article: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for known_line in known.read_text(encoding="utf-8").splitlines():
        action = json.loads(known_line)
        for role in ("current", "prior"):
            by_article[action["article_id"]].append({**action, "role": role, "status": ""})
    names = load_names(model)
    out = []
    data = dump.read_bytes()
    for line in (gzip.decompress(data) if dump.suffix == ".gz" else data).splitlines():
        record = json.loads(line)
        if passes_screen(f"{record.get('title') or ''}\n{record['text']}"):
            article = _read(
                dump.name.split(".")[0], {**record, "actions": by_article[str(record["article_id"])]}, names
            )
            out += [article] if article is not None else []
    return out


def _paired(
    found: Sequence[Candidate], actions: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[Candidate, Mapping[str, Any] | None]]:
    free = [a for a in actions if a["amount"] is not None]
    options = []
    for i, candidate in enumerate(found):
        money, guess = candidate.anchor.money, candidate.guess
        for j, action in enumerate(free):
            if action["currency"] in money.currencies and same_number(float(money.amount), float(action["amount"])):
                alike = (
                    candidate.penal,
                    guess.role == action["role"],
                    guess.penalty_type == action["type"],
                    guess.status.status == action["status"],
                )
                options.append((-sum(alike), i, j))
    chosen: dict[int, int] = {}
    for _, i, j in sorted(options):
        if i not in chosen and j not in chosen.values():
            chosen[i] = j
    for i, candidate in enumerate(found):
        yield candidate, free[chosen[i]] if i in chosen else None


def _sums(articles: Iterable[GoldArticle], name: str) -> list[Example]:
    out: list[Example] = []
    for article in articles:
        for candidate, action in article.pairs:
            if name == "action":
                out.append((candidate.features, "yes" if action is not None else "no", article.weight))
            elif action is not None:
                out.append((candidate.features, str(action[name]), article.weight))
    return out


def _forms(name: Name) -> list[str]:
    known = (
        [authorities()[i].name for i in name.registry_ids if i in authorities()] if len(name.registry_ids) == 1 else []
    )
    return [*known, name.name]


def _linked(
    article: GoldArticle, side: str
) -> Iterable[tuple[Spot, Guess, Mapping[str, Any], list[tuple[Name, frozenset[str]]]]]:
    """Yield where each sum and measure stands that is an action, what the rules make of it, the action, and the names of a side and their features, which see
    the gold role, as a run sees the scorer's."""
    names = side_names(article.reading, side)
    actions = [
        (c.spot, replace(c.guess, role=action["role"]), action) for c, action in article.pairs if action is not None
    ]
    found = _found(article)
    for action in article.gold["actions"]:
        measure = next((m for m in found if (m.cue.value, m.role) == (action["type"], action["role"])), None)
        if action["amount"] is None and measure is not None:
            actions.append((measure.spot, measure.guess, action))
    for spot, guess, action in actions:
        described = side_features(article.reading, article.about.case, spot, guess, names, side)
        yield spot, guess, action, list(zip(names, described, strict=True))


def _choices(articles: Iterable[GoldArticle], side: str) -> list[Choice]:
    """The names of a side of each action, and which of them are right."""
    out: list[Choice] = []
    for article in articles:
        for _, _, action, names in _linked(article, side):
            right = [any(same_name(g, form) for g in action[side] for form in _forms(n)) for n, _ in names]
            out.append(([features for _, features in names], right, article.weight))
    return out


def _found(article: GoldArticle) -> list[Measure]:
    about = article.about
    return find_measures(article.reading, about.case, about.standing, about.shared, about.private, about.payers)


def _measure_examples(articles: Iterable[GoldArticle]) -> list[Example]:
    """Each measure that an article tells, right where the gold has one of its type and role (all tellings of it are right)."""
    out: list[Example] = []
    for article in articles:
        gold = {(a["type"], a["role"]) for a in article.gold["actions"] if a["amount"] is None}
        out += [(m.features, "yes" if (m.cue.value, m.role) in gold else "no", article.weight) for m in _found(article)]
    return out


def train_all(articles: Sequence[GoldArticle], recipe: Recipe, ordinary: Sequence[GoldArticle] = ()) -> Scorers:
    """Return scorers of sums and names fitted on `articles`, without thresholds and without the record's confidence.

    `ordinary` are articles of everyday news: what they tell beside the known actions teaches what is no action.
    """

    def fitted(name: str, examples: list[Example]) -> Scorer:
        return fit(examples, recipe.penalty[name], recipe.rarest, without=recipe.without)

    by_name = {name: fitted(name, _sums(articles, name)) for name in ("role", "type", "status")}
    nothing = [e for e in _sums(ordinary, "action") if e[1] == "no"]
    by_name["action"] = fitted("action", _sums(articles, "action") + nothing)
    nothing = [e for e in _measure_examples(ordinary) if e[1] == "no"]
    by_name["measure"] = fitted("measure", _measure_examples(articles) + nothing)
    for side in ("authority", "respondents"):
        choices = _choices(articles, side)
        by_name[side] = fitted(
            side, [(f, "yes" if r else "no", w) for fs, rs, w in choices for f, r in zip(fs, rs, strict=True)]
        )
        by_name[f"{side}_rank"] = fit_ranking(choices, recipe.penalty["rank"], recipe.rarest, without=recipe.without)
    return Scorers(by_name)


def _with(scorers: Scorers, thresholds: Mapping[str, Mapping[str, float]], record: Scorer | None = None) -> Scorers:
    by_name = {name: replace(s, thresholds=dict(thresholds.get(name, {}))) for name, s in scorers.by_name.items()}
    if record is not None:
        by_name["record"] = record
    return Scorers(by_name)


def given_rows(article: GoldArticle, scorers: Scorers) -> list[dict[str, Any]]:
    penalties, _ = rows(article.reading, scorers)
    return [given_row(r) for r in penalty_rows(penalties, article.annotated)]


def _folds(articles: Sequence[GoldArticle], recipe: Recipe) -> list[list[int]]:
    order = np.random.default_rng(recipe.seed).permutation(len(articles))
    return [sorted(int(i) for i in order[k :: recipe.folds]) for k in range(recipe.folds)]


def _tune(
    parts: Sequence[tuple[Scorers, Sequence[GoldArticle]]],
    everyday: Sequence[tuple[Scorers, Sequence[GoldArticle]]],
    real: str,
    say: Say,
) -> dict[str, dict[str, float]]:
    """Return the thresholds that serve best out of fold: of `action` for the F1 of money and few rows in everyday news, of each side for whole sets that are right
    in the articles of the gold file `real`."""
    grid = [round(0.2 + 0.05 * i, 2) for i in range(13)]

    def weighed(article: GoldArticle, s: Scorers) -> list[tuple[float, bool, bool]]:
        return [
            ((s.probabilities("action", c.features) or {"yes": 0.0})["yes"], c.penal, action is not None)
            for c, action in article.pairs
        ]

    judged = [weighed(article, s) for s, held in parts for article in held]
    idle = [weighed(article, s) for s, held in everyday for article in held]
    n_gold = sum(sum(a["amount"] is not None for a in article.gold["actions"]) for _, held in parts for article in held)

    def made(article: list[tuple[float, bool, bool]], limits: Mapping[str, float]) -> list[bool]:
        """Whether a row would be made of each sum of an article."""
        told = any(penal and odds >= limits["by_rule"] for odds, penal, _ in article)
        return [odds >= limits[action_threshold(penal, told)] for odds, penal, _ in article]

    def taken(article: list[tuple[float, bool, bool]], limits: Mapping[str, float]) -> list[bool]:
        """Whether each sum that an article's row would be made of is right."""
        return [right for (_, _, right), kept in zip(article, made(article, limits), strict=True) if kept]

    @cache
    def money_f1(limits: tuple[tuple[str, float], ...]) -> float:
        given = [right for article in judged for right in taken(article, dict(limits))]
        return 2 * sum(given) / max(len(given) + n_gold, 1)

    @cache
    def false_rows(limits: tuple[tuple[str, float], ...]) -> int:
        return sum(not right for article in idle for right in taken(article, dict(limits)))

    every = [
        (("beside", c), ("beyond", b), ("by_rule", a))
        for a in [0.1, 0.15, *grid]
        for b in grid
        for c in grid
        if b >= c >= a
    ]
    best = max(map(money_f1, every))
    # Of thresholds that serve equally well those that give the fewest rows in everyday news.
    chosen = min(
        (limits for limits in every if money_f1(limits) >= best - EQUALLY_GOOD),
        key=lambda limits: (false_rows(limits), -money_f1(limits), limits),
    )

    vote = {"rule_vote": RULE_VOTE}
    out: dict[str, dict[str, float]] = {
        "action": dict(chosen),
        "role": vote,
        "status": vote,
    }

    def pays(article: GoldArticle, s: Scorers) -> str:
        """The threshold that decides about an article's measures (`choices.measure_threshold`), by the sums that are taken."""
        kept = made(weighed(article, s), out["action"])
        paid = any(k and c.guess.respondents for k, (c, _) in zip(kept, article.pairs, strict=True))
        return "beside" if paid else "yes"

    finer = [0.1, 0.15, *grid]
    measured = [
        (
            pays(article, s),
            weighed_measures(article.reading, article.about, s, finer[0]),
            Counter(a["type"] for a in article.gold["actions"] if a["amount"] is None),
        )
        for s, held in parts
        for article in held
    ]
    quiet = [
        (pays(article, s), weighed_measures(article.reading, article.about, s, finer[0]))
        for s, held in everyday
        for article in held
        if not any(a["amount"] is None for a in article.gold["actions"])
    ]

    def measures_f1(limits: Mapping[str, float]) -> float:
        right = given = gold = 0
        for kind, found, types in measured:
            picked = Counter(m.cue.value for m, _ in chosen_measures(found, limits[kind]))
            right += sum((picked & types).values())
            given += sum(picked.values())
            gold += sum(types.values())
        return 2 * right / max(given + gold, 1)

    def false_measures(limits: Mapping[str, float]) -> int:
        return sum(len(chosen_measures(found, limits[kind])) for kind, found in quiet)

    judged_limits = [
        (measures_f1(limits), false_measures(limits), limits)
        for limits in ({"beside": b, "yes": a} for a in finer for b in finer if b <= a)
    ]
    highest = max(f1 for f1, _, _ in judged_limits)
    serving = [j for j in judged_limits if j[0] >= highest - LITTLE_WORSE]
    f1, false, out["measure"] = min(serving, key=lambda j: (j[1], -j[0], j[2]["yes"]))
    say(f"  measures: {out['measure']}, F1 {f1:.3f} of at most {highest:.3f}, {false} false ones in everyday news")
    for side in ("authority", "respondents"):
        cases = [
            (article.source == real, Action(article.reading, spot, guess, [n for n, _ in names], odds), action[side])
            for scorers, held in parts
            for article in held
            for spot, guess, action, names in _linked(article, side)
            for odds in [side_odds(scorers, side, names)]
        ]
        right: dict[tuple[bool, str, float, float], int] = Counter()
        for of_real, told, gold in cases:
            known: dict[tuple[bool, frozenset[int]], bool] = {}  # most limits cut the same odds alike
            for least, together in itertools.product(grid[:8], grid[4::2]):
                odds = told.odds
                cut = (max(odds.values(), default=0.0) >= least, frozenset(i for i in odds if odds[i] >= together))
                if cut not in known:
                    limits = {told.guess.role: least, "beside": together, "yes": SURE_NAME}
                    known[cut] = names_right(gold, [_forms(n) for n in chosen_names(told, side, limits)])
                right[of_real, told.guess.role, least, together] += known[cut]

        def sets(of_real: bool, limits: Mapping[str, float], right: Mapping[Any, int] = right) -> int:
            """How many sides of news and background are right."""
            return sum(right[of_real, role, limits[role], limits["beside"]] for role in ("current", "prior"))

        every_limits = [
            {"beside": b, "current": c, "prior": p, "yes": SURE_NAME}
            for c, p, b in itertools.product(grid[:8], grid[:8], grid[4::2])
        ]
        least_real = max(sets(True, x) for x in every_limits) - NAMES_EQUALLY_GOOD * sum(
            of_real for of_real, *_ in cases
        )
        # Of thresholds that serve real news equally well those that serve the other gold files best.
        out[side] = max(
            (x for x in every_limits if sets(True, x) >= least_real), key=lambda x: (sets(False, x), sorted(x.items()))
        )
    return out


@dataclass(frozen=True, slots=True)
class Judged:
    """A row given out of fold: what the record's confidence reads, whether the whole record is right, its fold, whether it stands in everyday news, and
    whether its article is real news that was not chosen for what is rare in it."""

    features: frozenset[str]
    right: bool
    fold: int
    ordinary: bool
    usual: bool


def _calibrated(rows_: Sequence[tuple[float, bool]], steps: int = 25) -> Callable[[float], float]:
    """Return how often rows of a confidence are right, by a logistic curve fitted on rows (confidence, right) (Platt 1999): smoother than their shares."""
    x = np.array([[1.0, _logit(p)] for p, _ in rows_])
    y = np.array([float(right) for _, right in rows_])
    w = np.array([0.0, 1.0])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ w))
        slope = x.T @ (x * (p * (1 - p))[:, None]) + 1e-3 * np.eye(2)
        w = w - np.linalg.solve(slope, x.T @ (p - y) + 1e-3 * (w - [0.0, 1.0]))
    return lambda confidence: float(1 / (1 + np.exp(-(w[0] + w[1] * _logit(confidence)))))


def _logit(p: float) -> float:
    p = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))


def _flag_threshold(rows_: Sequence[tuple[float, Judged]], n_ordinary: int) -> float:
    """Return the lowest confidence above which rows may go without a flag: right often enough on gold, and hardly ever wrong in everyday news."""
    gold = [(p, j.right) for p, j in rows_ if not j.ordinary]
    if not gold:
        return 1.0
    right = _calibrated(gold)
    for step in range(1, 100):
        above = [right(p) for p, _ in gold if p >= step / 100]
        false = sum(not j.right for p, j in rows_ if j.ordinary and p >= step / 100)
        if above and sum(above) / len(above) >= UNFLAGGED_PRECISION and false <= FALSE_UNFLAGGED * n_ordinary:
            return step / 100
    return 1.0


@dataclass(frozen=True, slots=True)
class Trained:
    """The fitted scorers; out of fold, the rows given by article id and by the rules alone; and how sure rows turned out (confidence, whole record right)."""

    scorers: Scorers
    articles: tuple[Mapping[str, Any], ...]
    sources: tuple[str, ...]
    given: Mapping[str, list[dict[str, Any]]]
    rules: Mapping[str, list[dict[str, Any]]]
    reliability: tuple[tuple[float, bool], ...]

    def of(self, source: str) -> list[Mapping[str, Any]]:
        """Return the gold articles of one file."""
        return [a for a, s in zip(self.articles, self.sources, strict=True) if s == source]


def _judged(article: GoldArticle, scorers: Scorers, fold: int, ordinary: bool, real: str) -> Iterable[Judged]:
    """Each row that a run gives on an article, described for the record's confidence, and whether the whole record is right."""
    given = given_rows(article, scorers)
    right = set() if ordinary else right_records(article.gold["actions"], given)
    known = {a["amount"] for a in article.gold["actions"]}
    for features, position in decisions(article.reading, scorers):
        if position < len(given) and not (ordinary and given[position]["amount"] in known):
            yield Judged(features, position in right, fold, ordinary, article.source == real and not article.is_rare)


def _example(judged: Judged) -> Example:
    return judged.features, "yes" if judged.right else "no", 1.0


def train_scorers(
    articles: Sequence[GoldArticle],
    recipe: Recipe = DEFAULT,
    say: Say = lambda _: None,
    ordinary: Sequence[GoldArticle] = (),
) -> Trained:
    """Return scorers fitted on all `articles`, with thresholds and confidence from cross-validation over them and over everyday news.

    The thresholds of names and of flags are set on the first gold file alone: real news, as a run meets it (flags without the articles chosen for what is
    rare in them); the articles written for the project are denser on purpose.
    """
    real = articles[0].source
    articles = [replace(a, weight=1.0 if a.source == real else recipe.written) for a in articles]
    folds, other = _folds(articles, recipe), _folds(ordinary, recipe)
    parts = []
    for held, aside in zip(folds, other, strict=True):
        inside, without = set(held), set(aside)
        scorers = train_all(
            [a for i, a in enumerate(articles) if i not in inside],
            recipe,
            [a for i, a in enumerate(ordinary) if i not in without],
        )
        parts.append((scorers, [articles[i] for i in held], [ordinary[i] for i in aside]))
        say(f"  fold {len(parts)} of {recipe.folds} fitted")
    thresholds = _tune([(s, held) for s, held, _ in parts], [(s, aside) for s, _, aside in parts], real, say)
    crossed = [(_with(s, thresholds), held, aside) for s, held, aside in parts]
    judged = [
        j
        for fold, (s, held, aside) in enumerate(crossed)
        for group, everyday in ((held, False), (aside, True))
        for article in group
        for j in _judged(article, s, fold, everyday, real)
    ]
    # The confidence is judged on folds that it was not fitted on either.
    sure = [
        fit([_example(j) for j in judged if j.fold != fold], recipe.penalty["record"], recipe.rarest)
        for fold in range(len(crossed))
    ]
    told = [(sure[j.fold].probabilities(j.features)["yes"], j) for j in judged]
    thresholds["record"] = {"flag": _flag_threshold([(p, j) for p, j in told if j.ordinary or j.usual], len(ordinary))}
    given = {
        str(article.gold["article_id"]): given_rows(article, _with(s, thresholds, replace(sure[fold], thresholds=thresholds["record"])))
        for fold, (s, held, _) in enumerate(crossed)
        for article in held
    }  # fmt: skip
    record = replace(
        fit([_example(j) for j in judged], recipe.penalty["record"], recipe.rarest), thresholds=thresholds["record"]
    )
    final = _with(train_all(articles, recipe, ordinary), thresholds, record)
    say(f"  thresholds {json.dumps(thresholds)}")
    unflagged = [j for p, j in told if p >= thresholds["record"]["flag"] and j.ordinary]
    say(f"  everyday news: {len(ordinary)} articles passed the screen, {sum(j.ordinary and not j.right for j in judged)} false rows out of fold, {sum(not j.right for j in unflagged)} of them unflagged")  # fmt: skip
    return Trained(
        final,
        tuple(a.gold for a in articles),
        tuple(a.source for a in articles),
        given,
        {str(a.gold["article_id"]): given_rows(a, Scorers({})) for a in articles},
        tuple((round(p, 4), j.right) for p, j in told),
    )


def write_scorers(trained: Scorers, folder: Path) -> None:
    """Write each scorer as readable JSON, a feature a line."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        if name not in trained.by_name:
            continue
        scorer = trained.by_name[name]
        lines = [
            f"  {json.dumps(f, ensure_ascii=False)}: {json.dumps(list(ws))}" for f, ws in sorted(scorer.weights.items())
        ]
        head = f'{{\n "classes": {json.dumps(list(scorer.classes))},\n "thresholds": {json.dumps(dict(scorer.thresholds))},\n "weights": {{\n'
        (folder / f"{name}.json").write_text(head + ",\n".join(lines) + "\n }\n}\n", encoding="utf-8")


def crossed_parts(trained: Trained) -> dict[str, tuple[Scores, Scores]]:
    """Return, for each gold file, its figures by the rules alone and by the scorers, out of fold."""
    return {
        source: (score(trained.of(source), trained.rules), score(trained.of(source), trained.given))
        for source in dict.fromkeys(trained.sources)
    }


def card(trained: Trained, n_ordinary: int, recipe: Recipe) -> str:
    """Return the scorers' card: what they are, what they learnt from, and what they bring over the rules alone."""
    parts = crossed_parts(trained)
    rows_ = []
    for name in ("concrete", "money", "record", "measures", "appeal"):
        cells = [f"{s.prf[name].f1:.3f}" for pair in parts.values() for s in pair]
        rows_.append(f"| {name} (F1) | {' | '.join(cells)} |")
    for name in ("by article", "main", *(f"field.{f}" for f in ("role", "type", "status", "authority", "respondents", "date"))):  # fmt: skip
        cells = [f"{s.share[name]:.3f}" for pair in parts.values() for s in pair]
        rows_.append(f"| {name} | {' | '.join(cells)} |")
    heads = " | ".join(f"{source}: rules alone | {source}: with scorers" for source in parts)
    files = ", ".join(f"{len(trained.of(source))} of `{source}`" for source in parts)
    lines = [
        "# Scorers", "",
        "Small softmax regressions over features that a person can read (`pipeline/extract/features.py`, `measures.py`); the weights are the JSON files here, a feature a line.",
        "`action` says whether a sum is a penalty, `measure` whether a measure is one, `role` and `status` choose with a vote of the rules, `authority` and `respondents` say of each name how likely it is,",
        "`authority_rank` and `respondents_rank` (conditional logits) in which order; `type` and `record` give confidence (`record`: that the whole row is right; below its threshold the row carries a flag). Without a file the rules decide alone.", "",
        "## Data", "",
        f"{len(trained.articles)} gold articles ({files}; `open`, `news` and `sample` are in `tests/gold/`, the others are third-party text that is not distributed), and {n_ordinary} articles of everyday news as",
        "examples of what is no action; `ordinary_actions.jsonl` lists the actions that a reader found among the rows of a run on those.", "",
        "## Figures", "",
        f"Cross-validated over the articles ({recipe.folds} folds, over everyday news too; thresholds tuned out of fold, those of names and flags on `{trained.sources[0]}` alone):", "",
        f"| | {heads} |", "|---|" + "---|" * (2 * len(parts)), *rows_, "",
        "## Recipe", "", f"`make train-scorers GOLD=… ORDINARY=…`; penalties {dict(recipe.penalty)}; an example of `{trained.sources[0]}` counts 1, of the others {recipe.written}.", "",
        "## Limits", "", "Learnt from English news, most of it American and European; rare classes (annulled, upheld, reduced, conditional, periodic penalties) are left to the rules.", "",
    ]  # fmt: skip
    return "\n".join(lines)


__all__ = [
    "DEFAULT",
    "Recipe",
    "Trained",
    "card",
    "fit",
    "read_articles",
    "read_ordinary",
    "train_scorers",
    "write_scorers",
]
