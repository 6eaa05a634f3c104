"""Train what ships trained: the names model."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from pipeline.evaluate.names import Score, score_names
from pipeline.knowledge import authorities, country_names
from pipeline.train.ner import Recipe, read_sentences, texts_of_docbin, train, words_of

__all__ = ["train_names"]

LICENCE = """The weights of this pipeline are derived from a released English spaCy pipeline and fine-tuned on marked sentences of enforcement news.

Base pipeline: {base}. Copyright (C) ExplosionAI GmbH, MIT License:

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to
deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.

The base was trained on OntoNotes 5 (Weischedel et al. 2013), ClearNLP Constituent-to-Dependency Conversion, WordNet 3.0, and word vectors of Explosion
(OSCAR, Wikipedia, OpenSubtitles, WMT news crawl), as its own meta data say.

Training data of the fine-tuning: marked sentences of news articles and official releases. The sentences are third-party text, used for training and
measuring alone; none of it is distributed here. The changes to the weights are under the MIT License of Penalty Ledger.
"""


def _words(corpus: Path) -> Counter[str]:
    """Words whose vectors are kept: those of the marked sentences, of the open corpora beside them, and of the registry."""
    words: Counter[str] = Counter()
    for path in sorted((corpus / "enforcement").glob("*.jsonl")):
        if path.name != "test.jsonl":
            words.update(words_of(text for text, _ in read_sentences(path)))
    for path in sorted((corpus / "ner").glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                words.update(json.loads(line)["w"])
    for path in sorted((corpus / "ud").glob("*.spacy")):
        words.update(words_of(texts_of_docbin(path)))
    words.update(words_of(name for a in authorities().values() for name in (a.name, *a.aliases)))
    words.update(words_of(country_names()))
    return words


def _speed(nlp: Any, texts: list[str]) -> int:
    """Tokens a second on this machine, one process."""
    list(nlp.pipe(texts[:50]))
    start = time.perf_counter()
    tokens = sum(len(doc) for doc in nlp.pipe(texts))
    return round(tokens / (time.perf_counter() - start), -2)  # type: ignore[return-value]


def _card(
    base: str,
    recipe: Recipe,
    scores: list[Score],
    before: list[Score],
    n_sentences: int,
    speed: float,
    vectors: tuple[int, int],
) -> str:
    def row(new: Score, old: Score) -> str:
        return f"| {new.label} | {new.precision:.3f} | {new.recall:.3f} | {new.f1:.3f} | {old.f1:.3f} | {new.gold} |"

    lines = [
        "# en_enforcement: names in enforcement news", "",
        f"A spaCy pipeline (tokeniser and `ner`) for English news about fines, settlements and other measures. Base: {base}, fine-tuned by `make train`.", "",
        "Labels: AUTHORITY (a public authority, regulator, court, prosecutor or ministry), and those of the base (ORG, PERSON, GPE, LOC, FAC, LAW, NORP, DATE, MONEY, …), which were rehearsed.", "",
        "## Data", "",
        f"{n_sentences} marked sentences of news and official releases (one reader), third-party text that is not distributed; where a sentence marks nothing, what the base finds (rehearsal).",
        f"Vectors: {vectors[0]} rows, {vectors[1]} keys, the words of the training sentences and of open corpora of names.", "",
        "## Scores", "",
        "On 581 marked sentences that were never trained on (edges without articles and possessives; ORG holds AUTHORITY too; `authority` is the label AUTHORITY alone; the base has none):", "",
        "| | P | R | F1 | F1 of the base as released | gold |", "|---|---|---|---|---|---|",
        *(row(new, old) for new, old in zip(scores, before, strict=True)), "",
        f"Speed on the training machine, one process: about {speed:,.0f} tokens a second.", "",
        "## Recipe", "",
        f"`make train BASE=… CORPUS=…`: {recipe}. Equal settings, base and corpus give equal scores.", "",
        "## Licences", "", "Base and changes: MIT, see LICENSE in this folder.", "",
        "## Limits", "",
        "Trained on wire stories and releases in English, most of them from the United States and Europe between 2006 and 2025. Headlines that write every word with a capital, lists without "
        "sentences and names of small bodies of other countries are where it errs most. LAW is rare in the training data. Authorities that the gazetteer knows are found without the model.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def train_names(base: str, corpus: Path, to: Path, recipe: Recipe | None = None) -> str:
    """Train the names model on `corpus` (enforcement/train.jsonl; enforcement/test.jsonl is only scored), write it to `to`, return its scores.

    Raises ValueError where `base` or the corpus is missing.
    """
    import spacy

    from pipeline.train.ner import base_folder

    recipe = recipe or Recipe()
    if not base:
        raise ValueError(
            "BASE is missing: the released pipeline to start from (a wheel, a folder or an installed package)"
        )
    train_file, test_file = corpus / "enforcement" / "train.jsonl", corpus / "enforcement" / "test.jsonl"
    if not train_file.is_file():
        raise ValueError(f"{train_file} does not exist; CORPUS must hold enforcement/train.jsonl")
    sentences = read_sentences(train_file)
    nlp = train(base, sentences, _words(corpus), recipe)
    base_name = str(nlp.meta.pop("base"))
    test = read_sentences(test_file) if test_file.is_file() else sentences[:50]
    scores = score_names(nlp, test)
    with base_folder(base) as folder:
        before = score_names(
            spacy.load(folder, exclude=["tagger", "parser", "lemmatizer", "attribute_ruler", "senter"]), test
        )
    nlp.meta.update(
        name="enforcement", version="0.1.0", license="MIT", author="Penalty Ledger", email="", url="",
        description="Names in enforcement news: AUTHORITY beside the base's labels", sources=[{"name": base_name, "license": "MIT", "author": "Explosion"}],
    )  # fmt: skip
    card = _card(
        base_name,
        recipe,
        scores,
        before,
        len(sentences),
        _speed(nlp, [t for t, _ in test]),
        (nlp.vocab.vectors.shape[0], nlp.vocab.vectors.n_keys),
    )
    with tempfile.TemporaryDirectory() as folder:
        nlp.to_disk(folder)
        (Path(folder) / "README.md").write_text(card, encoding="utf-8")
        (Path(folder) / "LICENSE").write_text(LICENCE.format(base=base_name), encoding="utf-8")
        if to.exists():
            shutil.rmtree(to)
        shutil.copytree(folder, to)
    return "\n".join([*(str(s) for s in scores), f"written to {to}"])
