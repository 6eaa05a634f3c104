"""Turn what a reviewer selected or typed into values: "€30.5m" becomes an amount and a currency, "on Tuesday" a date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.knowledge import currencies
from pipeline.language.dates import find_dates
from pipeline.language.laws import find_laws
from pipeline.language.money import find_money
from pipeline.normalise import decide_sign
from pipeline.verdicts.events import FIELDS, LISTS, VOCABULARIES, Value, read_date, read_sum, value_error
from pipeline.verdicts.values import written_date, written_sum

AHEAD = timedelta(days=366)
"""How long after its article a decision may be dated: what is told as coming is dated by the day on which it is told."""
FROM_TEXT = ("amount", "amount_max", "authority_texts", "respondent_texts", "date", "legal_basis", "case_numbers")
"""The fields whose value may be selected in the article."""


@dataclass(frozen=True, slots=True)
class Around:
    """What helps to read a value: the article's day, and the country of the row's authority."""

    published: date | None = None
    country: str | None = None
    currency: str | None = None
    """The row's currency so far: what a sign that names several is taken for."""
    per: str | None = None
    """The row's unit so far: a rate with the same unit keeps its cap."""


class TakingError(ValueError):
    """A text is no value of its field; the message says so in plain words."""


def taken(field: str, text: str, around: Around) -> dict[str, Value]:
    """Return the values that a text gives for a field, by field: a sum brings its currency, how exact it is, its unit and upper bound. Raises `TakingError`."""
    text = " ".join(text.split())
    if not text:
        raise TakingError("Nothing is selected.")
    if field in {"amount", "amount_max"}:
        return _sum(field, text, around)
    if field == "date":
        return {"date": _date(text, around.published)}
    if field == "legal_basis":
        return {"legal_basis": list(dict.fromkeys(law.value for law in find_laws(text))) or [text]}
    if field in LISTS:
        return {field: [text]}
    return {field: text}


def _sum(field: str, text: str, around: Around) -> dict[str, Value]:
    found = find_money(text)
    if not found:
        # "500.000" and "30,5" mean one thing here and another there: they need their currency, or to be written out.
        if not re.fullmatch(r"\d{1,18}(?:\.\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?", text, re.ASCII):
            raise TakingError(f"“{text}” is no sum of money that could be read; write 30500000 or €30.5m.")
        return {field: written_sum(read_sum(text.replace(",", "")))}
    money = found[0]
    if around.currency in money.currencies:
        currency: str | None = around.currency
    elif len(money.currencies) == 1:
        currency = money.currencies[0]
    else:
        currency = decide_sign(money.sign, around.country, ())[0]
    out: dict[str, Value] = {field: written_sum(money.amount)}
    if currency:
        out["currency"] = currency
    if field == "amount":
        if money.amount_max is not None or money.per is None or money.per != around.per:
            out["amount_max"] = written_sum(money.amount_max)
        out |= {"qualifier": money.qualifier, "per": money.per}
    return out


def _date(text: str, published: date | None) -> str:
    try:
        read_date(text)
    except ValueError:
        pass
    else:
        return text
    if re.fullmatch(r"[\d/.Q W-]+", text) and not re.fullmatch(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", text):
        raise TakingError(f"“{text}” is no date; write it as 2024-05-14, 2024-05, 2024-Q2 or 2024.")
    for mention in find_dates(text, published):
        written = written_date(mention.value, mention.precision)
        if written:
            return written
    raise TakingError(f"“{text}” is no date that could be read; write it as 2024-05-14, 2024-05 or 2024.")


def of_form(form: Mapping[str, list[str]], around: Around) -> dict[str, Value]:
    """Return the values of the fields of an edit form; a field that the form does not hold is left out. Raises `TakingError`."""
    out: dict[str, Value] = {}
    read: dict[str, Value] = {}
    for field in FIELDS:
        if field not in form:
            continue
        given = [" ".join(v.split()) for v in form[field]]
        if field == "violations":
            out[field] = list(dict.fromkeys(v for v in given if v))
        elif field in LISTS:  # one a line, so that names may hold commas
            out[field] = [line for raw in form[field] for v in raw.splitlines() if (line := " ".join(v.split()))]
        elif not given[0]:
            out[field] = None
        elif field in VOCABULARIES or field == "currency":
            out[field] = given[0].upper() if field == "currency" else given[0]
        else:
            got = taken(field, given[0], around)
            # The form's own fields for bounds and units stand, where the words do not say more.
            read |= {k: v for k, v in got.items() if k in {field, "currency"} or v not in (None, "exact")}
    out |= read  # "€30.5m" says more than what stood in the currency's own field
    currency = out.get("currency")
    if isinstance(currency, str) and currency not in currencies():
        raise TakingError(f"currency: “{currency}” is none that is known; write its code of three letters.")
    for field, value in out.items():
        if wrong := value_error(field, value):
            raise TakingError(wrong + ".")
    amount, most = out.get("amount"), out.get("amount_max")
    if isinstance(amount, str) and isinstance(most, str) and read_sum(most) < read_sum(amount):
        raise TakingError("amount_max: it is below the amount.")
    day = out.get("date")
    if isinstance(day, str) and around.published and read_date(day)[0] > around.published + AHEAD:
        raise TakingError(f"date: {day} lies long after the article, which is of {around.published}.")
    return out
