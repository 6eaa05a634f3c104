"""Fit the scorers: softmax regressions over 0/1 features with a quadratic penalty, by gradient descent (Adam, Kingma and Ba 2015) on the whole set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.scorer import Scorer

Example = tuple[frozenset[str], str, float]
"""Features, class, and what the example counts beside others."""
Choice = tuple[Sequence[frozenset[str]], Sequence[bool], float]
"""The features of those among whom one is chosen, who of them is right, and what the choice counts beside others."""
Floats = NDArray[np.float64]
STEPS = 400
SMALLEST = 0.005
"""Weights below this are left out."""


@dataclass(frozen=True, slots=True)
class _Matrix:
    """The 0/1 matrix of examples and features. Each example has few of the features: the products with it are sums over its ones, by example and by feature."""

    features: tuple[str, ...]
    columns: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int64]
    feature_starts: NDArray[np.int64]

    def sums(self, weights: Floats) -> Floats:
        """The sum of the weights of each example's features."""
        return np.asarray(np.add.reduceat(weights[self.columns], self.starts, axis=0))

    def by_feature(self, residuals: Floats) -> Floats:
        """The sum of the residuals of each feature's examples."""
        return np.asarray(np.add.reduceat(residuals[self.rows], self.feature_starts, axis=0))


def _matrix(examples: Sequence[frozenset[str]], rarest: int, without: tuple[str, ...]) -> _Matrix:
    """The features that at least `rarest` examples have, and the bias, which all have."""
    counts = Counter(f for features in examples for f in features)
    kept = sorted(f for f, n in counts.items() if n >= rarest and not (without and f.startswith(without)))
    index = {f: i for i, f in enumerate(["bias", *kept])}
    ones = [sorted({0, *(index[f] for f in features if f in index)}) for features in examples]
    columns = np.concatenate([np.array(c) for c in ones])
    lengths = np.array([len(c) for c in ones])
    by_feature = np.argsort(columns, kind="stable")
    return _Matrix(
        tuple(index),
        columns,
        np.concatenate([[0], np.cumsum(lengths)[:-1]]),
        np.repeat(np.arange(len(examples)), lengths)[by_feature],
        np.searchsorted(columns[by_feature], np.arange(len(index))),
    )


def _descend(matrix: _Matrix, width: int, residuals: Callable[[Floats], Floats], strength: float, steps: int) -> Floats:
    """The weights, a row a feature, that `residuals` of the examples' sums lead to."""
    w = np.zeros((len(matrix.features), width))
    first, second = np.zeros_like(w), np.zeros_like(w)
    shrink = np.full((len(matrix.features), 1), strength)
    shrink[0] = 0.01
    for step in range(1, steps + 1):
        gradient = matrix.by_feature(residuals(matrix.sums(w))) + shrink * w
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        rate = 0.05 * min(1.0, 2.0 * (1 - step / (steps + 1)))
        w -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return w


def _scorer(classes: Iterable[str], features: Sequence[str], w: Floats) -> Scorer:
    weights = {
        f: tuple(round(float(v), 4) for v in w[i])
        for i, f in enumerate(features)
        if np.abs(w[i]).max() >= SMALLEST or f == "bias"
    }
    return Scorer(tuple(classes), weights, {})


def fit(
    examples: Sequence[Example], strength: float, rarest: int, steps: int = STEPS, without: tuple[str, ...] = ()
) -> Scorer:
    """Return the softmax regression with quadratic penalty `strength` that fits `examples`; features rarer than `rarest`, or that begin as `without`, are left out."""
    matrix = _matrix([features for features, *_ in examples], rarest, without)
    classes = sorted({label for _, label, _ in examples})
    y = np.zeros((len(examples), len(classes)))
    y[np.arange(len(examples)), [classes.index(label) for _, label, _ in examples]] = 1.0
    counted = np.array([[weight] for *_, weight in examples])

    def residuals(logits: Floats) -> Floats:
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return np.asarray(counted * (p - y))

    return _scorer(classes, matrix.features, _descend(matrix, len(classes), residuals, strength, steps))


def fit_ranking(
    choices: Sequence[Choice], strength: float, rarest: int, steps: int = STEPS, without: tuple[str, ...] = ()
) -> Scorer:
    """Return the conditional logit (McFadden 1974) that fits `choices`: a scorer of one class, whose sums of weights rank those among whom one is chosen.

    Choices of which nobody or everybody is right teach nothing and are left out.
    """
    telling = [c for c in choices if any(c[1]) and not all(c[1])]
    if not telling:
        return Scorer(("rank",), {"bias": (0.0,)}, {})
    matrix = _matrix([features for rows, _, _ in telling for features in rows], rarest, without)
    sizes = [len(rows) for rows, _, _ in telling]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    group = np.repeat(np.arange(len(telling)), sizes)
    right = np.array([float(r) for _, rs, _ in telling for r in rs])
    counted = np.array([weight for *_, weight in telling])[group]

    def shares(powers: Any) -> Any:
        return powers / np.add.reduceat(powers, starts)[group]

    def residuals(sums: Floats) -> Floats:
        logits = sums[:, 0]
        powers = np.exp(logits - np.maximum.reduceat(logits, starts)[group])
        return np.asarray((counted * (shares(powers) - shares(np.maximum(powers, 1e-12) * right)))[:, None])

    return _scorer(("rank",), matrix.features, _descend(matrix, 1, residuals, strength, steps))
