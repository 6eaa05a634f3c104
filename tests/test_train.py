"""A smoke training of seconds on a toy pipeline: it runs, keeps the base's labels, learns AUTHORITY, and repeats itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy

from pipeline.evaluate.names import score_names
from pipeline.marked import Mark, parse_marked, write_marked
from pipeline.train import train_names
from pipeline.train.ner import Recipe, read_sentences

MARKED = [
    "The [Data Board](ORG=authority) fined [Mapwise](ORG=respondent) in [Norland](LOC).",
    "[Kestrel Bank](ORG=respondent) was fined by the [Data Board](ORG=authority).",
    "[Ada Marlow](PERSON) of [Mapwise](ORG) spoke in [Norland](LOC).",
    "The [Bank Office](ORG=authority) warned [Ada Marlow](PERSON=respondent).",
]


@pytest.fixture
def toy(tmp_path: Path) -> tuple[Path, Path]:
    """A base pipeline with an untrained `ner`, and a corpus."""
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    for label in ("ORG", "PERSON", "GPE", "LAW", "DATE"):
        ner.add_label(label)
    nlp.initialize()
    nlp.to_disk(tmp_path / "base")
    folder = tmp_path / "corpus" / "enforcement"
    folder.mkdir(parents=True)
    for name in ("train", "test"):
        (folder / f"{name}.jsonl").write_text(
            "".join(json.dumps({"id": str(i), "marked": m}) + "\n" for i, m in enumerate(MARKED)), encoding="utf-8"
        )
    return tmp_path / "base", tmp_path / "corpus"


def test_training_learns_and_repeats_itself(toy: tuple[Path, Path], tmp_path: Path) -> None:
    base, corpus = toy
    recipe = Recipe(epochs=25, learn_rate=0.01, dropout=0.0)
    outputs = [train_names(str(base), corpus, tmp_path / f"out{i}", recipe).replace(f"out{i}", "") for i in range(2)]
    assert outputs[0] == outputs[1]
    nlp = spacy.load(tmp_path / "out0")
    scores = {s.label: s.f1 for s in score_names(nlp, read_sentences(corpus / "enforcement" / "train.jsonl"))}
    assert scores["ORG"] > 0.9
    assert scores["authority"] > 0.9
    assert "DATE" in nlp.get_pipe("ner").labels
    assert (tmp_path / "out0" / "LICENSE").is_file()
    assert "## Limits" in (tmp_path / "out0" / "README.md").read_text(encoding="utf-8")


def test_a_missing_base_or_corpus_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="BASE"):
        train_names("", tmp_path, tmp_path / "out")
    with pytest.raises(ValueError, match="CORPUS"):
        train_names("x", tmp_path, tmp_path / "out")


@pytest.mark.parametrize("marked", [*MARKED, "No marks, [brackets] and (x).", "A [GDPR](LAW: GDPR:5(1)(f)) breach."])
def test_marks_are_read_and_written(marked: str) -> None:
    text, marks = parse_marked(marked)
    assert write_marked(text, marks) == marked


def test_overlapping_marks_are_an_error() -> None:
    with pytest.raises(ValueError, match="overlap"):
        write_marked("abcdef", [Mark(0, 3, "ORG"), Mark(2, 4, "ORG")])


def test_the_shipped_model_scores_what_its_card_says(shared: Path) -> None:
    from pipeline.knowledge import models_dir

    folder = models_dir() / "en_enforcement"
    scores = {
        s.label: s
        for s in score_names(spacy.load(folder), read_sentences(shared / "corpora" / "enforcement" / "test.jsonl"))
    }
    card = (folder / "README.md").read_text(encoding="utf-8")
    for label, least in {"ORG": 0.86, "PERSON": 0.87, "LOC": 0.85}.items():
        assert scores[label].f1 >= least
        assert (
            f"| {label} | {scores[label].precision:.3f} | {scores[label].recall:.3f} | {scores[label].f1:.3f} |" in card
        )
    assert sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) < 40e6
    assert max(p.stat().st_size for p in folder.rglob("*") if p.is_file()) < 20e6
