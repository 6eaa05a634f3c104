"""Respondents over all articles: one id and canonical name for the spellings that decisions show to be one, their type and country."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import pyarrow as pa

from pipeline.knowledge import read_toml, strings
from pipeline.language.disjoint import Disjoint
from pipeline.language.spelling import LEGAL_FORMS, tokens_of, without_legal_form
from pipeline.normalise.keys import Key, Tokens
from pipeline.normalise.merging import alike

PARTY_WORDS = "registry/party_words.toml"


def respondent_id(text: str) -> str:
    """Return the id of a respondent: a hash of its name's tokens, so that spellings that differ by case, accents or legal form share it."""
    return id_of(tokens_of(text) or (text,))


def id_of(tokens: Tokens) -> str:
    """Return the id of a respondent whose name has these tokens."""
    return "r-" + hashlib.blake2b(" ".join(tokens).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def respondent_name(text: str) -> str:
    """Return the name without legal forms at its end, on one line."""
    return without_legal_form(" ".join(text.split()))


def spellings(clusters: Iterable[Sequence[Key]]) -> Mapping[Tokens, Tokens]:
    """Return, for each name that is another spelling of one, that one's tokens (the fullest of its spellings).

    Only what decisions show counts: two rows of one decision that name one respondent each, or names that begin alike. A short form that stands for two
    different names ("Thackrey" of a firm and of a person) stays by itself.
    """
    linked: dict[Tokens, set[Tokens]] = defaultdict(set)
    for members in clusters:
        sides = {k.respondents for k in members if k.respondents}
        names = sorted({n for side in sides for n in side if n})
        lone = all(len(side) == 1 for side in sides)
        for i, a in enumerate(names):
            for b in names[i + 1 :]:
                if (lone and alike(a, b)) or alike(a, b) >= 2:
                    linked[a].add(b)
                    linked[b].add(a)
    open_ = {n for n, others in linked.items() if any(not alike(x, y) for x in others for y in others if x is not y)}
    one: Disjoint[Tokens] = Disjoint()
    for a in sorted(linked):
        for b in sorted(linked[a]):
            if a in open_ or b in open_:
                continue
            x, y = one.find(a), one.find(b)
            if x != y:
                full, short = sorted((x, y), key=lambda n: (-len(n), -len("".join(n)), n))
                one.put(short, under=full)
    return {n: one.find(n) for n in sorted(linked) if one.find(n) != n}


@cache
def _words(kind: str) -> re.Pattern[str]:
    words = sorted(strings(PARTY_WORDS, read_toml(PARTY_WORDS), kind), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(re.escape(w) for w in words)})(?![\w-])", re.I)


def _form(name: str) -> str:
    """The legal form at a name's end, as written; empty where there is none."""
    return name[len(without_legal_form(name)) :].strip(" ,")


def type_of(name: str, label: str) -> str:
    """Return what a respondent is: `individual` by the model's label, else by its legal form and words `company`, `public_body` or `non_profit`."""
    if label == "PERSON":
        return "individual"
    if label == "AUTHORITY":
        return "public_body"
    form = _form(name)
    if form and not _words("non_profit").search(form):
        return "company"
    return next((kind for kind in ("public_body", "non_profit") if _words(kind).search(name)), "company")


@cache
def _form_countries() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Countries of each legal form, as written and without case and full stops."""
    content: Mapping[str, list[str]] = read_toml(LEGAL_FORMS)["countries"]
    loose: dict[str, frozenset[str]] = defaultdict(frozenset)
    for form, countries in content.items():
        loose[form.lower().replace(".", "")] |= frozenset(countries)
    return {form: frozenset(c) for form, c in content.items()}, loose


def country_of(name: str) -> str | None:
    """Return the country that a name's legal form alone tells ("Kestrel Sp. z o.o." is Polish); null where several countries have that form."""
    form = _form(name).removesuffix(".")
    written, loose = _form_countries()
    countries = written.get(form) or loose.get(form.lower().replace(".", ""), frozenset())
    return next(iter(countries)) if len(countries) == 1 else None


def canonical(table: pa.Table, spelled: Mapping[Tokens, Tokens]) -> pa.Table:
    """Return the rows with the id, name and label that all spellings of one respondent share.

    A name is the fullest of its spellings, of equally full ones the commonest; a label is that of most rows; a single word is no individual's name, whatever the model says of it.
    """
    renamed = {id_of(a): id_of(b) for a, b in spelled.items()}
    told: dict[str, Counter[str]] = defaultdict(Counter)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    columns = ("respondent_ids", "respondent_names", "respondent_labels")

    def parties(batch: pa.RecordBatch) -> list[list[str]]:
        return [[renamed.get(i, i) for i in row] for row in batch["respondent_ids"].to_pylist()]

    batches = table.select(columns).to_batches(max_chunksize=20_000)
    for batch in batches:
        for ids, names, labels in zip(
            parties(batch), batch["respondent_names"].to_pylist(), batch["respondent_labels"].to_pylist(), strict=True
        ):
            for i, name, label in zip(ids, names, labels, strict=True):
                told[i][name] += 1
                votes[i][label] += 1
    name_of = {i: max(c, key=lambda n: (len(n.split()), c[n], n)) for i, c in told.items()}
    label_of = {i: max(sorted(c), key=lambda v: c[v]) for i, c in votes.items()}
    label_of = {i: "ORG" if label == "PERSON" and " " not in name_of[i] else label for i, label in label_of.items()}
    kind = pa.list_(pa.string())
    made: dict[str, list[pa.Array]] = {c: [] for c in columns}
    for batch in batches:
        ids_of = parties(batch)
        for column, values in zip(
            columns,
            (ids_of, [[name_of[i] for i in row] for row in ids_of], [[label_of[i] for i in row] for row in ids_of]),
            strict=True,
        ):
            made[column].append(pa.array(values, kind))
    for column in columns:
        table = table.set_column(table.column_names.index(column), column, pa.chunked_array(made[column], kind))
    return table
