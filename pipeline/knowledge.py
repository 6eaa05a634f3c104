"""What the project knows about the world: the files under `models/`, read into typed rules and checked.

A file that cannot be used raises `KnowledgeError` with its name, the rule's id and the reason. Nothing else in `pipeline/` builds a path to
`models/`. Regular expressions are compiled once a process.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


class KnowledgeError(ValueError):
    """A file under `models/` is wrong; the message names file, id and reason."""

    def __init__(self, file: str, rule_id: str, reason: str) -> None:
        super().__init__(f"{file}: {rule_id}: {reason}")
        self.file, self.rule_id, self.reason = file, rule_id, reason


@dataclass(frozen=True, slots=True)
class Rule:
    """A cue: a pattern, what it stands for, and marked examples that prove it.

    `label` is the file's label, `value` one of its vocabulary. `pseudo` rules only block: what they match is taken for no cue of this file
    (as the pseudo-triggers of NegEx, Chapman et al. 2001, block a negation). What a `certain` rule says holds whatever a scorer finds.
    """

    rule_id: str
    label: str
    value: str
    pattern: re.Pattern[str]
    pseudo: bool
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    certain: bool = False


@cache
def models_dir() -> Path:
    """Return the folder of rules, registry and model: package data in a wheel, `models/` in a clone."""
    here = Path(__file__).resolve().parent
    for folder in (here / "_models", here.parent / "models"):
        if (folder / "rules").is_dir():
            return folder
    raise KnowledgeError("models/", "-", f"not found beside {here}")


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Return the content of `models/<name>`."""
    path = models_dir() / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(name, "-", str(error)) from error


@cache
def toml_names(folder: str) -> tuple[str, ...]:
    """Return the names of the TOML files of a folder of `models/`, sorted."""
    return tuple(f"{folder}/{path.name}" for path in sorted((models_dir() / folder).glob("*.toml")))


def required(file: str, record: Mapping[str, Any], key: str, kind: type = str) -> Any:
    """Return `record[key]`, checked to be there and of `kind`."""
    value = record.get(key)
    if not isinstance(value, kind):
        raise KnowledgeError(file, str(record.get("id", "?")), f"{key!r} must be given as {kind.__name__}")
    return value


