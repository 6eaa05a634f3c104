"""How fast the names model is, as a ratio to the released base's `ner` alone, measured turn by turn in one run on the same texts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

import spacy

from pipeline.train.ner import base_folder

ROUNDS = 7
NOT_NER = ("tagger", "parser", "lemmatizer", "attribute_ruler", "senter")


def _seconds(nlp: Any, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    for _ in nlp.pipe(texts):
        pass
    return time.perf_counter() - start


def names_speed(base: str, model: str, texts: Sequence[str], rounds: int = ROUNDS) -> tuple[float, list[float]]:
    """Return the median ratio of the base's time to the model's (above 1: the model is faster), and the ratio of each round.

    `base` is a wheel, a folder or a package, `model` a folder. Raises ValueError for a base that holds no pipeline.
    """
    with base_folder(base) as folder:
        released = spacy.load(folder, exclude=list(NOT_NER))
    ours = spacy.load(model)
    for nlp in (released, ours):  # the first pass fills caches
        _seconds(nlp, texts[:20])
    ratios = []
    for turn in range(rounds):
        first, second = (released, ours) if turn % 2 else (ours, released)
        a, b = _seconds(first, texts), _seconds(second, texts)
        ratios.append(a / b if first is released else b / a)
    return statistics.median(ratios), ratios
