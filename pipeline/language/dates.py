"""Find date expressions and resolve them against the publication date, with their precision.

Absolute dates are read by dateparser on the span that we found; weekdays and relative expressions are arithmetic. An expression without a year
means the last such day before publication, as news does. Without a publication date everything relative stays unresolved (null).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from dateparser import DateDataParser


@dataclass(frozen=True, slots=True, order=True)
class DateMention:
    """A date expression: its span, the first day of the period it means (None: unresolved), the precision, and its shape.

    `precision` is day, week (`value` is the Monday), month, quarter or year. `ahead` is true for what lies after publication.
    """

    start: int
    end: int
    value: date | None
    precision: str
    shape: str
    ahead: bool


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
_MONTH = rf"(?:(?:{_MONTHS})|(?:{_SHORT})\b\.?)"
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_WEEKDAY = rf"(?:{_DAYS}|(?:Mon|Tues|Tue|Wed|Thurs|Thur|Thu|Fri|Sat)\.)"
_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3})"
_NUMBERS = {
    w: i
    for i, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"a": 1, "an": 1}
_EVENT = "(?:settlement|deal|agreement|order|decision|ruling|judgment|fine|verdict|plea|penalty|pact|accord|report|filing|announcement)"
_NOT_BEFORE = r"(?<![\w€£$¥₹./-])"

_SHAPES: tuple[tuple[str, str], ...] = (
    ("iso", rf"{_YEAR}-(?:0\d|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T[\d:.]+Z?)?"),
    (
        "span",
        rf"(?:from|between) (?:{_DAY} )?(?:{_MONTH} )?(?:{_YEAR} )?(?:to|and|until|through) {_DAY} {_MONTH}(?:,? {_YEAR})?",
    ),
    ("span_month", rf"(?:from|between) {_MONTH} {_YEAR} (?:to|and|until|through) {_MONTH} {_YEAR}"),
    (
        "span_year",
        rf"(?:from|between) {_YEAR} (?:to|and|until|through) {_YEAR}|{_YEAR}[–-]{_YEAR}|{_YEAR}[–/-]\d\d(?!\d)",
    ),
    ("span_days", rf"(?:from|between) (?:{_DAYS}) (?:to|and|until|through) (?:{_DAYS})"),
    ("week_of", rf"(?:the )?week (?:of|starting|beginning) (?:{_MONTH} {_DAY}|{_DAY} {_MONTH})(?:,? {_YEAR})?"),
    ("month_last_year", rf"(?:in )?(?:early |mid-|late )?{_MONTH}(?: {_DAY}(?!\d))?,? (?:of )?(?:this|last|next) year"),
    (
        "absolute",
        rf"(?:on )?(?:{_WEEKDAY},? )?(?:the )?(?:{_DAY}(?: of)? {_MONTH}|{_DAY}-(?:{_SHORT}|{_MONTHS})-?)(?:,? ?-?{_YEAR})?(?:,? \d\d:\d\d)?",
    ),
    ("absolute", rf"(?:on )?(?:{_WEEKDAY},? )?{_MONTH} {_DAY}(?!\d|,\d{{3}})(?:,? {_YEAR})?"),
    ("numeric", rf"{_DAY}[./]{_DAY}[./]{_YEAR}"),
    ("half", rf"(?:the )?(?:first|second) half of (?:the )?(?:year )?{_YEAR}|H[12] {_YEAR}"),
    ("quarter", rf"(?:the )?(?:first|second|third|fourth) quarter of {_YEAR}|Q[1-4] {_YEAR}|{_YEAR} Q[1-4]"),
    ("month_year", rf"(?:(?:in|since|until|of|by) )?(?:early |mid-|late |early-|late-)?{_MONTH},? (?:of )?{_YEAR}"),
    (
        "relative_month",
        rf"(?:earlier |late |later |early )?(?:this|last|next) month|(?:last|this past) {_MONTH}\b(?! \d)",
    ),
    ("month", rf"(?:in|since|until|during|by) (?:early |mid-|late |early-|late-)?{_MONTH}(?! {_DAY}|\w)"),
    (
        "month_of_event",
        rf"(?:(?<=\ba )|(?<=\ban )|(?<=\bthe )|(?<=\bits )|(?<=\bthat )|(?<=\btheir )|(?<=[’']s ))(?:{_MONTHS})(?= (?:[a-z-]+ ){{0,2}}?{_EVENT}\b)",
    ),
    ("next_weekday", rf"next (?:{_DAYS})"),
    ("weekday", rf"(?:(?:on|late|early|since|last|this) )?{_WEEKDAY}(?: (?:morning|afternoon|evening|night))?"),
    ("yesterday", r"(?:yesterday|last night)(?: (?:morning|afternoon|evening))?"),
    ("today", r"(?:earlier today|today|this (?:morning|afternoon|evening))"),
    (
        "week",
        r"(?:earlier |late |later )?(?:this|last|next) week(?!end)|(?:over|at|during) the weekend|(?:last|this) weekend|the previous week",
    ),
    (
        "ago",
        rf"(?:about |nearly |almost |some |more than |over )?{_COUNT} (?:day|week|month|year|decade)s? (?:ago|earlier|before)",
    ),
    (
        "relative_year",
        r"(?:earlier |late |later |early )?(?:this|last|next) year|the (?:previous|prior) year|a year earlier",
    ),
    ("season", rf"(?:in )?(?:the )?(?:early |late )?(?:spring|summer|autumn|fall|winter) (?:of )?{_YEAR}"),
    ("decade", r"(?:in )?(?:the )?(?:early |mid-|late )?(?:19[5-9]0|20[0-4]0)s"),
    (
        "year",
        rf"(?:(?:in|since|by|until|during) )?(?:the end of |fiscal |fiscal year |financial year |early |mid-|mid |late |back in )?{_YEAR}(?![\d,.]\d|[-–]\d|\w|%| ?(?:EUR|USD|euros?|dollars|pounds|lei|RON|million|billion|people|users|customers)\b)",
    ),
)


@cache
def _pattern() -> re.Pattern[str]:
    parts = [f"(?P<s{i}_{name}>{source})".replace(" ", r"[ \u00a0]") for i, (name, source) in enumerate(_SHAPES)]
    return re.compile(rf"{_NOT_BEFORE}(?:{'|'.join(parts)})(?![\w])", re.I)


@cache
def _parser(order: str) -> DateDataParser:
    # The base year only fills a missing year, which `_absolute` then replaces; it is a leap year, so that 29 February can be read.
    settings = {
        "DATE_ORDER": order,
        "PREFER_DATES_FROM": "current_period",
        "PREFER_DAY_OF_MONTH": "first",
        "RELATIVE_BASE": datetime(2000, 1, 1),
    }
    return DateDataParser(languages=["en"], settings=settings)


@lru_cache(maxsize=20_000)
def _parse(text: str, order: str) -> date | None:
    """Read an absolute expression by dateparser; a missing year is read as 2000."""
    found = _parser(order).get_date_data(text).date_obj
    return found.date() if found else None


def _month_start(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _absolute(text: str, base: date | None, order: str) -> date | None:
    clean = re.sub(
        rf"^(?:on )?(?:{_WEEKDAY}),? |^on |^the |(?<=\d)(?:st|nd|rd|th)\b|\bof\b|^(?:in|since|until|of|by|during) |\b(?:early|mid|late)[ -]",
        "",
        text,
        flags=re.I,
    )
    clean = re.sub(r"\s+", " ", re.sub(r"[-,]", " ", re.sub(r"(?<=[A-Za-z])\.", "", clean))).strip()
    clean = re.sub(r"\bSept\b", "Sep", clean, flags=re.I)
    has_year = bool(re.search(_YEAR, clean))
    if base is None and not has_year:
        return None
    value = _parse(clean, order)
    if value is None or has_year or base is None:
        return value
    # Without a year: the latest such day that is not after publication;
    candidates = []
    for year in (base.year - 1, base.year, base.year + 1):
        try:
            candidates.append(value.replace(year=year))
        except ValueError:
            continue
    past = [c for c in candidates if c <= base]
    return past[-1] if past else value


def _weekday(text: str, base: date | None) -> date | None:
    if base is None:
        return None
    names = _DAYS.lower().split("|")
    word = re.search(rf"{_WEEKDAY}", text, re.I)
    if word is None:
        return None
    index = next(i for i, name in enumerate(names) if name.startswith(word.group().lower().rstrip(".")[:3]))
    if text.lower().startswith("next"):
        return base + timedelta(days=(index - base.weekday() - 1) % 7 + 1)
    back = (base.weekday() - index) % 7
    if text.lower().startswith("last ") and back == 0:
        back = 7
    return base - timedelta(days=back)


def _ago(text: str, base: date | None) -> tuple[date | None, str]:
    match = re.search(rf"({_COUNT})[ \u00a0](day|week|month|year|decade)", text, re.I)
    if match is None:
        return None, "year"
    unit = match.group(2).lower()
    precision = "year" if unit == "decade" else unit
    if base is None:
        return None, precision
    written = match.group(1).lower()
    count = int(written) if written.isdigit() else _NUMBERS[written]
    if unit == "day":
        return base - timedelta(days=count), "day"
    if unit == "week":
        return base - timedelta(days=base.weekday() + 7 * count), "week"
    if unit == "month":
        return _month_start(base, count), "month"
    year = base.year - count * (10 if unit == "decade" else 1)
    return (date(year, 1, 1) if year > 0 else None), "year"


def _year_in(text: str) -> date:
    match = re.search(_YEAR, text)
    if match is None:
        raise ValueError(text)
    return date(int(match.group()), 1, 1)


def _quarter(text: str) -> date:
    number = re.search(r"[Qq]([1-4])", text)
    words = {"first": 1, "second": 2, "third": 3, "fourth": 4}
    quarter = int(number.group(1)) if number else next(n for word, n in words.items() if word in text.lower())
    return _year_in(text).replace(month=quarter * 3 - 2)


def _relative_month(text: str, base: date | None, order: str) -> date | None:
    if base is None:
        return None
    lower = text.lower()
    if lower.endswith("month"):
        return _month_start(base, 1 if "last" in lower else -1 if "next" in lower else 0)
    named = _absolute(re.sub(r"^(?:last|this past)[ \u00a0]", "", lower), base, order)
    if named is None:
        return None
    first = named.replace(day=1)
    return first if first < base.replace(day=1) else first.replace(year=first.year - 1)


def _week(text: str, base: date | None) -> date | None:
    if base is None:
        return None
    monday = base - timedelta(days=base.weekday())
    lower = text.lower()
    if "last week" in lower or "previous" in lower or "weekend" in lower:
        return monday - timedelta(days=7)
    return monday + timedelta(days=7) if "next" in lower else monday


def _resolve(shape: str, text: str, base: date | None, order: str) -> tuple[date | None, str]:
    """Return the first day and the precision of an expression of a known shape."""
    lower = text.lower()
    simple: dict[str, Callable[[], tuple[date | None, str]]] = {
        "iso": lambda: (date.fromisoformat(text[:10]), "day"),
        "absolute": lambda: (_absolute(text, base, order), "day"),
        "numeric": lambda: (_absolute(text, base, "DMY" if "." in text else order), "day"),
        "week_of": lambda: (
            _monday(_absolute(re.sub(r"^.*?(?:of|starting|beginning)[ \u00a0]", "", text), base, order)),
            "week",
        ),
        "month_year": lambda: (_first(_absolute(text, base, order)), "month"),
        "month": lambda: (_first(_month_before(_absolute(text, base, order), base)), "month"),
        "relative_month": lambda: (_relative_month(text, base, order), "month"),
        "month_last_year": lambda: _in_year_told(text, base, order),
        "month_of_event": lambda: (_first(_month_before(_absolute(text, base, order), base)), "month"),
        "span_days": lambda: (None, "day"),
        "next_weekday": lambda: (_weekday(text, base), "day"),
        "weekday": lambda: (_weekday(text, base), "day"),
        "yesterday": lambda: (base - timedelta(days=1) if base else None, "day"),
        "today": lambda: (base, "day"),
        "week": lambda: (_week(text, base), "week"),
        "ago": lambda: _ago(text, base),
        "quarter": lambda: (_quarter(text), "quarter"),
        "relative_year": lambda: (
            date(
                base.year + (-1 if re.search(r"last|previous|prior|earlier$", lower) else 1 if "next" in lower else 0),
                1,
                1,
            )
            if base
            else None,
            "year",
        ),
        "decade": lambda: (date(int(re.search(r"\d{4}", text).group()), 1, 1), "year"),  # type: ignore[union-attr]
        "span": lambda: (
            _year_of(_absolute(re.sub(r"^.*(?:to|and|until|through)[ \u00a0]", "", text), base, order)),
            "year",
        ),
    }
    if shape in simple:
        return simple[shape]()
    return _year_in(text), "year"


def _in_year_told(text: str, base: date | None, order: str) -> tuple[date | None, str]:
    """The day or month of "August 12 last year", "April this year"."""
    named, year = re.split(
        r",?[ \u00a0](?:of[ \u00a0])?(?=(?:this|last|next)[ \u00a0]year$)", text, maxsplit=1, flags=re.I
    )
    precision = "day" if re.search(r"\d", named) else "month"
    value = _absolute(named, base, order)
    if value is None or base is None:
        return None, precision
    value = value.replace(year=base.year + {"last": -1, "this": 0, "next": 1}[year[:4].lower()])
    return (value if precision == "day" else value.replace(day=1)), precision


def _first(value: date | None) -> date | None:
    return value.replace(day=1) if value else None


def _year_of(value: date | None) -> date | None:
    return date(value.year, 1, 1) if value else None


def _monday(value: date | None) -> date | None:
    return value - timedelta(days=value.weekday()) if value else None


def _month_before(value: date | None, base: date | None) -> date | None:
    """A month without a year: this year's where it has begun, else last year's."""
    if value is None or base is None:
        return None
    return value.replace(day=1, year=base.year if value.month <= base.month else base.year - 1)


_AND = re.compile(r",? (?:and|to|through|until|or|then)(?: (?:again|then))?(?: on)? ")
_AHEAD = re.compile(
    r"\b(?:will (?!have\b)(?:[\w$€£.-]+ ){0,8}?|(?:is|are|was|were) (?:due|set|scheduled|expected) (?:to )?(?:[\w-]+ ){0,8}?|scheduled (?:for |to \w+ )?|hearing (?:set |scheduled )?(?:for )?|by |before |until |no later than )(?:on |for )?$",
    re.I,
)
_TOLD_ON = re.compile(r"\b(?:said|announced|ruled|agreed|fined|ordered|told|reported) (?:on )?$", re.I)
_LAW_BEFORE = re.compile(
    r"\b(?:Act|Acts|Law|Regulation|Directive|Code|Decree|Ordinance)(?: [\w/-]+)?,?(?: (?:of|from))? $|\b[Nn]o\.? ?[\w/-]+ of $|\b(?:turnover|revenues?|sales|profits?|income) [^.;,]{0,40}?\b(?:in|for|of) $"
)
_LAW_AFTER = re.compile(
    r"[ \u00a0](?:(?:[A-Z][\w-]+ ){1,6}Act\b|(?:fiscal |financial |annual )?(?:turnover|revenues?|sales|profits?|results|accounts|model|season|vintage|budget|census)\b)"
)
_PREPOSITION = re.compile(r"(?:on|in|of|from|since|by|until|during) ", re.I)


def lies_ahead(text: str, start: int) -> bool:
    """Return whether the words before a day say that it is still to come ("is due to vote on Monday", "a hearing scheduled for 16 August")."""
    preposition = _PREPOSITION.match(text, start)
    left = text[max(0, start - 80) : preposition.end() if preposition else start]
    return bool(_AHEAD.search(left)) and not _TOLD_ON.search(left)


def of_law_or_accounts(text: str, start: int, end: int) -> bool:
    """Return whether a year belongs to the title of a law, the number of a case or a business's accounts ("Act 1974", "No. 14 of 2022", "2014 turnover")."""
    preposition = _PREPOSITION.match(text, start, end)
    left = text[max(0, start - 70) : preposition.end() if preposition else start]
    return bool(re.search(_YEAR, text[start:end]) and (_LAW_BEFORE.search(left) or _LAW_AFTER.match(text, end)))


