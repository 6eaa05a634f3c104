"""Every example and counterexample under `models/` says exactly what the code does."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from pipeline import knowledge
from pipeline.extract.sums import read_background, read_kind, read_outcome, read_sum
from pipeline.ingest.columns import choose_columns
from pipeline.ingest.screen import passes_screen
from pipeline.knowledge import KnowledgeError, authorities, currencies, models_dir, rules
from pipeline.language.cues import find_cues
from pipeline.language.dates import find_dates
from pipeline.language.laws import find_laws
from pipeline.language.money import Money, find_money
from pipeline.language.sentences import split_sentences
from pipeline.language.spelling import without_legal_form
from pipeline.marked import parse_marked
from pipeline.ner.descriptions import find_descriptions, find_local
from pipeline.ner.gazetteer import find_authorities
from pipeline.records import Span
from pipeline.schema import VIOLATIONS

CUE_FILES = (
    "acts",
    "appeals",
    "case_numbers",
    "heads",
    "bystanders",
    "measures",
    "penalties",
    "per",
    "prior",
    "private",
    "qualifiers",
    "roles",
    "settled",
    "standing",
    "violations",
)


def toml(name: str) -> dict:
    return tomllib.loads((models_dir() / name).read_text(encoding="utf-8"))


def examples_of(name: str) -> list[tuple[str, str]]:
    return [(rule.rule_id, text) for rule in rules(name) for text in (*rule.examples, *rule.counterexamples)]


@pytest.mark.parametrize(
    ("rule_id", "marked"),
    [pytest.param(*e, id=f"{e[0]}-{i}") for name in CUE_FILES for i, e in enumerate(examples_of(name))],
)
def test_cues(rule_id: str, marked: str) -> None:
    text, marks = parse_marked(marked)
    found = find_cues(rule_id.split(".")[0], text)
    assert [(text[c.start : c.end], c.value) for c in found] == [(text[m.start : m.end], m.value) for m in marks]


@pytest.mark.parametrize(
    ("rule_id", "line"), [pytest.param(*e, id=f"{e[0]}-{i}") for i, e in enumerate(examples_of("furniture"))]
)
def test_furniture(rule_id: str, line: str) -> None:
    text, marks = parse_marked(line)
    rule = next((r for r in rules("furniture") if r.pattern.fullmatch(text)), None)
    assert ([rule.value] if rule else []) == [m.value for m in marks]


@pytest.mark.parametrize(
    ("rule_id", "marked"), [pytest.param(*e, id=f"{e[0]}-{i}") for i, e in enumerate(examples_of("sums"))]
)
def test_sums(rule_id: str, marked: str) -> None:
    text, marks = parse_marked(marked)
    sums = find_money(text)
    given = [(text[m.start : m.end], read_sum(text, sums, i).value) for i, m in enumerate(sums)]
    assert given == [(text[m.start : m.end], m.value) for m in marks]


@pytest.mark.parametrize(
    ("rule_id", "marked"), [pytest.param(*e, id=f"{e[0]}-{i}") for i, e in enumerate(examples_of("kinds"))]
)
def test_kinds(rule_id: str, marked: str) -> None:
    text, marks = parse_marked(marked)
    sums = find_money(text)
    assert [(text[m.start : m.end], read_kind(text, sums, i)) for i, m in enumerate(sums)] == [
        (text[m.start : m.end], m.value) for m in marks
    ]


@pytest.mark.parametrize(
    ("rule_id", "marked"), [pytest.param(*e, id=f"{e[0]}-{i}") for i, e in enumerate(examples_of("outcomes"))]
)
def test_outcomes(rule_id: str, marked: str) -> None:
    text, marks = parse_marked(marked)
    sums = find_money(text)
    found = [(m, read_outcome(text, sums, i)) for i, m in enumerate(sums)]
    told = [(text[m.start : m.end], c.value) for m, c in found if c]
    assert told == [(text[m.start : m.end], m.value) for m in marks if m.value]
    assert [c.rule_id for _, c in found if c] == [rule_id for m in marks if m.value]


@pytest.mark.parametrize(
    ("rule_id", "marked"), [pytest.param(*e, id=f"{e[0]}-{i}") for i, e in enumerate(examples_of("backgrounds"))]
)
def test_backgrounds(rule_id: str, marked: str) -> None:
    text, marks = parse_marked(marked)
    sums = find_money(text)
    assert [(text[m.start : m.end], read_background(text, sums, i)) for i, m in enumerate(sums)] == [
        (text[m.start : m.end], m.value) for m in marks
    ]


def test_the_words_that_decide_end_before_the_sum() -> None:
    text = "The court annulled a €4m fine. The board then fined Orbeo €12m on Monday."
    sums = find_money(text)
    outcome, reading = read_outcome(text[:30], sums[:1], 0), read_sum(text, sums, 1)
    assert outcome is not None
    assert text[outcome.start : outcome.end] == "annulled a"
    assert text[reading.cue_start : reading.cue_end] == "fined Orbeo"


def written(money: Money) -> str:
    code = money.currencies[0] if len(money.currencies) == 1 else money.sign
    amount = f"{money.amount}" if money.amount_max is None else f"{money.amount}..{money.amount_max}"
    return " ".join(
        [
            code,
            amount,
            *([money.qualifier] if money.qualifier != "exact" else []),
            *([money.per] if money.per else []),
            *(["conversion"] if money.conversion else []),
        ]
    )


MONEY_EXAMPLES = [e["text"] for key in ("example", "counterexample") for e in toml("rules/money.toml")[key]]


@pytest.mark.parametrize("marked", [*MONEY_EXAMPLES, *(e for c in currencies().values() for e in c.examples)])
def test_money(marked: str) -> None:
    text, marks = parse_marked(marked)
    assert [(text[m.start : m.end], written(m)) for m in find_money(text)] == [
        (text[m.start : m.end], m.value) for m in marks
    ]


@pytest.mark.parametrize(
    "marked", [e["text"] for key in ("example", "counterexample") for e in toml("rules/dates.toml")[key]]
)
def test_dates(marked: str) -> None:
    text, marks = parse_marked(marked)
    found = find_dates(text, date(2024, 9, 4))
    assert [(text[m.start : m.end], f"{m.value} {m.precision}") for m in found] == [
        (text[m.start : m.end], m.value) for m in marks
    ]


@pytest.mark.parametrize("marked", [e for law in toml("rules/laws.toml")["law"] for e in law["examples"]])
def test_laws(marked: str) -> None:
    text, marks = parse_marked(marked)
    assert [(text[m.start : m.end], m.value) for m in find_laws(text)] == [
        (text[m.start : m.end], m.value) for m in marks
    ]


@pytest.mark.parametrize("example", toml("rules/abbreviations.toml")["examples"], ids=lambda e: e["text"][:30])
def test_sentences(example: dict) -> None:
    assert [example["text"][s.start : s.end] for s in split_sentences(example["text"])] == example["sentences"]


@pytest.mark.parametrize("example", toml("rules/screen.toml")["example"], ids=lambda e: e["text"][:30])
def test_screen(example: dict) -> None:
    assert passes_screen(example["text"]) is example["passes"]


@pytest.mark.parametrize("example", toml("rules/columns.toml")["example"], ids=lambda e: e["columns"][0])
def test_columns(example: dict) -> None:
    assert choose_columns(dict.fromkeys(example["columns"], "x")) == example["mapping"]


@pytest.mark.parametrize("example", toml("registry/legal_forms.toml")["example"], ids=lambda e: e["text"])
def test_legal_forms(example: dict) -> None:
    assert without_legal_form(example["text"]) == example["name"]


@pytest.mark.parametrize(
    "marked", [e["text"] for key in ("example", "counterexample") for e in toml("rules/descriptions.toml")[key]]
)
def test_descriptions(marked: str) -> None:
    text, marks = parse_marked(marked)
    found = find_descriptions(text, (Span(0, len(text)),))
    assert [text[m.start : m.end] for m in found] == [text[m.start : m.end] for m in marks]
    for mention, mark in zip(found, marks, strict=True):
        country, _, kind = (mark.value or "").partition(" ")
        place = f"{country.lower()}-"  # a country or one of its states
        expected = {i for i, a in authorities().items() if kind and i.startswith(place) and a.kind == kind}
        assert set(mention.registry_ids) == expected


@pytest.mark.parametrize(
    "marked",
    [e["text"] for key in ("local_example", "local_counterexample") for e in toml("rules/descriptions.toml")[key]],
)
def test_courts_and_prosecutors_by_place(marked: str) -> None:
    text, marks = parse_marked(marked)
    found = find_local(text, (Span(0, len(text)),))
    assert [text[m.start : m.end] for m in found] == [text[m.start : m.end] for m in marks]


def test_authorities() -> None:
    wrong = []
    for authority in authorities().values():
        for marked in (*authority.examples, *authority.counterexamples):
            text, marks = parse_marked(marked)
            found = [
                m for m in find_authorities(text, (Span(0, len(text)),)) if authority.authority_id in m.registry_ids
            ]
            if [(m.start, m.end) for m in found] != [(m.start, m.end) for m in marks]:
                wrong.append(f"{authority.authority_id}: {marked!r} gives {[m.text for m in found]}")
    assert wrong == []


def test_registry_is_large_and_varied() -> None:
    countries = {a.country for a in authorities().values()}
    assert len(authorities()) >= 150
    assert len(countries) >= 40


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("label = 'X'\n[[rule]]\nid = 'a'\nvalue = 'v'\npattern = '('\nexamples = ['[x](X: v)']", "bad pattern"),
        ("label = 'X'\n[[rule]]\nid = 'a'\nvalue = 'v'\npattern = 'x'", "has no example"),
        (
            "label = 'X'\nvalues = ['w']\n[[rule]]\nid = 'a'\nvalue = 'v'\npattern = 'x'\nexamples = ['y']",
            "not in the file's",
        ),
        ("label = 'X'\n[[rule]]\nid = 'a'\nvalue = 'v'\npattren = 'x'\nexamples = ['y']", "unknown key"),
        ("label = ", "Invalid value"),
    ],
)
def test_a_bad_rule_file_says_where(content: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bad.toml").write_text(content, encoding="utf-8")
    monkeypatch.setattr(knowledge, "models_dir", lambda: tmp_path)
    knowledge.read_toml.cache_clear()
    try:
        with pytest.raises(KnowledgeError, match=r"bad\.toml") as error:
            rules("bad")
        assert reason in str(error.value)
    finally:
        knowledge.read_toml.cache_clear()


def test_violations_of_the_rules_are_those_of_the_schema() -> None:
    assert set(toml("rules/violations.toml")["values"]) == set(VIOLATIONS)


def alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern that stand in no bracket."""
    depth, pieces = 0, [""]
    for part in re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", pattern):
        depth += (part == "(") - (part == ")")
        if part == "|" and not depth:
            pieces.append("")
        else:
            pieces[-1] += part
    return pieces


@pytest.mark.parametrize("file", sorted((models_dir() / "rules").glob("*.toml")), ids=lambda f: f.stem)
def test_no_alternative_ends_in_a_blank(file: Path) -> None:
    """A rule matches whole words: what ends in a blank never does."""
    patterns = [r["pattern"] for r in tomllib.loads(file.read_text(encoding="utf-8")).get("rule", []) if "pattern" in r]
    assert [a for p in patterns for a in alternatives(p) if a.endswith(" ")] == []
