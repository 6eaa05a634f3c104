"""The language of an article, by py3langid; only English is read."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

CERTAIN = 0.9
SHORT = 120
"""Characters below which the identifier is not trusted against what the dump says."""


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str, given: str | None) -> str:
    """Return the ISO 639-1 code of the language of `text`; `given` is what the dump says, taken where the text is too short to tell."""
    sample = text[:4000]
    language, probability = _identifier().classify(sample)
    if language == "en" or float(probability) < CERTAIN or len(sample) < SHORT:
        return given if given and len(sample) < SHORT else "en"
    return str(language)