def date_order(country: str | None) -> str:
    """Return the order of numeric dates of a country's English-language press: MDY in the United States and the Philippines, else DMY."""
    return "MDY" if country in {"US", "PH", None} else "DMY"


def find_dates(text: str, published: date | None, order: str = "MDY", offset: int = 0) -> tuple[DateMention, ...]:
    """Return the date expressions of `text` in order; `offset` is added to every span."""
    out = []
    for match in _pattern().finditer(text):
        shape = (match.lastgroup or "").split("_", 1)[1]
        surface = match.group()
        if (
            shape in {"month", "month_year", "month_last_year", "month_of_event", "absolute", "relative_month"}
            and not re.search(rf"\b(?:{_MONTHS}|{_SHORT})\b", surface)
            and "month" not in surface.lower()
        ):
            continue  # "may" and "march" in small letters are verbs
        if shape == "weekday" and not re.search(_WEEKDAY, surface):
            continue
        if shape == "today" and surface.isupper() and re.search(r"[A-Z]{2,}[ \u00a0]$", text[: match.start()]):
            continue  # the newspaper
        if of_law_or_accounts(text, match.start(), match.end()):
            continue
        try:
            value, precision = _resolve(shape, surface, published, order)
        except (ValueError, OverflowError):
            continue
        if (
            shape == "numeric"
            and published
            and _resolve(shape, surface, published, "DMY" if order == "MDY" else "MDY")[0] == published
        ):
            value = published  # a page whose dates are in the order of another country
        if value and published and value <= published and shape in {"weekday", "absolute"} and not re.search(_YEAR, surface) and lies_ahead(text, match.start()):  # fmt: skip
            value = value + timedelta(days=7) if shape == "weekday" else _next_year(value)
        ahead = bool(value and published and value > published)
        out.append(DateMention(match.start() + offset, match.end() + offset, value, precision, shape, ahead))
    return tuple(_sharing_year(text, out, published, offset))


def _next_year(day: date) -> date:
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def _sharing_year(text: str, found: list[DateMention], published: date | None, offset: int) -> Iterator[DateMention]:
    """The dates, one without a year having that of the next where both are told together ("on October 7 and again on October 28, 2009")."""
    for mention, after in itertools.zip_longest(found, found[1:]):
        own, value = text[mention.start - offset : mention.end - offset], mention.value
        if (
            value and after is not None and after.value and mention.shape == after.shape == "absolute"
            and not re.search(_YEAR, own) and re.search(_YEAR, text[after.start - offset : after.end - offset])
            and _AND.fullmatch(text[mention.end - offset : after.start - offset])
        ):  # fmt: skip
            early = (value.month, value.day) <= (after.value.month, after.value.day)
            year = after.value.year if early else after.value.year - 1
            if (value.month, value.day) != (2, 29):
                value = value.replace(year=year)
            yield replace(mention, value=value, ahead=bool(published and value > published))
        else:
            yield mention