def strings(file: str, record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the list of strings under `key`, empty where there is none."""
    value = record.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise KnowledgeError(file, str(record.get("id", "?")), f"{key!r} must be a list of strings")
    return tuple(value)


def _expand(pattern: str, parts: Mapping[str, str]) -> str:
    """Put the file's named parts, written `<name>`, into a pattern; a blank stands for any run of white space."""
    for _ in range(4):
        pattern = re.sub(
            r"<([a-z_]+)>", lambda m: f"(?:{parts[m.group(1)]})" if m.group(1) in parts else m.group(0), pattern
        )
    # A blank inside a character class stays one character of it.
    return re.sub(
        r"\\.|\[(?:\\.|[^\]\\])*\]| ",
        lambda m: r"(?:[ \u00a0]{1,3})" if m.group() == " " else m.group().replace(" ", " \u00a0"),
        pattern,
    )


@cache
def rules(name: str) -> tuple[Rule, ...]:
    """Return the cue rules of `models/rules/<name>.toml`, in file order.

    The file has a `label`, optional `parts` (named pieces of patterns) and `rule` tables with `id`, `value` or `pseudo`, `certain`, `pattern` or
    `words`, and `examples` (needed unless pseudo) and `counterexamples`.
    """
    file = f"rules/{name}.toml"
    content = read_toml(file)
    label = required(file, content, "label")
    vocabulary = strings(file, content, "values")
    parts = content.get("parts", {})
    out: list[Rule] = []
    for record in content.get("rule", []):
        rule_id = f"{name}.{required(file, record, 'id')}"
        pseudo = bool(record.get("pseudo", False))
        value = "" if pseudo else required(file, record, "value")
        if vocabulary and not pseudo and value not in vocabulary:
            raise KnowledgeError(file, rule_id, f"value {value!r} is not in the file's `values`")
        unknown = set(record) - {
            "id",
            "value",
            "pseudo",
            "certain",
            "pattern",
            "words",
            "examples",
            "counterexamples",
            "case",
            "note",
        }
        if unknown:
            raise KnowledgeError(file, rule_id, f"unknown key {sorted(unknown)[0]!r}")
        words = strings(file, record, "words")
        source = record.get("pattern") or "|".join(
            re.escape(w).replace(r"\ ", " ") for w in sorted(words, key=len, reverse=True)
        )
        if not source:
            raise KnowledgeError(file, rule_id, "neither `pattern` nor `words`")
        flags = 0 if record.get("case") else re.IGNORECASE
        try:
            pattern = re.compile(rf"(?<!\w)(?:{_expand(source, parts)})(?!\w)", flags)
        except (re.error, KeyError) as error:
            raise KnowledgeError(file, rule_id, f"bad pattern: {error}") from error
        examples = strings(file, record, "examples")
        if not examples:
            raise KnowledgeError(file, rule_id, "has no example")
        if any(rule.rule_id == rule_id for rule in out):
            raise KnowledgeError(file, rule_id, "id given twice")
        out.append(
            Rule(
                rule_id,
                label,
                value,
                pattern,
                pseudo,
                examples,
                strings(file, record, "counterexamples"),
                bool(record.get("certain", False)),
            )
        )
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Authority:
    """A public authority of the registry. `country` is ISO 3166-1 alpha-2, EU for the Union's bodies, XX for other international ones."""

    authority_id: str
    name: str
    native: str | None
    aliases: tuple[str, ...]
    acronyms: tuple[str, ...]
    kind: str
    country: str
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    parent: str | None = None
    domains: tuple[str, ...] = ()


AUTHORITY_KINDS = frozenset(
    [
        "data_protection",
        "competition",
        "financial",
        "central_bank",
        "consumer",
        "telecom",
        "media",
        "environment",
        "energy",
        "gambling",
        "tax",
        "customs",
        "transport",
        "health",
        "food",
        "labour",
        "safety",
        "court",
        "prosecutor",
        "ministry",
        "police",
        "sanctions",
        "government",
        "other",
    ]
)
AUTHORITIES = "registry/authorities"


def authorities() -> Mapping[str, Authority]:
    """Return the registry of authorities by id, with those that `added_authorities` holds."""
    return _added[-1] if _added else _registry()


_added: list[Mapping[str, Authority]] = []


@contextmanager
def added_authorities(bodies: Mapping[str, Authority]) -> Iterator[None]:
    """Let the registry hold further bodies within a `with`: those that reviewers added."""
    _added.append({**authorities(), **bodies})
    try:
        yield
    finally:
        _added.pop()


@cache
def _registry() -> Mapping[str, Authority]:
    out: dict[str, Authority] = {}
    for file in toml_names(AUTHORITIES):
        content = read_toml(file)
        country = required(file, content, "country")
        for record in content.get("authority", []):
            authority_id = required(file, record, "id")
            if authority_id in out:
                raise KnowledgeError(file, authority_id, "id given twice")
            kind = required(file, record, "type")
            if kind not in AUTHORITY_KINDS:
                raise KnowledgeError(file, authority_id, f"unknown type {kind!r}")
            examples = record.get("examples", [record["example"]] if "example" in record else [])
            if not examples:
                raise KnowledgeError(file, authority_id, "has no example")
            out[authority_id] = Authority(
                authority_id,
                required(file, record, "name"),
                record.get("native"),
                strings(file, record, "aliases"),
                strings(file, record, "acronyms"),
                kind,
                country,
                tuple(examples),
                strings(file, record, "counterexamples"),
                record.get("parent"),
                strings(file, record, "domains"),
            )
    for a in out.values():
        if a.parent is not None and a.parent not in out:
            raise KnowledgeError(AUTHORITIES, a.authority_id, f"unknown parent {a.parent!r}")
    return out


@cache
def country_names() -> Mapping[str, str]:
    """Return the country of each country name, demonym and seat city (case kept) of the registry."""
    out: dict[str, str] = {}
    for file in toml_names(AUTHORITIES):
        content = read_toml(file)
        for name in strings(file, content, "country_names"):
            out.setdefault(name, content["country"])
    return out


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency: its ISO 4217 code, the signs, codes and words that name it, and the countries whose home currency it is."""

    code: str
    signs: tuple[str, ...]
    words: tuple[str, ...]
    countries: tuple[str, ...]
    examples: tuple[str, ...]


CURRENCIES = "registry/currencies.toml"


@cache
def currencies() -> Mapping[str, Currency]:
    """Return the currencies by ISO 4217 code."""
    out: dict[str, Currency] = {}
    for record in read_toml(CURRENCIES).get("currency", []):
        code = required(CURRENCIES, record, "id")
        if code in out:
            raise KnowledgeError(CURRENCIES, code, "id given twice")
        examples = strings(CURRENCIES, record, "examples")
        if not examples:
            raise KnowledgeError(CURRENCIES, code, "has no example")
        out[code] = Currency(
            code,
            strings(CURRENCIES, record, "signs"),
            strings(CURRENCIES, record, "words"),
            strings(CURRENCIES, record, "countries"),
            examples,
        )
    return out


@cache
def home_currency() -> Mapping[str, str]:
    """Return the currency code of each country that the currency registry names."""
    return {country: currency.code for currency in currencies().values() for country in currency.countries}


def fingerprint(names: Iterable[str]) -> str:
    """Return a hash of the content of files of `models/` (`*` at the end of a name: every TOML file of that folder)."""
    digest = hashlib.blake2b(digest_size=16)
    for name in names:
        for file in toml_names(name[:-2]) if name.endswith("/*") else (name,):
            path = models_dir() / file
            members = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
            for member in members:
                digest.update(member.relative_to(models_dir()).as_posix().encode())
                digest.update(hashlib.blake2b(member.read_bytes()).digest())
    return digest.hexdigest()
