"""Read the cells of somebody's list: a sum, a day, an authority, a respondent. What a cell does not tell stays open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.knowledge import authorities, country_names
from pipeline.language.countries import countries_named
from pipeline.language.dates import find_dates
from pipeline.language.money import find_money
from pipeline.language.rates import SPREAD
from pipeline.language.spelling import tokens_of
from pipeline.normalise.authorities import form_key, forms

Tokens = tuple[str, ...]
_PARTS = re.compile(r"\s+[–—-]\s+|:\s+|\s*[/;|]\s*|\s*[()\[\]]\s*|\s+and\s+|,\s+")
_COUNTRY_FIRST = re.compile(r"([^:–—/()]+?)(?:\s+[–—-]\s+|:\s+)([^:–—/()]+)")
"""A country, then its body: "Israel: Competition Authority"."""
_FORMER = re.compile(r"^(?:ex[- ]|formerly |previously |trading as |t/a |d/b/a |dba )", re.I)
_NUMBERED = re.compile(r"(?:^|\s)\d\)\s+")
_MILLIONS = re.compile(r"(?<=\d) ?M(?=(?:NOK|SEK|DKK|EUR|USD)\b)")
"""The Nordic way to write millions: 38 MNOK."""
_NEGATIVE = re.compile(r"^\s*\W*\(.*\)\s*$|(?:^|[\s$€£¥])[-−]\s?[$€£¥]?\d")
"""A sum below zero, or in brackets as accountants write one: a correction, no penalty."""
_SLASHED = re.compile(r"^\s*(\d{1,2})[/.](\d{1,2})[/.]\d{2,4}")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of a list: amount (and upper bound) in major units, the currencies that it may be in (empty: not told)."""

    amount: Decimal
    amount_max: Decimal | None
    currencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Body:
    """An authority of a list: registry ids that it may be, its words, the countries that it names."""

    ids: frozenset[str]
    words: tuple[Tokens, ...]
    countries: frozenset[str]


def read_sum(cell: str, currency: str | None = None) -> Sum | None:
    """Return the sum of a cell, in its own currency, else in `currency`; null where there is none, or one that cannot be read.

    A number without a currency is read only where it is the whole cell.
    """
    if _NEGATIVE.search(cell):
        return None
    cell = _MILLIONS.sub("m ", cell.strip())
    found = find_money(cell)
    if found:
        told = found[0]
        return Sum(told.amount, told.amount_max, frozenset(told.currencies))
    bare = find_money(f"EUR {cell}")
    if bare and bare[0].amount_start == 0 and bare[0].amount_end == len(cell) + 4 and cell[:1].isdigit():
        return Sum(bare[0].amount, bare[0].amount_max, frozenset({currency}) if currency else frozenset())
    return None


def date_order_of(cells: Iterable[str]) -> str | None:
    """Return the order of day and month in a column of dates, "DMY" or "MDY", by the dates that leave no doubt; null where none does, or they disagree."""
    first, second = False, False
    for cell in cells:
        match = _SLASHED.match(cell)
        if match:
            a, b = int(match.group(1)), int(match.group(2))
            first |= a > 12 >= b
            second |= b > 12 >= a
    return None if first == second else "DMY" if first else "MDY"


def read_day(cell: str, order: str) -> tuple[date, date] | None:
    """Return the first and the last day that a cell's date may mean; null where there is none. `order` is that of day and month in "03/05/2024"."""
    found = [d for d in find_dates(cell.strip(), None, order) if d.value is not None]
    if not found or found[0].value is None:
        return None
    first = found[0].value
    return first, date.fromordinal(first.toordinal() + SPREAD[found[0].precision])


def _countries(cell: str) -> frozenset[str]:
    known = frozenset(country_names().values())
    codes = frozenset(m for m in re.findall(r"(?<![\w-])[A-Z]{2}(?![\w-])", cell) if m in known)
    return countries_named(cell) | codes


def read_body(cell: str) -> Body:
    """Return what an authority's cell names; of several readings ("NCC") those of the countries that the cell names."""
    cell = " ".join(cell.split())
    countries = _countries(cell)
    parts = [p for p in _PARTS.split(cell) if p]
    words = tuple(t for t in map(tokens_of, (cell, *parts)) if t)
    first = _COUNTRY_FIRST.fullmatch(cell)
    if first and first.group(1) in country_names():
        country, body = first.groups()
        words += (tokens_of(f"{country} {body}"),)
        parts += [f"{country} {body}", f"{body} of {country}", f"{country}'s {body}"]
    ids = frozenset(forms().get(form_key(cell), ()))
    inside = _of_countries(ids, countries)
    if not ids:  # only parts of the cell, or what is left without a country's name, are known: the country must fit
        ids = frozenset(i for part in (cell, *parts) for i in _ids(part))
        inside = _of_countries(ids, countries)
        ids = frozenset() if countries else ids
    return Body(inside or ids, words, countries)


def _of_countries(ids: frozenset[str], countries: frozenset[str]) -> frozenset[str]:
    return frozenset(i for i in ids if authorities()[i].country in countries)


def _ids(name: str) -> tuple[str, ...]:
    """The registry ids of a name, else of what is left of it without a country ("DPC Ireland", "General Court of the EU")."""
    found = forms().get(form_key(name), ())
    if found:
        return found
    bare = " ".join(w for w in name.split() if w.strip(",.") not in country_names())
    bare = re.sub(r"(?: of| of the| for| in)$", "", bare)
    return forms().get(form_key(bare), ()) if bare != name else ()


def read_names(cell: str) -> tuple[Tokens, ...]:
    """Return the names that a respondent's cell may mean, as tokens: the whole, what stands in and before brackets, each of several, a surname put first turned round."""
    cell = _NUMBERED.sub("; ", " ".join(cell.split())).strip("; ")
    names = [cell]
    for part in re.split(r"\s*;\s*|\s+[–—]\s+", cell):
        outside = re.sub(r"\s*\([^)]*\)", "", part)
        inside = re.findall(r"\(([^)]+)\)", part)
        names += [outside, *(_FORMER.sub("", n) for n in inside)]
        surname, comma, given = outside.partition(", ")
        if comma and " " not in surname:
            names.append(f"{given} {surname}")
    return tuple(dict.fromkeys(t for t in map(tokens_of, names) if t))
