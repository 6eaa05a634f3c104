"""Find sums of money: a bounded grammar of signs, codes, words, magnitudes, ranges, qualifiers and units around price-parser's numbers.

Nothing here knows a currency or a word by name: signs and words are those of `models/registry/currencies.toml`, magnitudes and number words
those of `models/rules/money.toml`, qualifiers and units cues of `qualifiers.toml` and `per.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache

from price_parser.parser import parse_number

from pipeline.knowledge import CURRENCIES, currencies, read_toml
from pipeline.language.cues import Cue, find_cues

MONEY = "rules/money.toml"
READS = (MONEY, CURRENCIES, "rules/qualifiers.toml", "rules/per.toml")
LARGEST = Decimal(10) ** 17
"""A sum beyond this is no sum of money (world product is about 10^14 dollars) and does not fit the tables' decimals."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A sum as written. `currencies` are the ISO codes that `sign` may stand for, likeliest first; more than one is for the context to decide.

    `start` and `end` span the sum with the words that bound it ("up to €5 million a day"), `amount_start` and `amount_end` the figure alone.
    `amount` is the lower bound of a range and `amount_max` its upper bound. `conversion` marks a sum in brackets that repeats the one before it.
    """

    start: int
    end: int
    amount_start: int
    amount_end: int
    amount: Decimal
    amount_max: Decimal | None
    currencies: tuple[str, ...]
    sign: str
    qualifier: str
    per: str | None
    conversion: bool
    rule_id: str


@dataclass(frozen=True, slots=True)
class _Grammar:
    pattern: re.Pattern[str]
    magnitude: re.Pattern[str]
    magnitudes: Mapping[str, int]
    numbers: Mapping[str, int]
    signs: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]


_NUMBER = r"(?:\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?|\d{1,3}(?:,\d{2}){1,4},\d{3}(?:\.\d{1,2})?|\d{1,15}(?:[.,]\d{1,4})?)(?!\d|[.,]\d)"
_GAP = r"[ \u00a0\u202f]?"


def _alternatives(words: set[str]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"[ \u00a0-]") for w in sorted(words, key=lambda w: (-len(w), w)))


@cache
def _grammar() -> _Grammar:
    content = read_toml(MONEY)
    magnitudes: dict[str, int] = content["magnitudes"]
    numbers: dict[str, int] = content["numbers"]
    signs: dict[str, tuple[str, ...]] = {}
    words: dict[str, tuple[str, ...]] = {}
    for currency in currencies().values():
        for sign in currency.signs:
            signs[sign] = (*signs.get(sign, ()), currency.code)
        for word in currency.words:
            for form in {word.lower(), word.lower() + "s"}:
                words[form] = (*words.get(form, ()), currency.code)
    letters = {m for m in magnitudes if len(m) <= 2 or m != m.lower()}
    magnitude = rf"(?:[ \u00a0\u202f-]?(?:{_alternatives(letters)})|[ \n\u00a0\u202f-]{{0,2}}(?i:{_alternatives(set(magnitudes) - letters)}))(?![\w])"
    number_words = rf"(?i:(?:{_alternatives(set(numbers))})(?:[ -](?:and a half|{_alternatives(set(numbers))}|hundred))*|half a|a half|a quarter of a|an?(?={magnitude}))"
    sign = rf"(?:{_alternatives(set(signs))})"
    code = "|".join(sorted(currencies()))
    suffix_signs = "|".join(re.escape(s) for s in sorted(signs, key=len, reverse=True) if len(s) > 1 or not s.isalpha())
    word = rf"(?i:{_alternatives(set(words))})"
    us = r"(?:US|U\.S\.)" + _GAP + r"(?=\$)"
    joint = r"[ \u00a0]?(?:-|–|—|to|and|or)[ \u00a0]?"
    dash = r"[ \u00a0]?(?:-|–|—|to)[ \u00a0]?"

    def figure(n: int) -> str:
        return rf"(?P<p{n}>{_NUMBER})(?P<m{n}>{magnitude})?"

    prefixed = rf"(?P<us>{us})?(?P<s1>{sign})[ \u00a0\u202f-]{{0,2}}{figure(1)}(?:(?:(?P<j1>{joint})(?:{us})?(?P=s1){_GAP}|(?P<j3>{dash})){figure(2)})?"
    suffixed = (
        rf"(?:{figure(3)}(?P<j2>{dash}|(?<=\d) (?:and|or) ))?"
        rf"(?:{figure(4)}|(?P<w>{number_words})(?P<mw>{magnitude})?)"
        rf"(?:[ \u00a0\u202f-]{{0,2}}(?P<s2>{word})(?!\w)|[ \u00a0\u202f]?(?P<s3>{suffix_signs}|{code})(?!\w))"
    )
    return _Grammar(
        re.compile(rf"(?<![\w$€£¥₹])(?:(?P<between>(?i:between|from)) )?(?:{prefixed}|{suffixed})"),
        re.compile(magnitude),
        magnitudes,
        numbers,
        signs,
        words,
    )


def _magnitude(written: str | None) -> int:
    if not written:
        return 1
    grammar = _grammar()
    word = re.sub(r"[ \n\u00a0\u202f-]+", " ", written.strip(" \n\u00a0\u202f-"))
    return grammar.magnitudes.get(word) or grammar.magnitudes.get(word.lower()) or 1


def _number(written: str, magnitude: int) -> Decimal | None:
    """Read a figure; with a magnitude word a full stop is a decimal point, and a comma before other than three digits too."""
    separator = None
    if magnitude > 1 and re.fullmatch(r"\d+[.,]\d+", written):
        separator = "." if "." in written or re.search(r",\d{3}$", written) else ","
    elif re.fullmatch(r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?", written):
        separator = "."
    try:
        value = parse_number(re.sub(r"['’\u00a0\u202f]", " ", written), decimal_separator=separator)
    except InvalidOperation:
        return None
    if value is None:
        return None
    return _whole(Decimal(value) * magnitude)


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def _words(written: str) -> Decimal:
    """Read number words: "twenty-five", "one hundred", "two and a half", "half a", "a"."""
    text = written.lower().replace("-", " ")
    special = {"a": "1", "an": "1", "half a": "0.5", "a half": "0.5", "a quarter of a": "0.25"}
    if text in special:
        return Decimal(special[text])
    total: Decimal = Decimal(0)
    half = text.endswith(" and a half")
    for word in text.removesuffix(" and a half").split():
        if word == "hundred":
            total = (total or Decimal(1)) * 100
        else:
            total += _grammar().numbers[word]
    return total + Decimal("0.5") if half else total


_CHANGE = re.compile(
    r"\b(?:cut|reduc|lower|slash|rais|increas|trim|halv|rose|risen|up|down|chang|adjust|revis|fell|grew|jump)\w*\b[^.;]{0,60}$",
    re.I,
)


def _read(match: re.Match[str], text: str) -> list[tuple[int, int, Decimal, Decimal | None, str, tuple[str, ...]]]:
    """Return the sums of one match: (start, end, amount, upper bound, sign, currencies); two where the figures are no range."""
    grammar = _grammar()
    group = match.groupdict()
    if group["s1"]:
        sign = "US$" if group["us"] and group["s1"] == "$" else group["s1"]
        codes = grammar.signs[sign]
        first, second, joint = ("p1", "m1"), ("p2", "m2"), group["j1"] or group["j3"]
    else:
        sign = group["s2"] or group["s3"]
        if group["s2"]:
            sign = re.sub(r"[ \u00a0-]+", " ", sign.lower())
            codes = grammar.words[sign]
        else:
            codes = grammar.signs.get(sign, (sign,))
        first, second, joint = ("p3", "m3"), ("p4", "m4"), group["j2"]
        if group["w"]:
            value = _words(group["w"])
            start = match.start("w")
            return [(start, match.end(), _whole(value * _magnitude(group["mw"])), None, sign, codes)]
        if not joint:
            first, second = second, first
    begin = match.start("us") if group["us"] else match.start("s1") if group["s1"] else match.start(first[0])
    magnitude = _magnitude(group[first[1]])
    amount = _number(group[first[0]], magnitude)
    if amount is None:
        return []
    if not joint:
        return [(begin, match.end(), amount, None, sign, codes)]
    upper_magnitude = _magnitude(group[second[1]])
    upper = _number(group[second[0]], upper_magnitude)
    if upper is None:
        return []
    if magnitude == 1 and amount < upper:
        if upper_magnitude > 1 and amount * upper_magnitude < upper:
            amount *= upper_magnitude
        elif upper_magnitude == 1 and amount < 1000 <= upper and amount * 1000 < upper:
            amount *= 1000
    changed = bool(_CHANGE.search(text, max(0, match.start() - 80), match.start() + 5))
    word = joint.strip(" \u00a0").lower()
    ranged = (
        word in {"-", "–", "—"}
        or (word == "and" and (group["between"] or "").lower() == "between")
        or (word in {"to", "or"} and not changed)
    )
    if ranged and amount < upper:
        start = match.start() if (group["between"] or "").lower() == "between" else begin
        return [(start, match.end(), amount, upper, sign, codes)]
    link = "j1" if group["j1"] else "j3" if group["j3"] else "j2"
    cut, after = match.span(link)
    if group["s1"]:
        return [(begin, cut, amount, None, sign, codes), (after, match.end(), upper, None, sign, codes)]
    # "10 and 20 million euros" without "between": the first figure names no currency of its own.
    return [(after, match.end(), upper, None, sign, codes)]


def _adjacent(cues: tuple[Cue, ...], start: int, end: int, text: str) -> tuple[Cue | None, Cue | None]:
    """Return the cue that ends right before `start` and the one that begins right after `end`."""
    before = next(
        (c for c in cues if c.end <= start and not text[c.end : start].strip(" \u00a0-~(a") and start - c.end < 4), None
    )
    after = next(
        (c for c in cues if c.start >= end and c.start - end < 3 and not text[end : c.start].strip(" \u00a0-")), None
    )
    return before, after


_BOUND_BEHIND = re.compile(
    r"[ -]?(?:(?:or|and) (?:more|less|so|above|over|under|below|higher|lower|thereabouts)|-?plus|\+|more or less|at (?:the )?(?:most|least|maximum|minimum)|max(?:imum)?|apiece)",
    re.I,
)
"""What bounds the sum before it: "€5m or more"; "€5m over pay breaches" is no bound."""


def find_money(text: str, offset: int = 0) -> tuple[Money, ...]:
    """Return the sums of `text` in order of position; `offset` is added to every span."""
    raw = [
        sum_ for match in _grammar().pattern.finditer(text) if len(match.group()) < 120 for sum_ in _read(match, text)
    ]
    if not raw:
        return ()
    bounds, rates = find_cues("qualifiers", text), find_cues("per", text)
    out: list[Money] = []
    for start, end, amount, upper, sign, codes in raw:
        end -= text[end - 1] == "." and sign not in ("kr.", "Rs.")
        if amount > LARGEST or (upper is not None and upper > LARGEST):
            continue
        before, after = _adjacent(bounds, start, end, text)
        after = after if after and _BOUND_BEHIND.fullmatch(text[after.start : after.end]) else None
        _, rate = _adjacent(rates, start, end, text)
        qualifier = "range" if upper is not None else before.value if before else after.value if after else "exact"
        opening = text[max(0, start - 24) : start]
        in_brackets = re.search(
            r"[(\[]\s*(?:or |equal to |equivalent to |about |around |some |roughly |nearly |almost |approximately |just over |over |then |US)?\s*$",
            opening,
        )
        previous = out[-1] if out else None
        conversion = bool(
            in_brackets
            and previous
            and start - (previous.end - offset) <= len(in_brackets.group()) + 2
            and not (set(previous.currencies) & set(codes) and previous.sign == sign)
        )
        full_start = before.start if before and upper is None else start
        full_end = rate.end if rate else after.end if after and not before and upper is None else end
        out.append(
            Money(
                full_start + offset,
                full_end + offset,
                start + offset,
                end + offset,
                amount,
                upper,
                codes,
                sign,
                qualifier,
                rate.value if rate else _rate_ahead(text, start),
                conversion,
                "money.prefixed"
                if sign in _grammar().signs and text[start : start + len(sign)] == sign
                else "money.suffixed",
            )
        )
    return tuple(out)


_RATE_AHEAD = re.compile(
    r"\b(?:for|on) (?:each|every) (?:further |additional |started |calendar )?(?P<per>day|week|month)\b[^.;$€£]{0,160}?\b(?:pays?|owes?|due|fined|charged|liable|penalty of)\b[^.;$€£]{0,30}$",
    re.I,
)


def _rate_ahead(text: str, start: int) -> str | None:
    """The unit of a rate that the clause tells before its sum: "For each week after that, the company will owe €40,000"."""
    ahead = _RATE_AHEAD.search(text[max(0, start - 220) : start])
    return ahead["per"].lower() if ahead else None


_ALONE = r"(?<![\w$€£¥₹.,%/-])"
"""What no number of a larger one, of a link or of a hyphenated word stands after."""
_MILLIONS = "bn|mln|million|billion|crore|lakh"
_UNIT = rf"[ \u00a0-]?(?:k|m|{_MILLIONS})"
_BARE = re.compile(
    rf"{_ALONE}(?P<n>{_NUMBER})(?P<m>{_UNIT})(?!\w)(?=[ \u00a0-](?:[\w-]+[ \u00a0]){{0,2}}?(?:fines?|penalt(?:y|ies)))"
    rf"|(?:fined(?: it| him| her| them)?|fines? of|penalty of|from|to|capped at|up to) (?P<n2>{_NUMBER})(?P<m2>{_UNIT})(?!\w)(?![ \u00a0]+(?:people|users|customers|[a-z]+s\b))"
)
_FINED = re.compile(r"\b(?:fin(?:e|ed|es)|penalt(?:y|ies))\b", re.I)
_IMPLIED = re.compile(
    rf"{_ALONE}(?P<n>{_NUMBER})(?P<m>[ \u00a0-]?(?:{_MILLIONS}))(?!\w)"
    r"(?=[,.;:)]|[ \u00a0]?[–—-]|$|[ \u00a0](?:in|on|for|from|to|and|or|but|was|were|is|had|has|that|which|by|against|each|apiece|after|over|under|as|at|imposed|levied|because|when|while|last|this|a (?:day|week|month|year)|per)\b(?!-))"
)


def find_bare(text: str, taken: tuple[Money, ...], currency: Money, told: bool, offset: int = 0) -> tuple[Money, ...]:
    """Return the sums that name no currency, in the currency of another sum: beside a penalty word or after "from" and "to" ("a 30k fine", "cut to 20
    million"); where the words around tell of penalties (`told`), also what counts nothing ("Jouvet was given 3.85 million")."""
    found = [*(_BARE.finditer(text) if _FINED.search(text) else ()), *(_IMPLIED.finditer(text) if told else ())]
    if not found:
        return ()
    bounds, rates = find_cues("qualifiers", text), find_cues("per", text)
    out: list[Money] = []
    for match in found:
        number, magnitude = ("n", "m") if match.group("n") else ("n2", "m2")
        start, end = match.start(number), match.end(magnitude)
        amount = _number(match.group(number), _magnitude(match.group(magnitude)))
        if amount is None or amount > LARGEST:
            continue
        if any(m.start - offset < end and start < m.end - offset for m in (*taken, *out)):
            continue
        before, _ = _adjacent(bounds, start, end, text)
        _, rate = _adjacent(rates, start, end, text)
        out.append(
            Money(
                (before.start if before else start) + offset,
                (rate.end if rate else end) + offset,
                start + offset,
                end + offset,
                amount,
                None,
                currency.currencies,
                currency.sign,
                before.value if before else "exact",
                rate.value if rate else None,
                False,
                "money.bare",
            )
        )
    return tuple(out)


def decide_currency(money: Money, others: tuple[Money, ...], home: str | None) -> Money:
    """Return `money` with one currency where its sign names several: the one that another sum of the text names beyond doubt, else `home`."""
    if len(money.currencies) < 2:
        return money
    named = {m.currencies[0] for m in others if len(m.currencies) == 1}
    hints = [code for code in money.currencies if code in named and code != "USD"]
    if home in money.currencies:
        return replace(money, currencies=(home,))
    if len(hints) == 1:
        return replace(money, currencies=(hints[0],))
    return money
