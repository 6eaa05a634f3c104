"""Recipe of `models/en_enforcement`: fine-tune the `ner` of a released English spaCy pipeline on marked enforcement news.

The base's own labels are rehearsed: wherever the marked sentence says nothing, the spans that the base itself finds
(DATE, MONEY, PERCENT, NORP, …) stay in the training data, so that nothing is forgotten (pseudo-rehearsal, Robins 1995).
A marked authority gets the label AUTHORITY, so that the model tells a regulator from a firm by its context.
Of the base's word vectors only those of words met in the corpora are kept, with their case variants.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.util import filter_spans, fix_random_seed, minibatch
from spacy.vectors import Vectors
from thinc.api import Adam

from pipeline.marked import Mark, parse_marked

PLACE_LABELS = ("GPE", "LOC", "FAC")
_WORD = re.compile(r"[^\W\d_]+(?:['’.&-][^\W\d_]+)*\.?|\d+")


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of one training; two runs with equal settings give equal weights."""

    epochs: int = 15
    learn_rate: float = 5e-4
    batch_size: int = 16
    dropout: float = 0.3
    seed: int = 7
    vector_rows: int = 16_000
    vector_keys: int = 200_000


@contextmanager
def base_folder(base: str) -> Iterator[Path | str]:
    """Yield what `spacy.load` can read for `base`: a wheel's unpacked pipeline folder, or `base` itself (a folder or a package)."""
    if not base.endswith(".whl"):
        yield base
        return
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(base) as wheel:
            wheel.extractall(folder)
        configs = sorted(Path(folder).rglob("config.cfg"))
        if not configs:
            raise ValueError(f"{base}: holds no spaCy pipeline (no config.cfg)")
        yield configs[0].parent


def read_sentences(path: Path) -> list[tuple[str, tuple[Mark, ...]]]:
    """Return the marked sentences of a JSONL file of {"id", "marked"}, in file order."""
    with path.open(encoding="utf-8") as lines:
        return [parse_marked(json.loads(line)["marked"]) for line in lines]


def words_of(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word of the texts occurs."""
    return Counter(word for text in texts for word in _WORD.findall(text))


def prune(nlp: Any, words: Counter[str], rows: int, keys: int) -> Any:
    """Return a pipeline with the `ner` of `nlp` and the vectors of the commonest `words` only; without vectors just the `ner`."""
    slim = spacy.blank("en")
    old = nlp.vocab.vectors
    if old.shape[0]:
        chosen: dict[str, int] = {}
        seen_rows: set[int] = set()
        for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0])):
            for form in dict.fromkeys((word, word.lower(), word.title(), word.upper())):
                row = old.key2row.get(nlp.vocab.strings[form], -1) if form in nlp.vocab.strings else -1
                if row < 0 or form in chosen or len(chosen) >= keys:
                    continue
                if row not in seen_rows:
                    if len(seen_rows) >= rows:
                        continue
                    seen_rows.add(row)
                chosen[form] = row
        order = {row: i for i, row in enumerate(sorted(seen_rows))}
        vectors = Vectors(strings=slim.vocab.strings, data=old.data[sorted(seen_rows)].copy(), name=old.name)
        for form, row in chosen.items():
            vectors.add(form, row=order[row])
        slim.vocab.vectors = vectors
    config = nlp.config["components"]["ner"]
    slim.add_pipe(
        "ner", config={k: v for k, v in config.items() if k in {"model", "moves", "update_with_oracle_cut_size"}}
    )
    ner = slim.get_pipe("ner")
    with tempfile.TemporaryDirectory() as folder:
        nlp.get_pipe("ner").to_disk(folder, exclude=["vocab"])
        ner.from_disk(folder, exclude=["vocab"])
    return slim


def examples(nlp: Any, sentences: list[tuple[str, tuple[Mark, ...]]]) -> list[Example]:
    """Return training examples: marked names first, then whatever else the base finds beside them."""
    out = []
    for (text, marks), guess in zip(sentences, nlp.pipe([text for text, _ in sentences]), strict=True):
        reference = nlp.make_doc(text)
        guessed = {(span.start_char, span.end_char): span.label_ for span in guess.ents}
        places = [span for span in guess.ents if span.label_ in PLACE_LABELS]
        spans = []
        for mark in marks:
            label = mark.label
            if label == "LOC":
                inside = [s.label_ for s in places if s.start_char < mark.end and mark.start < s.end_char]
                label = guessed.get((mark.start, mark.end), inside[0] if inside else "GPE")
                label = label if label in PLACE_LABELS else "GPE"
            elif mark.role == "authority":
                label = "AUTHORITY"
            span = reference.char_span(mark.start, mark.end, label=label, alignment_mode="expand")
            if span is not None:
                spans.append(span)
        named = filter_spans(spans)
        taken = {i for span in named for i in range(span.start, span.end)}
        marked_labels = {"ORG", "PERSON", "LAW", "AUTHORITY", *PLACE_LABELS}
        kept = [
            span
            for span in guess.ents
            if span.label_ not in marked_labels and not any(i in taken for i in range(span.start, span.end))
        ]
        reference.ents = tuple(named) + tuple(
            reference.char_span(s.start_char, s.end_char, label=s.label_) for s in kept
        )
        out.append(Example(nlp.make_doc(text), reference))
    return out


def train(base: str, sentences: list[tuple[str, tuple[Mark, ...]]], words: Counter[str], recipe: Recipe) -> Any:
    """Return the fine-tuned pipeline (tokeniser and `ner`)."""
    fix_random_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    with base_folder(base) as folder:
        released = spacy.load(
            folder, exclude=["tagger", "parser", "lemmatizer", "attribute_ruler", "senter", "tok2vec"]
        )
        base_name = f"{released.meta['lang']}_{released.meta['name']} {released.meta['version']}"
        nlp = prune(released, words, recipe.vector_rows, recipe.vector_keys)
    data = examples(nlp, sentences)
    nlp.get_pipe("ner").add_label("AUTHORITY")
    optimizer = nlp.resume_training(sgd=Adam(recipe.learn_rate, L2=0.01, grad_clip=1.0, use_averages=True))
    for _ in range(recipe.epochs):
        rng.shuffle(data)
        losses: dict[str, float] = {}
        for batch in minibatch(data, recipe.batch_size):
            nlp.update(batch, sgd=optimizer, drop=recipe.dropout, losses=losses)
    # The running average of the weights generalises better than the last step's (Polyak and Juditsky 1992).
    ner = nlp.get_pipe("ner")
    with nlp.use_params(optimizer.averages):
        averaged = ner.to_bytes(exclude=["vocab"])
    ner.from_bytes(averaged, exclude=["vocab"])
    nlp.meta["base"] = base_name
    return nlp


def texts_of_docbin(path: Path) -> Iterator[str]:
    """Yield the texts of a spaCy DocBin file."""
    blank = spacy.blank("en")
    doc: Doc
    for doc in DocBin().from_disk(path).get_docs(blank.vocab):
        yield doc.text
