"""The small trained scorers: weights over features that a person can read, in `models/scorers/*.json`.

`scores` is the one door: a stronger reader can take its place. A scorer is a softmax regression (Cox 1958; Hastie et al. 2009, 4.4): each class has a
weight for each feature, and its probability is the softmax of the weights' sums.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.knowledge import KnowledgeError, models_dir

SCORERS = "scorers"


@dataclass(frozen=True, slots=True)
class Scorer:
    """A trained scorer: its classes, for each feature a weight a class (in the classes' order), and its thresholds."""

    classes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]
    thresholds: Mapping[str, float]

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """Return the probability of each class; features without weights do not count."""
        sums = [0.0] * len(self.classes)
        for feature in sorted({"bias", *features}):
            for i, weight in enumerate(self.weights.get(feature, ())):
                sums[i] += weight
        top = max(sums)
        powers = [math.exp(s - top) for s in sums]
        total = sum(powers)
        return {c: p / total for c, p in zip(self.classes, powers, strict=True)}

    def rank(self, features: Iterable[str]) -> float:
        """Return the sum of the weights of the first class: the higher, the likelier beside others."""
        return sum(self.weights[f][0] for f in sorted(features) if f in self.weights)


def parse_scorer(name: str, text: str) -> Scorer:
    """Return the scorer of a JSON text; KnowledgeError where it is none."""
    try:
        content = json.loads(text)
        classes = tuple(content["classes"])
        weights = {f: tuple(float(x) for x in ws) for f, ws in content["weights"].items()}
    except (ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{SCORERS}/{name}.json", name, f"no scorer: {error}") from error
    wrong = next((f for f, ws in weights.items() if len(ws) != len(classes)), None)
    if wrong is not None:
        raise KnowledgeError(
            f"{SCORERS}/{name}.json", wrong, f"has {len(weights[wrong])} weights for {len(classes)} classes"
        )
    return Scorer(classes, weights, {k: float(v) for k, v in content.get("thresholds", {}).items()})


@cache
def shipped(name: str) -> Scorer | None:
    """Return the scorer `models/scorers/<name>.json`; None where there is no such file (the rules then decide alone)."""
    path = models_dir() / SCORERS / f"{name}.json"
    return parse_scorer(name, path.read_text(encoding="utf-8")) if path.is_file() else None


@dataclass(frozen=True, slots=True)
class Scorers:
    """The scorers of a run by name; an empty one leaves every choice to the rules."""

    by_name: Mapping[str, Scorer]

    def probabilities(self, name: str, features: Iterable[str]) -> dict[str, float] | None:
        """Return the probabilities of the classes of a scorer; None where it is not there."""
        scorer = self.by_name.get(name)
        return scorer.probabilities(features) if scorer else None

    def threshold(self, name: str, key: str, otherwise: float) -> float:
        """Return a threshold of a scorer."""
        scorer = self.by_name.get(name)
        return scorer.thresholds.get(key, otherwise) if scorer else otherwise


NAMES = ("action", "role", "type", "status", "authority", "authority_rank", "respondents", "respondents_rank", "measure", "record")  # fmt: skip
NONE = Scorers({})


@cache
def shipped_scorers() -> Scorers:
    """Return the scorers that ship."""
    return Scorers({name: scorer for name in NAMES if (scorer := shipped(name)) is not None})
