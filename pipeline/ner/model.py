"""The spaCy pipeline: loaded by name or path, its labels mapped at this border."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import spacy

from pipeline.knowledge import models_dir
from pipeline.records import Mention, Span

LABELS = {
    "AUTHORITY": "AUTHORITY", "ORG": "ORG", "PERSON": "PERSON", "PER": "PERSON", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "LAW": "LAW",
}  # fmt: skip
"""The project's label of each label of a pipeline; others (DATE, MONEY, …) are not used: rules find those."""

Names = Callable[[str, tuple[Span, ...]], tuple[Mention, ...]]
"""Finds the names of a text in the given sentences."""


class ModelError(ValueError):
    """The spaCy pipeline of the settings cannot be loaded."""


def _path(model: str) -> str:
    shipped = models_dir() / model
    return str(shipped) if (shipped / "config.cfg").exists() else model


@cache
def _load(model: str) -> Any:
    try:
        return spacy.load(_path(model), exclude=["tagger", "parser", "lemmatizer", "attribute_ruler", "senter"])
    except (OSError, ValueError) as error:
        raise ModelError(f"the spaCy pipeline {model!r} cannot be loaded: {error}") from error


def identity(model: str) -> str:
    """Return name, version and weights' hash of the pipeline, for `run.json` and for deciding what is redone."""
    nlp = _load(model)
    digest = hashlib.blake2b(digest_size=8)
    folder = Path(nlp.path) if getattr(nlp, "path", None) else None
    for file in sorted(folder.rglob("*")) if folder else []:
        if file.is_file() and file.suffix != ".md":
            digest.update(file.read_bytes())
    return f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']} {digest.hexdigest()}"


_BEHIND = re.compile(
    r"(?<=\w)(?: (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day| [A-Z]{2,5}\.[A-Z]{1,2}|(?<=(?: Inc| plc| Plc| PLC|Corp| Ltd)) [A-Z]{3,5})$"
)
"""What the model takes along behind a firm's name: the day, the ticker."""


def strip_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out what the model takes along: articles, possessives, quotes and white space at the edges."""
    surface = text[start:end]
    for lead in ("the ", "The ", "THE ", "a ", "an ", "A ", "An ", "“", '"', "‘", "'", "("):
        if surface.startswith(lead):
            start += len(lead)
            surface = text[start:end]
    for tail in ("'s", "’s", "'", "’", "”", '"', ",", ";", ":"):
        if surface.endswith(tail) and len(surface) > len(tail) + 1:
            end -= len(tail)
            surface = text[start:end]
    behind = _BEHIND.search(surface)
    if behind is not None:
        end = start + behind.start()
        surface = text[start:end]
    left = len(surface) - len(surface.lstrip())
    return start + left, end - (len(surface) - len(surface.rstrip()) if surface.strip() else 0)


def load_names(model: str) -> Names:
    """Return the function that finds names with the pipeline `model`."""
    nlp = _load(model)

    def names(text: str, sentences: tuple[Span, ...]) -> tuple[Mention, ...]:
        out = []
        pieces = [text[s.start : s.end] for s in sentences]
        for sentence, doc in zip(sentences, nlp.pipe(pieces, batch_size=64), strict=True):
            for span in doc.ents:
                label = LABELS.get(span.label_)
                start, end = strip_edges(text, sentence.start + span.start_char, sentence.start + span.end_char)
                if label and (end - start > 1 or (label == "ORG" and text[start:end] == "X")):
                    out.append(Mention(start, end, label, text[start:end], (), f"ner.{span.label_}"))
        return tuple(out)

    return names
