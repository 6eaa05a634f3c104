"""Canonical names of respondents: without legal forms, with an id that all spellings of one name share."""

from __future__ import annotations

import hashlib

from pipeline.language.spelling import tokens_of, without_legal_form


def respondent_id(text: str) -> str:
    """Return the id of a respondent: a hash of its name's tokens, so that spellings that differ by case, accents or legal form share it."""
    key = " ".join(tokens_of(text)) or text
    return "r-" + hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def respondent_name(text: str) -> str:
    """Return the name without legal forms at its end, on one line."""
    return without_legal_form(" ".join(text.split()))
